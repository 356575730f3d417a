/* Crashes, played on a table of claims: who is isolated, who is never touched, how many crashes it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "checkpoint.h"

enum { PARTITIONS = 3, RECORDS = 1000, BATCH = 600, NOBODY = -1 };

struct world {
    struct tf_dedup *dedup;
    struct tf_ledger *ledger;
    struct tf_item items[BATCH];
    struct tf_batch batch;
    int64_t next[PARTITIONS]; /* committed */
    bool uneven;              /* as much as there is of one partition before the next; else in turn */
    uint32_t poison_partition;
    int64_t poison_offset;
    unsigned crashes, batches, buried;
};

static void find_attempts(struct world *world)
{
    for (uint32_t p = 0; p < PARTITIONS; p++) {
        char suffix[64];
        struct tf_buf out;
        bool found = false;
        struct tf_attempt attempt;
        struct tf_ledger_partition *partition = &world->ledger->partitions[p];
        int length = snprintf(suffix, sizeof suffix, "try:tax:%u", p);
        *partition = (struct tf_ledger_partition){.ours = true, .looked = true, .result_next = -1, .highest = -1};
        tf_buf_init(&out, 64);
        assert_int_equal(tf_dedup_get(world->dedup, (struct tf_str){suffix, (size_t)length}, &out, &found, NULL), TF_OK);
        if (found && tf_attempt_decode((struct tf_str){out.ptr, out.len}, &attempt) && attempt.first >= world->next[p])
            partition->found = attempt;
        tf_buf_finish(&out);
    }
}

static void start(struct world *world)
{
    world->ledger = tf_ledger_create(&(struct tf_ledger_options){.dedup = world->dedup, .role = "tax"});
    assert_non_null(world->ledger);
    world->ledger->partitions = calloc(PARTITIONS, sizeof *world->ledger->partitions);
    world->ledger->options.partitions = PARTITIONS;
    find_attempts(world);
}

static void crash(struct world *world)
{
    world->crashes++;
    tf_ledger_destroy(world->ledger);
    start(world);
}

static struct world *create(bool uneven, uint32_t poison_partition, int64_t poison_offset)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    assert_int_equal(tf_dedup_create_table(100, &world->dedup), TF_OK);
    world->batch = (struct tf_batch){.items = world->items, .capacity = BATCH};
    world->uneven = uneven;
    world->poison_partition = poison_partition;
    world->poison_offset = poison_offset;
    start(world);
    return world;
}

static void destroy(struct world *world)
{
    tf_ledger_destroy(world->ledger);
    tf_dedup_destroy(world->dedup);
    free(world);
}

static void add(struct world *world, uint32_t partition, int64_t offset)
{
    struct tf_item *item = &world->items[world->batch.count++];
    memset(item, 0, sizeof *item);
    item->position = (struct tf_position){.partition = partition, .offset = offset};
}

static bool add_next(struct world *world, uint32_t partition, int64_t *at, size_t limit)
{
    bool fits = at[partition] < RECORDS && world->batch.count < limit;
    if (fits)
        add(world, partition, at[partition]++);
    return fits;
}

static void fill(struct world *world)
{
    size_t allowed = tf_ledger_limit(world->ledger), limit = allowed < BATCH ? allowed : BATCH;
    int64_t at[PARTITIONS];
    bool more = true;
    memcpy(at, world->next, sizeof at);
    world->batch.count = 0;
    while (more) {
        more = false;
        for (uint32_t p = 0; p < PARTITIONS; p++)
            do
                more |= add_next(world, p, at, limit);
            while (world->uneven && at[p] < RECORDS && world->batch.count < limit);
    }
}

/* What a batch does to its process: NULL, or the record that ends it. */
static const struct tf_item *deadly(const struct world *world)
{
    for (size_t i = 0; i < world->batch.count; i++) {
        const struct tf_item *item = &world->items[i];
        bool poison = item->position.partition == world->poison_partition && item->position.offset == world->poison_offset;
        if (poison && item->outcome != TF_OUTCOME_DEAD)
            return item;
        assert_true(poison || item->outcome == TF_OUTCOME_PENDING); /* the innocent are never buried */
    }
    return NULL;
}

static int64_t no_result(void *self, uint32_t partition)
{
    (void)self;
    (void)partition;
    return -1;
}

