/* TF-06, TF-07 and TF-08: what they say to an event after others. The windows are kept by hand here; room state keeps them in a role. */
#include "unit/rules/tax/edited_invoice.h"
#include "own/history.h"
#include "unit/rules/tax/rule_cases.h"

enum { ENTRIES_MAX = 64, EDITS_BYTES = 512 };

static const char *const every[] = {"TF-06", "TF-07", "TF-08"};

/* Everything that was remembered. */
struct past {
    struct tf_arena *arena;
    struct tf_fraud_ruleset *ruleset;
    struct tf_hash16 keys[ENTRIES_MAX];
    size_t rules[ENTRIES_MAX];
    struct tf_fraud_entry entries[ENTRIES_MAX];
    size_t count;
    struct tf_fraud_hit hit;
};

static struct past past_begin(void)
{
    struct past past = {.arena = tf_arena_create(EDITED_ARENA_BYTES)};
    struct tf_fault fault = {0};
    const struct tf_string_list names = {.items = every, .count = 3};
    assert_non_null(past.arena);
    assert_int_equal(tf_tax_history_ruleset(names, &past.ruleset, &fault), TF_OK);
    return past;
}

static void past_end(struct past *past)
{
    tf_fraud_ruleset_destroy(past->ruleset);
    tf_arena_destroy(past->arena);
}

static struct tf_event make(struct past *past, enum tf_kind kind, const char *edits)
{
    struct tf_event event = {.kind = kind, .company = TF_STR("ACME"), .direction = TF_DIRECTION_PURCHASE,
                             .as.invoice = edited_make(past->arena, edits)};
    event.event_time_present = tf_date_known(event.as.invoice->issue_date);
    event.event_time_ms = (int64_t)event.as.invoice->issue_date.days * TF_MS_PER_DAY;
    return event;
}

static int by_time(const void *a, const void *b)
{
    const struct tf_fraud_entry *x = a, *y = b;
    return (x->time_ms > y->time_ms) - (x->time_ms < y->time_ms);
}

static struct tf_fraud_window window_of(const struct past *past, size_t rule, struct tf_hash16 key, int64_t time_ms)
{
    const int64_t window_ms = tf_fraud_ruleset_setting(past->ruleset, rule)->window_ms;
    struct tf_fraud_entry *entries = TF_ARENA_ARRAY(past->arena, struct tf_fraud_entry, ENTRIES_MAX);
    struct tf_fraud_window window = {.entries = entries};
    for (size_t i = 0; i < past->count; i++)
        if (past->rules[i] == rule && tf_hash16_eq(past->keys[i], key) && past->entries[i].time_ms <= time_ms + window_ms &&
            past->entries[i].time_ms >= time_ms - window_ms)
            entries[window.count++] = past->entries[i];
    qsort(entries, window.count, sizeof *entries, by_time);
    for (size_t i = 1; i < window.count; i++)
        entries[i].total += entries[i - 1].total;
    return window;
}

/* What a rule says to an event, which is then remembered under an id. */
static enum tf_fraud_answer say(struct past *past, const char *id, const char *name, enum tf_kind kind, const char *edits)
{
    size_t rules_count, rule = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(past->ruleset, &rules_count);
    while (strcmp(rules[rule].id, id) != 0)
        rule++;
    struct tf_event *event = TF_ARENA_NEW(past->arena, struct tf_event);
    *event = make(past, kind, edits);
    const struct tf_fraud_facts facts = tf_fraud_facts_of(event);
    const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(past->ruleset, rule);
    struct tf_fraud_key keys[TF_FRAUD_KEYS_MAX];
    struct tf_fraud_window windows[TF_FRAUD_KEYS_MAX];
    const size_t count = rules[rule].keys(&rules[rule], setting, &facts, keys);
    for (size_t k = 0; k < count; k++)
        windows[k] = window_of(past, rule, keys[k].hash, facts.time_ms);
    past->hit = (struct tf_fraud_hit){.rule = &rules[rule]};
    const struct tf_fraud_case shown = {
        .rule = &rules[rule], .setting = setting, .facts = &facts, .keys = keys, .windows = windows, .count = count, .arena = past->arena};
    const enum tf_fraud_answer answer = rules[rule].judge(&shown, &past->hit);
    for (size_t k = 0; k < count; k++) {
        past->keys[past->count] = keys[k].hash;
        past->rules[past->count] = rule;
        past->entries[past->count++] =
            (struct tf_fraud_entry){.time_ms = facts.time_ms, .total = (uint64_t)keys[k].value, .tag = keys[k].tag, .id = name, .id_bytes = (uint32_t)strlen(name)};
    }
    return answer;
}

