#include "code_set.h"

#include <stdlib.h>

enum { JOINED_BYTES_FIRST = 256 };

/* Codes are a few characters: eight at a time, mixed by a multiplication. No adversary chooses the set. */
static uint64_t hash_of(struct tf_str code)
{
    uint64_t hash = code.len;
    for (size_t at = 0; at < code.len; at += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, code.ptr + at, code.len - at < sizeof word ? code.len - at : sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return hash;
}

static bool make_room(struct tf_code_set *set, size_t bytes)
{
    if (set->joined_len + bytes <= set->joined_cap)
        return true;
    size_t cap = set->joined_cap ? 2 * set->joined_cap : JOINED_BYTES_FIRST;
    while (cap < set->joined_len + bytes)
        cap *= 2;
    char *grown = realloc(set->joined, cap);
    if (!grown)
        return false;
    set->joined = grown;
    set->joined_cap = cap;
    return true;
}

bool tf_code_set_add(struct tf_code_set *set, struct tf_str code)
{
    if (!make_room(set, code.len + 2))
        return false;
    if (set->joined_len == 0)
        set->joined[set->joined_len++] = ' ';
    memcpy(set->joined + set->joined_len, code.ptr, code.len);
    set->joined_len += code.len;
    set->joined[set->joined_len++] = ' ';
    set->count++;
    return true;
}

static struct tf_code_slot *find_slot(const struct tf_code_set *set, struct tf_str code, uint64_t hash)
{
    for (uint32_t i = (uint32_t)hash & set->mask;; i = (i + 1) & set->mask) {
        struct tf_code_slot *slot = &set->slots[i];
        if (slot->len == 0 || (slot->hash == hash && slot->len == code.len && memcmp(set->joined + slot->start, code.ptr, code.len) == 0))
            return slot;
    }
}

bool tf_code_set_finish(struct tf_code_set *set)
{
    uint32_t slots = 4;
    while (slots < 2 * set->count) /* at most half full */
        slots *= 2;
    set->slots = calloc(slots, sizeof *set->slots);
    if (!set->slots)
        return false;
    set->mask = slots - 1;
    for (uint32_t start = 1; start < set->joined_len;) {
        const char *end = memchr(set->joined + start, ' ', set->joined_len - start);
        const struct tf_str code = {set->joined + start, (size_t)(end - set->joined) - start};
        const uint64_t hash = hash_of(code);
        *find_slot(set, code, hash) = (struct tf_code_slot){hash, start, (uint32_t)code.len};
        start += (uint32_t)code.len + 1;
    }
    return true;
}

void tf_code_set_clear(struct tf_code_set *set)
{
    free(set->joined);
    free(set->slots);
    *set = (struct tf_code_set){.joined = NULL};
}

bool tf_code_set_has(const struct tf_code_set *set, struct tf_str code)
{
    return code.len > 0 && find_slot(set, code, hash_of(code))->len > 0;
}
