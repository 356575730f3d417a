/* VAT categories as the artefact for CII sees them: codes by their very characters, uses counted, sums rounded apart. */
#include <stdlib.h>

#include "en16931/binary64.h"
#include "en16931/category.h"
#include "cii.h"
#include "families.h"
#include "taxflow/arena.h"

enum { USE = 1, LINE_PARTIES, ALLOWANCE_PARTIES, CHARGE_PARTIES, LINE_RATE, ALLOWANCE_RATE, CHARGE_RATE, TAXABLE, TAX, REASON };

/* Sums of BT-131, BT-99 and BT-92. */
struct sums { struct tf_figure lines, charges, allowances; };

/* How often a category stands where: in lines, in BG-23, in allowances and charges; and how often with VAT as the kind of tax. */
struct use {
    size_t lines, breakdowns, adjustments;
    size_t vat_lines, vat_allowances, vat_charges;
    struct sums sums;
};

struct rate_sums {
    struct tf_decimal rate;
    struct sums sums;
};

struct census {
    struct use uses[TF_CATEGORY_COUNT];
    struct rate_sums *rates; /* of the breakdowns for S, in order */
    size_t rates_count;
    bool others_taxing;    /* some line or breakdown has a code, and not O */
    bool others_adjusting; /* some allowance or charge has */
    bool split;            /* B stands somewhere */
};

static const struct sums nothing = {{{0, 0, false}, true}, {{0, 0, false}, true}, {{0, 0, false}, true}};

/* The artefact compares codes as they are written, with white space and all. */
static enum tf_category category_of(struct tf_str code)
{
    const enum tf_category category = tf_category_of(code);
    return category != TF_CATEGORY_OTHER && tf_str_eq(code, tf_category_rows[category].code) ? category : TF_CATEGORY_OTHER;
}

/* ---- Counting ---- */

static int compare_rates(const void *left, const void *right)
{
    const struct rate_sums *a = left, *b = right;
    return tf_money_cmp(a->rate, b->rate);
}

/* What is summed up at a rate of S; NULL when no breakdown names it. */
static struct sums *sums_at(struct census *census, struct tf_amount rate)
{
    if (!tf_amount_known(rate))
        return NULL;
    const struct rate_sums key = {.rate = rate.value};
    struct rate_sums *found = bsearch(&key, census->rates, census->rates_count, sizeof *census->rates, compare_rates);
    return found ? &found->sums : NULL;
}

static enum tf_category note_code(struct census *census, struct tf_str code, bool *others)
{
    const enum tf_category category = category_of(code);
    *others |= tf_str_present(code) && category != TF_CATEGORY_O;
    census->split |= tf_str_is(code, "B");
    return category;
}

static bool count_breakdowns(struct tf_case *c, struct census *census)
{
    const struct tf_invoice *invoice = c->invoice;
    census->rates = TF_ARENA_ARRAY(c->arena, struct rate_sums, invoice->vat_breakdown.count + 1);
    if (!census->rates)
        return false;
    for (size_t i = 0; i < invoice->vat_breakdown.count; i++) {
        const struct tf_vat_breakdown *breakdown = &invoice->vat_breakdown.items[i];
        const enum tf_category category = note_code(census, breakdown->category, &census->others_taxing);
        if (category == TF_CATEGORY_OTHER)
            continue;
        census->uses[category].breakdowns++;
        if (category == TF_CATEGORY_S && tf_amount_known(breakdown->rate))
            census->rates[census->rates_count++] = (struct rate_sums){breakdown->rate.value, nothing};
    }
    /* A rate that is listed twice may stay so: the same search ends at the same one of the two every time. */
    qsort(census->rates, census->rates_count, sizeof *census->rates, compare_rates);
    return true;
}

