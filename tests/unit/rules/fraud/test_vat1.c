#include "unit/rules/fraud/records.h"

static struct invoice_sample sample;

/* One breakdown of a German invoice of 2026. */
static enum tf_fraud_answer taxed(struct history *history, const char *category, const char *rate, const char *taxable, const char *tax)
{
    records_invoice(&sample, "119.00", 0);
    records_breakdown(&sample, category, rate, taxable, tax);
    return history_judge(history, &sample.base);
}

static void tax_that_is_not_net_times_rate_hits(void **state)
{
    (void)state;
    struct history *history = history_create("VAT1");
    assert_int_equal(taxed(history, "S", "19", "100.00", "19.03"), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 3);
    assert_text(history->hit.observed, "tax of 19.03 on 100.00 at 19 %");
    assert_text(history->hit.threshold, "19.00, give or take 1 of the smallest unit a line or 1 in a thousand");
    assert_int_equal(taxed(history, "S", "19", "100.00", "18.97"), TF_FRAUD_HIT);
    assert_int_equal(taxed(history, "S", "19", "-100.00", "19.00"), TF_FRAUD_HIT); /* the sign counts */
    assert_int_equal(taxed(history, "E", NULL, "100.00", "0.40"), TF_FRAUD_HIT);   /* no rate, no tax */
    assert_int_equal(taxed(history, "Z", "0", "100.00", "0.40"), TF_FRAUD_HIT);
    records_invoice(&sample, "119.00", 0);
    records_breakdown(&sample, "S", "19", "100.00", "19.00");
    records_breakdown(&sample, "S", "7", "100.00", "8.00");
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_HIT); /* any of several */
    history_destroy(history);
}

static void rounding_is_forgiven(void **state)
{
    (void)state;
    struct history *history = history_create("VAT1");
    assert_int_equal(taxed(history, "S", "19", "100.00", "19.00"), TF_FRAUD_CLEAR);
    assert_int_equal(taxed(history, "S", "19", "0.11", "0.02"), TF_FRAUD_CLEAR); /* 0.0209 */
    assert_int_equal(taxed(history, "S", "19", "0.11", "0.03"), TF_FRAUD_CLEAR); /* a cent for the line */
    assert_int_equal(taxed(history, "S", "19", "0.11", "0.04"), TF_FRAUD_HIT);
    assert_int_equal(taxed(history, "S", "19", "100000.00", "19019.01"), TF_FRAUD_CLEAR); /* 0.1 % of the tax */
    assert_int_equal(taxed(history, "S", "19", "100000.00", "19019.03"), TF_FRAUD_HIT);
    records_invoice(&sample, "119.00", 0);
    records_breakdown(&sample, "S", "19", "100.00", "19.04");
    sample.base.invoice.lines.count = 4;
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void currencies_without_cents_round_to_whole_units(void **state)
{
    (void)state;
    struct history *history = history_create("VAT1");
    records_invoice(&sample, "108", 0);
    records_breakdown(&sample, "Z", "10", "1004", "101");
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_HIT); /* 100.40 EUR */
    sample.base.invoice.currency = TF_STR("JPY");
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_rate_that_there_was_not_hits(void **state)
{
    (void)state;
    struct history *history = history_create("VAT1");
    assert_int_equal(taxed(history, "S", "16", "100.00", "16.00"), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "tax of 16.00 on 100.00 at 16 %");
    assert_text(history->hit.threshold, "rates in force: DE on 2026-01-01: 5.5, 7, 7.8, 19");
    assert_int_equal(history->hit.amount_at_risk_minor, 1600);
    records_invoice(&sample, "116.00", 0);
    records_breakdown(&sample, "S", "16", "100.00", "16.00");
    sample.base.invoice.issue_date.days = tf_clock_days_from_civil(2020, 9, 15);
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR); /* in force for half a year */
    sample.base.invoice.issue_date.days = tf_clock_days_from_civil(2026, 1, 1);
    sample.base.event.kind = TF_KIND_CREDIT_NOTE;
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_HIT); /* of no year before that it may correct */
    sample.base.invoice.issue_date.days = tf_clock_days_from_civil(2021, 2, 1);
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void another_tax_and_another_country_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("VAT1");
    records_invoice(&sample, "120.00", 0);
    records_breakdown(&sample, "S", "20", "100.00", "20.00");
    sample.base.invoice.delivery.address.country = TF_STR("FR");
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR);
    records_breakdown(&sample, "S", "1", "3.00", "77.00");
    sample.breakdowns[1].scheme = TF_STR("ENV");
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("VAT1");
    records_invoice(&sample, "119.00", 0);
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_UNKNOWN);
    assert_int_equal(taxed(history, "S", "19", NULL, "19.00"), TF_FRAUD_UNKNOWN);
    assert_int_equal(taxed(history, "S", "19", "100.00", NULL), TF_FRAUD_UNKNOWN);
    assert_int_equal(taxed(history, "S", NULL, "100.00", "19.00"), TF_FRAUD_UNKNOWN);
    records_invoice(&sample, "119.00", 0);
    records_breakdown(&sample, "S", "19", "100.00", "19.00");
    sample.base.invoice.issue_date = (struct tf_date){.text = TF_STR_NONE};
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_UNKNOWN);
    records_invoice(&sample, "119.00", 0);
    records_breakdown(&sample, "S", "19", "100.00", "19.00");
    sample.base.invoice.seller.vat_id = sample.base.invoice.seller.address.country = TF_STR_NONE;
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_UNKNOWN); /* whose rate? */
    sample_payment(&sample.base, "DE1", NULL, "1.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void amounts_past_all_sums_are_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("VAT1");
    static const char *const huge = "9999999999999999999999999999", *const fine = "0.00000000000000000001";
    assert_int_equal(taxed(history, "E", huge, huge, "1.00"), TF_FRAUD_UNKNOWN);
    assert_int_equal(taxed(history, "E", "0", fine, huge), TF_FRAUD_HIT);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tax_that_is_not_net_times_rate_hits), cmocka_unit_test(rounding_is_forgiven),
        cmocka_unit_test(currencies_without_cents_round_to_whole_units), cmocka_unit_test(a_rate_that_there_was_not_hits),
        cmocka_unit_test(another_tax_and_another_country_are_clear), cmocka_unit_test(a_missing_field_is_unknown),
        cmocka_unit_test(amounts_past_all_sums_are_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
