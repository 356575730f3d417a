#include "script.h"

enum { MANY = 200, MANY_SLICE = 30 };

static enum tf_err run_once(struct script *script)
{
    struct tf_fault fault = {0};
    return tf_pipeline_run_once(script->pipeline, 0, &fault);
}

static struct script *open_line(size_t judges, unsigned workers, size_t slice_items, size_t records)
{
    struct script *script = script_open(judges, workers);
    script->pipeline->options.slice_items = slice_items;
    for (size_t i = 0; i < records; i++)
        add_record(script, tf_arena_printf(script->kept, "e%zu", i).ptr, account(script, "A"));
    return script;
}

/* Each record has a row of each role, with its own id in it, and no row comes before one of an earlier slice. */
static void assert_all_rows(const struct script *script, size_t judges, size_t records)
{
    size_t seen[SCRIPT_RECORDS_MAX] = {0}, slice = 0;
    assert_int_equal(script->rows_count, judges * records);
    for (size_t r = 0; r < script->rows_count; r++) {
        const struct tf_row *row = &script->rows[r];
        char id[32];
        snprintf(id, sizeof id, "\"event_id\":\"e%u\"", row->item);
        assert_non_null(memmem(row->value.ptr, row->value.len, id, strlen(id)));
        assert_true(row->item / MANY_SLICE >= slice);
        slice = row->item / MANY_SLICE;
        seen[row->item]++;
    }
    for (size_t i = 0; i < records; i++)
        assert_int_equal(seen[i], judges);
}

static void test_slices_pass_all_stations_in_their_order(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= 4; workers++) {
        struct script *script = open_line(2, workers, MANY_SLICE, MANY);
        assert_int_equal(run_once(script), TF_OK);
        assert_all_rows(script, 2, MANY);
        assert_int_equal(strncmp(script->judges[1].order, "e0 e1 e2 e3 ", 12), 0); /* the ordered one */
        assert_int_equal(script->judges[1].judged, MANY);
        script_close(script);
    }
}

/* A station fails while the others are at other slices: all are waited for, and the batch is whole when it runs again. */
static void test_a_failure_leaves_the_batch_whole(void **state)
{
    (void)state;
    for (int what = 0; what < 3; what++) {
        struct script *script = open_line(1, 3, MANY_SLICE, MANY);
        (what == 0 ? &script->publish : what == 1 ? &script->judges[0].evaluate : &script->flush)->list[what == 1 ? 15 : what == 0 ? 2 : 0] = TF_E_ABORTED;
        assert_int_equal(run_once(script), TF_E_ABORTED);
        script->open_count = 0;
        script->pipeline->opened = false;
        assert_int_equal(run_once(script), TF_OK);
        assert_all_rows(script, 1, MANY);
        script_close(script);
    }
}

/* Records taken ahead are the first of the next batch, in their order; the poll adds to them. */
static void test_the_next_batch_begins_with_what_was_taken_ahead(void **state)
{
    (void)state;
    struct script *script = open_line(2, 2, MANY_SLICE, MANY);
    script->a_poll = 50;
    script->a_look = 7;
    assert_int_equal(run_once(script), TF_OK);
    size_t ahead = script->pipeline->ahead->count;
    assert_true(ahead > 0 && ahead % 7 == 0);
    assert_int_equal(script->rows_count, 2 * 50);
    script->a_look = 0;
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows_count, 2 * (50 + ahead + 50));
    script->a_poll = MANY;
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows_count, 2 * MANY);
    assert_int_equal(script->judges[1].judged, MANY);
    script_close(script);
}

static void test_a_failed_batch_runs_before_what_was_taken_ahead(void **state)
{
    (void)state;
    struct script *script = open_line(2, 2, MANY_SLICE, 100);
    script->a_poll = 50;
    script->a_look = 100;
    script->commit.list[0] = TF_E_ABORTED;
    assert_int_equal(run_once(script), TF_E_ABORTED);
    assert_int_equal(script->pipeline->ahead->count, MANY_SLICE + 20); /* no more than a slice at a time: two looks */
    script->pipeline->opened = false;
    script->open_count = 0;
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows_count, 2 * 50);
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows_count, 2 * 100);
    script_close(script);
}

/* What went wrong is not this batch's affair. */
static void test_a_fault_ahead_is_told_by_the_next_poll(void **state)
{
    (void)state;
    struct script *script = open_line(1, 1, MANY_SLICE, 60);
    struct tf_fault fault = {0};
    script->a_poll = 50;
    script->look_ahead.list[1] = TF_E_CONFIG;
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows_count, 50);
    assert_int_equal(tf_pipeline_run_once(script->pipeline, 0, &fault), TF_E_CONFIG);
    assert_string_equal(fault.text, "as the script says");
    assert_int_equal(run_once(script), TF_OK);
    assert_int_equal(script->rows_count, 60);
    script_close(script);
}

static void test_a_revoke_drops_both_batches(void **state)
{
    (void)state;
    struct script *script = open_line(1, 1, MANY_SLICE, 100);
    script->a_poll = 50;
    script->a_look = 10;
    script->commit.list[0] = TF_E_ABORTED;
    assert_int_equal(run_once(script), TF_E_ABORTED);
    assert_true(script->pipeline->batch->count == 50 && script->pipeline->ahead->count > 0);
    tf_pipeline_revoked(script->pipeline);
    assert_int_equal(script->pipeline->batch->count + script->pipeline->ahead->count, 0);
    assert_false(script->pipeline->held);
    assert_non_null(strstr(script->journal, "release release"));
    script->pipeline->opened = false;
    script_close(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slices_pass_all_stations_in_their_order),
        cmocka_unit_test(test_a_failure_leaves_the_batch_whole),
        cmocka_unit_test(test_the_next_batch_begins_with_what_was_taken_ahead),
        cmocka_unit_test(test_a_failed_batch_runs_before_what_was_taken_ahead),
        cmocka_unit_test(test_a_fault_ahead_is_told_by_the_next_poll),
        cmocka_unit_test(test_a_revoke_drops_both_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
