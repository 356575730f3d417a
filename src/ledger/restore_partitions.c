/*
 * A look at partitions just assigned: what their last owner tried, and which of their records were judged although the group
 * stands before them (a rewind: an operator put it back, or it lost its offsets). Only rows that are really there count: Redis may
 * remember a commit that Kafka lost.
 */
#include <stdlib.h>

#include "restore.h"

/* Each partition of ours has three spans: results, and the two kinds of rows that leave no verdict. */
enum { SPANS_EACH = 3 };

static bool wants_look(const struct tf_ledger_partition *partition)
{
    return partition->ours && !partition->looked;
}

static void look_over(struct tf_ledger *ledger, struct tf_ledger_partition *partition)
{
    partition->looked = true;
    ledger->unlooked--;
}

static int64_t began(const struct tf_ledger *ledger, uint32_t partition)
{
    int64_t next = ledger->options.next_offset(ledger->options.self, partition);
    return next < 0 ? 0 : next;
}

/* Two marks a partition, one after the other: ck, try. */
static void take_mark(void *self, size_t number, struct tf_str value)
{
    struct tf_restore *restore = self;
    struct tf_ledger *ledger = restore->ledger;
    size_t first = number / 2 * SPANS_EACH;
    struct tf_restore_span *about = &restore->about[first];
    struct tf_checkpoint checkpoint;
    struct tf_attempt attempt;
    if (number % 2 == 0 && tf_checkpoint_decode(value, &checkpoint)) {
        bool trusted = checkpoint.result_next >= 0 &&
                       memcmp(checkpoint.nonce, ledger->epoch + TF_DEDUP_RUN_ID_LEN, TF_EPOCH_NONCE_LEN) == 0;
        restore->spans[first].from = trusted ? checkpoint.result_next : -1;
        for (size_t i = 1; i < SPANS_EACH && checkpoint.at_ms - TF_RESTORE_SKEW_MS > restore->spans[first + i].from_ms; i++)
            restore->spans[first + i].from_ms = checkpoint.at_ms - TF_RESTORE_SKEW_MS;
        about->highest = checkpoint.highest;
    }
    if (number % 2 == 1 && tf_attempt_decode(value, &attempt) && attempt.length > 0 && attempt.first >= began(ledger, about->partition))
        tf_ledger_partition(ledger, about->partition)->found = attempt;
}

static enum tf_err read_marks(struct tf_restore *restore, struct tf_fault *fault)
{
    struct tf_restore_keys keys;
    TF_TRY(tf_restore_keys_init(&keys, restore->spans_count, fault));
    for (size_t i = 0; i < restore->spans_count; i += SPANS_EACH) {
        tf_restore_keys_add(&keys, "ck", restore->ledger->role, restore->about[i].partition);
        tf_restore_keys_add(&keys, "try", restore->ledger->role, restore->about[i].partition);
    }
    enum tf_err err = tf_dedup_get_all(restore->ledger->dedup, keys.suffixes, keys.count, take_mark, restore, fault);
    tf_restore_keys_finish(&keys);
    return err;
}

/* Every kind of row that a judged record leaves behind. */
static void add_rows(struct tf_restore *restore, uint32_t partition, int64_t from_ms)
{
    const char *role = restore->ledger->role;
    tf_restore_add(restore, role, tf_stream_named(role), partition, -1, from_ms);
    tf_restore_add(restore, role, TF_STREAM_DUPLICATES, partition, -1, from_ms);
    tf_restore_add(restore, role, TF_STREAM_DLQ, partition, -1, from_ms);
}

enum tf_err tf_restore_begin_ours(struct tf_restore *restore, struct tf_fault *fault)
{
    struct tf_ledger *ledger = restore->ledger;
    if (ledger->unlooked == 0)
        return TF_OK;
    TF_TRY(tf_restore_reserve(restore, ledger->unlooked * SPANS_EACH, fault));
    for (uint32_t p = 0; p < ledger->options.partitions; p++)
        if (wants_look(&ledger->partitions[p]))
            add_rows(restore, p, tf_restore_window_ms(restore));
    TF_TRY(read_marks(restore, fault));
    return tf_restore_enter(restore, TF_RESTORE_OURS, NULL, fault);
}

/* Offset of the record a duplicate or dead letter of ours is about; -1 when it is none of ours. */
static int64_t own_offset(const struct tf_restore *restore, const struct tf_restore_span *about, const struct tf_row *row)
{
    uint32_t partition = 0;
    int64_t offset = -1;
    bool ours = tf_str_is(tf_restore_header(row, "tf_role"), restore->ledger->role) &&
                tf_position_read(tf_restore_header(row, "tf_position"), &partition, &offset) && partition == about->partition;
    return ours ? offset : -1;
}

/* Claims stand in Redis while the epoch does, but for those made without it. */
void tf_restore_take_ours(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_restore *restore = self;
    struct tf_restore_span *about = &restore->about[span];
    struct tf_ledger_claimed claimed;
    int64_t offset = -1;
    if (row->stream == TF_STREAM_DUPLICATES || row->stream == TF_STREAM_DLQ)
        offset = own_offset(restore, about, row);
    else if (tf_ledger_header_read(tf_restore_header(row, "tf_owner"), &claimed) && claimed.owner.partition == about->partition)
        offset = claimed.owner.offset;
    about->highest = offset > about->highest ? offset : about->highest;
    if (tf_str_is(tf_restore_header(row, "tf_dedup"), "local"))
        tf_restore_take_claim(self, span, position, row);
}

