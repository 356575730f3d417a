/* A store that writes a row for all it stages, and one that is made from what a compacted topic keeps of them: both hold the same. */
#include "unit/rules/fraud/sample.h"
#include "unit/state/dump.h"

#include "state_internal.h"

enum { RECORDS = 400, LOG_MAX = 20000, PARTITIONS = 4 };

/* The topic: rows in the order they were written; of each key the last one counts. */
struct logged {
    uint32_t partition;
    struct tf_hash16 key;
    struct tf_str value; /* absent: a tombstone */
};
static struct logged rows[LOG_MAX];
static size_t rows_count;

static struct tf_fraud_ruleset *ruleset;
static struct tf_arena *arena, *kept;
static struct tf_state *store;
static struct tf_buf text, other;
static uint64_t random_state;

static uint32_t pick(uint32_t below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % below;
}

static int open_stores(void **state)
{
    struct tf_fault fault;
    (void)state;
    rows_count = 0;
    random_state = 5;
    store = tf_state_create(256 << 20);
    tf_state_note_forgotten(store, true);
    arena = tf_arena_create(64 << 20);
    kept = tf_arena_create(256 << 20);
    tf_buf_init(&text, 1 << 26);
    tf_buf_init(&other, 1 << 26);
    return store && arena && kept && tf_fraud_ruleset_load((struct tf_string_list){NULL, 0}, &ruleset, &fault) == TF_OK ? 0 : -1;
}

static int close_stores(void **state)
{
    (void)state;
    tf_state_destroy(store);
    tf_arena_destroy(arena);
    tf_arena_destroy(kept);
    tf_fraud_ruleset_destroy(ruleset);
    tf_buf_finish(&text);
    tf_buf_finish(&other);
    return 0;
}

static void append(uint32_t partition, struct tf_hash16 key, struct tf_str value)
{
    assert_true(rows_count < LOG_MAX);
    rows[rows_count++] = (struct logged){partition, key, value.ptr ? tf_arena_dup(kept, value) : TF_STR_NONE};
}

/* Some revision of some record, whose supplier decides the partition; amendments may change all of it, or leave nothing to add. */
static void judge_one(void)
{
    static struct sample sample;
    char supplier[16], number[16], amount[24], id[16];
    uint32_t record = pick(RECORDS), day = pick(60);
    snprintf(id, sizeof id, "r%u", record);
    snprintf(supplier, sizeof supplier, "DE%u", record % 7);
    snprintf(number, sizeof number, "RE-%u", pick(40));
    snprintf(amount, sizeof amount, "%u.00", 1 + pick(20) * 1000);
    sample_invoice(&sample, pick(12) ? supplier : NULL, number, amount, "EUR", (int)day);
    sample.event.revision = pick(4);
    if (pick(12) == 0)
        sample.event.direction = TF_DIRECTION_SALE; /* nothing is spent */
    struct tf_str text_id = tf_str_of(id);
    const struct tf_state_origin origin = {.record = tf_hash_sha256(&text_id, 1), .event_id = text_id, .partition = record % 7 % PARTITIONS};
    struct tf_state_question *question;
    struct tf_fraud_verdict *verdict;
    assert_int_equal(tf_state_ask(ruleset, &sample.event, &origin, arena, &question), TF_OK);
    assert_int_equal(tf_state_judge(store, question, false, arena, &verdict), TF_OK);
    struct tf_hash16 key;
    tf_buf_reset(&other);
    if (tf_state_row_of(question, &key, &other))
        append(origin.partition, key, tf_buf_view(&other));
}

static void write_tombstones(void)
{
    const struct tf_state_forgotten *gone;
    size_t count = tf_state_forgotten(store, 25, &gone);
    for (size_t i = 0; i < count; i++)
        if (!tf_state_holds(store, gone[i].record))
            append(gone[i].partition, gone[i].record, TF_STR_NONE);
}

/* A batch of the live store; an aborted one leaves no row. */
static void run_batch(uint32_t events, int64_t watermark_ms)
{
    size_t before = rows_count;
    tf_arena_rewind(arena);
    for (uint32_t i = 0; i < events; i++)
        judge_one();
    write_tombstones();
    if (pick(5) == 0) {
        tf_state_abort(store);
        rows_count = before;
    } else {
        tf_state_commit(store, watermark_ms);
    }
}

static bool is_superseded(size_t row)
{
    for (size_t later = row + 1; later < rows_count; later++)
        if (tf_hash16_eq(rows[later].key, rows[row].key))
            return true;
    return false;
}

static void take_row(struct tf_state *into, const struct logged *row)
{
    static struct tf_state_row read;
    if (!row->value.ptr) {
        tf_state_take(into, row->key);
        return;
    }
    assert_true(tf_state_row_read((struct tf_str){(const char *)row->key.bytes, TF_HASH16_BYTES}, row->value, &read));
    assert_int_equal(tf_state_put(into, row->partition, &read), TF_OK);
}

/* compacted: as a broker may have done it, or as the rows came. */
static struct tf_state *restore(bool compacted, size_t from)
{
    struct tf_state *made = tf_state_create(256 << 20);
    assert_non_null(made);
    for (size_t r = from; r < rows_count; r++)
        if (!compacted || !is_superseded(r))
            take_row(made, &rows[r]);
    return made;
}

