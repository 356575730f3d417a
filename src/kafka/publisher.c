/* Transactions without a group: all rows of a batch, or none of them. Where it has come is told by the rows themselves. */
#include <stdlib.h>
#include <string.h>

#include "producer.h"
#include "taxflow/clock.h"
#include "taxflow/kafka_write.h"

enum { PREPARE_MS = 30000, SLICE_MS = 1000, FLUSH_MS = 9000, ABORT_MS = 5000, COMMIT_MS = 12000 };

struct tf_publisher {
    struct tf_kafka_options options;
    char *identity;
    struct tf_reports reports;
    struct tf_producer *producer;
    bool open;
};

static rd_kafka_t *handle(const struct tf_publisher *publisher)
{
    return tf_client_handle(tf_producer_client(publisher->producer));
}

static enum tf_err fail(const struct tf_publisher *publisher, rd_kafka_error_t *error, const char *doing, struct tf_fault *fault)
{
    return error ? tf_client_fail_error(tf_producer_client(publisher->producer), error, doing, fault) : TF_OK;
}

/* Whoever had this identity before is fenced, and its last transaction ended: afterwards every row is there or never will be. */
static enum tf_err prepare(struct tf_publisher *publisher, struct tf_fault *fault)
{
    int64_t until = tf_clock_mono_ms() + PREPARE_MS;
    enum tf_err err = TF_E_TIMEOUT;
    while (err == TF_E_TIMEOUT && tf_clock_mono_ms() < until)
        err = fail(publisher, rd_kafka_init_transactions(handle(publisher), SLICE_MS), "preparing transactions", fault);
    return err;
}

enum tf_err tf_publisher_open(struct tf_cluster *cluster, const struct tf_config *config, const char *identity, struct tf_publisher **ret_publisher,
                              struct tf_fault *fault)
{
    struct tf_publisher *publisher = calloc(1, sizeof *publisher);
    if (!publisher || !(publisher->identity = strdup(identity))) {
        free(publisher);
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a Kafka producer");
    }
    publisher->options = (struct tf_kafka_options){.config = config, .cluster = cluster, .identity = publisher->identity};
    for (int e = 0; e < TF_ENDS; e++)
        publisher->reports.ends[e].stream = TF_STREAM_COUNT;
    enum tf_err err = tf_producer_create(&publisher->options, true, &publisher->reports, &publisher->producer, fault);
    if (err == TF_OK)
        err = prepare(publisher, fault);
    if (err != TF_OK) {
        tf_publisher_close(publisher);
        return err;
    }
    *ret_publisher = publisher;
    return TF_OK;
}

struct tf_publisher *tf_publisher_close(struct tf_publisher *publisher)
{
    if (!publisher)
        return NULL;
    tf_producer_destroy(publisher->producer);
    free(publisher->identity);
    free(publisher);
    return NULL;
}

enum tf_err tf_publisher_publish(struct tf_publisher *publisher, const struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    if (!publisher->open) {
        tf_reports_clear(&publisher->reports);
        TF_TRY(fail(publisher, rd_kafka_begin_transaction(handle(publisher)), "beginning a transaction", fault));
        publisher->open = true;
    }
    return tf_producer_send(publisher->producer, batch, ret_item, fault);
}

enum tf_err tf_publisher_flush(struct tf_publisher *publisher, struct tf_fault *fault)
{
    return publisher->open ? tf_producer_flush(publisher->producer, FLUSH_MS, fault) : TF_OK;
}

/* The call is made again where the coordinator did not answer; what then stays unknown, the next run sees in the topic. */
enum tf_err tf_publisher_commit(struct tf_publisher *publisher, struct tf_fault *fault)
{
    if (!publisher->open)
        return TF_OK;
    int64_t until = tf_clock_mono_ms() + COMMIT_MS;
    enum tf_err err = TF_E_TIMEOUT;
    while (err == TF_E_TIMEOUT && tf_clock_mono_ms() < until)
        err = fail(publisher, rd_kafka_commit_transaction(handle(publisher), COMMIT_MS), "committing", fault);
    publisher->open = false;
    return err;
}

enum tf_err tf_publisher_abort(struct tf_publisher *publisher, struct tf_fault *fault)
{
    if (!publisher->open)
        return TF_OK;
    publisher->open = false;
    rd_kafka_flush(handle(publisher), FLUSH_MS); /* an abort with rows in flight may be fatal: librdkafka #4849 */
    return fail(publisher, rd_kafka_abort_transaction(handle(publisher), ABORT_MS), "aborting", fault);
}
