#include "hit.h"

#include <stdio.h>
#include <string.h>

bool tf_hit_full(const struct tf_fraud_hit *hit)
{
    return hit->related_count == TF_FRAUD_RELATED_MAX;
}

/* Ids of one sender differ at their ends first. */
static bool same_id(struct tf_str a, struct tf_str b)
{
    return a.ptr == b.ptr || (a.len == b.len && a.len > 0 && a.ptr[a.len - 1] == b.ptr[b.len - 1] && memcmp(a.ptr, b.ptr, a.len) == 0);
}

void tf_hit_relate(struct tf_fraud_hit *hit, const struct tf_fraud_entry *entry)
{
    if (tf_hit_full(hit))
        return;
    for (uint32_t i = 0; i < hit->related_count; i++)
        if (same_id(hit->related[i], entry->event_id))
            return;
    hit->related[hit->related_count++] = entry->event_id;
}

void tf_hit_relate_last(struct tf_fraud_hit *hit, const struct tf_fraud_entry *entries, size_t first, size_t end)
{
    size_t room = TF_FRAUD_RELATED_MAX - hit->related_count;
    if (end - first > room)
        first = end - room;
    for (size_t i = first; i < end; i++)
        tf_hit_relate(hit, &entries[i]);
}

const char *tf_hit_amount(int64_t minor, const char *currency, char out[TF_HIT_AMOUNT_BYTES])
{
    char number[TF_MONEY_TEXT_BYTES];
    struct tf_str text = tf_money_format(tf_money_of(minor, 2), 2, number);
    snprintf(out, TF_HIT_AMOUNT_BYTES, "%.*s%s%s", TF_STR_ARGS(text), currency[0] ? " " : "", currency);
    return out;
}
