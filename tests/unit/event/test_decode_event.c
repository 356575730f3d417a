#include "reading.h"

#define ACCOUNT(head) "{'kind':'account','company':'ACME','account':{'number':'1'}" head "}"

static void test_every_kind_is_known(void **state)
{
    struct reading *r = *state;
    static const struct { const char *record; enum tf_kind kind; } rows[] = {
        {"{'kind':'invoice','company':'A','invoice':{}}", TF_KIND_INVOICE},
        {"{'kind':'credit_note','company':'A','invoice':{}}", TF_KIND_CREDIT_NOTE},
        {"{'kind':'payment','company':'A','payment':{'supplier':'S','amount':'1','currency':'EUR','date':'2026-11-23'}}", TF_KIND_PAYMENT},
        {"{'kind':'journal','company':'A','journal':{'id':'1','posting_date':'2026-11-23','lines':[{}]}}", TF_KIND_JOURNAL},
        {"{'kind':'party','company':'A','party':{'party':'P'}}", TF_KIND_PARTY},
        {"{'kind':'return','company':'A','return':{'period':'2026','code':'1','declared':'0'}}", TF_KIND_RETURN},
        {"{'kind':'account','company':'A','account':{'number':'1'}}", TF_KIND_ACCOUNT},
    };
    assert_int_equal(sizeof rows / sizeof rows[0], TF_KIND_COUNT);
    for (size_t i = 0; i < TF_KIND_COUNT; i++)
        assert_int_equal(reading_decode(r, rows[i].record)->kind, rows[i].kind);
}

static void test_kinds_must_be_named_and_known(void **state)
{
    struct reading *r = *state;
    reading_refused(r, "{}", TF_E_MISSING, "$.kind");
    reading_refused(r, "{'kind':null,'company':'A'}", TF_E_MISSING, "$.kind");
    reading_refused(r, "{'kind':7,'company':'A'}", TF_E_TYPE, "$.kind");
    reading_refused(r, "{'kind':'','company':'A'}", TF_E_KIND, "$.kind");
    reading_refused(r, "{'kind':'Invoice','company':'A','invoice':{}}", TF_E_KIND, "$.kind");
    reading_refused(r, "{'kind':'invoices','company':'A','invoice':{}}", TF_E_KIND, "$.kind");
    reading_refused(r, "[]", TF_E_TYPE, "$");
    reading_refused(r, "[{'kind':'invoice'}]", TF_E_TYPE, "$");
}

static void test_the_member_of_the_kind_is_required(void **state)
{
    struct reading *r = *state;
    reading_refused(r, "{'kind':'invoice','company':'A'}", TF_E_MISSING, "$.invoice");
    reading_refused(r, "{'kind':'invoice','company':'A','invoice':null}", TF_E_MISSING, "$.invoice");
    reading_refused(r, "{'kind':'credit_note','company':'A','credit_note':{}}", TF_E_MISSING, "$.invoice");
    reading_refused(r, "{'kind':'payment','company':'A','invoice':{}}", TF_E_MISSING, "$.payment");
    reading_refused(r, "{'kind':'invoice','company':'A','invoice':[]}", TF_E_TYPE, "$.invoice");
    reading_refused(r, "{'kind':'account','company':'A','account':'4400'}", TF_E_TYPE, "$.account");
}

static void test_the_company_is_required(void **state)
{
    struct reading *r = *state;
    reading_refused(r, "{'kind':'invoice','invoice':{}}", TF_E_MISSING, "$.company");
    reading_refused(r, "{'kind':'invoice','company':' ','invoice':{}}", TF_E_MISSING, "$.company");
    reading_refused(r, "{'kind':'invoice','company':7,'invoice':{}}", TF_E_TYPE, "$.company");
}

static void test_the_head_is_read(void **state)
{
    struct reading *r = *state;
    const struct tf_event *e =
        reading_decode(r, ACCOUNT(",'user':'u17','approver':'u3','approved_at':'1970-01-01T00:00:01Z','recorded_at':'1970-01-01T00:00:02Z',"
                                  "'manual':false,'revision':3,'direction':'sale','original':{'sha256':'ab','media_type':'application/xml','bytes':77}"));
    reading_str(e->company, "ACME");
    reading_str(e->user, "u17");
    reading_str(e->approver, "u3");
    assert_int_equal(e->approved_at_ms, 1000);
    assert_int_equal(e->recorded_at_ms, 2000);
    assert_true(e->manual_present);
    assert_false(e->manual);
    assert_int_equal(e->revision, 3);
    assert_int_equal(e->direction, TF_DIRECTION_SALE);
    assert_true(e->original.present);
    reading_str(e->original.sha256, "ab");
    reading_str(e->original.media_type, "application/xml");
    assert_int_equal(e->original.bytes, 77);
}

