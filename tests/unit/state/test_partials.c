/*
 * Several stores that have a part of the partitions each and tell one another what they count, against one store that has them all: random events,
 * some amended, in batches that are committed or aborted, rows bounded a batch, partitions that go from one store to another.
 */
#include "partials_world.h"

static void every_store_sees_the_sums_of_all(void **state)
{
    (void)state;
    size_t moves = 0;
    share_out();
    for (int round = 0; round < ROUNDS; round++) {
        run_batch();
        if (pick(40) == 0) {
            move_partition();
            moves++;
        }
        if (pick(25) == 0) {
            settle();
            assert_true(assert_all_alike(tf_fraud_month_of(sample_time(0))) > 0 || round < 100);
        }
    }
    assert_true(moves > 15);
}

static void what_was_written_is_not_written_again(void **state)
{
    (void)state;
    share_out();
    for (int round = 0; round < 100; round++)
        run_batch();
    assert_true(settle() > 0);
    for (int round = 0; round < 10; round++) {
        move_partition();
        assert_int_equal(settle(), 0);
        assert_true(assert_all_alike(tf_fraud_month_of(sample_time(0))) > 0);
    }
}

/* Months go out of all windows; what goes on to be counted is right in the others. */
static void months_are_forgotten_everywhere(void **state)
{
    (void)state;
    share_out();
    const int days[] = {40, 260, 320, 430};
    for (size_t step = 0; step < sizeof days / sizeof days[0]; step++) {
        const int64_t watermark_ms = sample_time(days[step]);
        for (int round = 0; round < 60; round++)
            run_batch();
        settle();
        for (int i = 0; i < PROCESSES; i++)
            tf_state_reclaim(here.processes[i].store, watermark_ms);
        tf_state_reclaim(here.all, watermark_ms);
        for (uint32_t r = 0; r < RECORDS; r++)
            if (!tf_state_holds(here.all, here.rows[r].key))
                here.rows[r].value = TF_STR_NONE;
        settle();
        const int32_t first = tf_stage_tally_first(&here.all->stage, WINDOW_DAYS), begin = tf_fraud_month_of(sample_time(0));
        assert_true(assert_all_alike(first > begin ? first : begin) > 0);
        move_partition();
        assert_all_alike(first > begin ? first : begin);
    }
}

static void a_store_that_is_alone_again_counts_its_own(void **state)
{
    static int64_t expected[TF_FRAUD_CELLS_MAX], cells[TF_FRAUD_CELLS_MAX];
    (void)state;
    share_out();
    for (int round = 0; round < 200; round++)
        run_batch();
    settle();
    struct tf_state *store = here.processes[0].store, *own = tf_state_create(64 << 20);
    tf_state_partials_end(store);
    for (uint32_t r = 0; r < RECORDS; r++)
        if (here.owner[r % PARTITIONS] == 0)
            restore_row(own, r % PARTITIONS, &here.rows[r]);
    for (int group = 0; group < 10; group++)
        for (int32_t month = tf_fraud_month_of(sample_time(0)); month <= tf_fraud_month_of(sample_time(DAYS)); month++) {
            cells_of(own, group_of(group), month, expected);
            cells_of(store, group_of(group), month, cells);
            assert_memory_equal(cells, expected, sizeof cells);
        }
    tf_state_destroy(own);
}

/* What the topic says of a group and partition at last. */
static const struct logged *last_row(uint32_t partition, struct tf_str key)
{
    for (size_t i = here.log_count; i > 0; i--)
        if (here.log[i - 1].partition == partition && tf_str_eq(here.log[i - 1].key, key))
            return &here.log[i - 1];
    return NULL;
}

