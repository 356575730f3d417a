#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "taxflow/clock.h"
#include "taxflow/thread.h"
#include "tracer_internal.h"

/* A receiver that is never asked: spans stay in the ring where the tests look at them. */
static struct tf_tracer *tracer_with(double ratio, bool enabled)
{
    struct tf_config config = {.otel = {.enabled = enabled, .endpoint = "http://127.0.0.1:1", .sampler_ratio = ratio}};
    setenv("OTEL_BSP_SCHEDULE_DELAY", "3600000", 1);
    struct tf_tracer *tracer = tf_tracer_create(&config, "taxflow-test", "test-1");
    assert_non_null(tracer);
    return tracer;
}

static const struct tf_trace_context remote = {.trace_id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
                                               .span_id = {8, 7, 6, 5, 4, 3, 2, 1},
                                               .valid = true,
                                               .sampled = true};

static void a_root_begins_a_trace(void **state)
{
    struct tf_tracer *tracer = tracer_with(1, true);
    struct tf_span span, other;
    const uint8_t none[16] = {0};
    (void)state;
    tf_span_start(tracer, &span, "poll taxflow.audit", TF_SPAN_CLIENT, NULL);
    tf_span_start(tracer, &other, "x", TF_SPAN_CLIENT, &(struct tf_trace_context){.valid = false, .sampled = true});
    assert_true(span.context.valid && span.context.sampled && span.recording && !span.has_parent);
    assert_memory_not_equal(span.context.trace_id, none, 16);
    assert_memory_not_equal(span.context.span_id, none, 8);
    assert_memory_not_equal(span.context.trace_id, other.context.trace_id, 16);
    assert_false(other.has_parent);
    tf_tracer_destroy(tracer);
}

static void a_child_follows_its_parent(void **state)
{
    struct tf_tracer *tracer = tracer_with(0, true);
    struct tf_trace_context unsampled = remote;
    struct tf_span span;
    (void)state;
    tf_span_start(tracer, &span, "x", TF_SPAN_SERVER, &remote);
    assert_true(span.recording && span.context.sampled && span.has_parent);
    assert_memory_equal(span.context.trace_id, remote.trace_id, 16);
    assert_memory_equal(span.parent_span_id, remote.span_id, 8);
    assert_memory_not_equal(span.context.span_id, remote.span_id, 8);
    tf_tracer_destroy(tracer);

    tracer = tracer_with(1, true);
    unsampled.sampled = false;
    tf_span_start(tracer, &span, "x", TF_SPAN_SERVER, &unsampled);
    assert_false(span.recording);
    assert_true(span.context.valid && !span.context.sampled);
    assert_memory_equal(span.context.trace_id, remote.trace_id, 16);
    assert_memory_not_equal(span.context.span_id, remote.span_id, 8);
    tf_span_end(tracer, &span);
    assert_int_equal(tracer->length, 0);
    tf_tracer_destroy(tracer);
}

static void switched_off_it_passes_on_the_caller(void **state)
{
    struct tf_tracer *tracer = tracer_with(1, false);
    struct tf_tracer *const tracers[] = {tracer, NULL};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct tf_span span;
        tf_span_start(tracers[i], &span, "x", TF_SPAN_SERVER, &remote);
        assert_memory_equal(&span.context, &remote, sizeof remote);
        tf_span_text(&span, "k", TF_STR("v"));
        tf_span_link(&span, &remote);
        tf_span_fail(&span, "timeout");
        tf_span_end(tracers[i], &span);
        tf_span_start(tracers[i], &span, "x", TF_SPAN_SERVER, NULL);
        assert_false(span.context.valid);
        tf_span_end(tracers[i], &span);
        assert_true(tf_tracer_flush(tracers[i], 10));
    }
    assert_null(tf_tracer_destroy(tracer));
}

static unsigned sampled_of(double ratio, unsigned count)
{
    struct tf_tracer *tracer = tracer_with(ratio, true);
    struct tf_span span;
    unsigned sampled = 0;
    for (unsigned i = 0; i < count; i++) {
        tf_span_start(tracer, &span, "x", TF_SPAN_INTERNAL, NULL);
        sampled += span.context.sampled;
    }
    tf_tracer_destroy(tracer);
    return sampled;
}

static void the_ratio_is_kept(void **state)
{
    (void)state;
    assert_int_equal(sampled_of(0, 100000), 0);
    assert_int_equal(sampled_of(1, 100000), 100000);
    assert_in_range(sampled_of(0.1, 100000), 9400, 10600); /* six standard deviations */
    assert_in_range(sampled_of(0.5, 100000), 49000, 51000);
    assert_in_range(sampled_of(0.001, 100000), 40, 160);
}

/* The decision is a function of the lower 56 bits, so that other programs with the same ratio decide alike. */
static void the_lower_56_bits_decide(void **state)
{
    struct tf_tracer *tracer = tracer_with(0.25, true);
    struct tf_span span;
    (void)state;
    assert_true(tracer->sample_from == 0xc0000000000000u);
    for (int i = 0; i < 10000; i++) {
        tf_span_start(tracer, &span, "x", TF_SPAN_INTERNAL, NULL);
        assert_int_equal(span.context.sampled, span.context.trace_id[9] >= 0xc0);
    }
    tf_tracer_destroy(tracer);
}

