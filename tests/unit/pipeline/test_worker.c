#include "script.h"

#include "taxflow/clock.h"

static atomic_bool stop;

static enum tf_err run(struct script *script)
{
    struct tf_fault fault = {0};
    atomic_store(&stop, false);
    enum tf_err err = tf_worker_run(script->pipeline, &stop, &fault);
    assert_true((err == TF_OK) || fault.text[0]);
    return err;
}

static void test_until_the_source_ends(void **state)
{
    (void)state;
    struct script *script = script_open(2, 1);
    char ids[10][4];
    script->a_poll = 3;
    for (size_t i = 0; i < 10; i++) {
        snprintf(ids[i], sizeof ids[i], "e%zu", i);
        add_record(script, ids[i], account(script, "A"));
    }
    assert_int_equal(run(script), TF_OK);
    assert_int_equal(script->rows_count, 20);
    assert_int_equal(script->judges[0].committed, 4);
    assert_int_equal(script->judges[0].aborted, 0);
    assert_int_equal(script->judges[0].refreshed, 4);
    script_close(script);
}

static void test_retry_undoes_waits_and_runs_it_again(void **state)
{
    (void)state;
    static const struct { enum tf_err publish, commit; const char *story; } cases[] = {
        {TF_E_ABORTED, TF_OK, "poll begin publish tax.aborted fraud.aborted abort keep begin publish flush commit tax.committed fraud.committed"},
        {TF_OK, TF_E_TIMEOUT, "poll begin publish flush commit tax.aborted fraud.aborted abort keep begin publish flush commit tax.committed fraud.committed"},
    };
    for (size_t c = 0; c < 2; c++) {
        struct script *script = script_open(2, 1);
        add_record(script, "e1", account(script, "A"));
        add_record(script, "e2", account(script, "A"));
        script->publish.list[0] = cases[c].publish;
        script->commit.list[0] = cases[c].commit;
        assert_int_equal(run(script), TF_OK);
        assert_string_equal(script->journal, cases[c].story);
        assert_int_equal(script->rows_count, 4); /* each exactly once, though the source was at its end */
        script_close(script);
    }
}

static void test_nothing_is_aborted_that_was_not_published(void **state)
{
    (void)state;
    struct script *script = script_open(2, 1);
    add_record(script, "e1", account(script, "A"));
    script->judges[1].evaluate.list[0] = TF_E_FULL;
    assert_int_equal(run(script), TF_OK);
    assert_string_equal(script->journal, "poll tax.aborted fraud.aborted keep begin publish flush commit tax.committed fraud.committed");
    script_close(script);
}

/* A poll that fails leaves nothing to take back. */
static void test_poll_retries(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e1", account(script, "A"));
    script->poll.list[0] = TF_E_UNAVAILABLE;
    assert_int_equal(run(script), TF_OK);
    assert_string_equal(script->journal, "poll keep poll begin publish flush commit tax.committed");
    script_close(script);
}

static void test_an_abort_that_fails_is_tried_again_first(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e1", account(script, "A"));
    script->commit.list[0] = TF_E_ABORTED;
    script->abort.list[0] = script->abort.list[1] = TF_E_UNAVAILABLE;
    assert_int_equal(run(script), TF_OK);
    assert_string_equal(script->journal, "poll begin publish flush commit tax.aborted abort keep abort tax.aborted abort keep begin publish flush commit tax.committed");
    assert_int_equal(script->rows_count, 1);
    script_close(script);
}

static void test_fatal_ends(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e1", account(script, "A"));
    script->commit.list[0] = TF_E_FENCED;
    assert_int_equal(run(script), TF_E_FENCED);
    assert_string_equal(script->journal, "poll begin publish flush commit tax.aborted abort");
    script_close(script);

    script = script_open(1, 1);
    add_record(script, "e1", account(script, "A"));
    script->commit.list[0] = TF_E_ABORTED;
    script->keep_alive.list[0] = TF_E_FENCED;
    assert_int_equal(run(script), TF_E_FENCED);
    assert_int_equal(script->rows_count, 0);
    script_close(script);
}