static void assert_same(struct tf_state *a, struct tf_state *b)
{
    dump_stage(&a->stage, &text);
    dump_stage(&b->stage, &other);
    assert_int_equal(text.len, other.len);
    assert_memory_equal(text.ptr, other.ptr, text.len);
}

static void a_store_from_its_rows_is_the_same(void **state)
{
    (void)state;
    for (int round = 0; round < 60; round++) {
        run_batch(1 + pick(40), INT64_MIN);
        struct tf_state *made = restore(round % 2, 0);
        assert_same(store, made);
        tf_state_destroy(made);
    }
    assert_true(tf_state_entries(store) > RECORDS);
}

/* Rows of what was forgotten may be there or not: the store forgets them again. */
static void what_was_forgotten_does_not_come_back(void **state)
{
    (void)state;
    size_t tombstones = 0;
    for (int round = 0; round < 60; round++) {
        int64_t watermark_ms = sample_time(round) + (int64_t)690 * TF_MS_PER_DAY * (round > 20); /* some windows are past, the longest is not */
        run_batch(1 + pick(40), watermark_ms);
        tf_state_reclaim(store, watermark_ms);
        struct tf_state *made = restore(round % 2, 0);
        tf_state_reclaim(made, watermark_ms);
        tf_state_reclaim(store, watermark_ms);
        assert_same(store, made);
        tf_state_destroy(made);
    }
    for (size_t r = 0; r < rows_count; r++)
        tombstones += !rows[r].value.ptr;
    assert_true(tombstones > 50);
}

/* A partition that went and came back is up to date again once what others wrote meanwhile is read. */
static void the_tail_alone_brings_it_up_to_date(void **state)
{
    (void)state;
    for (int round = 0; round < 30; round++)
        run_batch(20, INT64_MIN);
    struct tf_state *made = restore(true, 0);
    for (int round = 0; round < 20; round++) {
        size_t known = rows_count;
        run_batch(20, round == 10 ? sample_time(1000) : INT64_MIN);
        for (size_t r = known / 2; r < rows_count; r++) /* reading some of them again changes nothing */
            if (r >= known || !is_superseded(r))
                take_row(made, &rows[r]);
    }
    tf_state_reclaim(store, sample_time(1000));
    tf_state_reclaim(made, sample_time(1000));
    assert_same(store, made);
    tf_state_destroy(made);
}

static bool is_odd(const void *self, uint32_t partition)
{
    (void)self;
    return partition % 2 == 1;
}

static void a_lost_partition_takes_its_records_along(void **state)
{
    (void)state;
    const struct tf_state_going odd = {is_odd, NULL};
    for (int round = 0; round < 40; round++)
        run_batch(20, INT64_MIN);
    struct tf_state *even = tf_state_create(256 << 20);
    for (size_t r = 0; r < rows_count; r++)
        if (!is_odd(NULL, rows[r].partition))
            take_row(even, &rows[r]);
    tf_state_drop(store, &odd);
    assert_same(store, even);
    assert_true(tf_state_entries(even) > 0);
    for (size_t r = 0; r < rows_count; r++) /* and it can come back */
        if (is_odd(NULL, rows[r].partition) && !is_superseded(r)) {
            take_row(store, &rows[r]);
            take_row(even, &rows[r]);
        }
    assert_same(store, even);
    tf_state_drop(store, &odd);
    tf_state_drop(even, &odd);
    assert_same(store, even);
    tf_state_destroy(even);
}

static void what_does_not_fit_changes_nothing(void **state)
{
    (void)state;
    static struct tf_state_row read;
    for (int round = 0; round < 10; round++)
        run_batch(20, INT64_MIN);
    struct tf_state *small = tf_state_create(1 << 20);
    size_t refused = 0;
    for (size_t r = 0; r < rows_count; r++) {
        assert_true(tf_state_row_read((struct tf_str){(const char *)rows[r].key.bytes, TF_HASH16_BYTES}, rows[r].value, &read));
        tf_state_set_bytes_max(small, tf_state_bytes(small) + pick(200));
        dump_stage(&small->stage, &text);
        enum tf_err err = tf_state_put(small, rows[r].partition, &read);
        dump_stage(&small->stage, &other);
        refused += err == TF_E_FULL;
        if (err == TF_E_FULL)
            assert_true(text.len == other.len && memcmp(text.ptr, other.ptr, text.len) == 0);
        tf_state_set_bytes_max(small, SIZE_MAX / 2);
        assert_int_equal(tf_state_put(small, rows[r].partition, &read), TF_OK);
    }
    assert_true(refused > 10);
    assert_same(store, small);
    tf_state_destroy(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_store_from_its_rows_is_the_same, open_stores, close_stores),
        cmocka_unit_test_setup_teardown(what_was_forgotten_does_not_come_back, open_stores, close_stores),
        cmocka_unit_test_setup_teardown(the_tail_alone_brings_it_up_to_date, open_stores, close_stores),
        cmocka_unit_test_setup_teardown(a_lost_partition_takes_its_records_along, open_stores, close_stores),
        cmocka_unit_test_setup_teardown(what_does_not_fit_changes_nothing, open_stores, close_stores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