/* An allowance or charge; only those of the document are summed up. */
static void count_adjustment(struct census *census, const struct tf_allowance *adjustment, bool charge, bool of_document)
{
    const enum tf_category category = note_code(census, adjustment->vat_category, &census->others_adjusting);
    if (category == TF_CATEGORY_OTHER)
        return;
    struct use *use = &census->uses[category];
    use->adjustments++;
    *(charge ? &use->vat_charges : &use->vat_allowances) += tf_category_in_vat(adjustment->vat_scheme);
    if (!of_document)
        return;
    tf_figure_collect(charge ? &use->sums.charges : &use->sums.allowances, adjustment->amount);
    struct sums *at_rate = category == TF_CATEGORY_S ? sums_at(census, adjustment->vat_rate) : NULL;
    if (at_rate)
        tf_figure_collect(charge ? &at_rate->charges : &at_rate->allowances, adjustment->amount);
}

static void add_at_rate(struct census *census, struct tf_amount rate, struct tf_amount net)
{
    struct sums *at_rate = sums_at(census, rate);
    if (at_rate)
        tf_figure_collect(&at_rate->lines, net);
}

static void count_line(struct census *census, const struct tf_line *line)
{
    for (size_t i = 0; i < line->allowances.count; i++)
        count_adjustment(census, &line->allowances.items[i], false, false);
    for (size_t i = 0; i < line->charges.count; i++)
        count_adjustment(census, &line->charges.items[i], true, false);
    const enum tf_category category = note_code(census, line->vat.category, &census->others_taxing);
    if (category == TF_CATEGORY_OTHER)
        return;
    struct use *use = &census->uses[category];
    use->lines++;
    use->vat_lines += tf_category_in_vat(line->vat.scheme);
    tf_figure_collect(&use->sums.lines, line->net);
    if (category == TF_CATEGORY_S)
        add_at_rate(census, line->vat.rate, line->net);
}

/* A further VAT category of a line: the model has the first, the artefact looks at all. */
struct further { const struct tf_line *line; enum tf_category category; bool vat; struct tf_amount rate; };

/* The one that stray i tells of, its rate in the stray behind it; false where it tells of none. */
static bool further_of(const struct tf_invoice *invoice, size_t i, struct further *ret_further)
{
    const struct tf_stray *stray = &invoice->strays.items[i];
    if (!tf_str_is(stray->kind, "line_vat_category") || stray->item == 0 || stray->item > invoice->lines.count)
        return false;
    *ret_further = (struct further){
        .line = &invoice->lines.items[stray->item - 1],
        .category = category_of(stray->text),
        .vat = tf_category_in_vat(stray->scheme),
    };
    if (i + 1 < invoice->strays.count && tf_str_is(stray[1].kind, "line_vat_rate") &&
        tf_money_parse(stray[1].text, &ret_further->rate.value) == TF_OK)
        ret_further->rate.text = stray[1].text;
    return ret_further->category != TF_CATEGORY_OTHER;
}

/* A line counts for each of its categories once, and for S at each of its rates, whichever category a rate goes with. */
static void count_further(struct census *census, const struct further *further)
{
    const struct tf_line *line = further->line;
    const enum tf_category first = category_of(line->vat.category);
    struct use *use = &census->uses[further->category];
    use->vat_lines += further->vat;
    if (first != further->category)
        tf_figure_collect(&use->sums.lines, line->net);
    const bool first_is_s = first == TF_CATEGORY_S, this_is_s = further->category == TF_CATEGORY_S;
    if (!first_is_s && this_is_s)
        add_at_rate(census, line->vat.rate, line->net);
    const bool same_rate = tf_figure_eq(tf_figure_of(line->vat.rate), tf_figure_of(further->rate));
    if ((first_is_s || this_is_s) && !same_rate)
        add_at_rate(census, further->rate, line->net);
}

/* Categories at places the model does not have are uses, too. */
static void count_stray(struct census *census, const struct tf_stray *stray)
{
    const bool of_line = tf_str_is(stray->kind, "line_vat_category");
    if (!of_line && !tf_str_is(stray->kind, "adjustment_vat_category"))
        return;
    const enum tf_category category =
        note_code(census, stray->text, of_line ? &census->others_taxing : &census->others_adjusting);
    if (category != TF_CATEGORY_OTHER)
        (*(of_line ? &census->uses[category].lines : &census->uses[category].adjustments))++;
}

