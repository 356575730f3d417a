#include "script.h"

#include "taxflow/metrics.h"

static double counted(enum tf_metric metric, const char *one, const char *two)
{
    return tf_metrics_value(tf_metrics_series(metric, one, two, NULL));
}

static enum tf_err run_once(struct script *script)
{
    struct tf_fault fault = {0};
    return tf_pipeline_run_once(script->pipeline, 0, &fault);
}

static void test_one_batch_top_to_bottom(void **state)
{
    (void)state;
    struct script *script = script_open(2, 1);
    double processed = counted(TF_METRIC_events_processed_total, "audit", "processed");
    double dead = counted(TF_METRIC_events_processed_total, "audit", "dead"), letters = counted(TF_METRIC_dead_letters_total, "audit", "malformed-json");
    add_record(script, "e1", account(script, "A"));
    add_record(script, "e1", account(script, "A"));
    add_record(script, "e2", "{");
    add_record(script, "e3", account(script, "B"));
    assert_int_equal(run_once(script), TF_OK);
    assert_string_equal(script->journal, "poll begin publish flush commit tax.committed fraud.committed");
    assert_int_equal(script->rows_count, 2 + 2 + 1 + 2);
    assert_int_equal(counted(TF_METRIC_events_processed_total, "audit", "processed") - processed, 2);
    assert_int_equal(counted(TF_METRIC_events_processed_total, "audit", "dead") - dead, 1);
    assert_int_equal(counted(TF_METRIC_dead_letters_total, "audit", "malformed-json") - letters, 1);
    assert_int_equal(run_once(script), TF_OK); /* nothing there: given back, nothing written */
    assert_string_equal(script->journal, "poll begin publish flush commit tax.committed fraud.committed release poll");
    script_close(script);
}

static void test_every_step_is_timed_under_its_name(void **state)
{
    (void)state;
    static const char *const steps[TF_STEP_COUNT] = {"poll", "attempt", "decode", "claim", "evaluate", "encode", "publish", "flush", "confirm", "commit", "checkpoint"};
    double before[TF_STEP_COUNT];
    struct script *script = script_open(2, 2);
    for (int s = 0; s < TF_STEP_COUNT; s++)
        before[s] = counted(TF_METRIC_batch_seconds, "audit", steps[s]);
    add_record(script, "e1", account(script, "A"));
    assert_int_equal(run_once(script), TF_OK);
    for (int s = 0; s < TF_STEP_COUNT; s++)
        assert_int_equal(counted(TF_METRIC_batch_seconds, "audit", steps[s]) - before[s], 1);
    script_close(script);
}

static struct script *open_in_slices(size_t judges, unsigned workers, size_t items)
{
    struct script *script = script_open(judges, workers);
    script->pipeline->options.slice_items = items;
    return script;
}

/* Seven records in four slices: handed over one after the other, judged in order, and the repetition in another slice is found. */
static void test_slices_make_one_batch(void **state)
{
    (void)state;
    static const char *const ids[] = {"e1", "e2", "e3", "e1", "e4", "e5", "e6"};
    for (unsigned workers = 1; workers <= 2; workers++) {
        struct script *script = open_in_slices(2, workers, 2);
        for (size_t i = 0; i < 7; i++)
            add_record(script, ids[i], account(script, "A"));
        assert_int_equal(run_once(script), TF_OK);
        assert_string_equal(script->journal, "poll begin publish publish publish publish flush commit tax.committed fraud.committed");
        assert_int_equal(script->rows_count, 7 * 2);
        assert_string_equal(script->judges[1].order, "e1 e2 e3 e4 e5 e6");
        size_t duplicates = 0;
        for (size_t r = 0; r < script->rows_count; r++)
            duplicates += script->rows[r].stream == TF_STREAM_DUPLICATES;
        assert_int_equal(duplicates, 2);
        script_close(script);
    }
}

/* What was handed over before the failure is open, and taken back; the batch runs again from its first slice. */
static void test_a_slice_that_fails_fails_the_batch(void **state)
{
    (void)state;
    static const char *const ids[] = {"e1", "e2", "e3", "e4", "e5", "e6"};
    struct script *script = open_in_slices(1, 1, 2);
    for (size_t i = 0; i < 6; i++)
        add_record(script, ids[i], account(script, "A"));
    script->publish.list[1] = TF_E_ABORTED;
    assert_int_equal(run_once(script), TF_E_ABORTED);
    assert_true(script->pipeline->opened);
    assert_int_equal(script->open_count, 2);
    script->open_count = 0;
    script->pipeline->opened = false;
    assert_int_equal(run_once(script), TF_OK);
    assert_string_equal(script->journal, "poll begin publish publish begin publish publish publish flush commit tax.committed");
    assert_int_equal(script->rows_count, 6);
    script_close(script);
}

/* The judge cannot go on while Redis is being asked: the claim is waited for all the same, and the batch is whole when it runs again. */
static void test_a_judge_that_fails_between_claims(void **state)
{
    (void)state;
    static const char *const ids[] = {"e1", "e2", "e3", "e4"};
    struct script *script = open_in_slices(1, 1, 1);
    for (size_t i = 0; i < 4; i++)
        add_record(script, ids[i], account(script, "A"));
    script->judges[0].evaluate.list[1] = TF_E_FULL;
    assert_int_equal(run_once(script), TF_E_FULL);
    script->open_count = 0;
    script->pipeline->opened = false;
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows_count, 4);
    script_close(script);
}

