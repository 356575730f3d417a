#include "unit/rules/fraud/records.h"

/* Days of 2026, from 0. */
enum { JANUARY_ENDS = 30, FEBRUARY_ENDS = 58, MARCH_ENDS = 89, YEAR_BEFORE_ENDS = -1 };

static struct sample sample;

static enum tf_fraud_answer posted(struct history *history, int day, const char *text)
{
    records_journal(&sample, day, text);
    return history_judge(history, &sample);
}

static void around_the_end_of_a_month_hits(void **state)
{
    (void)state;
    struct history *history = history_create("JE1");
    assert_int_equal(posted(history, JANUARY_ENDS - 2, "Umb."), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "entered by hand, posted 2 days before the end of a period, with a text of 4 characters");
    assert_text(history->hit.threshold, "2 days before to 5 after, a text shorter than 10");
    assert_int_equal(history->hit.amount_at_risk_minor, 11900);
    assert_int_equal(posted(history, FEBRUARY_ENDS, "x"), TF_FRAUD_HIT);
    assert_int_equal(posted(history, FEBRUARY_ENDS + 5, "x"), TF_FRAUD_HIT);
    assert_int_equal(posted(history, YEAR_BEFORE_ENDS, "x"), TF_FRAUD_HIT);
    assert_int_equal(posted(history, YEAR_BEFORE_ENDS + 5, "x"), TF_FRAUD_HIT);
    assert_int_equal(posted(history, JANUARY_ENDS, NULL), TF_FRAUD_HIT); /* no text is no word of explanation */
    assert_int_equal(posted(history, JANUARY_ENDS, "    plug      "), TF_FRAUD_HIT);
    history_destroy(history);
}

static void the_middle_of_a_month_is_clear(void **state)
{
    (void)state;
    struct history *history = history_create("JE1");
    assert_int_equal(posted(history, JANUARY_ENDS - 3, "x"), TF_FRAUD_CLEAR);
    assert_int_equal(posted(history, FEBRUARY_ENDS + 6, "x"), TF_FRAUD_CLEAR);
    assert_int_equal(posted(history, 14, "x"), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_text_explains(void **state)
{
    (void)state;
    struct history *history = history_create("JE1");
    assert_int_equal(posted(history, JANUARY_ENDS, "nine char"), TF_FRAUD_HIT);
    assert_int_equal(posted(history, JANUARY_ENDS, "ten chars!"), TF_FRAUD_CLEAR);
    assert_int_equal(posted(history, JANUARY_ENDS, "Rückstellg"), TF_FRAUD_CLEAR); /* characters, not bytes: ten of them */
    assert_int_equal(posted(history, JANUARY_ENDS, "Rückstell"), TF_FRAUD_HIT);
    records_journal(&sample, JANUARY_ENDS, "x");
    sample.lines[1].text = TF_STR("accrual for the audit");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void what_machines_post_is_clear(void **state)
{
    (void)state;
    struct history *history = history_create("JE1");
    records_journal(&sample, JANUARY_ENDS, "x");
    sample.event.manual = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", NULL, "10.00", "EUR", JANUARY_ENDS);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void quarters_and_years_of_the_company_s_own(void **state)
{
    (void)state;
    struct history *history = history_create("JE1");
    history->setting.params[3] = 3;
    assert_int_equal(posted(history, JANUARY_ENDS, "x"), TF_FRAUD_CLEAR);
    assert_int_equal(posted(history, MARCH_ENDS, "x"), TF_FRAUD_HIT);
    history->setting.params[3] = 12;
    assert_int_equal(posted(history, MARCH_ENDS, "x"), TF_FRAUD_CLEAR);
    assert_int_equal(posted(history, YEAR_BEFORE_ENDS + 3, "x"), TF_FRAUD_HIT);
    history->setting.params[4] = 3; /* the year ends in March */
    assert_int_equal(posted(history, MARCH_ENDS, "x"), TF_FRAUD_HIT);
    assert_int_equal(posted(history, YEAR_BEFORE_ENDS, "x"), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("JE1");
    records_journal(&sample, JANUARY_ENDS, "x");
    sample.event.manual_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    records_journal(&sample, JANUARY_ENDS, "x");
    sample.journal.posting_date = (struct tf_date){.text = TF_STR_NONE};
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample.journal.posting_date = (struct tf_date){TF_STR("soon"), TF_DATE_UNKNOWN};
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(around_the_end_of_a_month_hits), cmocka_unit_test(the_middle_of_a_month_is_clear), cmocka_unit_test(a_text_explains),
        cmocka_unit_test(what_machines_post_is_clear), cmocka_unit_test(quarters_and_years_of_the_company_s_own),
        cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
