#include "unit/rules/tax/edited_invoice.h"

#include "en16931/sums.h"

static struct tf_amount amount(const char *text)
{
    struct tf_amount a = {.text = tf_str_of(text)};
    if (text)
        assert_int_equal(tf_money_parse(a.text, &a.value), TF_OK);
    return a;
}

static void expect_figure(struct tf_figure figure, const char *wanted)
{
    assert_true(figure.known);
    char text[TF_MONEY_TEXT_BYTES];
    tf_money_format(figure.value, 0, text);
    assert_string_equal(text, wanted);
}

static void collect(struct tf_sums *sums, enum tf_sums_kind kind, enum tf_category category, struct tf_amount of, struct tf_amount rate)
{
    const struct tf_sums_item item = {
        .kind = kind,
        .code = category == TF_CATEGORY_OTHER ? TF_STR("?") : tf_category_rows[category].code,
        .category = category,
        .in_vat = true,
        .categorized = true,
        .amount = of,
        .rate = rate,
    };
    tf_sums_collect(sums, &item);
}

static void test_sums_in_all_by_category_and_by_rate(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    struct tf_sums sums;
    assert_true(tf_sums_init(&sums, edited_make(arena, ""), arena));
    const struct tf_amount zeros = {.text = TF_STR("19.00"), .value = tf_money_of(1900, 2)};
    collect(&sums, TF_SUMS_LINE, TF_CATEGORY_S, amount("10.5"), zeros);
    collect(&sums, TF_SUMS_CHARGE, TF_CATEGORY_S, amount("2"), amount("19"));
    collect(&sums, TF_SUMS_ALLOWANCE, TF_CATEGORY_S, amount("1"), amount("19.0"));
    collect(&sums, TF_SUMS_LINE, TF_CATEGORY_S, amount("7"), amount("20")); /* no breakdown asks */
    collect(&sums, TF_SUMS_LINE, TF_CATEGORY_S, amount("3"), amount(NULL));
    collect(&sums, TF_SUMS_LINE, TF_CATEGORY_Z, amount("5"), amount("0"));
    collect(&sums, TF_SUMS_ALLOWANCE, TF_CATEGORY_Z, amount("8"), amount(NULL));
    collect(&sums, TF_SUMS_LINE, TF_CATEGORY_OTHER, amount("100"), amount("19"));
    collect(&sums, TF_SUMS_LINE, TF_CATEGORY_Z, amount(NULL), amount("0"));
    expect_figure(sums.line_net, "125.5");
    expect_figure(sums.allowances, "9");
    expect_figure(sums.charges, "2");
    expect_figure(sums.category[TF_CATEGORY_Z].base, "-3");
    assert_int_equal(sums.category[TF_CATEGORY_Z].lines, 2);
    assert_int_equal(sums.category[TF_CATEGORY_S].lines, 3);
    assert_int_equal(sums.category[TF_CATEGORY_S].allowances, 1);
    const struct tf_sums_rate *at_19 = tf_sums_rate(&sums, TF_CATEGORY_S, amount("19.000").value);
    assert_non_null(at_19);
    expect_figure(at_19->base, "11.5");
    expect_figure(at_19->adjustments, "1");
    assert_true(at_19->used && at_19->adjusted);
    const struct tf_sums_rate *at_7 = tf_sums_rate(&sums, TF_CATEGORY_S, amount("7").value);
    assert_non_null(at_7);
    assert_false(at_7->used || at_7->adjusted);
    assert_null(tf_sums_rate(&sums, TF_CATEGORY_S, amount("20").value));
    assert_null(tf_sums_rate(&sums, TF_CATEGORY_Z, amount("0").value));
    tf_arena_destroy(arena);
}

static void test_an_overflow_stays_missing(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    struct tf_sums sums;
    assert_true(tf_sums_init(&sums, edited_make(arena, ""), arena));
    const struct tf_amount huge = amount("9999999999999999999999999999"), tiny = amount("0.0000000001");
    collect(&sums, TF_SUMS_LINE, TF_CATEGORY_Z, huge, amount("0"));
    collect(&sums, TF_SUMS_LINE, TF_CATEGORY_Z, tiny, amount("0"));
    collect(&sums, TF_SUMS_LINE, TF_CATEGORY_Z, huge, amount("0"));
    collect(&sums, TF_SUMS_LINE, TF_CATEGORY_Z, amount("-1"), amount("0"));
    assert_false(sums.line_net.known);
    assert_false(sums.category[TF_CATEGORY_Z].base.known);
    expect_figure(sums.charges, "0");
    tf_arena_destroy(arena);
}

static void test_a_category_is_counted_by_scheme_and_spelling(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    struct tf_sums sums;
    assert_true(tf_sums_init(&sums, edited_make(arena, ""), arena));
    struct tf_sums_item item = {.kind = TF_SUMS_CHARGE, .code = TF_STR(" L "), .category = TF_CATEGORY_AF, .in_vat = true, .categorized = true};
    tf_sums_collect(&sums, &item);
    item.code = TF_STR("L");
    tf_sums_collect(&sums, &item);
    item.in_vat = false;
    tf_sums_collect(&sums, &item);
    item.kind = TF_SUMS_LINE;
    tf_sums_collect(&sums, &item);
    item.kind = TF_SUMS_BREAKDOWN;
    tf_sums_collect(&sums, &item);
    const struct tf_sums_category *of = &sums.category[TF_CATEGORY_AF];
    assert_int_equal(of->charges, 2);
    assert_int_equal(of->bare_charges, 1);
    assert_int_equal(of->lines, 0);
    assert_int_equal(of->lines_outside, 1);
    assert_int_equal(of->uses_outside, 2);
    assert_int_equal(of->breakdowns, 0);
    assert_int_equal(of->breakdowns_outside, 1);
    assert_int_equal(of->bare_breakdowns, 0);
    assert_int_equal(of->bare_breakdowns_anywhere, 1);
    assert_int_equal(sums.in_vat[TF_SUMS_CHARGE], 2);
    assert_int_equal(sums.in_vat[TF_SUMS_LINE], 0);
    assert_false(sums.writes_b || sums.writes_s);
    item.code = TF_STR("S");
    tf_sums_collect(&sums, &item);
    item.code = TF_STR(" B");
    tf_sums_collect(&sums, &item);
    assert_true(sums.writes_s && !sums.writes_b);
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_in_all_by_category_and_by_rate),
        cmocka_unit_test(test_an_overflow_stays_missing),
        cmocka_unit_test(test_a_category_is_counted_by_scheme_and_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
