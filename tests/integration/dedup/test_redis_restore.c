/* What a restore of claims asks of a real Redis: guard, lock, seal, replace, bulk writes; and a table in its place while it is away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/redis_server.h"
#include "taxflow/dedup.h"

#define LOCK TF_STR("restore")
#define EPOCH TF_STR("epoch")

struct setting {
    struct test_redis redis;
    struct tf_dedup *dedup;
    char run_id[TF_DEDUP_RUN_ID_LEN + 1];
    char epoch[TF_DEDUP_RUN_ID_LEN + 17]; /* run_id and a nonce of 16 */
};

static struct tf_dedup_guard guard_of(const struct setting *setting)
{
    return (struct tf_dedup_guard){EPOCH, tf_str_of(setting->epoch)};
}

static struct tf_dedup_lock lock_of(const char *token)
{
    return (struct tf_dedup_lock){LOCK, tf_str_of(token), 5000};
}

static bool take(struct setting *setting, const char *token)
{
    const struct tf_dedup_lock lock = lock_of(token);
    bool taken = false;
    assert_int_equal(tf_dedup_lock(setting->dedup, &lock, &taken, setting->run_id, NULL), TF_OK);
    snprintf(setting->epoch, sizeof setting->epoch, "%s%s", setting->run_id, "0123456789abcdef");
    return taken;
}

static bool prolong(struct setting *setting, const char *token)
{
    const struct tf_dedup_lock lock = lock_of(token);
    bool held = false;
    assert_int_equal(tf_dedup_relock(setting->dedup, &lock, &held, NULL), TF_OK);
    return held;
}

static bool seal(struct setting *setting, const char *token)
{
    const struct tf_dedup_guard guard = guard_of(setting);
    bool sealed = false;
    assert_int_equal(tf_dedup_seal(setting->dedup, LOCK, tf_str_of(token), &guard, &sealed, NULL), TF_OK);
    return sealed;
}

static int set_up(void **state)
{
    struct setting *setting = calloc(1, sizeof *setting);
    *state = setting;
    if (!setting || !test_redis_installed())
        return 0;
    if (!test_redis_start(&setting->redis, NULL, NULL))
        return -1;
    const char *name = setting->redis.unix_name;
    struct tf_config config = test_redis_config(&name, 1, 500);
    return tf_dedup_create_redis(&config, "g", &setting->dedup, NULL) == TF_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct setting *setting = *state;
    tf_dedup_destroy(setting->dedup);
    test_redis_finish(&setting->redis);
    free(setting);
    return 0;
}

static void need_redis(void)
{
    if (!test_redis_installed()) {
        print_message("skipped: redis-server is not installed\n");
        skip();
    }
}

static struct tf_claim claim_of(uint8_t id, uint8_t owner)
{
    struct tf_claim claim = {.scope = NULL};
    memset(claim.id.bytes, id, sizeof claim.id.bytes);
    memset(claim.owner, owner, sizeof claim.owner);
    return claim;
}

static void test_a_lock_is_one_s_alone_and_never_taken_anew(void **state)
{
    struct setting *setting = *state;
    need_redis();
    assert_true(take(setting, "a"));
    assert_false(take(setting, "b"));
    assert_false(take(setting, "a")); /* taking is not prolonging */
    assert_true(prolong(setting, "a"));
    assert_false(prolong(setting, "b"));
    assert_true(test_redis_tell(&setting->redis, "FLUSHALL"));
    assert_false(prolong(setting, "a")); /* what was done under it may be lost */
    assert_false(seal(setting, "a"));
    assert_true(take(setting, "b"));
    assert_false(seal(setting, "a"));
    assert_true(seal(setting, "b"));
    assert_true(take(setting, "a")); /* a seal gives the lock back */
}

