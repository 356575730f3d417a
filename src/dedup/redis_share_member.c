#include "redis_shares.h"

enum { VERSION = 1 };

static uint8_t *put(uint8_t *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    return out + bytes;
}

static uint64_t get(const uint8_t **in, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | *(*in)++;
    return value;
}

size_t tf_redis_share_encode(const struct tf_share_entry *entry, uint8_t out[TF_REDIS_SHARE_BYTES_MAX])
{
    if (entry->event_id.len > TF_EVENT_ID_BYTES_MAX)
        return 0;
    uint8_t *at = put(out, VERSION, 1);
    at = put(at, entry->revision, 8);
    at = put(at, (uint64_t)entry->time_ms, 8);
    at = put(at, (uint64_t)entry->value, 8);
    at = put(at, entry->tag, 4);
    at = put(at, entry->partition, 4);
    memcpy(at, entry->record.bytes, TF_HASH16_BYTES);
    if (entry->event_id.len > 0)
        memcpy(at + TF_HASH16_BYTES, entry->event_id.ptr, entry->event_id.len);
    return TF_REDIS_SHARE_HEAD_BYTES + entry->event_id.len;
}

bool tf_redis_share_decode(struct tf_str bytes, struct tf_share_entry *ret_entry)
{
    const uint8_t *at = (const uint8_t *)bytes.ptr;
    if (bytes.len < TF_REDIS_SHARE_HEAD_BYTES || bytes.len > TF_REDIS_SHARE_BYTES_MAX || get(&at, 1) != VERSION)
        return false;
    struct tf_share_entry entry = {.revision = get(&at, 8)};
    entry.time_ms = (int64_t)get(&at, 8);
    entry.value = (int64_t)get(&at, 8);
    entry.tag = (uint32_t)get(&at, 4);
    entry.partition = (uint32_t)get(&at, 4);
    memcpy(entry.record.bytes, at, TF_HASH16_BYTES);
    entry.event_id = (struct tf_str){bytes.ptr + TF_REDIS_SHARE_HEAD_BYTES, bytes.len - TF_REDIS_SHARE_HEAD_BYTES};
    *ret_entry = entry;
    return true;
}
