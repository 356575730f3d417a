#include "transaction.h"

#include "properties.h"
#include "taxflow/clock.h"

enum {
    INIT_MS = 10000,
    INIT_SLICE_MS = 100,
    ASK_AGAIN_MS = 450, /* librdkafka: 500 after an answer */
    OFFSETS_MS = TF_TRANSACTION_TIMEOUT_MS,
    COMMIT_MS = TF_TRANSACTION_TIMEOUT_MS + 2000, /* past it the coordinator has ended the transaction by itself */
    FLUSH_MS = 1000,
    ABORT_MS = 5000,
    COMMITTED_MS = 10000,
    PAUSE_MS = 20,
    TWIN_SHOWS_MS = 2000, /* two heartbeats: a twin has our group.instance.id too, and the coordinator tells us */
};

static void forget_after(struct tf_transaction *transaction)
{
    if (transaction->after)
        rd_kafka_topic_partition_list_destroy(transaction->after);
    transaction->after = NULL;
}

static rd_kafka_t *handle(const struct tf_transaction *transaction)
{
    return tf_client_handle(tf_producer_client(transaction->producer));
}

static void drop_producer(struct tf_transaction *transaction)
{
    transaction->producer = tf_producer_destroy(transaction->producer);
}

static enum tf_err make_producer(struct tf_transaction *transaction, struct tf_fault *fault)
{
    if (transaction->producer)
        return TF_OK;
    transaction->made_ms = tf_clock_mono_ms();
    return tf_producer_create(transaction->options, true, transaction->reports, &transaction->producer, fault);
}

/*
 * Told that the coordinator still ends the transaction of the instance before, librdkafka asks again only after half a second; a new
 * handle asks at once. Only while the old one cannot have asked again: a question still under way would fence the new handle.
 */
static bool waits_idly(const struct tf_transaction *transaction, const rd_kafka_error_t *error)
{
    return rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS && tf_clock_mono_ms() - transaction->made_ms < ASK_AGAIN_MS;
}

static enum tf_err init(struct tf_transaction *transaction, int wait_ms, struct tf_fault *fault)
{
    TF_TRY(make_producer(transaction, fault));
    struct tf_client *client = tf_producer_client(transaction->producer);
    tf_client_probe(client, wait_ms); /* without a connection, too, it asks only after half a second */
    rd_kafka_error_t *error = rd_kafka_init_transactions(handle(transaction), wait_ms);
    rd_kafka_poll(handle(transaction), 0);
    if (!error) {
        tf_client_note_up(client);
        return TF_OK;
    }
    bool idle = waits_idly(transaction, error);
    enum tf_err err = tf_client_fail_error(client, error, "preparing transactions", fault);
    if (err == TF_E_TIMEOUT && idle)
        drop_producer(transaction);
    return err;
}

enum tf_err tf_transaction_prepare(struct tf_transaction *transaction, int wait_ms, struct tf_fault *fault)
{
    int64_t until = tf_clock_mono_ms() + wait_ms, left = wait_ms;
    enum tf_err err = TF_E_TIMEOUT;
    while (err == TF_E_TIMEOUT && left > 0) {
        err = init(transaction, left < INIT_SLICE_MS ? (int)left : INIT_SLICE_MS, fault);
        left = until - tf_clock_mono_ms();
    }
    return err;
}

void tf_transaction_finish(struct tf_transaction *transaction)
{
    drop_producer(transaction);
    forget_after(transaction);
}

/* A new handle that does not get ready is thrown away: the next attempt starts clean. */
static enum tf_err renew_producer(struct tf_transaction *transaction, struct tf_fault *fault)
{
    enum tf_err err = tf_transaction_prepare(transaction, INIT_MS, fault);
    if (err != TF_OK)
        drop_producer(transaction);
    return err == TF_E_ABORTED ? TF_E_UNAVAILABLE : err;
}

static bool reached(rd_kafka_topic_partition_list_t *committed, const rd_kafka_topic_partition_list_t *after)
{
    for (int i = 0; i < after->cnt; i++) {
        const rd_kafka_topic_partition_t *one = rd_kafka_topic_partition_list_find(committed, after->elems[i].topic, after->elems[i].partition);
        if (!one || one->offset < after->elems[i].offset)
            return false;
    }
    return true;
}

/*
 * The new producer's init_transactions has ended the old transaction one way or the other; the offsets were part of it, so
 * they tell which.
 */