static void commit(struct world *world)
{
    for (size_t i = 0; i < world->batch.count; i++) {
        world->next[world->items[i].position.partition] = world->items[i].position.offset + 1;
        world->buried += world->items[i].outcome == TF_OUTCOME_DEAD;
    }
    assert_int_equal(tf_ledger_checkpoint(world->ledger, &world->batch, no_result, NULL, NULL), TF_OK);
    world->batches++;
}

/* One batch; false when nothing is left. */
static bool run(struct world *world)
{
    fill(world);
    if (world->batch.count == 0)
        return false;
    assert_int_equal(tf_ledger_attempt(world->ledger, &world->batch, NULL), TF_OK);
    if (deadly(world))
        crash(world);
    else
        commit(world);
    return true;
}

static void test_poison_is_isolated_wherever_it_lies(void **state)
{
    (void)state;
    static const int64_t offsets[] = {0, 1, 199, 200, 299, 599, 600, 998, 999};
    for (uint32_t partition = 0; partition < PARTITIONS; partition++)
        for (size_t i = 0; i < 2 * sizeof offsets / sizeof offsets[0]; i++) {
            struct world *world = create(i % 2 == 1, partition, offsets[i / 2]);
            while (run(world))
                assert_in_range(world->crashes, 0, 20);
            assert_int_equal(world->buried, 1);
            assert_in_range(world->crashes, TF_ATTEMPTS_MAX, 1 + 10 + TF_ATTEMPTS_MAX); /* once whole, halved from 600 to 1, then its own */
            destroy(world);
        }
}

static void test_one_crash_costs_no_small_batches(void **state)
{
    (void)state;
    struct world *world = create(true, 0, NOBODY), *quiet = create(true, 0, NOBODY);
    while (run(quiet)) {}
    fill(world);
    assert_int_equal(tf_ledger_attempt(world->ledger, &world->batch, NULL), TF_OK);
    crash(world); /* of something outside */
    while (run(world)) {}
    assert_int_equal(world->batches, quiet->batches);
    destroy(world);
    destroy(quiet);
}

/* A single record that was in flight must not hold the others back to one a batch. */
static void test_one_crash_of_a_single_record(void **state)
{
    (void)state;
    struct world *world = create(true, 0, NOBODY);
    world->batch.count = 0;
    add(world, 2, 0);
    assert_int_equal(tf_ledger_attempt(world->ledger, &world->batch, NULL), TF_OK);
    crash(world);
    assert_true(tf_ledger_limit(world->ledger) >= BATCH);
    crash(world); /* nothing was tried in between */
    assert_true(tf_ledger_limit(world->ledger) >= BATCH);
    destroy(world);
}

static void test_the_second_crash_in_a_row_halves(void **state)
{
    (void)state;
    struct world *world = create(true, 0, NOBODY);
    size_t expected[] = {SIZE_MAX, BATCH / 2, BATCH / 4};
    for (size_t i = 0; i < 3; i++) {
        fill(world);
        assert_int_equal(tf_ledger_attempt(world->ledger, &world->batch, NULL), TF_OK);
        crash(world);
        assert_int_equal(tf_ledger_limit(world->ledger), expected[i]);
    }
    while (run(world)) {}
    assert_int_equal(tf_ledger_limit(world->ledger), SIZE_MAX); /* what was suspected is past */
    destroy(world);
}

/* A stop or a rebalance in the middle of a batch is no crash. */
static void test_given_back(void **state)
{
    (void)state;
    struct world *world = create(true, 0, NOBODY);
    for (int i = 0; i < 5; i++) {
        fill(world);
        assert_int_equal(tf_ledger_attempt(world->ledger, &world->batch, NULL), TF_OK);
        tf_ledger_give_back(world->ledger, &world->batch);
        crash(world);
        assert_int_equal(tf_ledger_limit(world->ledger), SIZE_MAX);
    }
    destroy(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poison_is_isolated_wherever_it_lies),
        cmocka_unit_test(test_one_crash_costs_no_small_batches),
        cmocka_unit_test(test_one_crash_of_a_single_record),
        cmocka_unit_test(test_the_second_crash_in_a_row_halves),
        cmocka_unit_test(test_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
