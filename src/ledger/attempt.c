/*
 * Attempts: what is tried is written down before a record is looked into. Whoever finds it when the partition is assigned knows
 * that its last owner ended without committing: by a crash, perhaps of one of those records. Once may be anybody's doing (a power
 * cut, the OOM killer, an operator), so the batch is tried again whole; the second time in a row it is halved, and so on.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "big_endian.h"
#include "checkpoint.h"

enum { ATTEMPT_VERSION = 1, FIRST_AT = 1, LENGTH_AT = 9, COUNT_AT = 13 };
enum { SUSPECT = 2 }; /* tries without a commit from which on a batch is halved */

void tf_attempt_encode(const struct tf_attempt *attempt, uint8_t out[TF_ATTEMPT_BYTES])
{
    out[0] = ATTEMPT_VERSION;
    tf_big_endian_put(out + FIRST_AT, (uint64_t)attempt->first, 8);
    tf_big_endian_put(out + LENGTH_AT, attempt->length, 4);
    tf_big_endian_put(out + COUNT_AT, attempt->count, 4);
}

bool tf_attempt_decode(struct tf_str value, struct tf_attempt *ret_attempt)
{
    const uint8_t *bytes = (const uint8_t *)value.ptr;
    if (value.len < TF_ATTEMPT_BYTES || bytes[0] == 0)
        return false;
    ret_attempt->first = (int64_t)tf_big_endian_get(bytes + FIRST_AT, 8);
    ret_attempt->length = (uint32_t)tf_big_endian_get(bytes + LENGTH_AT, 4);
    ret_attempt->count = (uint32_t)tf_big_endian_get(bytes + COUNT_AT, 4);
    return true;
}

/* Half of what crashed twice, down to one record. */
size_t tf_ledger_limit(const struct tf_ledger *ledger)
{
    size_t limit = SIZE_MAX;
    for (uint32_t p = 0; ledger->partitions && p < ledger->options.partitions; p++) {
        const struct tf_attempt *found = &ledger->partitions[p].found;
        size_t half = found->length > 1 ? found->length / 2 : 1;
        if (ledger->partitions[p].ours && found->length > 0 && found->count >= SUSPECT && half < limit)
            limit = half;
    }
    return limit;
}

static struct tf_problem crashed(void)
{
    return (struct tf_problem){
        .err = TF_E_CRASHED,
        .path = TF_STR("$"),
        .detail = TF_STR("judging this record ended the process three times; mend the program, then `taxflow dlq replay`"),
    };
}

/* What is known of a record before it is looked into. */
static void recognise(struct tf_ledger_partition *partition, struct tf_item *item)
{
    int64_t offset = item->position.offset;
    if (partition->done && tf_done_has(partition->done, offset)) {
        item->outcome = TF_OUTCOME_SKIPPED;
        item->judged_before = true;
        return;
    }
    const struct tf_attempt *found = &partition->found;
    if (found->length != 1 || found->first != offset)
        return;
    item->attempts = found->count + 1;
    if (found->count < TF_ATTEMPTS_MAX)
        return;
    item->attempts = found->count;
    item->outcome = TF_OUTCOME_DEAD;
    item->problem = crashed();
}

static bool same_batch(const struct tf_attempt *a, const struct tf_attempt *b)
{
    return a->length == b->length && a->first == b->first;
}

/* The number of the try: a record that stands alone counts its own, a batch only whether what crashed is in it. */
static struct tf_attempt attempt_of(const struct tf_ledger_partition *partition, const struct tf_checkpoint_mark *mark)
{
    const struct tf_attempt *found = &partition->found;
    struct tf_attempt attempt = {mark->first, (uint32_t)(mark->last - mark->first + 1), 1};
    bool again = found->length > 0 && attempt.first >= found->first; /* none is left once its last record is past */
    if (again)
        attempt.count = attempt.length == 1 && same_batch(&attempt, found) ? found->count + 1 : SUSPECT;
    return attempt;
}

static struct tf_dedup_pair write_attempt(const struct tf_ledger *ledger, struct tf_checkpoint_mark *mark, const struct tf_attempt *attempt)
{
    int length = snprintf(mark->suffix, sizeof mark->suffix, "try:%s:%" PRIu32, ledger->role, mark->partition);
    tf_attempt_encode(attempt, mark->value);
    return (struct tf_dedup_pair){{mark->suffix, (size_t)length}, {(const char *)mark->value, TF_ATTEMPT_BYTES}};
}

enum tf_err tf_ledger_attempt(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault)
{
    size_t marks = 0, pairs = 0;
    if (!ledger->partitions)
        return TF_OK;
    for (size_t i = 0; i < batch->count; i++) {
        struct tf_ledger_partition *partition = tf_ledger_partition(ledger, batch->items[i].position.partition);
        if (partition)
            recognise(partition, &batch->items[i]);
    }
    TF_TRY(tf_checkpoint_collect(ledger, batch, &marks, fault));
    for (size_t i = 0; i < marks; i++) {
        struct tf_ledger_partition *partition = tf_ledger_partition(ledger, ledger->marks[i].partition);
        struct tf_attempt attempt = partition ? attempt_of(partition, &ledger->marks[i]) : (struct tf_attempt){0};
        if (!partition || same_batch(&attempt, &partition->tried))
            continue;
        ledger->pairs[pairs++] = write_attempt(ledger, &ledger->marks[i], &attempt);
    }
    TF_TRY(tf_dedup_put_all(ledger->dedup, ledger->pairs, pairs, true, fault));
    for (size_t i = 0; i < marks; i++) {
        struct tf_ledger_partition *partition = tf_ledger_partition(ledger, ledger->marks[i].partition);
        if (partition)
            partition->tried = attempt_of(partition, &ledger->marks[i]);
    }
    return TF_OK;
}

/* The count before this try; a batch of several had none worth keeping. */
void tf_ledger_give_back(struct tf_ledger *ledger, const struct tf_batch *batch)
{
    size_t marks = 0, pairs = 0;
    if (!ledger->partitions || batch->count == 0 || tf_checkpoint_collect(ledger, batch, &marks, NULL) != TF_OK)
        return;
    for (size_t i = 0; i < marks; i++) {
        struct tf_ledger_partition *partition = tf_ledger_partition(ledger, ledger->marks[i].partition);
        if (partition && partition->tried.length > 0)
            ledger->pairs[pairs++] = write_attempt(ledger, &ledger->marks[i], &partition->found);
    }
    (void)!tf_dedup_put_all(ledger->dedup, ledger->pairs, pairs, true, NULL);
}
