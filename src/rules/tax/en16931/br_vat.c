/* The ten rules that every VAT category has; vat_categories.def says what each category asks for. */
#include "binary64.h"
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

void tf_br_vat_judge_line(struct tf_case *c, struct tf_sums *sums, const struct tf_line *line, struct tf_spot spot)
{
    const struct tf_sums_item item = {
        .kind = TF_SUMS_LINE,
        .code = line->vat.category,
        .category = tf_category_of(line->vat.category),
        .in_vat = tf_category_in_vat(line->vat.scheme),
        .categorized = line->vat.present,
        .amount = line->net,
        .rate = line->vat.rate,
    };
    tf_sums_collect(sums, &item);
    if (item.category != TF_CATEGORY_OTHER && item.in_vat)
        judge_rate(c, item.category, LINE_RATE, item.rate, tf_spot_at(spot, "vat.rate", "BT-152"));
}

void tf_br_vat_judge_allowance(struct tf_case *c, struct tf_sums *sums, const struct tf_allowance *allowance, bool is_charge,
                               struct tf_spot spot)
{
    const struct tf_sums_item item = {
        .kind = is_charge ? TF_SUMS_CHARGE : TF_SUMS_ALLOWANCE,
        .code = allowance->vat_category,
        .category = tf_category_of(allowance->vat_category),
        .in_vat = tf_category_in_vat(allowance->vat_scheme),
        .categorized = tf_str_present(allowance->vat_category) || tf_amount_present(allowance->vat_rate),
        .amount = allowance->amount,
        .rate = allowance->vat_rate,
    };
    tf_sums_collect(sums, &item);
    if (item.category != TF_CATEGORY_OTHER && item.in_vat)
        judge_rate(c, item.category, is_charge ? CHARGE_RATE : ALLOWANCE_RATE, item.rate,
                   tf_spot_at(spot, "vat_rate", is_charge ? "BT-103" : "BT-96"));
}

void tf_br_vat_judge_line_allowance(struct tf_case *c, struct tf_sums *sums, const struct tf_allowance *allowance, bool is_charge,
                                    struct tf_spot spot)
{
    struct tf_allowance elsewhere = *allowance;
    if (!tf_str_present(allowance->vat_category) && !tf_amount_present(allowance->vat_rate))
        return;
    elsewhere.amount = (struct tf_amount){.text = TF_STR_NONE};
    tf_br_vat_judge_allowance(c, sums, &elsewhere, is_charge, spot);
}

void tf_br_vat_judge_stray(struct tf_sums *sums, const struct tf_stray *stray)
{
    static const struct {
        struct tf_str name;
        enum tf_sums_kind kind;
    } kinds[] = {{TF_STR_INIT("line_vat_category"), TF_SUMS_LINE},
                 {TF_STR_INIT("adjustment_vat_category"), TF_SUMS_ADJUSTMENT},
                 {TF_STR_INIT("breakdown_vat_category"), TF_SUMS_BREAKDOWN},
                 {TF_STR_INIT("vat_category"), TF_SUMS_STRAY}};
    size_t k = 0;
    while (k < sizeof(kinds) / sizeof(kinds[0]) && !tf_str_eq(stray->kind, kinds[k].name))
        k++;
    if (k == sizeof(kinds) / sizeof(kinds[0]))
        return;
    const struct tf_sums_item item = {
        .kind = kinds[k].kind,
        .code = stray->text,
        .category = tf_category_of(stray->text),
        .in_vat = tf_category_in_vat(stray->scheme),
        .categorized = true,
    };
    tf_sums_collect(sums, &item);
}

/*
 * -01: what is used has a breakdown. In the artefact a breakdown alone is a use as well, and it looks at the tax scheme here and not
 * there: not at all for S, and not at a breakdown's for L; and where L or M is used, white space around a breakdown's code counts.
 */
static bool use_fits(enum tf_category category, const struct tf_sums_category *of)
{
    const size_t uses = of->lines + of->allowances + of->charges + of->adjustments;
    switch (category) {
    case TF_CATEGORY_S:
        return (uses + of->uses_outside > 0) == (of->breakdowns + of->breakdowns_outside > 0);
    case TF_CATEGORY_AF:
        return uses > 0 ? of->bare_breakdowns_anywhere > 0 : of->breakdowns == 0;
    case TF_CATEGORY_AG:
        return uses > 0 ? of->bare_breakdowns > 0 : of->breakdowns == 0;
    default:
        return of->breakdowns == 1;
    }
}

static void judge_use(struct tf_case *c, const struct tf_sums *sums, enum tf_category category)
{
    const struct tf_sums_category *of = &sums->category[category];
    const bool taxed = tf_category_rows[category].taxed;
    /* The artefact looks for a taxed category where it is used, for another one everywhere. */
    const size_t uses = of->lines + of->allowances + of->charges + of->adjustments + (taxed ? 0 : of->strays);
    const size_t outside = category == TF_CATEGORY_S ? of->uses_outside + of->breakdowns_outside : 0;
    if (uses + of->breakdowns + outside == 0)
        return;
    const enum tf_rule rule = tf_category_rule(category, USE);
    tf_case_saw(c, rule);
    if (c->strict && uses == 0)
        return;
    if (!use_fits(category, of))
        tf_case_find(c, rule, (struct tf_spot){.term = "vat_breakdown", .bt = "BT-118"});
}

