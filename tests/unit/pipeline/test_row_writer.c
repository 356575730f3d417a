#include "script.h"

/* What a judge wrote of its own is part of the batch: it comes with the results, and goes with them. */
static enum tf_err keep_company(void *self, const struct tf_item *item, const void *prepared, struct tf_row_writer *writer)
{
    (void)self;
    struct tf_buf *text = tf_row_writer_scratch(writer);
    tf_buf_printf(text, "%.*s %s", TF_STR_ARGS(item->ce_id), prepared ? "prepared" : "plain");
    return tf_row_writer_put(writer, TF_STREAM_FRAUD_STATE, item->position.partition, item->ce_id, tf_buf_view(text));
}

static enum tf_err close_batch(void *self, const struct tf_batch *batch, struct tf_row_writer *writer)
{
    (void)self;
    struct tf_buf *text = tf_row_writer_scratch(writer);
    tf_buf_printf(text, "%zu", batch->count);
    TF_TRY(tf_row_writer_put(writer, TF_STREAM_FRAUD_STATE, 7, TF_STR("count"), tf_buf_view(text)));
    TF_TRY(tf_row_writer_put(writer, TF_STREAM_FRAUD_STATE, 7, TF_STR("gone"), TF_STR_NONE));
    return tf_row_writer_put(writer, TF_STREAM_GROUPS, 7, TF_STR("group"), TF_STR("{}"));
}

static bool keeps_no_state(void *self, enum tf_stream stream)
{
    (void)self;
    return stream != TF_STREAM_FRAUD_STATE;
}

static struct script *open_with_rows(void)
{
    struct script *script = script_open(1, 2);
    script->pipeline->options.judges[0].keep = keep_company;
    script->pipeline->options.judges[0].close = close_batch;
    return script;
}

static const struct tf_row *row_with(const struct script *script, enum tf_stream stream, const char *key)
{
    for (size_t r = 0; r < script->rows_count; r++)
        if (script->rows[r].stream == stream && tf_str_is(script->rows[r].key, key))
            return &script->rows[r];
    return NULL;
}

static void run(struct script *script)
{
    atomic_bool stop = false;
    struct tf_fault fault = {0};
    assert_int_equal(tf_worker_run(script->pipeline, &stop, &fault), TF_OK);
}

static void test_rows_come_with_the_results(void **state)
{
    (void)state;
    struct script *script = open_with_rows();
    add_record(script, "e1", account(script, "A"));
    add_record(script, "e1", account(script, "A")); /* a duplicate: nothing was evaluated */
    add_record(script, "e2", "no record");
    add_record(script, "e3", account(script, "B"));
    run(script);
    assert_str(row_with(script, TF_STREAM_FRAUD_STATE, "e1")->value, "e1 plain");
    assert_int_equal(row_with(script, TF_STREAM_FRAUD_STATE, "e1")->partition, 3);
    assert_int_equal(row_with(script, TF_STREAM_FRAUD_STATE, "e1")->headers_count, 0);
    assert_str(row_with(script, TF_STREAM_FRAUD_STATE, "e3")->value, "e3 plain");
    assert_null(row_with(script, TF_STREAM_FRAUD_STATE, "e2"));
    const struct tf_row *count = row_with(script, TF_STREAM_FRAUD_STATE, "count");
    assert_str(count->value, "4");
    assert_int_equal(count->item, TF_ROW_OF_BATCH);
    assert_int_equal(count->partition, 7);
    assert_false(tf_str_present(row_with(script, TF_STREAM_FRAUD_STATE, "gone")->value));
    assert_non_null(row_with(script, TF_STREAM_GROUPS, "group"));
    script_close(script);
}

/* Whether it could be judged or not: it may have left something in the state. */
static void test_a_record_without_a_verdict_has_its_row(void **state)
{
    (void)state;
    struct script *script = open_with_rows();
    script->judges[0].fails_on = "e1";
    script->judges[0].fails_with = TF_E_STALE;
    add_record(script, "e1", account(script, "A"));
    run(script);
    assert_non_null(row_with(script, TF_STREAM_FRAUD_STATE, "e1"));
    script_close(script);
}

static void test_an_abort_takes_them_back(void **state)
{
    (void)state;
    struct script *script = open_with_rows();
    script->commit = (struct answers){.list = {TF_E_ABORTED}};
    add_record(script, "e1", account(script, "A"));
    run(script);
    size_t counts = 0;
    for (size_t r = 0; r < script->rows_count; r++)
        counts += tf_str_is(script->rows[r].key, "count");
    assert_int_equal(counts, 1);
    script_close(script);
}

static void test_a_sink_may_have_no_place_for_state(void **state)
{
    (void)state;
    struct script *script = open_with_rows();
    script->pipeline->options.sink.keeps = keeps_no_state;
    add_record(script, "e1", account(script, "A"));
    run(script);
    assert_null(row_with(script, TF_STREAM_FRAUD_STATE, "e1"));
    assert_null(row_with(script, TF_STREAM_FRAUD_STATE, "count"));
    assert_non_null(row_with(script, TF_STREAM_GROUPS, "group"));
    script_close(script);
}

/* No record could be buried for it: the run ends, and says why. */
static void test_a_row_of_the_batch_that_is_refused_ends_the_run(void **state)
{
    (void)state;
    struct script *script = open_with_rows();
    atomic_bool stop = false;
    struct tf_fault fault = {0};
    script->publish = (struct answers){.list = {TF_OK, TF_E_RESULT_SIZE}};
    script->refused_item = TF_ROW_OF_BATCH;
    add_record(script, "e1", account(script, "A"));
    assert_int_equal(tf_worker_run(script->pipeline, &stop, &fault), TF_E_BREACH);
    assert_non_null(strstr(fault.text, "a whole batch"));
    script_close(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_come_with_the_results),
        cmocka_unit_test(test_a_record_without_a_verdict_has_its_row),
        cmocka_unit_test(test_an_abort_takes_them_back),
        cmocka_unit_test(test_a_sink_may_have_no_place_for_state),
        cmocka_unit_test(test_a_row_of_the_batch_that_is_refused_ends_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
