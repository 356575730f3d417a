/* What came before an event, in (time, arrival), is the same when it is delivered again after others of its time. */
#include "unit/rules/fraud/rule_text.h"

#include "judge_event.h"

static struct tf_state *store;
static struct tf_fraud_ruleset *ruleset;
static struct tf_arena *arena;

static void assert_seen(const char *id, const char *observed)
{
    struct sample sample;
    struct tf_fraud_verdict *verdict = NULL;
    sample_payment(&sample, "S1", id, "10.00", "EUR", 3);
    assert_int_equal(judge_event(store, ruleset, &sample.event, tf_str_of(id), false, arena, &verdict), TF_OK);
    for (uint32_t h = 0; h < verdict->hits_count; h++)
        if (strcmp(verdict->hits[h].rule->id, "OWN") == 0) {
            assert_text(verdict->hits[h].observed, observed);
            return;
        }
    fail_msg("no hit of OWN");
}

static void a_redelivery_sees_what_came_before_it(void **state)
{
    (void)state;
    store = tf_state_create(64 << 20);
    arena = tf_arena_create(64 << 20);
    ruleset = rule_text("rules = ( { id = \"OWN\"; version = \"1\"; title = \"t\"; weight = 1; kinds = [ \"payment\" ];\n"
                        "  when = \"count(supplier, 30d) >= 0 and sum(supplier, 30d) >= 0\"; } );");
    assert_true(store && arena);
    for (int delivery = 0; delivery < 3; delivery++) {
        assert_seen("a", "count(supplier, 30d) = 0, sum(supplier, 30d) = 0.00 EUR");
        assert_seen("b", "count(supplier, 30d) = 1, sum(supplier, 30d) = 10.00 EUR");
        assert_seen("c", "count(supplier, 30d) = 2, sum(supplier, 30d) = 20.00 EUR");
        tf_state_commit(store, sample_time(3));
    }
    assert_seen("d", "count(supplier, 30d) = 3, sum(supplier, 30d) = 30.00 EUR");
    tf_state_destroy(store);
    tf_fraud_ruleset_destroy(ruleset);
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_redelivery_sees_what_came_before_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
