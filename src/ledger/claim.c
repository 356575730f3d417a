#include <stdlib.h>

#include "ledger_internal.h"

bool tf_item_wants_claim(const struct tf_item *item)
{
    return item->outcome == TF_OUTCOME_PENDING && item->problem.err == TF_OK;
}

static enum tf_err reserve(struct tf_ledger *ledger, size_t count, struct tf_fault *fault)
{
    if (count <= ledger->claims_capacity)
        return TF_OK;
    struct tf_claim *claims = reallocarray(ledger->claims, count, sizeof *claims);
    if (!claims)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the claims of %zu records", count);
    ledger->claims = claims;
    ledger->claims_capacity = count;
    return TF_OK;
}

static void name_owner(struct tf_item *item)
{
    struct tf_owner owner = {
        .partition = item->position.partition,
        .offset = item->position.offset,
        .timestamp_ms = item->position.timestamp_ms,
    };
    memcpy(owner.body_hash, item->body_hash.bytes, sizeof owner.body_hash);
    tf_owner_encode(&owner, item->owner);
}

static struct tf_claim *add_claim(struct tf_ledger *ledger, size_t *count, const struct tf_item *item, const char *scope, const uint8_t *owner)
{
    struct tf_claim *claim = &ledger->claims[(*count)++];
    *claim = (struct tf_claim){.id = item->id, .scope = scope};
    memcpy(claim->owner, owner, sizeof claim->owner);
    return claim;
}

/* The claim that all roles share; a replay asks for it in the name of the record it goes back to. */
static size_t fill_shared(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_slice slice)
{
    size_t count = 0;
    for (size_t i = slice.first; i < slice.end; i++) {
        struct tf_item *item = &batch->items[i];
        uint8_t root[TF_EVENT_OWNER_BYTES];
        if (!tf_item_wants_claim(item))
            continue;
        name_owner(item);
        bool rooted = tf_item_claim_kind(item) == TF_CLAIM_REPLAY && tf_owner_root(item, root);
        add_claim(ledger, &count, item, NULL, rooted ? root : item->owner);
    }
    return count;
}

/* Before any outcome is set: what is no owner value cannot be compared, and guessing would lose or double a record. */
static enum tf_err check_values(const struct tf_claim *claims, size_t count, struct tf_fault *fault)
{
    struct tf_owner owner;
    for (size_t i = 0; i < count; i++)
        if (claims[i].was_owned && !tf_owner_decode(claims[i].found, &owner))
            return tf_fault_set(fault, TF_E_CONFIG, "a claim in Redis is none of taxflow's (format %u); give taxflow a Redis or a topic prefix of "
                                                    "its own",
                                claims[i].found[0]);
    return TF_OK;
}

static bool same_body(const struct tf_claim *claim)
{
    struct tf_owner mine, other;
    return tf_owner_decode(claim->owner, &mine) && tf_owner_decode(claim->found, &other) &&
           memcmp(mine.body_hash, other.body_hash, sizeof mine.body_hash) == 0;
}

/* Whether the owner found is the very record whose dead letter was replayed. */
static bool stems_from(const struct tf_item *item, const struct tf_claim *claim)
{
    struct tf_owner owner;
    uint32_t partition;
    int64_t offset;
    return claim->was_owned && tf_position_read(item->tf_origin, &partition, &offset) && tf_owner_decode(claim->found, &owner) &&
           owner.partition == partition && owner.offset == offset;
}

/* Only from the owner that was found: a zombie of the batch before may have come in between. */
static enum tf_err take_over(struct tf_ledger *ledger, struct tf_claim *claim, bool *ret_taken, struct tf_fault *fault)
{
    uint8_t key[TF_DEDUP_SCOPE_MAX + TF_HASH16_BYTES], expected[TF_EVENT_OWNER_BYTES];
    size_t scope = strlen(claim->scope);
    memcpy(key, claim->scope, scope);
    memcpy(key + scope, claim->id.bytes, TF_HASH16_BYTES);
    memcpy(expected, claim->found, sizeof expected);
    const struct tf_dedup_guard guard = tf_epoch_guard(ledger);
    struct tf_dedup_swap swap = {
        .guard = ledger->restore ? &guard : NULL,
        .entry = {.suffix = {(const char *)key, scope + TF_HASH16_BYTES},
                  .value = {(const char *)claim->owner, TF_EVENT_OWNER_BYTES},
                  .ttl_ms = ledger->options.config ? ledger->options.config->redis.window_s * 1000 : 0},
        .expected = {(const char *)expected, sizeof expected},
    };
    enum tf_err err = tf_dedup_replace(ledger->dedup, &swap, fault);
    if (err == TF_E_RESTORE)
        tf_epoch_lose(ledger);
    *ret_taken = swap.swapped;
    if (err == TF_OK && !swap.swapped)
        memcpy(claim->found, swap.found, sizeof claim->found);
    return err;
}

static struct tf_series *lose_against(const struct tf_ledger *ledger, const struct tf_claim *claim, struct tf_item *item)
{
    memcpy(item->other, claim->found, sizeof item->other);
    if (same_body(claim)) {
        item->outcome = TF_OUTCOME_DUPLICATE;
        return ledger->duplicate;
    }
    item->outcome = TF_OUTCOME_DEAD;
    item->problem = (struct tf_problem){
        .err = TF_E_CONFLICT,
        .path = TF_STR("$"),
        .detail = TF_STR("another record with this source and id has another body; send a change with a higher revision"),
    };
    return ledger->conflict;
}

