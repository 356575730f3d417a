#include "checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "big_endian.h"

enum { CHECKPOINT_VERSION = 1, RESULT_AT = 1, HIGHEST_AT = 9, NONCE_AT = 17, TIME_AT = NONCE_AT + TF_EPOCH_NONCE_LEN };

void tf_checkpoint_encode(const struct tf_checkpoint *checkpoint, uint8_t out[TF_CHECKPOINT_BYTES])
{
    out[0] = CHECKPOINT_VERSION;
    tf_big_endian_put(out + RESULT_AT, (uint64_t)checkpoint->result_next, 8);
    tf_big_endian_put(out + HIGHEST_AT, (uint64_t)checkpoint->highest, 8);
    memcpy(out + NONCE_AT, checkpoint->nonce, TF_EPOCH_NONCE_LEN);
    tf_big_endian_put(out + TIME_AT, (uint64_t)checkpoint->at_ms, 8);
}

bool tf_checkpoint_decode(struct tf_str value, struct tf_checkpoint *ret_checkpoint)
{
    const uint8_t *bytes = (const uint8_t *)value.ptr;
    if (value.len < TF_CHECKPOINT_BYTES || bytes[0] == 0)
        return false;
    ret_checkpoint->result_next = (int64_t)tf_big_endian_get(bytes + RESULT_AT, 8);
    ret_checkpoint->highest = (int64_t)tf_big_endian_get(bytes + HIGHEST_AT, 8);
    memcpy(ret_checkpoint->nonce, bytes + NONCE_AT, TF_EPOCH_NONCE_LEN);
    ret_checkpoint->at_ms = (int64_t)tf_big_endian_get(bytes + TIME_AT, 8);
    return true;
}

/* A source hands partitions out in runs, so the mark looked for is nearly always the last. */
static struct tf_checkpoint_mark *find_mark(struct tf_checkpoint_mark *marks, size_t count, uint32_t partition)
{
    for (size_t i = count; i > 0; i--)
        if (marks[i - 1].partition == partition)
            return &marks[i - 1];
    return NULL;
}

static enum tf_err reserve(struct tf_ledger *ledger, size_t count, struct tf_fault *fault)
{
    if (count <= ledger->marks_capacity)
        return TF_OK;
    size_t capacity = ledger->marks_capacity ? ledger->marks_capacity * 2 : 16;
    struct tf_checkpoint_mark *marks = reallocarray(ledger->marks, capacity, sizeof *marks);
    if (marks)
        ledger->marks = marks;
    struct tf_dedup_pair *pairs = marks ? reallocarray(ledger->pairs, capacity, sizeof *pairs) : NULL;
    if (!pairs)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the checkpoints of %zu partitions", count);
    ledger->pairs = pairs;
    ledger->marks_capacity = capacity;
    return TF_OK;
}

enum tf_err tf_checkpoint_collect(struct tf_ledger *ledger, const struct tf_batch *batch, size_t *ret_count, struct tf_fault *fault)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_position *position = &batch->items[i].position;
        struct tf_checkpoint_mark *mark = find_mark(ledger->marks, count, position->partition);
        if (!mark) {
            TF_TRY(reserve(ledger, count + 1, fault));
            mark = &ledger->marks[count++];
            *mark = (struct tf_checkpoint_mark){.partition = position->partition, .first = position->offset, .last = position->offset};
        }
        mark->first = position->offset < mark->first ? position->offset : mark->first;
        mark->last = position->offset > mark->last ? position->offset : mark->last;
    }
    *ret_count = count;
    return TF_OK;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The books move on: after a rewind the highest offset judged stays what it was. */
static struct tf_checkpoint reach(struct tf_ledger *ledger, const struct tf_checkpoint_mark *mark, int64_t result_next, int64_t at_ms)
{
    struct tf_checkpoint checkpoint = {.result_next = result_next, .highest = mark->last, .at_ms = at_ms};
    struct tf_ledger_partition *partition = tf_ledger_partition(ledger, mark->partition);
    memset(checkpoint.nonce, '0', sizeof checkpoint.nonce);
    if (!partition)
        return checkpoint;
    memcpy(checkpoint.nonce, ledger->epoch + TF_DEDUP_RUN_ID_LEN, sizeof checkpoint.nonce);
    checkpoint.result_next = partition->result_next = larger(partition->result_next, result_next);
    checkpoint.highest = partition->highest = larger(partition->highest, mark->last);
    partition->tried.length = 0;
    if (partition->done && tf_done_passed(partition->done, mark->last)) /* committed: no batch runs again that needs it */
        partition->done = tf_done_destroy(partition->done);
    if (mark->last >= partition->found.first + (int64_t)partition->found.length - 1)
        partition->found.length = 0;
    return checkpoint;
}

static struct tf_dedup_pair write_mark(const struct tf_ledger *ledger, struct tf_checkpoint_mark *mark, const struct tf_checkpoint *checkpoint)
{
    int length = snprintf(mark->suffix, sizeof mark->suffix, "ck:%s:%" PRIu32, ledger->role, mark->partition);
    tf_checkpoint_encode(checkpoint, mark->value);
    return (struct tf_dedup_pair){{mark->suffix, (size_t)length}, {(const char *)mark->value, TF_CHECKPOINT_BYTES}};
}

enum tf_err tf_ledger_checkpoint(struct tf_ledger *ledger, const struct tf_batch *batch, int64_t (*result_offset)(void *self, uint32_t partition),
                                 void *self, struct tf_fault *fault)
{
    size_t count = 0;
    if (!ledger->dedup)
        return TF_OK;
    TF_TRY(tf_checkpoint_collect(ledger, batch, &count, fault));
    int64_t polled_ms = tf_dedup_unix_ms(ledger->dedup, batch->polled_mono_ms);
    for (size_t i = 0; i < count; i++) {
        /* The time of the poll: a zombie that wakes here must not date its old knowledge newer than its successor's rows. */
        const struct tf_checkpoint checkpoint =
            reach(ledger, &ledger->marks[i], result_offset(self, ledger->marks[i].partition), polled_ms);
        ledger->pairs[i] = write_mark(ledger, &ledger->marks[i], &checkpoint);
    }
    /* Without expiry: a partition may lie idle for longer than the window, and its committed offset must still be known. */
    if (!ledger->restore)
        return tf_dedup_put_all(ledger->dedup, ledger->pairs, count, false, fault);
    /* Not on another run of Redis: there it would vouch for claims that this run may have lost. */
    const struct tf_dedup_guard guard = tf_epoch_guard(ledger);
    enum tf_err err = tf_dedup_put_under(ledger->dedup, &guard, ledger->pairs, count, fault);
    if (err != TF_E_RESTORE)
        return err;
    tf_epoch_lose(ledger);
    return TF_OK;
}