static bool count_all(struct tf_case *c, struct census *census)
{
    const struct tf_invoice *invoice = c->invoice;
    *census = (struct census){.rates = NULL};
    for (int category = 0; category < TF_CATEGORY_COUNT; category++)
        census->uses[category].sums = nothing;
    if (!count_breakdowns(c, census))
        return false;
    for (size_t i = 0; i < invoice->lines.count; i++)
        count_line(census, &invoice->lines.items[i]);
    for (size_t i = 0; i < invoice->allowances.count; i++)
        count_adjustment(census, &invoice->allowances.items[i], false, true);
    for (size_t i = 0; i < invoice->charges.count; i++)
        count_adjustment(census, &invoice->charges.items[i], true, true);
    for (size_t i = 0; i < invoice->strays.count; i++) {
        struct further further;
        count_stray(census, &invoice->strays.items[i]);
        if (further_of(invoice, i, &further))
            count_further(census, &further);
    }
    return true;
}

/* ---- Uses ---- */

/*
 * -01. Of taxed categories the artefact only asks that uses and breakdowns are two together, on the side of the lines and on that
 * of allowances and charges; of the others for one breakdown, where there is any. O it leaves alone without a breakdown.
 */
static bool use_fits(enum tf_category category, const struct use *use)
{
    if (tf_category_rows[category].taxed)
        return (use->lines == 0 || use->lines + use->breakdowns >= 2) &&
               (use->adjustments == 0 || use->adjustments + use->breakdowns >= 2);
    const bool used = use->lines + use->adjustments > 0;
    if (use->breakdowns == 0)
        return !used || category == TF_CATEGORY_O;
    return use->breakdowns == 1 && used;
}

/* "-0.00", which to the artefact's processor is less than 0; "-0" is a whole number, and 0. */
static bool is_negative_zero(struct tf_amount amount)
{
    const struct tf_str bare = tf_str_trim(amount.text);
    return amount.value.units == 0 && bare.len > 0 && bare.ptr[0] == '-' && memchr(bare.ptr, '.', bare.len) != NULL;
}

/* -05 to -07. The artefact asks IGIC for more than 0, unlike that for UBL. */
static void judge_rate(struct tf_case *c, enum tf_category category, unsigned number, struct tf_amount rate, struct tf_spot spot)
{
    const enum tf_category_rate need =
        category == TF_CATEGORY_AF ? TF_CATEGORY_RATE_POSITIVE : tf_category_rows[category].rate;
    const struct tf_figure zero = tf_figure_whole(0), none = {.known = false};
    tf_case_saw(c, tf_category_rule(category, number));
    if (!tf_category_rate_fits(need, rate) || (need != TF_CATEGORY_RATE_ABSENT && is_negative_zero(rate)))
        tf_case_find_amounts(c, tf_category_rule(category, number), spot, tf_figure_of(rate),
                             need == TF_CATEGORY_RATE_ZERO ? zero : none);
}

static void judge_adjustments(struct tf_case *c, const struct tf_allowance *items, size_t count, unsigned number, struct tf_spot spot)
{
    for (size_t i = 0; i < count; i++) {
        const enum tf_category category = category_of(items[i].vat_category);
        if (category == TF_CATEGORY_OTHER || !tf_category_in_vat(items[i].vat_scheme))
            continue;
        *(spot.sublist ? &spot.subindex : &spot.index) = i;
        judge_rate(c, category, number, items[i].vat_rate, spot);
    }
}

static void judge_line_rates(struct tf_case *c, size_t i)
{
    const struct tf_line *line = &c->invoice->lines.items[i];
    const enum tf_category category = category_of(line->vat.category);
    if (category != TF_CATEGORY_OTHER && tf_category_in_vat(line->vat.scheme))
        judge_rate(c, category, LINE_RATE, line->vat.rate,
                   (struct tf_spot){.list = "lines", .index = i, .term = "vat.rate", .bt = "BT-152"});
    judge_adjustments(c, line->allowances.items, line->allowances.count, ALLOWANCE_RATE,
                      (struct tf_spot){.list = "lines", .index = i, .sublist = "allowances", .term = "vat_rate", .bt = "BT-96"});
    judge_adjustments(c, line->charges.items, line->charges.count, CHARGE_RATE,
                      (struct tf_spot){.list = "lines", .index = i, .sublist = "charges", .term = "vat_rate", .bt = "BT-103"});
}

