#include "unit/rules/fraud/sample.h"

#include "table.h"

static struct tf_budget budget;
static struct tf_table table;

static int open_table(void **state)
{
    (void)state;
    budget = (struct tf_budget){.max = SIZE_MAX};
    tf_table_init(&table);
    return 0;
}

static int close_table(void **state)
{
    (void)state;
    tf_table_finish(&table, &budget);
    return budget.used == 0 ? 0 : -1;
}

static struct tf_hash16 hash_of(uint32_t number)
{
    return tf_hash_table((struct tf_str){(const char *)&number, sizeof number}, 1);
}

static char ids[20000]; /* the place of an entry's id is what it is found by */

static void put(uint32_t id, int64_t time_ms, int64_t value)
{
    struct tf_fraud_entry entry = {.time_ms = time_ms, .total = (uint64_t)value, .id = &ids[value], .id_bytes = 1};
    assert_true(tf_table_reserve(&table, &budget, id));
    tf_table_insert(&table, id, tf_table_position_for(&table, id, time_ms), &entry);
}

static void keys_are_found_until_dropped(void **state)
{
    (void)state;
    static uint32_t made[3000];
    for (uint32_t i = 0; i < 3000; i++) {
        assert_int_equal(tf_table_find(&table, hash_of(i)), TF_TABLE_NONE);
        made[i] = tf_table_obtain(&table, &budget, hash_of(i), 5, TF_TABLE_NONE);
        put(made[i], 0, i);
        assert_int_equal(tf_table_obtain(&table, &budget, hash_of(i), 6, TF_TABLE_NONE), made[i]);
        assert_int_equal(tf_table_at(&table, made[i])->window_ms, 6);
    }
    for (uint32_t i = 0; i < 3000; i += 2) {
        tf_table_drop_empty(&table, &budget, made[i]); /* not empty: stays */
        tf_table_remove(&table, made[i], 0);
        tf_table_drop_empty(&table, &budget, made[i]);
    }
    for (uint32_t i = 0; i < 3000; i++)
        assert_int_equal(tf_table_find(&table, hash_of(i)), i % 2 ? made[i] : TF_TABLE_NONE);
    assert_int_equal(table.keys.count, 1500);
    assert_int_equal(table.entries_count, 1500);
    uint32_t chunks = (uint32_t)table.keys.chunks_count;
    for (uint32_t i = 5000; i < 6500; i++)
        put(tf_table_obtain(&table, &budget, hash_of(i), 5, TF_TABLE_NONE), 0, i);
    assert_int_equal(table.keys.chunks_count, chunks); /* ids are used again */
}

static void a_pinned_key_stays(void **state)
{
    (void)state;
    uint32_t id = tf_table_obtain(&table, &budget, hash_of(1), 5, TF_TABLE_NONE);
    put(id, 0, 1);
    tf_table_remove(&table, id, 0);
    tf_table_at(&table, id)->pins = 1;
    tf_table_trim(&table, &budget, id);
    assert_int_equal(tf_table_find(&table, hash_of(1)), id);
    tf_table_at(&table, id)->pins = 0;
    tf_table_trim(&table, &budget, id);
    assert_int_equal(tf_table_find(&table, hash_of(1)), TF_TABLE_NONE);
}

