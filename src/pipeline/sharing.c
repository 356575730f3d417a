/* Keys that records of several partitions add to: between the ledger, which writes and reads them, and the judge, who knows them. */
#include "pipeline_internal.h"

enum { WAIT_MS = 5 };

static struct tf_share_set *ask(void *self, struct tf_item *item, struct tf_arena *arena)
{
    const struct tf_pipeline *p = self;
    void *prepared = item->prepared[p->sharer_number];
    return prepared ? p->sharer->shares->ask(p->sharer->self, prepared, arena) : NULL;
}

static void follow(void *self, struct tf_item *item, struct tf_arena *arena)
{
    const struct tf_pipeline *p = self;
    p->sharer->shares->follow(p->sharer->self, item->prepared[p->sharer_number], arena);
}

static size_t all(void *self, uint64_t *cursor, struct tf_share_row *rows, size_t most)
{
    const struct tf_pipeline *p = self;
    return p->sharer->shares->all(p->sharer->self, cursor, rows, most);
}

enum tf_err tf_sharing_create(struct tf_pipeline *p)
{
    for (size_t j = 0; j < p->options.judges_count && !p->sharer; j++)
        if (p->options.judges[j].shares) {
            p->sharer = &p->options.judges[j];
            p->sharer_number = j;
        }
    if (!p->sharer)
        return TF_OK;
    const struct tf_sharing sharing = {
        .self = p, .slack_ms = p->sharer->shares->slack_ms(p->sharer->self), .ask = ask, .follow = follow, .all = all};
    return tf_ledger_share(p->ledger, &sharing);
}

static void tell(struct tf_pipeline *p, const char *reason)
{
    if (p->options.health && (reason || p->sharing_told))
        tf_health_set(p->options.health, "sharing", reason == NULL, reason);
    p->sharing_told = reason != NULL;
}

/* What is not read back yet cannot be written down for others. */
static bool all_is_here(const struct tf_pipeline *p)
{
    return tf_ledger_ready(p->ledger) && !p->state_due;
}

enum tf_err tf_await_shares(struct tf_pipeline *p, const atomic_bool *stop, struct tf_fault *fault)
{
    if (!all_is_here(p))
        return TF_E_AGAIN;
    enum tf_err err = tf_ledger_shares_await(p->ledger, fault);
    while (err == TF_E_AGAIN && !atomic_load(stop)) {
        tell(p, fault->text);
        if (p->options.health)
            tf_health_beat(p->options.health);
        TF_TRY(p->options.source.keep_alive(p->options.source.self, WAIT_MS, fault));
        if (!all_is_here(p))
            return TF_E_AGAIN; /* partitions came or went meanwhile: from the beginning */
        err = tf_ledger_shares_await(p->ledger, fault);
    }
    if (err == TF_OK)
        tell(p, NULL);
    return err;
}

enum tf_err tf_sharing_withdraw(struct tf_pipeline *p, struct tf_fault *fault)
{
    const struct tf_share_row *rows;
    size_t count = p->sharer ? p->sharer->shares->withdrawn(p->sharer->self, &rows) : 0;
    if (count == 0)
        return TF_OK;
    TF_TRY(tf_ledger_unshare(p->ledger, rows, count, fault));
    p->sharer->shares->withdrawn_done(p->sharer->self);
    return TF_OK;
}
