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

/* A replay asks twice: for its role's own key, and for the shared one in the name of the record it goes back to. */
static size_t claims_of(const struct tf_item *item)
{
    return tf_item_claim_kind(item) == TF_CLAIM_REPLAY ? 2 : 1;
}

static void fill_claim(struct tf_claim *claim, const struct tf_item *item, const char *scope, const uint8_t *owner)
{
    *claim = (struct tf_claim){.id = item->id, .scope = scope};
    memcpy(claim->owner, owner, sizeof claim->owner);
}

static size_t fill_claims(struct tf_ledger *ledger, struct tf_batch *batch)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        struct tf_item *item = &batch->items[i];
        uint8_t root[TF_EVENT_OWNER_BYTES];
        if (!wants_claim(item))
            continue;
        name_owner(item);
        if (claims_of(item) == 1) {
            fill_claim(&ledger->claims[count++], item, NULL, item->owner);
            continue;
        }
        fill_claim(&ledger->claims[count++], item, ledger->replay_scope, item->owner);
        fill_claim(&ledger->claims[count++], item, NULL, tf_owner_root(item, root) ? root : item->owner);
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
    uint8_t key[TF_DEDUP_SCOPE_MAX + TF_HASH16_BYTES];
    size_t scope = strlen(claim->scope);
    memcpy(key, claim->scope, scope);
    memcpy(key + scope, claim->id.bytes, TF_HASH16_BYTES);
    const struct tf_dedup_entry entry = {
        .suffix = {(const char *)key, scope + TF_HASH16_BYTES},
        .value = {(const char *)claim->owner, TF_EVENT_OWNER_BYTES},
        .ttl_ms = ledger->options.config ? ledger->options.config->redis.window_s * 1000 : 0,
    };
    uint8_t expected[TF_EVENT_OWNER_BYTES];
    memcpy(expected, claim->found, sizeof expected);
    return tf_dedup_replace(ledger->dedup, &entry, (struct tf_str){(const char *)expected, sizeof expected}, ret_taken, claim->found, fault);
}

/* Others of the batch asked before the claim was taken over, and were told of the owner that was. */
static void tell_others(struct tf_claim *claims, size_t count, const struct tf_claim *heir)
{
    for (struct tf_claim *other = claims; other < claims + count; other++)
        if (other > heir && other->scope && tf_hash16_eq(other->id, heir->id))
            memcpy(other->found, heir->owner, sizeof other->found);
}

/* A replay that died left its claim behind; the replay of its dead letter takes it over, the first of them. */
static enum tf_err inherit(struct tf_ledger *ledger, const struct tf_batch *batch, size_t count, struct tf_fault *fault)
{
    struct tf_claim *claim = ledger->claims;
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_item *item = &batch->items[i];
        if (!wants_claim(item))
            continue;
        struct tf_claim *own = claim;
        claim += claims_of(item);
        if (!own->scope || !stems_from(item, own) || !tf_dedup_forgets(ledger->dedup))
            continue;
        bool taken = false;
        TF_TRY(take_over(ledger, own, &taken, fault));
        if (!taken && own->found[0] == 0)
            return tf_fault_set(fault, TF_E_ABORTED, "a claim went while it was taken over; the batch runs again");
        own->was_owned = !taken;
        if (taken)
            tell_others(ledger->claims, count, own);
    }
    return TF_OK;
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

/* claims: one, or two of a replay. */
static struct tf_series *decide(const struct tf_ledger *ledger, const struct tf_claim *claims, struct tf_item *item)
{
    item->claimed_locally = claims[0].local;
    for (size_t c = claims_of(item); c > 0; c--)
        if (claims[c - 1].was_owned && !is_own(&claims[c - 1]))
            return lose_against(ledger, &claims[c - 1], item);
    item->outcome = TF_OUTCOME_PROCESS;
    return claims[0].was_owned ? ledger->claimed_own : ledger->claimed_new;
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
    TF_TRY(reserve(ledger, 2 * batch->count, fault));
    size_t count = fill_claims(ledger, batch);
    TF_TRY(claim_all(ledger, count, fault));
    TF_TRY(check_values(ledger->claims, count, fault));
    TF_TRY(inherit(ledger, batch, count, fault));
    const struct tf_claim *claim = ledger->claims;
    for (size_t i = 0; i < batch->count; i++) {
        struct tf_item *item = &batch->items[i];
        if (!wants_claim(item))
            continue;
        tf_metrics_add(decide(ledger, claim, item), 1);
        claim += claims_of(item);
    }
    return TF_OK;
}
