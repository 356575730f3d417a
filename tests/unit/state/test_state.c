#include "one_store.h"

static enum tf_err judge_as(const char *id, uint64_t revision)
{
    struct tf_str text = tf_str_of(id);
    sample.event.revision = revision;
    return judge_event(store, ruleset, &sample.event, text, false, arena, &verdict);
}

static void judge(const char *id, uint64_t revision)
{
    assert_int_equal(judge_as(id, revision), TF_OK);
}

static int set_in(const struct tf_fraud_bits *bits)
{
    int count = 0;
    for (size_t w = 0; w < TF_FRAUD_RULES_MAX / 64; w++)
        count += __builtin_popcountll(bits->words[w]);
    return count;
}

static bool bit(struct tf_fraud_bits bits, const char *rule)
{
    return tf_fraud_bit(&bits, sample_rule(rule));
}

static void invoice(const char *number, const char *amount, int day)
{
    sample_invoice(&sample, "DE1", number, amount, "EUR", day);
}

static void later_events_of_a_batch_see_earlier_ones(void **state)
{
    (void)state;
    invoice("12", "119.00", 0);
    judge("a", 0);
    assert_int_equal(verdict->hits_count, 0);
    assert_int_equal(verdict->decision, TF_FRAUD_APPROVE);
    judge("b", 0);
    assert_int_equal(verdict->hits_count, 1);
    assert_string_equal(verdict->hits[0].rule->id, "DUP1");
    assert_int_equal(verdict->hits[0].weight, 60);
    assert_int_equal(verdict->hits[0].mode, TF_FRAUD_LIVE);
    assert_text(verdict->hits[0].related[0], "a");
    assert_int_equal(verdict->score, 60);
    assert_int_equal(verdict->decision, TF_FRAUD_REVIEW);
    assert_int_equal(verdict->amount_at_risk_minor, 11900);
    assert_true(bit(verdict->hit, "DUP1") && bit(verdict->evaluated, "DUP1"));
    assert_true(bit(verdict->unknown, "SOD1") && !bit(verdict->evaluated, "SOD1"));
    assert_false(verdict->late);
}

static void kinds_that_do_not_apply_are_neither_evaluated_nor_unknown(void **state)
{
    (void)state;
    struct tf_account account = {.number = TF_STR("1200")};
    sample_base(&sample, TF_KIND_ACCOUNT, "X", 0);
    sample.event.as.account = &account;
    judge("a", 0);
    assert_int_equal(set_in(&verdict->evaluated) + set_in(&verdict->unknown) + set_in(&verdict->hit), 0);
    invoice("12", "119.00", 0);
    sample.event.direction = TF_DIRECTION_SALE;
    judge("b", 0);
    assert_true(bit(verdict->unknown, "SOD1") && bit(verdict->unknown, "MTIC2")); /* whoever is asked of sales */
    static const char *const spending[] = {"DUP1", "DUP4", "SPL1", "VEL1", "OUT1", "RND1"};
    for (size_t i = 0; i < sizeof spending / sizeof spending[0]; i++)
        assert_false(bit(verdict->evaluated, spending[i]) || bit(verdict->unknown, spending[i]));
}

static void a_redelivery_meets_the_same_history(void **state)
{
    (void)state;
    invoice("12", "119.00", 0);
    judge("a", 1);
    size_t entries = tf_state_entries(store), bytes = tf_state_bytes(store);
    assert_true(entries > 0);
    for (int i = 0; i < 3; i++) {
        judge("a", 1);
        assert_int_equal(verdict->hits_count, 0);
        tf_state_commit(store, sample_time(0));
    }
    judge("a", 0); /* stale */
    assert_int_equal(verdict->hits_count, 0);
    assert_int_equal(tf_state_entries(store), entries);
    assert_in_range(tf_state_bytes(store), bytes - 64, bytes);
}

/* Where nothing is delivered twice, what comes again was submitted again: told by DUP1, and counted once. */
static void a_record_that_comes_again_after_its_claim_is_a_resubmission(void **state)
{
    (void)state;
    invoice("12", "119.00", 0);
    judge("a", 1);
    tf_state_commit(store, sample_time(0));
    size_t entries = tf_state_entries(store);
    sample.event.revision = 1;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(judge_event_of(store, ruleset, &sample.event, TF_STR("a"), true, false, arena, &verdict), TF_OK);
        assert_true(bit(verdict->hit, "DUP1"));
        assert_int_equal(verdict->hits_count, 1);
        assert_true(verdict->hits[0].resubmission);
        assert_int_equal(verdict->hits[0].related_count, 1);
        assert_text(verdict->hits[0].related[0], "a");
        assert_text(verdict->hits[0].observed, "the very record was submitted before, this one of 119.00 EUR");
        tf_state_commit(store, sample_time(0));
        assert_int_equal(tf_state_entries(store), entries);
    }
    sample.event.revision = 2; /* an amendment is none, nor is what it took the place of */
    assert_int_equal(judge_event_of(store, ruleset, &sample.event, TF_STR("a"), true, false, arena, &verdict), TF_OK);
    assert_int_equal(verdict->hits_count, 0);
    sample.event.revision = 1;
    assert_int_equal(judge_event_of(store, ruleset, &sample.event, TF_STR("a"), true, false, arena, &verdict), TF_OK);
    assert_int_equal(verdict->hits_count, 0);
    assert_int_equal(judge_event_of(store, ruleset, &sample.event, TF_STR("b"), true, false, arena, &verdict), TF_OK);
    assert_true(verdict->hits[0].resubmission); /* under another id: the same seller, number, year and amount */
}

