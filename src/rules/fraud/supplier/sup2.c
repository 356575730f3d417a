/*
 * SUP2, dormant supplier: nothing of the supplier for half a year, then a large amount. Invoices, credit notes and payments all count as life;
 * a change of master data does not, as it is how a dormant account is taken over. The first event of a supplier is none of this rule.
 */
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"
#include "window.h"

enum { SILENT_DAYS };

size_t tf_sup2_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    if (!facts->spends || !facts->supplier.ptr || !facts->has_time)
        return 0;
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin_any(&text, TF_STR("SUP2"), 's', facts);
    tf_key_str(&text, facts->supplier);
    keys[0] = (struct tf_fraud_key){.hash = tf_key_end(&text)};
    return 1;
}

static void explain(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, int64_t silent_ms, struct tf_arena *arena,
                    struct tf_fraud_hit *hit)
{
    char amount[TF_HIT_AMOUNT_BYTES], text[TF_HIT_AMOUNT_BYTES];
    hit->amount_at_risk_minor = facts->amount_minor;
    hit->observed = tf_arena_printf(arena, "%s after %lld days without any record of the supplier",
                                    tf_hit_amount(facts->amount_minor, facts->currency, amount), (long long)(silent_ms / TF_MS_PER_DAY));
    hit->threshold = tf_arena_printf(arena, "%s after %lld days", tf_hit_amount(tf_fraud_facts_threshold(facts, setting), facts->currency, text),
                                     (long long)setting->params[SILENT_DAYS]);
}

enum tf_fraud_answer tf_sup2_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends || c->facts->event->kind == TF_KIND_CREDIT_NOTE)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->facts->returned)
        return TF_FRAUD_CLEAR;
    if (!c->facts->has_amount || !c->facts->currency[0])
        return TF_FRAUD_UNKNOWN;
    if (c->facts->amount_minor < tf_fraud_facts_threshold(c->facts, c->setting))
        return TF_FRAUD_CLEAR;
    if (c->count == 0)
        return TF_FRAUD_UNKNOWN;
    size_t earlier = tf_window_from(&c->windows[0], c->facts->time_ms);
    if (earlier == 0)
        return TF_FRAUD_CLEAR;
    const struct tf_fraud_entry *last = &c->windows[0].entries[earlier - 1];
    int64_t silent_ms = c->facts->time_ms - last->time_ms;
    if (silent_ms < c->setting->params[SILENT_DAYS] * TF_MS_PER_DAY)
        return TF_FRAUD_CLEAR;
    tf_hit_relate(hit, last);
    explain(c->setting, c->facts, silent_ms, c->arena, hit);
    return TF_FRAUD_HIT;
}
