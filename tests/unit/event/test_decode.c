#include "reading.h"

#include "decode.h"
#include "decode_invoice.h"
#include "decode_records.h"
#include "json_members.h"

/* Tables must stand in the order of names, or members would be missed in silence. */
static void check_rows(const struct tf_decode_shape *shape, unsigned depth)
{
    assert_in_range(depth, 0, 10);
    assert_true(shape->count > 0);
    for (size_t i = 0; i < shape->count; i++) {
        const struct tf_decode_row *row = &shape->rows[i];
        if (i > 0 && tf_json_members_cmp(shape->rows[i - 1].name, row->name) >= 0)
            fail_msg("row %.*s stands after row %.*s", TF_STR_ARGS(shape->rows[i - 1].name), TF_STR_ARGS(row->name));
        assert_true(row->offset < shape->size);
        assert_int_equal(row->shape != NULL, row->type >= TF_DECODE_GROUP);
        assert_int_equal(row->limit != 0, row->type == TF_DECODE_LIST || row->type == TF_DECODE_WHOLE);
        if (row->shape != NULL)
            check_rows(row->shape, depth + 1);
    }
    if (shape->plain)
        assert_int_equal(shape->rows[0].type, TF_DECODE_TEXT);
}

static void test_all_tables_are_in_order(void **state)
{
    (void)state;
    check_rows(&tf_decode_records_head_shape, 0);
    check_rows(&tf_decode_records_payment_shape, 0);
    check_rows(&tf_decode_records_journal_shape, 0);
    check_rows(&tf_decode_records_party_shape, 0);
    check_rows(&tf_decode_records_return_shape, 0);
    check_rows(&tf_decode_records_account_shape, 0);
    check_rows(&tf_decode_invoice_shape, 0);
}

#define PAYMENT "{'kind':'payment','company':'A','payment':{'supplier':'S','amount':'1','currency':'EUR','date':'2026-11-23'"

static void test_decimals_come_as_strings_and_numbers(void **state)
{
    struct reading *r = *state;
    static const struct { const char *json, *text, *value; } rows[] = {
        {"'12.50'", "12.50", "12.5"}, {"12.50", "12.50", "12.5"}, {"'+5.00'", "+5.00", "5"}, {"1e2", "1e2", "100"},
        {"' 7 '", " 7 ", "7"}, {"'05.'", "05.", "5"}, {"-0.10", "-0.10", "-0.1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = reading_printf(PAYMENT ",'invoices':[{'number':'1','amount':%s}]}}", rows[i].json);
        struct tf_amount amount = reading_decode(r, text)->as.payment->invoices.items[0].amount;
        char out[TF_MONEY_TEXT_BYTES];
        reading_str(amount.text, rows[i].text);
        reading_str(tf_money_format(amount.value, 0, out), rows[i].value);
    }
}

static void test_malformed_decimals_are_refused(void **state)
{
    struct reading *r = *state;
    static const char *const bad[] = {"''", "' '", "'1e1'", "'1,5'", "'x'", "1e999999", "'1e999999'", "'99999999999999999999999999999'",
                                      "'0.000000000000000000001'", "1e21", "'1.2.3'"};
    static const char *const types[] = {"true", "false", "[]", "{}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        reading_refused(r, reading_printf(PAYMENT ",'invoices':[{'amount':%s}]}}", bad[i]), TF_E_NUMBER, "$.payment.invoices[0].amount");
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        reading_refused(r, reading_printf(PAYMENT ",'invoices':[{'amount':%s}]}}", types[i]), TF_E_TYPE, "$.payment.invoices[0].amount");
}

static void test_texts_are_strings_only(void **state)
{
    struct reading *r = *state;
    static const char *const bad[] = {"7", "true", "[]", "{}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        reading_refused(r, reading_printf(PAYMENT ",'account':%s}}", bad[i]), TF_E_TYPE, "$.payment.account");
    reading_str(reading_decode(r, PAYMENT ",'account':''}}")->as.payment->account, "");
    assert_false(tf_str_present(reading_decode(r, PAYMENT ",'account':null}}")->as.payment->account));
    assert_false(tf_str_present(reading_decode(r, PAYMENT "}}")->as.payment->account));
}