static void an_amendment_takes_the_old_effect_out(void **state)
{
    (void)state;
    invoice("12", "119.00", 0);
    judge("a", 0);
    tf_state_commit(store, sample_time(0));
    size_t entries = tf_state_entries(store);
    invoice("12", "120.00", 0); /* another key than before */
    judge("a", 1);
    assert_int_equal(verdict->hits_count, 0);
    assert_int_equal(tf_state_entries(store), entries);
    invoice("12", "119.00", 0);
    judge("b", 0);
    assert_false(bit(verdict->hit, "DUP1"));
    invoice("12", "120.00", 0);
    judge("c", 0);
    assert_true(bit(verdict->hit, "DUP1"));
    tf_state_abort(store); /* and all is as it was: the first revision counts again */
    assert_int_equal(tf_state_entries(store), entries);
    judge("d", 0);
    assert_false(bit(verdict->hit, "DUP1"));
    invoice("12", "119.00", 0);
    judge("e", 0);
    assert_true(bit(verdict->hit, "DUP1"));
    assert_text(verdict->hits[0].related[0], "a");
}

static void an_amendment_to_nothing_keeps_the_stale_revision_out(void **state)
{
    (void)state;
    sample_payment(&sample, "DE1", "12", "119.00", "EUR", 0);
    judge("a", 0);
    tf_state_commit(store, sample_time(0));
    struct sample first = sample;
    first.event.as.payment = &first.payment;
    first.payment.invoices.items = first.numbers;
    sample_base(&sample, TF_KIND_PARTY, "DE1", 0);
    judge("a", 1);
    tf_state_commit(store, sample_time(0));
    assert_int_equal(tf_state_entries(store), 1); /* the memory of it */
    sample = first;
    sample.event.as.payment = &sample.payment;
    judge("a", 0);
    judge("b", 0);
    assert_false(bit(verdict->hit, "DUP1"));
    tf_state_commit(store, sample_time(900));
    for (int i = 0; i < 3; i++)
        tf_state_commit(store, sample_time(900));
    assert_int_equal(tf_state_entries(store), 0);
}

static void an_amendment_seen_first_keeps_the_stale_revision_out(void **state)
{
    (void)state;
    sample_base(&sample, TF_KIND_PARTY, "DE1", 0);
    judge("x", 1); /* a first revision, counted from 1: not worth the room */
    assert_int_equal(tf_state_entries(store), 0);
    judge("a", 2);
    assert_int_equal(tf_state_entries(store), 1);
    invoice("12", "119.00", 0);
    judge("a", 1);
    judge("b", 0);
    assert_false(bit(verdict->hit, "DUP1"));
}

static void entries_are_forgotten_behind_window_and_lateness(void **state)
{
    (void)state;
    invoice("12", "119.00", 0);
    judge("a", 0);
    tf_state_commit(store, sample_time(0));
    size_t all = tf_state_entries(store);
    tf_state_commit(store, sample_time(4)); /* split: 3 days + 1: still inside */
    assert_int_equal(tf_state_entries(store), all);
    tf_state_commit(store, sample_time(4) + 1);
    assert_int_equal(tf_state_entries(store), all - 2); /* of supplier and user */
    tf_state_commit(store, sample_time(0)); /* never back */
    tf_state_commit(store, sample_time(900)); /* past the longest window of all */
    assert_int_equal(tf_state_entries(store), 0);
}

static void lateness_is_a_setting(void **state)
{
    (void)state;
    tf_state_set_lateness(store, 10 * (int64_t)TF_MS_PER_DAY);
    invoice("12", "119.00", 0);
    judge("a", 0);
    size_t all = tf_state_entries(store);
    tf_state_commit(store, sample_time(13));
    assert_int_equal(tf_state_entries(store), all);
    tf_state_commit(store, sample_time(14));
    assert_int_equal(tf_state_entries(store), all - 2);
}

/* What a late event sees must not depend on how far the sweep has come: hundreds of keys, and one commit that sweeps a few. */
static void a_late_event_sees_no_entry_behind_the_horizon(void **state)
{
    (void)state;
    static char ids[2000][8];
    for (int i = 0; i < 2000; i++) {
        snprintf(ids[i], sizeof ids[i], "n%d", i);
        invoice(ids[i], "119.00", 0);
        judge(ids[i], 0);
        tf_state_commit(store, sample_time(0));
    }
    tf_state_commit(store, sample_time(732)); /* all are too old, most still lie there */
    assert_true(tf_state_entries(store) > 2000);
    for (int i = 0; i < 2000; i += 100) {
        invoice(ids[i], "119.00", 0);
        struct tf_str text = TF_STR("late");
        assert_int_equal(judge_event(store, ruleset, &sample.event, text, true, arena, &verdict), TF_OK);
        assert_false(bit(verdict->hit, "DUP1"));
        assert_true(verdict->late);
        tf_state_abort(store);
    }
}

