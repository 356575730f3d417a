/*
 * The windows against brute force: 20,000 random events in event-time order, some late, some delivered again, some amended, some
 * stale, in batches that are committed or aborted and run again. The oracle keeps a plain list of records and looks at all of it
 * for every event; it shares no code with keys, tables or rules.
 */
#include "unit/rules/fraud/sample.h"

#include "judge_event.h"

enum { EVENTS = 20000, BATCH_MAX = 60, DAYS = 800, SUPPLIERS = 6, USERS = 9, NUMBERS = 400, TIMES = 4 };
enum { LIMIT = 1000000, LARGE = 100000 };

struct fact {
    uint32_t record;
    uint64_t revision;
    enum tf_kind kind;
    int supplier, user, number; /* -1: missing */
    int64_t minor, time_ms, fed_at;
    bool returned;
};

static struct fact events[EVENTS];
static struct fact known[EVENTS]; /* newest revision of each record; revision + 1, 0 = never seen */
static size_t known_count;
static struct fact undo[BATCH_MAX];
static size_t undo_at[BATCH_MAX], undo_count, undo_known;
static int64_t watermark_ms = INT64_MIN;
static uint64_t random_state = 2026;

static uint32_t pick(uint32_t below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % below;
}

/* Records. */

static struct fact random_fact(uint32_t record, int64_t day)
{
    static const int64_t minors[] = {100000, 250000, 499999, 500000, 500001, 999999, 1000000, 1000001, 30000, 1, -100000, 0};
    static const enum tf_kind kinds[] = {TF_KIND_INVOICE, TF_KIND_INVOICE, TF_KIND_PAYMENT, TF_KIND_CREDIT_NOTE};
    struct fact fact = {.record = record, .kind = kinds[pick(4)]};
    fact.supplier = pick(40) == 0 ? -1 : (int)pick(SUPPLIERS);
    fact.user = pick(10) == 0 ? -1 : (int)pick(USERS);
    fact.number = pick(50) == 0 ? -1 : (int)pick(NUMBERS);
    fact.minor = minors[pick(sizeof minors / sizeof minors[0])];
    fact.time_ms = sample_time((int)day) + (int64_t)pick(TIMES) * (TF_MS_PER_DAY / TIMES) * (pick(3) == 0);
    fact.returned = fact.kind == TF_KIND_PAYMENT && pick(8) == 0;
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
        if (i > 0 && chance < 20) { /* the same record again: delivered twice, amended, or an old revision */
            struct fact first = events[earlier];
            if (chance < 10) {
                events[i] = first;
            } else {
                events[i] = random_fact(first.record, (first.time_ms - sample_time(0)) / TF_MS_PER_DAY);
                events[i].revision = 2 + pick(3);
            }
            events[i].fed_at = first.fed_at + (int64_t)pick(2) * TF_MS_PER_DAY;
        } else if (chance < 26) {
            events[i].fed_at += (int64_t)(1 + pick(60)) * TF_MS_PER_DAY; /* late */
        }
    }
    qsort(events, EVENTS, sizeof events[0], by_feeding);
}

static void to_sample(const struct fact *fact, struct sample *sample)
{
    static char names[64][8];
    static int next;
    char amount[32];
    char *supplier = names[next++ % 64], *user = names[next++ % 64], *number = names[next++ % 64];
    snprintf(supplier, 8, "S%d", fact->supplier);
    snprintf(user, 8, "u%d", fact->user);
    snprintf(number, 8, "N-%d", fact->number + 1);
    snprintf(amount, sizeof amount, "%s%lld.%02lld", fact->minor < 0 ? "-" : "", (long long)llabs(fact->minor) / 100,
             (long long)llabs(fact->minor) % 100);
    if (fact->kind == TF_KIND_PAYMENT)
        sample_payment(sample, fact->supplier < 0 ? NULL : supplier, fact->number < 0 ? NULL : number, amount, "EUR", 0);
    else
        sample_invoice(sample, fact->supplier < 0 ? NULL : supplier, fact->number < 0 ? NULL : number, amount, "EUR", 0);
    sample->event.kind = fact->kind;
    sample->event.user = fact->user < 0 ? TF_STR_NONE : tf_str_of(user);
    sample->event.event_time_ms = fact->time_ms;
    sample->event.revision = fact->revision;
    sample->payment.returned = fact->returned;
}

/* The oracle. */

static bool in_time(const struct fact *other, const struct fact *fact, int64_t days)
{
    int64_t window_ms = days * TF_MS_PER_DAY;
    bool remembered = watermark_ms == INT64_MIN || other->time_ms >= watermark_ms - window_ms - TF_MS_PER_DAY;
    return other->record != fact->record && !other->returned && remembered && llabs(other->time_ms - fact->time_ms) <= window_ms;
}

