/* TF-04 and TF-05: signs, lines and allowances. The core rules compare absolute tax amounts and never ask what a line's amount comes from. */
#include "exchange.h"
#include "own.h"
#include "taxflow/currency.h"

static const struct tf_figure one = {{.units = 1}, true};

static struct tf_figure times(struct tf_figure a, struct tf_figure b)
{
    struct tf_figure product = {.known = false};
    product.known = a.known && b.known && tf_money_mul(a.value, b.value, &product.value);
    return product;
}

static bool within(struct tf_figure a, struct tf_figure b, struct tf_figure slack)
{
    const struct tf_figure off = tf_figure_abs(tf_figure_sub(a, b));
    return off.known && slack.known && !tf_figure_less(slack, off);
}

static bool opposed(struct tf_amount a, struct tf_amount b)
{
    return tf_amount_known(a) && tf_amount_known(b) && tf_money_sign(a.value) * tf_money_sign(b.value) < 0;
}

/* ---- TF-04 ---- */

static void judge_signs(struct tf_case *c)
{
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    tf_breakdown_start(&walk, c->invoice);
    for (const struct tf_vat_breakdown *breakdown; (breakdown = tf_breakdown_next(&walk, &spot));) {
        tf_case_saw(c, TF_RULE_TF_04);
        if (!opposed(breakdown->taxable, breakdown->tax) || (tf_amount_known(breakdown->rate) && tf_money_sign(breakdown->rate.value) < 0))
            continue;
        spot.term = "tax";
        spot.bt = "BT-117";
        const struct tf_figure tax = tf_figure_of(breakdown->tax);
        tf_case_find_amounts(c, TF_RULE_TF_04, spot, tax, (struct tf_figure){tf_money_neg(tax.value), true});
    }
    struct tf_amount vat, accounting;
    if (!tf_exchange_vat_totals(c->invoice, &vat, &accounting))
        return;
    tf_case_saw(c, TF_RULE_TF_04);
    if (opposed(vat, accounting))
        tf_case_find_amounts(c, TF_RULE_TF_04, (struct tf_spot){.term = "totals.vat_accounting", .bt = "BT-111"}, tf_figure_of(accounting),
                             (struct tf_figure){tf_money_neg(accounting.value), true});
}

/* ---- TF-05 ---- */

/* amount = base x percent / 100, where both are given. */
static void judge_allowance(struct tf_case *c, const struct tf_allowance *allowance, struct tf_spot spot, struct tf_figure slack)
{
    if (!tf_amount_known(allowance->base) || !tf_amount_known(allowance->percent) || !tf_amount_known(allowance->amount))
        return;
    const struct tf_figure share = tf_figure_percentage(tf_figure_of(allowance->base), tf_figure_of(allowance->percent));
    tf_case_saw(c, TF_RULE_TF_05);
    if (within(tf_figure_of(allowance->amount), share, slack))
        return;
    spot.term = "amount";
    tf_case_find_amounts(c, TF_RULE_TF_05, spot, tf_figure_of(allowance->amount), tf_figure_round(share, 2));
}

static void judge_allowances(struct tf_case *c, struct tf_figure slack)
{
    const struct tf_invoice *invoice = c->invoice;
    for (size_t i = 0; i < invoice->allowances.count; i++)
        judge_allowance(c, &invoice->allowances.items[i], (struct tf_spot){.list = "allowances", .index = i, .bt = "BT-92"}, slack);
    for (size_t i = 0; i < invoice->charges.count; i++)
        judge_allowance(c, &invoice->charges.items[i], (struct tf_spot){.list = "charges", .index = i, .bt = "BT-99"}, slack);
}

