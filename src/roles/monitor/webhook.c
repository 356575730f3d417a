#include "webhook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "roles_internal.h"
#include "taxflow/clock.h"
#include "taxflow/kafka_read.h"
#include "taxflow/thread.h"
#include "webhook_post.h"

enum { READ_MS = 200, STEP_MS = 50, WRITE_EVERY_MS = 1000, WAIT_FIRST_MS = 500, WAIT_MAX_MS = 60000, RETRY_AFTER_MAX_MS = 300000, BODY_BYTES_MAX = 8 << 20,
       ID_BYTES_MAX = 128 };

struct tf_webhook {
    struct tf_role_run *run;
    struct tf_webhook_post *post;
    struct tf_marks *marks;
    struct tf_tail *tail;
    int64_t *next;       /* each partition: everything before it was delivered, or needs no alert; -1 = not known */
    int64_t *written;    /* as it stands in Kafka */
    uint32_t partitions;
    bool block_only;
    int64_t write_due_ms;
    struct tf_buf body;  /* of the alert under way; empty: none is */
    char id[ID_BYTES_MAX + 1];
    struct tf_position position; /* of its row */
    uint32_t failures;   /* of its tries */
    pthread_t thread;
    atomic_bool stop;
};

static bool is_stopping(const struct tf_webhook *webhook)
{
    return atomic_load(&webhook->stop) || atomic_load(&webhook->run->process->stop);
}

static void pause_ms(const struct tf_webhook *webhook, int64_t ms)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
    for (int64_t until = tf_clock_mono_ms() + ms; tf_clock_mono_ms() < until && !is_stopping(webhook);)
        nanosleep(&step, NULL);
}

/* A quote inside a text of the row has a backslash before it, so the member is found nowhere else. */
bool tf_webhook_wants(struct tf_str row, bool block_only)
{
    static const char review[] = "\"decision\":\"review\"", block[] = "\"decision\":\"block\"";
    return row.len > 0 && (memmem(row.ptr, row.len, block, sizeof block - 1) || (!block_only && memmem(row.ptr, row.len, review, sizeof review - 1)));
}

int64_t tf_webhook_wait_ms(uint32_t failures, int64_t retry_after_ms)
{
    int64_t wait_ms = failures > 7 ? WAIT_MAX_MS : (int64_t)WAIT_FIRST_MS << (failures - 1);
    wait_ms = wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS;
    return retry_after_ms > wait_ms ? retry_after_ms < RETRY_AFTER_MAX_MS ? retry_after_ms : RETRY_AFTER_MAX_MS : wait_ms;
}

/* ---- What is to be sent ---- */

static struct tf_str header(const struct tf_row *row, const char *name)
{
    for (uint32_t h = 0; h < row->headers_count; h++)
        if (tf_str_is(row->headers[h].name, name))
            return row->headers[h].value;
    return TF_STR_NONE;
}

static void write_body(struct tf_webhook *webhook, const struct tf_position *position, struct tf_str row)
{
    struct tf_json json;
    char at[25];
    tf_clock_format_time(position->timestamp_ms, at);
    tf_buf_reset(&webhook->body);
    tf_json_init(&json, &webhook->body);
    tf_json_object(&json);
    tf_json_ktext(&json, "type", "taxflow.fraud.alert");
    tf_json_ktext(&json, "timestamp", at);
    tf_json_key(&json, "data");
    tf_json_raw(&json, row);
    tf_json_object_end(&json);
}

/* The id is the result's own: a hash of the event, its revision and the ruleset. */
static void take(void *self, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_webhook *webhook = self;
    struct tf_str id = header(row, "ce_id");
    if (!tf_webhook_wants(row->value, webhook->block_only) || id.len == 0 || id.len > ID_BYTES_MAX)
        return;
    snprintf(webhook->id, sizeof webhook->id, "%.*s", TF_STR_ARGS(id));
    webhook->position = (struct tf_position){.partition = position->partition, .offset = position->offset};
    write_body(webhook, position, row->value);
    webhook->failures = 0;
}

static void count(const char *result)
{
    tf_metrics_add(tf_metrics_series(TF_METRIC_webhook_tries_total, "monitor", result, NULL), 1);
}

