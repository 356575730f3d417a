/* State of an earlier run comes before the first record of partitions just assigned. */
#include "script.h"
#include "taxflow/health.h"

/* What the script's judge answers, and was asked; the partitions it was told of. */
static struct answers restores;
static size_t assigned, restored;
static struct tf_assignment told;
static uint32_t told_partitions[4];
static int64_t told_ends[4];
static struct tf_buf *watched; /* what readiness says during a restore */
static struct script *running;

static void judge_assigned(void *self, const struct tf_assignment *assignment)
{
    (void)self;
    assigned++;
    told = *assignment;
    assert_true(assignment->count <= 4);
    for (size_t i = 0; i < assignment->count; i++) {
        told_partitions[i] = assignment->partitions[i];
        told_ends[i] = assignment->ends[i];
    }
}

static enum tf_err judge_restore(void *self, int64_t budget_ms, struct tf_changelog_progress *ret_progress, struct tf_fault *fault)
{
    (void)self;
    restored++;
    note(running, "restore");
    assert_true(budget_ms > 0);
    enum tf_err err = answer(&restores, fault);
    *ret_progress = (struct tf_changelog_progress){.percent = 40, .seconds_left = 3, .rows = 7, .seconds = err == TF_OK ? 0.5 : 0};
    if (restored > 1)
        tf_health_ready(running->pipeline->options.health, watched);
    return err;
}

static int64_t state_offset(void *self, uint32_t partition)
{
    (void)self;
    return 1000 + partition;
}

static bool keeps_none(void *self, enum tf_stream stream)
{
    (void)self;
    return stream != TF_STREAM_FRAUD_STATE;
}

static struct script *open_with_state(struct tf_buf *lines)
{
    struct script *script = script_open(1, 1);
    struct tf_judge *judge = &script->pipeline->options.judges[0];
    running = script;
    restores = (struct answers){.next = 0};
    assigned = restored = 0;
    watched = lines;
    tf_buf_init(lines, 1 << 16);
    judge->state = TF_STREAM_FRAUD_STATE;
    judge->assigned = judge_assigned;
    judge->restore = judge_restore;
    script->pipeline->options.sink.state_offset = state_offset;
    script->pipeline->options.health = tf_health_create();
    return script;
}

static void close_with_state(struct script *script, struct tf_buf *lines)
{
    struct tf_health *health = script->pipeline->options.health;
    script_close(script);
    tf_health_destroy(health);
    tf_buf_finish(lines);
}

static enum tf_err run(struct script *script)
{
    atomic_bool stop = false;
    struct tf_fault fault = {0};
    return tf_worker_run(script->pipeline, &stop, &fault);
}

static void test_it_is_awaited_and_told(void **state)
{
    (void)state;
    struct tf_buf lines;
    struct script *script = open_with_state(&lines);
    const uint32_t partitions[] = {3, 1};
    restores = (struct answers){.list = {TF_E_AGAIN, TF_E_AGAIN}};
    add_record(script, "e1", account(script, "A"));
    tf_pipeline_assigned(script->pipeline, partitions, 2);
    assert_int_equal(assigned, 1);
    assert_int_equal(told.count, 2);
    assert_int_equal(told_partitions[0], 3);
    assert_int_equal(told_ends[0], 1003);
    assert_int_equal(told_ends[1], 1001);
    assert_int_equal(run(script), TF_OK);
    assert_int_equal(restored, 3);
    assert_int_equal(strncmp(script->journal, "restore keep restore keep restore poll", 38), 0);
    assert_non_null(strstr(tf_buf_view(&lines).ptr, "restoring state: 40 %, 3 s left"));
    assert_true(tf_health_ready(script->pipeline->options.health, NULL));
    assert_int_equal(script->judges[0].judged, 1);
    close_with_state(script, &lines);
}

/* It does not fit: the role waits, and is asked whether a reload gave it room, until it does. */
static void test_it_may_not_fit(void **state)
{
    (void)state;
    struct tf_buf lines;
    struct script *script = open_with_state(&lines);
    const uint32_t partition = 0;
    restores = (struct answers){.list = {TF_E_FULL, TF_E_FULL}};
    add_record(script, "e1", account(script, "A"));
    tf_pipeline_assigned(script->pipeline, &partition, 1);
    assert_int_equal(run(script), TF_OK);
    assert_int_equal(restored, 3);
    assert_true(script->judges[0].refreshed >= 3);
    assert_int_equal(script->judges[0].judged, 1);
    close_with_state(script, &lines);
}

static void test_where_none_is_kept_none_is_awaited(void **state)
{
    (void)state;
    struct tf_buf lines;
    struct script *script = open_with_state(&lines);
    const uint32_t partition = 0;
    script->pipeline->options.sink.keeps = keeps_none;
    add_record(script, "e1", account(script, "A"));
    tf_pipeline_assigned(script->pipeline, &partition, 1);
    assert_int_equal(run(script), TF_OK);
    assert_int_equal(assigned + restored, 0);
    close_with_state(script, &lines);
}

/* Of a judge that finds no room a batch is taken back, waits, and runs again when a reload may have given it. */
static void test_a_batch_without_room_waits(void **state)
{
    (void)state;
    struct tf_buf lines;
    struct script *script = open_with_state(&lines);
    script->judges[0].evaluate = (struct answers){.list = {TF_E_FULL, TF_E_FULL}};
    add_record(script, "e1", account(script, "A"));
    assert_int_equal(run(script), TF_OK);
    assert_int_equal(script->judges[0].aborted, 2);
    assert_int_equal(script->judges[0].refreshed, 3);
    assert_int_equal(script->judges[0].committed, 1);
    assert_true(tf_health_ready(script->pipeline->options.health, NULL));
    close_with_state(script, &lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_awaited_and_told),
        cmocka_unit_test(test_it_may_not_fit),
        cmocka_unit_test(test_where_none_is_kept_none_is_awaited),
        cmocka_unit_test(test_a_batch_without_room_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