static void test_claims_are_made_under_the_guard_only(void **state)
{
    struct setting *setting = *state;
    struct tf_claim claims[2] = {claim_of(1, 7), claim_of(2, 7)};
    struct tf_fault fault = {0};
    need_redis();
    assert_true(take(setting, "a") && seal(setting, "a"));
    const struct tf_dedup_guard guard = guard_of(setting);
    assert_int_equal(tf_dedup_check(setting->dedup, &guard, NULL), TF_OK);
    assert_int_equal(tf_dedup_claim_guarded(setting->dedup, &guard, claims, 2, NULL), TF_OK);
    assert_true(test_redis_tell(&setting->redis, "FLUSHALL"));
    assert_int_equal(tf_dedup_check(setting->dedup, &guard, NULL), TF_E_RESTORE);
    assert_int_equal(tf_dedup_claim_guarded(setting->dedup, &guard, claims, 2, &fault), TF_E_RESTORE);
    assert_non_null(strstr(fault.text, "may have lost claims"));
}

static bool answers_again(void *argument)
{
    struct setting *setting = argument;
    return tf_dedup_ping(setting->dedup, NULL) == TF_OK;
}

static void test_nothing_is_sent_to_another_run(void **state)
{
    struct setting *setting = *state;
    struct tf_claim claim = claim_of(1, 7);
    need_redis();
    assert_true(take(setting, "a") && seal(setting, "a"));
    char epoch[sizeof setting->epoch];
    memcpy(epoch, setting->epoch, sizeof epoch);
    test_redis_kill(&setting->redis);
    assert_true(test_redis_launch(&setting->redis));
    assert_true(test_redis_wait(answers_again, setting));
    assert_true(take(setting, "a")); /* names the new run */
    const struct tf_dedup_guard old = {EPOCH, tf_str_of(epoch)};
    const struct tf_dedup_pair pair = {TF_STR("ck:tax:0"), TF_STR("x")};
    assert_true(test_redis_tell(&setting->redis, "DEL taxflow:g:epoch"));
    assert_int_equal(tf_dedup_claim_guarded(setting->dedup, &old, &claim, 1, NULL), TF_E_RESTORE);
    assert_int_equal(tf_dedup_put_under(setting->dedup, &old, &pair, 1, NULL), TF_E_RESTORE);
    bool sealed = true;
    assert_int_equal(tf_dedup_seal(setting->dedup, LOCK, TF_STR("a"), &old, &sealed, NULL), TF_OK);
    assert_false(sealed);
    redisReply *keys = test_redis_command(&setting->redis, "DBSIZE");
    assert_int_equal(keys->integer, 1); /* the lock */
    freeReplyObject(keys);
    const struct tf_dedup_guard now = guard_of(setting);
    assert_int_equal(tf_dedup_put_under(setting->dedup, &now, &pair, 1, NULL), TF_OK);
}

static void test_entries_overwrite_or_give_way(void **state)
{
    struct setting *setting = *state;
    const struct tf_dedup_entry entries[] = {
        {.suffix = TF_STR("k"), .value = TF_STR("1"), .ttl_ms = 60000},
        {.suffix = TF_STR("k"), .value = TF_STR("2"), .ttl_ms = 60000},
        {.suffix = TF_STR("k"), .value = TF_STR("3"), .ttl_ms = 60000, .absent_only = true},
        {.suffix = TF_STR("l"), .value = TF_STR("4"), .absent_only = true},
    };
    size_t kept = 0;
    need_redis();
    assert_int_equal(tf_dedup_store(setting->dedup, entries, 4, &kept, NULL), TF_OK);
    assert_int_equal(kept, 1);
    redisReply *value = test_redis_command(&setting->redis, "GET taxflow:g:k"), *ttl = test_redis_command(&setting->redis, "PTTL taxflow:g:k"),
               *forever = test_redis_command(&setting->redis, "PTTL taxflow:g:l");
    assert_string_equal(value->str, "2");
    assert_in_range(ttl->integer, 50000, 60000);
    assert_int_equal(forever->integer, -1);
    freeReplyObject(value);
    freeReplyObject(ttl);
    freeReplyObject(forever);
}

