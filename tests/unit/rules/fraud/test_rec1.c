#include "unit/rules/fraud/records.h"

/* Days of 2026 in January, February and March. */
enum { JANUARY = 10, FEBRUARY = 40, MARCH = 70 };

static struct sample sample;
static struct tf_return declared;

static void prepare(enum tf_direction direction, const char *tax, int day)
{
    sample_invoice(&sample, "DE1", "12", "119.00", "EUR", day);
    sample.event.direction = direction;
    sample.invoice.totals.vat = sample_amount(tax);
}

static void counted(struct history *history, enum tf_direction direction, const char *tax, int day)
{
    prepare(direction, tax, day);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_NOT_APPLICABLE);
}

static enum tf_fraud_answer returned(struct history *history, const char *period, const char *code, const char *amount)
{
    int32_t first = 0, last = 0;
    bool known = tf_period_parse(tf_str_of(period), &first, &last);
    sample_base(&sample, TF_KIND_RETURN, "ACME-DE", 0);
    declared = (struct tf_return){.company = TF_STR("ACME-DE"), .period = tf_str_of(period), .code = tf_str_of(code), .declared = sample_amount(amount)};
    sample.event.as.tax_return = &declared;
    sample.event.event_time_present = known;
    sample.event.event_time_ms = (last + 1) * (int64_t)TF_MS_PER_DAY - 1;
    return history_judge(history, &sample);
}

/* Output of 1,902.37 in January, and some in other months; input of 640.01 in January. */
static struct history *booked(void)
{
    struct history *history = history_create("REC1");
    counted(history, TF_DIRECTION_SALE, "1900.00", JANUARY);
    counted(history, TF_DIRECTION_SALE, "2.37", JANUARY + 20);
    counted(history, TF_DIRECTION_SALE, "70.00", JANUARY - 11);
    counted(history, TF_DIRECTION_SALE, "8000.50", FEBRUARY);
    counted(history, TF_DIRECTION_PURCHASE, "640.01", JANUARY);
    return history;
}

static void what_is_declared_short_hits(void **state)
{
    (void)state;
    struct history *history = booked();
    assert_int_equal(returned(history, "2026-01", "output-vat", "1852.36"), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 5001);
    assert_text(history->hit.observed, "output-vat of 2026-01 declared as 1852.36, the invoices add up to 1902.37 EUR");
    assert_text(history->hit.threshold, "50.00 EUR, or 5 in a thousand");
    assert_int_equal(returned(history, "2026-01", "OUTPUT-VAT", "1952.38"), TF_FRAUD_HIT);
    assert_int_equal(returned(history, "2026-01", "input-vat", "740.00"), TF_FRAUD_HIT);
    assert_int_equal(returned(history, "2026-01", "vat-payable", "1200.00"), TF_FRAUD_HIT);
    assert_int_equal(returned(history, "2026-02", "output-vat", "1902.37"), TF_FRAUD_HIT);
    assert_int_equal(returned(history, "2026-03", "output-vat", "100.00"), TF_FRAUD_HIT); /* nothing was invoiced in that month */
    history_destroy(history);
}

