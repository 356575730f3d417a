#include "reading.h"

#define DATA "{'kind':'account','company':'ACME','account':{'number':'1'}}"
#define BODY "{\"account\":{\"number\":\"1\"},\"company\":\"ACME\",\"kind\":\"account\"}"
#define MUST "'specversion':'1.0','id':'e1','source':'/erp','type':'taxflow.account.v1'"
#define TRACEPARENT "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

static void test_a_structured_event_gives_its_attributes(void **state)
{
    struct reading *r = *state;
    const struct tf_envelope *e = reading_read(r, "{" MUST ",'time':'2026-11-23T10:00:00Z','traceparent':'" TRACEPARENT
                                                  "','datacontenttype':'application/json; charset=utf-8','subject':'x','data':" DATA "}");
    reading_str(e->id, "e1");
    reading_str(e->source, "/erp");
    reading_str(e->type, "taxflow.account.v1");
    reading_str(e->time, "2026-11-23T10:00:00Z");
    reading_str(e->traceparent, TRACEPARENT);
    reading_str(e->body, BODY);
    assert_true(e->id_given);
    assert_int_equal(r->event.kind, TF_KIND_ACCOUNT);
}

static void test_optional_attributes_may_be_absent_or_null(void **state)
{
    struct reading *r = *state;
    const struct tf_envelope *e = reading_read(r, "{" MUST ",'time':null,'data':" DATA ",'data_base64':null}");
    assert_false(tf_str_present(e->time) || tf_str_present(e->traceparent));
}

static void test_data_may_come_as_base64(void **state)
{
    struct reading *r = *state;
    const struct tf_envelope *e =
        reading_read(r, "{" MUST ",'data_base64':'eyJraW5kIjoiYWNjb3VudCIsImNvbXBhbnkiOiJBQ01FIiwiYWNjb3VudCI6eyJudW1iZXIiOiIxIn19'}");
    reading_str(e->body, BODY);
    reading_str(e->id, "e1");
}

static void expect_refused(struct reading *r, const char *text, enum tf_err err, const char *path)
{
    struct tf_str json = reading_json(r, text);
    reading_expect(r, tf_reader_read(r->reader, json, r->arena, &r->envelope, &r->event, &r->problem), err, path);
}

