#include "unit/rules/fraud/rule_text.h"

#include "taxflow/fraud_decision.h"

static struct tf_fraud_hit hit(const char *rule, enum tf_fraud_mode mode, uint32_t weight, int64_t minor)
{
    size_t count;
    return (struct tf_fraud_hit){.rule = &tf_fraud_rules(&count)[sample_rule(rule)], .mode = mode, .weight = weight, .amount_at_risk_minor = minor};
}

static struct tf_fraud_verdict decide(const char *text, const char *company, struct tf_fraud_hit *hits, uint32_t count)
{
    struct tf_fraud_ruleset *ruleset = rule_text(text);
    struct tf_fraud_verdict verdict = {.hits = hits, .hits_count = count};
    const struct tf_fraud_facts facts = {.company = tf_str_of(company)};
    tf_fraud_verdict_close(ruleset, &facts, &verdict);
    tf_fraud_ruleset_destroy(ruleset);
    return verdict;
}

static void score_adds_live_hits_and_is_capped(void **state)
{
    (void)state;
    struct tf_fraud_hit hits[] = {hit("DUP1", TF_FRAUD_LIVE, 60, 100), hit("RND1", TF_FRAUD_SHADOW, 40, 900),
                                  hit("SOD1", TF_FRAUD_LIVE, 29, 700), hit("OUT1", TF_FRAUD_LIVE, 1, 300),
                                  hit("SPL1", TF_FRAUD_LIVE, 40, 50)};
    static const struct { uint32_t count, score; enum tf_fraud_decision decision; int64_t minor; } steps[] = {
        {0, 0, TF_FRAUD_APPROVE, 0},   {1, 60, TF_FRAUD_REVIEW, 100}, {2, 60, TF_FRAUD_REVIEW, 100},
        {3, 89, TF_FRAUD_REVIEW, 700}, {4, 90, TF_FRAUD_BLOCK, 700},  {5, 100, TF_FRAUD_BLOCK, 700}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct tf_fraud_verdict verdict = decide("", "ACME-DE", hits, steps[i].count);
        assert_int_equal(verdict.score, steps[i].score);
        assert_int_equal(verdict.decision, steps[i].decision);
        assert_int_equal(verdict.amount_at_risk_minor, steps[i].minor);
    }
    struct tf_fraud_hit edge[] = {hit("SOD1", TF_FRAUD_LIVE, 50, 0)};
    assert_int_equal(decide("", NULL, edge, 1).decision, TF_FRAUD_REVIEW);
    edge[0].weight = 49;
    assert_int_equal(decide("", NULL, edge, 1).decision, TF_FRAUD_APPROVE);
}

static void a_family_counts_no_more_than_its_cap(void **state)
{
    (void)state;
    struct tf_fraud_hit hits[] = {hit("DUP1", TF_FRAUD_LIVE, 60, 1), hit("DUP4", TF_FRAUD_LIVE, 45, 2), hit("SOD1", TF_FRAUD_LIVE, 10, 3)};
    struct tf_fraud_verdict verdict = decide("", NULL, hits, 2);
    assert_int_equal(verdict.score, 80);
    assert_int_equal(verdict.decision, TF_FRAUD_REVIEW);
    verdict = decide("", NULL, hits, 3);
    assert_int_equal(verdict.score, 90);
    assert_int_equal(verdict.decision, TF_FRAUD_BLOCK);
    assert_int_equal(decide("decision = { family_caps = { DUP = 61; SOD = 3; }; };", NULL, hits, 3).score, 64);
    assert_int_equal(decide("decision = { family_caps = { DU = 1; DUPS = 1; }; cap = 200; };", NULL, hits, 3).score, 90);
    assert_int_equal(decide("decision = { family_caps = { DUP = 10000; }; cap = 200; };", NULL, hits, 3).score, 115);
    hits[0].mode = TF_FRAUD_SHADOW;
    assert_int_equal(decide("", NULL, hits, 2).score, 45);
}

