/* Stores that have a part of the partitions each and tell one another what they count, and one that has them all. The topic is a list. */
#ifndef TAXFLOW_TESTS_STATE_PARTIALS_WORLD_H
#define TAXFLOW_TESTS_STATE_PARTIALS_WORLD_H

#include "unit/rules/fraud/sample.h"

#include "state_internal.h"
#include "taxflow/state_groups.h"
#include "taxflow/state_partials.h"

enum { PROCESSES = 3, PARTITIONS = 5, RECORDS = 300, ROUNDS = 1500, BATCH_MAX = 12, LOG_MAX = 60000, DAYS = 300, WINDOW_DAYS = 200 };

struct logged {
    uint32_t partition;
    struct tf_str key, value; /* value absent: a tombstone */
};

struct process {
    struct tf_state *store;
    size_t read;              /* rows of the topic */
    int told;                 /* findings */
    int64_t told_n;
};

/* The row of a record in the state topic. */
struct kept {
    struct tf_hash16 key;
    struct tf_str value;
};

static struct {
    struct tf_fraud_ruleset *ruleset;
    struct tf_arena *arena, *kept;
    struct tf_state *all;     /* the one that has every partition */
    struct process processes[PROCESSES];
    uint32_t owner[PARTITIONS];
    struct logged log[LOG_MAX];
    size_t log_count, batch_first; /* rows of the batch under way are behind that */
    struct kept rows[RECORDS], batch_rows[BATCH_MAX];
    uint32_t batch_records[BATCH_MAX];
    struct tf_buf value, row;
    uint64_t random;
} here;

static uint32_t pick(uint32_t below)
{
    here.random = here.random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(here.random >> 33) % below;
}

static struct tf_hash16 group_of(int number)
{
    return (struct tf_hash16){{(uint8_t)(number + 1), 3, 1, 4}};
}

/* By the amount: two groups that all partitions count in, and one that is no other's. */
static size_t count_it(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                       struct tf_fraud_tally *tallies)
{
    const int64_t amount = facts->amount_minor / 100;
    (void)rule;
    (void)setting;
    tallies[0] = (struct tf_fraud_tally){.group = group_of((int)(amount % 3)), .cell = (uint16_t)(amount % 7), .adds = (uint8_t)(1 + amount % 5),
                                         .use = TF_FRAUD_LOOKS_AND_ADDS, .shared = true};
    tallies[1] = (struct tf_fraud_tally){.group = group_of(3 + (int)(amount % 4)), .cell = 1000, .use = TF_FRAUD_ADDS, .shared = true};
    tallies[2] = (struct tf_fraud_tally){.group = group_of(9), .cell = 1, .use = TF_FRAUD_ADDS};
    return 3;
}

static void judge_all(const struct tf_fraud_setting *setting, const struct tf_fraud_tally_view *counts, struct tf_fraud_group_finding *finding)
{
    (void)setting;
    const int64_t n = tf_fraud_tally_sum(counts, 0, TF_FRAUD_CELLS_MAX);
    *finding = (struct tf_fraud_group_finding){.statistic = "n", .n = n, .grade = n < 40 ? TF_FRAUD_GRADE_NONE : TF_FRAUD_GRADE_NONCONFORMITY};
}

static void name_it(const struct tf_fraud_facts *facts, size_t tally, char out[TF_FRAUD_GROUP_NAME_BYTES])
{
    snprintf(out, TF_FRAUD_GROUP_NAME_BYTES, "records %zu in %s", tally, facts->currency);
}

static enum tf_fraud_answer say_nothing(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    (void)c;
    (void)hit;
    return TF_FRAUD_NOT_APPLICABLE;
}

static const struct tf_fraud_group_rule group_rule = {.judge = judge_all, .name = name_it};
static const struct tf_fraud_rule rules[] = {{
    .id = "CNT", .version = "1", .kinds = 1u << TF_KIND_INVOICE, .tallies = count_it, .group = &group_rule, .judge = say_nothing,
    .defaults = {.mode = TF_FRAUD_LIVE, .weight = 1, .window_ms = (int64_t)WINDOW_DAYS * TF_MS_PER_DAY},
}};

