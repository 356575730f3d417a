/*
 * The windows against brute force: random events, in batches that are committed, or aborted and run again, perhaps cut otherwise. A record that
 * is delivered again, late, doubled, amended or stale counts once, as the newest revision says.
 *
 *   unit_state_state_oracle [EVENTS]        20,000; oracle.state in ctest: a million
 */
#include "oracle_rules.h"

#include "judge_event.h"

enum { SMALL = 20000, RULES = 7 };

static uint32_t events_count = SMALL;

static const struct {
    const char *id;
    unsigned hits; /* of 20,000 events at least */
} rules[RULES] = {{"DUP1", 300}, {"DUP4", 40}, {"SPL1", 300}, {"VEL1", 40}, {"OUT1", 10}, {"OUT2", 3}, {"SUP2", 20}};

struct tally { unsigned hits[RULES], unknown[RULES], close[RULES]; };

static int answer_of(const struct tf_fraud_verdict *verdict, const char *rule)
{
    size_t place = sample_rule(rule);
    return tf_fraud_bit(&verdict->hit, place)         ? TF_FRAUD_HIT
           : tf_fraud_bit(&verdict->unknown, place)   ? TF_FRAUD_UNKNOWN
           : tf_fraud_bit(&verdict->evaluated, place) ? TF_FRAUD_CLEAR
                                                      : TF_FRAUD_NOT_APPLICABLE;
}

static const struct tf_fraud_hit *hit_of(const struct tf_fraud_verdict *verdict, const char *rule)
{
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        if (strcmp(verdict->hits[i].rule->id, rule) == 0)
            return &verdict->hits[i];
    fail_msg("no hit of %s", rule);
    return NULL;
}

static void compare_rule(const struct tf_fraud_verdict *verdict, size_t r, const struct expected *expected, struct tally *tally)
{
    if (expected->answer == CLOSE) {
        tally->close[r]++;
        return;
    }
    int actual = answer_of(verdict, rules[r].id);
    if (actual != expected->answer)
        fail_msg("%s: %d instead of %d", rules[r].id, actual, expected->answer);
    tally->hits[r] += expected->answer == TF_FRAUD_HIT;
    tally->unknown[r] += expected->answer == TF_FRAUD_UNKNOWN;
    if (expected->answer != TF_FRAUD_HIT)
        return;
    const struct tf_fraud_hit *hit = hit_of(verdict, rules[r].id);
    if (expected->related != UINT32_MAX)
        assert_int_equal(hit->related_count, expected->related < TF_FRAUD_RELATED_MAX ? expected->related : TF_FRAUD_RELATED_MAX);
    if (expected->minor >= 0)
        assert_int_equal(hit->amount_at_risk_minor, expected->minor);
}

static void compare(struct world *world, const struct fact *fact, const struct tf_fraud_verdict *verdict, struct tally *tally)
{
    const struct mates of_supplier = mates_of(world, fact, false), of_user = mates_of(world, fact, true);
    const struct expected expected[RULES] = {
        expect_dup1(world, fact, of_supplier), expect_dup4(world, fact, of_supplier),          expect_spl1(world, fact, of_supplier, of_user),
        expect_vel1(world, fact, of_supplier, of_user), expect_out1(world, fact, of_supplier), expect_out2(world, fact, of_supplier),
        expect_sup2(world, fact, of_supplier),
    };
    for (size_t r = 0; r < RULES; r++)
        compare_rule(verdict, r, &expected[r], tally);
}

static void judge_batch(struct world *world, struct tf_state *store, const struct tf_fraud_ruleset *ruleset, struct tf_arena *arena, size_t first,
                        size_t count, struct tally *tally)
{
    static struct sample sample;
    world->undo_count = 0;
    tf_arena_rewind(arena);
    for (size_t i = first; i < first + count; i++) {
        char id[16];
        struct tf_fraud_verdict *verdict;
        snprintf(id, sizeof id, "e%u", world->events[i].record);
        struct tf_str text = tf_str_of(id);
        world_sample(&world->events[i], &sample);
        assert_int_equal(judge_event(store, ruleset, &sample.event, text, false, arena, &verdict), TF_OK);
        compare(world, &world->events[i], verdict, tally);
        world_learn(world, &world->events[i]);
    }
}

static void judge_all(struct world *world, struct tf_state *store, const struct tf_fraud_ruleset *ruleset, struct tf_arena *arena, struct tally *tally)
{
    int64_t newest_ms = INT64_MIN;
    for (size_t first = 0; first < world->events_count;) {
        size_t count = 1 + pick(BATCH_MAX);
        count = count < world->events_count - first ? count : world->events_count - first;
        judge_batch(world, store, ruleset, arena, first, count, tally);
        if (pick(5) == 0) {
            tf_state_abort(store);
            world_unlearn(world);
            continue;
        }
        for (size_t i = first; i < first + count; i++)
            newest_ms = world->events[i].time_ms > newest_ms ? world->events[i].time_ms : newest_ms;
        tf_state_commit(store, newest_ms);
        world->watermark_ms = newest_ms;
        first += count;
    }
}

static void windows_equal_brute_force(void **state)
{
    (void)state;
    static struct world world;
    struct tf_state *store = tf_state_create((size_t)4 << 30);
    struct tf_arena *arena = tf_arena_create(64 << 20);
    struct tf_fraud_ruleset *ruleset;
    struct tf_fault fault;
    struct tally tally = {{0}, {0}, {0}};
    assert_int_equal(tf_fraud_ruleset_load((struct tf_string_list){NULL, 0}, &ruleset, &fault), TF_OK);
    world_open(&world, events_count);
    judge_all(&world, store, ruleset, arena, &tally);
    for (int r = 0; r < RULES; r++) {
        unsigned times = events_count / SMALL;
        print_message("%s: %u hits, %u unknown, %u too close to call\n", rules[r].id, tally.hits[r], tally.unknown[r], tally.close[r]);
        assert_true(tally.hits[r] >= rules[r].hits * times && tally.unknown[r] >= 100 * times);
        if (times > 1)
            assert_true(tally.close[r] < events_count / 1000);
    }
    world_close(&world);
    tf_fraud_ruleset_destroy(ruleset);
    tf_arena_destroy(arena);
    tf_state_destroy(store);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(windows_equal_brute_force)};
    if (argc > 1)
        events_count = (uint32_t)strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
