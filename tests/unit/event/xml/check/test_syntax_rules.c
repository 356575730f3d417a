#include "taxflow/syntax_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_rule_of_the_artefact_is_listed_once(void **state)
{
    struct tf_arena *arena = tf_arena_create(4 << 20);
    size_t count = tf_syntax_rules_count(), fatal[3] = {0}, all[3] = {0};
    (void)state;
    assert_non_null(arena);
    for (size_t i = 0; i < count; i++) {
        struct tf_syntax_rule rule = tf_syntax_rule_at(i, arena);
        assert_true(rule.id[0] && rule.text.len > 10 && rule.source[0]);
        assert_true(rule.text.ptr[rule.text.len - 1] != '.');
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(rule.id, tf_syntax_rule_at(j, arena).id);
        tf_arena_rewind(arena);
        all[rule.syntax]++;
        fatal[rule.syntax] += !rule.warning;
    }
    /* The artefact 1.3.16: 756 for UBL, 59 of them fatal; 583 for CII, 112 of them fatal. */
    assert_int_equal(all[TF_SYNTAX_UBL], 756);
    assert_int_equal(fatal[TF_SYNTAX_UBL], 59);
    assert_int_equal(all[TF_SYNTAX_CII], 583);
    assert_int_equal(fatal[TF_SYNTAX_CII], 112);
    assert_int_equal(fatal[TF_SYNTAX_JSON], all[TF_SYNTAX_JSON]);
    tf_arena_destroy(arena);
}

static const char *words_of(const char *id, struct tf_arena *arena)
{
    for (size_t i = 0; i < tf_syntax_rules_count(); i++) {
        struct tf_syntax_rule rule = tf_syntax_rule_at(i, arena);
        if (strcmp(rule.id, id) == 0)
            return rule.text.ptr;
    }
    fail();
    return NULL;
}

static void words_follow_from_the_row(void **state)
{
    static const char *const rows[][2] = {
        {"UBL-CR-001", "ext:UBLExtensions is not used"},
        {"UBL-SR-51", "cac:AddressLine stands at most once in cac:PostalAddress or cac:Address"},
        {"UBL-SR-42", "cac:PartyTaxScheme stands at most twice in cac:Party"},
        {"UBL-SR-53", "cac:TaxScheme/cbc:ID and cbc:CompanyID are given in cac:PartyTaxScheme"},
        {"UBL-SR-44", "cbc:PaymentID is the same wherever it stands"},
        {"UBL-DT-06", "@mimeCode is given in an element named *BinaryObject"},
        {"CII-SR-014", "ram:TypeCode stands exactly once in rsm:ExchangedDocument"},
        {"CII-DT-037", "ram:TypeCode is VAT"},
    };
    struct tf_arena *arena = tf_arena_create(4 << 20);
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_string_equal(words_of(rows[i][0], arena), rows[i][1]);
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_of_the_artefact_is_listed_once),
        cmocka_unit_test(words_follow_from_the_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
