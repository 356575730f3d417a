#include "unit/rules/tax/rule_cases.h"

static const struct tf_tax_finding *judge_direction(struct tf_arena *arena, bool configured, bool foreign, bool *ret_evaluated,
                                                    bool *ret_valid)
{
    const struct tf_tax_options options = {.companies_configured = configured};
    struct tf_event event = {.kind = TF_KIND_CREDIT_NOTE, .direction_foreign = foreign, .as.invoice = edited_make(arena, "type_code=381")};
    struct tf_tax_verdict *verdict = NULL;
    assert_int_equal(edited_judge_event(&event, arena, options, &verdict), TF_OK);
    *ret_evaluated = rule_bit(verdict->evaluated, rule_place("TF-15"));
    *ret_valid = verdict->valid;
    return rule_first_finding(verdict, "TF-15");
}

static void test_tf_15_fires_when_neither_party_is_ours(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    bool evaluated, valid;
    const struct tf_tax_finding *finding = judge_direction(arena, true, true, &evaluated, &valid);
    assert_non_null(finding);
    assert_true(evaluated);
    assert_true(valid); /* a warning */
    assert_int_equal(finding->rule->severity, TF_TAX_WARNING);
    assert_int_equal(finding->rule->class_, TF_TAX_OWN);
    assert_true(tf_str_is(finding->path, "$.invoice.seller"));
    tf_arena_destroy(arena);
}

static void test_tf_15_holds_when_a_party_is_ours(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    bool evaluated, valid;
    assert_null(judge_direction(arena, true, false, &evaluated, &valid));
    assert_true(evaluated);
    tf_arena_destroy(arena);
}

static void test_tf_15_is_silent_without_companies(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    bool evaluated, valid;
    assert_null(judge_direction(arena, false, true, &evaluated, &valid));
    assert_false(evaluated);
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tf_15_fires_when_neither_party_is_ours),
        cmocka_unit_test(test_tf_15_holds_when_a_party_is_ours),
        cmocka_unit_test(test_tf_15_is_silent_without_companies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
