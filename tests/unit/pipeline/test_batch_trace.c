#include "script.h"

#include "taxflow/trace.h"

#define SAMPLED "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
#define UNSAMPLED "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"

static struct tf_trace_context context_of(const struct tf_row *row)
{
    struct tf_trace_context context;
    tf_trace_parse(header_of(row, "traceparent"), &context);
    return context;
}

/* Nobody listens where spans are sent: that must not be felt. */
static struct script *open_traced(size_t judges)
{
    struct script *script = script_open(judges, 1);
    struct tf_config config = *script->config;
    config.otel.endpoint = "http://127.0.0.1:1";
    script->pipeline->options.tracer = tf_tracer_create(&config, "taxflow-test", "test-1");
    assert_non_null(script->pipeline->options.tracer);
    return script;
}

static void close_traced(struct script *script)
{
    script->pipeline->options.tracer = tf_tracer_destroy(script->pipeline->options.tracer);
    script_close(script);
}

static void test_results_carry_the_trace_on(void **state)
{
    (void)state;
    struct script *script = open_traced(2);
    struct tf_fault fault = {0};
    struct tf_trace_context record;
    add_record(script, "e1", account(script, "A"))->traceparent = TF_STR(SAMPLED);
    add_record(script, "e2", account(script, "A"))->traceparent = TF_STR(UNSAMPLED);
    add_record(script, "e3", account(script, "A"));
    add_record(script, "e4", account(script, "A"))->traceparent = TF_STR("not a traceparent");
    assert_int_equal(tf_pipeline_run_once(script->pipeline, 0, &fault), TF_OK);
    assert_int_equal(script->rows_count, 8);
    tf_trace_parse(TF_STR(SAMPLED), &record);
    struct tf_trace_context tax = context_of(&script->rows[0]), fraud = context_of(&script->rows[1]);
    assert_true(tax.valid && tax.sampled && fraud.valid && fraud.sampled);
    assert_memory_equal(tax.trace_id, record.trace_id, sizeof record.trace_id);
    assert_memory_equal(fraud.trace_id, record.trace_id, sizeof record.trace_id);
    assert_memory_not_equal(tax.span_id, record.span_id, sizeof record.span_id);
    assert_memory_not_equal(tax.span_id, fraud.span_id, sizeof fraud.span_id);
    assert_str(header_of(&script->rows[2], "traceparent"), UNSAMPLED);
    assert_false(tf_str_present(header_of(&script->rows[4], "traceparent")));
    assert_false(tf_str_present(header_of(&script->rows[6], "traceparent")));
    close_traced(script);
}

static void test_every_outcome_has_its_spans(void **state)
{
    (void)state;
    struct script *script = open_traced(1);
    struct tf_fault fault = {0};
    add_record(script, "e1", account(script, "A"))->traceparent = TF_STR(SAMPLED);
    add_record(script, "e1", account(script, "A"))->traceparent = TF_STR(SAMPLED);
    add_record(script, "e2", "{")->traceparent = TF_STR(SAMPLED);
    struct tf_item *other = add_record(script, "e3", account(script, "A"));
    other->traceparent = TF_STR(SAMPLED);
    other->tf_role = TF_STR("fraud");
    script->commit.list[0] = TF_E_ABORTED; /* an aborted batch leaves no span behind, its second run does */
    assert_int_equal(tf_pipeline_run_once(script->pipeline, 0, &fault), TF_E_ABORTED);
    assert_int_equal(tf_pipeline_run_once(script->pipeline, 0, &fault), TF_OK);
    assert_int_equal(script->pipeline->batch->items[3].outcome, TF_OUTCOME_SKIPPED);
    assert_str(header_of(&script->rows[script->rows_count - 1], "traceparent"), SAMPLED); /* the dead letter keeps the sender's */
    close_traced(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results_carry_the_trace_on),
        cmocka_unit_test(test_every_outcome_has_its_spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
