#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "checkpoint.h"

static int64_t offset_by_partition(void *self, uint32_t partition)
{
    const int64_t *base = self;
    return partition == 9 ? -1 : *base + partition;
}

static void assert_mark(struct tf_dedup *dedup, const char *role, uint32_t partition, const char *expected_hex)
{
    char suffix[64], hex[2 * TF_CHECKPOINT_BYTES + 1];
    struct tf_buf out;
    bool found = false;
    int length = snprintf(suffix, sizeof suffix, "ck:%s:%u", role, partition);
    tf_buf_init(&out, 128);
    assert_int_equal(tf_dedup_get(dedup, (struct tf_str){suffix, (size_t)length}, &out, &found, NULL), TF_OK);
    assert_true(found == (expected_hex != NULL));
    if (found) {
        assert_int_equal(out.len, TF_CHECKPOINT_BYTES);
        tf_hash_hex((const uint8_t *)out.ptr, out.len, hex);
        assert_memory_equal(hex + 2 + 32, "30303030303030303030303030303030", 32); /* no epoch */
        assert_memory_equal(hex, "01", 2);
        assert_memory_equal(hex + 2, expected_hex, 32);
    }
    tf_buf_finish(&out);
}

static void test_one_mark_a_partition(void **state)
{
    (void)state;
    static const struct { uint32_t partition; int64_t offset; } positions[] = {{0, 5}, {0, 7}, {2, 0x1122334455}, {0, 6}, {9, 1}, {2, 3}};
    struct tf_item items[6] = {0};
    struct tf_batch batch = {.items = items, .count = 6, .capacity = 6};
    struct tf_dedup *dedup = NULL;
    int64_t base = 0x100;
    for (size_t i = 0; i < 6; i++)
        items[i].position = (struct tf_position){.partition = positions[i].partition, .offset = positions[i].offset};
    items[1].outcome = TF_OUTCOME_DEAD; /* its offset is committed all the same */
    assert_int_equal(tf_dedup_create_table(100, &dedup), TF_OK);
    struct tf_ledger *ledger = tf_ledger_create(&(struct tf_ledger_options){.dedup = dedup, .role = "fraud"});
    assert_int_equal(tf_ledger_checkpoint(ledger, &batch, offset_by_partition, &base, NULL), TF_OK);
    assert_mark(dedup, "fraud", 0, "00000000000001000000000000000007");
    assert_mark(dedup, "fraud", 2, "00000000000001020000001122334455");
    assert_mark(dedup, "fraud", 9, "ffffffffffffffff0000000000000001");
    assert_mark(dedup, "fraud", 1, NULL);
    assert_mark(dedup, "tax", 0, NULL);

    items[0].position.offset = 12;
    batch.count = 1;
    assert_int_equal(tf_ledger_checkpoint(ledger, &batch, offset_by_partition, &base, NULL), TF_OK);
    assert_mark(dedup, "fraud", 0, "0000000000000100000000000000000c");
    tf_ledger_destroy(ledger);
    tf_dedup_destroy(dedup);
}

static void test_many_partitions(void **state)
{
    (void)state;
    enum { PARTITIONS = 1024 };
    struct tf_item *items = calloc(PARTITIONS * 2, sizeof *items);
    struct tf_batch batch = {.items = items, .count = PARTITIONS * 2, .capacity = PARTITIONS * 2};
    struct tf_dedup *dedup = NULL;
    int64_t base = 0;
    for (uint32_t i = 0; i < PARTITIONS * 2; i++)
        items[i].position = (struct tf_position){.partition = i % PARTITIONS + 10, .offset = i};
    assert_int_equal(tf_dedup_create_table(PARTITIONS, &dedup), TF_OK);
    struct tf_ledger *ledger = tf_ledger_create(&(struct tf_ledger_options){.dedup = dedup, .role = "tax"});
    assert_int_equal(tf_ledger_checkpoint(ledger, &batch, offset_by_partition, &base, NULL), TF_OK);
    assert_mark(dedup, "tax", 10, "000000000000000a0000000000000400");
    assert_mark(dedup, "tax", 1033, "000000000000040900000000000007ff");
    tf_ledger_destroy(ledger);
    tf_dedup_destroy(dedup);
    free(items);
}

static void test_nothing_to_mark_and_no_room(void **state)
{
    (void)state;
    struct tf_item item = {0};
    struct tf_batch batch = {.items = &item, .count = 0, .capacity = 1};
    struct tf_dedup *dedup = NULL;
    int64_t base = 0;
    assert_int_equal(tf_dedup_create_table(0, &dedup), TF_OK);
    struct tf_ledger *ledger = tf_ledger_create(&(struct tf_ledger_options){.dedup = dedup, .role = "tax"});
    assert_int_equal(tf_ledger_checkpoint(ledger, &batch, offset_by_partition, &base, NULL), TF_OK);
    batch.count = 1;
    assert_int_equal(tf_ledger_checkpoint(ledger, &batch, offset_by_partition, &base, NULL), TF_E_FULL);
    tf_ledger_destroy(ledger);
    tf_dedup_destroy(dedup);
}

static void test_read_back(void **state)
{
    (void)state;
    struct tf_checkpoint checkpoint = {.result_next = 0x1234, .highest = -1, .at_ms = 1767225600000}, read = {0};
    uint8_t bytes[TF_CHECKPOINT_BYTES + 3] = {0};
    memcpy(checkpoint.nonce, "0123456789abcdef", sizeof checkpoint.nonce);
    tf_checkpoint_encode(&checkpoint, bytes);
    bytes[0] = 9; /* a later version that appends */
    assert_true(tf_checkpoint_decode((struct tf_str){(const char *)bytes, sizeof bytes}, &read));
    assert_int_equal(read.result_next, 0x1234);
    assert_int_equal(read.highest, -1);
    assert_int_equal(read.at_ms, 1767225600000);
    assert_memory_equal(read.nonce, "0123456789abcdef", 16);
    assert_false(tf_checkpoint_decode((struct tf_str){(const char *)bytes, TF_CHECKPOINT_BYTES - 1}, &read));
    assert_false(tf_checkpoint_decode(TF_STR_NONE, &read));
    bytes[0] = 0;
    assert_false(tf_checkpoint_decode((struct tf_str){(const char *)bytes, sizeof bytes}, &read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_mark_a_partition),
        cmocka_unit_test(test_many_partitions),
        cmocka_unit_test(test_nothing_to_mark_and_no_room),
        cmocka_unit_test(test_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