static bool is_own(const struct tf_claim *claim)
{
    return claim->was_owned && tf_owner_same(claim->found, claim->owner);
}

static void decide(const struct tf_ledger *ledger, const struct tf_claim *claim, struct tf_item *item)
{
    struct tf_series *series = claim->was_owned ? ledger->claimed_own : ledger->claimed_new;
    item->claimed_locally |= claim->local;
    if (claim->was_owned && !is_own(claim))
        series = lose_against(ledger, claim, item);
    else
        item->outcome = TF_OUTCOME_PROCESS;
    tf_metrics_add(series, 1);
}

/* Claims are made under the epoch; without a restore there is nothing that could be lost. */
static void run_claims(void *argument, unsigned worker)
{
    struct tf_ledger *ledger = argument;
    struct tf_ledger_claiming *claiming = &ledger->claiming;
    const struct tf_dedup_guard guard = tf_epoch_guard(ledger);
    (void)worker;
    claiming->err = tf_dedup_claim_guarded(ledger->dedup, ledger->restore ? &guard : NULL, ledger->claims, claiming->count, &claiming->fault);
    if (claiming->err == TF_OK && claiming->shares)
        claiming->err = tf_shares_run(ledger, claiming->batch, claiming->slice, &claiming->fault);
}

static void begin(struct tf_ledger *ledger, size_t count)
{
    ledger->claiming.count = count;
    ledger->claiming.fault = (struct tf_fault){0};
    tf_team_begin(ledger->helper, run_claims, ledger);
}

static enum tf_err end(struct tf_ledger *ledger, struct tf_fault *fault)
{
    struct tf_ledger_claiming *claiming = &ledger->claiming;
    tf_team_wait(ledger->helper);
    if (claiming->err == TF_E_RESTORE)
        tf_epoch_lose(ledger);
    return claiming->err == TF_OK ? check_values(ledger->claims, claiming->count, fault) : tf_fault_set(fault, claiming->err, "%s", claiming->fault.text);
}

static bool is_replay_to_claim(const struct tf_item *item)
{
    return item->outcome == TF_OUTCOME_PROCESS && tf_item_claim_kind(item) == TF_CLAIM_REPLAY;
}

/* A replay that died left its claim behind; the replay of its dead letter takes it over, the first of them. */
static enum tf_err inherit(struct tf_ledger *ledger, const struct tf_item *item, struct tf_claim *claim, struct tf_fault *fault)
{
    bool taken = false;
    if (!stems_from(item, claim) || !tf_dedup_forgets(ledger->dedup))
        return TF_OK;
    TF_TRY(take_over(ledger, claim, &taken, fault));
    if (!taken && claim->found[0] == 0)
        return tf_fault_set(fault, TF_E_ABORTED, "a claim went while it was taken over; the batch runs again");
    claim->was_owned = !taken;
    return TF_OK;
}

/* Only those that the shared claim let through: one that loses it must not stand in the way of another. */
static enum tf_err claim_replays(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_slice slice, struct tf_fault *fault)
{
    size_t count = 0;
    for (size_t i = slice.first; i < slice.end; i++)
        if (is_replay_to_claim(&batch->items[i]))
            add_claim(ledger, &count, &batch->items[i], ledger->replay_scope, batch->items[i].owner);
    if (count == 0)
        return TF_OK;
    ledger->claiming.shares = false; /* the record they go back to has shared what there is */
    begin(ledger, count);
    TF_TRY(end(ledger, fault));
    struct tf_claim *claim = ledger->claims;
    for (size_t i = slice.first; i < slice.end; i++) {
        struct tf_item *item = &batch->items[i];
        if (!is_replay_to_claim(item))
            continue;
        TF_TRY(inherit(ledger, item, claim, fault));
        decide(ledger, claim++, item);
        if (item->outcome == TF_OUTCOME_DEAD)
            memset(item->other, 0, sizeof item->other); /* it did not lose the shared claim: nothing a restore may take from it */
    }
    return TF_OK;
}

/* Who owns what was decided before: every record that comes is to be judged. */
static void own_all(struct tf_batch *batch, struct tf_slice slice)
{
    for (size_t i = slice.first; i < slice.end; i++) {
        if (!tf_item_wants_claim(&batch->items[i]))
            continue;
        name_owner(&batch->items[i]);
        batch->items[i].outcome = TF_OUTCOME_PROCESS;
    }
}

enum tf_err tf_ledger_claim_begin(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_slice slice, struct tf_fault *fault)
{
    if (!ledger->dedup) {
        ledger->claiming.slice = slice;
        return TF_OK;
    }
    TF_TRY(reserve(ledger, slice.end - slice.first, fault));
    TF_TRY(tf_shares_begin(ledger, slice));
    ledger->claiming.slice = slice;
    ledger->claiming.batch = batch;
    ledger->claiming.shares = true;
    begin(ledger, fill_shared(ledger, batch, slice));
    return TF_OK;
}

enum tf_err tf_ledger_claim_end(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault)
{
    const struct tf_slice slice = ledger->claiming.slice;
    if (!ledger->dedup) {
        own_all(batch, slice);
        return TF_OK;
    }
    TF_TRY(end(ledger, fault));
    const struct tf_claim *claim = ledger->claims;
    for (size_t i = slice.first; i < slice.end; i++)
        if (tf_item_wants_claim(&batch->items[i]))
            decide(ledger, claim++, &batch->items[i]);
    return claim_replays(ledger, batch, slice, fault);
}