static void what_no_window_shows_goes_out_of_the_topic(void **state)
{
    (void)state;
    share_out();
    for (int round = 0; round < 60; round++)
        run_batch();
    settle();
    assert_true(here.log_count > 0);
    for (int i = 0; i < PROCESSES; i++)
        tf_state_reclaim(here.processes[i].store, sample_time(DAYS + 2 * WINDOW_DAYS));
    settle();
    for (size_t i = 0; i < here.log_count; i++)
        assert_false(tf_str_present(last_row(here.log[i].partition, here.log[i].key)->value));
    for (int i = 0; i < PROCESSES; i++)
        tf_state_reclaim(here.processes[i].store, sample_time(DAYS + 2 * WINDOW_DAYS));
    assert_int_equal(settle(), 0);
}

/* Who had the partition before may have ended before it wrote all. */
static void rows_of_ours_that_are_not_so_are_written_anew(void **state)
{
    (void)state;
    share_out();
    here.rows[0] = judge(here.processes[0].store, 0, 0, 4, 5);
    settle();
    const struct tf_hash16 unknown = group_of(77);
    const struct logged right = here.log[0], gone = {0, right.key, TF_STR_NONE},
                        stale = {0, {(const char *)unknown.bytes, TF_HASH16_BYTES}, right.value};
    here.log[here.log_count++] = gone; /* after it was right */
    here.log[here.log_count++] = stale;
    const size_t before = here.log_count;
    reassign(0, PARTITIONS);
    write_rows(&here.processes[0], SIZE_MAX);
    tf_state_commit(here.processes[0].store, INT64_MIN);
    assert_int_equal(here.log_count - before, 2);
    assert_true(tf_str_eq(last_row(0, right.key)->value, right.value));
    assert_false(tf_str_present(last_row(0, stale.key)->value));
}

static void rows_of_a_batch_that_is_aborted_are_written_again(void **state)
{
    (void)state;
    share_out();
    (void)judge(here.processes[0].store, 0, 0, 4, 5);
    tf_state_commit(here.processes[0].store, INT64_MIN);
    write_rows(&here.processes[0], SIZE_MAX);
    tf_state_abort(here.processes[0].store);
    assert_int_equal(here.log_count, 2);
    here.log_count = 0;
    tf_state_commit(here.processes[0].store, INT64_MIN); /* a batch that writes no rows */
    assert_int_equal(settle(), 2);
}

/* Findings. */

static enum tf_err tell(void *self, const struct tf_state_group_report *report)
{
    struct process *process = self;
    assert_true(tf_str_eq(report->company, TF_STR("ACME-DE")) && tf_str_eq(report->name, TF_STR("records 1 in EUR")));
    process->told++;
    process->told_n = report->finding->n;
    return TF_OK;
}

static bool has_partition_of(const void *owner, struct tf_hash16 group)
{
    return here.owner[tf_hash16_u64(group) % PARTITIONS] == (uint32_t)((const struct process *)owner - here.processes)
           && group.bytes[0] == group_of(3).bytes[0];
}

static void a_group_is_told_by_one_that_saw_none_of_it(void **state)
{
    (void)state;
    share_out();
    const uint32_t teller = here.owner[tf_hash16_u64(group_of(3)) % PARTITIONS];
    for (uint32_t r = 0; r < 60; r++) {
        tf_arena_rewind(here.arena);
        if (here.owner[r % PARTITIONS] != teller)
            (void)judge(here.processes[here.owner[r % PARTITIONS]].store, r, 0, 4, 5); /* 4 % 4: group 3, none of them alone has 40 */
    }
    settle();
    int told = 0;
    for (int again = 0; again < 2; again++)
        for (int i = 0; i < PROCESSES; i++) {
            struct process *process = &here.processes[i];
            const struct tf_state_look look = {INT32_MAX, false, tell, process, has_partition_of, process};
            assert_int_equal(tf_state_look_at_groups(process->store, here.ruleset, &look), TF_OK);
            tf_state_commit(process->store, INT64_MIN);
        }
    for (int i = 0; i < PROCESSES; i++)
        told += here.processes[i].told;
    uint32_t expected = 0;
    for (uint32_t r = 0; r < 60; r++)
        expected += here.owner[r % PARTITIONS] != teller;
    assert_int_equal(told, 1);
    assert_int_equal(here.processes[teller].told_n, expected);
}