static void a_full_store_stages_nothing_and_recovers(void **state)
{
    (void)state;
    char id[16] = "";
    static char number[16];
    enum tf_err err = TF_OK;
    int i = 0;
    tf_state_destroy(store);
    store = tf_state_create(1 << 20);
    assert_non_null(store);
    for (; err == TF_OK; i++) {
        snprintf(id, sizeof id, "e%d", i);
        snprintf(number, sizeof number, "%d", i + 1);
        tf_arena_rewind(arena);
        invoice(number, "119.00", 0);
        size_t entries = tf_state_entries(store);
        err = judge_as(id, 0);
        if (err == TF_OK)
            tf_state_commit(store, sample_time(0));
        else
            assert_int_equal(tf_state_entries(store), entries);
        assert_true(tf_state_bytes(store) <= 1 << 20);
    }
    assert_int_equal(err, TF_E_FULL);
    assert_true(i > 500);
    snprintf(number, sizeof number, "%d", i - 1);
    invoice(number, "119.00", 0);
    snprintf(id, sizeof id, "e%d", i - 2);
    assert_int_equal(judge_as(id, 0), TF_OK); /* a redelivery needs no room */
    invoice("999999", "119.00", 0);
    assert_int_equal(judge_as("more", 0), TF_E_FULL);
    for (int commits = 0; commits < 200; commits++)
        tf_state_commit(store, sample_time(900));
    assert_int_equal(tf_state_entries(store), 0);
    assert_int_equal(judge_as("more", 0), TF_OK);
}

static void verdicts_outlive_what_they_name(void **state)
{
    (void)state;
    invoice("12", "119.00", 0);
    judge("a", 0);
    judge("b", 0);
    tf_state_abort(store);
    assert_text(verdict->hits[0].related[0], "a");
}

static void an_arena_that_is_full_is_said_so(void **state)
{
    (void)state;
    struct tf_str text = TF_STR("b");
    struct tf_arena *small = tf_arena_create(4096);
    invoice("12", "119.00", 0);
    judge("a", 0);
    size_t entries = tf_state_entries(store);
    while (tf_arena_alloc(small, 16))
        continue;
    assert_int_equal(judge_event(store, ruleset, &sample.event, text, false, small, &verdict), TF_E_LIMIT);
    assert_null(verdict);
    assert_int_equal(tf_state_entries(store), entries);
    tf_arena_destroy(small);
}

static void modes_decide_what_counts(void **state)
{
    (void)state;
    char path[] = "/tmp/taxflow-state-XXXXXX";
    int handle = mkstemp(path);
    FILE *file = fdopen(handle, "w");
    assert_non_null(file);
    fputs("rules = ( { id = \"DUP1\"; mode = \"shadow\"; }, { id = \"SOD1\"; mode = \"off\"; } );", file);
    fclose(file);
    const char *const names[] = {path};
    struct tf_fault fault;
    tf_fraud_ruleset_destroy(ruleset);
    assert_int_equal(tf_fraud_ruleset_load((struct tf_string_list){names, 1}, &ruleset, &fault), TF_OK);
    remove(path);
    invoice("12", "119.00", 0);
    sample.event.approver = TF_STR("u17");
    judge("a", 0);
    judge("b", 0);
    assert_int_equal(verdict->hits_count, 1);
    assert_int_equal(verdict->hits[0].mode, TF_FRAUD_SHADOW);
    assert_int_equal(verdict->score, 0);
    assert_int_equal(verdict->amount_at_risk_minor, 0);
    assert_false(bit(verdict->evaluated, "SOD1") || bit(verdict->unknown, "SOD1"));
}

int main(void)
{
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)
    const struct CMUnitTest tests[] = {
        STORE_TEST(later_events_of_a_batch_see_earlier_ones), STORE_TEST(kinds_that_do_not_apply_are_neither_evaluated_nor_unknown),
        STORE_TEST(a_redelivery_meets_the_same_history),
        STORE_TEST(a_record_that_comes_again_after_its_claim_is_a_resubmission), STORE_TEST(an_amendment_takes_the_old_effect_out),
        STORE_TEST(an_amendment_to_nothing_keeps_the_stale_revision_out),
        STORE_TEST(an_amendment_seen_first_keeps_the_stale_revision_out),
        STORE_TEST(entries_are_forgotten_behind_window_and_lateness), STORE_TEST(lateness_is_a_setting),
        STORE_TEST(a_late_event_sees_no_entry_behind_the_horizon), STORE_TEST(a_full_store_stages_nothing_and_recovers),
        STORE_TEST(verdicts_outlive_what_they_name), STORE_TEST(an_arena_that_is_full_is_said_so), STORE_TEST(modes_decide_what_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
