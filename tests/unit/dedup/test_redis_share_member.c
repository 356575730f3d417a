/* A member of a shared key, there and back; what is none of ours is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "redis_shares.h"

static const struct tf_share_entry entry = {
    .record = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
    .revision = UINT64_MAX - 1,
    .time_ms = -62135596800000,
    .value = INT64_MIN,
    .tag = 0xdeadbeef,
    .partition = 11,
    .event_id = {"erp-\0\r\n1", 8},
};

static void what_is_written_is_read(void **state)
{
    (void)state;
    uint8_t bytes[TF_REDIS_SHARE_BYTES_MAX];
    struct tf_share_entry read;
    size_t len = tf_redis_share_encode(&entry, bytes);
    assert_int_equal(len, TF_REDIS_SHARE_HEAD_BYTES + entry.event_id.len);
    assert_true(tf_redis_share_decode((struct tf_str){(const char *)bytes, len}, &read));
    assert_memory_equal(read.record.bytes, entry.record.bytes, TF_HASH16_BYTES);
    assert_true(read.revision == entry.revision && read.time_ms == entry.time_ms && read.value == entry.value);
    assert_int_equal(read.tag, entry.tag);
    assert_int_equal(read.partition, entry.partition);
    assert_true(tf_str_eq(read.event_id, entry.event_id));
}

static void the_bytes_are_the_same_again(void **state)
{
    (void)state;
    static const uint8_t head[] = {1, 255, 255, 255, 255, 255, 255, 255, 254, 255, 255, 0xc7};
    uint8_t bytes[TF_REDIS_SHARE_BYTES_MAX], again[TF_REDIS_SHARE_BYTES_MAX];
    size_t len = tf_redis_share_encode(&entry, bytes);
    assert_int_equal(tf_redis_share_encode(&entry, again), len);
    assert_memory_equal(bytes, again, len);
    assert_memory_equal(bytes, head, sizeof head);
}

static void others_are_refused(void **state)
{
    (void)state;
    uint8_t bytes[TF_REDIS_SHARE_BYTES_MAX + 1] = {0};
    struct tf_share_entry read, longest = entry;
    static char id[TF_EVENT_ID_BYTES_MAX + 1];
    size_t len = tf_redis_share_encode(&entry, bytes);
    for (size_t cut = 0; cut < TF_REDIS_SHARE_HEAD_BYTES; cut++)
        assert_false(tf_redis_share_decode((struct tf_str){(const char *)bytes, cut}, &read));
    bytes[0] = 2;
    assert_false(tf_redis_share_decode((struct tf_str){(const char *)bytes, len}, &read));
    bytes[0] = 1;
    assert_false(tf_redis_share_decode((struct tf_str){(const char *)bytes, sizeof bytes}, &read));
    longest.event_id = (struct tf_str){id, TF_EVENT_ID_BYTES_MAX};
    assert_int_equal(tf_redis_share_encode(&longest, bytes), TF_REDIS_SHARE_BYTES_MAX);
    longest.event_id.len++;
    assert_int_equal(tf_redis_share_encode(&longest, bytes), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read), cmocka_unit_test(the_bytes_are_the_same_again), cmocka_unit_test(others_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
