/* The order in which the records of files are judged. */
#include <stdlib.h>
#include <string.h>

#include "files_internal.h"

/* What nearly always decides; entries are several times as large, and are moved once. */
struct key {
    int64_t time_ms;
    uint64_t identity; /* its first bytes, so that they compare as the whole does */
    const struct tf_file_entry *entry;
};

static int compare_entries(const struct tf_file_entry *x, const struct tf_file_entry *y)
{
    int order = memcmp(x->known.identity.bytes, y->known.identity.bytes, TF_HASH16_BYTES);
    if (order != 0)
        return order;
    if (x->revision != y->revision)
        return x->revision < y->revision ? -1 : 1;
    const uint64_t body_x = tf_hash16_u64(x->known.body_hash), body_y = tf_hash16_u64(y->known.body_hash);
    if (body_x != body_y)
        return body_x < body_y ? -1 : 1;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x > y) - (x < y);
}

static int by_time_and_identity(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->time_ms != y->time_ms)
        return x->time_ms < y->time_ms ? -1 : 1;
    if (x->identity != y->identity)
        return x->identity < y->identity ? -1 : 1;
    return compare_entries(x->entry, y->entry);
}

/* Each entry to the place of its key: a circle at a time, by way of one that is held. */
static void follow(struct tf_file_entry *entries, struct key *keys, uint64_t count)
{
    for (uint64_t start = 0; start < count; start++) {
        struct tf_file_entry held = entries[start];
        uint64_t at = start;
        for (uint64_t from = (uint64_t)(keys[at].entry - entries); from != start; from = (uint64_t)(keys[at].entry - entries)) {
            entries[at] = entries[from];
            keys[at].entry = &entries[at];
            at = from;
        }
        entries[at] = held;
        keys[at].entry = &entries[at];
    }
}

enum tf_err tf_files_sort(struct tf_file_entry *entries, uint64_t count)
{
    struct key *keys = malloc((count ? count : 1) * sizeof *keys);
    if (!keys)
        return TF_E_MEMORY;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t identity;
        memcpy(&identity, entries[i].known.identity.bytes, sizeof identity);
        keys[i] = (struct key){entries[i].time_ms, __builtin_bswap64(identity), &entries[i]};
    }
    qsort(keys, count, sizeof *keys, by_time_and_identity);
    follow(entries, keys, count);
    free(keys);
    return TF_OK;
}