static void a_population_has_grown_by_what_is_new_of_a_row(void **state)
{
    (void)state;
    share_out();
    struct process *process = &here.processes[1];
    struct process *other = &here.processes[0];
    for (uint32_t r = 0; r < 10; r++)
        (void)judge(other->store, r * PARTITIONS, 0, 4, 5); /* partition 0 */
    settle();
    const struct tf_population *population = tf_populations_find(&process->store->populations, group_of(3));
    assert_int_equal(population->added, 10);
    (void)judge(other->store, 10 * PARTITIONS, 0, 4, 5);
    (void)judge(other->store, 9 * PARTITIONS, 1, 8, 5); /* amended: another cell of another group, as before of this one */
    (void)judge(other->store, 8 * PARTITIONS, 1, 5, 5); /* goes */
    settle();
    assert_int_equal(population->added, 10); /* one came, one went: a counter is as it was */
    (void)judge(other->store, 11 * PARTITIONS, 0, 4, 40);
    settle();
    assert_int_equal(population->added, 11);
    assert_int_equal(population->changed_last, tf_fraud_month_of(sample_time(40)));
}

/* Rows that nobody wrote. */

static void bytes_are_not_believed(void **state)
{
    (void)state;
    share_out();
    for (int round = 0; round < 40; round++)
        run_batch();
    settle();
    struct tf_state *store = here.processes[0].store;
    const struct logged *row = &here.log[here.log_count - 1];
    while (!tf_str_present(row->value) || here.owner[row->partition] == 0)
        row--;
    for (size_t len = 0; len < row->value.len; len++)
        assert_int_equal(tf_state_partials_read(store, here.ruleset, &(struct tf_state_partial_row){row->partition, false, row->key, {row->value.ptr, len}}),
                         TF_E_VALUE);
    assert_int_equal(tf_state_partials_read(store, here.ruleset, &(struct tf_state_partial_row){row->partition, false, TF_STR("short"), row->value}), TF_E_VALUE);
    assert_true(assert_all_alike(tf_fraud_month_of(sample_time(0))) > 0);
    for (int i = 0; i < 20000; i++) {
        const struct tf_str bent = tf_arena_dup(here.arena, row->value);
        tf_arena_rewind(here.arena);
        ((char *)(uintptr_t)bent.ptr)[pick((uint32_t)bent.len)] ^= (char)(1u << pick(8));
        (void)!tf_state_partials_read(store, here.ruleset, &(struct tf_state_partial_row){row->partition, false, row->key, bent});
    }
    assert_int_equal(tf_state_partials_read(store, here.ruleset, &(struct tf_state_partial_row){row->partition, false, row->key, row->value}), TF_OK);
    assert_true(assert_all_alike(tf_fraud_month_of(sample_time(0))) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_store_sees_the_sums_of_all, open_all, close_all),
        cmocka_unit_test_setup_teardown(what_was_written_is_not_written_again, open_all, close_all),
        cmocka_unit_test_setup_teardown(months_are_forgotten_everywhere, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_store_that_is_alone_again_counts_its_own, open_all, close_all),
        cmocka_unit_test_setup_teardown(what_no_window_shows_goes_out_of_the_topic, open_all, close_all),
        cmocka_unit_test_setup_teardown(rows_of_ours_that_are_not_so_are_written_anew, open_all, close_all),
        cmocka_unit_test_setup_teardown(rows_of_a_batch_that_is_aborted_are_written_again, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_group_is_told_by_one_that_saw_none_of_it, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_population_has_grown_by_what_is_new_of_a_row, open_all, close_all),
        cmocka_unit_test_setup_teardown(bytes_are_not_believed, open_all, close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
