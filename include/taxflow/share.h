/*
 * What records of several partitions contribute under one key. The partitions' own stores answer for their records; what the others hold is
 * read from Redis, where every contribution stands once, however often it is written.
 */
#ifndef TAXFLOW_SHARE_H
#define TAXFLOW_SHARE_H

#include "taxflow/arena.h"
#include "taxflow/hash.h"

enum { TF_SHARE_READ_MAX = 256 }; /* contributions of one key that are read: the newest by event time */

/* One contribution of one record. */
struct tf_share_entry {
    struct tf_hash16 record;  /* identity without revision */
    uint64_t revision;
    int64_t time_ms;          /* event time, |time_ms| < 2^53 */
    int64_t value;
    uint32_t tag, partition;
    bool ours;                /* of a partition that is ours: our own store answers for it */
    struct tf_str event_id;   /* at most TF_EVENT_ID_BYTES_MAX */
};

/* A contribution with the key it stands under: to be written, or taken out. */
struct tf_share_row {
    struct tf_hash16 key;
    int64_t window_ms;
    struct tf_share_entry entry;
};

/* A key of one record, and what was found there. */
struct tf_share {
    struct tf_hash16 key;
    int64_t window_ms, value; /* looked at: event time - window .. event time + window */
    uint32_t tag;
    bool adds, looks;
    bool cut;                 /* out: more stood there than were read */
    struct tf_share_entry *entries; /* out, the newest first; of a record that was amended perhaps several */
    size_t count;
};

/* All keys of one record. */
struct tf_share_set {
    struct tf_share_entry own; /* but for value and tag */
    struct tf_share *items;
    size_t count, capacity;
    size_t read;               /* items before this one were written and read */
};

/** Add a key to look under; false when it is there already or the arena is full. */
bool tf_share_look(struct tf_share_set *set, struct tf_hash16 key, int64_t window_ms, struct tf_arena *arena);
/** The key in a set, or NULL. */
const struct tf_share *tf_share_find(const struct tf_share_set *set, struct tf_hash16 key);

#endif