static int open_all(void **state)
{
    (void)state;
    memset(&here, 0, sizeof here);
    here.random = 11;
    here.ruleset = tf_fraud_ruleset_of(rules, 1);
    here.arena = tf_arena_create(16 << 20);
    here.kept = tf_arena_create(256 << 20);
    here.all = tf_state_create(64 << 20);
    tf_buf_init(&here.value, 1 << 20);
    tf_buf_init(&here.row, 1 << 20);
    for (int i = 0; i < PROCESSES; i++)
        here.processes[i].store = tf_state_create(64 << 20);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    for (int i = 0; i < PROCESSES; i++)
        tf_state_destroy(here.processes[i].store);
    tf_state_destroy(here.all);
    tf_fraud_ruleset_destroy(here.ruleset);
    tf_arena_destroy(here.arena);
    tf_arena_destroy(here.kept);
    tf_buf_finish(&here.value);
    tf_buf_finish(&here.row);
    return 0;
}

/* One revision of a record; the row that it leaves, absent where it leaves none. */
static struct kept judge(struct tf_state *store, uint32_t record, uint64_t revision, unsigned amount, int day)
{
    static struct sample sample;
    char id[16], text[24];
    struct kept kept = {.value = TF_STR_NONE};
    struct tf_state_question *question;
    struct tf_fraud_verdict *verdict;
    snprintf(id, sizeof id, "r%u", record);
    snprintf(text, sizeof text, "%u.00", amount);
    sample_invoice(&sample, "DE1", "1", text, "EUR", day);
    sample.event.revision = revision;
    const struct tf_str name = tf_str_of(id);
    const struct tf_state_origin origin = {.record = tf_hash_sha256(&name, 1), .event_id = name, .partition = record % PARTITIONS};
    assert_int_equal(tf_state_ask(here.ruleset, &sample.event, &origin, here.arena, &question), TF_OK);
    assert_int_equal(tf_state_judge(store, question, false, here.arena, &verdict), TF_OK);
    tf_buf_reset(&here.row);
    if (tf_state_row_of(question, &kept.key, &here.row))
        kept.value = tf_arena_dup(here.kept, tf_buf_view(&here.row));
    return kept;
}

/* The topic. */

static enum tf_err append(void *self, uint32_t partition, struct tf_str key, struct tf_str value)
{
    const struct process *process = self;
    assert_true(here.log_count < LOG_MAX);
    assert_ptr_equal(process, &here.processes[here.owner[partition]]); /* nobody writes what is another's */
    here.log[here.log_count++] =
        (struct logged){partition, tf_arena_dup(here.kept, key), tf_str_present(value) ? tf_arena_dup(here.kept, value) : TF_STR_NONE};
    return TF_OK;
}

static void write_rows(struct process *process, size_t most)
{
    uint64_t left_out = 0;
    here.batch_first = here.log_count;
    assert_int_equal(tf_state_partials_write(process->store, here.ruleset, most, &(struct tf_state_partial_writer){&here.value, &left_out, append, process}), TF_OK);
    assert_int_equal(left_out, 0);
}

static void follow(struct process *process)
{
    const uint32_t number = (uint32_t)(process - here.processes);
    for (; process->read < here.log_count; process->read++) {
        const struct logged *row = &here.log[process->read];
        const struct tf_state_partial_row partial = {row->partition, here.owner[row->partition] == number, row->key, row->value};
        assert_int_equal(tf_state_partials_read(process->store, here.ruleset, &partial), TF_OK);
    }
}

/* Partitions. */

static bool is_lost(const void *self, uint32_t partition)
{
    return here.owner[partition] != *(const uint32_t *)self;
}

static void restore_row(struct tf_state *store, uint32_t partition, const struct kept *kept)
{
    static struct tf_state_row row;
    if (!tf_str_present(kept->value))
        return;
    assert_true(tf_state_row_read((struct tf_str){(const char *)kept->key.bytes, TF_HASH16_BYTES}, kept->value, &row));
    assert_int_equal(tf_state_put(store, partition, &row), TF_OK);
}

