#include "taxflow/clock.h"
#include "taxflow/fraud_group.h"
#include "taxflow/fraud_decision.h"

static const char *const mode_words[] = {
    [TF_FRAUD_OFF] = "off",         [TF_FRAUD_SHADOW] = "shadow",       [TF_FRAUD_LIVE] = "live",
    [TF_FRAUD_SNOOZED] = "snoozed", [TF_FRAUD_DISMISSED] = "dismissed", [TF_FRAUD_MUTED] = "muted"};
static const char *const list_words[] = {[TF_FRAUD_LIST_PLAIN] = "plain",
                                         [TF_FRAUD_LIST_ALLOW] = "allow",
                                         [TF_FRAUD_LIST_WATCH] = "watch",
                                         [TF_FRAUD_LIST_BLOCK] = "block",
                                         [TF_FRAUD_LIST_HARD_BLOCK] = "hard_block"};
static const char *const decision_words[] = {
    [TF_FRAUD_APPROVE] = "approve", [TF_FRAUD_REVIEW] = "review", [TF_FRAUD_BLOCK] = "block"};

const char *tf_fraud_mode_word(enum tf_fraud_mode mode)
{
    return mode_words[mode];
}

const char *tf_fraud_list_kind_word(enum tf_fraud_list_kind kind)
{
    return list_words[kind];
}

static void encode_amount(struct tf_json *json, int64_t minor)
{
    char amount[TF_MONEY_TEXT_BYTES];
    tf_json_kstr(json, "amount_at_risk", tf_money_format(tf_money_of(minor, 2), 2, amount));
}

static void encode_hit(const struct tf_fraud_hit *hit, struct tf_json *json)
{
    tf_json_object(json);
    tf_json_ktext(json, "rule", hit->rule->id);
    tf_json_ktext(json, "version", hit->rule->version);
    tf_json_ku64(json, "weight", hit->weight);
    tf_json_ktext(json, "mode", mode_words[hit->mode]);
    if (tf_str_present(hit->note))
        tf_json_kstr(json, "note", hit->note);
    tf_json_kstr(json, "observed", hit->observed);
    tf_json_kstr(json, "threshold", hit->threshold);
    tf_json_ki64(json, "window_days", hit->window_ms / TF_MS_PER_DAY);
    encode_amount(json, hit->amount_at_risk_minor);
    tf_json_key(json, "related");
    tf_json_array(json);
    for (uint32_t i = 0; i < hit->related_count; i++)
        tf_json_str(json, hit->related[i]);
    tf_json_array_end(json);
    tf_json_object_end(json);
}

static void encode_lists(const struct tf_fraud_verdict *verdict, struct tf_json *json)
{
    tf_json_key(json, "lists");
    tf_json_array(json);
    for (uint32_t i = 0; i < verdict->lists_count; i++) {
        tf_json_object(json);
        tf_json_kstr(json, "name", verdict->lists[i].name);
        tf_json_ktext(json, "kind", list_words[verdict->lists[i].kind]);
        tf_json_kstr(json, "reason", verdict->lists[i].reason);
        tf_json_object_end(json);
    }
    tf_json_array_end(json);
}

static void encode_unknown(const struct tf_fraud_ruleset *ruleset, const struct tf_fraud_bits *unknown, struct tf_json *json)
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &count);
    tf_json_key(json, "unknown");
    tf_json_array(json);
    for (size_t r = 0; r < count; r++)
        if (tf_fraud_bit(unknown, r))
            tf_json_text(json, rules[r].id);
    tf_json_array_end(json);
}

static bool resubmitted(const struct tf_fraud_verdict *verdict)
{
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        if (verdict->hits[i].resubmission)
            return true;
    return false;
}

void tf_fraud_encode(const struct tf_fraud_ruleset *ruleset, const struct tf_fraud_verdict *verdict, struct tf_str event_id,
                     struct tf_str position, struct tf_json *json)
{
    tf_json_object(json);
    tf_json_kstr(json, "event_id", event_id);
    tf_json_kstr(json, "position", position);
    tf_json_ktext(json, "ruleset", tf_fraud_ruleset_name(ruleset));
    if (tf_str_present(verdict->supersedes)) {
        tf_json_kstr(json, "supersedes", verdict->supersedes);
        tf_json_kstr(json, "reason", verdict->reason);
    }
    tf_json_ku64(json, "score", verdict->score);
    tf_json_ktext(json, "decision", decision_words[verdict->decision]);
    encode_amount(json, verdict->amount_at_risk_minor);
    tf_json_key(json, "hits");
    tf_json_array(json);
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        encode_hit(&verdict->hits[i], json);
    tf_json_array_end(json);
    encode_unknown(ruleset, &verdict->unknown, json);
    tf_json_key(json, "model");
    tf_json_null(json);
    if (verdict->lists_count > 0)
        encode_lists(verdict, json);
    if (resubmitted(verdict))
        tf_json_kbool(json, "resubmission", true);
    if (verdict->late)
        tf_json_kbool(json, "late", true);
    if (verdict->degraded)
        tf_json_kbool(json, "degraded", true);
    tf_json_object_end(json);
}

const char *tf_fraud_grade_word(enum tf_fraud_grade grade)
{
    static const char *const words[] = {
        [TF_FRAUD_GRADE_NONE] = "none",           [TF_FRAUD_GRADE_CLOSE] = "close",
        [TF_FRAUD_GRADE_ACCEPTABLE] = "acceptable", [TF_FRAUD_GRADE_MARGINAL] = "marginal",
        [TF_FRAUD_GRADE_NONCONFORMITY] = "nonconformity",
    };
    return words[grade];
}
