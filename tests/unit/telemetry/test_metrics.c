#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <math.h>

#include "metrics_internal.h"
#include "taxflow/thread.h"

static void the_same_labels_are_the_same_series(void **state)
{
    struct tf_series *one = tf_metrics_series(TF_METRIC_events_received_total, "tax", "http", NULL);
    (void)state;
    assert_ptr_equal(one, tf_metrics_series(TF_METRIC_events_received_total, "tax", "http", NULL));
    assert_ptr_equal(one, tf_metrics_series(TF_METRIC_events_received_total, "tax", "http", "a label the row lacks"));
    assert_ptr_not_equal(one, tf_metrics_series(TF_METRIC_events_received_total, "http", "tax", NULL));
    assert_ptr_not_equal(one, tf_metrics_series(TF_METRIC_events_received_total, "taxhttp", "", NULL));
    assert_ptr_equal(tf_metrics_series(TF_METRIC_ready, NULL, NULL, NULL), tf_metrics_series(TF_METRIC_ready, "", NULL, NULL));
}

static void counters_only_rise(void **state)
{
    struct tf_series *series = tf_metrics_series(TF_METRIC_files_total, "collector", "done", NULL);
    (void)state;
    tf_metrics_add(series, 5);
    tf_metrics_add(series, -3);
    tf_metrics_add(series, 0);
    tf_metrics_set(series, 99);
    tf_metrics_observe(series, 1);
    assert_true(tf_metrics_value(series) == 5);
    tf_metrics_add(series, (int64_t)1 << 60);
    assert_true(tf_metrics_value(series) == (double)(((int64_t)1 << 60) + 5));
}

static void gauges_go_both_ways(void **state)
{
    struct tf_series *series = tf_metrics_series(TF_METRIC_state_bytes, "fraud", NULL, NULL);
    (void)state;
    tf_metrics_set(series, 10.5);
    tf_metrics_add(series, -20);
    assert_true(tf_metrics_value(series) == -9.5);
}

static void histograms_sort_into_buckets(void **state)
{
    struct tf_series *series = tf_metrics_series(TF_METRIC_batch_seconds, "tax", "buckets", NULL);
    (void)state;
    tf_metrics_observe(series, 0.0005); /* a bound belongs to its own bucket */
    tf_metrics_observe(series, 0.0006);
    tf_metrics_observe(series, 10);
    tf_metrics_observe(series, 10.001);
    tf_metrics_observe(series, -1);
    tf_metrics_observe(series, NAN);
    tf_metrics_observe(series, INFINITY);
    tf_metrics_add(series, 7);
    tf_metrics_set(series, 7);
    assert_int_equal(atomic_load(&series->value.spread.buckets[0]), 2);
    assert_int_equal(atomic_load(&series->value.spread.buckets[1]), 1);
    assert_int_equal(atomic_load(&series->value.spread.buckets[TF_METRIC_BOUNDS_COUNT - 1]), 1);
    assert_int_equal(atomic_load(&series->value.spread.buckets[TF_METRIC_BOUNDS_COUNT]), 2);
    assert_true(tf_metrics_value(series) == 6);
}

static void past_the_ceiling_series_are_shared(void **state)
{
    char name[16];
    struct tf_series *other = NULL;
    (void)state;
    for (int i = 0; i < TF_METRIC_SERIES_MAX; i++) {
        snprintf(name, sizeof name, "t%d", i);
        tf_metrics_series(TF_METRIC_consumer_lag_seconds, "g", name, NULL);
    }
    other = tf_metrics_series(TF_METRIC_consumer_lag_seconds, "g", "one too many", NULL);
    assert_string_equal(other->values[0], "other");
    assert_string_equal(other->values[1], "other");
    assert_ptr_equal(other, tf_metrics_series(TF_METRIC_consumer_lag_seconds, "h", "another", NULL));
    assert_string_equal(tf_metrics_series(TF_METRIC_consumer_lag_seconds, "g", "t77", NULL)->values[1], "t77");
}