static void test_a_claim_is_replaced_by_comparing(void **state)
{
    struct setting *setting = *state;
    uint8_t first[TF_EVENT_OWNER_BYTES], second[TF_EVENT_OWNER_BYTES];
    need_redis();
    assert_true(take(setting, "a") && seal(setting, "a"));
    const struct tf_dedup_guard guard = guard_of(setting);
    memset(first, 1, sizeof first);
    memset(second, 2, sizeof second);
    const struct tf_str one = {(const char *)first, sizeof first}, two = {(const char *)second, sizeof second};
    struct tf_dedup_swap swap = {.guard = &guard, .entry = {.suffix = TF_STR("r:tax:x"), .value = two, .ttl_ms = 60000}, .expected = one};
    assert_int_equal(tf_dedup_replace(setting->dedup, &swap, NULL), TF_OK);
    assert_false(swap.swapped);
    assert_int_equal(swap.found[0], 0); /* nothing stands there */
    assert_int_equal(tf_dedup_put(setting->dedup, swap.entry.suffix, one, true, NULL), TF_OK);
    assert_int_equal(tf_dedup_replace(setting->dedup, &swap, NULL), TF_OK);
    assert_true(swap.swapped);
    assert_int_equal(tf_dedup_replace(setting->dedup, &swap, NULL), TF_OK);
    assert_false(swap.swapped);
    assert_memory_equal(swap.found, second, sizeof second);
    swap.expected = two;
    assert_true(test_redis_tell(&setting->redis, "DEL taxflow:g:epoch"));
    assert_int_equal(tf_dedup_replace(setting->dedup, &swap, NULL), TF_E_RESTORE);
    assert_false(swap.swapped);
    swap.guard = NULL;
    assert_int_equal(tf_dedup_replace(setting->dedup, &swap, NULL), TF_OK);
    assert_true(swap.swapped);
}

static void test_a_table_answers_while_redis_is_away(void **state)
{
    struct setting *setting = *state;
    struct tf_dedup *local = NULL;
    struct tf_claim claim = claim_of(1, 7), copy = claim_of(1, 8);
    need_redis();
    assert_true(take(setting, "a") && seal(setting, "a"));
    const struct tf_dedup_guard guard = guard_of(setting);
    assert_int_equal(tf_dedup_create_local(setting->dedup, &local), TF_OK);
    assert_int_equal(tf_dedup_claim_guarded(local, &guard, &claim, 1, NULL), TF_OK);
    assert_false(claim.local);
    kill(setting->redis.pid, SIGSTOP); /* the same run, cut off */
    claim = claim_of(2, 7);
    copy = claim_of(2, 8);
    assert_int_equal(tf_dedup_claim_guarded(local, &guard, &claim, 1, NULL), TF_OK);
    assert_true(claim.local);
    assert_false(claim.was_owned);
    assert_int_equal(tf_dedup_claim_guarded(local, &guard, &copy, 1, NULL), TF_OK);
    assert_true(copy.local && copy.was_owned);
    assert_int_equal(tf_dedup_check(local, &guard, NULL), TF_OK);
    assert_int_equal(tf_dedup_local_count(local), 2);
    kill(setting->redis.pid, SIGCONT);
    assert_true(test_redis_wait(answers_again, setting));
    assert_int_equal(tf_dedup_claim_guarded(local, &guard, &claim, 1, NULL), TF_E_RESTORE); /* it owes Redis two ids */
    tf_dedup_reconciled(local);
    claim = claim_of(3, 7);
    assert_int_equal(tf_dedup_claim_guarded(local, &guard, &claim, 1, NULL), TF_OK);
    assert_false(claim.local);
    tf_dedup_destroy(local);
}

int main(void)
{
#define RESTORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        RESTORE(test_a_lock_is_one_s_alone_and_never_taken_anew),
        RESTORE(test_claims_are_made_under_the_guard_only),
        RESTORE(test_nothing_is_sent_to_another_run),
        RESTORE(test_entries_overwrite_or_give_way),
        RESTORE(test_a_claim_is_replaced_by_comparing),
        RESTORE(test_a_table_answers_while_redis_is_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