static enum tf_err find_out(struct tf_transaction *transaction, struct tf_fault *fault)
{
    if (!transaction->producer)
        TF_TRY(renew_producer(transaction, fault));
    rd_kafka_topic_partition_list_t *committed = rd_kafka_topic_partition_list_copy(transaction->after);
    enum tf_err err = tf_consumer_committed(transaction->consumer, committed, COMMITTED_MS, fault);
    if (err == TF_OK)
        transaction->state = reached(committed, transaction->after) ? TF_TRANSACTION_SETTLED : TF_TRANSACTION_NONE;
    if (transaction->state == TF_TRANSACTION_NONE)
        forget_after(transaction);
    rd_kafka_topic_partition_list_destroy(committed);
    return err;
}

static bool same_end(const struct tf_transaction *transaction, const struct tf_batch *batch)
{
    rd_kafka_topic_partition_list_t *end = tf_consumer_offsets_after(transaction->consumer, batch);
    bool same = end->cnt == transaction->after->cnt && reached(end, transaction->after) && reached(transaction->after, end);
    rd_kafka_topic_partition_list_destroy(end);
    return same;
}

enum tf_err tf_transaction_begin(struct tf_transaction *transaction, const struct tf_batch *batch, struct tf_fault *fault)
{
    if (transaction->state == TF_TRANSACTION_OPEN)
        TF_TRY(tf_transaction_abort(transaction, fault));
    if (transaction->state == TF_TRANSACTION_UNKNOWN)
        TF_TRY(find_out(transaction, fault));
    if (transaction->state == TF_TRANSACTION_SETTLED && same_end(transaction, batch))
        return TF_OK;
    transaction->state = TF_TRANSACTION_NONE;
    forget_after(transaction);
    tf_reports_clear(transaction->reports);
    if (!transaction->producer)
        TF_TRY(renew_producer(transaction, fault));
    rd_kafka_error_t *error = rd_kafka_begin_transaction(handle(transaction));
    transaction->state = TF_TRANSACTION_OPEN;
    transaction->begun_ms = tf_clock_mono_ms();
    if (!error)
        return TF_OK;
    enum tf_err err = tf_client_fail_error(tf_producer_client(transaction->producer), error, "beginning a transaction", fault);
    return tf_transaction_review(transaction, err, fault);
}

/* Fresh metadata of the group each time: after a rebalance the old generation is refused, which is what fences a zombie. */
static rd_kafka_error_t *send_offsets(struct tf_transaction *transaction)
{
    rd_kafka_consumer_group_metadata_t *group =
        rd_kafka_consumer_group_metadata(tf_client_handle(tf_consumer_client(transaction->consumer)));
    rd_kafka_error_t *error = rd_kafka_send_offsets_to_transaction(handle(transaction), transaction->after, group, OFFSETS_MS);
    rd_kafka_consumer_group_metadata_destroy(group);
    return error;
}

static rd_kafka_error_t *commit(struct tf_transaction *transaction)
{
    return rd_kafka_commit_transaction(handle(transaction), COMMIT_MS);
}

static bool may_repeat(const rd_kafka_error_t *error)
{
    return rd_kafka_error_is_retriable(error) && !rd_kafka_error_txn_requires_abort(error) && !rd_kafka_error_is_fatal(error);
}

/* The transactional calls go on where they stopped when they are made again. */
static enum tf_err repeat(struct tf_transaction *transaction, rd_kafka_error_t *(*call)(struct tf_transaction *), int limit_ms, const char *doing,
                          struct tf_fault *fault)
{
    int64_t until = tf_clock_mono_ms() + limit_ms;
    rd_kafka_error_t *error = call(transaction);
    while (error && may_repeat(error) && tf_clock_mono_ms() < until) {
        rd_kafka_error_destroy(error);
        rd_kafka_poll(handle(transaction), PAUSE_MS);
        error = call(transaction);
    }
    return error ? tf_client_fail_error(tf_producer_client(transaction->producer), error, doing, fault) : TF_OK;
}

/* The words of a failed commit name the row that was refused, which librdkafka's own do not. */
static enum tf_err name_refusal(const struct tf_transaction *transaction, enum tf_err err, struct tf_fault *fault)
{
    if (err == TF_E_ABORTED && transaction->reports->failed)
        return tf_fault_set(fault, err, "Kafka: a row was not written: %s; the batch runs again", rd_kafka_err2str(transaction->reports->failed));
    return err;
}

/*
 * A transaction that outlived its time-out (a stopped process, a long pause) was ended by the coordinator, and librdkafka
 * calls that fenced as well. A real twin shows in the group.
 */
