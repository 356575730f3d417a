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
        memcpy(claim->owner, item->owner, sizeof claim->owner);
    }
    return count;
}

/* Before any outcome is set: a value of another version cannot be compared, and guessing would lose or double a record. */
static enum tf_err check_versions(const struct tf_claim *claims, size_t count, struct tf_fault *fault)
{
    struct tf_owner owner;
    for (size_t i = 0; i < count; i++)
        if (claims[i].was_owned && !tf_owner_decode(claims[i].found, &owner))
            return tf_fault_set(fault, TF_E_CONFIG, "a claim in Redis has format %u, which this version does not know; run the version that "
                                                    "wrote it",
                                claims[i].found[0]);
    return TF_OK;
}

static bool same_body(const struct tf_claim *claim)
{
    struct tf_owner mine, other;
    return tf_owner_decode(claim->owner, &mine) && tf_owner_decode(claim->found, &other) &&
           memcmp(mine.body_hash, other.body_hash, sizeof mine.body_hash) == 0;
}

static struct tf_series *decide(const struct tf_ledger *ledger, const struct tf_claim *claim, struct tf_item *item)
{
    bool own = claim->was_owned && memcmp(claim->found, claim->owner, sizeof claim->owner) == 0;
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

enum tf_err tf_ledger_claim(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault)
{
    TF_TRY(reserve(ledger, batch->count, fault));
    size_t count = fill_claims(ledger, batch);
    TF_TRY(tf_dedup_claim(ledger->dedup, ledger->claims, count, fault));
    TF_TRY(check_versions(ledger->claims, count, fault));
    const struct tf_claim *claim = ledger->claims;
    for (size_t i = 0; i < batch->count; i++)
        if (wants_claim(&batch->items[i]))
            tf_metrics_add(decide(ledger, claim++, &batch->items[i]), 1);
    return TF_OK;
}
