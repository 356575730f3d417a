#include "unit/rules/fraud/sample.h"

#include "taxflow/state_row.h"

static struct tf_state_row row, back;
static struct tf_buf value;

static int open_row(void **state)
{
    (void)state;
    memset(&row, 0, sizeof row);
    memset(&back, 0xee, sizeof back);
    tf_buf_init(&value, 1 << 20);
    return 0;
}

static int close_row(void **state)
{
    (void)state;
    tf_buf_finish(&value);
    return 0;
}

static struct tf_hash16 hash_of(uint32_t number)
{
    return tf_hash_table((struct tf_str){(const char *)&number, sizeof number}, 1);
}

static struct tf_str key_of(const struct tf_state_row *of)
{
    return (struct tf_str){(const char *)of->record.bytes, TF_HASH16_BYTES};
}

static void fill(size_t keys)
{
    static const int64_t values[] = {0, 1, -1, 11900, -11900, INT64_MAX, INT64_MIN};
    row.record = hash_of(7);
    row.revision = UINT64_MAX;
    row.time_ms = -62135596800000; /* the year 1 */
    row.event_id = TF_STR("corporate_2010:17");
    row.keys_count = keys;
    for (uint32_t k = 0; k < keys; k++)
        row.keys[k] = (struct tf_fraud_key){.hash = hash_of(k), .value = values[k % 7], .window_ms = k % 4 < 2 ? 0 : INT64_MAX - k % 4,
                                            .tag = k % 3 == 0 ? 0 : UINT32_MAX - k, .use = TF_FRAUD_ADDS, .shared = k % 5 == 4};
    row.tallies_count = keys < TF_STATE_ROW_TALLIES_MAX ? keys : TF_STATE_ROW_TALLIES_MAX;
    row.time_ms = keys > 0 ? sample_time(3) : row.time_ms;
    for (uint32_t t = 0; t < row.tallies_count; t++)
        row.tallies[t] = (struct tf_state_row_tally){.group = hash_of(5000 + t), .cell = (uint16_t)(t * 37 % TF_FRAUD_CELLS_MAX),
                                                     .adds = (uint16_t)(1 + t % TF_FRAUD_ADDS_MAX), .window_days = (uint16_t)(t % 3 * 365), .shared = t % 2};
    tf_state_row_write(&row, &value);
    assert_false(value.failed);
}

static void assert_row_back(void)
{
    assert_true(tf_hash16_eq(back.record, row.record));
    assert_int_equal(back.revision, row.revision);
    assert_int_equal(back.time_ms, row.time_ms);
    assert_true(tf_str_eq(back.event_id, row.event_id));
    assert_int_equal(back.keys_count, row.keys_count);
    assert_int_equal(back.shared, row.keys_count > 4);
    for (size_t k = 0; k < row.keys_count; k++) {
        assert_true(tf_hash16_eq(back.keys[k].hash, row.keys[k].hash));
        assert_int_equal(back.keys[k].value, row.keys[k].value);
        assert_int_equal(back.keys[k].window_ms, row.keys[k].window_ms);
        assert_int_equal(back.keys[k].tag, row.keys[k].tag);
        assert_int_equal(back.keys[k].use, row.keys[k].use);
        assert_int_equal(back.keys[k].shared, row.keys[k].shared);
    }
    assert_int_equal(back.tallies_count, row.tallies_count);
    for (size_t t = 0; t < row.tallies_count; t++) {
        assert_true(tf_hash16_eq(back.tallies[t].group, row.tallies[t].group));
        assert_int_equal(back.tallies[t].cell, row.tallies[t].cell);
        assert_int_equal(back.tallies[t].adds, row.tallies[t].adds);
        assert_int_equal(back.tallies[t].window_days, row.tallies[t].window_days);
        assert_int_equal(back.tallies[t].shared, row.tallies[t].shared);
    }
}

static void every_number_comes_back(void **state)
{
    (void)state;
    fill(200);
    assert_true(tf_state_row_read(key_of(&row), tf_buf_view(&value), &back));
    assert_row_back();
}

static void the_largest_row_fits(void **state)
{
    (void)state;
    fill(TF_STATE_ROW_KEYS_MAX);
    assert_true(tf_state_row_read(key_of(&row), tf_buf_view(&value), &back));
    assert_row_back();
    tf_buf_reset(&value);
    fill(0);
    assert_true(tf_state_row_read(key_of(&row), tf_buf_view(&value), &back));
    assert_row_back();
}

static void a_key_takes_few_bytes(void **state)
{
    (void)state;
    row.event_id = TF_STR("INV-2026-000123");
    row.time_ms = sample_time(40);
    row.keys_count = 10;
    for (uint32_t k = 0; k < 10; k++)
        row.keys[k] = (struct tf_fraud_key){.hash = hash_of(k), .value = 11900, .window_ms = (int64_t)90 * TF_MS_PER_DAY};
    tf_state_row_write(&row, &value);
    assert_true(value.len <= 10 * 20 + 40);
}

