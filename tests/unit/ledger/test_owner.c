#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger_internal.h"

/* Written out by hand from the format: version, partition, offset, timestamp, body hash, all big-endian. */
static const uint8_t golden[TF_EVENT_OWNER_BYTES] = {
    0x01, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00,
    0x01, 0x9b, 0x76, 0xda, 0xa8, 0x00, 0xde, 0xad, 0xbe, 0xef, 0x00, 0x01, 0x02, 0x03,
};
static const struct tf_owner owner = {
    .partition = 258,
    .offset = 0x10000000005,
    .timestamp_ms = 1767225600000, /* 2026-01-01T00:00:00Z */
    .body_hash = {0xde, 0xad, 0xbe, 0xef, 0x00, 0x01, 0x02, 0x03},
};

static void test_bytes_are_fixed(void **state)
{
    (void)state;
    uint8_t bytes[TF_EVENT_OWNER_BYTES];
    tf_owner_encode(&owner, bytes);
    assert_memory_equal(bytes, golden, sizeof golden);
}

static void test_reads_what_it_writes(void **state)
{
    (void)state;
    static const struct tf_owner owners[] = {{0}, {UINT32_MAX, INT64_MAX, INT64_MAX, {255, 255, 255, 255, 255, 255, 255, 255}}, {1, 0, -1, {1}}};
    struct tf_owner read;
    assert_true(tf_owner_decode(golden, &read));
    assert_memory_equal(read.body_hash, owner.body_hash, sizeof owner.body_hash);
    assert_int_equal(read.offset, owner.offset);
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
        uint8_t bytes[TF_EVENT_OWNER_BYTES];
        tf_owner_encode(&owners[i], bytes);
        assert_true(tf_owner_decode(bytes, &read));
        assert_int_equal(read.partition, owners[i].partition);
        assert_int_equal(read.offset, owners[i].offset);
        assert_int_equal(read.timestamp_ms, owners[i].timestamp_ms);
        assert_memory_equal(read.body_hash, owners[i].body_hash, sizeof read.body_hash);
    }
}

/* Later versions may append and raise the number; 0 is never written. */
static void test_later_versions_are_read(void **state)
{
    (void)state;
    uint8_t bytes[TF_EVENT_OWNER_BYTES];
    struct tf_owner read;
    memcpy(bytes, golden, sizeof bytes);
    for (int version = 0; version < 256; version++) {
        bytes[0] = (uint8_t)version;
        assert_true(tf_owner_decode(bytes, &read) == (version != 0));
        assert_true(tf_owner_same(bytes, golden) == (version != 0));
    }
    bytes[0] = 1;
    bytes[sizeof bytes - 1] ^= 1;
    assert_false(tf_owner_same(bytes, golden));
    memcpy(bytes, golden, sizeof bytes);
    bytes[20] ^= 1; /* another time: another record */
    assert_false(tf_owner_same(bytes, golden));
    memset(bytes + 13, 0, 8); /* no time: a root that a replay named */
    assert_true(tf_owner_same(bytes, golden));
}

static void test_header_of_a_result(void **state)
{
    (void)state;
    struct tf_item item = {0};
    struct tf_ledger_claimed read;
    uint8_t header[TF_LEDGER_HEADER_BYTES_MAX + 1] = {0};
    memcpy(item.owner, golden, sizeof golden);
    memset(item.id.bytes, 0x5a, sizeof item.id.bytes);
    assert_int_equal(tf_ledger_header(&item, header), 0); /* not claimed */
    item.outcome = TF_OUTCOME_PROCESS;
    assert_int_equal(tf_ledger_header(&item, header), TF_LEDGER_HEADER_BYTES);
    assert_memory_equal(header, golden, sizeof golden);
    assert_true(tf_ledger_header_read((struct tf_str){(const char *)header, sizeof header}, &read)); /* a later version appends */
    assert_int_equal(read.owner.offset, owner.offset);
    assert_memory_equal(read.id.bytes, item.id.bytes, sizeof item.id.bytes);
    assert_int_equal(read.kind, TF_CLAIM_SHARED);
    item.tf_role = TF_STR("tax");
    item.tf_origin = TF_STR("taxflow.audit:7:11");
    assert_int_equal(tf_ledger_header(&item, header), TF_LEDGER_HEADER_BYTES_MAX);
    assert_true(tf_ledger_header_read((struct tf_str){(const char *)header, TF_LEDGER_HEADER_BYTES_MAX}, &read));
    assert_int_equal(read.kind, TF_CLAIM_REPLAY);
    assert_true(read.rooted);
    struct tf_owner root;
    assert_true(tf_owner_decode(read.root, &root));
    assert_int_equal(root.partition, 7);
    assert_int_equal(root.offset, 11);
    item.tf_root = TF_STR("taxflow.audit:3:5");
    tf_ledger_header(&item, header);
    assert_true(tf_ledger_header_read((struct tf_str){(const char *)header, TF_LEDGER_HEADER_BYTES_MAX}, &read));
    assert_true(tf_owner_decode(read.root, &root));
    assert_int_equal(root.offset, 5);
    item.problem.err = TF_E_CONFLICT; /* names who won */
    memcpy(item.other, golden, sizeof golden);
    memset(item.owner, 1, sizeof item.owner);
    assert_int_equal(tf_ledger_header(&item, header), TF_LEDGER_HEADER_BYTES);
    assert_memory_equal(header, golden, sizeof golden);
    assert_int_equal(header[TF_LEDGER_HEADER_BYTES - 1], TF_CLAIM_SHARED);
    memset(item.other, 0, sizeof item.other);
    assert_int_equal(tf_ledger_header(&item, header), 0); /* it lost a replay's claim: nothing of all roles' concern */
    assert_false(tf_ledger_header_read((struct tf_str){(const char *)header, TF_EVENT_OWNER_BYTES}, &read));
    assert_false(tf_ledger_header_read(TF_STR_NONE, &read));
    header[TF_LEDGER_HEADER_BYTES - 1] = 7;
    assert_false(tf_ledger_header_read((struct tf_str){(const char *)header, TF_LEDGER_HEADER_BYTES}, &read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_are_fixed),
        cmocka_unit_test(test_reads_what_it_writes),
        cmocka_unit_test(test_later_versions_are_read),
        cmocka_unit_test(test_header_of_a_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
