#include "unit/rules/tax/edited_invoice.h"

#include "en16931/breakdown.h"

#define BELOW_TOTALS                                                                                                      \
    "vat_breakdown=-; totals.vat=-; vat_totals[0].breakdown[0].tax=1; vat_totals[1].currency=EUR; "                       \
    "vat_totals[2].breakdown[0].tax=2; vat_totals[2].breakdown[1].tax=3"

static void expect_next(struct tf_breakdown_walk *walk, const char *tax, const char *list, size_t index, const char *sublist,
                        size_t subindex)
{
    struct tf_spot spot;
    const struct tf_vat_breakdown *breakdown = tf_breakdown_next(walk, &spot);
    assert_non_null(breakdown);
    assert_true(tf_str_is(breakdown->tax.text, tax));
    assert_string_equal(spot.list, list);
    assert_int_equal(spot.index, index);
    assert_int_equal(spot.subindex, subindex);
    if (sublist)
        assert_string_equal(spot.sublist, sublist);
    else
        assert_null(spot.sublist);
}

static void test_a_walk_below_totals(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    tf_breakdown_start(&walk, edited_make(arena, BELOW_TOTALS));
    expect_next(&walk, "1", "vat_totals", 0, "breakdown", 0);
    expect_next(&walk, "2", "vat_totals", 2, "breakdown", 0);
    expect_next(&walk, "3", "vat_totals", 2, "breakdown", 1);
    assert_null(tf_breakdown_next(&walk, &spot));
    assert_null(tf_breakdown_next(&walk, &spot));
    tf_arena_destroy(arena);
}

static void test_a_walk_over_the_list(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    tf_breakdown_start(&walk, edited_make(arena, "vat_totals[0].breakdown[0].tax=1")); /* the list wins where both are written */
    expect_next(&walk, "18.05", "vat_breakdown", 0, NULL, 0);
    expect_next(&walk, "3.50", "vat_breakdown", 1, NULL, 0);
    expect_next(&walk, "0.00", "vat_breakdown", 2, NULL, 0);
    expect_next(&walk, "0.00", "vat_breakdown", 3, NULL, 0);
    assert_null(tf_breakdown_next(&walk, &spot));
    tf_breakdown_start(&walk, edited_make(arena, "vat_breakdown=-"));
    assert_null(tf_breakdown_next(&walk, &spot));
    tf_arena_destroy(arena);
}

static void test_findings_below_totals_name_the_whole_path(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_tax_verdict *verdict = edited_judge(arena, BELOW_TOTALS, (struct tf_tax_options){.strict = false});
    bool found = false;
    for (uint32_t i = 0; i < verdict->findings_count; i++)
        found |= strcmp(verdict->findings[i].rule->id, "BR-CO-17") == 0 &&
                 tf_str_is(verdict->findings[i].path, "$.invoice.vat_totals[2].breakdown[1].tax");
    assert_true(found);
    tf_arena_destroy(arena);
}

static struct tf_amount amount(const char *text)
{
    struct tf_amount a = {.text = tf_str_of(text)};
    if (text)
        assert_int_equal(tf_money_parse(a.text, &a.value), TF_OK);
    return a;
}

static void test_tax_that_fits(void **state)
{
    (void)state;
    static const struct { const char *taxable, *rate, *tax; bool artefact, strict; } cases[] = {
        {"100", "19", "19", true, true},        {"100", "19", "19.99", true, false},     {"100", "19", "20", false, false},
        {"100", "19", "18.01", true, false},    {"100", "19", "18", false, false},       {"-100", "19", "-19", true, true},
        {"-100", "19", "19", true, false},      {"0.5", "5", "0.03", true, true},        {"0.5", "5", "0.02", true, true},
        {"0.5", "5", "0.031", true, false},     {"-0.5", "5", "-0.03", true, true},      {"100", "-19", "19", false, false},
        {"100", NULL, "0", false, false},       {NULL, "19", "0", false, false},         {"100", "19", NULL, false, false},
        {"33.33", "0.0000000001", "0", true, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct tf_vat_breakdown breakdown = {
            .taxable = amount(cases[i].taxable), .rate = amount(cases[i].rate), .tax = amount(cases[i].tax)};
        struct tf_figure expected;
        assert_int_equal(tf_breakdown_tax_fits(&breakdown, false, &expected), cases[i].artefact);
        assert_int_equal(tf_breakdown_tax_fits(&breakdown, true, &expected), cases[i].strict);
        assert_int_equal(expected.known, cases[i].taxable && cases[i].rate);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_walk_below_totals),
        cmocka_unit_test(test_a_walk_over_the_list),
        cmocka_unit_test(test_findings_below_totals_name_the_whole_path),
        cmocka_unit_test(test_tax_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
