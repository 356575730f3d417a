#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/batch.h"

enum { CAPACITY = 10, WORKERS = 3, ARENA_BYTES = 1024 * 1024 };

static int setup(void **state)
{
    *state = tf_batch_create(CAPACITY, WORKERS, ARENA_BYTES);
    return *state == NULL;
}

static int teardown(void **state)
{
    return tf_batch_destroy(*state) != NULL;
}

static void test_streams_have_their_suffix(void **state)
{
    (void)state;
    assert_string_equal(tf_stream_name(TF_STREAM_AUDIT), "audit");
    assert_string_equal(tf_stream_name(TF_STREAM_GROUPS), "fraud.groups");
    assert_string_equal(tf_stream_name(TF_STREAM_FRAUD_STATE), "fraud.state");
    assert_string_equal(tf_stream_name(TF_STREAM_COUNT), "unknown");
}

static void test_create_keeps_its_ranges(void **state)
{
    (void)state;
    assert_null(tf_batch_create(0, 1, ARENA_BYTES));
    assert_null(tf_batch_create(1000001, 1, ARENA_BYTES));
    assert_null(tf_batch_create(1, 0, ARENA_BYTES));
    assert_null(tf_batch_create(1, 65, ARENA_BYTES));
    assert_null(tf_batch_destroy(NULL));
}

static void test_add_clears_and_ends_at_capacity(void **state)
{
    struct tf_batch *batch = *state;
    for (size_t i = 0; i < CAPACITY; i++) {
        struct tf_item *item = tf_batch_add(batch);
        assert_non_null(item);
        assert_int_equal(item->outcome, TF_OUTCOME_PENDING);
        assert_null(item->value.ptr);
        memset(item, 0xAB, sizeof *item);
    }
    assert_null(tf_batch_add(batch));
    assert_int_equal(batch->count, CAPACITY);
    tf_batch_reset(batch);
    assert_int_equal(batch->count, 0);
    assert_null(tf_batch_add(batch)->value.ptr);
}

static void test_rows_are_a_worker_s_own(void **state)
{
    struct tf_batch *batch = *state;
    for (uint32_t i = 0; i < 100; i++) {
        struct tf_row *row = tf_batch_row(batch, 1);
        assert_non_null(row);
        assert_int_equal(row->headers_count, 0);
        row->item = i;
        row->headers_count = 7;
    }
    assert_non_null(tf_batch_row(batch, 2));
    assert_int_equal(batch->rows[0].count, 0);
    assert_int_equal(batch->rows[1].count, 100);
    assert_int_equal(batch->rows[2].count, 1);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(batch->rows[1].items[i].item, i);
    tf_batch_reset(batch);
    assert_int_equal(batch->rows[1].count, 0);
    assert_int_equal(tf_batch_row(batch, 1)->headers_count, 0);
}

/* What was written can be read while the next rows are written; once those are ready, it is gone. */
static void test_rows_are_handed_over_while_others_are_written(void **state)
{
    struct tf_batch *batch = *state;
    struct tf_row *first = tf_batch_row(batch, 1);
    first->value = tf_arena_dup(batch->rows[1].arena, TF_STR("first"));
    tf_batch_rows_ready(batch);
    assert_int_equal(batch->rows[1].count, 0);
    assert_int_equal(batch->ready[1].count, 1);
    struct tf_row *second = tf_batch_row(batch, 1);
    second->value = tf_arena_dup(batch->rows[1].arena, TF_STR("second"));
    assert_true(tf_str_is(batch->ready[1].items[0].value, "first"));
    tf_batch_rows_ready(batch);
    assert_int_equal(batch->ready[1].count, 1);
    assert_true(tf_str_is(batch->ready[1].items[0].value, "second"));
    assert_int_equal(tf_arena_used(batch->rows[1].arena), 0);
    tf_batch_restart(batch);
    assert_int_equal(batch->ready[1].count, 0);
}

