#include "hit.h"

#include <stdio.h>
#include <string.h>

bool tf_hit_full(const struct tf_fraud_hit *hit)
{
    return hit->related_count == TF_FRAUD_RELATED_MAX;
}

static bool is_related(const struct tf_fraud_hit *hit, struct tf_str id)
{
    for (uint32_t i = 0; i < hit->related_count; i++)
        if (tf_str_eq(hit->related[i], id))
            return true;
    return false;
}

void tf_hit_relate(struct tf_fraud_hit *hit, const struct tf_fraud_entry *entry)
{
    const struct tf_str id = tf_fraud_entry_id(entry);
    if (!tf_hit_full(hit) && !is_related(hit, id))
        hit->related[hit->related_count++] = id;
}

/* One of 64 bits for an id. Ids of one sender differ at their ends. */
static uint64_t bit_of(struct tf_str id)
{
    uint64_t end = 0;
    size_t len = id.len < sizeof end ? id.len : sizeof end;
    if (len > 0)
        memcpy(&end, id.ptr + id.len - len, len);
    return UINT64_C(1) << (end * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

/* Most ids are new ones, and their bits say so without a look at the others. */
void tf_hit_relate_last(struct tf_fraud_hit *hit, const struct tf_fraud_entry *entries, size_t first, size_t end)
{
    uint64_t seen = 0;
    size_t room = TF_FRAUD_RELATED_MAX - hit->related_count;
    if (end - first > room)
        first = end - room;
    for (uint32_t i = 0; i < hit->related_count; i++)
        seen |= bit_of(hit->related[i]);
    for (size_t i = first; i < end; i++) {
        const struct tf_str id = tf_fraud_entry_id(&entries[i]);
        uint64_t bit = bit_of(id);
        if (!(seen & bit) || !is_related(hit, id))
            hit->related[hit->related_count++] = id;
        seen |= bit;
    }
}

const char *tf_hit_amount(int64_t minor, const char *currency, char out[TF_HIT_AMOUNT_BYTES])
{
    char number[TF_MONEY_TEXT_BYTES] TF_NOT_CLEARED;
    struct tf_str text = tf_money_format(tf_money_of(minor, 2), 2, number);
    snprintf(out, TF_HIT_AMOUNT_BYTES, "%.*s%s%s", TF_STR_ARGS(text), currency[0] ? " " : "", currency);
    return out;
}