static bool in_window(const struct fact *other, const struct fact *fact, int64_t days)
{
    return other->kind == fact->kind && in_time(other, fact, days);
}

/* What a record takes out of or brings back to the company; credit notes bring back. */
static int64_t effect_of(const struct fact *fact)
{
    return fact->kind == TF_KIND_CREDIT_NOTE ? -llabs(fact->minor) : fact->minor;
}

/* Copies that nothing took back; of what goes back, more copies than went out. */
static enum tf_fraud_answer expect_dup1(const struct fact *fact, uint32_t *ret_related)
{
    uint32_t copies = 0, opposites = 0;
    int64_t effect = effect_of(fact);
    if (fact->returned)
        return TF_FRAUD_CLEAR;
    if (fact->supplier < 0 || fact->number < 0)
        return TF_FRAUD_UNKNOWN;
    for (size_t i = 0; i < known_count; i++) {
        const struct fact *other = &known[i];
        if (!in_time(other, fact, 730) || other->supplier != fact->supplier || other->number != fact->number)
            continue;
        bool akin = (other->kind == TF_KIND_PAYMENT) == (fact->kind == TF_KIND_PAYMENT);
        copies += other->kind == fact->kind && other->minor == fact->minor;
        opposites += akin && effect != 0 && effect_of(other) == -effect;
    }
    bool hit = effect < 0 ? copies > 0 && copies >= opposites : copies > opposites;
    *ret_related = hit ? copies : 0;
    return hit ? TF_FRAUD_HIT : TF_FRAUD_CLEAR;
}

static enum tf_fraud_answer expect_dup4(const struct fact *fact, uint32_t *ret_related)
{
    if (fact->kind == TF_KIND_CREDIT_NOTE)
        return TF_FRAUD_NOT_APPLICABLE;
    if (fact->returned || fact->minor < LARGE)
        return TF_FRAUD_CLEAR;
    if (fact->supplier < 0 || fact->number < 0)
        return TF_FRAUD_UNKNOWN;
    for (size_t i = 0; i < known_count; i++)
        *ret_related += in_window(&known[i], fact, 30) && known[i].supplier == fact->supplier && known[i].number >= 0
                        && known[i].number != fact->number && known[i].minor == fact->minor
                        && known[i].time_ms / TF_MS_PER_DAY == fact->time_ms / TF_MS_PER_DAY;
    return *ret_related > 0 ? TF_FRAUD_HIT : TF_FRAUD_CLEAR;
}

/* The largest sum of a span of three days from start_ms that holds the event, over one supplier's or one user's records. */
static int64_t span_sum(const struct fact *fact, const size_t *mates, size_t count, int64_t start_ms)
{
    int64_t sum = fact->minor, others = 0, end_ms = start_ms + 3 * (int64_t)TF_MS_PER_DAY;
    if (start_ms > fact->time_ms || end_ms < fact->time_ms)
        return 0;
    for (size_t i = 0; i < count; i++) {
        const struct fact *mate = &known[mates[i]];
        if (mate->time_ms < start_ms || mate->time_ms > end_ms)
            continue;
        sum += mate->minor;
        others++;
    }
    return others > 0 && sum > LIMIT ? sum : 0;
}

static int64_t best_sum(const struct fact *fact, bool of_user)
{
    static size_t mates[EVENTS];
    size_t count = 0;
    for (size_t i = 0; i < known_count; i++)
        if (in_window(&known[i], fact, 3) && known[i].minor > 0 && known[i].minor <= LIMIT
            && (of_user ? known[i].user == fact->user : known[i].supplier == fact->supplier))
            mates[count++] = i;
    int64_t best = span_sum(fact, mates, count, fact->time_ms);
    for (size_t i = 0; i < count; i++) {
        int64_t sum = span_sum(fact, mates, count, known[mates[i]].time_ms);
        best = sum > best ? sum : best;
    }
    return best;
}

