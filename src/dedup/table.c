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

/* A scoped claim is a key of its own: its id is hashed together with the scope. */
static struct tf_hash16 slot_id(const struct tf_claim *claim)
{
    const struct tf_str parts[] = {tf_str_of(claim->scope), {(const char *)claim->id.bytes, sizeof claim->id.bytes}};
    return claim->scope ? tf_hash_sha256(parts, 2) : claim->id;
}

static enum tf_err claim_one(struct tf_table *table, struct tf_claim *claim)
{
    if (table->ids_count >= table->slots_count / 4 * 3)
        TF_TRY(grow(table));
    const struct tf_hash16 id = slot_id(claim);
    struct slot *slot = find_slot(table->slots, table->slots_count, table->seed, id.bytes);
    claim->was_owned = slot->used;
    claim->local = false;
    if (slot->used) {
        memcpy(claim->found, slot->owner, sizeof slot->owner);
        return TF_OK;
    }
    if (table->ids_count == table->ids_max)
        return TF_E_FULL;
    memcpy(slot->id, id.bytes, sizeof slot->id);
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

static enum tf_err table_claim(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_claim *claims, size_t count,
                               struct tf_fault *fault)
{
    (void)guard; /* what stands here is lost with the process alone */
    struct tf_table *table = (struct tf_table *)dedup;
    enum tf_err err = TF_OK;
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < count && err == TF_OK; i++)
        err = claim_one(table, &claims[i]);
    pthread_mutex_unlock(&table->lock);
    return explain(table, err, fault);
}

static enum tf_err table_put_all(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_dedup_pair *pairs, size_t count,
                                 bool expires, struct tf_fault *fault)
{
    (void)guard;
    (void)expires; /* nothing here outlives the process, and the ceiling bounds it */
    struct tf_table *table = (struct tf_table *)dedup;
    enum tf_err err = TF_OK;
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < count && err == TF_OK; i++)
        err = tf_table_map_put(&table->map, pairs[i].suffix, pairs[i].value);
    pthread_mutex_unlock(&table->lock);
    return explain(table, err, fault);
}

static enum tf_err table_get_all(struct tf_dedup *dedup, const struct tf_str *suffixes, size_t count,
                                 void (*visit)(void *self, size_t number, struct tf_str value), void *self, struct tf_fault *fault)
{
    (void)fault;
    struct tf_table *table = (struct tf_table *)dedup;
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < count; i++)
        visit(self, i, tf_table_map_get(&table->map, suffixes[i]));
    pthread_mutex_unlock(&table->lock);
    return TF_OK;
}

static enum tf_err table_check(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_fault *fault)
{
    (void)dedup;
    (void)guard;
    (void)fault;
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

static const struct tf_dedup_ops table_ops = {
    .claim = table_claim,
    .check = table_check,
    .put_all = table_put_all,
    .get_all = table_get_all,
    .run_id = table_run_id,
    .ping = table_ping,
    .destroy = table_destroy,
};

static int by_id(const void *a, const void *b)
{
    const struct slot *x = a, *y = b;
    return memcmp(x->id, y->id, sizeof x->id);
}

/* They are sorted where they stand, and are no table any more. */
static void put_in_order(struct tf_table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->slots_count; i++)
        if (table->slots[i].used)
            table->slots[count++] = table->slots[i];
    if (count > 0)
        qsort(table->slots, count, sizeof *table->slots, by_id);
    table->ids_max = 0;
}

enum tf_err tf_table_hand_out(struct tf_dedup *dedup, enum tf_err (*visit)(void *self, struct tf_hash16 id, const uint8_t *owner), void *self)
{
    struct tf_table *table = (struct tf_table *)dedup;
    enum tf_err err = TF_OK;
    pthread_mutex_lock(&table->lock);
    put_in_order(table);
    for (size_t i = 0; i < table->ids_count && err == TF_OK; i++) {
        struct tf_hash16 id;
        memcpy(id.bytes, table->slots[i].id, sizeof id.bytes);
        err = visit(self, id, table->slots[i].owner);
    }
    pthread_mutex_unlock(&table->lock);
    return err;
}

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
