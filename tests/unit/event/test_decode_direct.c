#include "reading.h"

#include <string.h>

#include "decode_direct.h"
#include "same_event.h"

enum { LINE_BYTES_MAX = 65536, EDITS = 60 };

static const char *const samples[] = {"accounts", "invoices", "journals", "mixed", "parties", "payments", "returns"};
static struct tf_json_tree *tree;

static int setup(void **state)
{
    tree = tf_json_tree_create();
    return tree ? reading_setup(state) : -1;
}

static int teardown(void **state)
{
    tf_json_tree_destroy(tree);
    return reading_teardown(state);
}

/* What the tree makes of it; false when it refuses. */
static bool by_tree(struct reading *r, struct tf_str text, struct tf_event *ret_event)
{
    const struct tf_decode decode = {.arena = r->arena, .problem = &r->problem};
    const struct tf_json_path path = {0};
    struct tf_json_node *root;
    return tf_json_tree_parse(tree, text, &path, r->arena, &root, &r->problem) == TF_OK
           && tf_decode_event(&decode, root, &path, NULL, 0, ret_event) == TF_OK;
}

/* Whether it is read directly; what it then says must be what the tree says. */
static bool directly(struct reading *r, struct tf_str text)
{
    struct tf_event direct, slow;
    if (!tf_decode_direct(tf_json_tree_index(tree), text, NULL, 0, r->arena, &direct))
        return false;
    if (!by_tree(r, text, &slow) || !same_event(&direct, &slow)) {
        print_error("read in another way than by the tree: %.*s\n", TF_STR_ARGS(text));
        fail();
    }
    return true;
}

static bool direct_json(struct reading *r, const char *text) { return directly(r, reading_json(r, text)); }

/* Hand the canonical body of every sample record to a function. */
static void each_sample(struct reading *r, void (*see)(struct reading *r, struct tf_str body))
{
    char path[512], line[LINE_BYTES_MAX];
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        snprintf(path, sizeof path, "%s/conf/samples/%s.ndjson", TF_SOURCE_DIR, samples[i]);
        FILE *file = fopen(path, "re");
        assert_non_null(file);
        while (fgets(line, sizeof line, file)) {
            tf_arena_rewind(r->arena);
            if (tf_reader_read(r->reader, tf_str_of(line), r->arena, &r->envelope, &r->event, &r->problem) == TF_OK)
                see(r, r->envelope.body);
        }
        fclose(file);
    }
}

static size_t seen, read_directly;

static void count_direct(struct reading *r, struct tf_str body)
{
    seen++;
    read_directly += directly(r, body);
}

static void test_canonical_samples_are_read_directly(void **state)
{
    seen = read_directly = 0;
    each_sample(*state, count_direct);
    assert_true(seen > 500);
    if (read_directly < seen - seen / 20)
        fail_msg("%zu of %zu records were read directly", read_directly, seen);
}

/* Bytes that change what a text is made of, more often than others. */
static char other_byte(uint32_t random)
{
    static const char marks[] = "{}[]:,\"\\ nulltrue0123456789.-eE\n\x01\x80";
    return marks[random % (sizeof marks - 1)];
}

static void edit_and_read(struct reading *r, struct tf_str body)
{
    static uint32_t random = 1;
    char text[LINE_BYTES_MAX];
    for (int i = 0; i < EDITS && body.len < sizeof text; i++) {
        memcpy(text, body.ptr, body.len);
        for (int edits = 0; edits <= i % 3; edits++) {
            random = random * 1664525u + 1013904223u;
            text[(random >> 8) % body.len] = other_byte(random >> 3);
        }
        directly(r, (struct tf_str){text, body.len});
    }
}

static void test_edited_samples_say_what_the_tree_says(void **state) { each_sample(*state, edit_and_read); }

#define ACCOUNT "'account':{'number':'1'},'company':'A','kind':'account'"
#define PAYMENT "'company':'A','kind':'payment','payment':{'amount':'1','currency':'EUR','date':'2026-01-01','supplier':'S'}"

