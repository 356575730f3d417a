#include "reading.h"
#include "same_event.h"

#define PAYMENT "{'kind':'payment','company':'ACME','payment':{'supplier':'S1','amount':12.50,'currency':'EUR','date':'2026-11-23'}}"

static void test_order_and_spelling_do_not_change_the_hash(void **state)
{
    struct reading *r = *state;
    struct tf_envelope first = *reading_read(r, PAYMENT);
    static const char *const same[] = {
        "{'payment':{'date':'2026-11-23','currency':'EUR','amount':12.50,'supplier':'S1'},'company':'ACME','kind':'payment'}",
        " { 'kind' : 'payment' ,\n 'company':'\\u0041CME', 'payment':{'supplier':'S1','amount':12.50,'currency':'\\u0045UR','date':'2026-11-23'}}\r\n",
        "{'specversion':'1.0','id':'e','source':'s','type':'taxflow.payment.v1','data':" PAYMENT "}",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        const struct tf_envelope *other = reading_read(r, same[i]);
        assert_true(tf_str_eq(first.body, other->body));
        assert_true(tf_hash16_eq(first.body_hash, other->body_hash));
    }
}

static void test_values_and_unknown_members_do(void **state)
{
    struct reading *r = *state;
    struct tf_hash16 first = reading_read(r, PAYMENT)->body_hash;
    static const char *const others[] = {
        "{'kind':'payment','company':'ACME','payment':{'supplier':'S1','amount':12.5,'currency':'EUR','date':'2026-11-23'}}",
        "{'kind':'payment','company':'ACME','payment':{'supplier':'S1','amount':'12.50','currency':'EUR','date':'2026-11-23'}}",
        "{'kind':'payment','company':'ACME','x':null,'payment':{'supplier':'S1','amount':12.50,'currency':'EUR','date':'2026-11-23'}}",
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(tf_hash16_eq(first, reading_read(r, others[i])->body_hash));
    reading_str(r->envelope.body, "{\"company\":\"ACME\",\"kind\":\"payment\",\"payment\":{\"amount\":12.50,\"currency\":\"EUR\","
                                  "\"date\":\"2026-11-23\",\"supplier\":\"S1\"},\"x\":null}");
}

static void test_the_body_decodes_to_the_same_event(void **state)
{
    struct reading *r = *state;
    struct tf_str body = reading_read(r, PAYMENT)->body;
    struct tf_event read = r->event;
    assert_int_equal(tf_reader_decode(r->reader, body, r->arena, &r->event, &r->problem), TF_OK);
    assert_int_equal(read.kind, r->event.kind);
    assert_true(tf_str_eq(read.party, r->event.party));
    assert_true(read.event_time_ms == r->event.event_time_ms);
    assert_true(tf_str_eq(read.as.payment->amount.text, r->event.as.payment->amount.text));
}

/* What was read once is read again without its hash being made anew: the same attributes, the same event. */
static void test_a_bare_record_is_read_again(void **state)
{
    struct reading *r = *state;
    static const char *const texts[] = {PAYMENT, "{ 'kind':'payment', 'payment':{'supplier':'S1','currency':'EUR','amount':'1.00','date':'2026-11-23'},"
                                                 " 'company':'ACME', 'revision':3, 'unknown':{'a':[1]}}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tf_str json = reading_json(r, texts[i]);
        const struct tf_envelope first = *reading_read(r, texts[i]);
        const struct tf_event event = r->event;
        struct tf_envelope again;
        assert_true(first.bare);
        assert_int_equal(tf_reader_read_again(r->reader, json, &first.body_hash, r->arena, &again, &r->event, &r->problem), TF_OK);
        assert_true(again.bare && !again.id_given && tf_hash16_eq(again.body_hash, first.body_hash));
        assert_true(tf_str_eq(again.id, first.id) && tf_str_eq(again.source, first.source) && tf_str_eq(again.type, first.type));
        assert_true(same_event(&event, &r->event));
    }
    assert_false(reading_read(r, "{'specversion':'1.0','id':'7','source':'urn:x','type':'taxflow.payment.v1','data':" PAYMENT "}")->bare);
}

static void test_events_outlive_the_bytes_they_were_read_from(void **state)
{
    struct reading *r = *state;
    struct tf_str json = reading_json(r, PAYMENT);
    char *bytes = malloc(json.len);
    assert_non_null(bytes);
    memcpy(bytes, json.ptr, json.len);
    assert_int_equal(tf_reader_decode(r->reader, (struct tf_str){bytes, json.len}, r->arena, &r->event, &r->problem), TF_OK);
    memset(bytes, '#', json.len);
    free(bytes);
    reading_str(r->event.as.payment->supplier, "S1");
    reading_str(r->event.company, "ACME");
}

static void test_malformed_texts_are_named(void **state)
{
    struct reading *r = *state;
    static const struct { const char *text; enum tf_err err; const char *path; } rows[] = {
        {"", TF_E_TYPE, "$"},
        {"null", TF_E_TYPE, "$"},
        {"garbage", TF_E_JSON, "$"},
        {"{'kind':'payment'", TF_E_JSON, "$"},
        {"{'kind':'invoice','company':'A\xFF','invoice':{}}", TF_E_UTF8, "$"},
        {"{'kind':'invoice','company':'A','company':'B','invoice':{}}", TF_E_DUPLICATE_KEY, "$.company"},
        {"{'kind':'invoice','company':'A','invoice':{'x':{'y':1,'\\u0079':2}}}", TF_E_DUPLICATE_KEY, "$.invoice.x.y"},
        {"{'kind':'invoice','company':'A\\u0000','invoice':{}}", TF_E_VALUE, "$.company"},
        {"{'kind':'invoice','company':'A','invoice':{'number':'\\ud800'}}", TF_E_UTF8, "$.invoice.number"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_refused(r, rows[i].text, rows[i].err, rows[i].path);
    reading_refused(r, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", TF_E_DEPTH,
                    "$[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]");
}

static void test_the_limit_is_the_canonical_body_s(void **state)
{
    (void)state;
    const char *text = "{ 'kind':'account', 'company':'A', 'account':{'number':'1'} }";
    const size_t canonical = sizeof "{\"account\":{\"number\":\"1\"},\"company\":\"A\",\"kind\":\"account\"}" - 1;
    struct reading *r = reading_open(NULL, 0, canonical);
    assert_int_equal(reading_read(r, text)->body.len, canonical);
    reading_decode(r, text);
    reading_close(r);
    r = reading_open(NULL, 0, canonical - 1);
    reading_refused(r, text, TF_E_TOO_BIG, "$");
    reading_close(r);
}

static void test_a_reader_reads_on_after_refusals(void **state)
{
    struct reading *r = *state;
    for (int i = 0; i < 100; i++) {
        reading_refused(r, "{'kind':'account','company':'A','account':{'number':'1'},'list':[1,2,{'a':[", TF_E_JSON, "$");
        reading_refused(r, "{'kind':'account','company':'A','account':{'number':'1'},'list':[1,2,{'a':01}]}", TF_E_JSON, "$.list[2].a");
        reading_decode(r, PAYMENT);
        reading_str(r->event.as.payment->supplier, "S1");
        tf_arena_rewind(r->arena);
    }
}

static void test_batches_are_split(void **state)
{
    struct reading *r = *state;
    struct tf_str *elements;
    size_t count;
    struct tf_str text = reading_json(r, "[" PAYMENT ", {'specversion':'1.0'} ,[],7]");
    assert_int_equal(tf_reader_split_batch(r->reader, text, r->arena, &elements, &count, &r->problem), TF_OK);
    assert_int_equal(count, 4);
    assert_int_equal(tf_reader_read(r->reader, elements[0], r->arena, &r->envelope, &r->event, &r->problem), TF_OK);
    assert_int_equal(tf_reader_read(r->reader, elements[1], r->arena, &r->envelope, &r->event, &r->problem), TF_E_CLOUDEVENT);
    assert_int_equal(tf_reader_read(r->reader, elements[2], r->arena, &r->envelope, &r->event, &r->problem), TF_E_TYPE);
    assert_int_equal(tf_reader_read(r->reader, elements[3], r->arena, &r->envelope, &r->event, &r->problem), TF_E_TYPE);
    assert_int_equal(tf_reader_split_batch(r->reader, TF_STR("{}"), r->arena, &elements, &count, &r->problem), TF_E_TYPE);
    assert_int_equal(tf_reader_split_batch(r->reader, TF_STR("[{]"), r->arena, &elements, &count, &r->problem), TF_E_JSON);
}

static void test_batches_have_a_limit(void **state)
{
    struct reading *r = *state;
    struct tf_str *elements;
    size_t count, len = 2 * (TF_EVENT_LIST_MAX + 1) + 1;
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t i = 0; i < len; i++)
        text[i] = i % 2 ? '1' : ',';
    text[0] = '[';
    text[len - 1] = ']';
    assert_int_equal(tf_reader_split_batch(r->reader, (struct tf_str){text, len}, r->arena, &elements, &count, &r->problem), TF_E_TOO_MANY);
    text[len - 3] = ']';
    assert_int_equal(tf_reader_split_batch(r->reader, (struct tf_str){text, len - 2}, r->arena, &elements, &count, &r->problem), TF_OK);
    assert_int_equal(count, TF_EVENT_LIST_MAX);
    free(text);
}

static void test_destroying_nothing_is_fine(void **state)
{
    (void)state;
    assert_null(tf_reader_destroy(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_order_and_spelling_do_not_change_the_hash),
        READING_TEST(test_values_and_unknown_members_do),
        READING_TEST(test_the_body_decodes_to_the_same_event),
        READING_TEST(test_a_bare_record_is_read_again),
        READING_TEST(test_events_outlive_the_bytes_they_were_read_from),
        READING_TEST(test_malformed_texts_are_named),
        cmocka_unit_test(test_the_limit_is_the_canonical_body_s),
        READING_TEST(test_a_reader_reads_on_after_refusals),
        READING_TEST(test_batches_are_split),
        READING_TEST(test_batches_have_a_limit),
        cmocka_unit_test(test_destroying_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
