#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger_internal.h"

enum { VALUE_BYTES = 16, SUFFIX_BYTES = 96 };

/* What is written for one partition of the batch. */
struct tf_checkpoint_mark {
    uint32_t partition;
    int64_t offset; /* highest of the batch */
    char suffix[SUFFIX_BYTES];
    uint8_t value[VALUE_BYTES];
};

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

static enum tf_err collect(struct tf_ledger *ledger, const struct tf_batch *batch, size_t *ret_count, struct tf_fault *fault)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_position *position = &batch->items[i].position;
        struct tf_checkpoint_mark *mark = find_mark(ledger->marks, count, position->partition);
        if (!mark) {
            TF_TRY(reserve(ledger, count + 1, fault));
            mark = &ledger->marks[count++];
            mark->partition = position->partition;
            mark->offset = position->offset;
        }
        if (position->offset > mark->offset)
            mark->offset = position->offset;
    }
    *ret_count = count;
    return TF_OK;
}

static void put_big_endian(uint8_t out[8], uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

static struct tf_dedup_pair write_mark(const struct tf_ledger *ledger, struct tf_checkpoint_mark *mark, int64_t result_offset)
{
    int length = snprintf(mark->suffix, sizeof mark->suffix, "ck:%s:%" PRIu32, ledger->role, mark->partition);
    put_big_endian(mark->value, (uint64_t)result_offset);
    put_big_endian(mark->value + 8, (uint64_t)mark->offset);
    return (struct tf_dedup_pair){{mark->suffix, (size_t)length}, {(const char *)mark->value, VALUE_BYTES}};
}

enum tf_err tf_ledger_checkpoint(struct tf_ledger *ledger, const struct tf_batch *batch, int64_t (*result_offset)(void *self, uint32_t partition),
                                 void *self, struct tf_fault *fault)
{
    size_t count = 0;
    TF_TRY(collect(ledger, batch, &count, fault));
    for (size_t i = 0; i < count; i++)
        ledger->pairs[i] = write_mark(ledger, &ledger->marks[i], result_offset(self, ledger->marks[i].partition));
    /* Without expiry: a partition may lie idle for longer than the window, and its committed offset must still be known. */
    return tf_dedup_put_all(ledger->dedup, ledger->pairs, count, false, fault);
}