static void what_agrees_is_clear(void **state)
{
    (void)state;
    struct history *history = booked();
    assert_int_equal(returned(history, "2026-01", "output-vat", "1902.37"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-01", "output-vat", "1852.37"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-01", "output-vat", "1952.37"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-01", "input-vat", "640.01"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-01", "vat-payable", "1262.36"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-03", "output-vat", "0"), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void quarters_and_years_are_sums_of_months(void **state)
{
    (void)state;
    struct history *history = booked();
    counted(history, TF_DIRECTION_SALE, "30.00", MARCH);
    assert_int_equal(returned(history, "2026-Q1", "output-vat", "9932.87"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-Q1", "output-vat", "9800.00"), TF_FRAUD_HIT);
    assert_int_equal(returned(history, "2026", "output-vat", "9932.87"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-01-01/2026-02-28", "output-vat", "9902.87"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2025", "output-vat", "70.00"), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void half_a_percent_of_large_sums_is_forgiven(void **state)
{
    (void)state;
    struct history *history = history_create("REC1");
    counted(history, TF_DIRECTION_SALE, "90000000000000000.00", JANUARY);
    counted(history, TF_DIRECTION_SALE, "0.63", JANUARY);
    assert_int_equal(returned(history, "2026-01", "output-vat", "90000000000000000.63"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-01", "output-vat", "89560000000000000.00"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-01", "output-vat", "89550000000000000.00"), TF_FRAUD_HIT);
    history_destroy(history);
}

static void credit_notes_are_taken_off(void **state)
{
    (void)state;
    struct history *history = booked();
    prepare(TF_DIRECTION_SALE, "1000.37", JANUARY);
    sample.event.kind = TF_KIND_CREDIT_NOTE;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    assert_int_equal(returned(history, "2026-01", "output-vat", "902.00"), TF_FRAUD_CLEAR);
    counted(history, TF_DIRECTION_SALE, "-950.00", JANUARY);
    assert_int_equal(returned(history, "2026-01", "output-vat", "-48.00"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-01", "output-vat", "48.00"), TF_FRAUD_HIT);
    history_destroy(history);
}

static void the_currency_is_that_of_the_company_s_returns(void **state)
{
    (void)state;
    static const char *const own[] = {"ACME-DE:SEK", "EUR"};
    struct history *history = history_create("REC1");
    history->setting.words = (struct tf_string_list){own, 2};
    prepare(TF_DIRECTION_SALE, "10.00", JANUARY);
    sample.invoice.vat_currency = TF_STR("SEK");
    sample.invoice.totals.vat_accounting = sample_amount("113.00");
    history_pass(history, &sample);
    sample.invoice.currency = TF_STR("SEK");
    sample.invoice.vat_currency = TF_STR_NONE;
    sample.invoice.totals.vat = sample_amount("900.00");
    history_pass(history, &sample);
    assert_int_equal(returned(history, "2026-01", "output-vat", "1013.00"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-01", "output-vat", "513.00"), TF_FRAUD_CLEAR); /* 500 of these are as 50 euros */
    assert_int_equal(returned(history, "2026-01", "output-vat", "512.99"), TF_FRAUD_HIT);
    history_destroy(history);
}

static void what_cannot_be_added_up_is_unknown(void **state)
{
    (void)state;
    struct history *history = booked();
    assert_int_equal(returned(history, "2026-01", "81", "1902.37"), TF_FRAUD_UNKNOWN); /* no code of ours */
    assert_int_equal(returned(history, "2026-01-01/2026-01-15", "output-vat", "1.00"), TF_FRAUD_UNKNOWN);
    assert_int_equal(returned(history, "2026-01-02/2026-01-31", "output-vat", "1.00"), TF_FRAUD_UNKNOWN);
    assert_int_equal(returned(history, "January", "output-vat", "1.00"), TF_FRAUD_UNKNOWN);
    assert_int_equal(returned(history, "2026-01", "output-vat", NULL), TF_FRAUD_UNKNOWN);
    counted(history, TF_DIRECTION_SALE, NULL, JANUARY); /* a document without its tax */
    assert_int_equal(returned(history, "2026-01", "output-vat", "1.00"), TF_FRAUD_UNKNOWN);
    assert_int_equal(returned(history, "2026-01", "input-vat", "640.01"), TF_FRAUD_CLEAR);
    assert_int_equal(returned(history, "2026-02", "output-vat", "8000.50"), TF_FRAUD_CLEAR);
    counted(history, TF_DIRECTION_UNKNOWN, "5.00", JANUARY); /* whose tax? */
    assert_int_equal(returned(history, "2026-01", "input-vat", "640.01"), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

static void a_company_of_which_no_invoices_come_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("REC1");
    counted(history, TF_DIRECTION_PURCHASE, "0.00", JANUARY);
    assert_int_equal(returned(history, "2026-01", "output-vat", "1902.37"), TF_FRAUD_UNKNOWN);
    assert_int_equal(returned(history, "2026-01", "vat-payable", "1902.37"), TF_FRAUD_UNKNOWN);
    assert_int_equal(returned(history, "2026-01", "input-vat", "1902.37"), TF_FRAUD_HIT); /* purchases come, without tax */
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_declared_short_hits), cmocka_unit_test(what_agrees_is_clear),
        cmocka_unit_test(quarters_and_years_are_sums_of_months), cmocka_unit_test(half_a_percent_of_large_sums_is_forgiven),
        cmocka_unit_test(credit_notes_are_taken_off), cmocka_unit_test(the_currency_is_that_of_the_company_s_returns),
        cmocka_unit_test(what_cannot_be_added_up_is_unknown), cmocka_unit_test(a_company_of_which_no_invoices_come_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