static void note_failure(struct tf_webhook *webhook, const char *reason)
{
    char note[128];
    snprintf(note, sizeof note, "the receiver does not take an alert: %.70s", reason);
    tf_health_note(webhook->run->health, "webhook", note);
    if (webhook->failures == 1)
        TF_LOG(TF_LOG_WARN, "webhook_failed", "the receiver of alerts does not take one; it is tried again until it does", TF_FIELD_TEXT("reason", reason),
               TF_FIELD_INT("partition", webhook->position.partition), TF_FIELD_INT("offset", webhook->position.offset));
}

static void note_success(struct tf_webhook *webhook)
{
    count("delivered");
    if (webhook->failures == 0)
        return;
    tf_health_set(webhook->run->health, "webhook", true, NULL);
    TF_LOG(TF_LOG_NOTICE, "webhook_recovered", "the receiver of alerts takes them again", TF_FIELD_INT("tries", webhook->failures + 1));
}

/* Until it is taken; false when it is time to stop. */
static bool deliver(struct tf_webhook *webhook)
{
    struct tf_webhook_answer answer;
    while (!is_stopping(webhook)) {
        if (tf_webhook_post_send(webhook->post, tf_str_of(webhook->id), tf_buf_view(&webhook->body), &answer)) {
            note_success(webhook);
            return true;
        }
        webhook->failures++;
        count("failed");
        note_failure(webhook, answer.reason);
        pause_ms(webhook, tf_webhook_wait_ms(webhook->failures, answer.retry_after_ms));
    }
    return false;
}

/* ---- How far it is ---- */

static bool has_moved(const struct tf_webhook *webhook)
{
    return memcmp(webhook->next, webhook->written, webhook->partitions * sizeof *webhook->next) != 0;
}

/* What cannot be written now is written with the next; until then a restart sends alerts again, under their ids. */
static void write_down(struct tf_webhook *webhook)
{
    struct tf_fault fault;
    if (has_moved(webhook) && tf_marks_write(webhook->marks, webhook->next, webhook->partitions, &fault) == TF_OK)
        memcpy(webhook->written, webhook->next, webhook->partitions * sizeof *webhook->next);
    webhook->write_due_ms = tf_clock_mono_ms() + WRITE_EVERY_MS;
}

static void follow(struct tf_webhook *webhook)
{
    for (uint32_t p = 0; p < webhook->partitions; p++)
        webhook->next[p] = tf_tail_next(webhook->tail, p) >= 0 ? tf_tail_next(webhook->tail, p) : webhook->next[p];
}

/* One row at a time, so that nothing behind an alert is passed over while it waits for its receiver. */
static bool pass_on(struct tf_webhook *webhook)
{
    tf_buf_reset(&webhook->body);
    tf_tail_read(webhook->tail, 1, READ_MS, take, webhook);
    bool alert = webhook->body.len > 0;
    if (alert && !deliver(webhook))
        return false;
    follow(webhook);
    if (alert || tf_clock_mono_ms() >= webhook->write_due_ms)
        write_down(webhook);
    return true;
}

/* ---- The thread ---- */

static enum tf_err read_marks(struct tf_webhook *webhook, struct tf_fault *fault)
{
    struct tf_role_run *run = webhook->run;
    const struct tf_config *config = tf_process_config(run->process);
    webhook->partitions = run->process->control.partitions; /* known: the process is connected */
    webhook->next = calloc((size_t)webhook->partitions + 1, sizeof *webhook->next);
    webhook->written = calloc((size_t)webhook->partitions + 1, sizeof *webhook->written);
    if (!webhook->next || !webhook->written)
        return TF_E_MEMORY;
    TF_TRY(tf_marks_open(run->process->cluster, config, "webhook", TF_STREAM_FRAUD, &webhook->marks, fault));
    enum tf_err err;
    while ((err = tf_marks_read(webhook->marks, webhook->next, webhook->partitions, fault)) != TF_OK && tf_err_class(err) == TF_CLASS_RETRY
           && !is_stopping(webhook))
        pause_ms(webhook, WAIT_FIRST_MS);
    memcpy(webhook->written, webhook->next, webhook->partitions * sizeof *webhook->next);
    return err;
}

/* Where each partition begins is written down before the role is ready, so that nothing is lost to a restart before the first alert. */
static void find_ends(struct tf_webhook *webhook)
{
    bool known = false;
    while (!known && !is_stopping(webhook) && pass_on(webhook)) {
        known = true;
        for (uint32_t p = 0; p < webhook->partitions; p++)
            known = known && webhook->next[p] >= 0;
    }
    while (known && has_moved(webhook) && !is_stopping(webhook)) {
        write_down(webhook);
        pause_ms(webhook, has_moved(webhook) ? WAIT_FIRST_MS : 0);
    }
}

