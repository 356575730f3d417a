/* A ledger on a real Redis: two roles share the claims, an outage leaves the batch as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/redis_server.h"
#include "taxflow/ledger.h"

enum { COUNT = 5000 };

struct setting {
    struct test_redis redis;
    struct tf_dedup *dedup;
    struct tf_ledger *tax, *fraud;
    struct tf_item *items;
    struct tf_batch batch;
};

static int set_up(void **state)
{
    struct setting *setting = calloc(1, sizeof *setting);
    *state = setting;
    if (!setting || !test_redis_installed())
        return 0;
    struct tf_fault fault = {0};
    if (!test_redis_start(&setting->redis, NULL, NULL))
        return -1;
    const char *name = setting->redis.unix_name;
    struct tf_config config = test_redis_config(&name, 1, 1000);
    if (tf_dedup_create_redis(&config, "g", &setting->dedup, &fault) != TF_OK)
        return -1;
    setting->tax = tf_ledger_create(&(struct tf_ledger_options){.dedup = setting->dedup, .role = "tax"});
    setting->fraud = tf_ledger_create(&(struct tf_ledger_options){.dedup = setting->dedup, .role = "fraud"});
    setting->items = calloc(COUNT, sizeof *setting->items);
    setting->batch = (struct tf_batch){.items = setting->items, .count = COUNT, .capacity = COUNT};
    return setting->tax && setting->fraud && setting->items ? 0 : -1;
}

static int tear_down(void **state)
{
    struct setting *setting = *state;
    tf_ledger_destroy(setting->tax);
    tf_ledger_destroy(setting->fraud);
    tf_dedup_destroy(setting->dedup);
    test_redis_finish(&setting->redis);
    free(setting->items);
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

/* Every fifth record repeats the one before; every tenth of those with another body. */
static void fill(struct setting *setting, int64_t first_offset)
{
    memset(setting->items, 0, COUNT * sizeof *setting->items);
    for (uint32_t i = 0; i < COUNT; i++) {
        struct tf_item *item = &setting->items[i];
        uint32_t id = i % 5 == 4 ? i - 1 : i, body = i % 50 == 49 ? 1 : 0;
        memcpy(item->id.bytes, &id, sizeof id);
        memcpy(item->body_hash.bytes, &body, sizeof body);
        item->position = (struct tf_position){.partition = i % 4, .offset = first_offset + i, .timestamp_ms = 1};
    }
}

static void assert_outcomes(const struct setting *setting)
{
    for (uint32_t i = 0; i < COUNT; i++) {
        enum tf_outcome expected = i % 50 == 49 ? TF_OUTCOME_DEAD : i % 5 == 4 ? TF_OUTCOME_DUPLICATE : TF_OUTCOME_PROCESS;
        assert_int_equal(setting->items[i].outcome, expected);
    }
}

/* In three slices, as a pipeline does. */
static enum tf_err claim(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault)
{
    for (struct tf_slice slice = {0, batch->count / 3}; slice.first < batch->count;) {
        TF_TRY(tf_ledger_claim_begin(ledger, batch, slice, fault));
        TF_TRY(tf_ledger_claim_end(ledger, batch, fault));
        size_t end = slice.end + batch->count / 3 + 1;
        slice = (struct tf_slice){slice.end, end < batch->count ? end : batch->count};
    }
    return TF_OK;
}

static void test_both_roles_let_the_same_records_win(void **state)
{
    struct setting *setting = *state;
    need_redis();
    fill(setting, 0);
    assert_int_equal(claim(setting->tax, &setting->batch, NULL), TF_OK);
    assert_outcomes(setting);
    fill(setting, 0);
    assert_int_equal(claim(setting->fraud, &setting->batch, NULL), TF_OK);
    assert_outcomes(setting);
    fill(setting, COUNT); /* all of it sent once more */
    assert_int_equal(claim(setting->tax, &setting->batch, NULL), TF_OK);
    for (uint32_t i = 0; i < COUNT; i++)
        assert_int_equal(setting->items[i].outcome, i % 50 == 49 ? TF_OUTCOME_DEAD : TF_OUTCOME_DUPLICATE);
}

static bool claims_again(void *argument)
{
    struct setting *setting = argument;
    return claim(setting->tax, &setting->batch, NULL) == TF_OK;
}

static void test_outage_leaves_the_batch_as_it_was(void **state)
{
    struct setting *setting = *state;
    struct tf_fault fault = {0};
    need_redis();
    test_redis_kill(&setting->redis);
    fill(setting, 0);
    assert_int_equal(claim(setting->tax, &setting->batch, &fault), TF_E_UNAVAILABLE);
    for (uint32_t i = 0; i < COUNT; i++)
        assert_int_equal(setting->items[i].outcome, TF_OUTCOME_PENDING);
    assert_true(test_redis_launch(&setting->redis));
    assert_true(test_redis_wait(claims_again, setting));
    assert_outcomes(setting);
}

static int64_t result_offset(void *self, uint32_t partition)
{
    (void)self;
    return partition == 3 ? -1 : 100 + (int64_t)partition;
}

static void test_checkpoint_is_read_back(void **state)
{
    struct setting *setting = *state;
    static const unsigned char expected[17] = {1, 0, 0, 0, 0, 0, 0, 0, 102, 0, 0, 0, 0, 0, 0, 0x13, 0x86}; /* 4,998 = highest of partition 2 */
    need_redis();
    fill(setting, 0);
    assert_int_equal(tf_ledger_checkpoint(setting->tax, &setting->batch, result_offset, NULL, NULL), TF_OK);
    redisReply *mark = test_redis_command(&setting->redis, "GET taxflow:g:ck:tax:2");
    redisReply *expiry = test_redis_command(&setting->redis, "PTTL taxflow:g:ck:tax:2");
    assert_int_equal(mark->type, REDIS_REPLY_STRING);
    assert_int_equal(mark->len, sizeof expected + 16 + 8);
    assert_memory_equal(mark->str, expected, sizeof expected);
    assert_int_equal(expiry->integer, -1);
    freeReplyObject(mark);
    freeReplyObject(expiry);
}

int main(void)
{
#define LEDGER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        LEDGER(test_both_roles_let_the_same_records_win),
        LEDGER(test_outage_leaves_the_batch_as_it_was),
        LEDGER(test_checkpoint_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