static void attributes_are_cut_and_counted(void **state)
{
    struct tf_tracer *tracer = tracer_with(1, true);
    struct tf_span span;
    char text[200], name[300];
    (void)state;
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    tf_span_start(tracer, &span, name, TF_SPAN_INTERNAL, NULL);
    assert_int_equal(strlen(span.name), TF_SPAN_NAME_BYTES - 1);
    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xbc", 2);
    tf_span_text(&span, "cut", (struct tf_str){text, sizeof text});
    assert_int_equal(strlen(span.attributes[0].text), 78); /* 79 would split a character */
    tf_span_text(&span, "absent", TF_STR_NONE);
    assert_string_equal(span.attributes[1].text, "");
    tf_span_int(&span, "number", -5);
    assert_true(!span.attributes[2].is_text && span.attributes[2].number == -5);
    for (int i = 0; i < TF_SPAN_ATTRIBUTES_MAX; i++)
        tf_span_int(&span, "more", i);
    assert_int_equal(span.attributes_count, TF_SPAN_ATTRIBUTES_MAX);
    assert_int_equal(span.attributes_dropped, 3);
    tf_tracer_destroy(tracer);
}

static void links_are_bounded(void **state)
{
    struct tf_tracer *tracer = tracer_with(1, true);
    struct tf_span span;
    (void)state;
    tf_span_start(tracer, &span, "x", TF_SPAN_INTERNAL, NULL);
    tf_span_link(&span, &(struct tf_trace_context){.valid = false});
    for (int i = 0; i < TF_SPAN_LINKS_MAX + 5; i++)
        tf_span_link(&span, &remote);
    assert_int_equal(span.links_count, TF_SPAN_LINKS_MAX);
    assert_int_equal(span.links_dropped, 5);
    tf_tracer_destroy(tracer);
}

static void ending_queues_it_once_and_whole(void **state)
{
    struct tf_tracer *tracer = tracer_with(1, true);
    struct tf_span span;
    (void)state;
    memset(&span, 0xee, sizeof span); /* storage of the caller's holds anything */
    tf_span_start(tracer, &span, "process", TF_SPAN_CONSUMER, &remote);
    tf_span_text(&span, "messaging.system", TF_STR("kafka"));
    tf_span_link(&span, &remote);
    tf_span_fail(&span, "timeout");
    tf_span_end(tracer, &span);
    tf_span_end(tracer, &span);
    pthread_mutex_lock(&tracer->lock);
    assert_int_equal(tracer->length, 1);
    const struct tf_span *queued = &tracer->ring[tracer->head];
    assert_string_equal(queued->name, "process");
    assert_int_equal(queued->kind, TF_SPAN_CONSUMER);
    assert_true(queued->error && queued->has_parent);
    assert_true(queued->end_ns >= queued->start_ns && queued->start_ns > 1600000000000000000);
    assert_int_equal(queued->attributes_count, 2);
    assert_string_equal(queued->attributes[1].key, "error.type");
    assert_string_equal(queued->attributes[1].text, "timeout");
    assert_int_equal(queued->links_count, 1);
    assert_memory_equal(queued->links[0].trace_id, remote.trace_id, 16);
    assert_int_equal(queued->attributes_dropped + queued->links_dropped, 0);
    pthread_mutex_unlock(&tracer->lock);
    tf_tracer_destroy(tracer);
}

enum { THREADS = 4, IDS = 5000 };
static uint64_t ids[THREADS][IDS];
static struct tf_tracer *shared;

static void *make_ids(void *argument)
{
    uint64_t *out = argument;
    struct tf_span span;
    for (int i = 0; i < IDS; i++) {
        tf_span_start(shared, &span, "x", TF_SPAN_INTERNAL, NULL);
        memcpy(&out[i], span.context.span_id, 8);
    }
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    uint64_t left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return left < right ? -1 : left > right;
}

static void ids_of_threads_differ(void **state)
{
    pthread_t threads[THREADS];
    (void)state;
    shared = tracer_with(0, true);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(tf_thread_start(&threads[i], "ids", make_ids, ids[i]), TF_OK);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    uint64_t *all = &ids[0][0];
    qsort(all, THREADS * IDS, sizeof *all, by_value);
    for (int i = 1; i < THREADS * IDS; i++)
        assert_true(all[i] != all[i - 1]);
    tf_tracer_destroy(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_root_begins_a_trace),
        cmocka_unit_test(a_child_follows_its_parent),
        cmocka_unit_test(switched_off_it_passes_on_the_caller),
        cmocka_unit_test(the_ratio_is_kept),
        cmocka_unit_test(the_lower_56_bits_decide),
        cmocka_unit_test(attributes_are_cut_and_counted),
        cmocka_unit_test(links_are_bounded),
        cmocka_unit_test(ending_queues_it_once_and_whole),
        cmocka_unit_test(ids_of_threads_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