static void *run_webhook(void *argument)
{
    struct tf_webhook *webhook = argument;
    struct tf_fault fault = {0};
    const struct tf_config *config = tf_process_config(webhook->run->process);
    enum tf_err err = read_marks(webhook, &fault);
    if (err == TF_OK)
        err = tf_tail_create_at(webhook->run->process->cluster, config, TF_STREAM_FRAUD, webhook->next, webhook->partitions, &webhook->tail, &fault);
    if (err == TF_OK) {
        find_ends(webhook);
        tf_health_set(webhook->run->health, "webhook", true, NULL);
        while (!is_stopping(webhook) && pass_on(webhook))
            ;
        write_down(webhook);
    } else if (!is_stopping(webhook)) {
        tf_health_set(webhook->run->health, "webhook", false, "the webhook's place in taxflow.fraud cannot be read");
        TF_LOG0(TF_LOG_ERROR, "webhook_failed", fault.text[0] ? fault.text : tf_err_text(err));
    }
    return NULL;
}

static enum tf_err read_secret(const char *name, uint8_t *out, size_t *ret_len, struct tf_fault *fault)
{
    char credential[4096], text[TF_WEBHOOK_SECRET_BYTES_MAX + 2];
    int fd = open(tf_config_secret_path(name, credential, sizeof credential), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return tf_fault_set(fault, TF_E_CONFIG, "monitor.webhook_secret_file %s: cannot be read: %s; make it readable for this user alone (chmod 600)", name,
                            strerror(errno));
    ssize_t got = read(fd, text, sizeof text);
    close(fd);
    bool good = got > 0 && tf_webhook_secret((struct tf_str){text, (size_t)got}, out, ret_len);
    explicit_bzero(text, sizeof text);
    return good ? TF_OK : tf_fault_set(fault, TF_E_CONFIG, "monitor.webhook_secret_file %s: needs 16 to 4096 bytes, or whsec_ and their Base64", name);
}

static struct tf_webhook *destroy(struct tf_webhook *webhook)
{
    tf_webhook_post_destroy(webhook->post);
    tf_tail_destroy(webhook->tail);
    tf_marks_close(webhook->marks);
    tf_buf_finish(&webhook->body);
    free(webhook->next);
    free(webhook->written);
    free(webhook);
    return NULL;
}

static enum tf_err create(struct tf_role_run *run, struct tf_webhook **ret_webhook, struct tf_fault *fault)
{
    const struct tf_config *config = tf_process_config(run->process);
    uint8_t secret[TF_WEBHOOK_SECRET_BYTES_MAX];
    size_t len = 0;
    TF_TRY(read_secret(config->monitor.webhook_secret_file, secret, &len, fault));
    struct tf_webhook *webhook = calloc(1, sizeof *webhook);
    if (!webhook)
        return TF_E_MEMORY;
    webhook->run = run;
    webhook->block_only = strcmp(config->monitor.webhook_min_decision, "block") == 0;
    tf_buf_init(&webhook->body, BODY_BYTES_MAX);
    webhook->post = tf_webhook_post_create(config->monitor.webhook_url, (struct tf_str){(const char *)secret, len});
    explicit_bzero(secret, sizeof secret);
    if (!webhook->post) {
        destroy(webhook);
        return TF_E_MEMORY;
    }
    *ret_webhook = webhook;
    return TF_OK;
}

enum tf_err tf_webhook_start(struct tf_role_run *run, struct tf_webhook **ret_webhook, struct tf_fault *fault)
{
    struct tf_webhook *webhook = NULL;
    *ret_webhook = NULL;
    if (tf_process_config(run->process)->monitor.webhook_url[0] == '\0')
        return TF_OK;
    TF_TRY(create(run, &webhook, fault));
    tf_health_set(run->health, "webhook", false, "its place in taxflow.fraud is being looked up");
    enum tf_err err = tf_thread_start(&webhook->thread, "tf-webhook", run_webhook, webhook);
    if (err != TF_OK) {
        destroy(webhook);
        return err;
    }
    *ret_webhook = webhook;
    return TF_OK;
}

struct tf_webhook *tf_webhook_stop(struct tf_webhook *webhook)
{
    if (!webhook)
        return NULL;
    atomic_store(&webhook->stop, true);
    pthread_join(webhook->thread, NULL);
    return destroy(webhook);
}
