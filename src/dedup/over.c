/*
 * Claims of this process over those of earlier ones: what somebody else remembers is asked for first, and what nobody does is claimed in a table,
 * to be handed out when the run is over.
 */
#include <stdlib.h>

#include "dedup_internal.h"

struct tf_over {
    struct tf_dedup dedup;
    struct tf_dedup *table;
    struct tf_dedup_past past;
};

static struct tf_over *of(struct tf_dedup *dedup)
{
    return (struct tf_over *)dedup;
}

/* A scope is of replays, which no earlier run on files has. */
static enum tf_err claim_one(struct tf_over *over, struct tf_claim *claim, struct tf_fault *fault)
{
    bool found = false;
    if (!claim->scope)
        TF_TRY(over->past.find(over->past.self, claim->id, claim->found, &found, fault));
    if (!found)
        return over->table->ops->claim(over->table, NULL, claim, 1, fault);
    claim->was_owned = true;
    claim->local = false;
    return TF_OK;
}

static enum tf_err over_claim(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_claim *claims, size_t count, struct tf_fault *fault)
{
    (void)guard;
    for (size_t i = 0; i < count; i++)
        TF_TRY(claim_one(of(dedup), &claims[i], fault));
    return TF_OK;
}

static enum tf_err over_check(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_fault *fault)
{
    return of(dedup)->table->ops->check(of(dedup)->table, guard, fault);
}

static enum tf_err over_put_all(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_dedup_pair *pairs, size_t count, bool expires,
                                struct tf_fault *fault)
{
    return of(dedup)->table->ops->put_all(of(dedup)->table, guard, pairs, count, expires, fault);
}

static enum tf_err over_get_all(struct tf_dedup *dedup, const struct tf_str *suffixes, size_t count,
                                void (*visit)(void *self, size_t number, struct tf_str value), void *self, struct tf_fault *fault)
{
    return of(dedup)->table->ops->get_all(of(dedup)->table, suffixes, count, visit, self, fault);
}

static void over_run_id(struct tf_dedup *dedup, char out[TF_RUN_ID_BYTES])
{
    of(dedup)->table->ops->run_id(of(dedup)->table, out);
}

static enum tf_err over_ping(struct tf_dedup *dedup, struct tf_fault *fault)
{
    return of(dedup)->table->ops->ping(of(dedup)->table, fault);
}

static void over_destroy(struct tf_dedup *dedup)
{
    tf_dedup_destroy(of(dedup)->table);
    free(dedup);
}

static const struct tf_dedup_ops over_ops = {
    .claim = over_claim,
    .check = over_check,
    .put_all = over_put_all,
    .get_all = over_get_all,
    .run_id = over_run_id,
    .ping = over_ping,
    .destroy = over_destroy,
};

enum tf_err tf_dedup_create_over(size_t ids_max, const struct tf_dedup_past *past, struct tf_dedup **ret_dedup)
{
    struct tf_over *over = calloc(1, sizeof *over);
    if (!over || tf_table_create(ids_max, &over->table) != TF_OK) {
        free(over);
        return TF_E_MEMORY;
    }
    over->dedup.ops = &over_ops;
    over->past = *past;
    *ret_dedup = &over->dedup;
    return TF_OK;
}

enum tf_err tf_dedup_hand_out(struct tf_dedup *dedup, enum tf_err (*visit)(void *self, struct tf_hash16 id, const uint8_t *owner), void *self)
{
    return tf_table_hand_out(of(dedup)->table, visit, self);
}
