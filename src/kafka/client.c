#include "client.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "c11_threads.h"
#include "taxflow/clock.h"
#include "taxflow/thread.h"

enum { WORDS_BYTES = 200, PROBE_EVERY_MS = 500, LOG_ERROR_LEVEL = 3 };

struct tf_client {
    rd_kafka_t *rk;
    void *owner;
    const char *what;
    atomic_llong down_since_ms; /* monotonic; 0 while a broker answers */
    int64_t probed_ms;          /* the handle's own thread */
    pthread_mutex_t lock;       /* librdkafka's threads log: guards words */
    char words[WORDS_BYTES];
};

static void keep_words(struct tf_client *client, const char *text)
{
    pthread_mutex_lock(&client->lock);
    snprintf(client->words, sizeof client->words, "%s", text);
    pthread_mutex_unlock(&client->lock);
}

/* Rooms do not log: what librdkafka would is kept for the words of the next fault. */
static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    (void)facility;
    struct tf_client *client = rd_kafka_opaque(rk);
    if (client && level <= LOG_ERROR_LEVEL)
        keep_words(client, text);
}

static void on_error(rd_kafka_t *rk, int code, const char *text, void *opaque)
{
    (void)rk;
    struct tf_client *client = opaque;
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        tf_client_note_down(client); /* "1/1 brokers are down": the log line before it says why */
    else
        keep_words(client, text);
}

enum tf_err tf_client_open(rd_kafka_type_t type, rd_kafka_conf_t *conf, void *owner, const char *what, struct tf_client **ret_client,
                           struct tf_fault *fault)
{
    char text[256];
    struct tf_client *client = calloc(1, sizeof *client);
    if (!client) {
        rd_kafka_conf_destroy(conf);
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a Kafka client");
    }
    TF_C11_THREADS_INTERCEPT();
    client->owner = owner;
    client->what = what;
    atomic_store(&client->down_since_ms, tf_clock_mono_ms());
    pthread_mutex_init(&client->lock, NULL);
    rd_kafka_conf_set_opaque(conf, client);
    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    client->rk = rd_kafka_new(type, conf, text, sizeof text);
    if (!client->rk) {
        rd_kafka_conf_destroy(conf);
        pthread_mutex_destroy(&client->lock);
        free(client);
        return tf_fault_set(fault, TF_E_CONFIG, "Kafka: the %s cannot be set up: %s; see kafka.properties", what, text);
    }
    *ret_client = client;
    return TF_OK;
}

static void *destroy_handle(void *rk)
{
    rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    return NULL;
}

/* False when it still runs after bound_ms. */
static bool destroy_within(rd_kafka_t *rk, int64_t bound_ms)
{
    pthread_t thread;
    if (tf_thread_start(&thread, "tf-kafka-end", destroy_handle, rk) != TF_OK) {
        destroy_handle(rk);
        return true;
    }
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += bound_ms / 1000;
    until.tv_nsec += bound_ms % 1000 * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    if (pthread_timedjoin_np(thread, NULL, &until) == 0)
        return true;
    pthread_detach(thread);
    return false;
}

struct tf_client *tf_client_close(struct tf_client *client, int64_t bound_ms)
{
    if (!client || !destroy_within(client->rk, bound_ms))
        return NULL; /* a handle left behind still logs to its client */
    pthread_mutex_destroy(&client->lock);
    free(client);
    return NULL;
}

rd_kafka_t *tf_client_handle(const struct tf_client *client)
{
    return client->rk;
}

void *tf_client_owner(const struct tf_client *client)
{
    return client->owner;
}

void tf_client_note_up(struct tf_client *client)
{
    atomic_store_explicit(&client->down_since_ms, 0, memory_order_relaxed);
}

void tf_client_note_down(struct tf_client *client)
{
    long long up = 0;
    atomic_compare_exchange_strong(&client->down_since_ms, &up, tf_clock_mono_ms());
}

