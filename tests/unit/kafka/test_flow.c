/* What readers of the embedded broker have not read: who counts, how much, and what a writer is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow.h"

static void write_row(struct tf_flow *flow, int64_t offset, size_t bytes)
{
    tf_flow_sending(flow, TF_STREAM_AUDIT, bytes);
    tf_flow_sent(flow, TF_STREAM_AUDIT, offset, bytes);
}

static void test_slowest_reader(void **state)
{
    (void)state;
    struct tf_flow *flow = tf_flow_create();
    write_row(flow, 0, 100);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 0); /* nobody reads */
    struct tf_flow_reader *fast = tf_flow_join(flow, TF_STREAM_AUDIT, 0, true);
    struct tf_flow_reader *slow = tf_flow_join(flow, TF_STREAM_AUDIT, 0, true);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 100); /* what was there before counts too */
    write_row(flow, 1, 10);
    tf_flow_read(fast, 2);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 110);
    tf_flow_read(slow, 1);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 10);
    tf_flow_read(slow, 1); /* nothing new */
    tf_flow_read(slow, 0); /* never back */
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 10);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_TAX), 0);
    tf_flow_leave(slow);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 0);
    assert_int_equal(tf_flow_end(flow, TF_STREAM_AUDIT), 2);
    tf_flow_leave(fast);
    assert_null(tf_flow_leave(NULL));
    assert_null(tf_flow_destroy(flow));
    assert_null(tf_flow_destroy(NULL));
}

static void test_rows_on_their_way(void **state)
{
    (void)state;
    struct tf_flow *flow = tf_flow_create();
    struct tf_flow_reader *reader = tf_flow_join(flow, TF_STREAM_AUDIT, -1, true);
    tf_flow_sending(flow, TF_STREAM_AUDIT, 300);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 300);
    tf_flow_sent(flow, TF_STREAM_AUDIT, -1, 300); /* was not written */
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 0);
    assert_int_equal(tf_flow_end(flow, TF_STREAM_AUDIT), 0);

    /* The reader may have a row before its report comes; then it never counts. */
    tf_flow_sending(flow, TF_STREAM_AUDIT, 50);
    tf_flow_read(reader, 1);
    tf_flow_sent(flow, TF_STREAM_AUDIT, 0, 50);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 0);

    /* Reports of two writers come in any order. */
    write_row(flow, 3, 7);
    write_row(flow, 1, 5);
    write_row(flow, 2, 6);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 18);
    tf_flow_read(reader, 3);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 7);
    tf_flow_leave(reader);
    tf_flow_destroy(flow);
}

/* The ring grows, wraps and forgets; the sum stays right. */
static void test_many_rows(void **state)
{
    (void)state;
    enum { ROWS = 20000, AHEAD = 3000 };
    struct tf_flow *flow = tf_flow_create();
    struct tf_flow_reader *reader = tf_flow_join(flow, TF_STREAM_AUDIT, 0, true);
    size_t unread = 0;
    for (int64_t offset = 0; offset < ROWS; offset++) {
        write_row(flow, offset, (size_t)(offset % 91));
        unread += (size_t)(offset % 91);
        if (offset >= AHEAD) {
            tf_flow_read(reader, offset - AHEAD + 1);
            unread -= (size_t)((offset - AHEAD) % 91);
        }
        assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), unread);
    }
    tf_flow_read(reader, ROWS);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_AUDIT), 0);
    tf_flow_leave(reader);
    tf_flow_destroy(flow);
}

/* Without readers only what the mock still keeps can be read by one to come. */
static void test_what_a_late_reader_finds(void **state)
{
    (void)state;
    struct tf_flow *flow = tf_flow_create();
    for (int64_t offset = 0; offset < 100; offset++)
        write_row(flow, offset, 1000000);
    struct tf_flow_reader *reader = tf_flow_join(flow, TF_STREAM_AUDIT, 0, true);
    assert_in_range(tf_flow_behind(flow, TF_STREAM_AUDIT), 4000000, 5 * 1024 * 1024);
    tf_flow_leave(reader);
    tf_flow_destroy(flow);
}

static void test_readers_are_limited(void **state)
{
    (void)state;
    struct tf_flow *flow = tf_flow_create();
    struct tf_flow_reader *readers[16];
    for (int i = 0; i < 16; i++)
        assert_non_null(readers[i] = tf_flow_join(flow, TF_STREAM_TAX, 0, false));
    assert_null(tf_flow_join(flow, TF_STREAM_TAX, 0, false));
    for (int i = 0; i < 16; i++)
        tf_flow_leave(readers[i]);
    assert_int_equal(tf_flow_behind(flow, TF_STREAM_TAX), 0);
    tf_flow_destroy(flow);
}

static void test_committed(void **state)
{
    (void)state;
    struct tf_flow *flow = tf_flow_create();
    assert_int_equal(tf_flow_committed(flow, "tax"), -1);
    tf_flow_commit(flow, "tax", 5);
    tf_flow_commit(flow, "fraud", 7);
    tf_flow_commit(flow, "tax", 9);
    assert_int_equal(tf_flow_committed(flow, "tax"), 9);
    assert_int_equal(tf_flow_committed(flow, "fraud"), 7);
    assert_int_equal(tf_flow_committed(flow, "monitor"), -1);
    tf_flow_destroy(flow);
}

static void test_row_bytes(void **state)
{
    (void)state;
    struct tf_row row = {.key = TF_STR("12"), .value = TF_STR("345")};
    size_t bare = tf_flow_row_bytes(&row);
    assert_true(bare >= 5 + 61); /* a record set's frame is 61 bytes */
    row.headers[0] = (struct tf_header){TF_STR("name"), TF_STR("value")};
    row.headers_count = 1;
    assert_int_equal(tf_flow_row_bytes(&row), bare + 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slowest_reader),           cmocka_unit_test(test_rows_on_their_way),
        cmocka_unit_test(test_many_rows),                cmocka_unit_test(test_what_a_late_reader_finds),
        cmocka_unit_test(test_readers_are_limited),      cmocka_unit_test(test_committed),
        cmocka_unit_test(test_row_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
