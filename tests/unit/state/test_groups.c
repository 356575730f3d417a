/* What is told of groups: once a month of event time, when the grade changes, again after an abort, and of months that are over. */
#include "unit/rules/fraud/sample.h"

#include "judge_event.h"
#include "taxflow/state_groups.h"

/* A group is wrong when most of its records are round ones, and judged from ten on. */
static void judge_round(const struct tf_fraud_setting *setting, const struct tf_fraud_tally_view *counts, struct tf_fraud_group_finding *finding)
{
    (void)setting;
    int64_t n = tf_fraud_tally_sum(counts, 0, 2), round = tf_fraud_tally_sum(counts, 1, 2);
    *finding = (struct tf_fraud_group_finding){.statistic = "share", .n = n, .limit = 0.5, .value = n > 0 ? (double)round / (double)n : 0};
    finding->grade = n < 10 ? TF_FRAUD_GRADE_NONE : 2 * round > n ? TF_FRAUD_GRADE_NONCONFORMITY : TF_FRAUD_GRADE_CLOSE;
}

static void name_it(const struct tf_fraud_facts *facts, size_t tally, char out[TF_FRAUD_GROUP_NAME_BYTES])
{
    (void)tally;
    snprintf(out, TF_FRAUD_GROUP_NAME_BYTES, "records in %s", facts->currency);
}

static size_t count_it(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                       struct tf_fraud_tally *tallies)
{
    (void)rule;
    (void)setting;
    tallies[0] = (struct tf_fraud_tally){.group = {{(uint8_t)facts->currency[0], 7}}, .cell = facts->amount_minor % 10000 == 0, .use = TF_FRAUD_ADDS};
    return 1;
}

static enum tf_fraud_answer say_nothing(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    (void)c;
    (void)hit;
    return TF_FRAUD_NOT_APPLICABLE;
}

static const struct tf_fraud_group_rule round_group = {.judge = judge_round, .name = name_it};
static const struct tf_fraud_rule rules[] = {{
    .id = "GRP", .version = "1", .kinds = 1u << TF_KIND_INVOICE, .tallies = count_it, .group = &round_group, .judge = say_nothing,
    .defaults = {.mode = TF_FRAUD_LIVE, .weight = 1, .window_ms = (int64_t)365 * TF_MS_PER_DAY},
}};

/* What was told, as text. */
static struct {
    struct tf_state *store;
    struct tf_fraud_ruleset *ruleset;
    struct tf_arena *arena;
    char told[1024];
    int next;
} here;

static enum tf_err tell(void *self, const struct tf_state_group_report *report)
{
    (void)self;
    char month[TF_FRAUD_MONTH_BYTES];
    size_t len = strlen(here.told);
    tf_fraud_month_format(report->month, month);
    snprintf(here.told + len, sizeof here.told - len, "%.*s %.*s %s %s %lld;", TF_STR_ARGS(report->company), TF_STR_ARGS(report->name), month,
             tf_fraud_grade_word(report->finding->grade), (long long)report->finding->n);
    return TF_OK;
}

static const char *look(int32_t before_month, bool final)
{
    here.told[0] = '\0';
    assert_int_equal(tf_state_look_at_groups(here.store, here.ruleset, &(struct tf_state_look){.before_month = before_month, .final = final, .tell = tell}), TF_OK);
    return here.told;
}

static void records(int n, const char *amount, int day)
{
    static struct sample sample;
    for (int i = 0; i < n; i++) {
        char id[16];
        struct tf_fraud_verdict *verdict;
        snprintf(id, sizeof id, "e%d", here.next++);
        sample_invoice(&sample, "DE1", "1", amount, "EUR", day);
        tf_arena_rewind(here.arena);
        assert_int_equal(judge_event(here.store, here.ruleset, &sample.event, tf_str_of(id), false, here.arena, &verdict), TF_OK);
    }
}

static int open_store(void **state)
{
    (void)state;
    here.store = tf_state_create(64 << 20);
    here.ruleset = tf_fraud_ruleset_of(rules, 1);
    here.arena = tf_arena_create(16 << 20);
    here.next = 0;
    return here.store && here.ruleset && here.arena ? 0 : -1;
}

static int close_store(void **state)
{
    (void)state;
    tf_state_destroy(here.store);
    tf_fraud_ruleset_destroy(here.ruleset);
    tf_arena_destroy(here.arena);
    return 0;
}