static void thresholds_and_cap_come_from_the_files(void **state)
{
    (void)state;
    struct tf_fraud_hit hits[] = {hit("SOD1", TF_FRAUD_LIVE, 50, 0), hit("OUT1", TF_FRAUD_LIVE, 45, 0)};
    static const char text[] = "decision = { review = 95; block = 96; companies = ( { company = \"B\"; review = 10; }, { company = \"C\"; block = 95; } ); };";
    assert_int_equal(decide(text, "A", hits, 2).decision, TF_FRAUD_REVIEW);
    assert_int_equal(decide(text, "A", hits, 1).decision, TF_FRAUD_APPROVE);
    assert_int_equal(decide(text, "B", hits, 1).decision, TF_FRAUD_REVIEW);
    assert_int_equal(decide(text, "C", hits, 2).decision, TF_FRAUD_BLOCK);
    assert_int_equal(decide("decision = { cap = 94; block = 95; };", "A", hits, 2).decision, TF_FRAUD_REVIEW);
    assert_int_equal(decide("decision = { cap = 94; };", "A", hits, 2).score, 94);
    /* Limits of a company that are written later start from those it has. */
    static const char twice[] = "decision = { companies = ( { company = \"B\"; review = 10; }, { company = \"B\"; block = 50; } ); };";
    assert_int_equal(decide(twice, "B", hits, 1).decision, TF_FRAUD_BLOCK);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct { const char *text; unsigned line; const char *words; } cases[] = {
        {"decision = 5;", 1, "decision must be a group"},
        {"decision = {\n reveiw = 5; };", 2, "unknown setting \"reveiw\"; did you mean \"review\"?"},
        {"decision = { review = 91; };", 1, "review from 91 points on lies above block from 90"},
        {"decision = { review = 0; };", 1, "review must be within 1..10000"},
        {"decision = { cap = \"100\"; };", 1, "cap must be a whole number"},
        {"decision = { family_caps = 3; };", 1, "family_caps must be a group"},
        {"decision = { family_caps = { DUP1 = 3; }; };", 1, "\"DUP1\" is no family"},
        {"decision = { companies = { }; };", 1, "companies must be a list"},
        {"decision = { companies = (\n { review = 3; } ); };", 2, "a company is a group"},
        {"decision = { companies = ( { company = \" \"; } ); };", 1, "company must be a text"},
        {"decision = { companies = ( { company = \"A\"; cap = 3; } ); };", 1, "unknown setting \"cap\""},
        {"breaker = 3;", 1, "breaker must be a group"},
        {"breaker = { share = 3; };", 1, "unknown setting \"share\""},
        {"breaker = { share_permille = 1001; };", 1, "share_permille must be within 1..1000"},
        {"breaker = {\n over = 100;\n minimum = 51; };", 1, "minimum must be at most half of over"},
        {"rules = ( { id = \"SOD1\"; breaker_permille = 0; } );", 1, "breaker_permille must be within 1..1000"},
        {"decision = { companies = ( { company = \"A\"; block = 3; } ); };", 1, "review from 50 points on lies above block from 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        rule_text_refused(cases[i].text, cases[i].line, cases[i].words);
}

static void a_rule_may_have_a_share_of_its_own(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset = rule_text("breaker = { share_permille = 20; over = 1000; minimum = 7; }; rules = ( { id = \"SOD1\"; breaker_permille = 3; } );");
    const struct tf_fraud_breaker own = tf_fraud_ruleset_breaker(ruleset, sample_rule("SOD1")), other = tf_fraud_ruleset_breaker(ruleset, sample_rule("DUP1"));
    assert_int_equal(own.share_permille, 3);
    assert_int_equal(other.share_permille, 20);
    assert_int_equal(own.over, 1000);
    assert_int_equal(other.minimum, 7);
    tf_fraud_ruleset_destroy(ruleset);
}

static void what_decides_is_in_the_name(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "decision = { review = 51; };", "decision = { block = 91; };", "decision = { cap = 99; };", "breaker = { share_permille = 99; };", "breaker = { over = 10000; };",
                                        "breaker = { minimum = 9; };", "rules = ( { id = \"SOD1\"; breaker_permille = 100; } );",
                                        "decision = { family_caps = { DUP = 79; }; };", "decision = { companies = ( { company = \"A\"; } ); };"};
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(score_adds_live_hits_and_is_capped),     cmocka_unit_test(a_family_counts_no_more_than_its_cap),
        cmocka_unit_test(thresholds_and_cap_come_from_the_files), cmocka_unit_test(what_is_wrong_is_said_with_its_line),
        cmocka_unit_test(a_rule_may_have_a_share_of_its_own),     cmocka_unit_test(what_decides_is_in_the_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
