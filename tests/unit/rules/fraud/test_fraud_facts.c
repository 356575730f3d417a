#include "unit/rules/fraud/sample.h"

#include "fraud_facts.h"

static struct sample sample;

static void an_invoice_s_amount_is_gross_else_due(void **state)
{
    (void)state;
    sample_invoice(&sample, " DE1 ", "1", "119.005", " eur ", 3);
    sample.invoice.totals.due = sample_amount("19.00");
    struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    assert_true(facts.has_amount && facts.has_time && facts.spends && !facts.returned);
    assert_int_equal(facts.amount_minor, 11901);
    assert_string_equal(facts.currency, "EUR");
    assert_text(facts.supplier, "DE1");
    assert_int_equal(facts.time_ms, sample_time(3));
    sample.invoice.totals.gross = sample_amount(NULL);
    assert_int_equal(tf_fraud_facts_of(&sample.event).amount_minor, 1900);
    sample.invoice.totals.due = sample_amount(NULL);
    assert_false(tf_fraud_facts_of(&sample.event).has_amount);
}

static void a_journal_s_amount_is_the_sum_of_its_debits(void **state)
{
    (void)state;
    sample_journal(&sample, "10.00");
    sample.lines[1].debit = sample_amount("5.50");
    struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    assert_int_equal(facts.amount_minor, 1550);
    assert_false(facts.spends);
    sample.lines[0].debit = sample_amount("9999999999999999999999999999");
    sample.lines[1].debit = sample_amount("9999999999999999999999999999");
    assert_false(tf_fraud_facts_of(&sample.event).has_amount);
    sample.lines[0].debit = sample.lines[1].debit = sample_amount(NULL);
    assert_false(tf_fraud_facts_of(&sample.event).has_amount);
}

static void blank_is_absent(void **state)
{
    (void)state;
    sample_payment(&sample, "  ", NULL, "1.00", "EU", 0);
    sample.event.user = TF_STR(" ");
    sample.payment.account = TF_STR("");
    struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    assert_null(facts.supplier.ptr);
    assert_null(facts.user.ptr);
    assert_null(facts.account.ptr);
    assert_string_equal(facts.currency, "");
}

static void at_risk_is_positive_and_thresholds_go_by_currency(void **state)
{
    (void)state;
    struct tf_fraud_setting setting = {.thresholds = {{"EUR", 5}, {"USD", 6}}, .thresholds_count = 2, .threshold_minor = 7};
    struct tf_fraud_facts facts = {.has_amount = true, .amount_minor = -250, .currency = "USD"};
    assert_int_equal(tf_fraud_facts_at_risk(&facts), 250);
    assert_int_equal(tf_fraud_facts_threshold(&facts, &setting), 6);
    memcpy(facts.currency, "JPY", 4);
    assert_int_equal(tf_fraud_facts_threshold(&facts, &setting), 7);
    facts.amount_minor = INT64_MIN;
    assert_int_equal(tf_fraud_facts_at_risk(&facts), 0);
    facts = (struct tf_fraud_facts){.amount_minor = 9};
    assert_int_equal(tf_fraud_facts_at_risk(&facts), 0);
}

/* A sum over two currencies is no amount. */
static void a_journal_in_two_currencies_has_no_amount(void **state)
{
    (void)state;
    sample_journal(&sample, "10.00");
    sample.lines[1].debit = sample_amount("5.00");
    sample.lines[1].currency = TF_STR(" eur ");
    struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    assert_true(facts.has_amount);
    assert_int_equal(facts.amount_minor, 1500);
    sample.lines[1].currency = TF_STR_NONE; /* the one of the lines before */
    assert_true(tf_fraud_facts_of(&sample.event).has_amount);
    sample.lines[1].currency = TF_STR("USD");
    facts = tf_fraud_facts_of(&sample.event);
    assert_false(facts.has_amount);
    assert_int_equal(facts.currency[0], '\0');
    sample.lines[1].debit = (struct tf_amount){.text = TF_STR_NONE}; /* another currency on the credit side only is an exchange */
    assert_true(tf_fraud_facts_of(&sample.event).has_amount);
}

static void no_amount_of_what_is_voided_counts(void **state)
{
    (void)state;
    sample_invoice(&sample, "DE1", "1", "119.00", "EUR", 3);
    sample.event.voided = true;
    struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    assert_false(facts.has_amount || facts.spends);
    assert_true(facts.has_time);
    assert_int_equal(tf_fraud_facts_at_risk(&facts), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invoice_s_amount_is_gross_else_due), cmocka_unit_test(a_journal_s_amount_is_the_sum_of_its_debits),
        cmocka_unit_test(a_journal_in_two_currencies_has_no_amount), cmocka_unit_test(no_amount_of_what_is_voided_counts),
        cmocka_unit_test(blank_is_absent), cmocka_unit_test(at_risk_is_positive_and_thresholds_go_by_currency)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