bool tf_client_up(const struct tf_client *client)
{
    return atomic_load_explicit(&client->down_since_ms, memory_order_relaxed) == 0;
}

int64_t tf_client_down_ms(const struct tf_client *client)
{
    int64_t since = atomic_load_explicit(&client->down_since_ms, memory_order_relaxed);
    return since == 0 ? 0 : tf_clock_mono_ms() - since;
}

/* librdkafka tells when all brokers are gone, not when one is back. */
void tf_client_probe(struct tf_client *client, int wait_ms)
{
    int64_t now = tf_clock_mono_ms();
    if (tf_client_up(client) || now - client->probed_ms < PROBE_EVERY_MS)
        return;
    client->probed_ms = now;
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(client->rk, 0, NULL, &metadata, wait_ms))
        return;
    rd_kafka_metadata_destroy(metadata);
    tf_client_note_up(client);
}

void tf_client_last_words(struct tf_client *client, char *out, size_t size)
{
    pthread_mutex_lock(&client->lock);
    snprintf(out, size, "%s", client->words);
    pthread_mutex_unlock(&client->lock);
}

static enum tf_err fatal_code(rd_kafka_resp_err_t code)
{
    switch ((int)code) {
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
        return TF_E_FENCED;
    default:
        return TF_E_FATAL;
    }
}

static enum tf_err fail_fatal(const struct tf_client *client, rd_kafka_resp_err_t code, const char *text, struct tf_fault *fault)
{
    if (fatal_code(code) == TF_E_FENCED)
        return tf_fault_set(fault, TF_E_FENCED,
                            "Kafka: another instance took over the identity of this %s (%s); give each instance its own instance.number",
                            client->what, rd_kafka_err2name(code));
    return tf_fault_set(fault, TF_E_FATAL, "Kafka: the %s cannot go on: %s", client->what, text);
}

enum tf_err tf_client_fatal(struct tf_client *client, struct tf_fault *fault)
{
    char text[WORDS_BYTES];
    rd_kafka_resp_err_t code = rd_kafka_fatal_error(client->rk, text, sizeof text);
    return code ? fail_fatal(client, code, text, fault) : TF_OK;
}

enum tf_err tf_client_fail(struct tf_client *client, rd_kafka_resp_err_t code, const char *doing, struct tf_fault *fault)
{
    TF_TRY(tf_client_fatal(client, fault));
    if (fatal_code(code) == TF_E_FENCED)
        return fail_fatal(client, code, rd_kafka_err2str(code), fault);
    char words[WORDS_BYTES];
    tf_client_last_words(client, words, sizeof words);
    enum tf_err err = code == RD_KAFKA_RESP_ERR__TIMED_OUT ? TF_E_TIMEOUT : TF_E_UNAVAILABLE;
    return tf_fault_set(fault, err, "Kafka: %s failed: %s%s%s", doing, rd_kafka_err2str(code), words[0] ? "; " : "", words);
}

enum tf_err tf_client_fail_error(struct tf_client *client, rd_kafka_error_t *error, const char *doing, struct tf_fault *fault)
{
    char text[WORDS_BYTES];
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    bool fatal = rd_kafka_error_is_fatal(error);
    bool abort = rd_kafka_error_txn_requires_abort(error);
    bool retriable = rd_kafka_error_is_retriable(error) || code == RD_KAFKA_RESP_ERR__TIMED_OUT;
    snprintf(text, sizeof text, "%s", rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    TF_TRY(tf_client_fatal(client, fault));
    if (fatal_code(code) == TF_E_FENCED) /* librdkafka asks for an abort after some, but there is nothing left to abort */
        return fail_fatal(client, code, text, fault);
    if (abort)
        return tf_fault_set(fault, TF_E_ABORTED, "Kafka: %s failed: %s; the batch runs again", doing, text);
    if (!fatal && retriable)
        return tf_fault_set(fault, TF_E_TIMEOUT, "Kafka: %s got no answer yet: %s", doing, text);
    return fail_fatal(client, code, text, fault);
}
