#include "unit/rules/fraud/sample.h"

#include "forget.h"

enum { KEYS = 300, WINDOW_MS = 100 };

static struct tf_stage stage;
static struct tf_forget forget;

static struct tf_hash16 hash_of(uint32_t number)
{
    return tf_hash_table((struct tf_str){(const char *)&number, sizeof number}, 1);
}

/* A record of that time under one key of its own and one that all share. */
static void add(uint32_t number, int64_t time_ms)
{
    const struct tf_stage_addition additions[] = {{hash_of(1000 + number), WINDOW_MS, 1, 0, false, 0}, {hash_of(7), 2 * WINDOW_MS, 1, 0, false, 0}};
    struct tf_record *record = tf_record_create(&stage.budget, hash_of(number), 0, time_ms, TF_STR("x"), 2);
    assert_non_null(record);
    assert_int_equal(tf_stage_add(&stage, record, additions, 2, NULL, NULL, 0), TF_OK);
}

static int open_stage(void **state)
{
    (void)state;
    tf_stage_init(&stage, SIZE_MAX);
    tf_forget_init(&forget, 10);
    return 0;
}

static int close_stage(void **state)
{
    (void)state;
    tf_forget_finish(&forget, &stage.budget);
    tf_stage_finish(&stage);
    return stage.budget.used == 0 ? 0 : -1;
}

static void the_horizon_is_window_and_lateness_behind(void **state)
{
    (void)state;
    assert_int_equal(tf_forget_horizon(&forget, 100), INT64_MIN);
    forget.watermark_ms = 1000;
    assert_int_equal(tf_forget_horizon(&forget, 100), 890);
    forget.watermark_ms = INT64_MIN + 5;
    assert_int_equal(tf_forget_horizon(&forget, 100), INT64_MIN);
}

static void a_sweep_reaches_every_key_and_frees_the_records(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < KEYS; i++)
        add(i, i < KEYS / 2 ? 0 : 500);
    tf_stage_commit(&stage);
    forget.watermark_ms = 0 + WINDOW_MS + 10;
    for (int i = 0; i < 2 * KEYS; i++)
        tf_forget_run(&forget, &stage, 10);
    assert_int_equal(stage.table.entries_count, 2 * KEYS); /* the edge itself still counts */
    forget.watermark_ms++;
    for (int i = 0; i <= KEYS / 10; i++)
        tf_forget_run(&forget, &stage, 10);
    assert_int_equal(stage.table.entries_count, 2 * KEYS - KEYS / 2);
    assert_int_equal(stage.records.count, KEYS); /* each still stands under the shared key */
    forget.watermark_ms = 2 * WINDOW_MS + 11;
    for (int i = 0; i <= KEYS / 10; i++)
        tf_forget_run(&forget, &stage, 10);
    assert_int_equal(stage.records.count, KEYS / 2);
    forget.watermark_ms = 10000;
    tf_forget_run(&forget, &stage, 10000);
    assert_int_equal(stage.records.count, 0);
    assert_int_equal(stage.table.keys.count, 0);
}

static void a_noted_key_needs_no_sweep(void **state)
{
    (void)state;
    add(1, 0);
    add(2, 500);
    tf_stage_commit(&stage);
    forget.watermark_ms = 400;
    uint32_t old = tf_table_find(&stage.table, hash_of(1001)), young = tf_table_find(&stage.table, hash_of(1002));
    tf_forget_note(&forget, &stage, old);
    tf_forget_note(&forget, &stage, young);
    assert_int_equal(forget.noted_count, 1);
    tf_forget_run(&forget, &stage, 0);
    assert_int_equal(stage.table.entries_count, 3);
    assert_int_equal(tf_table_find(&stage.table, hash_of(1001)), TF_TABLE_NONE);
    assert_int_equal(forget.noted_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_horizon_is_window_and_lateness_behind, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_sweep_reaches_every_key_and_frees_the_records, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_noted_key_needs_no_sweep, open_stage, close_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
