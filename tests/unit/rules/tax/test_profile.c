#include "edited_invoice.h"
#include "profile.h"

static const struct tf_tax_options by_document = {.profiles = 0};

/* What a BT-24 leads to: profile, valid (true, false, or NULL for undecided), and whether anything is named as not checked. */
struct specification_case {
    const char *specification;
    const char *profile;
    const char *edits;
    const char *valid;
    bool not_checked;
};

static void test_bt_24_decides_what_is_asked(void **state)
{
    (void)state;
    static const struct specification_case cases[] = {
        {"urn:cen.eu:en16931:2017", "en16931", "", "true", false},
        {"  urn:cen.eu:en16931:2017 ", "en16931", "", "true", false},
        {"urn:cen.eu:en16931:2017", "en16931", "; number=-", "false", false},
        {" ", "en16931", "", "false", false}, /* BR-01 */
        {"urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "en16931", "", "true", false},
        {"urn:cen.eu:en16931:2017#compliant#urn:example.org:usage:1.0", "en16931", "", NULL, true},
        {"urn:cen.eu:en16931:2017#compliant#urn:example.org:usage:1.0", "en16931", "; number=-", "false", true},
        {"urn:cen.eu:en16931:2017#conformant#urn:example.org:extension:1.0", "en16931", "", NULL, true},
        {"urn:cen.eu:en16931:2017#conformant#urn:example.org:extension:1.0", "en16931", "; number=-", NULL, true},
        {"urn:cen.eu:en16931:20171", NULL, "; number=-", NULL, true},
        {"urn:cen.eu:en16931:2026", NULL, "; number=-", NULL, true},
        {"urn:cen.eu:en16931:2026#compliant#urn:example.org:usage:2.0", NULL, "; number=-", NULL, true},
        {"urn:peppol:pint:billing-1@jp-1", "en16931", "; number=-", NULL, true},
    };
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tf_arena_rewind(arena);
        const struct tf_str edits = tf_arena_printf(arena, "process.specification=%s%s", cases[i].specification, cases[i].edits);
        const struct tf_tax_verdict *verdict = edited_judge(arena, edits.ptr, by_document);
        const char *valid = !verdict->decided ? NULL : verdict->valid ? "true" : "false";
        const bool same_profile = !cases[i].profile == !verdict->profile && (!verdict->profile || strcmp(verdict->profile, cases[i].profile) == 0);
        const bool same_valid = !valid == !cases[i].valid && (!valid || strcmp(valid, cases[i].valid) == 0);
        if (!same_profile || !same_valid || (verdict->not_checked_count > 0) != cases[i].not_checked)
            fail_msg("%s: profile %s, valid %s, %u not checked", edits.ptr, verdict->profile ? verdict->profile : "none",
                     valid ? valid : "null", verdict->not_checked_count);
    }
    tf_arena_destroy(arena);
}

static void test_another_edition_is_asked_nothing_and_named(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_tax_verdict *verdict =
        edited_judge(arena, "process.specification= urn:cen.eu:en16931:2026; number=-; currency=-", by_document);
    assert_true(verdict->applicable);
    assert_int_equal(verdict->findings_total, 0);
    for (size_t word = 0; word < TF_TAX_RULES_MAX / 64; word++)
        assert_int_equal(verdict->evaluated[word], 0);
    assert_int_equal(verdict->not_checked_count, 1);
    assert_true(tf_str_is(verdict->not_checked[0], "urn:cen.eu:en16931:2026"));
    tf_arena_destroy(arena);
}

static void test_less_than_an_invoice_is_one_finding(void **state)
{
    (void)state;
    static const char *const less[] = {"urn:factur-x.eu:1p0:minimum", "urn:factur-x.eu:1p0:basicwl", "urn:zugferd.de:2p0:minimum"};
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    for (size_t i = 0; i < sizeof(less) / sizeof(less[0]); i++) {
        tf_arena_rewind(arena);
        const struct tf_str edits = tf_arena_printf(arena, "process.specification=%s; number=-; lines=-", less[i]);
        const struct tf_tax_verdict *verdict = edited_judge(arena, edits.ptr, by_document);
        assert_true(verdict->decided);
        assert_false(verdict->valid);
        assert_int_equal(verdict->findings_total, 1);
        assert_string_equal(verdict->findings[0].rule->id, "EN-16931");
        assert_true(tf_str_is(verdict->findings[0].observed, less[i]));
    }
    tf_arena_destroy(arena);
}

static void test_options_ask_whatever_bt_24_says(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_tax_options core = {.profiles = 1u << TF_TAX_EN16931};
    const struct tf_tax_verdict *verdict = edited_judge(arena, "process.specification=urn:cen.eu:en16931:2026; number=-", core);
    assert_true(verdict->decided);
    assert_false(verdict->valid);
    assert_string_equal(verdict->profile, "en16931");
    assert_string_equal(verdict->ruleset, "en16931-1.3.16");
    assert_int_equal(verdict->not_checked_count, 0);
    tf_arena_destroy(arena);
}

static void test_a_profile_stands_on_the_core(void **state)
{
    (void)state;
    const struct tf_profiles forced = tf_profiles_of(TF_STR("anything"), tf_profile_bit(TF_TAX_XRECHNUNG));
    assert_int_equal(forced.asked, tf_profile_bit(TF_TAX_XRECHNUNG) | tf_profile_bit(TF_TAX_EN16931) | tf_profile_bit(TF_TAX_OWN_RULES));
    assert_int_equal(forced.named, TF_TAX_XRECHNUNG);
    assert_int_equal(forced.coverage, TF_COVERAGE_WHOLE);
    const struct tf_profiles peppol =
        tf_profiles_of(TF_STR("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"), 0);
    assert_int_equal(peppol.asked, tf_profile_bit(TF_TAX_PEPPOL) | tf_profile_bit(TF_TAX_EN16931) | tf_profile_bit(TF_TAX_OWN_RULES));
    assert_int_equal(peppol.named, TF_TAX_PEPPOL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bt_24_decides_what_is_asked),
        cmocka_unit_test(test_another_edition_is_asked_nothing_and_named),
        cmocka_unit_test(test_less_than_an_invoice_is_one_finding),
        cmocka_unit_test(test_options_ask_whatever_bt_24_says),
        cmocka_unit_test(test_a_profile_stands_on_the_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