static void judge_rates(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    for (size_t i = 0; i < invoice->strays.count; i++) {
        struct further further;
        if (further_of(invoice, i, &further) && further.vat)
            judge_rate(c, further.category, LINE_RATE, further.rate,
                       (struct tf_spot){.list = "lines", .index = (size_t)(further.line - invoice->lines.items), .term = "vat.rate", .bt = "BT-152"});
    }
    for (size_t i = 0; i < invoice->lines.count; i++)
        judge_line_rates(c, i);
    judge_adjustments(c, invoice->allowances.items, invoice->allowances.count, ALLOWANCE_RATE,
                      (struct tf_spot){.list = "allowances", .term = "vat_rate", .bt = "BT-96"});
    judge_adjustments(c, invoice->charges.items, invoice->charges.count, CHARGE_RATE,
                      (struct tf_spot){.list = "charges", .term = "vat_rate", .bt = "BT-103"});
}

/* ---- Breakdowns ---- */

static struct tf_figure taxable_of(const struct sums *sums)
{
    return tf_figure_sub(tf_figure_add(tf_figure_round(sums->lines, 2), tf_figure_round(sums->charges, 2)),
                         tf_figure_round(sums->allowances, 2));
}

static struct tf_binary64 binary(struct tf_figure a)
{
    return tf_binary64_of(a.value);
}

/* a - limit < b and a + limit > b, in the artefact's arithmetic. */
static bool around(struct tf_binary64 a, struct tf_binary64 b)
{
    const struct tf_binary64 one = tf_binary64_of(tf_money_of(1, 0)), minus_one = tf_binary64_of(tf_money_of(-1, 0));
    return tf_binary64_less(tf_binary64_add(a, minus_one), b) && tf_binary64_less(b, tf_binary64_add(a, one));
}

/*
 * -08. S: the sums at the rate, equal. L and M: their test names the rate of an element that there is not, and always holds.
 * O: equal. The others: off by less than 1.
 */
static void judge_taxable(struct tf_case *c, struct census *census, enum tf_category category,
                          const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    const enum tf_rule rule = tf_category_rule(category, TAXABLE);
    tf_case_saw(c, rule);
    const struct sums *sums = category == TF_CATEGORY_S ? sums_at(census, breakdown->rate) : &census->uses[category].sums;
    if (!sums || category == TF_CATEGORY_AF || category == TF_CATEGORY_AG)
        return;
    const struct tf_figure taxable = tf_figure_of(breakdown->taxable), expected = taxable_of(sums);
    const bool exact = category == TF_CATEGORY_S || category == TF_CATEGORY_O;
    const bool fits = taxable.known && expected.known && (exact ? tf_binary64_eq(tf_binary64_of_amount(breakdown->taxable), binary(expected))
                                                                : around(binary(taxable), binary(expected)));
    if (!fits)
        tf_case_find_amounts(c, rule, tf_spot_at(spot, "taxable", "BT-116"), taxable, expected);
}

/* -09. Of S: |tax| off by less than 1 from round(|taxable| × rate) / 100; of L and M nothing; of the others that it is 0. */
static bool tax_fits(enum tf_category category, const struct tf_vat_breakdown *breakdown, struct tf_figure *ret_expected)
{
    const struct tf_figure tax = tf_figure_of(breakdown->tax), taxable = tf_figure_of(breakdown->taxable);
    const struct tf_figure rate = tf_figure_of(breakdown->rate);
    *ret_expected = tf_figure_whole(0);
    if (category == TF_CATEGORY_AF || category == TF_CATEGORY_AG)
        return true;
    if (category != TF_CATEGORY_S)
        return tf_figure_eq(tax, *ret_expected) && !is_negative_zero(breakdown->tax);
    *ret_expected = tf_figure_round(tf_figure_percentage(taxable, rate), 2);
    if (!tax.known || !taxable.known || !rate.known)
        return false;
    const struct tf_binary64 product = tf_binary64_mul(binary(tf_figure_abs(taxable)), binary(rate));
    return around(binary(tf_figure_abs(tax)), tf_binary64_round_hundredth(product));
}