static void test_dates_are_blank_or_of_the_calendar(void **state)
{
    struct reading *r = *state;
    struct tf_date date = reading_decode(r, PAYMENT ",'value_date':'2024-02-29'}}")->as.payment->value_date;
    reading_str(date.text, "2024-02-29");
    assert_int_equal(date.days, 19782);
    date = reading_decode(r, PAYMENT ",'value_date':''}}")->as.payment->value_date;
    reading_str(date.text, "");
    date = reading_decode(r, PAYMENT ",'value_date':' '}}")->as.payment->value_date;
    reading_str(date.text, "");
    static const char *const bad[] = {"'2026-02-29'", "'2026-13-01'", "'20261123'", "'23.11.2026'", "'2026-11-23T10:00:00Z'", "'x'", "'2026-11'"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        reading_refused(r, reading_printf(PAYMENT ",'value_date':%s}}", bad[i]), TF_E_DATE, "$.payment.value_date");
    reading_refused(r, PAYMENT ",'value_date':20261123}}", TF_E_TYPE, "$.payment.value_date");
}

#define MOMENT(date) "{'kind':'payment','company':'A','payment':{'supplier':'S','amount':'1','currency':'EUR','date':" date "}}"

static void test_moments_are_dates_or_times(void **state)
{
    struct reading *r = *state;
    assert_int_equal(reading_decode(r, MOMENT("'1970-01-02'"))->as.payment->date.days, 1);
    struct tf_date date = reading_decode(r, MOMENT("'1970-01-02T23:30:00-05:00'"))->as.payment->date;
    assert_int_equal(date.days, 1); /* the written day */
    reading_str(date.text, "1970-01-02T23:30:00-05:00");
    reading_refused(r, MOMENT("'1970-01-02T24:30:00Z'"), TF_E_DATE, "$.payment.date");
    reading_refused(r, MOMENT("'1970-01-02T10:00:00'"), TF_E_DATE, "$.payment.date");
    reading_refused(r, MOMENT("7"), TF_E_TYPE, "$.payment.date");
}

static const char *recorded(const char *at)
{
    return reading_printf("{'kind':'account','company':'A','recorded_at':%s,'account':{'number':'1'}}", at);
}

static void test_times_are_rfc_3339(void **state)
{
    struct reading *r = *state;
    assert_int_equal(reading_decode(r, recorded("'1970-01-01T00:00:01.5Z'"))->recorded_at_ms, 1500);
    assert_int_equal(reading_decode(r, recorded("'1970-01-01T01:00:01+01:00'"))->recorded_at_ms, 1000);
    assert_int_equal(reading_decode(r, recorded("''"))->recorded_at_ms, 0);
    assert_int_equal(reading_decode(r, recorded("null"))->recorded_at_ms, 0);
    reading_refused(r, recorded("'2026-11-23'"), TF_E_DATE, "$.recorded_at");
    reading_refused(r, recorded("'now'"), TF_E_DATE, "$.recorded_at");
    reading_refused(r, recorded("1700000000"), TF_E_TYPE, "$.recorded_at");
}

static void test_flags_are_true_or_false(void **state)
{
    struct reading *r = *state;
    assert_true(reading_decode(r, PAYMENT ",'returned':true}}")->as.payment->returned);
    assert_false(reading_decode(r, PAYMENT ",'returned':false}}")->as.payment->returned);
    static const char *const bad[] = {"1", "'true'", "[]", "{}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        reading_refused(r, reading_printf(PAYMENT ",'returned':%s}}", bad[i]), TF_E_TYPE, "$.payment.returned");
}

static const char *revised(const char *revision)
{
    return reading_printf("{'kind':'account','company':'A','revision':%s,'account':{'number':'1'}}", revision);
}

