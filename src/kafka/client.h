/* A librdkafka handle with what every one of ours needs: who is up, the last words, fatal errors, a bounded end. */
#ifndef TAXFLOW_KAFKA_CLIENT_H
#define TAXFLOW_KAFKA_CLIENT_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

#include "taxflow/err.h"

struct tf_client;

/**
 * Open a handle. Callbacks get a struct tf_client as opaque.
 * conf   taken over, also on failure.
 * owner  for callbacks: tf_client_owner.
 * what   for people: "consumer of tax".
 * Returns TF_OK; TF_E_CONFIG with librdkafka's words.
 */
enum tf_err tf_client_open(rd_kafka_type_t type, rd_kafka_conf_t *conf, void *owner, const char *what, struct tf_client **ret_client,
                           struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Destroy the handle in at most bound_ms; past that it is left behind, as librdkafka 2.0.2 may hang for ever when brokers
 * come and go (#4674). Consumers are closed before. NULL is fine. Returns NULL.
 */
struct tf_client *tf_client_close(struct tf_client *client, int64_t bound_ms);
rd_kafka_t *tf_client_handle(const struct tf_client *client);
void *tf_client_owner(const struct tf_client *client);

/** A broker answered. Thread any. */
void tf_client_note_up(struct tf_client *client);
/** Nobody answers. Thread any. */
void tf_client_note_down(struct tf_client *client);
/** Whether a broker answered last time; false until the first has. */
bool tf_client_up(const struct tf_client *client);
/** Milliseconds since the last broker went (or since the start); 0 while up. */
int64_t tf_client_down_ms(const struct tf_client *client);
/** While down: ask for metadata, at most twice a second, for wait_ms at most. Thread: the handle's own. */
void tf_client_probe(struct tf_client *client, int wait_ms);

/** What librdkafka said last, for fault words; "" when nothing. Cut at size. Thread any. */
void tf_client_last_words(struct tf_client *client, char *out, size_t size);
/** TF_OK, or TF_E_FENCED or TF_E_FATAL when the handle can never be used again. */
enum tf_err tf_client_fatal(struct tf_client *client, struct tf_fault *fault) TF_MUST_CHECK;
/** Code to the error that a caller acts on, with words: TF_E_FENCED, TF_E_FATAL, TF_E_TIMEOUT or TF_E_UNAVAILABLE. doing: "reading offsets". */
enum tf_err tf_client_fail(struct tf_client *client, rd_kafka_resp_err_t code, const char *doing, struct tf_fault *fault);
/**
 * As tf_client_fail for an error object of a transactional call, which is destroyed: TF_E_ABORTED where it asks for that, TF_E_TIMEOUT
 * where the same call may be made again; what says neither is fatal (delivery: restart and let the committed offsets decide).
 */
enum tf_err tf_client_fail_error(struct tf_client *client, rd_kafka_error_t *error, const char *doing, struct tf_fault *fault);

#endif
