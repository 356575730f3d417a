#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer judge(struct history *history, const char *user, const char *approver, int64_t between_ms)
{
    sample_invoice(&sample, "DE1", "12", "70.00", "EUR", 0);
    sample.event.user = tf_str_of(user);
    sample.event.approver = tf_str_of(approver);
    if (between_ms != INT64_MAX) {
        sample.event.recorded_at_ms = sample_time(0);
        sample.event.approved_at_ms = sample_time(0) + between_ms;
    }
    return history_judge(history, &sample);
}

static void one_person_hits(void **state)
{
    (void)state;
    struct history *history = history_create("SOD1");
    assert_int_equal(judge(history, "u1", "u1", INT64_MAX), TF_FRAUD_HIT);
    assert_int_equal(judge(history, "u1", " U1 ", INT64_MAX), TF_FRAUD_HIT);
    assert_int_equal(judge(history, "u1", "u1", TF_MS_PER_DAY), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "user and approver are one person");
    assert_int_equal(history->hit.amount_at_risk_minor, 7000);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void quick_approval_hits(void **state)
{
    (void)state;
    struct history *history = history_create("SOD1");
    assert_int_equal(judge(history, "u1", "u2", 59999), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "approved 59999 ms after entry");
    assert_text(history->hit.threshold, "two persons, and 60 s or more between entry and approval");
    assert_int_equal(judge(history, "u1", "u2", 0), TF_FRAUD_HIT);
    assert_int_equal(judge(history, "u1", "u2", -5000), TF_FRAUD_HIT);
    history->setting.params[0] = 10;
    assert_int_equal(judge(history, "u1", "u2", 59999), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void all_kinds_of_documents_apply(void **state)
{
    (void)state;
    struct history *history = history_create("SOD1");
    sample_journal(&sample, "250.00");
    sample.event.approver = TF_STR("u17");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 25000);
    sample_payment(&sample, "DE1", NULL, "10.00", "EUR", 0);
    sample.event.approver = TF_STR("u17");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample_credit_note(&sample, "DE1", "1", "-10.00", "EUR", 0);
    sample.event.approver = TF_STR("u17");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 1000);
    sample_base(&sample, TF_KIND_PARTY, "X", 0);
    sample.event.approver = TF_STR("u17");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void two_people_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("SOD1");
    assert_int_equal(judge(history, "u1", "u2", INT64_MAX), TF_FRAUD_CLEAR);
    assert_int_equal(judge(history, "u1", "u11", 60000), TF_FRAUD_CLEAR);
    assert_int_equal(judge(history, "u1", "u2", TF_MS_PER_DAY), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void without_both_names_it_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("SOD1");
    assert_int_equal(judge(history, "u1", NULL, INT64_MAX), TF_FRAUD_UNKNOWN);
    assert_int_equal(judge(history, NULL, "u1", INT64_MAX), TF_FRAUD_UNKNOWN);
    assert_int_equal(judge(history, "", "", 5), TF_FRAUD_UNKNOWN);
    assert_int_equal(judge(history, " ", "u1", 5), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_person_hits), cmocka_unit_test(quick_approval_hits),
                                       cmocka_unit_test(all_kinds_of_documents_apply), cmocka_unit_test(two_people_are_clear),
                                       cmocka_unit_test(without_both_names_it_is_unknown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
