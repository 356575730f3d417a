/* Shared contributions in a real Redis. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "support/redis_server.h"
#include "taxflow/dedup_shares.h"

enum { DAY_MS = 86400000, MANY = 10000 };

static struct test_redis redis;
static struct tf_arena *arena;

static int start(void **state)
{
    (void)state;
    arena = tf_arena_create(64 << 20);
    if (!arena || !test_redis_installed())
        return arena ? 0 : -1;
    return test_redis_start(&redis, NULL, NULL) ? 0 : -1;
}

static int finish(void **state)
{
    (void)state;
    tf_arena_destroy(arena);
    test_redis_finish(&redis);
    return 0;
}

static void need_redis(void)
{
    if (!test_redis_installed()) {
        print_message("skipped: redis-server is not installed\n");
        skip();
    }
}

static struct tf_dedup *connect_as(const char *generation)
{
    const char *name = redis.unix_name;
    struct tf_config config = test_redis_config(&name, 1, 2000);
    struct tf_dedup *dedup = NULL;
    struct tf_fault fault = {0};
    if (tf_dedup_create_redis(&config, generation, &dedup, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    return dedup;
}

static struct tf_hash16 hash_of(uint32_t number)
{
    struct tf_hash16 hash = {{'\r', '\n', 0, '$'}};
    memcpy(hash.bytes + 4, &number, sizeof number);
    hash.bytes[15] = (uint8_t)number;
    return hash;
}

/* A record with one key. */
struct one {
    struct tf_share item;
    struct tf_share_set set;
    char id[24];
};

static void fill(struct one *one, uint32_t key, uint32_t record, int64_t time_ms, bool adds, bool looks)
{
    memset(one, 0, sizeof *one);
    snprintf(one->id, sizeof one->id, "e\r\n%u", record);
    one->item = (struct tf_share){.key = hash_of(key), .window_ms = 10 * (int64_t)DAY_MS, .value = -(int64_t)record, .tag = record * 3, .adds = adds, .looks = looks};
    one->set = (struct tf_share_set){.items = &one->item, .count = 1, .capacity = 1};
    one->set.own = (struct tf_share_entry){.record = hash_of(record), .time_ms = time_ms, .partition = record % 4, .event_id = tf_str_of(one->id)};
}

