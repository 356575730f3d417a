#include "reading.h"

#define HEAD "{'kind':'invoice','company':'A','invoice':{'attachments':["
#define TAIL "]}}"
#define FOOBAR_SHA256 "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2"
#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct tf_attachment *first(const struct reading *r) { return &r->event.as.invoice->attachments.items[0]; }

static void expect_body(struct reading *r, const char *record, const char *attachment)
{
    struct tf_str body = reading_read(r, record)->body;
    const char *canonical = reading_printf("{'company':'A','invoice':{'attachments':[%s]},'kind':'invoice'}", attachment);
    reading_str(body, reading_json(r, canonical).ptr);
}

static void test_content_is_replaced_by_length_and_digest(void **state)
{
    struct reading *r = *state;
    expect_body(r, HEAD "{'ref':'1','file':{'mime':'text/plain','name':'a.txt','content':'Zm9v\\nYmFy'},'uri':'u'}" TAIL,
                "{'file':{'bytes':6,'mime':'text/plain','name':'a.txt','sha256':'" FOOBAR_SHA256 "'},'ref':'1','uri':'u'}");
    assert_true(first(r)->file.present);
    assert_int_equal(first(r)->file.bytes, 6);
    reading_str(first(r)->file.sha256, FOOBAR_SHA256);
    reading_str(first(r)->file.mime, "text/plain");
}

static void test_an_empty_content_has_a_digest_too(void **state)
{
    struct reading *r = *state;
    expect_body(r, HEAD "{'file':{'content':''}}" TAIL, "{'file':{'bytes':0,'sha256':'" EMPTY_SHA256 "'}}");
}

static void test_what_the_sender_gave_stays(void **state)
{
    struct reading *r = *state;
    expect_body(r, HEAD "{'file':{'content':'Zm9v','sha256':'given','bytes':99}}" TAIL, "{'file':{'bytes':99,'sha256':'given'}}");
    expect_body(r, HEAD "{'file':{'content':'Zm9vYmFy','sha256':null}}" TAIL, "{'file':{'bytes':6,'sha256':'" FOOBAR_SHA256 "'}}");
    expect_body(r, HEAD "{'file':{'sha256':'given','mime':'m'}}" TAIL, "{'file':{'mime':'m','sha256':'given'}}");
    expect_body(r, HEAD "{'file':{'content':null}}" TAIL, "{'file':{'content':null}}");
}

static void test_decode_cuts_as_read_does(void **state)
{
    struct reading *r = *state;
    reading_decode(r, HEAD "{'file':{'content':'Zm9vYmFy'}},{'file':{'content':'Zg=='}}" TAIL);
    assert_int_equal(r->event.as.invoice->attachments.count, 2);
    assert_int_equal(first(r)->file.bytes, 6);
    reading_str(first(r)->file.sha256, FOOBAR_SHA256);
    assert_int_equal(first(r)[1].file.bytes, 1);
}

static void test_a_cut_record_decodes_to_the_same_event(void **state)
{
    struct reading *r = *state;
    struct tf_str body = reading_read(r, HEAD "{'file':{'content':'Zm9vYmFy'}}" TAIL)->body;
    assert_int_equal(tf_reader_decode(r->reader, body, r->arena, &r->event, &r->problem), TF_OK);
    assert_int_equal(first(r)->file.bytes, 6);
    reading_str(first(r)->file.sha256, FOOBAR_SHA256);
}

static void test_contents_never_count_against_the_limit(void **state)
{
    (void)state;
    struct reading *r = reading_open(NULL, 0, 1000);
    char *text = malloc(100000);
    assert_non_null(text);
    int len = snprintf(text, 100000, "%s", "{\"kind\":\"invoice\",\"company\":\"A\",\"invoice\":{\"attachments\":[{\"file\":{\"content\":\"");
    memset(text + len, 'A', 80000);
    strcpy(text + len + 80000, "\"}}]}}");
    struct tf_str json = tf_str_of(text);
    assert_int_equal(tf_reader_read(r->reader, json, r->arena, &r->envelope, &r->event, &r->problem), TF_OK);
    assert_int_equal(first(r)->file.bytes, 60000);
    assert_int_equal(tf_reader_decode(r->reader, json, r->arena, &r->event, &r->problem), TF_OK);
    memcpy(text + len - 10, "contenX", 7); /* an unknown member does count */
    assert_int_equal(tf_reader_read(r->reader, json, r->arena, &r->envelope, &r->event, &r->problem), TF_E_TOO_BIG);
    assert_int_equal(tf_reader_decode(r->reader, json, r->arena, &r->event, &r->problem), TF_E_TOO_BIG);
    free(text);
    reading_close(r);
}

static void test_malformed_contents_are_refused(void **state)
{
    struct reading *r = *state;
    reading_refused(r, HEAD "{'file':{'content':'Zm9'}}" TAIL, TF_E_VALUE, "$.invoice.attachments[0].file.content");
    reading_refused(r, HEAD "{},{'file':{'content':7}}" TAIL, TF_E_TYPE, "$.invoice.attachments[1].file.content");
    reading_refused(r, HEAD "{'file':7}" TAIL, TF_E_TYPE, "$.invoice.attachments[0].file");
    reading_refused(r, HEAD "{'file':{'bytes':-1}}" TAIL, TF_E_VALUE, "$.invoice.attachments[0].file.bytes");
    reading_refused(r, "{'kind':'invoice','company':'A','invoice':{'attachments':{'file':{'content':'Zg=='}}}}", TF_E_TYPE,
                    "$.invoice.attachments");
}

static void test_other_places_named_content_stay(void **state)
{
    struct reading *r = *state;
    struct tf_str body = reading_read(r, "{'kind':'invoice','company':'A','invoice':{'content':'Zg==','x':{'file':{'content':'Zg=='}}}}")->body;
    reading_str(body, "{\"company\":\"A\",\"invoice\":{\"content\":\"Zg==\",\"x\":{\"file\":{\"content\":\"Zg==\"}}},\"kind\":\"invoice\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_content_is_replaced_by_length_and_digest),
        READING_TEST(test_an_empty_content_has_a_digest_too),
        READING_TEST(test_what_the_sender_gave_stays),
        READING_TEST(test_decode_cuts_as_read_does),
        READING_TEST(test_a_cut_record_decodes_to_the_same_event),
        cmocka_unit_test(test_contents_never_count_against_the_limit),
        READING_TEST(test_malformed_contents_are_refused),
        READING_TEST(test_other_places_named_content_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