static void judge_reason(struct tf_case *c, enum tf_category category, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    const enum tf_rule rule = tf_category_rule(category, REASON);
    const bool code = tf_str_present(breakdown->exemption_code), text = tf_str_present(breakdown->exemption_reason);
    const bool required = tf_category_rows[category].reason == TF_CATEGORY_REASON_REQUIRED;
    spot = code && !required ? tf_spot_at(spot, "exemption_code", "BT-121") : tf_spot_at(spot, "exemption_reason", "BT-120");
    tf_case_check(c, rule, (text || code) == required, spot);
}

static void ask(struct tf_case *c, enum tf_rule rule, bool holds, const char *term, const char *bt)
{
    tf_case_check(c, rule, holds, (struct tf_spot){.term = term, .bt = bt});
}

/* K needs a day or a period of delivery and a country, whether something is in them or not. */
static void judge_intra_community(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    ask(c, TF_RULE_BR_IC_11,
        tf_str_present(invoice->delivery.date.text) || tf_str_present(invoice->period.start.text) ||
            tf_str_present(invoice->period.end.text),
        "delivery.date", "BT-72");
    ask(c, TF_RULE_BR_IC_12, tf_str_present(invoice->delivery.address.country), "delivery.address.country", "BT-80");
}

/* O goes with no other code. The artefact asks lines and breakdowns in one, and allowances and charges. */
static void judge_not_subject(struct tf_case *c, const struct census *census)
{
    ask(c, TF_RULE_BR_O_11, !census->others_taxing, "vat_breakdown", "BT-118");
    ask(c, TF_RULE_BR_O_12, !census->others_taxing, "lines", "BT-151");
    ask(c, TF_RULE_BR_O_13, !census->others_adjusting, "allowances", "BT-95");
    ask(c, TF_RULE_BR_O_14, !census->others_adjusting, "charges", "BT-102");
}

static void judge_category(struct tf_case *c, struct census *census, enum tf_category category,
                           const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    struct tf_figure expected;
    judge_taxable(c, census, category, breakdown, spot);
    tf_case_saw(c, tf_category_rule(category, TAX));
    if (!tax_fits(category, breakdown, &expected)) {
        tf_case_find_amounts(c, tf_category_rule(category, TAX), tf_spot_at(spot, "tax", "BT-117"), tf_figure_of(breakdown->tax),
                             expected);
    }
    judge_reason(c, category, breakdown, spot);
    if (category == TF_CATEGORY_IC)
        judge_intra_community(c);
    if (category == TF_CATEGORY_O)
        judge_not_subject(c, census);
}

/* ---- Breakdowns of any category: BR-45 to -48, BR-CO-03, -17, BR-DEC-19, -20 ---- */

/* The artefact rounds rate and tax to whole numbers to see whether they are 0, and lets the tax be off by 1 and no more. */
static bool tax_is_rate_of_taxable(const struct tf_vat_breakdown *breakdown, struct tf_figure *ret_expected)
{
    const struct tf_figure zero = tf_figure_whole(0), one = tf_figure_whole(1), tax = tf_figure_of(breakdown->tax);
    const bool vat = tf_category_in_vat(tf_str_trim(breakdown->scheme)); /* here alone it takes " VAT " for VAT */
    const struct tf_figure rate = vat ? tf_figure_of(breakdown->rate) : (struct tf_figure){.known = false};
    *ret_expected = zero;
    if (!rate.known || tf_figure_eq(tf_figure_round(rate, 0), zero))
        return tf_figure_eq(tf_figure_round(tax, 0), zero);
    const struct tf_figure product = tf_figure_round(tf_figure_percentage(tf_figure_abs(tf_figure_of(breakdown->taxable)), rate), 2);
    *ret_expected = product;
    const struct tf_figure off = tf_figure_abs(tf_figure_sub(tf_figure_abs(tax), product));
    return off.known && !tf_figure_less(one, off);
}