static void a_finding_is_told_once_a_month_and_when_it_changes(void **state)
{
    (void)state;
    records(9, "100.00", 5);
    assert_string_equal(look(INT32_MAX, false), "");
    records(1, "100.00", 5);
    assert_string_equal(look(INT32_MAX, false), "ACME-DE records in EUR 2026-01 nonconformity 10;");
    tf_state_commit(here.store, INT64_MIN);
    records(10, "100.00", 6);
    assert_string_equal(look(INT32_MAX, false), "");
    records(30, "123.45", 7);
    assert_string_equal(look(INT32_MAX, false), "ACME-DE records in EUR 2026-01 close 50;");
    tf_state_commit(here.store, INT64_MIN);
    records(60, "100.00", 40); /* February, with January in the window */
    assert_string_equal(look(INT32_MAX, false), "ACME-DE records in EUR 2026-02 nonconformity 110;");
    assert_string_equal(look(INT32_MAX, false), "");
}

static void what_an_abort_took_back_is_told_again(void **state)
{
    (void)state;
    records(12, "100.00", 5);
    tf_state_commit(here.store, INT64_MIN);
    records(1, "100.00", 5);
    assert_string_equal(look(INT32_MAX, false), "ACME-DE records in EUR 2026-01 nonconformity 13;");
    tf_state_abort(here.store);
    assert_string_equal(look(INT32_MAX, false), "ACME-DE records in EUR 2026-01 nonconformity 12;");
    tf_state_commit(here.store, INT64_MIN);
    records(1, "100.00", 5);
    tf_state_abort(here.store);
    assert_string_equal(look(INT32_MAX, false), "");
}

static void a_group_that_hardly_grew_is_not_looked_at(void **state)
{
    (void)state;
    records(101, "123.45", 5);
    records(99, "100.00", 5);
    assert_string_equal(look(INT32_MAX, false), "");
    records(3, "100.00", 5); /* wrong by now, but three of two hundred */
    assert_string_equal(look(INT32_MAX, false), "");
    records(10, "100.00", 5);
    assert_string_equal(look(INT32_MAX, false), "ACME-DE records in EUR 2026-01 nonconformity 213;");
}

/* Of files each month is judged when it is over, by all of its records, however they were cut into batches. */
static void months_that_are_over_are_told_whole(void **state)
{
    (void)state;
    int32_t february = tf_fraud_month_of(sample_time(40));
    records(11, "100.00", 5);
    assert_string_equal(look(february - 1, false), "");
    records(4, "100.00", 30);
    records(5, "100.00", 40); /* the same batch reaches into February */
    assert_string_equal(look(february, false), "ACME-DE records in EUR 2026-01 nonconformity 15;");
    tf_state_commit(here.store, INT64_MIN);
    assert_string_equal(look(february, false), "");
    records(3, "100.00", 130); /* May; nothing in March and April */
    assert_string_equal(look(tf_fraud_month_of(sample_time(130)), false), "ACME-DE records in EUR 2026-02 nonconformity 20;");
    assert_string_equal(look(INT32_MAX, true), "ACME-DE records in EUR 2026-05 nonconformity 23;");
    assert_string_equal(look(INT32_MAX, true), "");
}

static void other_groups_and_years_are_their_own(void **state)
{
    (void)state;
    static struct sample sample;
    records(10, "100.00", 5);
    for (int i = 0; i < 10; i++) {
        char id[16];
        struct tf_fraud_verdict *verdict;
        snprintf(id, sizeof id, "u%d", i);
        sample_invoice(&sample, "DE1", "1", "100.00", "USD", 5);
        sample.event.company = TF_STR_NONE;
        assert_int_equal(judge_event(here.store, here.ruleset, &sample.event, tf_str_of(id), false, here.arena, &verdict), TF_OK);
    }
    assert_string_equal(look(INT32_MAX, false), "ACME-DE records in EUR 2026-01 nonconformity 10; records in USD 2026-01 nonconformity 10;");
    tf_state_commit(here.store, INT64_MIN);
    records(5, "100.00", 380); /* a year later the ten are out of the twelve months */
    assert_string_equal(look(INT32_MAX, false), "");
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_finding_is_told_once_a_month_and_when_it_changes), STORE_TEST(what_an_abort_took_back_is_told_again),
        STORE_TEST(a_group_that_hardly_grew_is_not_looked_at), STORE_TEST(months_that_are_over_are_told_whole),
        STORE_TEST(other_groups_and_years_are_their_own)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
