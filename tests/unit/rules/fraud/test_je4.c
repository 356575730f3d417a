#include "unit/rules/fraud/records.h"

static struct sample sample;

/* Posted to one day of 2026, entered on another. */
static enum tf_fraud_answer entered(struct history *history, int posted, int recorded)
{
    records_journal(&sample, posted, "Booked");
    sample.event.recorded_at_ms = sample_time(recorded) + 3600000;
    return history_judge(history, &sample);
}

static void more_than_thirty_days_hit(void **state)
{
    (void)state;
    struct history *history = history_create("JE4");
    assert_int_equal(entered(history, 0, 31), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "entered 31 days after the posting date");
    assert_text(history->hit.threshold, "more than 30 days, or a closed period");
    assert_int_equal(history->hit.amount_at_risk_minor, 11900);
    assert_int_equal(entered(history, -400, 31), TF_FRAUD_HIT);
    history->setting.params[0] = 5;
    assert_int_equal(entered(history, 0, 6), TF_FRAUD_HIT);
    history_destroy(history);
}

static void a_closed_period_hits_from_its_end(void **state)
{
    (void)state;
    struct history *history = history_create("JE4");
    static const char *const closed[] = {"2025", "2026-02"};
    history->setting.words = (struct tf_string_list){closed, 2};
    assert_int_equal(entered(history, -1, 0), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "entered 1 days after the posting date, into the closed period 2025");
    assert_int_equal(entered(history, -1, -1), TF_FRAUD_CLEAR); /* it was open then */
    assert_int_equal(entered(history, 5, 8), TF_FRAUD_CLEAR);   /* January is open */
    assert_int_equal(entered(history, 58, 59), TF_FRAUD_HIT);
    records_journal(&sample, 70, "Booked"); /* dated in March, but of February by its own word */
    sample.journal.period = TF_STR("2026-02");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void a_day_behind_the_period_says_since_when(void **state)
{
    (void)state;
    struct history *history = history_create("JE4");
    static const char *const closed[] = {"2026-01@2026-02-12", "nonsense", "2026-02@nonsense"};
    history->setting.words = (struct tf_string_list){closed, 3};
    assert_int_equal(entered(history, 20, 41), TF_FRAUD_CLEAR); /* entered on the 11th of February */
    assert_int_equal(entered(history, 20, 42), TF_FRAUD_HIT);
    assert_int_equal(entered(history, 40, 70), TF_FRAUD_CLEAR); /* a word that is no period closes nothing */
    history_destroy(history);
}

static void thirty_days_and_ahead_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("JE4");
    assert_int_equal(entered(history, 0, 30), TF_FRAUD_CLEAR);
    assert_int_equal(entered(history, 0, 0), TF_FRAUD_CLEAR);
    assert_int_equal(entered(history, 90, 0), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("JE4");
    records_journal(&sample, 0, "Booked");
    sample.event.recorded_at_ms = 0;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    records_journal(&sample, 0, "Booked");
    sample.journal.posting_date = (struct tf_date){.text = TF_STR_NONE};
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "1", "10.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_than_thirty_days_hit), cmocka_unit_test(a_closed_period_hits_from_its_end),
        cmocka_unit_test(a_day_behind_the_period_says_since_when), cmocka_unit_test(thirty_days_and_ahead_are_clear),
        cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
