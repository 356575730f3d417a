/* The batch span processor (OpenTelemetry specification, trace/sdk.md): a bounded ring and one thread that empties it. */
#include <time.h>

#include "taxflow/clock.h"
#include "taxflow/log.h"
#include "tracer_internal.h"

enum { NS_PER_MS = 1000000, PAUSE_FIRST_MS = 1000, PAUSE_LAST_MS = 30000, RETRY_AFTER_MAX_MS = 300000 };

/* Only the parts in use: a span has room for far more attributes and links than most carry. */
static void copy_span(struct tf_span *to, const struct tf_span *from)
{
    memcpy(to, from, offsetof(struct tf_span, attributes));
    memcpy(to->attributes, from->attributes, from->attributes_count * sizeof *from->attributes);
    to->attributes_count = from->attributes_count;
    to->attributes_dropped = from->attributes_dropped;
    memcpy(to->links, from->links, from->links_count * sizeof *from->links);
    to->links_count = from->links_count;
    to->links_dropped = from->links_dropped;
}

void tf_exporter_push(struct tf_tracer *tracer, const struct tf_span *span)
{
    const size_t capacity = (size_t)tracer->settings.queue_max;
    pthread_mutex_lock(&tracer->lock);
    const bool full = tracer->length == capacity;
    if (full) {
        tracer->lost++;
    } else {
        copy_span(&tracer->ring[(tracer->head + tracer->length) % capacity], span);
        tracer->length++;
        if (tracer->length == 1)
            tracer->oldest_ns = tf_clock_mono_ns();
        if (tracer->length == 1 || tracer->length == (size_t)tracer->settings.batch_max)
            pthread_cond_signal(&tracer->wake);
    }
    pthread_mutex_unlock(&tracer->lock);
    if (full)
        tf_metrics_add(tracer->dropped, 1);
}

bool tf_exporter_wait(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t deadline_ns)
{
    const struct timespec until = {deadline_ns / 1000000000, deadline_ns % 1000000000};
    return pthread_cond_timedwait(condition, lock, &until) == 0 || tf_clock_mono_ns() < deadline_ns;
}

/* Under the lock: wait until a batch is due. False when the end has come and nothing is left. */
static bool wait_for_batch(struct tf_tracer *tracer)
{
    for (;;) {
        const int64_t due_ns = tracer->oldest_ns + tracer->settings.delay_ms * NS_PER_MS;
        if (tracer->length == 0 && tracer->stopping)
            return false;
        if (tracer->length == 0)
            pthread_cond_wait(&tracer->wake, &tracer->lock);
        else if (tracer->length >= (size_t)tracer->settings.batch_max || tracer->flushes > 0 || tracer->stopping ||
                 !tf_exporter_wait(&tracer->wake, &tracer->lock, due_ns))
            return true;
    }
}

/* Move the next batch out of the ring. Returns how many spans; 0 ends the thread. */
static size_t take_batch(struct tf_tracer *tracer)
{
    const size_t capacity = (size_t)tracer->settings.queue_max;
    size_t count = 0;
    pthread_mutex_lock(&tracer->lock);
    tracer->busy = false;
    if (tracer->length == 0)
        pthread_cond_broadcast(&tracer->drained);
    if (wait_for_batch(tracer)) {
        for (; count < (size_t)tracer->settings.batch_max && tracer->length > 0; count++, tracer->length--) {
            copy_span(&tracer->batch[count], &tracer->ring[tracer->head]);
            tracer->head = (tracer->head + 1) % capacity;
        }
        tracer->oldest_ns = tf_clock_mono_ns();
        tracer->busy = true;
    }
    pthread_mutex_unlock(&tracer->lock);
    return count;
}

/* Wait before the next try; false when the tracer is about to stop. */
static bool pause_for(struct tf_tracer *tracer, int64_t pause_ms)
{
    const int64_t until_ns = tf_clock_mono_ns() + pause_ms * NS_PER_MS;
    pthread_mutex_lock(&tracer->lock);
    while (!tracer->stopping && tf_exporter_wait(&tracer->wake, &tracer->lock, until_ns))
        ;
    const bool go_on = !tracer->stopping;
    pthread_mutex_unlock(&tracer->lock);
    return go_on;
}

/* Up to a quarter longer, so that many processes do not come back in step. The clock's low digits are random enough. */
static int64_t with_jitter(int64_t pause_ms)
{
    return pause_ms + tf_clock_mono_ns() / 64 % (pause_ms / 4 + 1);
}

