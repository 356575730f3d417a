#include "unit/rules/fraud/sample.h"

#include "taxflow/fraud_decision.h"

static struct tf_fraud_hit hit(const char *rule, enum tf_fraud_mode mode, uint32_t weight, int64_t minor)
{
    size_t count;
    return (struct tf_fraud_hit){.rule = &tf_fraud_rules(&count)[sample_rule(rule)], .mode = mode, .weight = weight,
                                 .observed = TF_STR("seen"), .threshold = TF_STR("limit"), .amount_at_risk_minor = minor};
}

static void close_it(struct tf_fraud_verdict *verdict)
{
    size_t count;
    struct tf_fraud_facts facts = {.company = TF_STR_NONE};
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    struct tf_fraud_ruleset *ruleset = tf_fraud_ruleset_of(rules, count);
    assert_non_null(ruleset);
    tf_fraud_verdict_close(ruleset, &facts, verdict);
    tf_fraud_ruleset_destroy(ruleset);
}

static void assert_encoded(const struct tf_fraud_verdict *verdict, const char *format)
{
    struct tf_fraud_ruleset *ruleset;
    struct tf_fault fault;
    struct tf_buf out;
    struct tf_json json;
    char expected[1024];
    assert_int_equal(tf_fraud_ruleset_load((struct tf_string_list){NULL, 0}, &ruleset, &fault), TF_OK);
    tf_buf_init(&out, 4096);
    tf_json_init(&json, &out);
    tf_fraud_encode(ruleset, verdict, TF_STR("e1"), TF_STR("taxflow.audit:3:42"), &json);
    snprintf(expected, sizeof expected, "{\"event_id\":\"e1\",\"position\":\"taxflow.audit:3:42\",\"ruleset\":\"%s\",%s}",
             tf_fraud_ruleset_name(ruleset), format);
    assert_false(out.failed);
    assert_text(tf_buf_view(&out), expected);
    tf_buf_finish(&out);
    tf_fraud_ruleset_destroy(ruleset);
}

static void a_row_says_everything(void **state)
{
    (void)state;
    struct tf_fraud_hit hits[] = {hit("DUP1", TF_FRAUD_LIVE, 60, 123450), hit("RND1", TF_FRAUD_SHADOW, 5, 1)};
    hits[0].related[0] = TF_STR("e\"0");
    hits[0].related[1] = TF_STR("e9");
    hits[0].related_count = 2;
    hits[0].window_ms = 730 * (int64_t)TF_MS_PER_DAY;
    struct tf_fraud_verdict verdict = {.hits = hits, .hits_count = 2, .late = true};
    hits[0].resubmission = true;
    tf_fraud_bit_set(&verdict.unknown, sample_rule("SOD1"));
    tf_fraud_bit_set(&verdict.unknown, sample_rule("SPL1"));
    close_it(&verdict);
    assert_encoded(&verdict,
                   "\"score\":60,\"decision\":\"review\",\"amount_at_risk\":\"1234.50\",\"hits\":["
                   "{\"rule\":\"DUP1\",\"version\":\"1.1.0\",\"weight\":60,\"mode\":\"live\",\"observed\":\"seen\","
                   "\"threshold\":\"limit\",\"window_days\":730,\"amount_at_risk\":\"1234.50\",\"related\":[\"e\\\"0\",\"e9\"]},"
                   "{\"rule\":\"RND1\",\"version\":\"1.0.0\",\"weight\":5,\"mode\":\"shadow\",\"observed\":\"seen\","
                   "\"threshold\":\"limit\",\"window_days\":0,\"amount_at_risk\":\"0.01\",\"related\":[]}],\"unknown\":[\"SPL1\",\"SOD1\"],\"model\":null,\"resubmission\":true,\"late\":true");
}

static void a_clean_row_is_short(void **state)
{
    (void)state;
    struct tf_fraud_verdict verdict = {.score = 0};
    close_it(&verdict);
    assert_encoded(&verdict, "\"score\":0,\"decision\":\"approve\",\"amount_at_risk\":\"0.00\",\"hits\":[],\"unknown\":[],"
                             "\"model\":null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_row_says_everything),
                                       cmocka_unit_test(a_clean_row_is_short)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
