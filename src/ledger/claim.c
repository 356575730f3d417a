#include <stdio.h>
#include <stdlib.h>

#include "ledger_internal.h"

static bool wants_claim(const struct tf_item *item)
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

static size_t fill_claims(struct tf_ledger *ledger, struct tf_batch *batch)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        struct tf_item *item = &batch->items[i];
        if (!wants_claim(item))
            continue;
        name_owner(item);
        struct tf_claim *claim = &ledger->claims[count++];
        claim->id = item->id;
        claim->scope = tf_item_claim_kind(item) == TF_CLAIM_REPLAY ? ledger->replay_scope : NULL;
        memcpy(claim->owner, item->owner, sizeof claim->owner);
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

/* Whether the owner is the very record whose dead letter was replayed: "topic:partition:offset" ends with its position. */
static bool stems_from(const struct tf_item *item, const struct tf_claim *claim)
{
    struct tf_owner owner;
    char end[48];
    if (!tf_str_present(item->tf_origin) || !tf_owner_decode(claim->found, &owner))
        return false;
    int length = snprintf(end, sizeof end, ":%u:%lld", owner.partition, (long long)owner.offset);
    return item->tf_origin.len > (size_t)length && memcmp(item->tf_origin.ptr + item->tf_origin.len - (size_t)length, end, (size_t)length) == 0;
}

/* A replay that died left its claim behind; the replay of its dead letter takes it over. */
static enum tf_err inherit(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault)
{
    struct tf_claim *claim = ledger->claims;
    for (size_t i = 0; i < batch->count; i++) {
        if (!wants_claim(&batch->items[i]))
            continue;
        struct tf_claim *own = claim++;
        if (!own->was_owned || !own->scope || !stems_from(&batch->items[i], own) || !tf_dedup_forgets(ledger->dedup))
            continue;
        uint8_t key[TF_DEDUP_SCOPE_MAX + TF_HASH16_BYTES];
        size_t scope = strlen(own->scope);
        memcpy(key, own->scope, scope);
        memcpy(key + scope, own->id.bytes, TF_HASH16_BYTES);
        const struct tf_dedup_entry entry = {
            .suffix = {(const char *)key, scope + TF_HASH16_BYTES},
            .value = {(const char *)own->owner, TF_EVENT_OWNER_BYTES},
            .ttl_ms = ledger->options.config ? ledger->options.config->redis.window_s * 1000 : 0,
        };
        TF_TRY(tf_dedup_store(ledger->dedup, &entry, 1, NULL, fault));
        own->was_owned = false;
    }
    return TF_OK;
}

static struct tf_series *decide(const struct tf_ledger *ledger, const struct tf_claim *claim, struct tf_item *item)
{
    bool own = claim->was_owned && tf_owner_same(claim->found, claim->owner);
    item->claimed_locally = claim->local;
    if (!claim->was_owned || own) {
        item->outcome = TF_OUTCOME_PROCESS;
        return own ? ledger->claimed_own : ledger->claimed_new;
    }
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

/* Claims are made under the epoch; without a restore there is nothing that could be lost. */
static enum tf_err claim_all(struct tf_ledger *ledger, size_t count, struct tf_fault *fault)
{
    if (!ledger->restore)
        return tf_dedup_claim(ledger->dedup, ledger->claims, count, fault);
    const struct tf_dedup_guard guard = tf_epoch_guard(ledger);
    enum tf_err err = tf_dedup_claim_guarded(ledger->dedup, &guard, ledger->claims, count, fault);
    if (err == TF_E_RESTORE)
        tf_epoch_lose(ledger);
    return err;
}

enum tf_err tf_ledger_claim(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault)
{
    TF_TRY(reserve(ledger, batch->count, fault));
    size_t count = fill_claims(ledger, batch);
    TF_TRY(claim_all(ledger, count, fault));
    TF_TRY(check_values(ledger->claims, count, fault));
    TF_TRY(inherit(ledger, batch, fault));
    const struct tf_claim *claim = ledger->claims;
    for (size_t i = 0; i < batch->count; i++)
        if (wants_claim(&batch->items[i]))
            tf_metrics_add(decide(ledger, claim++, &batch->items[i]), 1);
    return TF_OK;
}
