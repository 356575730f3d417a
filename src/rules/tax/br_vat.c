/* The ten rules that every VAT category has; vat_categories.def says what each category asks for. */
#include "breakdown.h"
#include "families.h"

enum { USE = 1, LINE_PARTIES, ALLOWANCE_PARTIES, CHARGE_PARTIES, LINE_RATE, ALLOWANCE_RATE, CHARGE_RATE, TAXABLE, TAX, REASON };

/* -05, -06, -07: the rate that goes with the category. */
static void judge_rate(struct tf_case *c, enum tf_category category, unsigned number, struct tf_amount rate, struct tf_spot spot)
{
    const enum tf_rule rule = tf_category_rule(category, number);
    const enum tf_category_rate need = tf_category_rows[category].rate;
    tf_case_saw(c, rule);
    if (tf_category_rate_fits(need, rate))
        return;
    const struct tf_figure zero = tf_figure_whole(0), none = {.known = false};
    tf_case_find_amounts(c, rule, spot, tf_figure_of(rate), need == TF_CATEGORY_RATE_ZERO ? zero : none);
}

void tf_br_vat_judge_line(struct tf_case *c, struct tf_sums *sums, size_t i)
{
    const struct tf_line *line = &c->invoice->lines.items[i];
    const enum tf_category category = tf_category_of(line->vat.category);
    tf_sums_collect(sums, TF_SUMS_LINE, category, line->net, line->vat.rate);
    if (category != TF_CATEGORY_OTHER)
        judge_rate(c, category, LINE_RATE, line->vat.rate,
                   (struct tf_spot){.list = "lines", .index = i, .term = "vat.rate", .bt = "BT-152"});
}

void tf_br_vat_judge_allowances(struct tf_case *c, struct tf_sums *sums)
{
    for (size_t i = 0; i < c->invoice->allowances.count; i++) {
        const struct tf_allowance *allowance = &c->invoice->allowances.items[i];
        const enum tf_category category = tf_category_of(allowance->vat_category);
        tf_sums_collect(sums, TF_SUMS_ALLOWANCE, category, allowance->amount, allowance->vat_rate);
        if (category != TF_CATEGORY_OTHER)
            judge_rate(c, category, ALLOWANCE_RATE, allowance->vat_rate,
                       (struct tf_spot){.list = "allowances", .index = i, .term = "vat_rate", .bt = "BT-96"});
    }
    for (size_t i = 0; i < c->invoice->charges.count; i++) {
        const struct tf_allowance *charge = &c->invoice->charges.items[i];
        const enum tf_category category = tf_category_of(charge->vat_category);
        tf_sums_collect(sums, TF_SUMS_CHARGE, category, charge->amount, charge->vat_rate);
        if (category != TF_CATEGORY_OTHER)
            judge_rate(c, category, CHARGE_RATE, charge->vat_rate,
                       (struct tf_spot){.list = "charges", .index = i, .term = "vat_rate", .bt = "BT-103"});
    }
}

/* -01: what is used has a breakdown. In the artefact a breakdown alone is a use as well. */
static void judge_use(struct tf_case *c, const struct tf_sums *sums, enum tf_category category)
{
    const struct tf_sums_category *of_category = &sums->category[category];
    const size_t uses = of_category->lines + of_category->allowances + of_category->charges;
    const size_t breakdowns = of_category->breakdowns;
    if (uses + breakdowns == 0)
        return;
    const enum tf_rule rule = tf_category_rule(category, USE);
    tf_case_saw(c, rule);
    if (c->strict && uses == 0)
        return;
    const bool taxed = tf_category_rows[category].taxed;
    if (taxed ? uses > 0 && breakdowns > 0 : breakdowns == 1)
        return;
    tf_case_find(c, rule, (struct tf_spot){.term = "vat_breakdown", .bt = "BT-118"});
}

static unsigned given(const struct tf_case *c, struct tf_str number, enum tf_category_number bit)
{
    const bool is_given = c->strict ? !tf_str_blank(number) : tf_str_present(number);
    return is_given ? (unsigned)bit : 0;
}

static unsigned numbers_given(const struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    return given(c, invoice->seller.vat_id, TF_NUMBER_SELLER_VAT) | given(c, invoice->seller.tax_id, TF_NUMBER_SELLER_TAX) |
           given(c, invoice->tax_representative.vat_id, TF_NUMBER_REPRESENTATIVE_VAT) |
           given(c, invoice->buyer.vat_id, TF_NUMBER_BUYER_VAT) | given(c, invoice->buyer.legal_id.id, TF_NUMBER_BUYER_LEGAL);
}

/* Where the first of some numbers is written. */
static struct tf_spot number_spot(unsigned numbers)
{
    if (numbers & TF_NUMBER_SELLER_VAT)
        return (struct tf_spot){.term = "seller.vat_id", .bt = "BT-31"};
    if (numbers & TF_NUMBER_SELLER_TAX)
        return (struct tf_spot){.term = "seller.tax_id", .bt = "BT-32"};
    if (numbers & TF_NUMBER_REPRESENTATIVE_VAT)
        return (struct tf_spot){.term = "tax_representative.vat_id", .bt = "BT-63"};
    if (numbers & TF_NUMBER_BUYER_VAT)
        return (struct tf_spot){.term = "buyer.vat_id", .bt = "BT-48"};
    return (struct tf_spot){.term = "buyer.legal_id", .bt = "BT-47"};
}

