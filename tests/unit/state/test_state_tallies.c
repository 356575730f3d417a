/*
 * Counts of groups against brute force: 12,000 random events, some late, some delivered again, some amended, some stale, in batches that are
 * committed or aborted and run again. The oracle keeps a plain list of records and counts all of it for every event; it shares no code with
 * tables, lists or months.
 */
#include "unit/rules/fraud/sample.h"

#include "judge_event.h"

enum { EVENTS = 12000, BATCH_MAX = 60, DAYS = 900, GROUPS = 4, CELLS = 7, WINDOW_DAYS = 200, LINES = 2 };

struct fact {
    uint32_t record;
    uint64_t revision;
    int group[LINES], cell[LINES], adds[LINES]; /* adds 0: nothing */
    int64_t time_ms, fed_at;
};

static struct fact events[EVENTS], known[EVENTS], undo[BATCH_MAX];
static size_t known_count, undo_at[BATCH_MAX], undo_count, undo_known;
static int64_t watermark_ms = INT64_MIN;
static uint64_t random_state = 7;

static uint32_t pick(uint32_t below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % below;
}

/* A rule that counts what the fact at hand says, and shows what it sees in every group. */

static const struct fact *at_hand;
static int64_t seen[GROUPS][TF_FRAUD_CELLS_MAX];

static struct tf_hash16 group_hash(int group)
{
    return (struct tf_hash16){{(uint8_t)(group + 1), 9}};
}

static size_t count_it(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                       struct tf_fraud_tally *tallies)
{
    (void)rule;
    (void)setting;
    (void)facts;
    size_t count = 0;
    for (int g = 0; g < GROUPS; g++)
        tallies[count++] = (struct tf_fraud_tally){.group = group_hash(g), .use = TF_FRAUD_LOOKS};
    for (int i = 0; i < LINES; i++)
        if (at_hand->adds[i] > 0)
            tallies[count++] = (struct tf_fraud_tally){.group = group_hash(at_hand->group[i]), .cell = (uint16_t)at_hand->cell[i],
                                                       .adds = (uint8_t)at_hand->adds[i], .use = TF_FRAUD_ADDS};
    return count;
}

static enum tf_fraud_answer show_it(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    (void)hit;
    memset(seen, 0, sizeof seen);
    for (int g = 0; g < GROUPS; g++)
        tf_fraud_tally_spread(&c->counts[g], seen[g]);
    for (size_t t = GROUPS; t < c->tallies_count; t++)
        assert_int_equal(c->counts[t].count, 0);
    return TF_FRAUD_CLEAR;
}

static const struct tf_fraud_rule counting = {
    .id = "CNT", .version = "1", .kinds = 1u << TF_KIND_INVOICE, .tallies = count_it, .judge = show_it,
    .defaults = {.mode = TF_FRAUD_LIVE, .weight = 1, .window_ms = (int64_t)WINDOW_DAYS * TF_MS_PER_DAY},
};

/* Events. */

static struct fact random_fact(uint32_t record, int64_t day)
{
    struct fact fact = {.record = record};
    for (int i = 0; i < LINES; i++) {
        fact.group[i] = i * 2 + (int)pick(GROUPS / LINES); /* the lines' groups differ: a counter is named once */
        fact.cell[i] = (int)pick(CELLS) * 170;
        fact.adds[i] = pick(4) == 0 ? 0 : 1 + (int)pick(pick(5) == 0 ? TF_FRAUD_ADDS_MAX : 1);
    }
    fact.time_ms = sample_time((int)day) + (int64_t)pick(TF_MS_PER_DAY);
    fact.fed_at = fact.time_ms;
    return fact;
}

static int by_feeding(const void *a, const void *b)
{
    const struct fact *left = a, *right = b;
    return (left->fed_at > right->fed_at) - (left->fed_at < right->fed_at);
}

static void make_events(void)
{
    for (uint32_t i = 0; i < EVENTS; i++) {
        uint32_t chance = pick(100), earlier = i > 0 ? pick(i) : 0;
        events[i] = random_fact(i, pick(DAYS));
        bool soon = i > 0 && events[earlier].fed_at - events[earlier].time_ms < (int64_t)100 * TF_MS_PER_DAY; /* before it is forgotten */
        if (soon && chance < 25) { /* the same record again: delivered twice, amended, or an old revision */
            struct fact first = events[earlier];
            events[i] = chance < 10 ? first : random_fact(first.record, (first.time_ms - sample_time(0)) / TF_MS_PER_DAY + pick(40));
            events[i].revision = chance < 10 ? first.revision : 2 + pick(3);
            events[i].fed_at = first.fed_at + (int64_t)pick(40) * TF_MS_PER_DAY;
        } else if (chance < 30) {
            events[i].fed_at += (int64_t)(1 + pick(400)) * TF_MS_PER_DAY; /* late, some past the window */
        }
    }
    qsort(events, EVENTS, sizeof events[0], by_feeding);
}

/* The oracle. Months from the calendar's own text. */

static int month_of(int64_t time_ms)
{
    char text[11];
    tf_clock_format_date((int32_t)(time_ms / TF_MS_PER_DAY - (time_ms % TF_MS_PER_DAY < 0)), text);
    return (int)strtol(text, NULL, 10) * 12 + (int)strtol(text + 5, NULL, 10);
}

