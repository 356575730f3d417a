/* TF-02: was there such a rate in one of the countries whose tax the invoice may charge? */
#include "own.h"
#include "taxflow/supply.h"

void tf_own_judge_rates(struct tf_case *c)
{
    struct tf_supply supply;
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    if (!tf_supply_of(c->invoice, tf_own_corrects(c), &supply))
        return;
    tf_breakdown_start(&walk, c->invoice);
    for (const struct tf_vat_breakdown *breakdown; (breakdown = tf_breakdown_next(&walk, &spot));) {
        bool asked;
        const bool wrong = tf_supply_rate_is_wrong(c->rates, &supply, breakdown, &asked);
        if (asked)
            tf_case_saw(c, TF_RULE_TF_02);
        if (!wrong)
            continue;
        spot.term = "rate";
        spot.bt = "BT-119";
        const struct tf_str told = tf_supply_tell_rates(c->rates, &supply, breakdown, c->arena);
        c->out_of_memory |= !tf_str_present(told);
        tf_case_find_text(c, TF_RULE_TF_02, spot, breakdown->rate.text, told);
    }
}
