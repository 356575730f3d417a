/* Window functions, over a history that is kept the slow and obvious way; and what a hit says. */
#include "unit/rules/fraud/language/expression.h"

enum { YES = TF_FRAUD_HIT, NO = TF_FRAUD_CLEAR, UNKNOWN = TF_FRAUD_UNKNOWN };

/* Judge after four payments to S1: 100 EUR and 300 EUR on days 0 and 10, 50 USD on day 12, 200 EUR on day 20, the event's. */
static void fill(struct expression *expression)
{
    static const struct { const char *number, *amount, *currency; int day; } earlier[] = {
        {"R1", "100.00", "EUR", 0}, {"R2", "300.00", "EUR", 10}, {"R3", "50.00", "USD", 12}, {"R4", "200.00", "EUR", 20}};
    for (size_t i = 0; i < sizeof earlier / sizeof earlier[0] && expression->rule.keys; i++) {
        struct sample sample;
        sample_payment(&sample, "S1", earlier[i].number, earlier[i].amount, earlier[i].currency, earlier[i].day);
        history_add(&expression->history, &sample);
    }
}

static void make_event(struct sample *sample)
{
    sample_payment(sample, "S1", "R5", "250.00", "EUR", 20);
}

static void functions_answer(void **state)
{
    (void)state;
    static const struct { const char *when; int answer; } rows[] = {
        {"count(supplier, 30d) == 4", YES},
        {"count((supplier, currency), 30d) == 3", YES},
        {"count(supplier, 10d) == 3 and count(supplier, 239h) == 2 and count(supplier, 1m) == 1", YES},
        {"count(supplier, 20d) == 4 and count(supplier, 19d) == 3", YES},
        {"sum(supplier, 30d) == 600.00 and sum(amount, supplier, 30d) == 600.00", YES},
        {"sum(supplier, 30d) + amount == 850", YES},
        {"avg(supplier, 30d) == 200.00 and avg(supplier, 10d) == 250", YES},
        {"sd(supplier, 30d) == 100.00", YES},
        {"sd(supplier, 1d) > 0", UNKNOWN},
        {"max(supplier, 30d) == 300 and min(supplier, 30d) == 100 and last(supplier, 30d) == 200", YES},
        {"min(supplier, 10d) == 200", YES},
        {"distinct(number, supplier, 30d) == 4 and distinct(currency, supplier, 30d) == 2 and distinct(user, supplier, 9d) == 1", YES},
        {"first_seen(supplier, 30d) == 2026-01-01 and first_seen(supplier, 15d) == 2026-01-11", YES},
        {"last_seen(supplier, 30d) == date", YES},
        {"date - first_seen(supplier, 30d) == 20d", YES},
        {"count(user, 30d) == 4 and count((user, account), 30d) == 4", YES},
        {"sum(supplier, 30d) == 600.00 EUR", YES},
        {"amount > avg(supplier, 30d) + 2 * sd(supplier, 30d)", NO},
        {"amount > 1.2 * avg(supplier, 30d)", YES},
        {"sum(revision, supplier, 30d) == 0", YES},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct expression *expression = expression_new(rows[i].when);
        struct sample event;
        make_event(&event);
        fill(expression);
        int answer = history_judge(&expression->history, &event);
        if (answer != rows[i].answer)
            fail_msg("%s: %d, not %d", rows[i].when, answer, rows[i].answer);
        expression_free(expression);
    }
}

/* What comes after the event, or at its time and later, is no history of it. */
static void later_records_do_not_count(void **state)
{
    (void)state;
    struct expression *expression = expression_new("count(supplier, 30d) == 0 and sum(supplier, 30d) == 0");
    struct sample sample;
    sample_payment(&sample, "S1", "R1", "10", "EUR", 21);
    history_add(&expression->history, &sample);
    make_event(&sample);
    assert_int_equal(history_judge(&expression->history, &sample), YES);
    expression_free(expression);
}

