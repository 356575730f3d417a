/* Random batches against the promise: an abort leaves the dump of the last commit, an exhausted budget that of before the event. */
#include "unit/rules/fraud/sample.h"
#include "unit/state/dump.h"

enum { RECORDS = 300, KEYS = 40, ADDITIONS_MAX = 6 };

static uint64_t random_state;

static uint32_t pick(uint32_t below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % below;
}

static struct tf_hash16 hash_of(uint32_t number)
{
    return tf_hash_table((struct tf_str){(const char *)&number, sizeof number}, 1);
}

/* Stage some revision of some record, as the state does it: out with the old, in with the new, back with the old on failure. */
static enum tf_err stage_one(struct tf_stage *stage)
{
    struct tf_stage_removed removed[ADDITIONS_MAX];
    struct tf_stage_addition additions[ADDITIONS_MAX];
    size_t count = 1 + pick(ADDITIONS_MAX);
    uint32_t number = pick(RECORDS);
    char text[16];
    snprintf(text, sizeof text, "r%u", number);
    for (size_t i = 0; i < count; i++)
        additions[i] = (struct tf_stage_addition){hash_of(1000 + pick(KEYS)), 100, pick(1000), pick(1000), false, 0};
    struct tf_record *old = tf_record_index_find(&stage->records, hash_of(number));
    size_t out = old ? tf_stage_take_out(stage, old, removed) : 0;
    struct tf_record *record = tf_record_create(&stage->budget, hash_of(number), old ? old->revision + 1 : 0, pick(50),
                                                tf_str_of(text), count);
    enum tf_err err = record ? tf_stage_add(stage, record, additions, count, old, removed, out) : TF_E_FULL;
    if (err != TF_OK && old)
        tf_stage_put_back(stage, old, removed, out);
    return err;
}

static void assert_same(const struct tf_buf *a, const struct tf_buf *b)
{
    assert_int_equal(a->len, b->len);
    assert_memory_equal(a->ptr, b->ptr, a->len);
}

static void an_abort_leaves_no_trace(void **state)
{
    (void)state;
    struct tf_stage stage;
    struct tf_buf before, after;
    tf_stage_init(&stage, SIZE_MAX);
    tf_buf_init(&before, 1 << 22);
    tf_buf_init(&after, 1 << 22);
    random_state = 11;
    for (int round = 0; round < 400; round++) {
        dump_stage(&stage, &before);
        uint32_t events = 1 + pick(30);
        for (uint32_t i = 0; i < events; i++)
            assert_int_equal(stage_one(&stage), TF_OK);
        if (pick(2)) {
            tf_stage_commit(&stage);
            continue;
        }
        tf_stage_abort(&stage);
        dump_stage(&stage, &after);
        assert_same(&before, &after);
    }
    assert_true(stage.records.count > RECORDS / 2);
    tf_buf_finish(&before);
    tf_buf_finish(&after);
    tf_stage_finish(&stage);
    assert_int_equal(stage.budget.used, 0);
}

/* A ceiling just above what is used, wherever it falls: every allocation of an event fails once in some round. */
static void a_spent_budget_leaves_no_trace(void **state)
{
    (void)state;
    struct tf_stage stage;
    struct tf_buf before, after;
    unsigned full = 0;
    tf_stage_init(&stage, SIZE_MAX);
    tf_buf_init(&before, 1 << 22);
    tf_buf_init(&after, 1 << 22);
    random_state = 12;
    for (int round = 0; round < 3000; round++) {
        dump_stage(&stage, &before);
        stage.budget.max = stage.budget.used + pick(1500);
        enum tf_err err = stage_one(&stage);
        stage.budget.max = SIZE_MAX;
        if (err == TF_E_FULL) {
            dump_stage(&stage, &after);
            assert_same(&before, &after);
            full++;
        }
        if (pick(20) == 0)
            tf_stage_commit(&stage);
    }
    assert_true(full > 100);
    tf_buf_finish(&before);
    tf_buf_finish(&after);
    tf_stage_finish(&stage);
    assert_int_equal(stage.budget.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_abort_leaves_no_trace), cmocka_unit_test(a_spent_budget_leaves_no_trace)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