static void test_items_change_places_and_nothing_else_does(void **state)
{
    struct tf_batch *batch = *state, *other = tf_batch_create(CAPACITY, WORKERS, ARENA_BYTES);
    const struct tf_rows *rows = batch->rows;
    tf_batch_add(batch)->value = TF_STR("a");
    tf_batch_add(other)->value = TF_STR("b");
    tf_batch_add(other)->value = TF_STR("c");
    other->bytes = 2;
    tf_batch_swap_items(batch, other);
    assert_int_equal(batch->count, 2);
    assert_int_equal(batch->bytes, 2);
    assert_true(tf_str_is(batch->items[1].value, "c"));
    assert_int_equal(other->count, 1);
    assert_int_equal(other->bytes, 0);
    assert_true(tf_str_is(other->items[0].value, "a"));
    assert_ptr_equal(batch->rows, rows);
    tf_batch_destroy(other);
}

static void test_rows_have_a_ceiling(void **state)
{
    struct tf_batch *batch = *state;
    size_t count = 0;
    while (count < 100000 && tf_batch_row(batch, 0) != NULL)
        count++;
    assert_in_range(count, CAPACITY * 16, 100000 - 1);
    assert_int_equal(batch->rows[0].count, count);
}

static void test_reset_rewinds_the_arenas(void **state)
{
    struct tf_batch *batch = *state;
    assert_ptr_equal(tf_batch_own_arena(batch), batch->arenas[WORKERS]);
    for (unsigned i = 0; i <= WORKERS; i++)
        assert_non_null(tf_arena_alloc(batch->arenas[i], 100));
    batch->bytes = 7;
    tf_batch_reset(batch);
    assert_int_equal(batch->bytes, 0);
    for (unsigned i = 0; i <= WORKERS; i++)
        assert_int_equal(tf_arena_used(batch->arenas[i]), 0);
}

static void test_restart_keeps_what_the_source_gave(void **state)
{
    struct tf_batch *batch = *state;
    struct tf_item *item = tf_batch_add(batch);
    *item = (struct tf_item){
        .position = {TF_STR("t"), 3, 17, 99}, .key = TF_STR("k"), .value = TF_STR("v"), .ce_id = TF_STR("i"), .ce_source = TF_STR("s"),
        .ce_type = TF_STR("ty"), .ce_time = TF_STR("ti"), .traceparent = TF_STR("tp"), .tf_role = TF_STR("tax"), .tf_origin = TF_STR("o"),
        .borrowed = batch, .worker = 2, .event.company = TF_STR("c"), .outcome = TF_OUTCOME_DEAD, .late = true, .problem.err = TF_E_JSON,
        .verdict = {batch, batch}, .verdict_problem[1].err = TF_E_VALUE, .id.bytes = {1}, .owner = {1},
    };
    batch->bytes = 1;
    assert_non_null(tf_batch_row(batch, 2));
    assert_non_null(tf_arena_alloc(batch->arenas[2], 10));
    tf_batch_restart(batch);
    assert_int_equal(batch->count, 1);
    assert_int_equal(batch->bytes, 1);
    assert_int_equal(batch->rows[2].count, 0);
    assert_int_equal(tf_arena_used(batch->arenas[2]), 0);
    assert_int_equal(item->position.offset, 17);
    assert_true(tf_str_is(item->value, "v") && tf_str_is(item->key, "k") && tf_str_is(item->tf_role, "tax") && tf_str_is(item->tf_origin, "o"));
    assert_true(tf_str_is(item->ce_id, "i") && tf_str_is(item->ce_source, "s") && tf_str_is(item->ce_type, "ty"));
    assert_true(tf_str_is(item->ce_time, "ti") && tf_str_is(item->traceparent, "tp"));
    assert_ptr_equal(item->borrowed, batch);
    assert_int_equal(item->worker, 2);
    assert_int_equal(item->outcome, TF_OUTCOME_PENDING);
    assert_int_equal(item->problem.err, TF_OK);
    assert_int_equal(item->verdict_problem[1].err, TF_OK);
    assert_null(item->verdict[0]);
    assert_null(item->event.company.ptr);
    assert_false(item->late);
    assert_int_equal(item->id.bytes[0] + item->owner[0], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams_have_their_suffix),
        cmocka_unit_test(test_create_keeps_its_ranges),
        TEST(test_add_clears_and_ends_at_capacity),
        TEST(test_rows_are_a_worker_s_own),
        TEST(test_rows_are_handed_over_while_others_are_written),
        TEST(test_items_change_places_and_nothing_else_does),
        TEST(test_rows_have_a_ceiling),
        TEST(test_reset_rewinds_the_arenas),
        TEST(test_restart_keeps_what_the_source_gave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
