#include "reading.h"

#include "decode_invoice.h"
#include "encode.h"
#include "json_members.h"
#include "json_tree.h"
#include "taxflow/reader_xml.h"

enum { RECORD_MAX = 8 * 1024 * 1024 };

static struct tf_str encoded(struct reading *r, const struct tf_event *event)
{
    struct tf_buf buf;
    struct tf_json json;
    tf_buf_init(&buf, RECORD_MAX);
    tf_json_init(&json, &buf);
    tf_encode_record(&json, event);
    assert_false(buf.failed);
    struct tf_str text = tf_arena_dup(r->arena, tf_buf_view(&buf));
    tf_buf_finish(&buf);
    return text;
}

/* Every kind of member: what is written is what was read, in canonical form. */
static void a_record_is_written_as_it_was_read(void **state)
{
    struct reading *r = *state;
    static const char *const cases[] = {
        "{'company':'A','invoice':{},'kind':'invoice','original':{}}",
        "{'company':'A','invoice':{'seller':{'ids':[{'id':'1'},{'id':'2','scheme':'0088'}],'legal_id':{'scheme':'x'}}},'kind':'invoice','original':{}}",
        "{'company':'A','invoice':{'delivery':{},'lines':[],'notes':[{'text':''}]},'kind':'credit_note','original':{}}",
        "{'company':'A','invoice':{'payment':{'card':{},'means_code':'58','transfers':[{'account':'1'}]}},'kind':'invoice','original':{}}",
        "{'company':'A','invoice':{'payment':[{'means_code':'30'},{}]},'kind':'invoice','original':{}}",
        "{'company':'A','invoice':{'totals':{'due':'+01.10'},'vat_totals':[{'amount':'1','breakdown':[{'scheme':'','tax':'1'}],'currency':'EUR'}]},"
        "'kind':'invoice','original':{}}",
        "{'company':'A','invoice':{'attachments':[{'file':{'bytes':4,'mime':'text/csv','sha256':'00'},'ref':'1'}]},'kind':'invoice','original':{}}",
        "{'company':'A','invoice':{'issue_date':'2026-11-23','lines':[{'item':{'class_ids':[{'id':'1','list':'STI'}]},'period':{},'vat_breakdown':[{'tax':'1'}]}]},"
        "'kind':'invoice','original':{}}",
        "{'company':'A','invoice':{},'kind':'invoice','original':{'bytes':9,'findings':[{'expected':'e','line':3,'message':'m','observed':'o','path':'/p',"
        "'rule':'R','warning':true}],'media_type':'application/xml','sha256':'00','strays':[{'item':2,'kind':'unit','line':7,'scheme':'s','text':''}],"
        "'syntax':'ubl'}}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_str written = encoded(r, reading_decode(r, cases[i]));
        if (!tf_str_eq(written, reading_json(r, cases[i])))
            fail_msg("%.*s", TF_STR_ARGS(written));
    }
}

/* One document of the conformance data: a line of JSON with the XML in its member "xml". */
static bool check_document(struct reading *r, struct tf_json_tree *tree, struct tf_str row)
{
    static const struct tf_envelope none;
    struct tf_envelope envelope, again;
    struct tf_event event, decoded;
    struct tf_json_node *root;
    struct tf_json_path path = {.up = NULL};
    tf_arena_rewind(r->arena);
    assert_int_equal(tf_json_tree_parse(tree, row, &path, r->arena, &root, &r->problem), TF_OK);
    const struct tf_json_node *xml = tf_json_members_find(root, TF_STR("xml"));
    if (xml == NULL || tf_reader_xml_read(r->reader, &none, TF_STR("A"), xml->as.text, r->arena, &envelope, &event, &r->problem) != TF_OK)
        return false;
    assert_int_equal(tf_reader_read(r->reader, envelope.body, r->arena, &again, &decoded, &r->problem), TF_OK);
    return tf_str_eq(again.body, envelope.body) && tf_str_eq(encoded(r, &decoded), envelope.body) && tf_str_eq(decoded.party, event.party);
}

/* What holds for our own fixtures holds for every document of the standards' own: $TAXFLOW_CONFORMANCE. */
static void records_of_documents_decode_to_the_same(void **state)
{
    struct reading *r = *state;
    static const char *const files[] = {"full_docs.jsonl", "unit_ubl.jsonl", "unit_cii.jsonl"};
    const char *folder = getenv("TAXFLOW_CONFORMANCE");
    if (folder == NULL)
        skip();
    struct tf_json_tree *tree = tf_json_tree_create();
    size_t documents = 0, wrong = 0, cap = 0;
    char *line = NULL;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/en16931/%s", folder, files[i]);
        FILE *file = fopen(name, "r");
        assert_non_null(file);
        for (ssize_t len; (len = getline(&line, &cap, file)) > 0; documents++)
            wrong += !check_document(r, tree, (struct tf_str){line, (size_t)len});
        fclose(file);
    }
    free(line);
    tf_json_tree_destroy(tree);
    assert_true(documents > 0);
    if (wrong > 0)
        fail_msg("%zu of %zu documents", wrong, documents);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_record_is_written_as_it_was_read, reading_setup, reading_teardown),
        cmocka_unit_test_setup_teardown(records_of_documents_decode_to_the_same, reading_setup, reading_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
