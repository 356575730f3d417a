#include "big_endian.h"
#include "ledger_internal.h"

enum { OWNER_VERSION = 1, PARTITION_AT = 1, OFFSET_AT = 5, TIMESTAMP_AT = 13, BODY_HASH_AT = 21 };

void tf_owner_encode(const struct tf_owner *owner, uint8_t out[TF_EVENT_OWNER_BYTES])
{
    out[0] = OWNER_VERSION;
    tf_big_endian_put(out + PARTITION_AT, owner->partition, 4);
    tf_big_endian_put(out + OFFSET_AT, (uint64_t)owner->offset, 8);
    tf_big_endian_put(out + TIMESTAMP_AT, (uint64_t)owner->timestamp_ms, 8);
    memcpy(out + BODY_HASH_AT, owner->body_hash, sizeof owner->body_hash);
}

bool tf_owner_decode(const uint8_t bytes[TF_EVENT_OWNER_BYTES], struct tf_owner *ret_owner)
{
    if (bytes[0] == 0)
        return false;
    ret_owner->partition = (uint32_t)tf_big_endian_get(bytes + PARTITION_AT, 4);
    ret_owner->offset = (int64_t)tf_big_endian_get(bytes + OFFSET_AT, 8);
    ret_owner->timestamp_ms = (int64_t)tf_big_endian_get(bytes + TIMESTAMP_AT, 8);
    memcpy(ret_owner->body_hash, bytes + BODY_HASH_AT, sizeof ret_owner->body_hash);
    return true;
}

bool tf_owner_same(const uint8_t a[TF_EVENT_OWNER_BYTES], const uint8_t b[TF_EVENT_OWNER_BYTES])
{
    return memcmp(a + PARTITION_AT, b + PARTITION_AT, TF_EVENT_OWNER_BYTES - PARTITION_AT) == 0;
}

void tf_ledger_header(const struct tf_item *item, uint8_t out[TF_LEDGER_HEADER_BYTES])
{
    memcpy(out, item->owner, TF_EVENT_OWNER_BYTES);
    memcpy(out + TF_EVENT_OWNER_BYTES, item->id.bytes, TF_HASH16_BYTES);
    out[TF_LEDGER_HEADER_BYTES - 1] = tf_item_claim_kind(item);
}

bool tf_ledger_header_read(struct tf_str header, struct tf_ledger_claimed *ret_claimed)
{
    const uint8_t *bytes = (const uint8_t *)header.ptr;
    if (header.len < TF_LEDGER_HEADER_BYTES || !tf_owner_decode(bytes, &ret_claimed->owner))
        return false;
    memcpy(ret_claimed->value, bytes, TF_EVENT_OWNER_BYTES);
    memcpy(ret_claimed->id.bytes, bytes + TF_EVENT_OWNER_BYTES, TF_HASH16_BYTES);
    ret_claimed->kind = (enum tf_claim_kind)bytes[TF_LEDGER_HEADER_BYTES - 1];
    return ret_claimed->kind == TF_CLAIM_SHARED || ret_claimed->kind == TF_CLAIM_REPLAY;
}
