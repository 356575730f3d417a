#include "script.h"

static void test_ordered_judge_sees_the_order_of_the_batch(void **state)
{
    (void)state;
    struct script *script = script_open(2, 4);
    char ids[60][8], expected[1024] = "";
    for (size_t i = 0; i < 60; i++) {
        snprintf(ids[i], sizeof ids[i], "e%zu", i);
        add_record(script, ids[i], account(script, "A"))->worker = (uint32_t)(i * 7 % 4);
        sprintf(expected + strlen(expected), "%s%s", i ? " " : "", ids[i]);
    }
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    for (size_t i = 0; i < batch->count; i++)
        batch->items[i].outcome = TF_OUTCOME_PROCESS;
    /* The other judge is called from four threads at once: it must not write to its own struct here. */
    script->pipeline->options.judges[0].ordered = true;
    assert_int_equal(script_evaluate(script), TF_OK);
    assert_string_equal(script->judges[1].order, expected);
    assert_int_equal(script->judges[1].judged, 60);
    script_close(script);
}

static enum tf_err evaluate_slice(void *self, struct tf_item *item, void *prepared, struct tf_arena *arena, void **ret_verdict)
{
    (void)prepared;
    (void)self;
    *ret_verdict = tf_arena_alloc(arena, 64);
    *(uint32_t *)*ret_verdict = item->worker;
    return item->position.offset % 10 == 3 ? TF_E_STALE : TF_OK;
}

static void test_unordered_judge_runs_on_the_items_worker(void **state)
{
    (void)state;
    struct script *script = script_open(2, 4);
    for (size_t i = 0; i < 200; i++)
        add_record(script, "e", account(script, "A"));
    script->pipeline->options.judges[0].evaluate = evaluate_slice;
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    for (size_t i = 0; i < batch->count; i++)
        batch->items[i].outcome = TF_OUTCOME_PROCESS;
    assert_int_equal(script_evaluate(script), TF_OK);
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_item *item = &batch->items[i];
        assert_true((item->verdict[0] == NULL) == (item->position.offset % 10 == 3));
        if (item->verdict[0])
            assert_int_equal(*(const uint32_t *)item->verdict[0], item->worker);
    }
    script_close(script);
}

static void test_one_judges_refusal_leaves_the_others_verdict(void **state)
{
    (void)state;
    struct script *script = script_open(2, 1);
    add_record(script, "bad", account(script, "A"));
    add_record(script, "good", account(script, "A"));
    script->judges[0].fails_on = "bad";
    script->judges[0].fails_with = TF_E_TOO_MANY;
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    batch->items[0].outcome = batch->items[1].outcome = TF_OUTCOME_PROCESS;
    assert_int_equal(script_evaluate(script), TF_OK);
    assert_null(batch->items[0].verdict[0]);
    assert_int_equal(batch->items[0].verdict_problem[0].err, TF_E_TOO_MANY);
    assert_true(tf_str_present(batch->items[0].verdict_problem[0].detail));
    assert_non_null(batch->items[0].verdict[1]);
    assert_int_equal(batch->items[0].verdict_problem[1].err, TF_OK);
    assert_non_null(batch->items[1].verdict[0]);
    assert_int_equal(batch->items[0].outcome, TF_OUTCOME_PROCESS);
    script_close(script);
}

static void test_only_records_to_process_are_judged(void **state)
{
    (void)state;
    static const enum tf_outcome outcomes[] = {TF_OUTCOME_PENDING, TF_OUTCOME_DUPLICATE, TF_OUTCOME_DEAD, TF_OUTCOME_SKIPPED, TF_OUTCOME_PROCESS};
    struct script *script = script_open(2, 1);
    for (size_t i = 0; i < 5; i++)
        add_record(script, "e", account(script, "A"));
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    for (size_t i = 0; i < 5; i++)
        batch->items[i].outcome = outcomes[i];
    assert_int_equal(script_evaluate(script), TF_OK);
    assert_int_equal(script->judges[0].judged, 1);
    assert_int_equal(script->judges[1].judged, 1);
    script_close(script);
}

