/* Conditions between amounts: BR-CO-10 to -18. Where the artefact rounds, so do these; strict mode compares the exact figures of the standard. */
#include "breakdown.h"
#include "category.h"
#include "families.h"

/* round(x * 100) div 100 of the artefact; the standard's own equations do not round. */
static struct tf_figure cents(const struct tf_case *c, struct tf_figure a)
{
    return c->strict ? a : tf_figure_round(a, 2);
}

static void expect(struct tf_case *c, enum tf_rule rule, struct tf_spot spot, struct tf_figure observed, struct tf_figure expected)
{
    if (!tf_figure_eq(observed, expected))
        tf_case_find_amounts(c, rule, spot, observed, expected);
}

static void br_co_10(struct tf_case *c, const struct tf_sums *sums)
{
    tf_case_saw(c, TF_RULE_BR_CO_10);
    expect(c, TF_RULE_BR_CO_10, (struct tf_spot){.term = "totals.line_net", .bt = "BT-106"},
           tf_figure_of(c->invoice->totals.line_net), cents(c, sums->line_net));
}

/* BR-CO-11 and -12: a total against what it sums up; nothing on both sides is fine, nothing on one side is not. */
static void judge_sum(struct tf_case *c, enum tf_rule rule, struct tf_spot spot, struct tf_amount total, size_t count,
                      struct tf_figure sum)
{
    tf_case_saw(c, rule);
    if (tf_amount_present(total) || count > 0)
        expect(c, rule, spot, tf_figure_of(total), cents(c, sum));
}

static void br_co_11(struct tf_case *c, const struct tf_sums *sums)
{
    judge_sum(c, TF_RULE_BR_CO_11, (struct tf_spot){.term = "totals.allowances", .bt = "BT-107"}, c->invoice->totals.allowances,
              c->invoice->allowances.count, sums->allowances);
}

static void br_co_12(struct tf_case *c, const struct tf_sums *sums)
{
    judge_sum(c, TF_RULE_BR_CO_12, (struct tf_spot){.term = "totals.charges", .bt = "BT-108"}, c->invoice->totals.charges,
              c->invoice->charges.count, sums->charges);
}

/* The artefact starts from BT-106, the standard from the lines themselves; it rounds only where there is something to add. */
static void br_co_13(struct tf_case *c, const struct tf_sums *sums)
{
    const struct tf_amount allowances = c->invoice->totals.allowances, charges = c->invoice->totals.charges;
    struct tf_figure net = c->strict ? sums->line_net : tf_figure_of(c->invoice->totals.line_net);
    tf_figure_deduct(&net, allowances);
    tf_figure_collect(&net, charges);
    if (tf_amount_present(allowances) || tf_amount_present(charges))
        net = cents(c, net);
    tf_case_saw(c, TF_RULE_BR_CO_13);
    expect(c, TF_RULE_BR_CO_13, (struct tf_spot){.term = "totals.net", .bt = "BT-109"}, tf_figure_of(c->invoice->totals.net), net);
}

static struct tf_figure sum_of_tax(const struct tf_vat_breakdown *breakdowns, size_t count)
{
    struct tf_figure sum = tf_figure_whole(0);
    for (size_t i = 0; i < count; i++)
        tf_figure_collect(&sum, breakdowns[i].tax);
    return sum;
}

/* Every VAT total against the breakdown below it; a list that stands below none is that of BT-110. */
static void br_co_14(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    bool list_seen = !invoice->vat_breakdown.present || invoice->vat_breakdown.count == 0;
    for (size_t i = 0; i < invoice->vat_totals.count; i++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[i];
        if (total->breakdown.count == 0)
            continue;
        list_seen |= total->breakdown.items == invoice->vat_breakdown.items;
        tf_case_saw(c, TF_RULE_BR_CO_14);
        expect(c, TF_RULE_BR_CO_14, tf_vat_total_spot(invoice, i), tf_figure_of(total->amount),
               cents(c, sum_of_tax(total->breakdown.items, total->breakdown.count)));
    }
    if (list_seen)
        return;
    tf_case_saw(c, TF_RULE_BR_CO_14);
    expect(c, TF_RULE_BR_CO_14, (struct tf_spot){.term = "totals.vat", .bt = "BT-110"}, tf_figure_of(invoice->totals.vat),
           cents(c, sum_of_tax(invoice->vat_breakdown.items, invoice->vat_breakdown.count)));
}

