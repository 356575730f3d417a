#include "exchange.h"

#include <stdlib.h>

#include "taxflow/clock.h"

enum {
    CHUNK_ROWS = 1024,     /* read at once */
    FOLLOW_ROWS = 16384,   /* between two batches */
    ROWS_MAX = 1000,       /* written with a batch, … */
    ROWS_PER_EVENT = 3,    /* … of the 16 for each record that it has room for */
    VALUE_BYTES_MAX = 900 * 1024,
    PAUSE_MS = 1000,       /* under load a counter that changes with every batch is not written with each of them */
};

struct tf_exchange {
    struct tf_process *process;
    struct tf_state *state;
    struct tf_tail *tail;   /* NULL: nothing is read */
    const struct tf_fraud_ruleset *ruleset; /* during a read */
    bool *ours;             /* by partition */
    uint32_t partitions;
    bool wanted;            /* others have partitions as well */
    bool begun;             /* the store keeps counters by partition */
    bool caught_up;
    uint64_t left_out, too_large, unreadable; /* rows without room, ours that are too long, and rows that are none; told once an assignment */
    int64_t written_ms;
    bool told;
    struct tf_buf value;
    struct tf_row_writer *writer; /* during a close */
};

struct tf_exchange *tf_exchange_create(struct tf_process *process, struct tf_state *state)
{
    struct tf_exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange)
        return NULL;
    exchange->process = process;
    exchange->state = state;
    tf_buf_init(&exchange->value, VALUE_BYTES_MAX);
    return exchange;
}

struct tf_exchange *tf_exchange_destroy(struct tf_exchange *exchange)
{
    if (!exchange)
        return NULL;
    tf_tail_destroy(exchange->tail);
    tf_buf_finish(&exchange->value);
    free(exchange->ours);
    free(exchange);
    return NULL;
}

void tf_exchange_assigned(struct tf_exchange *exchange, const struct tf_assignment *assignment)
{
    const uint32_t partitions = tf_process_partitions(exchange->process);
    exchange->tail = tf_tail_destroy(exchange->tail);
    tf_state_partials_end(exchange->state);
    free(exchange->ours);
    exchange->ours = calloc((size_t)partitions + 1, sizeof *exchange->ours);
    exchange->partitions = partitions;
    exchange->begun = exchange->caught_up = exchange->told = false;
    exchange->left_out = exchange->too_large = exchange->unreadable = 0;
    for (size_t i = 0; exchange->ours && i < assignment->count; i++)
        if (assignment->partitions[i] < partitions)
            exchange->ours[assignment->partitions[i]] = true;
    exchange->wanted = exchange->process->cluster && !tf_cluster_embedded(exchange->process->cluster) && assignment->count > 0
                       && assignment->count < partitions;
}

/* Rows from before the topics were made anew belong to none of our records. */
static void visit(void *self, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_exchange *exchange = self;
    if (position->partition >= exchange->partitions || position->timestamp_ms < exchange->process->control.since_ms)
        return;
    const struct tf_state_partial_row partial = {position->partition, exchange->ours[position->partition], row->key, row->value};
    const enum tf_err err = tf_state_partials_read(exchange->state, exchange->ruleset, &partial);
    exchange->left_out += err == TF_E_FULL;
    exchange->unreadable += err == TF_E_VALUE;
}

static void tell(struct tf_exchange *exchange)
{
    if (exchange->told || exchange->left_out + exchange->too_large + exchange->unreadable == 0)
        return;
    TF_LOG(TF_LOG_WARN, "tallies_left_out", "counters of partitions that found no room, or cannot be read: statistics of groups lack them",
           TF_FIELD_INT("no_room", exchange->left_out), TF_FIELD_INT("too_large", exchange->too_large), TF_FIELD_INT("unreadable", exchange->unreadable));
    exchange->told = true;
}

/* Until nothing has come for wait_ms, or most rows have. */
static size_t read_some(struct tf_exchange *exchange, const struct tf_fraud_ruleset *ruleset, size_t most, int64_t wait_ms)
{
    size_t rows = 0, more = CHUNK_ROWS;
    exchange->ruleset = ruleset;
    for (; more == CHUNK_ROWS && rows < most; rows += more)
        more = tf_tail_read(exchange->tail, CHUNK_ROWS, wait_ms, visit, exchange);
    tell(exchange);
    return rows;
}

static enum tf_err begin(struct tf_exchange *exchange, struct tf_fault *fault)
{
    if (!exchange->ours)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the counters of other partitions");
    if (!exchange->begun && tf_state_partials_begin(exchange->state) != TF_OK) {
        TF_LOG0(TF_LOG_WARN, "tallies_apart", "no room to exchange counters of groups: their statistics are of the partitions of this process");
        exchange->wanted = false;
        return TF_OK;
    }
    exchange->begun = true;
    return tf_tail_create(exchange->process->cluster, tf_process_config(exchange->process), TF_STREAM_TALLIES, true, &exchange->tail, fault);
}

enum tf_err tf_exchange_catch_up(struct tf_exchange *exchange, const struct tf_fraud_ruleset *ruleset, int64_t budget_ms, struct tf_fault *fault)
{
    if (!exchange->wanted || exchange->caught_up)
        return TF_OK;
    if (!exchange->tail)
        TF_TRY(begin(exchange, fault));
    if (!exchange->wanted)
        return TF_OK;
    read_some(exchange, ruleset, FOLLOW_ROWS, budget_ms);
    if (!tf_tail_ended(exchange->tail)) {
        TF_TRY(tf_tail_trouble(exchange->tail, fault));
        return TF_E_AGAIN;
    }
    tf_state_partials_compared(exchange->state);
    exchange->caught_up = true;
    return TF_OK;
}

void tf_exchange_follow(struct tf_exchange *exchange, const struct tf_fraud_ruleset *ruleset)
{
    if (exchange->caught_up)
        read_some(exchange, ruleset, FOLLOW_ROWS, 0);
}

static enum tf_err put(void *self, uint32_t partition, struct tf_str key, struct tf_str value)
{
    const struct tf_exchange *exchange = self;
    return tf_row_writer_put(exchange->writer, TF_STREAM_TALLIES, partition, key, value);
}

enum tf_err tf_exchange_close(struct tf_exchange *exchange, const struct tf_fraud_ruleset *ruleset, const struct tf_batch *batch,
                              struct tf_row_writer *writer)
{
    const size_t room = ROWS_PER_EVENT * batch->capacity;
    const int64_t now_ms = tf_clock_mono_ms();
    const bool busy = batch->count > batch->capacity / 2; /* another batch will follow */
    if (!exchange->caught_up || !tf_row_writer_keeps(writer, TF_STREAM_TALLIES) || (busy && now_ms - exchange->written_ms < PAUSE_MS))
        return TF_OK;
    exchange->writer = writer;
    exchange->written_ms = now_ms;
    return tf_state_partials_write(exchange->state, ruleset, room < ROWS_MAX ? room : ROWS_MAX,
                                   &(struct tf_state_partial_writer){&exchange->value, &exchange->too_large, put, exchange});
}

bool tf_exchange_tells(const void *self, struct tf_hash16 group)
{
    const struct tf_exchange *exchange = self;
    return !exchange->caught_up || exchange->ours[tf_hash16_u64(group) % exchange->partitions];
}
