/*
 * Claims of this process: an open-addressing table id -> owner that doubles up to a ceiling, and a map for all other
 * keys. One lock guards both; a batch is claimed under it in one go.
 */
#include <pthread.h>
#include <stdlib.h>

#include "dedup_internal.h"
#include "table_map.h"
#include "taxflow/hash.h"

enum { SLOTS_MIN = 1024 };

struct slot {
    uint8_t id[TF_HASH16_BYTES];
    uint8_t owner[TF_EVENT_OWNER_BYTES];
    bool used;
};

struct tf_table {
    struct tf_dedup dedup;
    pthread_mutex_t lock; /* guards all below but ids_max and seed */
    struct slot *slots;
    size_t slots_count; /* a power of two, or 0 before the first claim */
    size_t ids_count;   /* at most three quarters of slots_count, and ids_max */
    struct tf_table_map map;
    size_t ids_max;
    uint64_t seed;
};

/* The slot that holds the id, or the free one where it belongs. slots_count is not 0 and one slot is free. */
static struct slot *find_slot(struct slot *slots, size_t slots_count, uint64_t seed, const uint8_t id[TF_HASH16_BYTES])
{
    const struct tf_str view = {(const char *)id, TF_HASH16_BYTES};
    size_t at = (size_t)tf_hash16_u64(tf_hash_table(view, seed)) & (slots_count - 1);
    while (slots[at].used && memcmp(slots[at].id, id, TF_HASH16_BYTES) != 0)
        at = (at + 1) & (slots_count - 1);
    return &slots[at];
}

static enum tf_err grow(struct tf_table *table)
{
    size_t count = table->slots_count ? table->slots_count * 2 : SLOTS_MIN;
    struct slot *slots = calloc(count, sizeof *slots);
    if (!slots)
        return TF_E_MEMORY;
    for (size_t i = 0; i < table->slots_count; i++)
        if (table->slots[i].used)
            *find_slot(slots, count, table->seed, table->slots[i].id) = table->slots[i];
    free(table->slots);
    table->slots = slots;
    table->slots_count = count;
    return TF_OK;
}

static enum tf_err claim_one(struct tf_table *table, struct tf_claim *claim)
{
    if (table->ids_count >= table->slots_count / 4 * 3)
        TF_TRY(grow(table));
    struct slot *slot = find_slot(table->slots, table->slots_count, table->seed, claim->id.bytes);
    claim->was_owned = slot->used;
    if (slot->used) {
        memcpy(claim->found, slot->owner, sizeof slot->owner);
        return TF_OK;
    }
    if (table->ids_count == table->ids_max)
        return TF_E_FULL;
    memcpy(slot->id, claim->id.bytes, sizeof slot->id);
    memcpy(slot->owner, claim->owner, sizeof slot->owner);
    slot->used = true;
    table->ids_count++;
    return TF_OK;
}

static enum tf_err explain(const struct tf_table *table, enum tf_err err, struct tf_fault *fault)
{
    if (err == TF_OK)
        return TF_OK;
    if (err == TF_E_FULL)
        return tf_fault_set(fault, err, "the table of claims in this process is full (%zu entries); use Redis for more", table->ids_max);
    return tf_fault_set(fault, err, "memory ran out for claims in this process");
}

static enum tf_err table_claim(struct tf_dedup *dedup, struct tf_claim *claims, size_t count, struct tf_fault *fault)
{
    struct tf_table *table = (struct tf_table *)dedup;
    enum tf_err err = TF_OK;
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < count && err == TF_OK; i++)
        err = claim_one(table, &claims[i]);
    pthread_mutex_unlock(&table->lock);
    return explain(table, err, fault);
}

static enum tf_err table_put_all(struct tf_dedup *dedup, const struct tf_dedup_pair *pairs, size_t count, bool expires, struct tf_fault *fault)
{
    (void)expires; /* nothing here outlives the process, and the ceiling bounds it */
    struct tf_table *table = (struct tf_table *)dedup;
    enum tf_err err = TF_OK;
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < count && err == TF_OK; i++)
        err = tf_table_map_put(&table->map, pairs[i].suffix, pairs[i].value);
    pthread_mutex_unlock(&table->lock);
    return explain(table, err, fault);
}

static enum tf_err table_get(struct tf_dedup *dedup, struct tf_str suffix, struct tf_buf *out, bool *ret_found, struct tf_fault *fault)
{
    (void)fault;
    struct tf_table *table = (struct tf_table *)dedup;
    pthread_mutex_lock(&table->lock);
    struct tf_str value = tf_table_map_get(&table->map, suffix);
    *ret_found = tf_str_present(value);
    if (*ret_found)
        tf_buf_put(out, value.ptr, value.len);
    pthread_mutex_unlock(&table->lock);
    return TF_OK;
}

static void table_run_id(struct tf_dedup *dedup, char out[TF_RUN_ID_BYTES])
{
    (void)dedup;
    memcpy(out, "table", sizeof "table");
}

static enum tf_err table_ping(struct tf_dedup *dedup, struct tf_fault *fault)
{
    (void)dedup;
    (void)fault;
    return TF_OK;
}

static void table_destroy(struct tf_dedup *dedup)
{
    struct tf_table *table = (struct tf_table *)dedup;
    pthread_mutex_destroy(&table->lock);
    tf_table_map_finish(&table->map);
    free(table->slots);
    free(table);
}

static const struct tf_dedup_ops table_ops = {table_claim, table_put_all, table_get, table_run_id, table_ping, table_destroy};

enum tf_err tf_table_create(size_t ids_max, struct tf_dedup **ret_dedup)
{
    struct tf_table *table = calloc(1, sizeof *table);
    if (!table)
        return TF_E_MEMORY;
    table->dedup.ops = &table_ops;
    table->ids_max = ids_max;
    tf_hash_random(&table->seed, sizeof table->seed);
    tf_table_map_init(&table->map, ids_max, table->seed);
    if (pthread_mutex_init(&table->lock, NULL) != 0) {
        free(table);
        return TF_E_MEMORY;
    }
    *ret_dedup = &table->dedup;
    return TF_OK;
}
