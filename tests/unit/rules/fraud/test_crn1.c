#include "unit/rules/fraud/sample.h"

static struct sample sample;

/* P payment, C credit note, I invoice. */
static enum tf_fraud_answer pass(struct history *history, char what, const char *amount, int day)
{
    if (what == 'P')
        sample_payment(&sample, "DE1", "12", amount, "EUR", day);
    else if (what == 'C')
        sample_credit_note(&sample, "DE1", "G-1", amount, "EUR", day);
    else
        sample_invoice(&sample, "DE1", "12", amount, "EUR", day);
    return history_pass(history, &sample);
}

/* Records of 119.00 on these days; the last one gets the answer, those before none. */
static void check(const char *what, const int *days, enum tf_fraud_answer answer)
{
    struct history *history = history_create("CRN1");
    for (size_t i = 0; what[i]; i++)
        if (pass(history, what[i], "119.00", days[i]) != (what[i + 1] ? TF_FRAUD_CLEAR : answer))
            fail_msg("%s at %zu", what, i);
    history_destroy(history);
}

static void credit_and_bill_again_after_the_payment_hit(void **state)
{
    (void)state;
    check("IPCI", (const int[]){0, 10, 12, 20}, TF_FRAUD_HIT);
    check("PCI", (const int[]){10, 40, 40}, TF_FRAUD_HIT);
    check("PCI", (const int[]){10, 10, 11}, TF_FRAUD_HIT);
}

static void whichever_comes_last_tells(void **state)
{
    (void)state;
    check("PIC", (const int[]){10, 20, 15}, TF_FRAUD_HIT);
    check("CIP", (const int[]){15, 20, 10}, TF_FRAUD_HIT);
    check("ICP", (const int[]){20, 20, 10}, TF_FRAUD_HIT);
}

static void a_hit_says_the_days(void **state)
{
    (void)state;
    struct history *history = history_create("CRN1");
    pass(history, 'P', "119.00", 10);
    pass(history, 'C', "119.00", 12);
    assert_int_equal(pass(history, 'I', "119.00", 20), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "119.00 EUR paid, credited 2 days after the payment and billed again after 10");
    assert_text(history->hit.threshold, "within 30 days");
    assert_int_equal(history->hit.related_count, 2);
    assert_text(history->hit.related[0], "e0");
    assert_text(history->hit.related[1], "e1");
    assert_int_equal(history->hit.amount_at_risk_minor, 11900);
    history_destroy(history);
}

static void another_order_or_time_is_clear(void **state)
{
    (void)state;
    check("ICP", (const int[]){0, 5, 10}, TF_FRAUD_CLEAR);    /* credited before it was paid */
    check("IPC", (const int[]){0, 10, 12}, TF_FRAUD_CLEAR);   /* not billed again */
    check("PCI", (const int[]){10, 12, 41}, TF_FRAUD_CLEAR);
    check("PI", (const int[]){10, 12}, TF_FRAUD_CLEAR);
    check("CPI", (const int[]){9, 10, 11}, TF_FRAUD_CLEAR);
    check("PCI", (const int[]){10, 10, 10}, TF_FRAUD_CLEAR);  /* all of one day: the invoice may be the first */
}

static void another_amount_or_supplier_is_clear(void **state)
{
    (void)state;
    struct history *history = history_create("CRN1");
    pass(history, 'P', "119.00", 10);
    pass(history, 'C', "119.00", 12);
    assert_int_equal(pass(history, 'I', "119.01", 20), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE2", "12", "119.00", "EUR", 20);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "12", "119.00", "USD", 20);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "12", "0.00", "EUR", 20);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void returned_payments_and_missing_fields(void **state)
{
    (void)state;
    struct history *history = history_create("CRN1");
    sample_payment(&sample, "DE1", "12", "119.00", "EUR", 10);
    sample.payment.returned = true;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    pass(history, 'C', "119.00", 12);
    assert_int_equal(pass(history, 'I', "119.00", 20), TF_FRAUD_CLEAR);
    sample_invoice(&sample, NULL, "12", "119.00", "EUR", 20);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", NULL, "EUR", 20);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credit_and_bill_again_after_the_payment_hit), cmocka_unit_test(whichever_comes_last_tells),
        cmocka_unit_test(a_hit_says_the_days), cmocka_unit_test(another_order_or_time_is_clear),
        cmocka_unit_test(another_amount_or_supplier_is_clear), cmocka_unit_test(returned_payments_and_missing_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