static void records_of_others_do_not_count(void **state)
{
    (void)state;
    struct expression *expression = expression_new("count(supplier, 30d) == 0");
    struct sample sample;
    sample_payment(&sample, "S2", "R1", "10", "EUR", 1);
    history_add(&expression->history, &sample);
    sample_payment(&sample, "S1", "R1", "10", "EUR", 1);
    sample.event.company = TF_STR("OTHER");
    history_add(&expression->history, &sample);
    sample_invoice(&sample, "S1", "R1", "10", "EUR", 1);
    history_add(&expression->history, &sample);
    sample_payment(&sample, "S1", "R1", "10", "EUR", 1);
    sample.event.event_time_present = false;
    history_add(&expression->history, &sample);
    make_event(&sample);
    assert_int_equal(history_judge(&expression->history, &sample), YES);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(&expression->history, &sample), UNKNOWN);
    expression_free(expression);
}

/* A record without the value looks, and adds nothing. */
static void a_missing_value_is_not_added(void **state)
{
    (void)state;
    struct expression *expression = expression_new("sum(supplier, 30d) == 100 and distinct(approver, supplier, 30d) == 1");
    struct sample sample;
    sample_payment(&sample, "S1", "R1", "100", "EUR", 1);
    sample.event.approver = TF_STR("boss");
    history_add(&expression->history, &sample);
    sample_payment(&sample, "S1", "R2", NULL, "EUR", 2);
    history_add(&expression->history, &sample);
    sample.event.event_time_ms = sample_time(3);
    assert_int_equal(history_judge(&expression->history, &sample), YES);
    expression_free(expression);
}

