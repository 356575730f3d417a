/*
 * CRN1, credit and re-bill: what was paid is credited and billed again within the window after the payment. The money is out, the invoice
 * that it paid is gone, and a new one of the same amount waits to be paid. Whichever of the three is judged last says so.
 */
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"

enum { LOOK_MAX = 64 }; /* records of one supplier and amount within the window */

static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->supplier.ptr && facts->has_amount && facts->currency[0] && facts->has_time;
}

size_t tf_crn1_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    int64_t amount = tf_fraud_facts_at_risk(facts);
    if (!facts->spends || facts->returned || !complete(facts) || amount == 0)
        return 0;
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin_any(&text, TF_STR("CRN1"), 'a', facts);
    tf_key_str(&text, facts->supplier);
    tf_key_i64(&text, amount);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    keys[0] = (struct tf_fraud_key){.hash = tf_key_end(&text), .tag = (uint32_t)facts->event->kind};
    return 1;
}

/* The three records; the event itself is the one whose entry is NULL. */
struct chain {
    int64_t paid_ms, credited_ms, billed_ms;
    const struct tf_fraud_entry *paid, *credited, *billed;
};

static bool holds(const struct chain *chain, int64_t window_ms)
{
    return chain->paid_ms <= chain->credited_ms && chain->credited_ms <= chain->billed_ms && chain->paid_ms < chain->billed_ms
           && chain->billed_ms - chain->paid_ms <= window_ms;
}

static void set(struct chain *chain, uint32_t kind, int64_t time_ms, const struct tf_fraud_entry *entry)
{
    if (kind == TF_KIND_PAYMENT) {
        chain->paid_ms = time_ms;
        chain->paid = entry;
    } else if (kind == TF_KIND_CREDIT_NOTE) {
        chain->credited_ms = time_ms;
        chain->credited = entry;
    } else {
        chain->billed_ms = time_ms;
        chain->billed = entry;
    }
}

/* Two records of the window that make the chain with the event: one of each of the other kinds. */
static bool find(const struct tf_fraud_case *c, struct chain *chain)
{
    const struct tf_fraud_window *window = &c->windows[0];
    uint32_t own = c->keys[0].tag;
    size_t first = window->count > LOOK_MAX ? window->count - LOOK_MAX : 0;
    set(chain, own, c->facts->time_ms, NULL);
    for (size_t i = window->count; i > first; i--)
        for (size_t k = window->count; k > first && window->entries[i - 1].tag != own; k--) {
            const struct tf_fraud_entry *one = &window->entries[i - 1], *other = &window->entries[k - 1];
            if (other->tag == own || other->tag <= one->tag)
                continue;
            set(chain, one->tag, one->time_ms, one);
            set(chain, other->tag, other->time_ms, other);
            if (holds(chain, c->setting->window_ms))
                return true;
        }
    return false;
}

static void explain(const struct tf_fraud_case *c, const struct chain *chain, struct tf_fraud_hit *hit)
{
    char amount[TF_HIT_AMOUNT_BYTES] TF_NOT_CLEARED;
    const struct tf_fraud_entry *all[] = {chain->paid, chain->credited, chain->billed};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i])
            tf_hit_relate(hit, all[i]);
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = tf_arena_printf(c->arena, "%s paid, credited %lld days after the payment and billed again after %lld",
                                    tf_hit_amount(tf_fraud_facts_at_risk(c->facts), c->facts->currency, amount),
                                    (long long)((chain->credited_ms - chain->paid_ms) / TF_MS_PER_DAY),
                                    (long long)((chain->billed_ms - chain->paid_ms) / TF_MS_PER_DAY));
    hit->threshold = tf_arena_printf(c->arena, "within %lld days", (long long)(c->setting->window_ms / TF_MS_PER_DAY));
}

enum tf_fraud_answer tf_crn1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    struct chain chain = {.paid = NULL};
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->facts->returned)
        return TF_FRAUD_CLEAR;
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    if (c->count == 0 || !find(c, &chain))
        return TF_FRAUD_CLEAR;
    explain(c, &chain, hit);
    return TF_FRAUD_HIT;
}