static void judge_line_allowances(struct tf_case *c, const struct tf_line *line, size_t i, struct tf_figure slack)
{
    for (size_t a = 0; a < line->allowances.count; a++)
        judge_allowance(c, &line->allowances.items[a],
                        (struct tf_spot){.list = "lines", .index = i, .sublist = "allowances", .subindex = a, .bt = "BT-136"}, slack);
    for (size_t a = 0; a < line->charges.count; a++)
        judge_allowance(c, &line->charges.items[a],
                        (struct tf_spot){.list = "lines", .index = i, .sublist = "charges", .subindex = a, .bt = "BT-141"}, slack);
}

/* The net price is the gross price less its discount, as fine as it is written, and to cents at least. */
static void judge_price(struct tf_case *c, const struct tf_line *line, size_t i)
{
    if (!tf_amount_known(line->price.gross) || !tf_amount_known(line->price.discount) || !tf_amount_known(line->price.net))
        return;
    enum { CENTS = 2 };
    const uint8_t decimals = line->price.net.value.scale < CENTS ? CENTS : line->price.net.value.scale;
    const struct tf_figure net = tf_figure_round(tf_figure_sub(tf_figure_of(line->price.gross), tf_figure_of(line->price.discount)), decimals);
    tf_case_saw(c, TF_RULE_TF_05);
    if (!tf_figure_eq(tf_figure_of(line->price.net), net))
        tf_case_find_amounts(c, TF_RULE_TF_05, (struct tf_spot){.list = "lines", .index = i, .term = "price.net", .bt = "BT-146"},
                             tf_figure_of(line->price.net), net);
}

/* What the line's allowances and charges add to it. */
static struct tf_figure adjustments(const struct tf_line *line)
{
    struct tf_figure sum = tf_figure_whole(0);
    for (size_t i = 0; i < line->charges.count; i++)
        tf_figure_collect(&sum, line->charges.items[i].amount);
    for (size_t i = 0; i < line->allowances.count; i++)
        tf_figure_deduct(&sum, line->allowances.items[i].amount);
    return sum;
}

/*
 * BT-131 = BT-129 x BT-146 / BT-149 + charges - allowances, both sides times BT-149, so that nothing is divided before it is compared.
 */
static void judge_line(struct tf_case *c, const struct tf_line *line, size_t i, struct tf_figure slack)
{
    if (!tf_amount_known(line->quantity) || !tf_amount_known(line->price.net) || !tf_amount_known(line->net))
        return;
    const struct tf_figure base = tf_amount_known(line->price.base_quantity) ? tf_figure_of(line->price.base_quantity) : one;
    tf_case_saw(c, TF_RULE_TF_05);
    if (tf_money_sign(base.value) <= 0) {
        tf_case_find_amounts(c, TF_RULE_TF_05, (struct tf_spot){.list = "lines", .index = i, .term = "price.base_quantity", .bt = "BT-149"},
                             base, one);
        return;
    }
    const struct tf_figure net = tf_figure_of(line->net);
    const struct tf_figure price = times(tf_figure_of(line->quantity), tf_figure_of(line->price.net));
    const struct tf_figure product = tf_figure_add(price, times(adjustments(line), base));
    if (!within(times(net, base), product, times(slack, base)))
        tf_case_find_amounts(c, TF_RULE_TF_05, (struct tf_spot){.list = "lines", .index = i, .term = "net", .bt = "BT-131"}, net,
                             tf_exchange_quotient(product, base));
}

/* Two cents of rounding, as Peppol's R120 has it; one whole unit where nothing smaller is paid. */
static struct tf_figure slack_of(const struct tf_invoice *invoice)
{
    return tf_currency_has_cents(invoice->currency) ? (struct tf_figure){tf_money_of(2, 2), true} : one;
}

void tf_own_judge_arithmetic(struct tf_case *c)
{
    const struct tf_figure slack = slack_of(c->invoice);
    judge_signs(c);
    judge_allowances(c, slack);
    for (size_t i = 0; i < c->invoice->lines.count; i++) {
        const struct tf_line *line = &c->invoice->lines.items[i];
        judge_line(c, line, i, slack);
        judge_price(c, line, i);
        judge_line_allowances(c, line, i, slack);
    }
}