/* What a process does of a new assignment; came: the partition that it gets, or PARTITIONS. */
static void reassign(uint32_t number, uint32_t came)
{
    struct process *process = &here.processes[number];
    tf_state_partials_end(process->store);
    tf_state_drop(process->store, &(struct tf_state_going){is_lost, &number});
    for (uint32_t r = 0; r < RECORDS; r++)
        if (r % PARTITIONS == came)
            restore_row(process->store, came, &here.rows[r]);
    assert_int_equal(tf_state_partials_begin(process->store), TF_OK);
    process->read = 0;
    follow(process);
    tf_state_partials_compared(process->store);
}

static void move_partition(void)
{
    const uint32_t partition = pick(PARTITIONS), from = here.owner[partition], to = (from + 1 + pick(PROCESSES - 1)) % PROCESSES;
    here.owner[partition] = to;
    reassign(from, PARTITIONS);
    reassign(to, partition);
}

/* A batch of records of one process; `all` judges those that are committed. */
static void run_batch(void)
{
    struct { uint32_t record; uint64_t revision; unsigned amount; int day; } events[BATCH_MAX];
    struct process *process = &here.processes[pick(PROCESSES)];
    size_t count = 0;
    tf_arena_rewind(here.arena);
    follow(process);
    for (uint32_t tries = pick(BATCH_MAX) + 1; tries > 0; tries--) {
        const uint32_t record = pick(RECORDS);
        if (&here.processes[here.owner[record % PARTITIONS]] != process)
            continue;
        events[count].record = record;
        events[count].revision = pick(5);
        events[count].amount = 1 + pick(400);
        events[count].day = (int)pick(DAYS);
        here.batch_rows[count] = judge(process->store, record, events[count].revision, events[count].amount, events[count].day);
        count++;
    }
    write_rows(process, 1 + pick(12));
    if (pick(5) == 0) {
        tf_state_abort(process->store);
        here.log_count = here.batch_first;
        return;
    }
    tf_state_commit(process->store, INT64_MIN);
    for (size_t i = 0; i < count; i++) {
        if (tf_str_present(here.batch_rows[i].value))
            here.rows[events[i].record] = here.batch_rows[i];
        (void)judge(here.all, events[i].record, events[i].revision, events[i].amount, events[i].day);
    }
    tf_state_commit(here.all, INT64_MIN);
}

/* Everybody writes what is left and reads what there is. How many rows that took. */
static size_t settle(void)
{
    const size_t before = here.log_count;
    for (int i = 0; i < PROCESSES; i++) {
        write_rows(&here.processes[i], SIZE_MAX);
        tf_state_commit(here.processes[i].store, INT64_MIN);
    }
    for (int i = 0; i < PROCESSES; i++)
        follow(&here.processes[i]);
    return here.log_count - before;
}

static void cells_of(const struct tf_state *store, struct tf_hash16 group, int32_t month, int64_t cells[TF_FRAUD_CELLS_MAX])
{
    const struct tf_fraud_tally_view view = tf_tally_view(&store->stage.tallies, tf_tally_find(&store->stage.tallies, group), month, month);
    memset(cells, 0, TF_FRAUD_CELLS_MAX * sizeof cells[0]);
    tf_fraud_tally_spread(&view, cells);
}

static int64_t assert_all_alike(int32_t first)
{
    static int64_t expected[TF_FRAUD_CELLS_MAX], cells[TF_FRAUD_CELLS_MAX];
    int64_t counted = 0;
    for (int group = 0; group < 7; group++)
        for (int32_t month = first; month <= tf_fraud_month_of(sample_time(DAYS)); month++) {
            cells_of(here.all, group_of(group), month, expected);
            for (int c = 0; c < TF_FRAUD_CELLS_MAX; c++)
                counted += expected[c];
            for (int i = 0; i < PROCESSES; i++) {
                cells_of(here.processes[i].store, group_of(group), month, cells);
                assert_memory_equal(cells, expected, sizeof cells);
            }
        }
    return counted;
}

static void share_out(void)
{
    for (uint32_t p = 0; p < PARTITIONS; p++)
        here.owner[p] = p % PROCESSES;
    for (uint32_t i = 0; i < PROCESSES; i++)
        reassign(i, PARTITIONS);
}

#endif
