#include "unit/rules/fraud/sample.h"

#include "taxflow/fraud_group.h"

static struct sample sample;

static const struct tf_fraud_rule *rule_of(const char *id)
{
    size_t count;
    return &tf_fraud_rules(&count)[sample_rule(id)];
}

static size_t tallies_of(const char *id, struct tf_fraud_tally *tallies, char name[TF_FRAUD_GROUP_NAME_BYTES])
{
    const struct tf_fraud_rule *rule = rule_of(id);
    const struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    size_t count = rule->tallies(rule, &rule->defaults, &facts, tallies);
    if (count > 0)
        rule->group->name(&facts, 0, name);
    return count;
}

static struct tf_hash16 group_of(const char *amount, const char *currency, enum tf_direction direction, char name[TF_FRAUD_GROUP_NAME_BYTES])
{
    struct tf_fraud_tally tallies[TF_FRAUD_TALLIES_MAX];
    sample_invoice(&sample, "DE1", "1", amount, currency, 0);
    sample.event.direction = direction;
    assert_int_equal(tallies_of("BEN1", tallies, name), 1);
    assert_true(tallies[0].shared && tallies[0].use == TF_FRAUD_ADDS);
    return tallies[0].group;
}

static void kind_direction_currency_and_sign_make_a_population(void **state)
{
    (void)state;
    char name[TF_FRAUD_GROUP_NAME_BYTES];
    struct tf_hash16 first = group_of("10.00", "EUR", TF_DIRECTION_PURCHASE, name);
    assert_string_equal(name, "invoices, purchase, EUR");
    assert_true(tf_hash16_eq(first, group_of("99.00", "EUR", TF_DIRECTION_PURCHASE, name)));
    assert_false(tf_hash16_eq(first, group_of("10.00", "EUR", TF_DIRECTION_SALE, name)));
    assert_string_equal(name, "invoices, sale, EUR");
    assert_false(tf_hash16_eq(first, group_of("10.00", "USD", TF_DIRECTION_PURCHASE, name)));
    assert_false(tf_hash16_eq(first, group_of("-10.00", "EUR", TF_DIRECTION_PURCHASE, name)));
    assert_string_equal(name, "invoices, purchase, EUR, negative");
    group_of("10.00", NULL, TF_DIRECTION_UNKNOWN, name);
    assert_string_equal(name, "invoices");
}

static void lines_of_a_journal_count_by_their_account_class(void **state)
{
    (void)state;
    struct tf_fraud_tally tallies[TF_FRAUD_TALLIES_MAX];
    char name[TF_FRAUD_GROUP_NAME_BYTES];
    sample_journal(&sample, "123.45");
    sample.lines[0].account = TF_STR("4400");
    sample.lines[1].account = TF_STR("1200");
    sample.lines[1].currency = TF_STR("eur");
    assert_int_equal(tallies_of("BEN1", tallies, name), 2);
    assert_string_equal(name, "account class 4, EUR");
    assert_int_equal(tallies[0].cell, tallies[1].cell);
    assert_false(tf_hash16_eq(tallies[0].group, tallies[1].group));
    sample.lines[1].account = TF_STR("4830");
    assert_int_equal(tallies_of("BEN1", tallies, name), 1); /* the same class and digits twice */
    assert_int_equal(tallies[0].adds, 2);
}

static void digits_have_their_cells(void **state)
{
    (void)state;
    struct tf_fraud_tally tallies[TF_FRAUD_TALLIES_MAX];
    char name[TF_FRAUD_GROUP_NAME_BYTES];
    static const struct { const char *amount; unsigned cell; } cases[] = {
        {"0.05", 40}, {"0.001", 0}, {"5", 2 * 90 + 40}, {"12.34", 3 * 90 + 2}, {"999.99", 4 * 90 + 89}, {"9900000000000", 10 * 90 + 89}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sample_payment(&sample, "DE1", NULL, cases[i].amount, "EUR", 0);
        assert_int_equal(tallies_of("BEN2", tallies, name), 1);
        assert_int_equal(tallies[0].cell, cases[i].cell);
    }
    sample_payment(&sample, "DE1", NULL, "12.34", "EUR", 0);
    assert_int_equal(tallies_of("BEN3", tallies, name), 1);
    assert_int_equal(tallies[0].cell, 34);
    sample_payment(&sample, "DE1", NULL, "1234", "JPY", 0); /* yen have no cents */
    assert_int_equal(tallies_of("BEN3", tallies, name), 1);
    assert_int_equal(tallies[0].cell, 34);
    sample_payment(&sample, "DE1", NULL, "9.99", "EUR", 0);
    assert_int_equal(tallies_of("BEN3", tallies, name), 0); /* below 10 */
}

static void what_has_no_amount_counts_nowhere(void **state)
{
    (void)state;
    struct tf_fraud_tally tallies[TF_FRAUD_TALLIES_MAX];
    char name[TF_FRAUD_GROUP_NAME_BYTES];
    sample_payment(&sample, "DE1", NULL, "0.00", "EUR", 0);
    assert_int_equal(tallies_of("BEN1", tallies, name), 0);
    sample_payment(&sample, "DE1", NULL, "12.00", "EUR", 0);
    sample.payment.returned = true;
    assert_int_equal(tallies_of("BEN1", tallies, name), 0);
    sample_payment(&sample, "DE1", NULL, NULL, "EUR", 0);
    assert_int_equal(tallies_of("BEN1", tallies, name), 0);
}

static void events_are_not_judged_but_missing_fields_are_told(void **state)
{
    (void)state;
    static const char *const ids[] = {"BEN1", "BEN2", "BEN3"};
    for (size_t i = 0; i < 3; i++) {
        struct history *history = history_create(ids[i]);
        sample_payment(&sample, "DE1", NULL, "12.00", "EUR", 0);
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_NOT_APPLICABLE);
        sample.event.event_time_present = false;
        assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
        sample_payment(&sample, "DE1", NULL, NULL, "EUR", 0);
        assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
        sample_journal(&sample, "1.00");
        assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN); /* no accounts */
        history_destroy(history);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kind_direction_currency_and_sign_make_a_population), cmocka_unit_test(lines_of_a_journal_count_by_their_account_class),
        cmocka_unit_test(digits_have_their_cells), cmocka_unit_test(what_has_no_amount_counts_nowhere),
        cmocka_unit_test(events_are_not_judged_but_missing_fields_are_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