static unsigned given(const struct tf_case *c, struct tf_str number, enum tf_category_number bit)
{
    const bool is_given = c->strict ? !tf_str_blank(number) : tf_str_present(number);
    return is_given ? (unsigned)bit : 0;
}

unsigned tf_br_vat_numbers(const struct tf_case *c)
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
void tf_br_vat_judge_parties(struct tf_case *c, enum tf_category category, unsigned number, size_t uses, unsigned numbers)
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

/* BR-S-02 asks for lines of VAT as soon as there is one of S, whatever its tax scheme. */
static void br_s_02_outside(struct tf_case *c, const struct tf_sums *sums)
{
    const struct tf_sums_category *of = &sums->category[TF_CATEGORY_S];
    if (of->lines > 0 || of->lines_outside == 0 || c->strict)
        return;
    tf_case_saw(c, TF_RULE_BR_S_02);
    tf_case_find(c, TF_RULE_BR_S_02, (struct tf_spot){.term = "lines", .bt = "BT-151"});
}

/*
 * Off by less than 1.00. The artefact takes 1 from the untyped taxable amount, and adds it, as binary numbers (XPath 2.0, 3.4), so that where
 * amounts are apart by just 1.00 their last bit decides. Only there, and where binary numbers have no cents any more, is it asked.
 */
static bool within_one(struct tf_figure taxable, struct tf_figure base)
{
    static const struct tf_decimal clear = {.units = 99, .scale = 2}, wide = {.units = 101, .scale = 2}, large = {.units = 1000000000};
    const struct tf_figure off = tf_figure_abs(tf_figure_sub(taxable, base));
    if (!off.known)
        return false;
    if (tf_money_cmp(tf_money_abs(taxable.value), large) < 0 && tf_money_cmp(off.value, clear) < 0)
        return true;
    if (tf_money_cmp(tf_money_abs(taxable.value), large) < 0 && tf_money_cmp(off.value, wide) > 0)
        return false;
    const struct tf_binary64 amount = tf_binary64_of(taxable.value), one = tf_binary64_of(tf_money_of(1, 0));
    const struct tf_binary64 minus_one = tf_binary64_of(tf_money_of(-1, 0));
    return tf_binary64_cmp(tf_binary64_add(amount, minus_one), base.value) < 0 && tf_binary64_cmp(tf_binary64_add(amount, one), base.value) > 0;
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
    const struct tf_figure taxable = tf_figure_of(breakdown->taxable);
    tf_case_saw(c, rule);
    /* Of standard rated tax the artefact wants something at that rate; of the others, any line at all. */
    const bool asked = category == TF_CATEGORY_S ? of_rate->used : c->invoice->lines.count > 0;
    const bool near = asked && within_one(taxable, of_rate->base);
    const bool near_adjustments = category == TF_CATEGORY_S && of_rate->adjusted && within_one(taxable, of_rate->adjustments);
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
    const bool at_code = code && !required;
    tf_case_find(c, rule, tf_spot_at(spot, at_code ? "exemption_code" : "exemption_reason", at_code ? "BT-121" : "BT-120"));
}

void tf_br_vat_judge_breakdown(struct tf_case *c, struct tf_sums *sums, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    const enum tf_category category = tf_category_of(breakdown->category);
    const struct tf_sums_item item = {
        .kind = TF_SUMS_BREAKDOWN,
        .code = breakdown->category,
        .category = category,
        .in_vat = tf_category_in_vat(breakdown->scheme),
        .categorized = tf_str_present(breakdown->category) || tf_amount_present(breakdown->rate),
    };
    tf_sums_collect(sums, &item);
    if (category == TF_CATEGORY_OTHER || !item.in_vat)
        return;
    if (tf_category_rows[category].taxed)
        judge_taxable_at_rate(c, sums, category, breakdown, tf_spot_at(spot, "taxable", "BT-116"));
    else
        judge_taxable(c, sums, category, breakdown, tf_spot_at(spot, "taxable", "BT-116"));
    judge_tax(c, category, breakdown, tf_spot_at(spot, "tax", "BT-117"));
    judge_reason(c, category, breakdown, spot);
}

void tf_br_vat_judge(struct tf_case *c, const struct tf_sums *sums)
{
    const unsigned numbers = tf_br_vat_numbers(c);
    for (int i = 0; i < TF_CATEGORY_COUNT; i++) {
        const enum tf_category category = (enum tf_category)i;
        const struct tf_sums_category *of = &sums->category[i];
        judge_use(c, sums, category);
        tf_br_vat_judge_parties(c, category, LINE_PARTIES, of->lines, numbers);
        tf_br_vat_judge_parties(c, category, ALLOWANCE_PARTIES, of->allowances, numbers);
        /* Of L the artefact wants a charge whose code has no white space around it. */
        tf_br_vat_judge_parties(c, category, CHARGE_PARTIES, category == TF_CATEGORY_AF ? of->bare_charges : of->charges, numbers);
    }
    br_s_02_outside(c, sums);
    tf_br_vat_judge_extra(c, sums);
}
