#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "explain.h"

enum { MANY = 20000 };

static struct tf_explanation explain(const struct tf_explain_item *items, size_t count, size_t particular, int64_t sum)
{
    struct tf_explanation e;
    assert_int_equal(tf_explain(items, count, particular, sum, &e), TF_OK);
    return e;
}

/* What was picked adds up to the sum. */
static void expect_sum(const struct tf_explain_item *items, size_t count, const struct tf_explanation *e, int64_t sum)
{
    int64_t found = 0;
    for (size_t i = 0; e->explained == TF_EXPLAINED_WHY && i < count; i++)
        found += (items[i].why & e->mask) != 0 ? items[i].effect : 0;
    for (size_t i = 0; i < e->count; i++)
        found += items[e->picks[i]].effect;
    assert_int_equal(found, sum);
}

static void test_each_way(void **state)
{
    (void)state;
    static const struct tf_explain_item items[] = {
        {1000, TF_WHY_LATE}, {250, TF_WHY_LATE}, {-40, TF_WHY_COPY}, {7000, TF_WHY_TWICE}, {60, TF_WHY_TWICE | TF_WHY_LATE}, {99, 0}, {300, 0}, {45, 0},
    };
    enum { COUNT = sizeof items / sizeof items[0], PARTICULAR = 5 };
    static const struct { int64_t sum; enum tf_explained explained; unsigned mask; size_t picks; bool ambiguous; } rows[] = {
        {1000, TF_EXPLAINED_ONE, 0, 1, false}, {-40, TF_EXPLAINED_ONE, 0, 1, false}, {1310, TF_EXPLAINED_WHY, TF_WHY_LATE, 0, false},
        {7060, TF_EXPLAINED_WHY, TF_WHY_TWICE, 0, false}, {8270, TF_EXPLAINED_WHY, TF_WHY_LATE | TF_WHY_TWICE | TF_WHY_COPY, 0, false},
        {960, TF_EXPLAINED_SOME, 0, 2, false}, {7210, TF_EXPLAINED_SOME, 0, 3, false}, {300, TF_EXPLAINED_ONE, 0, 1, false},
        {399, TF_EXPLAINED_PAIR, 0, 2, false}, {444, TF_EXPLAINED_THREE, 0, 3, false}, {1099, TF_EXPLAINED_PAIR, 0, 2, false},
        {123456, TF_EXPLAINED_NOT, 0, 0, false}, {0, TF_EXPLAINED_NOT, 0, 0, false}, {INT64_MIN, TF_EXPLAINED_NOT, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tf_explanation e = explain(items, COUNT, PARTICULAR, rows[i].sum);
        assert_int_equal(e.explained, rows[i].explained);
        assert_int_equal(e.mask, rows[i].mask);
        assert_int_equal(e.count, rows[i].picks);
        assert_int_equal(e.ambiguous, rows[i].ambiguous);
        if (e.explained != TF_EXPLAINED_NOT)
            expect_sum(items, COUNT, &e, rows[i].sum);
    }
}

static void test_others_that_would_do_are_told(void **state)
{
    (void)state;
    static const struct tf_explain_item one[] = {{5, TF_WHY_LATE}, {5, TF_WHY_COPY}}, pair[] = {{1, 0}, {2, 0}, {2, 0}},
                                        subset[] = {{5, TF_WHY_LATE}, {7, TF_WHY_LATE}, {9, TF_WHY_LATE}, {3, TF_WHY_LATE}, {2, TF_WHY_LATE}};
    assert_true(explain(one, 2, 2, 5).ambiguous);
    assert_true(explain(pair, 3, 0, 3).ambiguous);
    const struct tf_explanation e = explain(subset, 5, 5, 12); /* 5 + 7, 9 + 3 */
    assert_int_equal(e.explained, TF_EXPLAINED_SOME);
    assert_int_equal(e.count, 2);
    assert_true(e.ambiguous);
    expect_sum(subset, 5, &e, 12);
}

/* Against brute force: where a subset of the particular ones adds up, one of the fewest members is found. */
static void test_subsets_are_found_whenever_there_is_one(void **state)
{
    (void)state;
    enum { ITEMS = 9, ROUNDS = 400 };
    uint32_t dice = 7;
    for (int round = 0; round < ROUNDS; round++) {
        struct tf_explain_item items[ITEMS];
        for (size_t i = 0; i < ITEMS; i++) {
            dice = dice * 1664525u + 1013904223u;
            items[i] = (struct tf_explain_item){(int64_t)(dice >> 24) - 100, 1u << (i % TF_WHY_COUNT)};
        }
        dice = dice * 1664525u + 1013904223u;
        const int64_t sum = (int64_t)(dice >> 23) - 150;
        int fewest = 0;
        for (unsigned set = 1; set < 1u << ITEMS; set++) {
            int64_t found = 0;
            int members = 0;
            for (size_t i = 0; i < ITEMS; i++) {
                found += (set >> i) & 1 ? items[i].effect : 0;
                members += ((set >> i) & 1) != 0 && items[i].effect != 0;
            }
            if (found == sum && members > 0 && (fewest == 0 || members < fewest))
                fewest = members;
        }
        const struct tf_explanation e = explain(items, ITEMS, ITEMS, sum);
        assert_int_equal(e.explained != TF_EXPLAINED_NOT, sum != 0 && fewest > 0);
        if (e.explained == TF_EXPLAINED_SOME)
            assert_int_equal(e.count, fewest);
        if (e.explained != TF_EXPLAINED_NOT)
            expect_sum(items, ITEMS, &e, sum);
    }
}

static void test_many_documents_are_no_burden(void **state)
{
    (void)state;
    struct tf_explain_item *items = calloc(2 * MANY, sizeof *items);
    assert_non_null(items);
    for (size_t i = 0; i < 2 * (size_t)MANY; i++)
        items[i] = (struct tf_explain_item){(int64_t)(1000003 * (i + 1)), i < MANY ? TF_WHY_LATE : 0};
    items[100].effect = 17;
    items[2 * MANY - 1].effect = INT64_MAX;
    assert_int_equal(explain(items, 2 * MANY, MANY, 17).explained, TF_EXPLAINED_ONE);
    const struct tf_explanation e = explain(items, 2 * MANY, MANY, 17 + 1000003);
    assert_int_equal(e.explained, TF_EXPLAINED_PAIR);
    expect_sum(items, 2 * MANY, &e, 17 + 1000003);
    assert_int_equal(explain(items, 2 * MANY, MANY, 1).explained, TF_EXPLAINED_NOT);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_way),
        cmocka_unit_test(test_others_that_would_do_are_told),
        cmocka_unit_test(test_subsets_are_found_whenever_there_is_one),
        cmocka_unit_test(test_many_documents_are_no_burden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
