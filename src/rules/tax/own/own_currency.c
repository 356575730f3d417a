/* TF-10: amounts smaller than their currency's smallest coin, and a VAT total in the accounting currency at a rate there never was. */
#include "exchange.h"
#include "own.h"
#include "taxflow/currency.h"

/* Amounts of one currency that has no minor unit. */
static void judge_whole(struct tf_case *c, struct tf_amount amount, struct tf_spot spot)
{
    if (!tf_amount_known(amount))
        return;
    const struct tf_figure figure = tf_figure_of(amount), whole = tf_figure_round(figure, 0);
    tf_case_saw(c, TF_RULE_TF_10);
    if (!tf_figure_eq(figure, whole))
        tf_case_find_amounts(c, TF_RULE_TF_10, spot, figure, whole);
}

static void judge_totals(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct {
        struct tf_amount amount;
        const char *term, *bt;
    } totals[] = {
        {invoice->totals.line_net, "totals.line_net", "BT-106"}, {invoice->totals.allowances, "totals.allowances", "BT-107"},
        {invoice->totals.charges, "totals.charges", "BT-108"},   {invoice->totals.net, "totals.net", "BT-109"},
        {invoice->totals.vat, "totals.vat", "BT-110"},           {invoice->totals.gross, "totals.gross", "BT-112"},
        {invoice->totals.prepaid, "totals.prepaid", "BT-113"},   {invoice->totals.due, "totals.due", "BT-115"},
    };
    for (size_t i = 0; i < sizeof(totals) / sizeof(totals[0]); i++)
        judge_whole(c, totals[i].amount, (struct tf_spot){.term = totals[i].term, .bt = totals[i].bt});
}

/* Prices may be finer than what is paid; the rounding amount (BT-114) is what makes it whole. */
static void judge_minor_units(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct tf_currency *currency = tf_currency_find(invoice->currency);
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    if (!currency || currency->decimals > 0)
        return;
    judge_totals(c);
    for (size_t i = 0; i < invoice->lines.count; i++)
        judge_whole(c, invoice->lines.items[i].net, (struct tf_spot){.list = "lines", .index = i, .term = "net", .bt = "BT-131"});
    tf_breakdown_start(&walk, invoice);
    for (const struct tf_vat_breakdown *breakdown; (breakdown = tf_breakdown_next(&walk, &spot));) {
        spot.term = "tax";
        spot.bt = "BT-117";
        judge_whole(c, breakdown->tax, spot);
    }
}

/* What is lost in rounding to the smallest unit, at either end of a conversion. */
static struct tf_figure unit_of(const struct tf_currency *currency)
{
    return (struct tf_figure){tf_money_of(1, currency->decimals > 2 ? 2 : currency->decimals), true};
}

static struct tf_figure scaled(struct tf_figure a, int64_t milli)
{
    struct tf_figure product = {.known = false};
    product.known = a.known && tf_money_mul(a.value, tf_money_of(milli, 3), &product.value);
    return product;
}

static void judge_conversion(struct tf_case *c)
{
    struct tf_amount vat, accounting;
    const struct tf_currency *from = tf_currency_find(c->invoice->currency), *to = tf_currency_find(c->invoice->vat_currency);
    if (!from || !to || from->low_milli == 0 || to->low_milli == 0 || !tf_exchange_vat_totals(c->invoice, &vat, &accounting))
        return;
    const struct tf_figure paid = tf_figure_abs(tf_figure_of(vat)), told = tf_figure_abs(tf_figure_of(accounting));
    const struct tf_figure least = scaled(tf_figure_sub(paid, unit_of(from)), to->low_milli);
    const struct tf_figure most = scaled(tf_figure_add(paid, unit_of(from)), to->high_milli);
    tf_case_saw(c, TF_RULE_TF_10);
    const bool too_little = tf_figure_less(scaled(tf_figure_add(told, unit_of(to)), from->high_milli), least);
    const bool too_much = tf_figure_less(most, scaled(tf_figure_sub(told, unit_of(to)), from->low_milli));
    if (!too_little && !too_much)
        return;
    const struct tf_figure limit = too_little ? tf_exchange_quotient(least, scaled(tf_figure_whole(1), from->high_milli))
                                              : tf_exchange_quotient(most, scaled(tf_figure_whole(1), from->low_milli));
    tf_case_find_amounts(c, TF_RULE_TF_10, (struct tf_spot){.term = "totals.vat_accounting", .bt = "BT-111"}, told, limit);
}

void tf_own_judge_currency(struct tf_case *c)
{
    judge_minor_units(c);
    judge_conversion(c);
}