static void test_what_is_read_directly(void **state)
{
    static const char *const texts[] = {
        "{" ACCOUNT "}",
        " {\n " ACCOUNT " } ",
        "{" PAYMENT "}",
        "{" ACCOUNT ",'zone':1}",
        "{'account':{'a':1,'b':'x','name':'n','names':true,'number':'1','z':null},'company':'A','kind':'account','kinds':2}",
        "{" ACCOUNT ",'manual':false,'revision':2,'user':'u1','voided':true}",
        "{'account':{'name':'a \\u0041 \\n','number':'1'},'company':'A','kind':'account'}",
        "{'account':{'name':null,'number':'1','opening':12.50},'company':'A','kind':'account'}",
        "{'company':'A','kind':'payment','payment':{'amount':'1','currency':'EUR','date':'2026-01-01','invoice_number':'7','supplier':'S'}}",
        "{'company':'A','kind':'payment','payment':{'amount':'1','currency':'EUR','date':'2026-01-01','invoices':[{'number':'7'},{}],'supplier':'S'}}",
        "{'company':'A','kind':'payment','payment':{'amount':'1','currency':'EUR','date':'2026-01-01','invoices':[],'supplier':'S'}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!direct_json(*state, texts[i]))
            fail_msg("left to the tree: %s", texts[i]);
}

static void test_what_is_left_to_the_tree(void **state)
{
    static const char *const texts[] = {
        "", "{}", "[]", "7", "{" ACCOUNT, "{" ACCOUNT "}}", "{" ACCOUNT "} 1", "{" ACCOUNT ",}", "{,}", "{'a'}",
        "{'kind':'account',  'company':'A','account':{'number':'1'}}",              /* out of order */
        "{" ACCOUNT ",'kind':'account'}",                                           /* twice */
        "{'account':{'number':'1','number':'2'},'company':'A','kind':'account'}",
        "{" ACCOUNT ",'zone':[1]}",                                                 /* unknown, and no scalar, or no JSON, or twice, or out of order */
        "{" ACCOUNT ",'zone':01}",
        "{" ACCOUNT ",'zone':1,'zone':1}",
        "{'account':{'extra':1,'extra':2,'number':'1'},'company':'A','kind':'account'}",
        "{'account':{'number':'1','extra':1},'company':'A','kind':'account'}",
        "{'account':{'name':'a','extra':1,'number':'1'},'company':'A','kind':'account'}",
        "{'account':{'oo':1,'number':'1'},'company':'A','kind':'account'}",
        "{'account':{'zz':1},'company':'A','kind':'account'}",
        "{'account':{'number':null},'company':'A','kind':'account'}",               /* required */
        "{'account':{'number':' '},'company':'A','kind':'account'}",
        "{'account':{},'company':'A','kind':'account'}",
        "{'account':{'number':'1'},'company':'','kind':'account'}",
        "{'account':{'number':'1'},'kind':'account'}",
        "{'account':{'number':'1'},'company':'A'}",
        "{'account':{'number':'1'},'company':'A','kind':'payment'}",
        "{'account':{'number':1},'company':'A','kind':'account'}",                  /* of another type */
        "{'account':{'number':'1','opening':'1x'},'company':'A','kind':'account'}",
        "{'account':{'name':'\\u0000','number':'1'},'company':'A','kind':'account'}",
        "{'account':{'name':'\\ud800','number':'1'},'company':'A','kind':'account'}",
        "{'account':{'n\\u0061me':'a','number':'1'},'company':'A','kind':'account'}",
        "{'account':[],'company':'A','kind':'account'}",
        "{" ACCOUNT ",'revision':0}", "{" ACCOUNT ",'revision':null}", "{" ACCOUNT ",'manual':null}",
        "{'account':{'number':'1'},'company':'A','direction':'up','kind':'account'}",
        "{'company':'A','kind':'payment','payment':{'amount':null,'currency':'EUR','date':'2026-01-01','supplier':'S'}}",
        "{'company':'A','kind':'payment','payment':{'amount':'1','currency':'EUR','date':'2026-01-01','supplier':'S','value_date':' '}}",
        "{'company':'A','kind':'payment','payment':{'amount':'1','currency':'EUR','date':'2026-01-01','invoices':[{}{}],'supplier':'S'}}",
        "{'company':'A','kind':'payment','payment':{'amount':'1','currency':'EUR','date':'2026-01-01','invoices':[{},],'supplier':'S'}}",
        "{'company':'A','kind':'payment','payment':{'amount':'1','currency':'EUR','date':'2026-01-01','invoices':[{}},'supplier':'S'}}",
        "{'company':'A','kind':'payment','payment':{'amount':'1','currency':'EUR','date':'2026-01-01','invoices':[",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (direct_json(*state, texts[i]))
            fail_msg("read directly: %s", texts[i]);
}

#define DIRECT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DIRECT_TEST(test_canonical_samples_are_read_directly),
        DIRECT_TEST(test_edited_samples_say_what_the_tree_says),
        DIRECT_TEST(test_what_is_read_directly),
        DIRECT_TEST(test_what_is_left_to_the_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
