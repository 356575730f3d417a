#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>

#include "taxflow/clock.h"
#include "taxflow/log.h"
#include "taxflow/thread.h"
#include "tracer_internal.h"

/* Port 1 of this machine: nobody listens. */
static struct tf_tracer *tracer_to_nobody(const char *queue, const char *batch, const char *delay)
{
    struct tf_config config = {.otel = {.enabled = true, .endpoint = "http://127.0.0.1:1", .sampler_ratio = 1}};
    setenv("OTEL_BSP_MAX_QUEUE_SIZE", queue, 1);
    setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", batch, 1);
    setenv("OTEL_BSP_SCHEDULE_DELAY", delay, 1);
    struct tf_tracer *tracer = tf_tracer_create(&config, "taxflow-exporter", "exporter-1");
    assert_non_null(tracer);
    return tracer;
}

static void end_spans(struct tf_tracer *tracer, int count)
{
    struct tf_span span;
    for (int i = 0; i < count; i++) {
        tf_span_start(tracer, &span, "x", TF_SPAN_INTERNAL, NULL);
        tf_span_end(tracer, &span);
    }
}

static double dropped(void)
{
    return tf_metrics_value(tf_metrics_series(TF_METRIC_spans_total, "exporter", "dropped", NULL));
}

static void a_full_queue_drops_the_newest_and_never_blocks(void **state)
{
    struct tf_tracer *tracer = tracer_to_nobody("64", "64", "3600000");
    const double before = dropped();
    (void)state;
    const int64_t start_ms = tf_clock_mono_ms();
    end_spans(tracer, 100000);
    assert_true(tf_clock_mono_ms() - start_ms < 5000);
    /* One batch may be with the exporter, one fills the ring. */
    assert_true(dropped() - before >= 100000 - 128);
    assert_true(dropped() - before <= 100000 - 64);
    tf_tracer_destroy(tracer);
    assert_true(dropped() - before == 100000);
}

static void the_oldest_stay_in_order(void **state)
{
    struct tf_tracer *tracer = tracer_to_nobody("4", "4", "3600000");
    struct tf_span span;
    (void)state;
    pthread_mutex_lock(&tracer->lock); /* the exporter takes nothing meanwhile */
    tracer->length = 3;
    tracer->head = 2;
    pthread_mutex_unlock(&tracer->lock);
    tf_span_start(tracer, &span, "wrapped", TF_SPAN_INTERNAL, NULL);
    span.end_ns = span.start_ns;
    pthread_mutex_lock(&tracer->lock);
    tracer->settings.batch_max = 100;
    pthread_mutex_unlock(&tracer->lock);
    tf_exporter_push(tracer, &span);
    tf_exporter_push(tracer, &span);
    pthread_mutex_lock(&tracer->lock);
    assert_int_equal(tracer->length, 4);
    assert_int_equal(tracer->lost, 1);
    assert_string_equal(tracer->ring[1].name, "wrapped");
    tracer->settings.batch_max = 4;
    pthread_mutex_unlock(&tracer->lock);
    tf_tracer_destroy(tracer);
}

static void stopping_without_a_receiver_is_quick(void **state)
{
    struct tf_tracer *tracer = tracer_to_nobody("2048", "16", "3600000");
    (void)state;
    end_spans(tracer, 1000);
    const int64_t start_ms = tf_clock_mono_ms();
    assert_null(tf_tracer_destroy(tracer));
    assert_true(tf_clock_mono_ms() - start_ms < 2000);
    assert_null(tf_tracer_destroy(NULL));
}

static void a_flush_gives_up_at_its_time(void **state)
{
    struct tf_tracer *tracer = tracer_to_nobody("16", "16", "3600000");
    (void)state;
    assert_true(tf_tracer_flush(tracer, 1000)); /* nothing to do */
    end_spans(tracer, 1);
    const int64_t start_ms = tf_clock_mono_ms();
    assert_false(tf_tracer_flush(tracer, 50));
    const int64_t took_ms = tf_clock_mono_ms() - start_ms;
    assert_true(took_ms >= 50 && took_ms < 2000);
    tf_tracer_destroy(tracer);
}

static void *push_many(void *argument)
{
    end_spans(argument, 5000);
    return NULL;
}

static void every_span_of_every_thread_is_accounted_for(void **state)
{
    struct tf_tracer *tracer = tracer_to_nobody("256", "32", "1");
    pthread_t threads[4];
    const double before = dropped();
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(tf_thread_start(&threads[i], "push", push_many, tracer), TF_OK);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    tf_tracer_destroy(tracer);
    assert_true(dropped() - before == 20000);
}

static int quiet(void **state)
{
    (void)state;
    tf_log_to(open("/dev/null", O_WRONLY));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_queue_drops_the_newest_and_never_blocks),
        cmocka_unit_test(the_oldest_stay_in_order),
        cmocka_unit_test(stopping_without_a_receiver_is_quick),
        cmocka_unit_test(a_flush_gives_up_at_its_time),
        cmocka_unit_test(every_span_of_every_thread_is_accounted_for),
    };
    return cmocka_run_group_tests(tests, quiet, NULL);
}