static void windows_of_one_key_share_a_slot(void **state)
{
    (void)state;
    static const struct { const char *when; size_t keys; int days; } rows[] = {
        {"count(supplier, 30d) > count(supplier, 7d)", 1, 30},
        {"sum(supplier, 7d) > avg(supplier, 90d) and max((supplier, currency), 1d) > 0", 1, 90},
        {"count(supplier, 30d) > count(user, 7d) and sum(supplier, 1d) > sum(net, supplier, 2d)", 4, 30},
        {"manual", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct expression *expression = expression_new(rows[i].when);
        assert_int_equal(tf_language_keys_count(expression->rule.program), rows[i].keys);
        assert_int_equal(tf_language_window_ms(expression->rule.program), rows[i].days * (int64_t)TF_MS_PER_DAY);
        expression_free(expression);
    }
}

static void a_rule_has_sixteen_keys(void **state)
{
    (void)state;
    static const char *const fields[] = {"supplier", "user", "number", "currency", "company"};
    char when[2048] = "";
    size_t calls = 0;
    for (size_t a = 0; a < 5; a++)
        for (size_t b = 0; b < 5 && calls < 17; b++, calls++)
            snprintf(when + strlen(when), sizeof when - strlen(when), "%scount((%s, %s), 1d) > 9", calls ? " or " : "", fields[a], fields[b]);
    const struct tf_language_rule rule = {.id = TF_STR("OWN"), .when = tf_str_of(when)};
    struct expression *expression = expression_of(&rule);
    assert_int_equal(expression->err, TF_E_CONFIG);
    assert_string_equal(expression->fault.text, "a rule has at most 16 keys");
    expression_free(expression);
    *strstr(when, " or count((currency, user)") = '\0'; /* the 17th */
    expression = expression_new(when);
    assert_int_equal(tf_language_keys_count(expression->rule.program), 16);
    expression_free(expression);
}

/* An amount past the limit is not added up wrongly: functions of amounts under its key know nothing any more. */
static void absurd_amounts_make_sums_unknown(void **state)
{
    (void)state;
    static const struct { const char *when; int answer; } rows[] = {
        {"sum(supplier, 30d) >= 0", UNKNOWN}, {"max(supplier, 30d) >= 0", UNKNOWN}, {"count(supplier, 30d) == 2", YES},
        {"sum(supplier, 30d) >= 0 or count(supplier, 30d) == 2", YES}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct expression *expression = expression_new(rows[i].when);
        struct sample sample;
        sample_payment(&sample, "S1", "R1", "-10000000000000.01", "EUR", 1);
        history_add(&expression->history, &sample);
        sample_payment(&sample, "S1", "R2", "1.00", "EUR", 2);
        history_add(&expression->history, &sample);
        sample.event.event_time_ms = sample_time(3);
        assert_int_equal(history_judge(&expression->history, &sample), rows[i].answer);
        expression_free(expression);
    }
}

static void hits_say_what_decided(void **state)
{
    (void)state;
    static const struct { const char *when, *observed; uint32_t related; } rows[] = {
        {"amount > 100", "amount = 250.00 EUR", 0},
        {"amount > 100 and amount < 300 and currency in ['EUR', 'USD']", "amount = 250.00 EUR, currency = 'EUR'", 0},
        {"manual or amount > 1000 or number == 'R5'", "number = 'R5'", 0},
        {"not (amount < 100 or currency == 'USD')", "amount = 250.00 EUR, currency = 'EUR'", 0},
        {"not (amount > 100 and currency == 'USD')", "currency = 'EUR'", 0},
        {"supplier == 'S1' and lower(user) == 'u17'", "supplier as required, lower(user) as required", 0},
        {"count(supplier, 30d) > 3", "count(supplier, 30d) = 4", 4},
        {"count(supplier, 10d) > 1 and sum(supplier, 30d) + amount > 700", "count(supplier, 10d) = 3, sum(supplier, 30d) + amount = 850.00 EUR", 4},
        {"not returned", "returned = false", 0},
        {"not present(approver)", "present(approver) = false", 0},
        {"amount > 100.00 EUR", "amount = 250.00 EUR", 0},
        {"date - first_seen(supplier, 30d) >= 20d and date == 2026-01-21", "date - first_seen(supplier, 30d) = 20d, date = 2026-01-21", 4},
        {"amount / 3 < 84 and dow(date) == 3", "amount / 3 = 83.33333333 EUR, dow(date) = 3", 0},
        {"true", "always true", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct expression *expression = expression_new(rows[i].when);
        struct sample event;
        make_event(&event);
        fill(expression);
        assert_int_equal(history_judge(&expression->history, &event), YES);
        assert_text(expression->history.hit.observed, rows[i].observed);
        assert_text(expression->history.hit.threshold, rows[i].when);
        assert_int_equal(expression->history.hit.related_count, rows[i].related);
        assert_int_equal(expression->history.hit.amount_at_risk_minor, 25000);
        expression_free(expression);
    }
}

static void constants_are_named_in_the_threshold(void **state)
{
    (void)state;
    static const struct tf_str friends[] = {TF_STR_INIT("S2"), TF_STR_INIT("S1")};
    const struct tf_constant constants[] = {
        {.name = TF_STR("limit"), .kind = TF_CONSTANT_TEXT, .text = TF_STR("100.00")},
        {.name = TF_STR("days"), .kind = TF_CONSTANT_NUMBER, .text = TF_STR("30")},
        {.name = TF_STR("unused"), .kind = TF_CONSTANT_NUMBER, .text = TF_STR("1")},
        {.name = TF_STR("span"), .kind = TF_CONSTANT_TEXT, .text = TF_STR("10d")},
        {.name = TF_STR("whose"), .kind = TF_CONSTANT_LIST, .items = friends, .items_count = 2},
        {.name = TF_STR("strict"), .kind = TF_CONSTANT_TRUTH, .truth = true},
        {.name = TF_STR("most"), .kind = TF_CONSTANT_TEXT, .text = TF_STR("9000.00 EUR")},
        {.name = TF_STR("from"), .kind = TF_CONSTANT_TEXT, .text = TF_STR("2026-01-01")},
    };
    const struct tf_language_rule rule = {.id = TF_STR("OWN"), .constants = constants, .constants_count = 8,
        .when = TF_STR("amount > 2 * limit and count(supplier, days * 1d) == 4 and count(supplier, span) == 3\n and supplier in whose "
                       "and strict and amount < most and date > from")};
    struct expression *expression = expression_of(&rule);
    struct sample event;
    if (expression->err != TF_OK)
        fail_msg("%zu: %s", expression->fault.at, expression->fault.text);
    make_event(&event);
    fill(expression);
    assert_int_equal(history_judge(&expression->history, &event), YES);
    assert_text(expression->history.hit.threshold,
                "amount > 2 * limit and count(supplier, days * 1d) == 4 and count(supplier, span) == 3  and supplier in whose and strict and "
                "amount < most and date > from, with limit = 100.00, days = 30, span = 10d, whose of 2, strict = true, most = 9000.00 EUR, from = 2026-01-01");
    expression_free(expression);
}

/* A window of n entries of 1.00 each, a second apart. */
static struct tf_fraud_window busy_window(struct expression *expression, size_t n)
{
    struct tf_fraud_entry *entries = tf_arena_calloc(expression->arena, n, sizeof *entries);
    assert_non_null(entries);
    for (size_t i = 0; i < n; i++)
        entries[i] = (struct tf_fraud_entry){.time_ms = sample_time(1) + (int64_t)i, .total = 7 + 100 * (i + 1), .id = "e", .id_bytes = 1};
    return (struct tf_fraud_window){.entries = entries, .count = n, .highest = 100, .before = 7};
}

/* What a busy key costs is bounded, and past the bound nothing is guessed. */
static void busy_keys_are_unknown_past_the_bound(void **state)
{
    (void)state;
    static const struct { const char *when; size_t entries; int answer; } rows[] = {
        {"count(supplier, 30d) == 100000", 100000, YES}, {"sum(supplier, 30d) == 100000", 100000, YES}, {"avg(supplier, 30d) == 1", 100000, YES},
        {"last(supplier, 30d) == 1", 100000, YES},       {"sd(supplier, 30d) == 0", 4096, YES},         {"sd(supplier, 30d) == 0", 4097, UNKNOWN},
        {"max(supplier, 30d) == 1", 4096, YES},          {"min(supplier, 30d) == 1", 4097, UNKNOWN},
        {"distinct(number, supplier, 30d) == 1", 4096, YES}, {"distinct(number, supplier, 30d) == 1", 4097, UNKNOWN}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct expression *expression = expression_new(rows[i].when);
        struct sample sample;
        struct tf_fraud_key key;
        struct tf_fraud_hit hit = {.related_count = 0};
        sample_payment(&sample, "S1", "R1", "1.00", "EUR", 20);
        const struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
        assert_int_equal(tf_language_keys(&expression->rule, &expression->history.setting, &facts, &key), 1);
        const struct tf_fraud_window window = busy_window(expression, rows[i].entries);
        const struct tf_fraud_case c = {.rule = &expression->rule, .setting = &expression->history.setting, .facts = &facts, .keys = &key,
                                        .windows = &window, .count = 1, .arena = expression->arena};
        assert_int_equal(tf_language_judge(&c, &hit), rows[i].answer);
        expression_free(expression);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_answer), cmocka_unit_test(later_records_do_not_count), cmocka_unit_test(records_of_others_do_not_count),
        cmocka_unit_test(a_missing_value_is_not_added), cmocka_unit_test(windows_of_one_key_share_a_slot), cmocka_unit_test(a_rule_has_sixteen_keys),
        cmocka_unit_test(absurd_amounts_make_sums_unknown), cmocka_unit_test(hits_say_what_decided),
        cmocka_unit_test(constants_are_named_in_the_threshold), cmocka_unit_test(busy_keys_are_unknown_past_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
