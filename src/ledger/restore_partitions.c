/*
 * A look at partitions just assigned: what their last owner tried, and which of their records were judged although the group
 * stands before them (a rewind: an operator put it back, or it lost its offsets). Only rows that are really there count: Redis may
 * remember a commit that Kafka lost.
 */
#include <stdlib.h>

#include "restore.h"

enum { SKEW_MS = 60000 /* clocks of a record's writer and of its judge may differ */ };

static enum tf_stream result_stream(const char *role)
{
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        if (strcmp(tf_stream_name((enum tf_stream)s), role) == 0)
            return (enum tf_stream)s;
    return TF_STREAM_COUNT;
}

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
    struct tf_restore_span *about = &restore->about[number / 2];
    struct tf_ledger_partition *partition = tf_ledger_partition(ledger, about->partition);
    struct tf_checkpoint checkpoint;
    struct tf_attempt attempt;
    if (number % 2 == 0 && tf_checkpoint_decode(value, &checkpoint)) {
        bool trusted = checkpoint.result_next >= 0 &&
                       memcmp(checkpoint.nonce, ledger->epoch + TF_DEDUP_RUN_ID_LEN, TF_EPOCH_NONCE_LEN) == 0;
        restore->spans[number / 2].from = trusted ? checkpoint.result_next : -1;
        about->highest = checkpoint.highest;
    }
    if (number % 2 == 1 && tf_attempt_decode(value, &attempt) && attempt.length > 0 && attempt.first >= began(ledger, about->partition))
        partition->found = attempt;
}

static enum tf_err read_marks(struct tf_restore *restore, struct tf_fault *fault)
{
    struct tf_restore_keys keys;
    TF_TRY(tf_restore_keys_init(&keys, restore->spans_count * 2, fault));
    for (size_t i = 0; i < restore->spans_count; i++) {
        tf_restore_keys_add(&keys, "ck", restore->ledger->role, restore->about[i].partition);
        tf_restore_keys_add(&keys, "try", restore->ledger->role, restore->about[i].partition);
    }
    enum tf_err err = tf_dedup_get_all(restore->ledger->dedup, keys.suffixes, keys.count, take_mark, restore, fault);
    tf_restore_keys_finish(&keys);
    return err;
}

enum tf_err tf_restore_begin_ours(struct tf_restore *restore, struct tf_fault *fault)
{
    struct tf_ledger *ledger = restore->ledger;
    if (ledger->unlooked == 0)
        return TF_OK;
    TF_TRY(tf_restore_reserve(restore, ledger->unlooked, fault));
    for (uint32_t p = 0; p < ledger->options.partitions; p++)
        if (wants_look(&ledger->partitions[p]))
            tf_restore_add(restore, ledger->role, result_stream(ledger->role), p, -1, tf_restore_window_ms(restore));
    TF_TRY(read_marks(restore, fault));
    return tf_restore_enter(restore, TF_RESTORE_OURS, NULL, fault);
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

enum tf_err tf_restore_end_ours(struct tf_restore *restore, struct tf_fault *fault)
{
    struct tf_ledger *ledger = restore->ledger;
    for (size_t i = 0; i < restore->spans_count; i++) {
        const struct tf_restore_span *about = &restore->about[i];
        struct tf_ledger_partition *partition = tf_ledger_partition(ledger, about->partition);
        partition->result_next = restore->spans[i].end;
        partition->highest = about->highest;
        if (about->highest < began(ledger, about->partition))
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
        restore->about[span].rewound_ms = position->timestamp_ms > SKEW_MS ? position->timestamp_ms - SKEW_MS : 0;
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

/* Every kind of row that a judged record leaves behind. */
static void add_rows(struct tf_restore *restore, uint32_t partition, int64_t from_ms)
{
    const char *role = restore->ledger->role;
    tf_restore_add(restore, role, result_stream(role), partition, -1, from_ms);
    tf_restore_add(restore, role, TF_STREAM_DUPLICATES, partition, -1, from_ms);
    tf_restore_add(restore, role, TF_STREAM_DLQ, partition, -1, from_ms);
}

enum tf_err tf_restore_end_rewinds(struct tf_restore *restore, struct tf_fault *fault)
{
    size_t count = restore->spans_count;
    struct tf_restore_span *rewinds = restore->about;
    restore->about = NULL; /* read while the spans that follow from it are listed */
    enum tf_err err = tf_restore_reserve(restore, count * 3, fault);
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

/* Offset at the end of "topic:partition:offset"; -1 when it is none. */
static int64_t offset_of(struct tf_str position)
{
    uint64_t offset = 0;
    size_t at = position.len;
    while (at > 0 && position.ptr[at - 1] != ':')
        at--;
    return at > 0 && tf_str_to_u64((struct tf_str){position.ptr + at, position.len - at}, INT64_MAX, &offset) ? (int64_t)offset : -1;
}

void tf_restore_take_position(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_restore *restore = self;
    struct tf_ledger *ledger = restore->ledger;
    struct tf_ledger_partition *partition = tf_ledger_partition(ledger, restore->about[span].partition);
    struct tf_ledger_claimed claimed;
    (void)position;
    if (row->stream == TF_STREAM_DUPLICATES || row->stream == TF_STREAM_DLQ) {
        if (tf_str_is(tf_restore_header(row, "tf_role"), ledger->role))
            tf_done_add(partition->done, offset_of(tf_restore_header(row, "tf_position")));
    } else if (tf_ledger_header_read(tf_restore_header(row, "tf_owner"), &claimed) && claimed.owner.partition == restore->about[span].partition) {
        tf_done_add(partition->done, claimed.owner.offset);
    }
}

enum tf_err tf_restore_end_positions(struct tf_restore *restore, struct tf_fault *fault)
{
    struct tf_ledger *ledger = restore->ledger;
    (void)fault;
    for (size_t i = 0; i < restore->spans_count; i += 3) {
        struct tf_ledger_partition *partition = tf_ledger_partition(ledger, restore->about[i].partition);
        restore->found.rewound += tf_done_count(partition->done);
        restore->found.rewound_partition = restore->about[i].partition;
        look_over(ledger, partition);
    }
    tf_restore_leave(restore);
    return TF_OK;
}
