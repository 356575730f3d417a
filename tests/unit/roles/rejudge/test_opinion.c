/* What result rows say, read back; and the table they are kept in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "opinion.h"

#define ROW(ruleset, extra, rest) "{\"event_id\":\"e1\",\"position\":\"taxflow.audit:3:42\",\"ruleset\":\"" ruleset "\"," extra "\"score\":60," rest "}"
#define HITS                                                                                                                              \
    "\"decision\":\"review\",\"amount_at_risk\":\"10.00\",\"hits\":["                                                                     \
    "{\"rule\":\"DUP1\",\"version\":\"1\",\"weight\":60,\"mode\":\"live\",\"amount_at_risk\":\"10.00\",\"related\":[\"a\"]},"              \
    "{\"rule\":\"DUP1\",\"mode\":\"shadow\"}],\"unknown\":[],\"model\":null"

struct bench {
    struct tf_rejudge_totals totals;
    struct tf_arena *arena;
};

static int set_up(void **state)
{
    static struct bench bench;
    bench.arena = tf_arena_create(1 << 20);
    *state = &bench;
    return tf_rejudge_totals_init(&bench.totals) == TF_OK && bench.arena ? 0 : -1;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    tf_rejudge_totals_finish(&bench->totals);
    tf_arena_destroy(bench->arena);
    return 0;
}

static void a_row_is_read(void **state)
{
    struct bench *bench = *state;
    struct tf_opinion_row row;
    assert_true(tf_opinion_read(&bench->totals, TF_STR(ROW("fraud-1", "", HITS)), bench->arena, &row));
    assert_true(tf_str_is(row.event_id, "e1"));
    assert_true(tf_str_is(row.position, "taxflow.audit:3:42"));
    assert_int_equal(row.opinion.decision, TF_FRAUD_REVIEW);
    assert_string_equal(bench->totals.against[row.opinion.ruleset], "fraud-1");
    assert_int_equal(row.opinion.hits_count, 2);
    assert_int_equal(row.opinion.hits[0].minor, 1000);
    assert_int_equal(row.opinion.hits[1].minor, 0); /* an old row does not say */
    assert_int_not_equal(row.opinion.hits[0].rule, row.opinion.hits[1].rule);
    assert_true(bench->totals.rules[row.opinion.hits[1].rule].shadow);
    assert_int_equal(bench->totals.rules_count, 2);
    assert_true(tf_opinion_read(&bench->totals, TF_STR(ROW("fraud-2", "", HITS)), bench->arena, &row));
    assert_int_equal(bench->totals.rules_count, 2);
    assert_int_equal(bench->totals.against_count, 2);
}

/* Neither the ruleset's name nor what a row that was judged again says besides makes a difference; anything behind the score does. */
static void rows_that_say_the_same_have_one_digest(void **state)
{
    (void)state;
    uint64_t first = tf_opinion_digest(TF_STR(ROW("fraud-1", "", HITS)));
    assert_int_not_equal(first, 0);
    assert_int_equal(tf_opinion_digest(TF_STR(ROW("fraud-2", "\"supersedes\":\"ab\",\"reason\":\"x\\\",\\\"score\\\":9\",", HITS))), first);
    assert_int_not_equal(tf_opinion_digest(TF_STR(ROW("fraud-1", "", HITS ",\"late\":true"))), first);
    assert_int_equal(tf_opinion_digest(TF_STR("{\"event_id\":\"e1\"}")), 0);
}

static void what_is_no_row_is_refused(void **state)
{
    struct bench *bench = *state;
    static const char *const wrong[] = {
        "", "{", "[]", "{\"event_id\":\"e1\"}",
        ROW("", "", HITS),                                          /* no ruleset */
        ROW("fraud-1", "", "\"decision\":\"maybe\",\"hits\":[]"),   /* a decision nobody knows */
        ROW("fraud-1", "", "\"decision\":\"review\",\"hits\":7"),   /* hits that are no list */
        "{\"event_id\":7,\"position\":\"a:1:2\",\"ruleset\":\"f\",\"score\":1,\"decision\":\"review\",\"hits\":[]}",
        ROW("a-name-of-a-ruleset-that-is-longer-than-any-of-ours", "", HITS),
    };
    struct tf_opinion_row row;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(tf_opinion_read(&bench->totals, tf_str_of(wrong[i]), bench->arena, &row));
    char long_id[400];
    snprintf(long_id, sizeof long_id, ROW("fraud-1", "", "\"decision\":\"review\",\"hits\":[{\"rule\":\"%080d\",\"mode\":\"live\"}]"), 1);
    assert_true(tf_opinion_read(&bench->totals, tf_str_of(long_id), bench->arena, &row));
    assert_int_equal(row.opinion.hits_count, 0); /* a rule that cannot be ours counts for nothing */
}

static void the_table_keeps_the_last_of_each(void **state)
{
    enum { MANY = 20000 };
    (void)state;
    struct tf_opinions *opinions = tf_opinions_create();
    assert_non_null(opinions);
    for (int64_t round = 0; round < 2; round++)
        for (int64_t i = 0; i < MANY; i++) {
            const struct tf_opinion_hit hit = {i + round, 1};
            const struct tf_opinion opinion = {.digest = (uint64_t)(i * 2 + round), .hits = &hit, .hits_count = i % 3 == 0};
            assert_int_equal(tf_opinions_put(opinions, tf_opinion_place((uint32_t)(i % 7), i), &opinion), TF_OK);
        }
    for (int64_t i = 0; i < MANY; i++) {
        const struct tf_opinion *found = tf_opinions_find(opinions, tf_opinion_place((uint32_t)(i % 7), i));
        assert_non_null(found);
        assert_int_equal(found->digest, i * 2 + 1);
        if (i % 3 == 0)
            assert_int_equal(found->hits[0].minor, i + 1);
        assert_null(tf_opinions_find(opinions, tf_opinion_place((uint32_t)(i % 7 + 1), i)));
    }
    tf_opinions_destroy(opinions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_row_is_read, set_up, tear_down),
        cmocka_unit_test(rows_that_say_the_same_have_one_digest),
        cmocka_unit_test_setup_teardown(what_is_no_row_is_refused, set_up, tear_down),
        cmocka_unit_test(the_table_keeps_the_last_of_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