static void test_malformed_attributes_are_refused(void **state)
{
    struct reading *r = *state;
    static const struct { const char *text, *path; } rows[] = {
        {"{'specversion':'0.3','id':'e','source':'s','type':'taxflow.account.v1','data':" DATA "}", "$.specversion"},
        {"{'specversion':1.0,'id':'e','source':'s','type':'taxflow.account.v1','data':" DATA "}", "$.specversion"},
        {"{'specversion':'1.0','source':'s','type':'taxflow.account.v1','data':" DATA "}", "$.id"},
        {"{'specversion':'1.0','id':'','source':'s','type':'taxflow.account.v1','data':" DATA "}", "$.id"},
        {"{'specversion':'1.0','id':7,'source':'s','type':'taxflow.account.v1','data':" DATA "}", "$.id"},
        {"{'specversion':'1.0','id':'e','type':'taxflow.account.v1','data':" DATA "}", "$.source"},
        {"{'specversion':'1.0','id':'e','source':'','type':'taxflow.account.v1','data':" DATA "}", "$.source"},
        {"{'specversion':'1.0','id':'e','source':'s','data':" DATA "}", "$.type"},
        {"{'specversion':'1.0','id':'e','source':'s','type':'taxflow.payment.v1','data':" DATA "}", "$.type"},
        {"{'specversion':'1.0','id':'e','source':'s','type':'taxflow.account.v2','data':" DATA "}", "$.type"},
        {"{" MUST ",'time':'yesterday','data':" DATA "}", "$.time"},
        {"{" MUST ",'traceparent':7,'data':" DATA "}", "$.traceparent"},
        {"{" MUST ",'datacontenttype':'application/xml','data':" DATA "}", "$.datacontenttype"},
        {"{" MUST "}", "$"},
        {"{" MUST ",'data':null}", "$"},
        {"{" MUST ",'data':" DATA ",'data_base64':'e30='}", "$"},
        {"{" MUST ",'data':'text'}", "$.data"},
        {"{" MUST ",'data':[" DATA "]}", "$.data"},
        {"{" MUST ",'data_base64':'***'}", "$.data_base64"},
        {"{" MUST ",'data_base64':7}", "$.data_base64"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_refused(r, rows[i].text, TF_E_CLOUDEVENT, rows[i].path);
}

static void test_paths_lead_through_data(void **state)
{
    struct reading *r = *state;
    expect_refused(r, "{" MUST ",'data':{'kind':'account','company':'A','account':{'number':7}}}", TF_E_TYPE, "$.data.account.number");
    expect_refused(r, "{" MUST ",'data':{'kind':'account','account':{'number':'7'}}}", TF_E_MISSING, "$.data.company");
    expect_refused(r, "{" MUST ",'data_base64':'e30='}", TF_E_MISSING, "$.data_base64.kind");
    expect_refused(r, "{" MUST ",'data_base64':'ew=='}", TF_E_JSON, "$.data_base64");
    expect_refused(r, "{" MUST ",'data_base64':'W10='}", TF_E_TYPE, "$.data_base64");
}

static void test_ids_have_a_length(void **state)
{
    struct reading *r = *state;
    static const char *const names[] = {"id", "source"};
    char value[TF_EVENT_ID_BYTES_MAX + 2];
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    for (size_t i = 0; i < 2; i++) {
        const char *other = names[1 - i];
        expect_refused(r, reading_printf("{'specversion':'1.0','%s':'%s','%s':'o','type':'taxflow.account.v1','data':" DATA "}", names[i], value, other),
                       TF_E_VALUE, i == 0 ? "$.id" : "$.source");
        reading_read(r, reading_printf("{'specversion':'1.0','%s':'%s','%s':'o','type':'taxflow.account.v1','data':" DATA "}", names[i], value + 1, other));
    }
}

static void test_a_bare_record_derives_its_identity(void **state)
{
    struct reading *r = *state;
    const struct tf_envelope *e = reading_read(r, DATA);
    char hex[2 * TF_HASH16_BYTES + 1];
    struct tf_str body = tf_str_of(BODY);
    struct tf_hash16 hash = tf_hash_sha256(&body, 1);
    tf_hash_hex(hash.bytes, sizeof hash.bytes, hex);
    reading_str(e->body, BODY);
    reading_str(e->id, hex);
    reading_str(e->source, "urn:taxflow:ACME");
    reading_str(e->type, "taxflow.account.v1");
    assert_true(tf_hash16_eq(e->body_hash, hash));
    assert_false(e->id_given || tf_str_present(e->time) || tf_str_present(e->traceparent));
}

static void test_members_named_as_attributes_make_no_event(void **state)
{
    struct reading *r = *state;
    const struct tf_envelope *e = reading_read(r, "{'kind':'account','company':'ACME','account':{'number':'1'},'id':'x','source':'y','specversion':null}");
    assert_false(e->id_given);
    reading_str(e->source, "urn:taxflow:ACME");
}

static enum tf_err read_binary(struct reading *r, const struct tf_envelope *attributes, const char *text)
{
    struct tf_str json = reading_json(r, text);
    return tf_reader_read_binary(r->reader, attributes, json, r->arena, &r->envelope, &r->event, &r->problem);
}

static void test_binary_mode_takes_attributes_from_headers(void **state)
{
    struct reading *r = *state;
    struct tf_envelope given = {.id = TF_STR("e1"), .source = TF_STR("/erp"), .type = TF_STR("taxflow.account.v1"),
                                .time = TF_STR("2026-11-23T10:00:00Z"), .traceparent = TF_STR(TRACEPARENT)};
    assert_int_equal(read_binary(r, &given, DATA), TF_OK);
    reading_str(r->envelope.id, "e1");
    reading_str(r->envelope.source, "/erp");
    reading_str(r->envelope.traceparent, TRACEPARENT);
    reading_str(r->envelope.body, BODY);
    assert_true(r->envelope.id_given);
}

static void test_binary_mode_derives_what_is_absent(void **state)
{
    struct reading *r = *state;
    struct tf_envelope given = {0};
    assert_int_equal(read_binary(r, &given, DATA), TF_OK);
    struct tf_envelope binary = r->envelope;
    const struct tf_envelope *bare = reading_read(r, DATA);
    assert_true(tf_str_eq(binary.id, bare->id) && tf_str_eq(binary.source, bare->source)); /* by file or HTTP alike */
    assert_false(binary.id_given);
    given.source = TF_STR("/erp"); /* a source without an id names nothing */
    assert_int_equal(read_binary(r, &given, DATA), TF_OK);
    reading_str(r->envelope.source, "urn:taxflow:ACME");
    given = (struct tf_envelope){.id = TF_STR("k1")};
    assert_int_equal(read_binary(r, &given, DATA), TF_OK);
    reading_str(r->envelope.id, "k1");
    reading_str(r->envelope.source, "urn:taxflow:ACME");
    assert_true(r->envelope.id_given);
}

static void test_binary_mode_refuses_malformed_headers(void **state)
{
    struct reading *r = *state;
    char longer[TF_EVENT_ID_BYTES_MAX + 1];
    memset(longer, 'x', sizeof longer);
    const struct { struct tf_envelope given; enum tf_err err; const char *path; } rows[] = {
        {{.id = TF_STR("")}, TF_E_CLOUDEVENT, "$.id"},
        {{.id = {"a\0b", 3}}, TF_E_CLOUDEVENT, "$.id"},
        {{.id = TF_STR("\xFF")}, TF_E_CLOUDEVENT, "$.id"},
        {{.source = TF_STR("")}, TF_E_CLOUDEVENT, "$.source"},
        {{.type = TF_STR("taxflow.invoice.v1")}, TF_E_CLOUDEVENT, "$.type"},
        {{.time = TF_STR("10:00")}, TF_E_CLOUDEVENT, "$.time"},
        {{.traceparent = TF_STR("")}, TF_E_CLOUDEVENT, "$.traceparent"},
        {{.id = {longer, sizeof longer}}, TF_E_VALUE, "$.id"},
        {{.id = TF_STR("e"), .source = {longer, sizeof longer}}, TF_E_VALUE, "$.source"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_expect(r, read_binary(r, &rows[i].given, DATA), rows[i].err, rows[i].path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_a_structured_event_gives_its_attributes),
        READING_TEST(test_optional_attributes_may_be_absent_or_null),
        READING_TEST(test_data_may_come_as_base64),
        READING_TEST(test_malformed_attributes_are_refused),
        READING_TEST(test_paths_lead_through_data),
        READING_TEST(test_ids_have_a_length),
        READING_TEST(test_a_bare_record_derives_its_identity),
        READING_TEST(test_members_named_as_attributes_make_no_event),
        READING_TEST(test_binary_mode_takes_attributes_from_headers),
        READING_TEST(test_binary_mode_derives_what_is_absent),
        READING_TEST(test_binary_mode_refuses_malformed_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