/* How many VAT totals are in the invoice currency, by its characters, and one of them. BT-110 said twice, differently, is two. */
static size_t count_vat_totals(const struct tf_invoice *invoice, struct tf_figure *ret_vat)
{
    size_t count = 0;
    for (size_t i = 0; i < invoice->vat_totals.count; i++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[i];
        if (!tf_amount_present(total->amount) || !tf_str_present(total->currency) ||
            !tf_str_eq(total->currency, invoice->currency))
            continue;
        *ret_vat = tf_figure_of(total->amount);
        count++;
    }
    if (count == 1 && tf_amount_present(invoice->totals.vat) && !tf_figure_eq(*ret_vat, tf_figure_of(invoice->totals.vat)))
        count++;
    return count;
}

static void br_co_15(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    if (!tf_str_present(invoice->currency))
        return;
    struct tf_figure vat = tf_figure_whole(0);
    const size_t count = count_vat_totals(invoice, &vat);
    tf_case_saw(c, TF_RULE_BR_CO_15);
    /* In the standard BT-110 may be absent, which leaves nothing to add; the artefact asks for exactly one. */
    if (count > 1 || (count == 0 && !c->strict)) {
        tf_case_find(c, TF_RULE_BR_CO_15, (struct tf_spot){.term = "totals.vat", .bt = "BT-110"});
        return;
    }
    expect(c, TF_RULE_BR_CO_15, (struct tf_spot){.term = "totals.gross", .bt = "BT-112"}, tf_figure_of(invoice->totals.gross),
           cents(c, tf_figure_add(tf_figure_of(invoice->totals.net), vat)));
}

/* The artefact rounds a side only where it has a difference to take. */
static void br_co_16(struct tf_case *c)
{
    const struct tf_amount prepaid = c->invoice->totals.prepaid, rounding = c->invoice->totals.rounding;
    const struct tf_figure due = tf_figure_of(c->invoice->totals.due);
    struct tf_figure asked = due, owed = tf_figure_of(c->invoice->totals.gross);
    if (tf_amount_present(prepaid))
        owed = cents(c, tf_figure_sub(owed, tf_figure_of(prepaid)));
    if (tf_amount_present(rounding))
        asked = cents(c, tf_figure_sub(asked, tf_figure_of(rounding)));
    tf_case_saw(c, TF_RULE_BR_CO_16);
    if (tf_figure_eq(asked, owed))
        return;
    tf_figure_collect(&owed, rounding);
    tf_case_find_amounts(c, TF_RULE_BR_CO_16, (struct tf_spot){.term = "totals.due", .bt = "BT-115"}, due, owed);
}

/* In the artefact a rate that rounds to zero counts as none, and tax that rounds to zero as no tax. */
static bool co_17_holds(const struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_figure *ret_expected)
{
    const struct tf_figure zero = tf_figure_whole(0), rate = tf_figure_of(breakdown->rate), tax = tf_figure_of(breakdown->tax);
    const bool rated = rate.known && tf_category_in_vat(breakdown->scheme);
    *ret_expected = zero;
    if (c->strict)
        return rated ? tf_breakdown_tax_fits(breakdown, true, ret_expected) : tf_figure_eq(tax, zero);
    if (!rated || tf_figure_eq(tf_figure_round(rate, 0), zero))
        return tf_figure_eq(tf_figure_round(tax, 0), zero);
    return tf_breakdown_tax_fits(breakdown, false, ret_expected);
}

void tf_br_co_judge_breakdown(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    struct tf_figure expected;
    tf_case_saw(c, TF_RULE_BR_CO_17);
    if (!co_17_holds(c, breakdown, &expected))
        tf_case_find_amounts(c, TF_RULE_BR_CO_17, tf_spot_at(spot, "tax", "BT-117"), tf_figure_of(breakdown->tax), expected);
}

static void br_co_18(struct tf_case *c)
{
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    tf_breakdown_start(&walk, c->invoice);
    tf_case_saw(c, TF_RULE_BR_CO_18);
    if (!tf_breakdown_next(&walk, &spot))
        tf_case_find(c, TF_RULE_BR_CO_18, (struct tf_spot){.term = "vat_breakdown", .bt = "BG-23"});
}

void tf_br_co_judge_sums(struct tf_case *c, const struct tf_sums *sums)
{
    if (c->invoice->totals.present) {
        br_co_10(c, sums);
        br_co_11(c, sums);
        br_co_12(c, sums);
        br_co_13(c, sums);
        br_co_16(c);
    }
    br_co_14(c);
    br_co_15(c);
    br_co_18(c);
}