static void expect(const struct fact *fact, int64_t counts[GROUPS][TF_FRAUD_CELLS_MAX])
{
    int64_t window_ms = (int64_t)WINDOW_DAYS * TF_MS_PER_DAY;
    int first = month_of(fact->time_ms - window_ms), last = month_of(fact->time_ms);
    int oldest = watermark_ms == INT64_MIN ? 0 : month_of(watermark_ms - TF_MS_PER_DAY - window_ms);
    memset(counts, 0, GROUPS * sizeof counts[0]);
    for (size_t i = 0; i < known_count; i++) {
        int month = month_of(known[i].time_ms);
        if (known[i].record == fact->record || month < first || month > last || month < oldest)
            continue;
        for (int line = 0; line < LINES; line++)
            counts[known[i].group[line]][known[i].cell[line]] += known[i].adds[line];
    }
}

static void learn(const struct fact *fact)
{
    size_t at = 0;
    while (at < known_count && known[at].record != fact->record)
        at++;
    if (at < known_count && known[at].revision >= fact->revision)
        return;
    undo_at[undo_count] = at;
    undo[undo_count++] = at < known_count ? known[at] : (struct fact){.record = UINT32_MAX};
    known[at] = *fact;
    known_count += at == known_count;
}

static void unlearn(void)
{
    while (undo_count > 0) {
        undo_count--;
        known[undo_at[undo_count]] = undo[undo_count];
    }
    known_count = undo_known;
}

/* A record that every window has passed is a new one when it comes again: the store knows it no longer, nor does the oracle. */
static void forget(void)
{
    int64_t kept_ms = (int64_t)(WINDOW_DAYS + 31 + 1) * TF_MS_PER_DAY;
    for (size_t i = 0; i < known_count;)
        if (known[i].time_ms < watermark_ms - kept_ms)
            known[i] = known[--known_count];
        else
            i++;
}

static void judge_batch(struct tf_state *store, const struct tf_fraud_ruleset *ruleset, struct tf_arena *arena, size_t first, size_t count)
{
    static struct sample sample;
    static int64_t counts[GROUPS][TF_FRAUD_CELLS_MAX];
    undo_known = known_count;
    undo_count = 0;
    tf_arena_rewind(arena);
    for (size_t i = first; i < first + count; i++) {
        char id[16];
        struct tf_fraud_verdict *verdict;
        snprintf(id, sizeof id, "e%u", events[i].record);
        sample_invoice(&sample, "DE1", "1", "1.00", "EUR", 0);
        sample.event.event_time_ms = events[i].time_ms;
        sample.event.revision = events[i].revision;
        at_hand = &events[i];
        assert_int_equal(judge_event(store, ruleset, &sample.event, tf_str_of(id), false, arena, &verdict), TF_OK);
        expect(&events[i], counts);
        assert_memory_equal(seen, counts, sizeof seen);
        learn(&events[i]);
    }
}

static void counts_equal_brute_force(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset = tf_fraud_ruleset_of(&counting, 1);
    struct tf_state *store = tf_state_create(64 << 20);
    struct tf_arena *arena = tf_arena_create(64 << 20);
    int64_t newest_ms = INT64_MIN;
    size_t aborts = 0;
    make_events();
    for (size_t first = 0; first < EVENTS;) {
        size_t count = 1 + pick(BATCH_MAX);
        count = count < EVENTS - first ? count : EVENTS - first;
        judge_batch(store, ruleset, arena, first, count);
        if (pick(5) == 0) {
            tf_state_abort(store);
            unlearn();
            aborts++;
            continue;
        }
        for (size_t i = first; i < first + count; i++)
            newest_ms = events[i].time_ms > newest_ms ? events[i].time_ms : newest_ms;
        tf_state_commit(store, newest_ms);
        watermark_ms = newest_ms;
        forget();
        first += count;
    }
    assert_true(aborts > 30);
    tf_arena_destroy(arena);
    tf_fraud_ruleset_destroy(ruleset);
    tf_state_destroy(store);
}

/* A store that is full says so and has staged nothing; what stands in it is still right. */
static void a_full_store_counts_nothing(void **state)
{
    (void)state;
    static struct sample sample;
    struct tf_fraud_ruleset *ruleset = tf_fraud_ruleset_of(&counting, 1);
    struct tf_arena *arena = tf_arena_create(64 << 20);
    struct tf_state *empty = tf_state_create(64 << 20);
    size_t frugal = tf_state_bytes(empty) + 300000;
    struct tf_state *store = tf_state_create(frugal);
    struct fact fact = {.group = {1, 2}, .cell = {3, 4}, .adds = {1, 0}};
    enum tf_err err = TF_OK;
    int64_t counted = 0;
    at_hand = &fact;
    sample_invoice(&sample, "DE1", "1", "1.00", "EUR", 0);
    for (int i = 0; err == TF_OK; i++) {
        char id[16];
        struct tf_fraud_verdict *verdict;
        assert_true(i < 1000000);
        snprintf(id, sizeof id, "e%d", i);
        tf_arena_rewind(arena);
        err = judge_event(store, ruleset, &sample.event, tf_str_of(id), false, arena, &verdict);
        assert_int_equal(seen[1][3], counted);
        counted += err == TF_OK;
    }
    assert_int_equal(err, TF_E_FULL);
    assert_true(counted > 100 && tf_state_bytes(store) <= frugal);
    tf_state_abort(store);
    struct tf_fraud_verdict *verdict;
    assert_int_equal(judge_event(store, ruleset, &sample.event, TF_STR("again"), false, arena, &verdict), TF_OK);
    assert_int_equal(seen[1][3], 0);
    tf_state_destroy(store);
    tf_state_destroy(empty);
    tf_arena_destroy(arena);
    tf_fraud_ruleset_destroy(ruleset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts_equal_brute_force), cmocka_unit_test(a_full_store_counts_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
