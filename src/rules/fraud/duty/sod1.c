/* SOD1, self-approval: the approver is the user, or approval follows entry within seconds. */
#include "fraud_rules.h"
#include "hit.h"

enum tf_fraud_answer tf_sod1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    (void)c->keys, (void)c->windows, (void)c->count;
    struct tf_str approver = tf_str_trim(c->facts->event->approver);
    if (!c->facts->user.ptr || approver.len == 0)
        return TF_FRAUD_UNKNOWN;
    /* Systems without clock times name both people all the same; their approvals are judged by the names alone. */
    bool timed = c->facts->event->approved_at_ms != 0 && c->facts->event->recorded_at_ms != 0;
    int64_t between_ms = timed ? c->facts->event->approved_at_ms - c->facts->event->recorded_at_ms : 0;
    bool same = tf_str_ieq(c->facts->user, approver);
    bool quick = timed && between_ms < c->setting->params[0] * 1000;
    if (!same && !quick)
        return TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = same ? TF_STR("user and approver are one person")
                         : tf_arena_printf(c->arena, "approved %lld ms after entry", (long long)between_ms);
    hit->threshold = tf_arena_printf(c->arena, "two persons, and %lld s or more between entry and approval", (long long)c->setting->params[0]);
    return TF_FRAUD_HIT;
}