static enum tf_fraud_answer expect_spl1(const struct fact *fact, int64_t *ret_sum)
{
    if (fact->kind == TF_KIND_CREDIT_NOTE)
        return TF_FRAUD_NOT_APPLICABLE;
    if (fact->returned || fact->minor <= 0 || fact->minor > LIMIT)
        return TF_FRAUD_CLEAR;
    int64_t of_supplier = fact->supplier < 0 ? 0 : best_sum(fact, false), of_user = fact->user < 0 ? 0 : best_sum(fact, true);
    *ret_sum = of_supplier > of_user ? of_supplier : of_user;
    if (*ret_sum > 0)
        return TF_FRAUD_HIT;
    return fact->supplier < 0 || fact->user < 0 ? TF_FRAUD_UNKNOWN : TF_FRAUD_CLEAR;
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

/* Comparison. */

struct tally { unsigned hits[3], unknown[3]; };

static void assert_answer(const struct tf_fraud_verdict *verdict, const char *rule, enum tf_fraud_answer expected)
{
    size_t place = sample_rule(rule);
    enum tf_fraud_answer actual = tf_fraud_bit(&verdict->hit, place)         ? TF_FRAUD_HIT
                                  : tf_fraud_bit(&verdict->unknown, place)   ? TF_FRAUD_UNKNOWN
                                  : tf_fraud_bit(&verdict->evaluated, place) ? TF_FRAUD_CLEAR
                                                                             : TF_FRAUD_NOT_APPLICABLE;
    if (actual != expected)
        fail_msg("%s: %d instead of %d", rule, (int)actual, (int)expected);
}

static const struct tf_fraud_hit *hit_of(const struct tf_fraud_verdict *verdict, const char *rule)
{
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        if (strcmp(verdict->hits[i].rule->id, rule) == 0)
            return &verdict->hits[i];
    fail_msg("no hit of %s", rule);
    return NULL;
}

static void compare(const struct fact *fact, const struct tf_fraud_verdict *verdict, struct tally *tally)
{
    uint32_t dup1 = 0, dup4 = 0;
    int64_t spl1 = 0;
    enum tf_fraud_answer answers[3] = {expect_dup1(fact, &dup1), expect_dup4(fact, &dup4), expect_spl1(fact, &spl1)};
    assert_answer(verdict, "DUP1", answers[0]);
    assert_answer(verdict, "DUP4", answers[1]);
    assert_answer(verdict, "SPL1", answers[2]);
    if (answers[0] == TF_FRAUD_HIT)
        assert_int_equal(hit_of(verdict, "DUP1")->related_count, dup1 < TF_FRAUD_RELATED_MAX ? dup1 : TF_FRAUD_RELATED_MAX);
    if (answers[1] == TF_FRAUD_HIT)
        assert_int_equal(hit_of(verdict, "DUP4")->related_count, dup4 < TF_FRAUD_RELATED_MAX ? dup4 : TF_FRAUD_RELATED_MAX);
    if (answers[2] == TF_FRAUD_HIT)
        assert_int_equal(hit_of(verdict, "SPL1")->amount_at_risk_minor, spl1);
    for (int i = 0; i < 3; i++) {
        tally->hits[i] += answers[i] == TF_FRAUD_HIT;
        tally->unknown[i] += answers[i] == TF_FRAUD_UNKNOWN;
    }
}

static void judge_batch(struct tf_state *store, const struct tf_fraud_ruleset *ruleset, struct tf_arena *arena, size_t first,
                        size_t count, struct tally *tally)
{
    static struct sample sample;
    undo_known = known_count;
    undo_count = 0;
    tf_arena_rewind(arena);
    for (size_t i = first; i < first + count; i++) {
        char id[16];
        struct tf_fraud_verdict *verdict;
        snprintf(id, sizeof id, "e%u", events[i].record);
        struct tf_str text = tf_str_of(id);
        to_sample(&events[i], &sample);
        assert_int_equal(judge_event(store, ruleset, &sample.event, text, false, arena, &verdict), TF_OK);
        compare(&events[i], verdict, tally);
        learn(&events[i]);
    }
}

static void windows_equal_brute_force(void **state)
{
    (void)state;
    struct tf_state *store = tf_state_create(512 << 20);
    struct tf_arena *arena = tf_arena_create(64 << 20);
    struct tf_fraud_ruleset *ruleset;
    struct tf_fault fault;
    struct tally tally = {{0}, {0}};
    int64_t newest_ms = INT64_MIN;
    assert_int_equal(tf_fraud_ruleset_load((struct tf_string_list){NULL, 0}, &ruleset, &fault), TF_OK);
    make_events();
    for (size_t first = 0; first < EVENTS;) {
        size_t count = 1 + pick(BATCH_MAX);
        count = count < EVENTS - first ? count : EVENTS - first;
        judge_batch(store, ruleset, arena, first, count, &tally);
        if (pick(5) == 0) {
            tf_state_abort(store);
            unlearn();
            continue; /* the same events again, perhaps cut otherwise */
        }
        for (size_t i = first; i < first + count; i++)
            newest_ms = events[i].time_ms > newest_ms ? events[i].time_ms : newest_ms;
        tf_state_commit(store, newest_ms);
        watermark_ms = newest_ms;
        first += count;
    }
    for (int i = 0; i < 3; i++) {
        print_message("rule %d: %u hits, %u unknown\n", i, tally.hits[i], tally.unknown[i]);
        assert_true(tally.hits[i] > 300 && tally.unknown[i] > 100);
    }
    tf_fraud_ruleset_destroy(ruleset);
    tf_arena_destroy(arena);
    tf_state_destroy(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(windows_equal_brute_force)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