static void test_checkpoint_follows_the_commit(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    struct tf_buf mark;
    bool found = false;
    tf_buf_init(&mark, 64);
    add_record(script, "e1", account(script, "A"));
    script->commit.list[0] = TF_E_ABORTED;
    assert_int_equal(run_once(script), TF_E_ABORTED);
    assert_int_equal(tf_dedup_get(script->dedup, TF_STR("ck:tax:3"), &mark, &found, NULL), TF_OK);
    assert_false(found);
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(tf_dedup_get(script->dedup, TF_STR("ck:tax:3"), &mark, &found, NULL), TF_OK);
    assert_true(found);
    assert_memory_equal(mark.ptr, "\1\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\144", 17); /* version 1, result offset 3, input offset 100 */
    tf_buf_finish(&mark);
    script_close(script);
}

/* The claims of the first attempt are its own: the second run finds itself as the owner, and judges again. */
static void test_a_failed_batch_runs_again_from_memory(void **state)
{
    (void)state;
    static const enum tf_err codes[] = {TF_E_ABORTED, TF_E_UNAVAILABLE, TF_E_TIMEOUT};
    for (size_t c = 0; c < 3; c++) {
        for (int at_commit = 0; at_commit < 2; at_commit++) {
            struct script *script = script_open(1, 1);
            add_record(script, "e1", account(script, "A"));
            add_record(script, NULL, account(script, "B"));
            (at_commit ? &script->commit : &script->publish)->list[0] = codes[c];
            assert_int_equal(run_once(script), codes[c]);
            assert_true(script->pipeline->held);
            assert_int_equal(script->rows_count, 0);
            script->open_count = 0;
            assert_int_equal(run_once(script), TF_OK);
            assert_int_equal(script->judges[0].judged, 4);
            assert_int_equal(script->rows_count, 2);
            assert_int_equal(script->rows[0].stream, TF_STREAM_TAX);
            assert_int_equal(script->rows[1].stream, TF_STREAM_TAX);
            assert_null(strstr(script->journal, "release"));
            script_close(script);
        }
    }
}

static void test_judging_fails_before_anything_is_published(void **state)
{
    (void)state;
    struct script *script = script_open(2, 1);
    add_record(script, "e1", account(script, "A"));
    script->judges[1].evaluate.list[0] = TF_E_FULL;
    assert_int_equal(run_once(script), TF_E_FULL);
    assert_string_equal(script->journal, "poll");
    assert_false(script->pipeline->opened);
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows_count, 2);
    script_close(script);
}

static void test_oversized_results_are_buried(void **state)
{
    (void)state;
    struct script *script = script_open(2, 1);
    add_record(script, "e0", account(script, "A"));
    add_record(script, "e1", account(script, "A"));
    add_record(script, "e2", account(script, "A"));
    script->publish.list[0] = script->publish.list[1] = TF_E_RESULT_SIZE; /* the rows of e0, then those of e1 */
    assert_int_equal(run_once(script), TF_E_RESULT_SIZE);
    assert_int_equal(run_once(script), TF_E_RESULT_SIZE);
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows_count, 6);
    for (size_t r = 0; r < 4; r++) {
        assert_int_equal(script->rows[r].stream, TF_STREAM_DLQ);
        assert_str(header_of(&script->rows[r], "tf_reason"), "result-too-big");
        assert_str(header_of(&script->rows[r], "tf_role"), r % 2 ? "fraud" : "tax");
    }
    assert_int_equal(script->rows[4].stream, TF_STREAM_TAX);
    assert_int_equal(script->rows[5].stream, TF_STREAM_FRAUD);
    /* The next batch starts afresh. */
    add_record(script, "e3", account(script, "A"));
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows[6].stream, TF_STREAM_TAX);
    script_close(script);
}

/* Without this the partition would stand still for ever, one attempt after the other. */
static void test_a_dead_letter_that_is_refused_too_ends(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e0", account(script, "A"));
    script->publish.list[0] = script->publish.list[1] = TF_E_RESULT_SIZE;
    assert_int_equal(run_once(script), TF_E_RESULT_SIZE);
    script->refused_item = 0;
    assert_int_equal(run_once(script), TF_E_BREACH);
    script_close(script);
}

static void test_drop_forgets_the_batch(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e0", account(script, "A"));
    script->commit.list[0] = TF_E_ABORTED;
    assert_int_equal(run_once(script), TF_E_ABORTED);
    tf_pipeline_drop(script->pipeline);
    assert_string_equal(script->journal, "poll begin publish flush commit tax.aborted release");
    assert_int_equal(run_once(script), TF_OK);
    assert_string_equal(script->journal, "poll begin publish flush commit tax.aborted release poll");
    tf_pipeline_drop(script->pipeline); /* nothing held: nobody is told */
    assert_string_equal(script->journal, "poll begin publish flush commit tax.aborted release poll");
    script_close(script);
}

static void test_poll_errors_pass_through(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e0", account(script, "A"));
    script->poll.list[0] = TF_E_FENCED;
    assert_int_equal(run_once(script), TF_E_FENCED);
    assert_false(script->pipeline->held);
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows_count, 1);
    script_close(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_batch_top_to_bottom),
        cmocka_unit_test(test_every_step_is_timed_under_its_name),
        cmocka_unit_test(test_slices_make_one_batch),
        cmocka_unit_test(test_a_slice_that_fails_fails_the_batch),
        cmocka_unit_test(test_a_judge_that_fails_between_claims),
        cmocka_unit_test(test_checkpoint_follows_the_commit),
        cmocka_unit_test(test_a_failed_batch_runs_again_from_memory),
        cmocka_unit_test(test_judging_fails_before_anything_is_published),
        cmocka_unit_test(test_oversized_results_are_buried),
        cmocka_unit_test(test_a_dead_letter_that_is_refused_too_ends),
        cmocka_unit_test(test_drop_forgets_the_batch),
        cmocka_unit_test(test_poll_errors_pass_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
