/* Claims of this process: the first owner wins, nothing is forgotten, the ceiling holds, threads agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "taxflow/dedup.h"
#include "taxflow/thread.h"

static struct tf_claim claim_of(uint32_t id, uint8_t owner)
{
    struct tf_claim claim = {0};
    memcpy(claim.id.bytes, &id, sizeof id);
    memset(claim.owner, owner, sizeof claim.owner);
    return claim;
}

static struct tf_dedup *table_of(size_t ids_max)
{
    struct tf_dedup *dedup = NULL;
    assert_int_equal(tf_dedup_create_table(ids_max, &dedup), TF_OK);
    return dedup;
}

static void test_first_owner_wins(void **state)
{
    (void)state;
    struct tf_dedup *dedup = table_of(10);
    struct tf_claim first = claim_of(1, 0xa1), again = claim_of(1, 0xa1), other = claim_of(1, 0xb2);
    assert_int_equal(tf_dedup_claim(dedup, &first, 1, NULL), TF_OK);
    assert_false(first.was_owned);
    assert_int_equal(tf_dedup_claim(dedup, &other, 1, NULL), TF_OK);
    assert_true(other.was_owned);
    assert_memory_equal(other.found, first.owner, sizeof first.owner);
    assert_int_equal(tf_dedup_claim(dedup, &again, 1, NULL), TF_OK);
    assert_true(again.was_owned);
    assert_memory_equal(again.found, again.owner, sizeof again.owner);
    tf_dedup_destroy(dedup);
}

static void test_repetition_inside_one_call(void **state)
{
    (void)state;
    struct tf_dedup *dedup = table_of(10);
    struct tf_claim claims[] = {claim_of(1, 1), claim_of(2, 2), claim_of(1, 3), claim_of(1, 1)};
    assert_int_equal(tf_dedup_claim(dedup, claims, 4, NULL), TF_OK);
    assert_false(claims[0].was_owned);
    assert_false(claims[1].was_owned);
    assert_true(claims[2].was_owned);
    assert_memory_equal(claims[2].found, claims[0].owner, sizeof claims[0].owner);
    assert_true(claims[3].was_owned);
    assert_memory_equal(claims[3].found, claims[0].owner, sizeof claims[0].owner);
    tf_dedup_destroy(dedup);
}

static void test_stale_answer_is_overwritten(void **state)
{
    (void)state;
    struct tf_dedup *dedup = table_of(10);
    struct tf_claim claim = claim_of(7, 1);
    claim.was_owned = true;
    assert_int_equal(tf_dedup_claim(dedup, &claim, 1, NULL), TF_OK);
    assert_false(claim.was_owned);
    tf_dedup_destroy(dedup);
}

static void test_nothing_is_lost_by_growing(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct tf_dedup *dedup = table_of(COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        struct tf_claim claim = claim_of(i, (uint8_t)i);
        assert_int_equal(tf_dedup_claim(dedup, &claim, 1, NULL), TF_OK);
        assert_false(claim.was_owned);
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        struct tf_claim claim = claim_of(i, 0xff), first = claim_of(i, (uint8_t)i);
        assert_int_equal(tf_dedup_claim(dedup, &claim, 1, NULL), TF_OK);
        assert_true(claim.was_owned);
        assert_memory_equal(claim.found, first.owner, sizeof first.owner);
    }
    tf_dedup_destroy(dedup);
}

static void test_full_refuses_new_ids_and_answers_old_ones(void **state)
{
    (void)state;
    struct tf_dedup *dedup = table_of(3);
    struct tf_claim claims[] = {claim_of(1, 1), claim_of(2, 1), claim_of(3, 1)}, fourth = claim_of(4, 1), old = claim_of(2, 9);
    struct tf_fault fault = {0};
    assert_int_equal(tf_dedup_claim(dedup, claims, 3, NULL), TF_OK);
    assert_int_equal(tf_dedup_claim(dedup, &fourth, 1, &fault), TF_E_FULL);
    assert_int_equal(fault.code, TF_E_FULL);
    assert_non_null(strstr(fault.text, "3 entries"));
    assert_int_equal(tf_dedup_claim(dedup, &old, 1, NULL), TF_OK);
    assert_true(old.was_owned);
    tf_dedup_destroy(dedup);

    dedup = table_of(0);
    assert_int_equal(tf_dedup_claim(dedup, &fourth, 1, NULL), TF_E_FULL);
    tf_dedup_destroy(dedup);
}

enum { RACERS = 8, RACE_IDS = 20000 };
struct race {
    struct tf_dedup *dedup;
    uint32_t won[RACERS];
};

static void race(void *argument, unsigned worker)
{
    struct race *race = argument;
    for (uint32_t i = 0; i < RACE_IDS; i++) {
        struct tf_claim claim = claim_of(i, (uint8_t)worker);
        if (tf_dedup_claim(race->dedup, &claim, 1, NULL) == TF_OK && !claim.was_owned)
            race->won[worker]++;
    }
}

static void test_threads_agree_on_one_owner(void **state)
{
    (void)state;
    struct race all = {.dedup = table_of(RACE_IDS)};
    struct tf_team *team = tf_team_create("tf-race", RACERS);
    assert_non_null(team);
    tf_team_run(team, race, &all);
    uint32_t won = 0;
    for (unsigned i = 0; i < RACERS; i++)
        won += all.won[i];
    assert_int_equal(won, RACE_IDS);
    tf_team_destroy(team);
    tf_dedup_destroy(all.dedup);
}

static void test_put_and_get(void **state)
{
    (void)state;
    struct tf_dedup *dedup = table_of(10);
    struct tf_buf out;
    bool found = true;
    tf_buf_init(&out, 100);
    assert_int_equal(tf_dedup_get(dedup, TF_STR("ck:tax:0"), &out, &found, NULL), TF_OK);
    assert_false(found);
    assert_int_equal(out.len, 0);
    const struct tf_dedup_pair pairs[] = {{TF_STR("ck:tax:0"), TF_STR("one")}, {TF_STR("ck:tax:1"), TF_STR("two")},
                                          {TF_STR("ck:tax:0"), TF_STR("three")}};
    assert_int_equal(tf_dedup_put_all(dedup, pairs, 3, false, NULL), TF_OK);
    assert_int_equal(tf_dedup_put(dedup, TF_STR("h:x"), TF_STR(""), true, NULL), TF_OK);
    assert_int_equal(tf_dedup_get(dedup, TF_STR("ck:tax:0"), &out, &found, NULL), TF_OK);
    assert_true(found);
    assert_int_equal(tf_dedup_get(dedup, TF_STR("h:x"), &out, &found, NULL), TF_OK);
    assert_true(found);
    assert_true(tf_str_is(tf_buf_view(&out), "three"));
    tf_buf_finish(&out);
    tf_dedup_destroy(dedup);
}

static void test_is_always_there(void **state)
{
    (void)state;
    struct tf_dedup *dedup = table_of(1);
    char run_id[41];
    tf_dedup_run_id(dedup, run_id);
    assert_string_equal(run_id, "table");
    assert_int_equal(tf_dedup_ping(dedup, NULL), TF_OK);
    assert_int_equal(tf_dedup_claim(dedup, NULL, 0, NULL), TF_OK);
    assert_int_equal(tf_dedup_put_all(dedup, NULL, 0, false, NULL), TF_OK);
    assert_null(tf_dedup_destroy(dedup));
    assert_null(tf_dedup_destroy(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_owner_wins),
        cmocka_unit_test(test_repetition_inside_one_call),
        cmocka_unit_test(test_stale_answer_is_overwritten),
        cmocka_unit_test(test_nothing_is_lost_by_growing),
        cmocka_unit_test(test_full_refuses_new_ids_and_answers_old_ones),
        cmocka_unit_test(test_threads_agree_on_one_owner),
        cmocka_unit_test(test_put_and_get),
        cmocka_unit_test(test_is_always_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