static void judge_any(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    const struct tf_invoice *invoice = c->invoice;
    struct tf_figure expected;
    tf_br_judge_breakdown(c, breakdown, spot);
    tf_br_dec_judge_breakdown(c, breakdown, spot);
    ask(c, TF_RULE_BR_CO_03, !tf_str_present(invoice->tax_point_date.text) || !tf_str_present(invoice->tax_point_code),
        "tax_point_code", "BT-8");
    tf_case_saw(c, TF_RULE_BR_CO_17);
    if (!tax_is_rate_of_taxable(breakdown, &expected))
        tf_case_find_amounts(c, TF_RULE_BR_CO_17, tf_spot_at(spot, "tax", "BT-117"), tf_figure_of(breakdown->tax), expected);
}

/*
 * Within a pattern of Schematron an element is handled by the first rule that fits it. Those of L, M and O stand on the breakdown
 * itself and so leave nothing to the one for any breakdown; those of the others stand on its category code. All but S and Z
 * want VAT as the kind of tax.
 */
static void judge_breakdown(struct tf_case *c, struct census *census, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    const enum tf_category category = category_of(breakdown->category);
    const bool whole = category == TF_CATEGORY_AF || category == TF_CATEGORY_AG || category == TF_CATEGORY_O;
    const bool vat = tf_category_in_vat(breakdown->scheme);
    if (category != TF_CATEGORY_OTHER && (vat || category == TF_CATEGORY_S || category == TF_CATEGORY_Z))
        judge_category(c, census, category, breakdown, spot);
    if (!whole || !vat)
        judge_any(c, breakdown, spot);
}

static bool outside_italy(struct tf_str country)
{
    return tf_str_present(country) && !tf_str_is(country, "IT");
}

/* BR-B-01 and -02: split payment is Italy's alone, and goes with no standard rated tax. */
static void judge_split_payment(struct tf_case *c, const struct census *census)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct use *standard = &census->uses[TF_CATEGORY_S];
    if (!census->split)
        return;
    bool outside = outside_italy(invoice->seller.address.country) || outside_italy(invoice->buyer.address.country) ||
                   outside_italy(invoice->tax_representative.address.country) || outside_italy(invoice->delivery.address.country);
    for (size_t i = 0; i < invoice->strays.count; i++)
        outside |= tf_str_is(invoice->strays.items[i].kind, "country") && outside_italy(invoice->strays.items[i].text);
    ask(c, TF_RULE_BR_B_01, !outside, "seller.address.country", "BT-40");
    ask(c, TF_RULE_BR_B_02, standard->lines + standard->breakdowns + standard->adjustments == 0, "vat_breakdown", "BT-118");
}

void tf_cii_vat_judge(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    struct census census;
    if (!count_all(c, &census)) {
        c->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < invoice->vat_breakdown.count; i++)
        judge_breakdown(c, &census, &invoice->vat_breakdown.items[i], (struct tf_spot){.list = "vat_breakdown", .index = i});
    judge_rates(c);
    judge_split_payment(c, &census);
    const unsigned numbers = tf_br_vat_numbers(c);
    for (int i = 0; i < TF_CATEGORY_COUNT; i++) {
        const enum tf_category category = (enum tf_category)i;
        const struct use *use = &census.uses[i];
        ask(c, tf_category_rule(category, USE), use_fits(category, use), "vat_breakdown", "BT-118");
        tf_br_vat_judge_parties(c, category, LINE_PARTIES, use->vat_lines, numbers);
        tf_br_vat_judge_parties(c, category, ALLOWANCE_PARTIES, use->vat_allowances, numbers);
        tf_br_vat_judge_parties(c, category, CHARGE_PARTIES, use->vat_charges, numbers);
    }
}
