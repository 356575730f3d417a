#include "taxflow/ledger.h"

enum { OWNER_VERSION = 1, PARTITION_AT = 1, OFFSET_AT = 5, TIMESTAMP_AT = 13, BODY_HASH_AT = 21 };

static void put_big_endian(uint8_t *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static uint64_t get_big_endian(const uint8_t *in, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | in[i];
    return value;
}

void tf_owner_encode(const struct tf_owner *owner, uint8_t out[TF_EVENT_OWNER_BYTES])
{
    out[0] = OWNER_VERSION;
    put_big_endian(out + PARTITION_AT, owner->partition, 4);
    put_big_endian(out + OFFSET_AT, (uint64_t)owner->offset, 8);
    put_big_endian(out + TIMESTAMP_AT, (uint64_t)owner->timestamp_ms, 8);
    memcpy(out + BODY_HASH_AT, owner->body_hash, sizeof owner->body_hash);
}

bool tf_owner_decode(const uint8_t bytes[TF_EVENT_OWNER_BYTES], struct tf_owner *ret_owner)
{
    if (bytes[0] != OWNER_VERSION)
        return false;
    ret_owner->partition = (uint32_t)get_big_endian(bytes + PARTITION_AT, 4);
    ret_owner->offset = (int64_t)get_big_endian(bytes + OFFSET_AT, 8);
    ret_owner->timestamp_ms = (int64_t)get_big_endian(bytes + TIMESTAMP_AT, 8);
    memcpy(ret_owner->body_hash, bytes + BODY_HASH_AT, sizeof ret_owner->body_hash);
    return true;
}