/* Post until it is taken, refused, or not worth another try. Retry-After is honoured beyond the batch's own time. */
static void post_with_retries(struct tf_tracer *tracer, struct tf_str body, struct tf_otlp_answer *ret_answer)
{
    int64_t give_up_ns = tf_clock_mono_ns() + tracer->settings.export_timeout_ms * NS_PER_MS;
    for (int64_t pause_ms = PAUSE_FIRST_MS;; pause_ms = pause_ms * 2 < PAUSE_LAST_MS ? pause_ms * 2 : PAUSE_LAST_MS) {
        tf_otlp_post_send(tracer->post, body, &tracer->abandon_ns, ret_answer);
        if (ret_answer->verdict != TF_OTLP_RETRY)
            return;
        int64_t wait_ms = with_jitter(pause_ms);
        if (ret_answer->retry_after_ms >= 0) {
            wait_ms = ret_answer->retry_after_ms < RETRY_AFTER_MAX_MS ? ret_answer->retry_after_ms : RETRY_AFTER_MAX_MS;
            give_up_ns += wait_ms * NS_PER_MS;
        }
        if (tf_clock_mono_ns() + wait_ms * NS_PER_MS >= give_up_ns || !pause_for(tracer, wait_ms))
            return;
    }
}

/* One line when the receiver stops taking spans and one when it takes them again, not one a batch. */
static void log_change(struct tf_tracer *tracer, const struct tf_otlp_answer *answer)
{
    const bool failing = answer->verdict != TF_OTLP_TAKEN;
    if (failing && !tracer->failing)
        TF_LOG(TF_LOG_WARN, "traces_not_delivered", "the receiver of traces (otel.endpoint) does not take spans; they are dropped",
               TF_FIELD_TEXT("reason", answer->reason));
    if (!failing && tracer->failing)
        TF_LOG0(TF_LOG_NOTICE, "traces_delivered_again", "the receiver of traces takes spans again");
    if (!failing && answer->rejected && !tracer->rejection_told) {
        tracer->rejection_told = true;
        TF_LOG(TF_LOG_WARN, "traces_rejected", "the receiver of traces did not keep every span",
               TF_FIELD_INT("rejected", answer->rejected));
    }
    tracer->failing = failing;
}

static void account(struct tf_tracer *tracer, size_t count, const struct tf_otlp_answer *answer)
{
    const uint64_t rejected = answer->rejected < count ? answer->rejected : count;
    log_change(tracer, answer);
    if (answer->verdict == TF_OTLP_TAKEN) {
        tf_metrics_add(tracer->exported, (int64_t)(count - rejected));
        tf_metrics_add(tracer->rejected, (int64_t)rejected);
        return;
    }
    tf_metrics_add(answer->verdict == TF_OTLP_REFUSED ? tracer->rejected : tracer->dropped, (int64_t)count);
    pthread_mutex_lock(&tracer->lock);
    tracer->lost += count;
    pthread_mutex_unlock(&tracer->lock);
}

/* Encode as many of the spans as a body holds, at least one. Returns how many; 0 when not even one could be. */
static size_t encode(const struct tf_tracer *tracer, const struct tf_span *spans, size_t count, struct tf_buf *ret_body)
{
    struct tf_buf plain TF_CLEANUP(tf_buf_finish);
    tf_buf_init(&plain, TF_OTLP_BODY_BYTES_MAX);
    for (; count > 0; count /= 2) {
        tf_buf_reset(&plain);
        tf_buf_reset(ret_body);
        tf_otlp_encode(&plain, &tracer->settings, spans, count);
        if (!plain.failed && tf_otlp_gzip(tf_buf_view(&plain), ret_body))
            return count;
    }
    return 0;
}

/* Nobody answers and the end is near: the rest would only wait for the same time-out. */
static void drop_if_stopping(struct tf_tracer *tracer)
{
    pthread_mutex_lock(&tracer->lock);
    const size_t count = tracer->stopping ? tracer->length : 0;
    tracer->length -= count;
    tracer->lost += count;
    pthread_mutex_unlock(&tracer->lock);
    tf_metrics_add(tracer->dropped, (int64_t)count);
}

static void export_batch(struct tf_tracer *tracer, size_t count)
{
    struct tf_buf body TF_CLEANUP(tf_buf_finish);
    tf_buf_init(&body, TF_OTLP_BODY_BYTES_MAX);
    bool go_on = true;
    for (size_t done = 0, taken; done < count; done += taken) {
        struct tf_otlp_answer answer = {.verdict = TF_OTLP_RETRY, .reason = "stopping, or out of memory"};
        taken = go_on ? encode(tracer, tracer->batch + done, count - done, &body) : 0;
        if (taken > 0)
            post_with_retries(tracer, tf_buf_view(&body), &answer);
        else
            taken = count - done;
        account(tracer, taken, &answer);
        go_on = answer.verdict != TF_OTLP_RETRY;
    }
    if (!go_on)
        drop_if_stopping(tracer);
}

void *tf_exporter_main(void *argument)
{
    struct tf_tracer *tracer = argument;
    for (size_t count = take_batch(tracer); count > 0; count = take_batch(tracer))
        export_batch(tracer, count);
    return NULL;
}
