/*
 * PO1, no purchase order: an invoice without one from a supplier whose invoices usually refer to one (BT-13, or BT-132 of a line). Records have no
 * date of the order, so an order that is younger than the invoice cannot be told.
 */
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "window.h"

enum { MINIMUM_INVOICES, USUAL_PERMILLE };

static bool has_order(const struct tf_invoice *invoice)
{
    if (!tf_str_blank(invoice->purchase_order_ref))
        return true;
    for (size_t i = 0; i < invoice->lines.count; i++)
        if (!tf_str_blank(invoice->lines.items[i].order_line_ref))
            return true;
    return false;
}

size_t tf_po1_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                   struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    if (!facts->spends || !facts->supplier.ptr || !facts->has_time || !facts->event->as.invoice)
        return 0;
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("PO1"), 's', facts);
    tf_key_str(&text, facts->supplier);
    keys[0] = (struct tf_fraud_key){.hash = tf_key_end(&text), .value = has_order(facts->event->as.invoice)};
    return 1;
}

/* Only what came before counts, so that invoices of one day are judged alike in any order. */
enum tf_fraud_answer tf_po1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->count == 0)
        return TF_FRAUD_UNKNOWN;
    if (c->keys[0].value)
        return TF_FRAUD_CLEAR;
    int64_t earlier = (int64_t)tf_window_from(&c->windows[0], c->facts->time_ms);
    int64_t ordered = tf_window_sum(&c->windows[0], 0, (size_t)earlier);
    if (earlier < c->setting->params[MINIMUM_INVOICES] || ordered * 1000 < earlier * c->setting->params[USUAL_PERMILLE])
        return TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = tf_arena_printf(c->arena, "no purchase order, where %lld of the supplier's %lld invoices before had one", (long long)ordered,
                                    (long long)earlier);
    hit->threshold = tf_arena_printf(c->arena, "%lld per mille of at least %lld invoices", (long long)c->setting->params[USUAL_PERMILLE],
                                     (long long)c->setting->params[MINIMUM_INVOICES]);
    return TF_FRAUD_HIT;
}