static bool fenced_by_twin(struct tf_transaction *transaction)
{
    struct tf_fault ignored;
    int64_t now = tf_clock_mono_ms();
    if (now - transaction->begun_ms <= TF_TRANSACTION_TIMEOUT_MS)
        return true;
    for (int64_t until = now + TWIN_SHOWS_MS; now < until; now = tf_clock_mono_ms()) {
        if (tf_client_fatal(tf_consumer_client(transaction->consumer), &ignored) != TF_OK)
            return true;
        rd_kafka_poll(handle(transaction), PAUSE_MS);
    }
    return false;
}

enum tf_err tf_transaction_review(struct tf_transaction *transaction, enum tf_err err, struct tf_fault *fault)
{
    if (err != TF_E_FATAL && err != TF_E_FENCED)
        return err;
    if (err == TF_E_FENCED && fenced_by_twin(transaction))
        return err;
    if (transaction->state == TF_TRANSACTION_OPEN)
        transaction->state = TF_TRANSACTION_NONE;
    drop_producer(transaction);
    if (err == TF_E_FENCED)
        return tf_fault_set(fault, TF_E_ABORTED, "Kafka: the broker ended a transaction that took longer than %d ms; the batch runs again",
                            TF_TRANSACTION_TIMEOUT_MS);
    if (fault)
        fault->code = TF_E_ABORTED; /* the words stay: why the producer was given up */
    return TF_E_ABORTED;
}

static enum tf_err settle(struct tf_transaction *transaction, struct tf_fault *fault)
{
    transaction->state = TF_TRANSACTION_UNKNOWN;
    drop_producer(transaction);
    TF_TRY(find_out(transaction, fault));
    if (transaction->state == TF_TRANSACTION_SETTLED)
        return TF_OK;
    return tf_fault_set(fault, TF_E_ABORTED, "Kafka: the commit got no answer and was not made; the batch runs again");
}

/* Before EndTxn nothing can have been committed: no answer is as good as an abort. */
static enum tf_err hand_in_offsets(struct tf_transaction *transaction, const struct tf_batch *batch, struct tf_fault *fault)
{
    forget_after(transaction);
    transaction->after = tf_consumer_offsets_after(transaction->consumer, batch);
    enum tf_err err = repeat(transaction, send_offsets, OFFSETS_MS, "sending offsets to the transaction", fault);
    if (err == TF_E_TIMEOUT)
        return tf_fault_set(fault, TF_E_ABORTED, "Kafka: the offsets got no answer; the batch runs again");
    return name_refusal(transaction, tf_transaction_review(transaction, err, fault), fault);
}

/* No answer, or an end that says nothing of the broker's: the committed offsets tell. */
static enum tf_err end_transaction(struct tf_transaction *transaction, struct tf_fault *fault)
{
    enum tf_err err = repeat(transaction, commit, COMMIT_MS, "committing", fault);
    bool unknown = err == TF_E_TIMEOUT || err == TF_E_FATAL || (err == TF_E_FENCED && !fenced_by_twin(transaction));
    return unknown ? settle(transaction, fault) : name_refusal(transaction, err, fault);
}

enum tf_err tf_transaction_commit(struct tf_transaction *transaction, const struct tf_batch *batch, struct tf_fault *fault)
{
    if (transaction->state == TF_TRANSACTION_OPEN) {
        TF_TRY(hand_in_offsets(transaction, batch, fault));
        TF_TRY(end_transaction(transaction, fault));
    } else if (transaction->state != TF_TRANSACTION_SETTLED) {
        return tf_fault_set(fault, TF_E_ABORTED, "no transaction is open; the batch runs again");
    }
    transaction->state = TF_TRANSACTION_NONE;
    forget_after(transaction);
    if (transaction->producer)
        tf_client_note_up(tf_producer_client(transaction->producer));
    return TF_OK;
}

enum tf_err tf_transaction_abort(struct tf_transaction *transaction, struct tf_fault *fault)
{
    if (transaction->state != TF_TRANSACTION_OPEN)
        return TF_OK;
    transaction->state = TF_TRANSACTION_NONE;
    rd_kafka_flush(handle(transaction), FLUSH_MS); /* an abort with rows in flight may be fatal: librdkafka #4849 */
    rd_kafka_error_t *error = rd_kafka_abort_transaction(handle(transaction), ABORT_MS);
    if (!error)
        return TF_OK;
    enum tf_err err = tf_client_fail_error(tf_producer_client(transaction->producer), error, "aborting", fault);
    if (err == TF_E_FENCED && fenced_by_twin(transaction))
        return err;
    drop_producer(transaction);
    return TF_OK;
}
