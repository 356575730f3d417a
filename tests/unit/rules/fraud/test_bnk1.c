#include "unit/rules/fraud/records.h"

enum { HOUR_MS = 3600000 };
static const char *const own = "DE89370400440532013000", *const other = "FR7630006000011234567890189";

static struct sample sample;
static struct party_sample party;

static enum tf_fraud_answer pays(struct history *history, const char *account, const char *amount, int day)
{
    sample_payment(&sample, "DE1", NULL, amount, "EUR", day);
    sample.payment.account = tf_str_of(account);
    return history_pass(history, &sample);
}

static void changes(struct history *history, const char *old_value, const char *new_value, int day)
{
    records_party(&party, "DE1", day);
    records_change(&party, "account", old_value, new_value, sample_time(day) + 9 * (int64_t)HOUR_MS);
    assert_int_equal(history_pass(history, &party.base), TF_FRAUD_NOT_APPLICABLE);
}

/* An invoice that names accounts to be paid. */
static void names(struct history *history, const char *first, const char *second, int day)
{
    struct tf_transfer transfers[2] = {{.account = tf_str_of(first)}, {.account = tf_str_of(second)}};
    struct tf_payment_means means = {.present = true, .transfers = {.items = transfers, .count = 2, .present = true}};
    sample_invoice(&sample, "DE1", "12", "1500.00", "EUR", day);
    sample.invoice.payments.items = &means;
    sample.invoice.payments.count = 1;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_NOT_APPLICABLE);
}

static void a_payment_after_a_change_of_master_data_hits(void **state)
{
    (void)state;
    struct history *history = history_create("BNK1");
    changes(history, own, other, 10);
    assert_int_equal(pays(history, other, "1000.00", 40), TF_FRAUD_HIT);
    assert_int_equal(history->hit.weight, 0); /* no points over the setting's */
    assert_int_equal(history->hit.amount_at_risk_minor, 100000);
    assert_int_equal(history->hit.related_count, 1);
    assert_text(history->hit.related[0], "e0");
    assert_text(history->hit.observed, "1000.00 EUR paid 29 days after the supplier's account was changed");
    assert_text(history->hit.threshold, "1000.00 EUR within 30 days; 20 points more within 3 days");
    assert_int_equal(pays(history, NULL, "1000.00", 39), TF_FRAUD_HIT); /* without an account as well */
    assert_int_equal(pays(history, other, "1000.00", 41), TF_FRAUD_CLEAR);
    assert_int_equal(pays(history, own, "1000.00", 42), TF_FRAUD_CLEAR); /* the old one is known as well */
    history_destroy(history);
}

static void a_quick_payment_weighs_more(void **state)
{
    (void)state;
    struct history *history = history_create("BNK1");
    changes(history, own, other, 10);
    assert_int_equal(pays(history, other, "1000.00", 13), TF_FRAUD_HIT);
    assert_int_equal(history->hit.weight, 20);
    assert_int_equal(pays(history, other, "1000.00", 10), TF_FRAUD_HIT); /* later on the day of the change, as far as anybody knows */
    assert_int_equal(history->hit.weight, 20);
    assert_int_equal(pays(history, other, "1000.00", 14), TF_FRAUD_HIT);
    assert_int_equal(history->hit.weight, 0);
    history_destroy(history);
}

static void an_account_that_comes_up_hits_until_it_is_known(void **state)
{
    (void)state;
    struct history *history = history_create("BNK1");
    assert_int_equal(pays(history, own, "2000.00", 0), TF_FRAUD_CLEAR); /* the first account of a supplier is no change */
    assert_int_equal(pays(history, "de89 3704 0044 0532 0130 00", "2000.00", 20), TF_FRAUD_CLEAR);
    assert_int_equal(pays(history, other, "2000.00", 50), TF_FRAUD_HIT);
    assert_int_equal(history->hit.weight, 20);
    assert_text(history->hit.related[0], "e1");
    assert_text(history->hit.observed, "2000.00 EUR paid 0 days after an account new to the supplier came up");
    assert_int_equal(pays(history, own, "2000.00", 55), TF_FRAUD_CLEAR);
    assert_int_equal(pays(history, other, "2000.00", 60), TF_FRAUD_HIT);
    assert_int_equal(history->hit.weight, 0);
    assert_int_equal(pays(history, other, "2000.00", 81), TF_FRAUD_CLEAR); /* two accounts, both known by now */
    assert_int_equal(pays(history, own, "2000.00", 82), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void invoices_make_accounts_known(void **state)
{
    (void)state;
    struct history *history = history_create("BNK1");
    names(history, own, NULL, 0);
    assert_int_equal(pays(history, own, "2000.00", 10), TF_FRAUD_CLEAR);
    names(history, own, other, 20);
    assert_int_equal(pays(history, other, "2000.00", 40), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "2000.00 EUR paid 20 days after an account new to the supplier came up");
    assert_int_equal(pays(history, other, "2000.00", 60), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "13", "20.00", "EUR", 70);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void small_returned_and_foreign_payments_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("BNK1");
    changes(history, own, other, 10);
    assert_int_equal(pays(history, other, "999.99", 12), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", NULL, "5000.00", "EUR", 12);
    sample.payment.returned = true;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE2", NULL, "5000.00", "EUR", 12);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    assert_int_equal(pays(history, own, "5000.00", 8), TF_FRAUD_CLEAR); /* before the change */
    sample_payment(&sample, "DE1", NULL, "5000.00", "EUR", 12);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void other_fields_and_first_accounts_are_no_change(void **state)
{
    (void)state;
    struct history *history = history_create("BNK1");
    records_party(&party, "DE1", 10);
    records_change(&party, "address", "Here 1", "There 2", sample_time(10));
    history_pass(history, &party.base);
    changes(history, NULL, own, 10);
    assert_int_equal(pays(history, own, "5000.00", 12), TF_FRAUD_CLEAR);
    changes(history, "  ", own, 20);
    assert_int_equal(pays(history, own, "5000.00", 22), TF_FRAUD_CLEAR);
    history_destroy(history);
}

/* A record tells of changes of several days at the time of the last; each counts from its own. */
static void a_change_counts_from_its_own_time(void **state)
{
    (void)state;
    struct history *history = history_create("BNK1");
    records_party(&party, "DE1", 0);
    records_change(&party, "account", own, other, sample_time(5));
    records_change(&party, "name", "A", "B", sample_time(30));
    history_pass(history, &party.base);
    assert_int_equal(pays(history, other, "5000.00", 33), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "5000.00 EUR paid 28 days after the supplier's account was changed");
    assert_int_equal(pays(history, NULL, "5000.00", 36), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("BNK1");
    assert_int_equal(pays(history, NULL, "5000.00", 0), TF_FRAUD_UNKNOWN); /* neither account nor change */
    assert_int_equal(pays(history, " - ", "5000.00", 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pays(history, own, NULL, 0), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, "DE1", NULL, "5000.00", NULL, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, NULL, NULL, "5000.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, "DE1", NULL, "5000.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_payment_after_a_change_of_master_data_hits), cmocka_unit_test(a_quick_payment_weighs_more),
        cmocka_unit_test(an_account_that_comes_up_hits_until_it_is_known), cmocka_unit_test(invoices_make_accounts_known),
        cmocka_unit_test(small_returned_and_foreign_payments_are_clear), cmocka_unit_test(other_fields_and_first_accounts_are_no_change),
        cmocka_unit_test(a_change_counts_from_its_own_time), cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
