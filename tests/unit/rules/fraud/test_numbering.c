#include "unit/rules/fraud/sample.h"

#include "sequence/numbering.h"

/* On 2026-03-15. before NULL: no number of a series. */
static void check(const char *number, const char *before, int64_t counter, const char *after)
{
    struct tf_numbering numbering;
    bool read = tf_numbering_read(tf_str_of(number), sample_time(73), &numbering);
    if (read != (before != NULL))
        fail_msg("%s", number);
    if (!before)
        return;
    assert_text(numbering.before, before);
    assert_text(numbering.after, after);
    assert_int_equal(numbering.counter, counter);
}

static void the_last_digits_count(void **state)
{
    (void)state;
    check("117", "", 117, "");
    check("INV-0117", "INV-", 117, "");
    check("RE-2026-0117", "RE-2026-", 117, "");
    check("2026.712.9", "2026.712.", 9, "");
    check("117/A", "", 117, "/A");
    check("20260117", "", 20260117, "");
    check("999999999999999999", "", 999999999999999999, "");
}

static void a_year_behind_the_counter_belongs_to_the_series(void **state)
{
    (void)state;
    check("0117/2026", "", 117, "/2026");
    check("117-2025", "", 117, "-2025");
    check("A117/26", "A", 117, "/26");
    check("0117-26", "", 117, "-26");
    check("0117/03/2026", "", 117, "/03/2026");
    check("0117/04/2026", "0117/", 4, "/2026"); /* not the month of the document */
}

static void a_counter_that_looks_like_a_year_counts(void **state)
{
    (void)state;
    check("712-26", "712-", 26, "");
    check("0117-27", "0117-", 27, "");
    check("2026", "", 2026, "");
    check("K-2024", "K-", 2024, "");
    check("26", "", 26, "");
}

static void what_has_no_place_is_none(void **state)
{
    (void)state;
    check(NULL, NULL, 0, NULL);
    check("", NULL, 0, NULL);
    check("ABC", NULL, 0, NULL);
    check("1234567890123456789", NULL, 0, NULL);
}

static void times_outside_the_calendar_have_no_year(void **state)
{
    (void)state;
    struct tf_numbering numbering;
    const int64_t times[] = {INT64_MIN, INT64_MAX, -1};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        assert_true(tf_numbering_read(TF_STR("0117/2026"), times[i], &numbering));
        assert_int_equal(numbering.counter, 2026);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_digits_count), cmocka_unit_test(a_year_behind_the_counter_belongs_to_the_series),
        cmocka_unit_test(a_counter_that_looks_like_a_year_counts), cmocka_unit_test(what_has_no_place_is_none),
        cmocka_unit_test(times_outside_the_calendar_have_no_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