#define INVOICE TF_KIND_INVOICE
#define CREDIT TF_KIND_CREDIT_NOTE

static void test_a_number_stands_once_a_year(void **state)
{
    (void)state;
    struct past past = past_begin();
    assert_int_equal(say(&past, "TF-06", "e1", INVOICE, "number=RE-1; issue_date=2026-01-10"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-06", "e2", INVOICE, "number=RE-2; issue_date=2026-01-10"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-06", "e3", INVOICE, "number= re-1; issue_date=2026-12-31"), TF_FRAUD_HIT);
    assert_true(tf_str_is(past.hit.observed, "the number also of event e1"));
    assert_int_equal(say(&past, "TF-06", "e4", INVOICE, "number=RE-1; issue_date=2026-06-01"), TF_FRAUD_HIT);
    assert_true(tf_str_is(past.hit.observed, "the number also of event e1, e3"));
    past_end(&past);
}

static void test_whose_numbers_are_others(void **state)
{
    (void)state;
    struct past past = past_begin();
    assert_int_equal(say(&past, "TF-06", "e1", INVOICE, "number=1; issue_date=2026-01-10"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-06", "e2", INVOICE, "number=1; issue_date=2025-12-31"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-06", "e3", CREDIT, "number=1; issue_date=2026-01-10"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-06", "e4", INVOICE, "number=1; issue_date=2026-01-10; seller.vat_id=FR40303265045"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-06", "e5", INVOICE, "number=1; issue_date=2026-01-10; seller.vat_id=-; seller.name=X"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-06", "e6", INVOICE, "number=1; issue_date=2026-01-10; seller.vat_id=-; seller.name=x "), TF_FRAUD_HIT);
    past_end(&past);
}

static void test_what_cannot_be_told_is_unknown(void **state)
{
    (void)state;
    struct past past = past_begin();
    assert_int_equal(say(&past, "TF-06", "e1", INVOICE, "number= "), TF_FRAUD_UNKNOWN);
    assert_int_equal(say(&past, "TF-06", "e2", INVOICE, "issue_date=-"), TF_FRAUD_UNKNOWN);
    assert_int_equal(say(&past, "TF-06", "e3", INVOICE, "seller.vat_id=-; seller.name=-"), TF_FRAUD_UNKNOWN);
    assert_int_equal(say(&past, "TF-07", "e4", INVOICE, "number=ABC"), TF_FRAUD_UNKNOWN);
    assert_int_equal(say(&past, "TF-07", "e5", INVOICE, "number=1234567890123456"), TF_FRAUD_UNKNOWN);
    assert_int_equal(say(&past, "TF-08", "e6", CREDIT, "number=1"), TF_FRAUD_UNKNOWN);
    assert_int_equal(say(&past, "TF-08", "e7", CREDIT, "preceding[0].number=1; currency=-"), TF_FRAUD_UNKNOWN);
    past_end(&past);
}

static void test_numbers_rise_with_the_dates(void **state)
{
    (void)state;
    struct past past = past_begin();
    assert_int_equal(say(&past, "TF-07", "e1", INVOICE, "number=RE-10; issue_date=2026-03-10"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-07", "e2", INVOICE, "number=RE-12; issue_date=2026-03-12"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-07", "e3", INVOICE, "number=RE-11; issue_date=2026-03-12"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-07", "e4", INVOICE, "number=GS-1; issue_date=2026-03-20"), TF_FRAUD_CLEAR); /* another series */
    assert_int_equal(say(&past, "TF-07", "e5", INVOICE, "number=RE-1; issue_date=2025-12-31"), TF_FRAUD_CLEAR); /* another year */
    assert_int_equal(say(&past, "TF-07", "e6", INVOICE, "number=RE-13; issue_date=2026-03-11"), TF_FRAUD_HIT);
    assert_true(tf_str_is(past.hit.observed, "number and date in another order than of event e2, e3"));
    assert_int_equal(say(&past, "TF-07", "e7", INVOICE, "number=RE-9; issue_date=2026-03-11"), TF_FRAUD_HIT);
    past_end(&past);
}

static void test_a_credit_note_fits_its_invoice(void **state)
{
    (void)state;
    struct past past = past_begin();
    assert_int_equal(say(&past, "TF-08", "e1", INVOICE, "number=R-1; issue_date=2026-01-10; totals.gross=100.00; buyer.vat_id=FR40303265045"),
                     TF_FRAUD_NOT_APPLICABLE);
    assert_int_equal(say(&past, "TF-08", "e2", CREDIT, "preceding[0].number=r-1; issue_date=2026-02-10; totals.gross=60.00"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-08", "e3", CREDIT, "preceding[0].number=R-1; issue_date=2026-02-11; totals.gross=-40.00"), TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-08", "e4", CREDIT, "preceding[0].number=R-1; issue_date=2026-02-12; totals.gross=0.01"), TF_FRAUD_HIT);
    assert_true(tf_str_is(past.hit.observed, "credited in all 100.01 EUR"));
    assert_true(tf_str_is(past.hit.threshold, "at most 100.00 EUR"));
    assert_int_equal(say(&past, "TF-08", "e5", CREDIT, "preceding[0].number=R-1; issue_date=2026-02-13; totals.gross=1; currency=USD"), TF_FRAUD_HIT);
    assert_int_equal(say(&past, "TF-08", "e6", CREDIT, "preceding[0].number=R-1; issue_date=2026-02-13; totals.gross=1; buyer.vat_id=ATU13585627"),
                     TF_FRAUD_HIT);
    past_end(&past);
}

static void test_a_credit_note_names_a_known_invoice(void **state)
{
    (void)state;
    struct past past = past_begin();
    assert_int_equal(say(&past, "TF-08", "e0", CREDIT, "preceding[0].number=R-9; issue_date=2026-01-05"), TF_FRAUD_UNKNOWN); /* nobody knows the seller */
    past.count = 0;
    say(&past, "TF-08", "e1", INVOICE, "number=R-1; issue_date=2026-01-10");
    assert_int_equal(say(&past, "TF-08", "e2", CREDIT, "preceding[0].number=R-9; issue_date=2026-02-10"), TF_FRAUD_HIT);
    assert_int_equal(say(&past, "TF-08", "e3", CREDIT, "preceding[0].number=R-8; preceding[0].issue_date=2026-02-01; issue_date=2026-02-10"), TF_FRAUD_HIT);
    assert_int_equal(say(&past, "TF-08", "e4", CREDIT, "preceding[0].number=R-7; preceding[0].issue_date=2025-12-01; issue_date=2026-02-10"),
                     TF_FRAUD_UNKNOWN); /* from before anything was remembered */
    assert_int_equal(say(&past, "TF-08", "e5", CREDIT, "seller.vat_id=FR40303265045; preceding[0].number=R-9; issue_date=2026-02-10"), TF_FRAUD_UNKNOWN);
    past_end(&past);
}

static void test_several_invoices_are_credited_together(void **state)
{
    (void)state;
    struct past past = past_begin();
    say(&past, "TF-08", "e1", INVOICE, "number=R-1; issue_date=2026-01-10; totals.gross=100.00");
    say(&past, "TF-08", "e2", INVOICE, "number=R-2; issue_date=2026-01-11; totals.gross=50.00");
    assert_int_equal(say(&past, "TF-08", "e3", CREDIT, "preceding[0].number=R-1; preceding[1].number=R-2; preceding[2].number=r-1; "
                                                       "issue_date=2026-02-10; totals.gross=150.00"),
                     TF_FRAUD_CLEAR);
    assert_int_equal(say(&past, "TF-08", "e4", CREDIT, "preceding[0].number=R-1; preceding[1].number=R-2; issue_date=2026-02-10; totals.gross=150.01"),
                     TF_FRAUD_HIT);
    past_end(&past);
}

static void test_names_of_rules(void **state)
{
    (void)state;
    static const char *const one[] = {"TF-08"}, *const wrong[] = {"TF-06", "TF-05"};
    const struct tf_string_list none = {.count = 0}, some = {.items = one, .count = 1},
                                bad = {.items = wrong, .count = 2};
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {0};
    assert_int_equal(tf_tax_history_ruleset(none, &ruleset, &fault), TF_OK);
    assert_null(ruleset);
    assert_int_equal(tf_tax_history_ruleset(some, &ruleset, &fault), TF_OK);
    assert_int_equal(tf_fraud_ruleset_setting(ruleset, 0)->mode, TF_FRAUD_OFF);
    assert_int_equal(tf_fraud_ruleset_setting(ruleset, 2)->mode, TF_FRAUD_LIVE);
    tf_fraud_ruleset_destroy(ruleset);
    assert_int_equal(tf_tax_history_ruleset(bad, &ruleset, &fault), TF_E_CONFIG);
    assert_null(ruleset);
    assert_non_null(strstr(fault.text, "TF-05"));
}

/* A verdict and what the past says besides; the verdict itself stays, for it may be asked again. */
static void test_a_verdict_is_joined(void **state)
{
    (void)state;
    struct past past = past_begin();
    say(&past, "TF-06", "e1", INVOICE, "number=RE-1; issue_date=2026-01-10");
    assert_int_equal(say(&past, "TF-06", "e2", INVOICE, "number=RE-1; issue_date=2026-01-10"), TF_FRAUD_HIT);
    const struct tf_tax_options options = {0};
    const struct tf_tax_verdict *alone = edited_judge(past.arena, "number=", options);
    const struct tf_event event = make(&past, INVOICE, "number=");
    const struct tf_fraud_verdict history = {.hits = &past.hit, .hits_count = 1, .evaluated = {{1}}, .hit = {{1}}};
    struct tf_tax_verdict *whole = NULL;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(tf_tax_history_join(&options, &event, alone, &history, past.arena, &whole), TF_OK);
        assert_int_equal(whole->findings_count, alone->findings_count + 1);
        assert_non_null(rule_first_finding(whole, "TF-06"));
        assert_true(rule_bit(whole->evaluated, rule_place("TF-06")));
        assert_null(rule_first_finding(alone, "TF-06"));
    }
    assert_int_equal(tf_tax_history_join(&options, &event, alone, NULL, past.arena, &whole), TF_OK);
    assert_int_equal(whole->findings_count, alone->findings_count);
    assert_false(rule_bit(whole->evaluated, rule_place("TF-06")));
    past_end(&past);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_number_stands_once_a_year),
        cmocka_unit_test(test_whose_numbers_are_others),
        cmocka_unit_test(test_what_cannot_be_told_is_unknown),
        cmocka_unit_test(test_numbers_rise_with_the_dates),
        cmocka_unit_test(test_a_credit_note_fits_its_invoice),
        cmocka_unit_test(test_a_credit_note_names_a_known_invoice),
        cmocka_unit_test(test_several_invoices_are_credited_together),
        cmocka_unit_test(test_names_of_rules),
        cmocka_unit_test(test_a_verdict_is_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