static void windows_include_both_edges_and_keep_arrival_order(void **state)
{
    (void)state;
    static const int64_t times[] = {50, 10, 30, 30, 20, 50, 40, 10};
    uint32_t id = tf_table_obtain(&table, &budget, hash_of(1), 5, TF_TABLE_NONE);
    for (int i = 0; i < 8; i++)
        put(id, times[i], i);
    static const int64_t order[] = {1, 7, 4, 2, 3, 6, 0, 5};
    struct tf_fraud_window all = tf_table_window(&table, id, INT64_MIN, INT64_MAX - 1);
    assert_int_equal(all.count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(tf_fraud_value_at(&all, i), order[i]);
    struct tf_fraud_window some = tf_table_window(&table, id, 20, 40);
    assert_int_equal(some.count, 4);
    assert_int_equal(tf_fraud_value_at(&some, 0), 4);
    assert_int_equal(tf_fraud_value_at(&some, 3), 6);
    assert_int_equal(tf_table_window(&table, id, 51, 60).count, 0);
    assert_int_equal(tf_table_window(&table, id, 0, 9).count, 0);
    assert_int_equal(tf_table_window(&table, id, 40, 20).count, 0);
    assert_int_equal(tf_table_window(&table, TF_TABLE_NONE, 0, 100).count, 0);
    assert_int_equal(tf_table_position(&table, id, 30, &ids[3]), 4);
    assert_int_equal(tf_table_position(&table, id, 30, &ids[5]), TF_TABLE_NONE);
    assert_int_equal(tf_table_position(&table, id, 31, &ids[3]), TF_TABLE_NONE);
}

/* Whatever comes between or goes: each entry has its own value still, the first of a window and that of a list as well. */
static void totals_follow_every_change(void **state)
{
    (void)state;
    uint32_t id = tf_table_obtain(&table, &budget, hash_of(1), 5, TF_TABLE_NONE);
    for (int i = 0; i < 200; i++) {
        put(id, i * 7 % 20, i * 13 % 101);
        if (i % 3 == 2)
            tf_table_remove(&table, id, (uint32_t)(i * 5) % tf_table_at(&table, id)->count);
        if (i % 10 == 9)
            tf_table_remove_first(&table, id);
        struct tf_fraud_window all = tf_table_window(&table, id, INT64_MIN, INT64_MAX - 1);
        assert_int_equal(all.count, tf_table_at(&table, id)->count);
        for (size_t e = 0; e < all.count; e++) {
            struct tf_fraud_window from = tf_table_window(&table, id, all.entries[e].time_ms, INT64_MAX - 1);
            assert_int_equal(tf_fraud_value_at(&all, e), all.entries[e].id - ids);
            assert_int_equal(tf_fraud_value_at(&from, 0), from.entries[0].id - ids);
        }
        assert_int_equal(all.highest, i < 31 ? all.highest : 100);
    }
}

static void removing_from_the_front_gives_room_back(void **state)
{
    (void)state;
    uint32_t id = tf_table_obtain(&table, &budget, hash_of(1), 5, TF_TABLE_NONE);
    for (int i = 0; i < 1000; i++)
        put(id, i, i);
    size_t used = budget.used;
    for (int i = 0; i < 990; i++)
        assert_int_equal(tf_table_remove_first(&table, id).total, i);
    tf_table_trim(&table, &budget, id);
    assert_true(budget.used + 900 * sizeof(struct tf_fraud_entry) < used);
    for (int i = 1000; i < 1100; i++)
        put(id, i, i);
    struct tf_fraud_window all = tf_table_window(&table, id, 0, 2000);
    assert_int_equal(all.count, 110);
    for (size_t i = 0; i < 110; i++)
        assert_int_equal(tf_fraud_value_at(&all, i), 990 + i);
}

/* One that moves along: its room stays bounded however many entries pass through. */
static void a_sliding_window_stays_small(void **state)
{
    (void)state;
    uint32_t id = tf_table_obtain(&table, &budget, hash_of(1), 5, TF_TABLE_NONE);
    for (int i = 0; i < 20000; i++) {
        put(id, i, i);
        if (i >= 100)
            assert_int_equal(tf_table_remove_first(&table, id).total, i - 100);
    }
    assert_true(tf_table_at(&table, id)->cap < 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_are_found_until_dropped, open_table, close_table),
        cmocka_unit_test_setup_teardown(a_pinned_key_stays, open_table, close_table),
        cmocka_unit_test_setup_teardown(windows_include_both_edges_and_keep_arrival_order, open_table, close_table),
        cmocka_unit_test_setup_teardown(totals_follow_every_change, open_table, close_table),
        cmocka_unit_test_setup_teardown(removing_from_the_front_gives_room_back, open_table, close_table),
        cmocka_unit_test_setup_teardown(a_sliding_window_stays_small, open_table, close_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
