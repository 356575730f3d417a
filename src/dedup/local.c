/*
 * redis.on_outage = local: while Redis is away, ids are claimed in a table of this process. What was judged before the outage is
 * not in it, so results are marked. Once Redis answers again, claims are refused until the ids of the outage stand there too.
 */
#include <stdlib.h>

#include "dedup_internal.h"

struct tf_local {
    struct tf_dedup dedup;
    struct tf_dedup *redis; /* borrowed */
    struct tf_dedup *table; /* made anew after every outage */
    size_t count;           /* claims made here and not reconciled */
};

static struct tf_local *of(struct tf_dedup *dedup)
{
    return (struct tf_local *)dedup;
}

static enum tf_err claim_here(struct tf_local *local, struct tf_claim *claims, size_t count, struct tf_fault *fault)
{
    TF_TRY(local->table->ops->claim(local->table, NULL, claims, count, fault));
    for (size_t i = 0; i < count; i++)
        claims[i].local = true;
    local->count += count;
    return TF_OK;
}

static bool away(enum tf_err err)
{
    return err == TF_E_UNAVAILABLE || err == TF_E_TIMEOUT;
}

static enum tf_err local_claim(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_claim *claims, size_t count,
                               struct tf_fault *fault)
{
    struct tf_local *local = of(dedup);
    bool owing = local->count > 0;
    enum tf_err err = owing && guard ? local->redis->ops->check(local->redis, guard, fault)
                                     : local->redis->ops->claim(local->redis, guard, claims, count, fault);
    if (away(err))
        return claim_here(local, claims, count, fault);
    if (owing && err == TF_OK)
        return tf_fault_set(fault, TF_E_RESTORE, "Redis is back; the ids that were claimed without it are written down first");
    return err;
}

/* A batch that was claimed here has nothing in Redis that could have been lost. */
static enum tf_err local_check(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_fault *fault)
{
    struct tf_local *local = of(dedup);
    return local->count > 0 ? TF_OK : local->redis->ops->check(local->redis, guard, fault);
}

/* A checkpoint or an attempt that cannot be written only makes a later restore longer. */
static enum tf_err local_put_all(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_dedup_pair *pairs, size_t count,
                                 bool expires, struct tf_fault *fault)
{
    struct tf_dedup *redis = of(dedup)->redis;
    enum tf_err err = redis->ops->put_all(redis, guard, pairs, count, expires, fault);
    return away(err) ? TF_OK : err;
}

static enum tf_err local_get_all(struct tf_dedup *dedup, const struct tf_str *suffixes, size_t count,
                                 void (*visit)(void *self, size_t number, struct tf_str value), void *self, struct tf_fault *fault)
{
    struct tf_dedup *redis = of(dedup)->redis;
    return redis->ops->get_all(redis, suffixes, count, visit, self, fault);
}

static void local_run_id(struct tf_dedup *dedup, char out[TF_RUN_ID_BYTES])
{
    of(dedup)->redis->ops->run_id(of(dedup)->redis, out);
}

static int64_t local_unix_ms(struct tf_dedup *dedup, int64_t mono_ms)
{
    return of(dedup)->redis->ops->unix_ms(of(dedup)->redis, mono_ms);
}

static enum tf_err local_ping(struct tf_dedup *dedup, struct tf_fault *fault)
{
    return of(dedup)->redis->ops->ping(of(dedup)->redis, fault);
}

static void local_destroy(struct tf_dedup *dedup)
{
    struct tf_local *local = of(dedup);
    tf_dedup_destroy(local->table);
    free(local);
}

static enum tf_err local_store(struct tf_dedup *dedup, const struct tf_dedup_entry *entries, size_t count, size_t *ret_kept, struct tf_fault *fault)
{
    return of(dedup)->redis->ops->restore->store(of(dedup)->redis, entries, count, ret_kept, fault);
}

static enum tf_err local_replace(struct tf_dedup *dedup, struct tf_dedup_swap *swap, struct tf_fault *fault)
{
    return of(dedup)->redis->ops->restore->replace(of(dedup)->redis, swap, fault);
}

static enum tf_err local_lock(struct tf_dedup *dedup, const struct tf_dedup_lock *lock, bool *ret_taken, char *run_id, struct tf_fault *fault)
{
    return of(dedup)->redis->ops->restore->lock(of(dedup)->redis, lock, ret_taken, run_id, fault);
}

static enum tf_err local_relock(struct tf_dedup *dedup, const struct tf_dedup_lock *lock, bool *ret_held, struct tf_fault *fault)
{
    return of(dedup)->redis->ops->restore->relock(of(dedup)->redis, lock, ret_held, fault);
}

static enum tf_err local_seal(struct tf_dedup *dedup, struct tf_str lock, struct tf_str token, const struct tf_dedup_guard *guard, bool *ret_sealed,
                              struct tf_fault *fault)
{
    return of(dedup)->redis->ops->restore->seal(of(dedup)->redis, lock, token, guard, ret_sealed, fault);
}

static size_t local_count(const struct tf_dedup *dedup)
{
    return ((const struct tf_local *)dedup)->count;
}

/* A table that cannot be made anew is kept: its ids are known to Redis by now, and only take room. */
static void local_reconciled(struct tf_dedup *dedup)
{
    struct tf_local *local = of(dedup);
    struct tf_dedup *fresh = NULL;
    if (local->count > 0 && tf_table_create(TF_LOCAL_IDS_MAX, &fresh) == TF_OK)
        tf_dedup_destroy(local->table);
    local->table = fresh ? fresh : local->table;
    local->count = 0;
}

static const struct tf_dedup_restore_ops restore_ops = {
    .store = local_store,
    .replace = local_replace,
    .lock = local_lock,
    .relock = local_relock,
    .seal = local_seal,
    .local_count = local_count,
    .reconciled = local_reconciled,
};

/* What was not written is written once Redis is back, with all that our partitions hold; until then nobody else sees it. */
static enum tf_err local_share(struct tf_dedup *dedup, struct tf_share_call *call, struct tf_fault *fault)
{
    struct tf_local *local = of(dedup);
    enum tf_err err = local->count > 0 ? TF_E_UNAVAILABLE : local->redis->ops->shares->share(local->redis, call, fault);
    call->away = away(err);
    return call->away ? TF_OK : err;
}

static enum tf_err local_share_rows(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_share_row *rows, size_t count,
                                    int64_t slack_ms, bool removes, struct tf_fault *fault)
{
    return of(dedup)->redis->ops->shares->rows(of(dedup)->redis, guard, rows, count, slack_ms, removes, fault);
}

static const struct tf_dedup_share_ops share_ops = {.share = local_share, .rows = local_share_rows};

static const struct tf_dedup_ops local_ops = {
    .claim = local_claim,
    .check = local_check,
    .put_all = local_put_all,
    .get_all = local_get_all,
    .run_id = local_run_id,
    .unix_ms = local_unix_ms,
    .ping = local_ping,
    .destroy = local_destroy,
    .restore = &restore_ops,
    .shares = &share_ops,
};

enum tf_err tf_local_create(struct tf_dedup *redis, struct tf_dedup **ret_dedup)
{
    struct tf_local *local = calloc(1, sizeof *local);
    struct tf_dedup *table = NULL;
    if (!local || tf_table_create(TF_LOCAL_IDS_MAX, &table) != TF_OK) {
        free(local);
        return TF_E_MEMORY;
    }
    local->dedup.ops = &local_ops;
    local->redis = redis;
    local->table = table;
    *ret_dedup = &local->dedup;
    return TF_OK;
}