static void test_wholes_have_neither_sign_nor_fraction(void **state)
{
    struct reading *r = *state;
    assert_int_equal(reading_decode(r, revised("1"))->revision, 1);
    assert_int_equal(reading_decode(r, revised("2147483648"))->revision, 2147483648);
    assert_int_equal(reading_decode(r, revised("null"))->revision, 0);
    static const char *const bad[] = {"0", "-1", "1.0", "1e0", "2147483649", "99999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        reading_refused(r, revised(bad[i]), TF_E_VALUE, "$.revision");
    reading_refused(r, revised("'1'"), TF_E_TYPE, "$.revision");
    reading_refused(r, revised("true"), TF_E_TYPE, "$.revision");
}

#define INVOICE(members) "{'kind':'invoice','company':'A','invoice':{" members "}}"

static void test_groups_are_objects_and_ids_may_be_plain(void **state)
{
    struct reading *r = *state;
    const struct tf_invoice *invoice = reading_decode(r, INVOICE("'seller':{},'object_id':'7','payee':{'id':{'id':'8','scheme':'0088'}}"))->as.invoice;
    assert_true(invoice->seller.present);
    assert_false(invoice->buyer.present);
    reading_str(invoice->object_id.id, "7");
    assert_false(tf_str_present(invoice->object_id.scheme));
    reading_str(invoice->payee.id.id, "8");
    reading_str(invoice->payee.id.scheme, "0088");
    reading_refused(r, INVOICE("'seller':'x'"), TF_E_TYPE, "$.invoice.seller");
    reading_refused(r, INVOICE("'seller':[]"), TF_E_TYPE, "$.invoice.seller");
    reading_refused(r, INVOICE("'object_id':7"), TF_E_TYPE, "$.invoice.object_id");
    reading_refused(r, INVOICE("'object_id':{'id':7}"), TF_E_TYPE, "$.invoice.object_id.id");
    reading_refused(r, INVOICE("'seller':{'ids':['1',2]}"), TF_E_TYPE, "$.invoice.seller.ids[1]");
}

static void test_lists_are_arrays_within_limits(void **state)
{
    struct reading *r = *state;
    assert_true(reading_decode(r, INVOICE("'notes':[]"))->as.invoice->notes.present);
    assert_int_equal(r->event.as.invoice->notes.count, 0);
    assert_false(reading_decode(r, INVOICE("'notes':null"))->as.invoice->notes.present);
    reading_refused(r, INVOICE("'notes':{}"), TF_E_TYPE, "$.invoice.notes");
    reading_refused(r, INVOICE("'notes':[null]"), TF_E_TYPE, "$.invoice.notes[0]");
    reading_refused(r, INVOICE("'lines':[{},{},{},{'net':true}]"), TF_E_TYPE, "$.invoice.lines[3].net");
}

/* count elements "{}," in the list of a record. */
static enum tf_err decode_many(struct reading *r, const char *list, size_t count)
{
    size_t room = count * 3 + 128;
    char *text = malloc(room);
    assert_non_null(text);
    size_t len = (size_t)snprintf(text, room, "{\"kind\":\"invoice\",\"company\":\"A\",\"invoice\":{\"%s\":[", list);
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, room - len, "%s{}", i > 0 ? "," : "");
    len += (size_t)snprintf(text + len, room - len, "]}}");
    tf_arena_rewind(r->arena);
    enum tf_err err = tf_reader_decode(r->reader, (struct tf_str){text, len}, r->arena, &r->event, &r->problem);
    free(text);
    return err;
}

static void test_lists_pass_their_limit_by_none(void **state)
{
    struct reading *r = *state;
    assert_int_equal(decode_many(r, "notes", TF_EVENT_LIST_MAX), TF_OK);
    assert_int_equal(decode_many(r, "notes", TF_EVENT_LIST_MAX + 1), TF_E_TOO_MANY);
    reading_str(r->problem.path, "$.invoice.notes");
    assert_int_equal(decode_many(r, "lines", TF_EVENT_LINES_MAX), TF_OK);
    assert_int_equal(r->event.as.invoice->lines.count, TF_EVENT_LINES_MAX);
    assert_int_equal(decode_many(r, "lines", TF_EVENT_LINES_MAX + 1), TF_E_TOO_MANY);
}

static void test_unknown_members_are_ignored(void **state)
{
    struct reading *r = *state;
    reading_decode(r, "{'kind':'invoice','company':'A','zzz':{'a':[1]},'Kind':7,'':1,'invoice':{'numbers':1,'numbe':[],'number':'N','0':{}}}");
    reading_str(r->event.as.invoice->number, "N");
}

static void test_a_full_arena_is_a_limit(void **state)
{
    struct reading *r = *state;
    struct tf_arena *small = tf_arena_create(4096);
    assert_non_null(small);
    struct tf_str json = reading_json(r, INVOICE("'lines':[{},{},{},{},{},{}]"));
    assert_int_equal(tf_reader_decode(r->reader, json, small, &r->event, &r->problem), TF_E_LIMIT);
    tf_arena_destroy(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_tables_are_in_order),
        READING_TEST(test_decimals_come_as_strings_and_numbers),
        READING_TEST(test_malformed_decimals_are_refused),
        READING_TEST(test_texts_are_strings_only),
        READING_TEST(test_dates_are_blank_or_of_the_calendar),
        READING_TEST(test_moments_are_dates_or_times),
        READING_TEST(test_times_are_rfc_3339),
        READING_TEST(test_flags_are_true_or_false),
        READING_TEST(test_wholes_have_neither_sign_nor_fraction),
        READING_TEST(test_groups_are_objects_and_ids_may_be_plain),
        READING_TEST(test_lists_are_arrays_within_limits),
        READING_TEST(test_lists_pass_their_limit_by_none),
        READING_TEST(test_unknown_members_are_ignored),
        READING_TEST(test_a_full_arena_is_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