static void test_an_empty_head_is_absent(void **state)
{
    struct reading *r = *state;
    const struct tf_event *e = reading_decode(r, ACCOUNT(""));
    assert_false(tf_str_present(e->user) || tf_str_present(e->approver) || e->manual_present || e->original.present);
    assert_int_equal(e->revision, 0);
    assert_int_equal(e->direction, TF_DIRECTION_UNKNOWN);
    assert_false(reading_decode(r, ACCOUNT(",'manual':null"))->manual_present);
    assert_true(reading_decode(r, ACCOUNT(",'manual':true"))->manual);
    assert_false(reading_decode(r, ACCOUNT(",'manual':true"))->voided);
    assert_true(reading_decode(r, ACCOUNT(",'voided':true"))->voided);
}

static void test_malformed_heads_are_refused(void **state)
{
    struct reading *r = *state;
    static const struct { const char *head; enum tf_err err; const char *path; } rows[] = {
        {",'direction':'out'", TF_E_VALUE, "$.direction"},       {",'direction':7", TF_E_TYPE, "$.direction"},
        {",'manual':'yes'", TF_E_TYPE, "$.manual"},              {",'user':17", TF_E_TYPE, "$.user"},
        {",'approver':{}", TF_E_TYPE, "$.approver"},             {",'approved_at':'x'", TF_E_DATE, "$.approved_at"},
        {",'original':'x'", TF_E_TYPE, "$.original"},            {",'original':{'bytes':'1'}", TF_E_TYPE, "$.original.bytes"},
        {",'original':{'bytes':1.5}", TF_E_VALUE, "$.original.bytes"}, {",'original':{'sha256':1}", TF_E_TYPE, "$.original.sha256"},
        {",'revision':-1", TF_E_VALUE, "$.revision"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        reading_refused(r, reading_printf("{'kind':'account','company':'ACME','account':{'number':'1'}%s}", rows[i].head), rows[i].err,
                        rows[i].path);
    assert_int_equal(reading_decode(r, ACCOUNT(",'direction':''"))->direction, TF_DIRECTION_UNKNOWN);
}

static void test_ids_have_a_length(void **state)
{
    struct reading *r = *state;
    static const char *const members[] = {"company", "user", "approver"};
    char id[TF_EVENT_ID_BYTES_MAX + 2];
    memset(id, 'x', sizeof id);
    for (size_t i = 0; i < 3; i++) {
        const char *others = i == 0 ? "" : "'company':'A',";
        id[TF_EVENT_ID_BYTES_MAX] = '\0';
        reading_decode(r, reading_printf("{'kind':'account',%s'%s':'%s','account':{'number':'1'}}", others, members[i], id));
        id[TF_EVENT_ID_BYTES_MAX] = 'x';
        id[TF_EVENT_ID_BYTES_MAX + 1] = '\0';
        char path[16];
        snprintf(path, sizeof path, "$.%s", members[i]);
        reading_refused(r, reading_printf("{'kind':'account',%s'%s':'%s','account':{'number':'1'}}", others, members[i], id), TF_E_VALUE, path);
    }
}

#define PAYMENT(head, member) \
    "{'kind':'payment','company':'A'" head ",'payment':{'supplier':'S','amount':'1','currency':'EUR','date':'2026-11-23'" member "}}"

static void test_payments_have_the_direction_that_is_written(void **state)
{
    struct reading *r = *state;
    assert_int_equal(reading_decode(r, PAYMENT("", ""))->direction, TF_DIRECTION_UNKNOWN);
    assert_int_equal(reading_decode(r, PAYMENT(",'direction':'sale'", ""))->direction, TF_DIRECTION_SALE);
    assert_int_equal(reading_decode(r, PAYMENT("", ",'direction':'purchase'"))->direction, TF_DIRECTION_PURCHASE);
    assert_int_equal(reading_decode(r, PAYMENT(",'direction':'sale'", ",'direction':'purchase'"))->direction, TF_DIRECTION_PURCHASE);
    assert_int_equal(reading_decode(r, PAYMENT(",'direction':'sale'", ",'direction':'outgoing'"))->direction, TF_DIRECTION_SALE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_every_kind_is_known),
        READING_TEST(test_kinds_must_be_named_and_known),
        READING_TEST(test_the_member_of_the_kind_is_required),
        READING_TEST(test_the_company_is_required),
        READING_TEST(test_the_head_is_read),
        READING_TEST(test_an_empty_head_is_absent),
        READING_TEST(test_malformed_heads_are_refused),
        READING_TEST(test_ids_have_a_length),
        READING_TEST(test_payments_have_the_direction_that_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