/* The group stands before records that were judged: find out when the first of them was written. */
static enum tf_err begin_rewinds(struct tf_restore *restore, size_t count, struct tf_fault *fault)
{
    struct tf_ledger *ledger = restore->ledger;
    TF_TRY(tf_restore_reserve(restore, count, fault));
    for (uint32_t p = 0; p < ledger->options.partitions; p++)
        if (wants_look(&ledger->partitions[p]))
            tf_restore_add(restore, ledger->role, TF_STREAM_AUDIT, p, began(ledger, p), 0);
    return tf_restore_enter(restore, TF_RESTORE_REWINDS, NULL, fault);
}

static int64_t highest_of(const struct tf_restore *restore, size_t first)
{
    int64_t highest = -1;
    for (size_t i = first; i < first + SPANS_EACH; i++)
        highest = restore->about[i].highest > highest ? restore->about[i].highest : highest;
    return highest;
}

enum tf_err tf_restore_end_ours(struct tf_restore *restore, struct tf_fault *fault)
{
    struct tf_ledger *ledger = restore->ledger;
    for (size_t i = 0; i < restore->spans_count; i += SPANS_EACH) {
        struct tf_ledger_partition *partition = tf_ledger_partition(ledger, restore->about[i].partition);
        partition->result_next = restore->spans[i].end;
        partition->highest = highest_of(restore, i);
        if (partition->highest < began(ledger, restore->about[i].partition))
            look_over(ledger, partition);
        else
            partition->found.length = 0; /* it is of the place the group was put back from */
    }
    if (ledger->unlooked > 0)
        return begin_rewinds(restore, ledger->unlooked, fault);
    tf_restore_leave(restore);
    return TF_OK;
}

void tf_restore_take_rewind(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_restore *restore = self;
    (void)row;
    if (restore->about[span].rewound_ms < 0)
        restore->about[span].rewound_ms = position->timestamp_ms > TF_RESTORE_SKEW_MS ? position->timestamp_ms - TF_RESTORE_SKEW_MS : 0;
}

bool tf_restore_rewinds_known(const struct tf_restore *restore)
{
    for (size_t i = 0; i < restore->spans_count; i++)
        if (restore->about[i].rewound_ms < 0)
            return false;
    return true;
}

static enum tf_err map_partition(struct tf_restore *restore, const struct tf_restore_span *about, struct tf_fault *fault)
{
    struct tf_ledger *ledger = restore->ledger;
    struct tf_ledger_partition *partition = tf_ledger_partition(ledger, about->partition);
    tf_done_destroy(partition->done);
    partition->done = tf_done_create(began(ledger, about->partition), partition->highest);
    return partition->done ? TF_OK : tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the positions of a rewind");
}

enum tf_err tf_restore_end_rewinds(struct tf_restore *restore, struct tf_fault *fault)
{
    size_t count = restore->spans_count;
    struct tf_restore_span *rewinds = restore->about;
    restore->about = NULL; /* read while the spans that follow from it are listed */
    enum tf_err err = tf_restore_reserve(restore, count * SPANS_EACH, fault);
    for (size_t i = 0; i < count && err == TF_OK; i++) {
        if (rewinds[i].rewound_ms < 0) { /* retention took the records: there is nothing to come again */
            look_over(restore->ledger, tf_ledger_partition(restore->ledger, rewinds[i].partition));
            continue;
        }
        int64_t from_ms = rewinds[i].rewound_ms > restore->ledger->options.since_ms ? rewinds[i].rewound_ms : restore->ledger->options.since_ms;
        err = map_partition(restore, &rewinds[i], fault);
        if (err == TF_OK)
            add_rows(restore, rewinds[i].partition, from_ms);
    }
    free(rewinds);
    if (err == TF_OK && restore->spans_count == 0)
        tf_restore_leave(restore);
    return err == TF_OK && restore->spans_count > 0 ? tf_restore_enter(restore, TF_RESTORE_POSITIONS, NULL, fault) : err;
}

void tf_restore_take_position(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_restore *restore = self;
    struct tf_ledger *ledger = restore->ledger;
    struct tf_ledger_partition *partition = tf_ledger_partition(ledger, restore->about[span].partition);
    struct tf_ledger_claimed claimed;
    (void)position;
    if (row->stream == TF_STREAM_DUPLICATES || row->stream == TF_STREAM_DLQ) {
        tf_done_add(partition->done, own_offset(restore, &restore->about[span], row));
    } else if (tf_ledger_header_read(tf_restore_header(row, "tf_owner"), &claimed) && claimed.owner.partition == restore->about[span].partition) {
        tf_done_add(partition->done, claimed.owner.offset);
    }
}

enum tf_err tf_restore_end_positions(struct tf_restore *restore, struct tf_fault *fault)
{
    struct tf_ledger *ledger = restore->ledger;
    (void)fault;
    for (size_t i = 0; i < restore->spans_count; i += SPANS_EACH) {
        struct tf_ledger_partition *partition = tf_ledger_partition(ledger, restore->about[i].partition);
        restore->found.rewound += tf_done_count(partition->done);
        restore->found.rewound_partition = restore->about[i].partition;
        look_over(ledger, partition);
    }
    tf_restore_leave(restore);
    return TF_OK;
}
