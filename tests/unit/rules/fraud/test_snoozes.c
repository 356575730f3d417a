#include "unit/rules/fraud/rule_text.h"

#include "taxflow/fraud_decision.h"

static struct sample sample;

static struct tf_fraud_hit hit(const char *rule, enum tf_fraud_mode mode)
{
    size_t count;
    return (struct tf_fraud_hit){.rule = &tf_fraud_rules(&count)[sample_rule(rule)], .mode = mode, .weight = 50, .amount_at_risk_minor = 100};
}

/* The mode of a DUP1 hit, and whether it counts as the mode says. */
static enum tf_fraud_mode mode_of(const char *snooze)
{
    char text[512];
    struct tf_arena *arena = tf_arena_create(1 << 16);
    snprintf(text, sizeof text, "snoozes = ( %s );", snooze);
    struct tf_fraud_ruleset *ruleset = rule_text(text);
    struct tf_fraud_hit hits[] = {hit("DUP1", TF_FRAUD_LIVE), hit("RND1", TF_FRAUD_SHADOW), hit("SOD1", TF_FRAUD_LIVE)};
    struct tf_fraud_verdict verdict = {.hits = hits, .hits_count = 2};
    const struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    assert_int_equal(tf_fraud_verdict_look_up(ruleset, &facts, arena, &verdict), TF_OK);
    tf_fraud_verdict_close(ruleset, &facts, &verdict);
    bool live = hits[0].mode == TF_FRAUD_LIVE;
    assert_int_equal(verdict.score, live ? 50 : 0);
    assert_int_equal(verdict.amount_at_risk_minor, live ? 100 : 0);
    assert_int_equal(tf_str_present(hits[0].note), !live);
    if (!live)
        assert_text(hits[0].note, "snoozed before 2026-02-01T00:00:00.000Z: paid in parts");
    assert_int_equal(hits[1].mode, TF_FRAUD_SHADOW);
    assert_int_equal(hits[2].mode, TF_FRAUD_LIVE);
    tf_fraud_ruleset_destroy(ruleset);
    tf_arena_destroy(arena);
    return hits[0].mode;
}

#define UNTIL "until = \"2026-01-31\"; reason = \"paid in parts\";"

static void a_snooze_holds_for_what_fits(void **state)
{
    (void)state;
    sample_payment(&sample, "S1", "12", "70.00", "EUR", 30);
    assert_int_equal(mode_of(""), TF_FRAUD_LIVE);
    assert_int_equal(mode_of("{ rule = \"DUP1\"; " UNTIL " }"), TF_FRAUD_SNOOZED);
    assert_int_equal(mode_of("{ rule = \"*\"; " UNTIL " }"), TF_FRAUD_SNOOZED);
    assert_int_equal(mode_of("{ rule = \"DUP1\"; supplier = \" s1\"; company = \"ACME-DE\"; " UNTIL " }"), TF_FRAUD_SNOOZED);
    assert_int_equal(mode_of("{ rule = \"DUP1\"; account = \"DE89 3704 0044 0532 0130 00\"; " UNTIL " }"), TF_FRAUD_SNOOZED);
    assert_int_equal(mode_of("{ rule = \"DUP1\"; supplier = \"S2\"; " UNTIL " }, { rule = \"DUP1\"; user = \"u17\"; " UNTIL " }"), TF_FRAUD_SNOOZED);
    assert_int_equal(mode_of("{ rule = \"DUP4\"; " UNTIL " }"), TF_FRAUD_LIVE);
    assert_int_equal(mode_of("{ rule = \"DUP1\"; supplier = \"S2\"; " UNTIL " }"), TF_FRAUD_LIVE);
    assert_int_equal(mode_of("{ rule = \"DUP1\"; supplier = \"S1\"; company = \"OTHER\"; " UNTIL " }"), TF_FRAUD_LIVE);
    assert_int_equal(mode_of("{ rule = \"DUP1\"; vat_id = \"S1\"; " UNTIL " }"), TF_FRAUD_LIVE);
}

static void it_ends_in_event_time(void **state)
{
    (void)state;
    sample_payment(&sample, "S1", "12", "70.00", "EUR", 30);
    sample.event.event_time_ms = sample_time(31) - 1;
    assert_int_equal(mode_of("{ rule = \"DUP1\"; " UNTIL " }"), TF_FRAUD_SNOOZED);
    sample.event.event_time_ms = sample_time(31);
    assert_int_equal(mode_of("{ rule = \"DUP1\"; " UNTIL " }"), TF_FRAUD_LIVE);
    sample.event.event_time_ms = 0;
    sample.event.event_time_present = false;
    assert_int_equal(mode_of("{ rule = \"DUP1\"; " UNTIL " }"), TF_FRAUD_LIVE);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct { const char *text; unsigned line; const char *words; } cases[] = {
        {"snoozes = 3;", 1, "snoozes must be a list"},
        {"snoozes = ( 3 );", 1, "a snooze is a group"},
        {"snoozes = (\n { rule = \"DUP1\"; until = \"2026-01-31\"; } );", 2, "a snooze needs rule, until and reason"},
        {"snoozes = ( { until = \"2026-01-31\"; reason = \"r\"; } );", 1, "a snooze needs rule, until and reason"},
        {"snoozes = ( { rule = \"DUP1\"; reason = \"r\"; } );", 1, "a snooze needs rule, until and reason"},
        {"snoozes = ( { rule = \"DUP1\"; until = 3; reason = \"r\"; } );", 1, "until must be a text"},
        {"snoozes = ( { rule = \"DUP1\"; until = \"never\"; reason = \"r\"; } );", 1, "until must be a date"},
        {"snoozes = ( { rule = \"DUP1\";\n suplier = \"S\"; " UNTIL " } );", 2, "unknown setting \"suplier\"; did you mean \"supplier\"?"},
        {"snoozes = ( { rule = \"DUP1\"; account = \" - \"; " UNTIL " } );", 1, "account has no letters or digits"},
        {"snoozes = (\n\n { rule = \"DUP9\"; " UNTIL " } );", 3, "unknown rule \"DUP9\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        rule_text_refused(cases[i].text, cases[i].line, cases[i].words);
}

static void it_is_in_the_name(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "snoozes = ( { rule = \"DUP1\"; " UNTIL " } );", "snoozes = ( { rule = \"DUP4\"; " UNTIL " } );",
                                        "snoozes = ( { rule = \"DUP1\"; supplier = \"S\"; " UNTIL " } );",
                                        "snoozes = ( { rule = \"DUP1\"; until = \"2026-02-01\"; reason = \"paid in parts\"; } );"};
    enum { TEXTS = sizeof texts / sizeof texts[0] };
    char names[TEXTS][32];
    for (size_t i = 0; i < TEXTS; i++) {
        struct tf_fraud_ruleset *ruleset = rule_text(texts[i]);
        snprintf(names[i], sizeof names[i], "%s", tf_fraud_ruleset_name(ruleset));
        tf_fraud_ruleset_destroy(ruleset);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(names[i], names[j]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_snooze_holds_for_what_fits), cmocka_unit_test(it_ends_in_event_time),
                                       cmocka_unit_test(what_is_wrong_is_said_with_its_line), cmocka_unit_test(it_is_in_the_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
