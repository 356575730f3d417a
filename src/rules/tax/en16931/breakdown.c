#include "breakdown.h"

void tf_breakdown_start(struct tf_breakdown_walk *walk, const struct tf_invoice *invoice)
{
    *walk = (struct tf_breakdown_walk){
        .invoice = invoice, .listed = invoice->vat_breakdown.present && invoice->vat_breakdown.count > 0};
}

static const struct tf_vat_breakdown *next_listed(struct tf_breakdown_walk *walk, struct tf_spot *ret_spot)
{
    if (walk->item == walk->invoice->vat_breakdown.count)
        return NULL;
    *ret_spot = (struct tf_spot){.list = "vat_breakdown", .index = walk->item};
    return &walk->invoice->vat_breakdown.items[walk->item++];
}

const struct tf_vat_breakdown *tf_breakdown_next(struct tf_breakdown_walk *walk, struct tf_spot *ret_spot)
{
    if (walk->listed)
        return next_listed(walk, ret_spot);
    for (; walk->total < walk->invoice->vat_totals.count; walk->total++, walk->item = 0) {
        const struct tf_vat_total *total = &walk->invoice->vat_totals.items[walk->total];
        if (walk->item == total->breakdown.count)
            continue;
        *ret_spot =
            (struct tf_spot){.list = "vat_totals", .index = walk->total, .sublist = "breakdown", .subindex = walk->item};
        return &total->breakdown.items[walk->item++];
    }
    return NULL;
}

struct tf_spot tf_vat_total_spot(const struct tf_invoice *invoice, size_t i)
{
    if (invoice->vat_totals.present)
        return (struct tf_spot){.list = "vat_totals", .index = i, .term = "amount", .bt = "BT-110"};
    const bool in_own = tf_amount_present(invoice->totals.vat) && i == 0;
    return (struct tf_spot){.term = in_own ? "totals.vat" : "totals.vat_accounting", .bt = in_own ? "BT-110" : "BT-111"};
}

static struct tf_figure with_sign_of(struct tf_figure a, struct tf_figure sign)
{
    if (a.known && tf_money_sign(sign.value) < 0)
        a.value = tf_money_neg(a.value);
    return a;
}

bool tf_breakdown_tax_fits(const struct tf_vat_breakdown *breakdown, bool strict, struct tf_figure *ret_expected)
{
    const struct tf_figure taxable = tf_figure_of(breakdown->taxable), tax = tf_figure_of(breakdown->tax);
    const struct tf_figure rate = tf_figure_of(breakdown->rate);
    const struct tf_figure product = tf_figure_round(tf_figure_percentage(tf_figure_abs(taxable), rate), 2);
    *ret_expected = with_sign_of(product, taxable);
    if (!strict)
        return tf_figure_near(tf_figure_abs(tax), product, tf_figure_whole(1));
    const struct tf_figure half_cent = {tf_money_of(5, 3), true};
    const struct tf_figure off = tf_figure_abs(tf_figure_sub(tax, tf_figure_percentage(taxable, rate)));
    return off.known && !tf_figure_less(half_cent, off);
}
