/* Two opinions about one record, and the sums of many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "difference.h"

static struct tf_rejudge_totals totals;
static struct tf_difference_room room;

static int set_up(void **state)
{
    (void)state;
    return tf_rejudge_totals_init(&totals) == TF_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tf_rejudge_totals_finish(&totals);
    return 0;
}

static uint16_t rule(const char *id)
{
    return tf_opinion_rule(&totals, tf_str_of(id), false);
}

static void assert_amount(struct tf_decimal amount, const char *expected)
{
    char text[TF_MONEY_TEXT_BYTES];
    tf_money_format(amount, 2, text);
    assert_string_equal(text, expected);
}

static void hits_come_and_go(void **state)
{
    (void)state;
    const struct tf_opinion_hit old[] = {{1000, rule("DUP1")}, {70, rule("RND1")}}, new[] = {{70, rule("RND1")}, {25000, rule("SPL1")}};
    const struct tf_opinion before = {.digest = 1, .decision = TF_FRAUD_REVIEW, .hits = old, .hits_count = 2};
    const struct tf_opinion now = {.digest = 2, .decision = TF_FRAUD_APPROVE, .hits = new, .hits_count = 2};
    struct tf_rejudge_change change;
    for (int i = 0; i < 3; i++) {
        assert_true(tf_difference_add(&totals, &before, &now, i < 2 ? "EUR" : "SEK", &room, &change));
        assert_int_equal(change.newly_count, 1);
        assert_int_equal(change.newly[0], rule("SPL1"));
        assert_int_equal(change.gone_count, 1);
        assert_int_equal(change.gone[0], rule("DUP1"));
    }
    const struct tf_rejudge_rule *dup1 = &totals.rules[rule("DUP1")], *spl1 = &totals.rules[rule("SPL1")], *rnd1 = &totals.rules[rule("RND1")];
    assert_int_equal(dup1->before, 3);
    assert_int_equal(dup1->gone, 3);
    assert_int_equal(dup1->now, 0);
    assert_int_equal(rnd1->before, 3);
    assert_int_equal(rnd1->now, 3);
    assert_int_equal(rnd1->newly + rnd1->gone + rnd1->amounts_count, 0);
    assert_int_equal(spl1->newly, 3);
    assert_int_equal(spl1->amounts_count, 2);
    assert_string_equal(spl1->amounts[0].currency, "EUR");
    assert_amount(spl1->amounts[0].newly, "500.00");
    assert_amount(spl1->amounts[1].newly, "250.00");
    assert_amount(dup1->amounts[0].gone, "20.00");
    assert_int_equal(totals.decisions[TF_FRAUD_REVIEW][TF_FRAUD_APPROVE], 3);
    assert_int_equal(totals.judged, 3);
    assert_int_equal(totals.identical, 0);
}

/* Other words about the same hits are no change of the decision, but the rows differ. */
static void other_words_are_no_change(void **state)
{
    (void)state;
    const struct tf_opinion_hit hit = {5, rule("VEL1")};
    struct tf_opinion before = {.digest = 1, .hits = &hit, .hits_count = 1}, now = before;
    struct tf_rejudge_change change;
    assert_false(tf_difference_add(&totals, &before, &now, "EUR", &room, &change));
    assert_int_equal(totals.identical, 1);
    now.digest = 2;
    assert_false(tf_difference_add(&totals, &before, &now, "EUR", &room, &change));
    assert_int_equal(totals.identical, 1);
    now.decision = TF_FRAUD_BLOCK;
    assert_true(tf_difference_add(&totals, &before, &now, "EUR", &room, &change));
    assert_int_equal(change.newly_count + change.gone_count, 0);
}

static void more_currencies_than_places_share_the_last(void **state)
{
    (void)state;
    const struct tf_opinion_hit hit = {100, rule("VEL1")};
    const struct tf_opinion before = {.digest = 1}, now = {.digest = 2, .hits = &hit, .hits_count = 1};
    struct tf_rejudge_change change;
    for (int i = 0; i < TF_REJUDGE_CURRENCIES_MAX + 5; i++) {
        char currency[4] = {'A', 'A', (char)('A' + i), '\0'};
        assert_true(tf_difference_add(&totals, &before, &now, currency, &room, &change));
    }
    const struct tf_rejudge_rule *vel1 = &totals.rules[rule("VEL1")];
    assert_int_equal(vel1->amounts_count, TF_REJUDGE_CURRENCIES_MAX);
    assert_string_equal(vel1->amounts[TF_REJUDGE_CURRENCIES_MAX - 1].currency, "");
    assert_amount(vel1->amounts[TF_REJUDGE_CURRENCIES_MAX - 1].newly, "6.00");
}

static void the_json_has_modes_apart(void **state)
{
    (void)state;
    const struct tf_opinion_hit hit = {100, tf_opinion_rule(&totals, TF_STR("RND1"), true)};
    const struct tf_opinion before = {.digest = 1}, now = {.digest = 2, .hits = &hit, .hits_count = 1};
    struct tf_rejudge_change change;
    struct tf_buf out;
    struct tf_json json;
    snprintf(totals.ruleset, sizeof totals.ruleset, "fraud-2");
    assert_int_equal(tf_opinion_ruleset(&totals, TF_STR("fraud-1")), 0);
    rule("DUP1"); /* known, but nobody hit it: it is left out */
    assert_true(tf_difference_add(&totals, &before, &now, "EUR", &room, &change));
    tf_buf_init(&out, 1 << 16);
    tf_json_init(&json, &out);
    tf_rejudge_json(&totals, &json);
    tf_buf_putc(&out, '\0');
    assert_string_equal(
        out.ptr, "{\"ruleset\":\"fraud-2\",\"against\":[\"fraud-1\"],\"judged\":1,\"identical\":0,\"warmed\":0,\"skipped\":0,\"dead\":0,"
                 "\"unreadable\":0,\"published\":0,\"standing\":0,\"decisions\":{\"approve\":{\"approve\":1,\"review\":0,\"block\":0},"
                 "\"review\":{\"approve\":0,\"review\":0,\"block\":0},\"block\":{\"approve\":0,\"review\":0,\"block\":0}},\"rules\":[],"
                 "\"shadow\":[{\"rule\":\"RND1\",\"before\":0,\"now\":1,\"newly_hit\":1,\"no_longer_hit\":0,"
                 "\"amounts\":[{\"currency\":\"EUR\",\"newly_hit\":\"1.00\",\"no_longer_hit\":\"0.00\"}]}]}");
    tf_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hits_come_and_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_words_are_no_change, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_currencies_than_places_share_the_last, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_json_has_modes_apart, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