static void test_other_codes_stop_the_batch(void **state)
{
    (void)state;
    static const enum tf_err codes[] = {TF_E_FULL, TF_E_LIMIT};
    for (size_t c = 0; c < 2; c++) {
        for (size_t j = 0; j < 2; j++) {
            struct script *script = script_open(2, 1);
            add_record(script, "e1", account(script, "A"));
            add_record(script, "e2", account(script, "A"));
            script->judges[j].fails_on = "e1";
            script->judges[j].fails_with = codes[c];
            struct tf_batch *batch = fill_batch(script);
            assert_int_equal(script_decode(script), TF_OK);
            batch->items[0].outcome = batch->items[1].outcome = TF_OUTCOME_PROCESS;
            assert_int_equal(script_evaluate(script), codes[c]);
            assert_int_equal(script->judges[j].judged, 0); /* not the one after it either */
            script_close(script);
        }
    }
}

/* What was prepared for whom, and how often each was expected by the time it was judged. */
struct prepared { const struct tf_item *item; int expected, last; };

static enum tf_err prepare(void *self, const struct tf_item *item, struct tf_arena *arena, void **ret_prepared)
{
    struct prepared *prepared = TF_ARENA_NEW(arena, struct prepared);
    (void)self;
    assert_non_null(prepared);
    assert_true(tf_str_present(item->event.company)); /* decoded by now */
    prepared->item = item;
    *ret_prepared = prepared;
    return TF_OK;
}

static void expect_soon(void *self, const void *prepared, enum tf_soon soon)
{
    struct prepared *known = ((const struct prepared *)prepared)->item->prepared[1];
    (void)self;
    assert_true(known->expected == 0 || (int)soon > known->last);
    known->expected++;
    known->last = (int)soon;
}

static enum tf_err judge_expected(void *self, struct tf_item *item, void *prepared, struct tf_arena *arena, void **ret_verdict)
{
    const struct prepared *own = prepared;
    struct script_judge *judge = self;
    size_t place = (size_t)(item - judge->script->pipeline->batch->items);
    assert_ptr_equal(own->item, item);
    assert_int_equal(own->expected, place < 2 ? 0 : place < 4 ? 1 : place < 8 ? 2 : place < 12 ? 3 : 4); /* the first come without a warning */
    judge->judged++;
    *ret_verdict = TF_ARENA_NEW(arena, int);
    return TF_OK;
}

static void test_an_ordered_judge_is_told_what_comes(void **state)
{
    (void)state;
    struct script *script = script_open(2, 2);
    struct tf_judge *judge = &script->pipeline->options.judges[1];
    judge->prepare = prepare;
    judge->expect = expect_soon;
    judge->evaluate = judge_expected;
    for (int i = 0; i < 20; i++)
        add_record(script, "e", i == 5 ? "{" : account(script, "A"));
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    assert_null(batch->items[5].prepared[1]); /* nobody can read it */
    for (size_t i = 0; i < batch->count; i++)
        batch->items[i].outcome = i == 5 ? TF_OUTCOME_DEAD : i == 6 ? TF_OUTCOME_DUPLICATE : TF_OUTCOME_PROCESS;
    assert_int_equal(script_evaluate(script), TF_OK);
    assert_int_equal(script->judges[1].judged, 18);
    script_close(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordered_judge_sees_the_order_of_the_batch),
        cmocka_unit_test(test_unordered_judge_runs_on_the_items_worker),
        cmocka_unit_test(test_one_judges_refusal_leaves_the_others_verdict),
        cmocka_unit_test(test_only_records_to_process_are_judged),
        cmocka_unit_test(test_other_codes_stop_the_batch),
        cmocka_unit_test(test_an_ordered_judge_is_told_what_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