static void share(struct tf_dedup *dedup, struct one *one)
{
    struct tf_share_set *sets[] = {&one->set};
    struct tf_share_call call = {.sets = sets, .count = 1, .slack_ms = DAY_MS, .arena = arena};
    struct tf_fault fault = {0};
    if (tf_dedup_share(dedup, &call, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    assert_false(call.away);
    assert_int_equal(one->set.read, one->set.count);
}

static void what_one_adds_another_finds_and_a_redelivery_changes_nothing(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *dedup = connect_as("add");
    struct one a, b;
    for (int again = 0; again < 3; again++) {
        fill(&a, 1, 7, 1000, true, true);
        share(dedup, &a);
        assert_int_equal(a.item.count, 1); /* itself: who asks leaves it out */
    }
    fill(&b, 1, 8, 2000, true, true);
    share(dedup, &b);
    assert_int_equal(b.item.count, 2);
    const struct tf_share_entry *mine = &b.item.entries[0], *other = &b.item.entries[1];
    assert_memory_equal(mine->record.bytes, hash_of(8).bytes, 16);
    assert_memory_equal(other->record.bytes, hash_of(7).bytes, 16);
    assert_int_equal(other->time_ms, 1000);
    assert_int_equal(other->value, -7);
    assert_int_equal(other->tag, 21);
    assert_int_equal(other->partition, 3);
    assert_int_equal(other->revision, 0);
    assert_true(tf_str_is(other->event_id, "e\r\n7"));
    fill(&b, 2, 8, 2000, false, true); /* another key */
    share(dedup, &b);
    assert_int_equal(b.item.count, 0);
    tf_dedup_destroy(dedup);
}

static void the_window_is_cut_at_both_ends_and_negative_times_are_times(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *dedup = connect_as("window");
    static const int days[] = {-30, -11, -10, 0, 10, 11};
    struct one one;
    for (uint32_t i = 0; i < 6; i++) {
        fill(&one, 1, i, days[i] * (int64_t)DAY_MS, true, false);
        share(dedup, &one);
    }
    fill(&one, 1, 99, 0, false, true);
    share(dedup, &one);
    assert_int_equal(one.item.count, 3);
    assert_int_equal(one.item.entries[0].time_ms, 10 * (int64_t)DAY_MS); /* the newest first */
    assert_int_equal(one.item.entries[2].time_ms, -10 * (int64_t)DAY_MS);
    tf_dedup_destroy(dedup);
}

static void of_a_busy_key_the_newest_are_read_and_no_more_are_kept_than_said(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *dedup = connect_as("busy");
    struct tf_share_row *rows = calloc(MANY, sizeof *rows);
    struct tf_fault fault = {0};
    struct one one;
    for (uint32_t i = 0; i < MANY; i++) {
        fill(&one, 1, i, i, true, false);
        rows[i] = (struct tf_share_row){one.item.key, one.item.window_ms, one.set.own};
        rows[i].entry.event_id = TF_STR("x");
    }
    assert_int_equal(tf_dedup_share_write(dedup, NULL, rows, MANY, DAY_MS, &fault), TF_OK);
    fill(&one, 1, MANY, 500, false, true);
    share(dedup, &one);
    assert_true(one.item.cut);
    assert_int_equal(one.item.count, TF_SHARE_READ_MAX);
    for (size_t i = 0; i < TF_SHARE_READ_MAX; i++)
        assert_int_equal(one.item.entries[i].time_ms, MANY - 1 - i);
    struct tf_share_row all[1] = {rows[0]};
    assert_int_equal(tf_dedup_share_remove(dedup, NULL, all, 1, &fault), TF_OK); /* long gone: no failure */
    free(rows);
    tf_dedup_destroy(dedup);
}

static void a_removed_row_is_gone_and_its_neighbour_stays(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *dedup = connect_as("remove");
    struct tf_fault fault = {0};
    struct one old, new, other;
    fill(&old, 1, 7, 1000, true, true);
    share(dedup, &old);
    fill(&new, 1, 7, 1000, true, true);
    new.set.own.revision = 2;
    new.item.value = 5;
    share(dedup, &new);
    assert_int_equal(new.item.count, 2); /* both revisions, until the commit */
    struct tf_share_row row = {old.item.key, old.item.window_ms, old.set.own};
    row.entry.value = old.item.value;
    row.entry.tag = old.item.tag;
    row.entry.event_id = tf_str_of(old.id);
    assert_int_equal(tf_dedup_share_remove(dedup, NULL, &row, 1, &fault), TF_OK);
    fill(&other, 1, 9, 1000, false, true);
    share(dedup, &other);
    assert_int_equal(other.item.count, 1);
    assert_int_equal(other.item.entries[0].revision, 2);
    assert_int_equal(other.item.entries[0].value, 5);
    tf_dedup_destroy(dedup);
}

static void a_guard_that_does_not_hold_is_told(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *dedup = connect_as("guard");
    struct tf_fault fault = {0};
    struct one one;
    char run[TF_DEDUP_RUN_ID_LEN + 1], value[TF_DEDUP_RUN_ID_LEN + 2];
    struct tf_share_set *sets[] = {&one.set};
    assert_int_equal(tf_dedup_ping(dedup, &fault), TF_OK);
    tf_dedup_run_id(dedup, run);
    snprintf(value, sizeof value, "%sx", run);
    const struct tf_dedup_guard guard = {TF_STR("epoch"), tf_str_of(value)};
    struct tf_share_call call = {.guard = &guard, .sets = sets, .count = 1, .slack_ms = DAY_MS, .arena = arena};
    fill(&one, 1, 7, 1000, true, true);
    assert_int_equal(tf_dedup_share(dedup, &call, &fault), TF_E_RESTORE);
    assert_int_equal(tf_dedup_put(dedup, guard.suffix, guard.value, false, &fault), TF_OK);
    fill(&one, 1, 7, 1000, true, true);
    assert_int_equal(tf_dedup_share(dedup, &call, &fault), TF_OK);
    assert_int_equal(one.item.count, 1);
    value[0] = value[0] == 'a' ? 'b' : 'a'; /* another run of the server */
    fill(&one, 1, 7, 1000, true, true);
    assert_int_equal(tf_dedup_share(dedup, &call, &fault), TF_E_RESTORE);
    assert_int_equal(tf_dedup_ping(dedup, &fault), TF_OK);
    tf_dedup_destroy(dedup);
}

static void a_full_arena_cuts_and_does_not_fail(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *dedup = connect_as("busy"); /* with what stands there */
    struct tf_arena *small = tf_arena_create(8192);
    struct tf_fault fault = {0};
    struct one one;
    struct tf_share_set *sets[] = {&one.set};
    struct tf_share_call call = {.sets = sets, .count = 1, .slack_ms = DAY_MS, .arena = small};
    fill(&one, 1, MANY, 500, false, true);
    assert_int_equal(tf_dedup_share(dedup, &call, &fault), TF_OK);
    assert_true(one.item.cut && one.item.count < TF_SHARE_READ_MAX);
    tf_arena_destroy(small);
    tf_dedup_destroy(dedup);
}

/* on_outage = local: Redis away is said, nothing is found; back again, it is used again. Its end: this test stops the server. */
static void without_redis_pause_fails_and_local_says_so(void **state)
{
    (void)state;
    need_redis();
    struct tf_dedup *dedup = connect_as("away"), *local = NULL, *table = NULL;
    struct tf_fault fault = {0};
    struct one one;
    struct tf_share_set *sets[] = {&one.set};
    struct tf_share_call call = {.sets = sets, .count = 1, .slack_ms = DAY_MS, .arena = arena};
    assert_int_equal(tf_dedup_create_local(dedup, &local), TF_OK);
    assert_int_equal(tf_dedup_create_table(16, &table), TF_OK);
    assert_true(tf_dedup_shares(dedup) && tf_dedup_shares(local) && !tf_dedup_shares(table));
    fill(&one, 1, 7, 1000, true, true);
    assert_int_equal(tf_dedup_share(local, &call, &fault), TF_OK);
    assert_false(call.away);
    test_redis_finish(&redis);
    fill(&one, 1, 7, 1000, true, true);
    assert_int_equal(tf_dedup_share(dedup, &call, &fault), TF_E_UNAVAILABLE);
    assert_int_equal(tf_dedup_share(local, &call, &fault), TF_OK);
    assert_true(call.away);
    assert_int_equal(one.item.count, 0);
    tf_dedup_destroy(table);
    tf_dedup_destroy(local);
    tf_dedup_destroy(dedup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_one_adds_another_finds_and_a_redelivery_changes_nothing),
        cmocka_unit_test(the_window_is_cut_at_both_ends_and_negative_times_are_times),
        cmocka_unit_test(of_a_busy_key_the_newest_are_read_and_no_more_are_kept_than_said),
        cmocka_unit_test(a_removed_row_is_gone_and_its_neighbour_stays),
        cmocka_unit_test(a_guard_that_does_not_hold_is_told),
        cmocka_unit_test(a_full_arena_cuts_and_does_not_fail),
        cmocka_unit_test(without_redis_pause_fails_and_local_says_so),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
