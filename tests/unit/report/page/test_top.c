#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "top.h"

static struct tf_top top;

static int tear_down(void **state)
{
    (void)state;
    tf_top_finish(&top);
    return 0;
}

static void put(const char currency[4], struct tf_rank rank, const char *json) { assert_true(tf_top_put(&top, currency, &rank, tf_str_of(json))); }

static void assert_list(const char currency[4], const char *const *json, size_t count)
{
    const struct tf_top_list *list = tf_top_of(&top, currency);
    assert_non_null(list);
    assert_int_equal(list->count, count);
    for (size_t e = 0; e < count; e++)
        assert_memory_equal(list->entries[e].json, json[e], list->entries[e].len);
}

static void what_matters_more_stands_first(void **state)
{
    (void)state;
    /* From the last to the first. */
    put("EUR", (struct tf_rank){.order = 9}, "h");
    put("EUR", (struct tf_rank){.order = 8}, "g");
    put("EUR", (struct tf_rank){.score = 5, .order = 7}, "f");
    put("EUR", (struct tf_rank){.invalid = true, .order = 6}, "e");
    put("EUR", (struct tf_rank){.at_risk_minor = 1000000, .order = 5}, "d"); /* approved: behind what is stopped */
    put("EUR", (struct tf_rank){.stopped = true, .decision = TF_FRAUD_REVIEW, .at_risk_minor = 5, .order = 4}, "c");
    put("EUR", (struct tf_rank){.stopped = true, .decision = TF_FRAUD_BLOCK, .at_risk_minor = 5, .order = 3}, "b");
    put("EUR", (struct tf_rank){.stopped = true, .decision = TF_FRAUD_REVIEW, .at_risk_minor = 6, .order = 2}, "a");
    put("SEK", (struct tf_rank){.order = 1}, "of another currency");
    assert_list("EUR", (const char *const[]){"a", "b", "c", "d", "e", "f", "g", "h"}, 8);
    assert_list("SEK", (const char *const[]){"of another currency"}, 1);
    assert_null(tf_top_of(&top, "USD"));
}

static void only_the_best_stay(void **state)
{
    (void)state;
    char json[32];
    enum { RECORDS = 1000 };
    for (int64_t i = 0; i < RECORDS; i++) {
        const struct tf_rank rank = {.at_risk_minor = i * 7919 % RECORDS, .order = (uint64_t)i}; /* each amount once, in no order */
        snprintf(json, sizeof json, "%lld", (long long)rank.at_risk_minor);
        assert_true(tf_top_put(&top, "EUR", &rank, tf_str_of(json)));
    }
    const struct tf_top_list *list = tf_top_of(&top, "EUR");
    assert_int_equal(list->count, TF_TOP_PER_CURRENCY);
    for (size_t e = 0; e < list->count; e++) {
        snprintf(json, sizeof json, "%zu", RECORDS - 1 - e);
        assert_memory_equal(list->entries[e].json, json, list->entries[e].len);
    }
    assert_false(tf_top_wants(&top, "EUR", &(struct tf_rank){.at_risk_minor = RECORDS - 1 - TF_TOP_PER_CURRENCY}));
    assert_true(tf_top_wants(&top, "EUR", &(struct tf_rank){.at_risk_minor = RECORDS}));
    assert_true(tf_top_wants(&top, "SEK", &(struct tf_rank){.order = 0}));
}

static void currencies_without_end_are_bounded(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 26 * 26; c++) {
        const char currency[4] = {'X', (char)('A' + c / 26), (char)('A' + c % 26), '\0'};
        put(currency, (struct tf_rank){.order = c}, "x");
    }
    assert_int_equal(top.count, TF_AMOUNTS_CURRENCIES_MAX);
    assert_false(tf_top_wants(&top, "XZZ", &(struct tf_rank){.at_risk_minor = 1}));
}

static void amounts_of_each_currency_are_exact(void **state)
{
    (void)state;
    struct tf_amounts amounts = {.count = 0};
    struct tf_decimal expected;
    for (unsigned i = 0; i < 3; i++) /* their sum passes 64 bits */
        tf_amounts_of(&amounts, "EUR")->at_risk_minor[TF_FRAUD_BLOCK] += INT64_MAX;
    tf_amounts_of(&amounts, "EUR")->at_risk_minor[TF_FRAUD_REVIEW] += 5;
    tf_amounts_of(&amounts, "EUR")->at_risk_minor[TF_FRAUD_APPROVE] += 1000; /* nobody stops it: it is in no sum */
    assert_int_equal(tf_money_parse(TF_STR("276701161105643274.26"), &expected), TF_OK);
    assert_int_equal(tf_money_cmp(tf_amounts_at_risk(tf_amounts_of(&amounts, "EUR")), expected), 0);
    tf_amounts_of(&amounts, "USD")->records[TF_FRAUD_REVIEW] = 2;
    tf_amounts_of(&amounts, (const char[4]){""})->records[TF_FRAUD_BLOCK] = 2;
    tf_amounts_of(&amounts, "SEK")->records[TF_FRAUD_APPROVE] = 900;
    tf_amounts_sort(&amounts);
    assert_string_equal(amounts.currencies[0]->code, "");
    assert_string_equal(amounts.currencies[1]->code, "USD");
    assert_string_equal(amounts.currencies[2]->code, "EUR");
    assert_int_equal(tf_amounts_records(amounts.currencies[3]), 900);
    tf_amounts_finish(&amounts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_matters_more_stands_first, tear_down),
        cmocka_unit_test_teardown(only_the_best_stay, tear_down),
        cmocka_unit_test_teardown(currencies_without_end_are_bounded, tear_down),
        cmocka_unit_test(amounts_of_each_currency_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