static void collect(void *self, const char *const values[3], double value)
{
    char *out = self;
    sprintf(out + strlen(out), "%s/%s/%s=%g ", values[0], values[1], values[2] ? values[2] : "-", value);
}

static void each_visits_in_order_of_creation(void **state)
{
    char seen[256] = "";
    (void)state;
    tf_metrics_add(tf_metrics_series(TF_METRIC_claims_total, "tax", "new", NULL), 3);
    tf_metrics_add(tf_metrics_series(TF_METRIC_claims_total, "fraud", "own", NULL), 4);
    tf_metrics_add(tf_metrics_series(TF_METRIC_claims_total, "collector", "conflict", NULL), 0);
    tf_metrics_each(TF_METRIC_claims_total, collect, seen);
    assert_string_equal(seen, "tax/new/-=3 fraud/own/-=4 collector/conflict/-=0 ");
}

enum { THREADS = 4, ROUNDS = 20000 };

static void *count(void *argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        tf_metrics_add(tf_metrics_series(TF_METRIC_rebalances_total, i % 2 ? "a" : "b", NULL, NULL), 1);
        tf_metrics_add(tf_metrics_series(TF_METRIC_inflight_bytes, "x", NULL, NULL), 2);
        tf_metrics_observe(tf_metrics_series(TF_METRIC_end_to_end_seconds, "x", NULL, NULL), 0.25);
    }
    return argument;
}

static void threads_lose_nothing(void **state)
{
    pthread_t threads[THREADS];
    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(tf_thread_start(&threads[i], "count", count, NULL), TF_OK);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_true(tf_metrics_value(tf_metrics_series(TF_METRIC_rebalances_total, "a", NULL, NULL)) == THREADS * ROUNDS / 2);
    assert_true(tf_metrics_value(tf_metrics_series(TF_METRIC_rebalances_total, "b", NULL, NULL)) == THREADS * ROUNDS / 2);
    assert_true(tf_metrics_value(tf_metrics_series(TF_METRIC_inflight_bytes, "x", NULL, NULL)) == THREADS * ROUNDS * 2);
    const struct tf_series *spread = tf_metrics_series(TF_METRIC_end_to_end_seconds, "x", NULL, NULL);
    assert_true(tf_metrics_value(spread) == THREADS * ROUNDS);
    assert_true(atomic_load(&spread->value.spread.sum_ns) == (uint64_t)THREADS * ROUNDS * 250000000u);
}

/* Rows are outside names: what they say must be what the formats allow. */
static void rows_follow_the_naming_rules(void **state)
{
    (void)state;
    for (int i = 0; i < TF_METRIC_COUNT; i++) {
        const struct tf_metric_row *row = &tf_metric_rows[i];
        const size_t len = strlen(row->name);
        const bool total = len > 6 && strcmp(row->name + len - 6, "_total") == 0;
        const bool seconds = len > 8 && strcmp(row->name + len - 8, "_seconds") == 0;
        int labels = row->labels[0] != '\0';
        assert_int_equal(strspn(row->name, "abcdefghijklmnopqrstuvwxyz_"), len);
        assert_int_equal(strspn(row->labels, "abcdefghijklmnopqrstuvwxyz_,"), strlen(row->labels));
        assert_int_equal(total, row->type == TF_METRIC_COUNTER);
        assert_true(row->type != TF_METRIC_HISTOGRAM || seconds);
        assert_true(row->help[0] != '\0');
        for (const char *c = row->labels; *c; c++)
            labels += *c == ',';
        assert_true(labels <= TF_METRIC_LABELS_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_labels_are_the_same_series), cmocka_unit_test(counters_only_rise),
        cmocka_unit_test(gauges_go_both_ways),                 cmocka_unit_test(histograms_sort_into_buckets),
        cmocka_unit_test(past_the_ceiling_series_are_shared),  cmocka_unit_test(each_visits_in_order_of_creation),
        cmocka_unit_test(threads_lose_nothing),                cmocka_unit_test(rows_follow_the_naming_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
