#include "script.h"

/* Decode, claim, judge and encode everything that was added; rows of all workers, in worker order. */
static size_t walk(struct script *script, struct tf_row *rows)
{
    struct tf_pipeline *p = script->pipeline;
    size_t count = 0;
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    assert_int_equal(tf_ledger_claim_begin(p->ledger, batch, tf_batch_whole(batch), NULL), TF_OK);
    assert_int_equal(tf_ledger_claim_end(p->ledger, batch, NULL), TF_OK);
    assert_int_equal(script_evaluate(script), TF_OK);
    assert_int_equal(script_encode(script), TF_OK);
    for (unsigned w = 0; w < batch->workers; w++)
        for (size_t r = 0; r < batch->rows[w].count; r++)
            rows[count++] = batch->rows[w].items[r];
    return count;
}

static void test_a_result_row(void **state)
{
    (void)state;
    struct script *script = script_open(2, 1);
    struct tf_row rows[8];
    add_record(script, "e1", account(script, "ACME"))->traceparent = TF_STR("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
    assert_int_equal(walk(script, rows), 2);
    const struct tf_item *item = &script->pipeline->batch->items[0];
    assert_int_equal(rows[0].stream, TF_STREAM_TAX);
    assert_int_equal(rows[1].stream, TF_STREAM_FRAUD);
    assert_int_equal(rows[0].partition, 3);
    assert_str(rows[0].key, "0123456789abcdef");
    assert_str(rows[0].value, "{\"event_id\":\"e1\",\"position\":\"taxflow.audit:3:100\",\"by\":\"tax\",\"company\":\"ACME\"}");
    assert_str(rows[1].value, "{\"event_id\":\"e1\",\"position\":\"taxflow.audit:3:100\",\"by\":\"fraud\",\"company\":\"ACME\"}");
    struct tf_hash16 id = tf_identity_result(TF_STR("urn:test"), TF_STR("e1"), 0, TF_STR("tax"), TF_STR("rules-1"));
    char hex[33];
    tf_hash_hex(id.bytes, sizeof id.bytes, hex);
    assert_int_equal(rows[0].headers_count, 6);
    assert_str(header_of(&rows[0], "ce_id"), hex);
    assert_str(header_of(&rows[0], "ce_source"), "urn:taxflow");
    assert_str(header_of(&rows[0], "ce_type"), "taxflow.test.assessed.v1");
    assert_str(header_of(&rows[0], "ce_specversion"), "1.0");
    assert_str(header_of(&rows[0], "traceparent"), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
    struct tf_str owner = header_of(&rows[0], "tf_owner");
    assert_int_equal(owner.len, TF_LEDGER_HEADER_BYTES);
    struct tf_owner read;
    uint8_t bytes[TF_EVENT_OWNER_BYTES];
    memcpy(bytes, owner.ptr, TF_EVENT_OWNER_BYTES);
    assert_true(tf_owner_decode(bytes, &read));
    assert_int_equal(read.partition, 3);
    assert_int_equal(read.offset, 100);
    assert_int_equal(read.timestamp_ms, 1700000000000);
    assert_memory_equal(read.body_hash, item->body_hash.bytes, 8);
    script_close(script);
}

/* A row that takes another's place names it, and is no claim: that is the first row's. */
static void test_a_row_in_place_of_another(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    struct tf_row rows[4];
    add_record(script, "e1", account(script, "A"));
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    assert_int_equal(tf_ledger_claim_begin(script->pipeline->ledger, batch, tf_batch_whole(batch), NULL), TF_OK);
    assert_int_equal(tf_ledger_claim_end(script->pipeline->ledger, batch, NULL), TF_OK);
    assert_int_equal(script_evaluate(script), TF_OK);
    batch->items[0].supersedes = TF_STR("0af7651916cd43dd8448eb211c80319c");
    assert_int_equal(script_encode(script), TF_OK);
    rows[0] = batch->rows[0].items[0];
    assert_str(header_of(&rows[0], "tf_supersedes"), "0af7651916cd43dd8448eb211c80319c");
    assert_false(tf_str_present(header_of(&rows[0], "tf_owner")));
    script_close(script);
}

/* A sampled record without a tracer keeps its own context: there is no span of ours to name. */
static void test_trace_without_a_tracer(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    struct tf_row rows[4];
    add_record(script, "e1", account(script, "A"))->traceparent = TF_STR("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    add_record(script, "e2", account(script, "A"));
    assert_int_equal(walk(script, rows), 2);
    assert_str(header_of(&rows[0], "traceparent"), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert_false(tf_str_present(header_of(&rows[1], "traceparent")));
    script_close(script);
}

static void test_a_duplicate_names_its_owner(void **state)
{
    (void)state;
    for (size_t judges = 1; judges <= 2; judges++) {
        struct script *script = script_open(judges, 1);
        struct tf_row rows[8];
        add_record(script, "e1", account(script, "A"));
        add_record(script, "e1", account(script, "A"));
        assert_int_equal(walk(script, rows), 2 * judges);
        const struct tf_row *row = &rows[judges];
        assert_int_equal(row->stream, TF_STREAM_DUPLICATES);
        assert_int_equal(row->item, 1);
        assert_str(row->value, "{\"event_id\":\"e1\",\"position\":\"taxflow.audit:3:101\",\"owner\":\"taxflow.audit:3:100\",\"role\":\"tax\"}");
        if (judges == 2)
            assert_str(rows[3].value,
                       "{\"event_id\":\"e1\",\"position\":\"taxflow.audit:3:101\",\"owner\":\"taxflow.audit:3:100\",\"role\":\"fraud\"}");
        script_close(script);
    }
}

static void test_dead_letters(void **state)
{
    (void)state;
    for (size_t judges = 1; judges <= 2; judges++) {
        struct script *script = script_open(judges, 1);
        struct tf_row rows[16];
        add_record(script, "torn", "{\"kind\":");
        assert_int_equal(walk(script, rows), 1); /* nobody could read it: one row, whoever reads */
        assert_int_equal(rows[0].stream, TF_STREAM_DLQ);
        assert_str(header_of(&rows[0], "tf_role"), judges == 1 ? "tax" : "collector");
        assert_str(header_of(&rows[0], "tf_reason"), "malformed-json");
        assert_str(header_of(&rows[0], "tf_position"), "taxflow.audit:3:100");
        assert_str(header_of(&rows[0], "tf_event_id"), "torn");
        assert_str(rows[0].value, "{\"kind\":");
        script_close(script);
    }
}

/* What a replay sends again is what the record had: its headers, or bytes that say who it is. */
static void test_a_dead_letter_keeps_the_record_s_headers(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    struct tf_row rows[4];
    struct tf_item *item = add_record(script, "torn", "{\"kind\":");
    item->ce_type = TF_STR("taxflow.account.v1");
    item->tf_origin = TF_STR("taxflow.dlq:3:4");
    item = add_record(script, "torn", "{\"kind\":");
    item->ce_id = TF_STR_NONE;
    assert_int_equal(walk(script, rows), 2);
    assert_str(header_of(&rows[0], "ce_id"), "torn");
    assert_true(tf_str_present(header_of(&rows[0], "ce_source")));
    assert_str(header_of(&rows[0], "ce_type"), "taxflow.account.v1");
    assert_str(header_of(&rows[0], "tf_origin"), "taxflow.dlq:3:4");
    assert_false(tf_str_present(header_of(&rows[1], "ce_id")));
    assert_false(tf_str_present(header_of(&rows[1], "ce_source")));
    assert_false(tf_str_present(header_of(&rows[1], "tf_origin")));
    script_close(script);
}

static void test_a_conflict_is_every_roles_dead_letter(void **state)
{
    (void)state;
    for (size_t judges = 1; judges <= 2; judges++) {
        struct script *script = script_open(judges, 1);
        struct tf_row rows[16];
        add_record(script, "e1", account(script, "A"));
        add_record(script, "e1", account(script, "B"));
        assert_int_equal(walk(script, rows), 2 * judges);
        for (size_t j = 0; j < judges; j++) {
            assert_int_equal(rows[judges + j].stream, TF_STREAM_DLQ);
            assert_str(header_of(&rows[judges + j], "tf_role"), script->judges[j].name);
            assert_str(header_of(&rows[judges + j], "tf_reason"), "id-conflict");
        }
        script_close(script);
    }
}

static void test_one_role_cannot_judge_it(void **state)
{
    (void)state;
    struct script *script = script_open(2, 1);
    struct tf_row rows[8];
    add_record(script, "e1", account(script, "A"));
    script->judges[1].fails_on = "e1";
    script->judges[1].fails_with = TF_E_STALE;
    assert_int_equal(walk(script, rows), 2);
    assert_int_equal(rows[0].stream, TF_STREAM_TAX);
    assert_int_equal(rows[1].stream, TF_STREAM_DLQ);
    assert_str(header_of(&rows[1], "tf_role"), "fraud");
    assert_str(header_of(&rows[1], "tf_reason"), "stale-revision");
    script_close(script);
}

static void test_skipped_writes_nothing_and_pending_is_a_breach(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    struct tf_row rows[4];
    add_record(script, "e1", account(script, "A"))->tf_role = TF_STR("fraud");
    assert_int_equal(walk(script, rows), 0);
    script->pipeline->batch->items[0].outcome = TF_OUTCOME_PENDING;
    assert_int_equal(script_encode(script), TF_E_BREACH);
    script_close(script);
}

static void test_rows_of_a_worker_are_in_item_order(void **state)
{
    (void)state;
    struct script *script = script_open(2, 3);
    static struct tf_row rows[SCRIPT_ROWS_MAX];
    char ids[100][8];
    for (size_t i = 0; i < 100; i++) {
        snprintf(ids[i], sizeof ids[i], "e%zu", i % 70); /* 30 duplicates */
        add_record(script, ids[i], account(script, "A"));
    }
    script->pipeline->options.judges[0].ordered = true; /* one thread: this judge writes down what it sees */
    assert_int_equal(walk(script, rows), 200);
    for (unsigned w = 0; w < 3; w++) {
        const struct tf_rows *list = &script->pipeline->batch->rows[w];
        for (size_t r = 1; r < list->count; r++)
            assert_true(list->items[r - 1].item <= list->items[r].item);
        for (size_t r = 0; r < list->count; r++)
            assert_int_equal(list->items[r].item % 3, w);
    }
    script_close(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_result_row),
        cmocka_unit_test(test_a_row_in_place_of_another),
        cmocka_unit_test(test_trace_without_a_tracer),
        cmocka_unit_test(test_a_duplicate_names_its_owner),
        cmocka_unit_test(test_dead_letters),
        cmocka_unit_test(test_a_dead_letter_keeps_the_record_s_headers),
        cmocka_unit_test(test_a_conflict_is_every_roles_dead_letter),
        cmocka_unit_test(test_one_role_cannot_judge_it),
        cmocka_unit_test(test_skipped_writes_nothing_and_pending_is_a_breach),
        cmocka_unit_test(test_rows_of_a_worker_are_in_item_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