/* Cut off anywhere: no row, and not a byte read past the end (under a sanitizer). */
static void a_row_cut_off_is_none(void **state)
{
    (void)state;
    fill(9);
    for (size_t len = 0; len < value.len; len++) {
        char *copy = malloc(len ? len : 1);
        memcpy(copy, value.ptr, len);
        assert_false(tf_state_row_read(key_of(&row), (struct tf_str){copy, len}, &back));
        free(copy);
    }
}

static void what_later_programs_append_is_read_past(void **state)
{
    (void)state;
    fill(3);
    size_t end = value.len;
    tf_buf_put(&value, "\x05\x02xy", 4);
    assert_true(tf_state_row_read(key_of(&row), tf_buf_view(&value), &back));
    assert_row_back();
    value.len = end + 3; /* and a section cut off is none */
    assert_false(tf_state_row_read(key_of(&row), tf_buf_view(&value), &back));
}

static bool reads(const char *bytes, size_t len)
{
    return tf_state_row_read(TF_STR("0123456789abcdef"), (struct tf_str){bytes, len}, &back);
}

static void hostile_numbers_are_refused(void **state)
{
    (void)state;
    char key[] = "\x01\x00\x00\x00\x01\x00" "0123456789abcdef\x00";
    char count[] = "\x01\x00\x00\x00\x00\x01\x04" "0123456789abcdef";
    assert_true(reads("\x01\x00\x00\x00\x00\x00", 6));
    assert_false(reads("\x00\x00\x00\x00\x00\x00", 6));                                     /* version 0 */
    assert_false(reads("\x02\x00\x00\x00\x00\x00", 6));                                     /* a later version */
    assert_false(reads("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00", 15)); /* more than 64 bits */
    assert_false(reads("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 15)); /* no end of a number */
    assert_false(reads("\x01\x00\x00\x81\x02\x00\x00", 7));                                 /* an id of 257 bytes */
    assert_false(reads("\x01\x00\x00\x00\x82\x08\x00", 7));                                 /* 1,026 keys */
    assert_false(reads("\x01\x00\x00\x00\x00\x81\x04", 7));                                 /* 513 counters */
    assert_true(reads(key, sizeof key - 1));
    key[5] = 16; /* a flag that there is not */
    assert_false(reads(key, sizeof key - 1));
    assert_true(reads(count, sizeof count - 1));
    count[6] = 0; /* it counts no times */
    assert_false(reads(count, sizeof count - 1));
    count[6] = 4;
    count[1 + 1] = 1; /* before the first month */
    assert_false(reads(count, sizeof count - 1));
    assert_false(tf_state_row_read(TF_STR("short"), TF_STR("\x01"), &back));
    assert_false(tf_state_row_read(TF_STR("0123456789abcdef"), TF_STR_NONE, &back));
}

static void watermarks_come_back(void **state)
{
    (void)state;
    static const int64_t times[] = {0, -1, 1767225600000, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        int64_t time_ms = 5;
        tf_buf_reset(&value);
        tf_state_watermark_write(times[i], &value);
        assert_true(tf_state_watermark_read(tf_buf_view(&value), &time_ms));
        assert_int_equal(time_ms, times[i]);
        assert_false(tf_state_watermark_read((struct tf_str){value.ptr, value.len - 1}, &time_ms));
        assert_false(tf_state_watermark_read(TF_STR_NONE, &time_ms));
    }
}

static void kinds_are_told_by_their_keys(void **state)
{
    (void)state;
    assert_int_equal(tf_state_row_kind(tf_state_row_key(TF_STATE_ROW_WATERMARK)), TF_STATE_ROW_WATERMARK);
    assert_int_equal(tf_state_row_kind(tf_state_row_key(TF_STATE_ROW_BREAKER)), TF_STATE_ROW_BREAKER);
    assert_int_equal(tf_state_row_kind(TF_STR("0123456789abcdef")), TF_STATE_ROW_RECORD);
    assert_int_equal(tf_state_row_kind(TF_STR("x")), TF_STATE_ROW_KINDS);
    assert_int_equal(tf_state_row_kind(TF_STR("wx")), TF_STATE_ROW_KINDS);
    assert_int_equal(tf_state_row_kind(TF_STR("")), TF_STATE_ROW_KINDS);
    assert_int_equal(tf_state_row_kind(TF_STR_NONE), TF_STATE_ROW_KINDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_number_comes_back, open_row, close_row),
        cmocka_unit_test_setup_teardown(the_largest_row_fits, open_row, close_row),
        cmocka_unit_test_setup_teardown(a_key_takes_few_bytes, open_row, close_row),
        cmocka_unit_test_setup_teardown(a_row_cut_off_is_none, open_row, close_row),
        cmocka_unit_test_setup_teardown(what_later_programs_append_is_read_past, open_row, close_row),
        cmocka_unit_test_setup_teardown(hostile_numbers_are_refused, open_row, close_row),
        cmocka_unit_test_setup_teardown(watermarks_come_back, open_row, close_row),
        cmocka_unit_test_setup_teardown(kinds_are_told_by_their_keys, open_row, close_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
