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

/* A root's owner value that a replay wrote has no timestamp: 0 fits all. */
bool tf_owner_same(const uint8_t a[TF_EVENT_OWNER_BYTES], const uint8_t b[TF_EVENT_OWNER_BYTES])
{
    struct tf_owner one, other;
    if (!tf_owner_decode(a, &one) || !tf_owner_decode(b, &other))
        return false;
    bool same_time = one.timestamp_ms == other.timestamp_ms || one.timestamp_ms == 0 || other.timestamp_ms == 0;
    return one.partition == other.partition && one.offset == other.offset && same_time &&
           memcmp(one.body_hash, other.body_hash, sizeof one.body_hash) == 0;
}

bool tf_owner_root(const struct tf_item *item, uint8_t out[TF_EVENT_OWNER_BYTES])
{
    struct tf_owner owner = {.partition = 0};
    struct tf_str text = tf_str_present(item->tf_root) ? item->tf_root : item->tf_origin;
    if (!tf_position_read(text, &owner.partition, &owner.offset))
        return false;
    memcpy(owner.body_hash, item->body_hash.bytes, sizeof owner.body_hash);
    tf_owner_encode(&owner, out);
    return true;
}

bool tf_position_read(struct tf_str text, uint32_t *ret_partition, int64_t *ret_offset)
{
    uint64_t numbers[2] = {0, 0};
    size_t end = text.len;
    for (int i = 1; i >= 0; i--) {
        size_t at = end;
        while (at > 0 && text.ptr[at - 1] != ':')
            at--;
        if (at == 0 || !tf_str_to_u64((struct tf_str){text.ptr + at, end - at}, i == 0 ? UINT32_MAX : INT64_MAX, &numbers[i]))
            return false;
        end = at - 1;
    }
    *ret_partition = (uint32_t)numbers[0];
    *ret_offset = (int64_t)numbers[1];
    return true;
}

static size_t write_header(const struct tf_item *item, const uint8_t *owner, enum tf_claim_kind kind, uint8_t out[TF_LEDGER_HEADER_BYTES_MAX])
{
    memcpy(out, owner, TF_EVENT_OWNER_BYTES);
    memcpy(out + TF_EVENT_OWNER_BYTES, item->id.bytes, TF_HASH16_BYTES);
    out[TF_LEDGER_HEADER_BYTES - 1] = kind;
    if (kind == TF_CLAIM_SHARED || !tf_owner_root(item, out + TF_LEDGER_HEADER_BYTES))
        return TF_LEDGER_HEADER_BYTES;
    return TF_LEDGER_HEADER_BYTES_MAX;
}

/* Who lost the shared claim tells who won it, whatever it is itself. */
size_t tf_ledger_header(const struct tf_item *item, uint8_t out[TF_LEDGER_HEADER_BYTES_MAX])
{
    if (item->problem.err == TF_E_CONFLICT)
        return item->other[0] ? write_header(item, item->other, TF_CLAIM_SHARED, out) : 0;
    return item->outcome == TF_OUTCOME_PROCESS ? write_header(item, item->owner, tf_item_claim_kind(item), out) : 0;
}

bool tf_ledger_header_read(struct tf_str header, struct tf_ledger_claimed *ret_claimed)
{
    const uint8_t *bytes = (const uint8_t *)header.ptr;
    if (header.len < TF_LEDGER_HEADER_BYTES || !tf_owner_decode(bytes, &ret_claimed->owner))
        return false;
    memcpy(ret_claimed->value, bytes, TF_EVENT_OWNER_BYTES);
    memcpy(ret_claimed->id.bytes, bytes + TF_EVENT_OWNER_BYTES, TF_HASH16_BYTES);
    ret_claimed->kind = (enum tf_claim_kind)bytes[TF_LEDGER_HEADER_BYTES - 1];
    ret_claimed->rooted = ret_claimed->kind == TF_CLAIM_REPLAY && header.len >= TF_LEDGER_HEADER_BYTES_MAX;
    if (ret_claimed->rooted)
        memcpy(ret_claimed->root, bytes + TF_LEDGER_HEADER_BYTES, TF_EVENT_OWNER_BYTES);
    return ret_claimed->kind == TF_CLAIM_SHARED || ret_claimed->kind == TF_CLAIM_REPLAY;
}