static void test_oversized_results_do_not_wait(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e1", account(script, "A"));
    add_record(script, "e2", account(script, "A"));
    script->publish.list[0] = TF_E_RESULT_SIZE;
    assert_int_equal(run(script), TF_OK);
    assert_string_equal(script->journal, "poll begin publish tax.aborted abort begin publish flush commit tax.committed");
    assert_int_equal(script->rows[0].stream, TF_STREAM_DLQ);
    assert_int_equal(script->rows[1].stream, TF_STREAM_TAX);
    script_close(script);
}

static void revoke(struct script *script)
{
    tf_pipeline_drop(script->pipeline);
    script->on_keep_alive = NULL;
}

/* Its new owner gets the records: they are neither written nor kept here. */
static void test_a_batch_is_dropped_when_its_partitions_go(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    script->a_poll = 1;
    add_record(script, "e1", account(script, "A"));
    add_record(script, "e2", account(script, "A"));
    script->commit.list[0] = TF_E_ABORTED;
    script->on_keep_alive = revoke;
    assert_int_equal(run(script), TF_OK);
    /* How often it is kept alive in the pause that follows hangs on the clock. */
    static const char before[] = "poll begin publish flush commit tax.aborted abort keep tax.aborted release ";
    assert_memory_equal(script->journal, before, sizeof before - 1);
    const char *after = script->journal + sizeof before - 1;
    while (strncmp(after, "keep ", 5) == 0)
        after += 5;
    assert_string_equal(after, "poll begin publish flush commit tax.committed");
    assert_int_equal(script->rows_count, 1);
    assert_str(script->rows[0].value, "{\"event_id\":\"e2\",\"position\":\"taxflow.audit:3:101\",\"by\":\"tax\",\"company\":\"A\"}");
    script_close(script);
}

static void ask_to_stop(struct script *script)
{
    (void)script;
    atomic_store(&stop, true);
}

static void test_stop_ends_a_wait(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e1", account(script, "A"));
    script->endless = true;
    for (size_t i = 0; i < SCRIPT_ANSWERS_MAX; i++)
        script->commit.list[i] = TF_E_UNAVAILABLE;
    script->on_keep_alive = ask_to_stop;
    assert_int_equal(run(script), TF_OK);
    assert_int_equal(script->rows_count, 0);
    assert_string_equal(script->journal, "poll begin publish flush commit tax.aborted abort keep");
    script_close(script);
}

static struct tf_health *watched;
static bool seen_waiting;

static void look_at_health(struct script *script)
{
    struct tf_buf lines;
    (void)script;
    tf_buf_init(&lines, 4096);
    seen_waiting = seen_waiting || !tf_health_ready(watched, &lines);
    tf_buf_finish(&lines);
}

static void test_readiness_and_growing_pauses(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e1", account(script, "A"));
    watched = script->pipeline->options.health = tf_health_create();
    script->on_keep_alive = look_at_health;
    for (size_t i = 0; i < 3; i++)
        script->commit.list[i] = TF_E_ABORTED;
    int64_t started = tf_clock_mono_ms();
    assert_int_equal(run(script), TF_OK);
    assert_true(tf_clock_mono_ms() - started >= 50 + 100 + 200);
    assert_true(seen_waiting);
    assert_true(tf_health_ready(watched, NULL));
    script->pipeline->options.health = tf_health_destroy(watched);
    script_close(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_until_the_source_ends),
        cmocka_unit_test(test_retry_undoes_waits_and_runs_it_again),
        cmocka_unit_test(test_nothing_is_aborted_that_was_not_published),
        cmocka_unit_test(test_poll_retries),
        cmocka_unit_test(test_an_abort_that_fails_is_tried_again_first),
        cmocka_unit_test(test_fatal_ends),
        cmocka_unit_test(test_oversized_results_do_not_wait),
        cmocka_unit_test(test_a_batch_is_dropped_when_its_partitions_go),
        cmocka_unit_test(test_stop_ends_a_wait),
        cmocka_unit_test(test_readiness_and_growing_pauses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
