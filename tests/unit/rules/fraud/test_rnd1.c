#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer judge(struct history *history, const char *amount, const char *currency)
{
    sample_invoice(&sample, "DE1", "12", amount, currency, 0);
    return history_judge(history, &sample);
}

static void multiples_hit(void **state)
{
    (void)state;
    static const struct { const char *amount, *currency; } round[] = {
        {"1000", "EUR"}, {"1000.00", "USD"}, {"57000.000", "GBP"}, {"10000.00", "SEK"}, {"300000", "JPY"}, {"2000.00", "AUD"}};
    struct history *history = history_create("RND1");
    for (size_t i = 0; i < sizeof round / sizeof round[0]; i++)
        assert_int_equal(judge(history, round[i].amount, round[i].currency), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "2000.00 AUD");
    assert_text(history->hit.threshold, "a multiple of 1000.00 AUD");
    assert_int_equal(history->hit.amount_at_risk_minor, 200000);
    sample_payment(&sample, NULL, NULL, "9000.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void other_amounts_are_clear(void **state)
{
    (void)state;
    static const struct { const char *amount, *currency; } other[] = {
        {"999.99", "EUR"}, {"0", "EUR"},    {"1500.00", "EUR"}, {"1000.01", "EUR"}, {"1000.001", "EUR"},
        {"-1000", "EUR"},  {"1000", "SEK"}, {"150000", "JPY"},  {"500", "EUR"}};
    struct history *history = history_create("RND1");
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        assert_int_equal(judge(history, other[i].amount, other[i].currency), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "12", "9000.00", "EUR", 0);
    sample.payment.returned = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void without_amount_or_currency_it_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("RND1");
    assert_int_equal(judge(history, NULL, "EUR"), TF_FRAUD_UNKNOWN);
    assert_int_equal(judge(history, "1000", NULL), TF_FRAUD_UNKNOWN);
    assert_int_equal(judge(history, "1000", "EURO"), TF_FRAUD_UNKNOWN);
    assert_int_equal(judge(history, "1000", "E1R"), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

static void sales_and_other_kinds_do_not_apply(void **state)
{
    (void)state;
    struct history *history = history_create("RND1");
    sample_invoice(&sample, "DE1", "12", "1000", "EUR", 0);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    sample_credit_note(&sample, "DE1", "12", "1000", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    sample_journal(&sample, "1000");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(multiples_hit), cmocka_unit_test(other_amounts_are_clear),
                                       cmocka_unit_test(without_amount_or_currency_it_is_unknown),
                                       cmocka_unit_test(sales_and_other_kinds_do_not_apply)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
