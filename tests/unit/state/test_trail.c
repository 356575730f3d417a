/* Rules that go from one party to the next, over the real store. */
#include "unit/rules/fraud/sample.h"
#include "unit/state/judge_event.h"

static struct sample sample;

struct fixture {
    struct tf_state *store;
    struct tf_fraud_ruleset *ruleset;
    struct tf_arena *arena;
    size_t rule;
};

static void setup(struct fixture *f)
{
    struct tf_fault fault;
    f->store = tf_state_create(16 << 20);
    f->arena = tf_arena_create(16 << 20);
    assert_int_equal(tf_fraud_ruleset_load((struct tf_string_list){.count = 0}, &f->ruleset, &fault), TF_OK);
    assert_true(f->store && f->arena);
    f->rule = sample_rule("MTIC2");
}

static void teardown(struct fixture *f)
{
    tf_fraud_ruleset_destroy(f->ruleset);
    tf_arena_destroy(f->arena);
    tf_state_destroy(f->store);
}

/* The carousel's hit, or NULL. */
static const struct tf_fraud_hit *trades(struct fixture *f, const char *id, const char *from, const char *to, int day, uint64_t revision)
{
    struct tf_fraud_verdict *verdict;
    sample_invoice(&sample, from, id, "250000.00", "EUR", day);
    sample.event.revision = revision;
    sample.invoice.seller.vat_id = tf_str_of(from);
    sample.invoice.buyer.vat_id = tf_str_of(to);
    assert_int_equal(judge_event(f->store, f->ruleset, &sample.event, tf_str_of(id), false, f->arena, &verdict), TF_OK);
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        if (verdict->hits[i].rule == &tf_fraud_ruleset_rules(f->ruleset, &(size_t){0})[f->rule])
            return &verdict->hits[i];
    return NULL;
}

static void a_planted_carousel_is_named_in_its_order(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    for (int i = 0; i < 500; i++) { /* trade all around it */
        char id[8], from[8], to[8];
        snprintf(id, sizeof id, "n%d", i);
        snprintf(from, sizeof from, "N%d", i);
        snprintf(to, sizeof to, "N%d", i + 1);
        assert_null(trades(&f, id, from, to, i % 80, 0));
    }
    assert_null(trades(&f, "c1", "DE1", "FR2", 1, 0));
    assert_null(trades(&f, "c2", "FR2", "N7", 3, 0));
    assert_null(trades(&f, "c3", "N7", "BE4", 9, 0));
    tf_state_commit(f.store, sample_time(9));
    assert_null(trades(&f, "c5", "AT5", "DE1", 20, 0));
    const struct tf_fraud_hit *hit = trades(&f, "c4", "BE4", "AT5", 14, 0);
    assert_non_null(hit);
    assert_int_equal(hit->related_count, 4);
    static const char *const ids[] = {"c1", "c2", "c3", "c5"};
    for (size_t i = 0; i < 4; i++)
        assert_text(hit->related[i], ids[i]);
    teardown(&f);
}

static void an_amendment_breaks_the_circle_and_a_redelivery_finds_it_again(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    assert_null(trades(&f, "c1", "DE1", "FR2", 1, 0));
    assert_null(trades(&f, "c2", "FR2", "NL3", 3, 0));
    assert_non_null(trades(&f, "c3", "NL3", "DE1", 9, 0));
    assert_non_null(trades(&f, "c3", "NL3", "DE1", 9, 0));
    tf_state_commit(f.store, sample_time(9));
    assert_null(trades(&f, "c2", "FR2", "XX9", 3, 2)); /* it went elsewhere */
    assert_null(trades(&f, "c3", "NL3", "DE1", 9, 0));
    tf_state_abort(f.store);
    assert_non_null(trades(&f, "c3", "NL3", "DE1", 9, 0));
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planted_carousel_is_named_in_its_order),
        cmocka_unit_test(an_amendment_breaks_the_circle_and_a_redelivery_finds_it_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
