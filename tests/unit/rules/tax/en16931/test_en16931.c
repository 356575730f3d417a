#include "unit/rules/tax/rule_cases.h"

/* Where the cases of a rule stand: each of these is a family of a suite there, or of test_br_vat_families.c. */
static const char *const tables[] = {
    "BR-0",     "BR-1",  "BR-2",  "BR-3",  "BR-4",  "BR-5",  "BR-6",                /* test_br.c */
    "BR-CO-0",  "BR-CO-1", "BR-CO-2",                                               /* test_br_co.c, test_br_co_sums.c */
    "BR-DEC-",  "BR-CL-",                                                           /* test_br_dec.c, test_br_cl.c */
    "BR-AE-",   "BR-AF-", "BR-AG-", "BR-E-", "BR-G-", "BR-IC-", "BR-O-", "BR-S-", "BR-Z-", /* test_br_vat_families.c, test_br_vat_extra.c */
    "BR-B-",    "EN-16931",                                                         /* test_br_vat_extra.c, test_profile.c */
};

static void test_every_rule_has_a_table_of_cases(void **state)
{
    (void)state;
    size_t count = 0, found = 0;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    for (size_t r = 0; r < count; r++) {
        bool covered = rules[r].profile != TF_TAX_EN16931;
        for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
            covered |= strncmp(rules[r].id, tables[t], strlen(tables[t])) == 0;
        if (!covered)
            fail_msg("%s has no cases", rules[r].id);
        found += rules[r].profile == TF_TAX_EN16931;
    }
    assert_int_equal(found, 219 + 2); /* the artefact's, BR-CO-25 of the standard, and EN-16931 */
}

/* The row that is evaluated is the row that was asked for: nothing of another profile. */
static void test_only_what_was_asked_is_evaluated(void **state)
{
    (void)state;
    size_t count = 0;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_tax_verdict *verdict = edited_judge(arena, "", (struct tf_tax_options){.profiles = 1u << TF_TAX_EN16931});
    for (size_t r = 0; r < count; r++)
        assert_true(rules[r].profile == TF_TAX_EN16931 || rules[r].profile == TF_TAX_OWN_RULES || !rule_bit(verdict->evaluated, r));
    assert_true(rule_bit(verdict->evaluated, rule_place("BR-01")));
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_rule_has_a_table_of_cases),
        cmocka_unit_test(test_only_what_was_asked_is_evaluated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