/* -02, -03, -04: the numbers of the parties that go with the category. */
static void judge_parties(struct tf_case *c, enum tf_category category, unsigned number, size_t uses, unsigned numbers)
{
    if (uses == 0)
        return;
    const struct tf_category_parties *parties = &tf_category_rows[category].parties;
    const enum tf_rule rule = tf_category_rule(category, number);
    tf_case_saw(c, rule);
    if (parties->seller != 0 && (numbers & parties->seller) == 0)
        tf_case_find(c, rule, number_spot(parties->seller));
    else if (parties->buyer != 0 && (numbers & parties->buyer) == 0)
        tf_case_find(c, rule, number_spot(parties->buyer));
    else if ((numbers & parties->barred) != 0)
        tf_case_find(c, rule, number_spot(numbers & parties->barred));
}

/*
 * -08 of taxed categories, by rate. The artefact asks invoices and credit notes in one breath and accepts either sum;
 * the sum over the other kind's lines is that of charges and allowances alone, where there are any.
 */
static void judge_taxable_at_rate(struct tf_case *c, const struct tf_sums *sums, enum tf_category category,
                                  const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    if (!tf_amount_present(breakdown->rate))
        return;
    const enum tf_rule rule = tf_category_rule(category, TAXABLE);
    /* Never NULL: the sums know every rate that a breakdown names. */
    const struct tf_sums_rate *of_rate = tf_sums_rate(sums, category, breakdown->rate.value);
    const struct tf_figure taxable = tf_figure_of(breakdown->taxable), one = tf_figure_whole(1);
    tf_case_saw(c, rule);
    /* Of standard rated tax the artefact wants something at that rate; of the others, any line at all. */
    const bool asked = category == TF_CATEGORY_S ? of_rate->used : c->invoice->lines.count > 0;
    const bool near = asked && tf_figure_near(taxable, of_rate->base, one);
    const bool near_adjustments = category == TF_CATEGORY_S && of_rate->adjusted && tf_figure_near(taxable, of_rate->adjustments, one);
    if (c->strict ? !tf_figure_eq(taxable, of_rate->base) : !near && !near_adjustments)
        tf_case_find_amounts(c, rule, spot, taxable, of_rate->base);
}

/* -08 of categories without tax: one sum, exact. */
static void judge_taxable(struct tf_case *c, const struct tf_sums *sums, enum tf_category category,
                          const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    const enum tf_rule rule = tf_category_rule(category, TAXABLE);
    const struct tf_figure taxable = tf_figure_of(breakdown->taxable), base = sums->category[category].base;
    tf_case_saw(c, rule);
    const bool has_lines = c->invoice->lines.count > 0 || c->strict;
    if (!has_lines || !tf_figure_eq(taxable, base))
        tf_case_find_amounts(c, rule, spot, taxable, base);
}

/* -09: the tax of the category. */
static void judge_tax(struct tf_case *c, enum tf_category category, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    const enum tf_rule rule = tf_category_rule(category, TAX);
    const struct tf_figure tax = tf_figure_of(breakdown->tax);
    struct tf_figure expected = tf_figure_whole(0);
    tf_case_saw(c, rule);
    const bool fits = tf_category_rows[category].taxed ? tf_breakdown_tax_fits(breakdown, c->strict, &expected)
                                                       : tf_figure_eq(tax, expected);
    if (!fits)
        tf_case_find_amounts(c, rule, spot, tax, expected);
}

/* -10: the reason of an exemption. */
static void judge_reason(struct tf_case *c, enum tf_category category, const struct tf_vat_breakdown *breakdown,
                         struct tf_spot spot)
{
    const enum tf_rule rule = tf_category_rule(category, REASON);
    const bool text = c->strict ? !tf_str_blank(breakdown->exemption_reason) : tf_str_present(breakdown->exemption_reason);
    const bool code = c->strict ? !tf_str_blank(breakdown->exemption_code) : tf_str_present(breakdown->exemption_code);
    const bool required = tf_category_rows[category].reason == TF_CATEGORY_REASON_REQUIRED;
    tf_case_saw(c, rule);
    if ((text || code) == required)
        return;
    spot.term = code && !required ? "exemption_code" : "exemption_reason";
    spot.bt = code && !required ? "BT-121" : "BT-120";
    tf_case_find(c, rule, spot);
}

static void judge_breakdown(struct tf_case *c, const struct tf_sums *sums, enum tf_category category,
                            const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    spot.term = "taxable";
    spot.bt = "BT-116";
    if (tf_category_rows[category].taxed)
        judge_taxable_at_rate(c, sums, category, breakdown, spot);
    else
        judge_taxable(c, sums, category, breakdown, spot);
    spot.term = "tax";
    spot.bt = "BT-117";
    judge_tax(c, category, breakdown, spot);
    judge_reason(c, category, breakdown, spot);
}

void tf_br_vat_judge(struct tf_case *c, struct tf_sums *sums)
{
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    tf_breakdown_start(&walk, c->invoice);
    for (const struct tf_vat_breakdown *breakdown; (breakdown = tf_breakdown_next(&walk, &spot));) {
        const enum tf_category category = tf_category_of(breakdown->category);
        if (category == TF_CATEGORY_OTHER)
            continue;
        sums->category[category].breakdowns++;
        judge_breakdown(c, sums, category, breakdown, spot);
    }
    const unsigned numbers = numbers_given(c);
    for (int i = 0; i < TF_CATEGORY_COUNT; i++) {
        const enum tf_category category = (enum tf_category)i;
        judge_use(c, sums, category);
        judge_parties(c, category, LINE_PARTIES, sums->category[i].lines, numbers);
        judge_parties(c, category, ALLOWANCE_PARTIES, sums->category[i].allowances, numbers);
        judge_parties(c, category, CHARGE_PARTIES, sums->category[i].charges, numbers);
    }
}
