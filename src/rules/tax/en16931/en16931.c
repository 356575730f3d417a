/* The walk through an invoice: each part is shown to every family of rules that has something to say about it. */
#include "breakdown.h"
#include "cii/cii.h"
#include "families.h"

static void judge_payments(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    for (size_t i = 0; i < invoice->payments.count; i++) {
        const struct tf_spot spot = tf_spot_payment(invoice, i);
        tf_br_judge_payment(c, &invoice->payments.items[i], spot);
        tf_br_cl_judge_payment(c, &invoice->payments.items[i], spot);
    }
}

static void judge_line_allowance(struct tf_case *c, struct tf_sums *sums, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot)
{
    tf_br_judge_line_allowance(c, allowance, is_charge, spot);
    tf_br_vat_judge_line_allowance(c, sums, allowance, is_charge, spot);
    tf_br_dec_judge_line_allowance(c, allowance, is_charge, spot);
    tf_br_cl_judge_line_allowance(c, allowance, is_charge, spot);
}

/* What is asked of a VAT breakdown wherever there is one. */
static void judge_breakdown(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    tf_br_judge_breakdown(c, breakdown, spot);
    tf_br_co_judge_breakdown(c, breakdown, spot);
    tf_br_dec_judge_breakdown(c, breakdown, spot);
    tf_br_cl_judge_breakdown(c, breakdown, spot);
}

/* A breakdown below a line is no term; the artefact asks of it what it asks of any, and its category is in use. */
static void judge_line_breakdown(struct tf_case *c, struct tf_sums *sums, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    const struct tf_stray category = {.kind = TF_STR("vat_category"), .text = breakdown->category, .scheme = breakdown->scheme};
    if (tf_str_present(breakdown->category))
        tf_br_vat_judge_stray(sums, &category);
    judge_breakdown(c, breakdown, spot);
}

static void judge_line(struct tf_case *c, struct tf_sums *sums, size_t i)
{
    const struct tf_line *line = &c->invoice->lines.items[i];
    const struct tf_spot spot = {.list = "lines", .index = i};
    tf_br_judge_line(c, line, spot);
    tf_br_co_judge_line(c, line, spot);
    tf_br_vat_judge_line(c, sums, line, spot);
    tf_br_dec_judge_line(c, line, spot);
    tf_br_cl_judge_line(c, line, spot);
    for (size_t a = 0; a < line->allowances.count; a++)
        judge_line_allowance(c, sums, &line->allowances.items[a], false, tf_spot_in(spot, "allowances", a, NULL, NULL));
    for (size_t a = 0; a < line->charges.count; a++)
        judge_line_allowance(c, sums, &line->charges.items[a], true, tf_spot_in(spot, "charges", a, NULL, NULL));
    for (size_t b = 0; b < line->vat_breakdown.count && !c->strict; b++)
        judge_line_breakdown(c, sums, &line->vat_breakdown.items[b], tf_spot_in(spot, "vat_breakdown", b, NULL, NULL));
}

static void judge_allowance(struct tf_case *c, struct tf_sums *sums, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot)
{
    tf_br_judge_allowance(c, allowance, is_charge, spot);
    tf_br_vat_judge_allowance(c, sums, allowance, is_charge, spot);
    tf_br_dec_judge_allowance(c, allowance, is_charge, spot);
    tf_br_cl_judge_allowance(c, allowance, is_charge, spot);
}

static void judge_allowances(struct tf_case *c, struct tf_sums *sums)
{
    const struct tf_invoice *invoice = c->invoice;
    for (size_t i = 0; i < invoice->allowances.count; i++)
        judge_allowance(c, sums, &invoice->allowances.items[i], false, (struct tf_spot){.list = "allowances", .index = i});
    for (size_t i = 0; i < invoice->charges.count; i++)
        judge_allowance(c, sums, &invoice->charges.items[i], true, (struct tf_spot){.list = "charges", .index = i});
}

static void judge_strays(struct tf_case *c, struct tf_sums *sums)
{
    for (size_t i = 0; i < c->invoice->strays.count; i++) {
        const struct tf_stray *stray = &c->invoice->strays.items[i];
        tf_br_judge_stray(c, stray);
        tf_br_co_judge_stray(c, stray);
        tf_br_vat_judge_stray(sums, stray);
        tf_br_cl_judge_stray(c, stray);
    }
}

/* The sums are complete: lines, allowances and charges have been walked. */
static void judge_breakdowns(struct tf_case *c, struct tf_sums *sums)
{
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    tf_breakdown_start(&walk, c->invoice);
    for (const struct tf_vat_breakdown *breakdown; (breakdown = tf_breakdown_next(&walk, &spot));) {
        judge_breakdown(c, breakdown, spot);
        tf_br_vat_judge_breakdown(c, sums, breakdown, spot);
    }
}

void tf_en16931_judge(struct tf_case *c, struct tf_sums *sums)
{
    const bool by_cii = c->invoice->syntax == TF_SYNTAX_CII && !c->strict;
    c->overruled = by_cii ? tf_cii_rules() : NULL;
    tf_br_judge(c);
    judge_payments(c);
    for (size_t i = 0; i < c->invoice->lines.count; i++)
        judge_line(c, sums, i);
    judge_allowances(c, sums);
    judge_strays(c, sums);
    judge_breakdowns(c, sums);
    tf_br_vat_judge(c, sums);
    tf_br_co_judge(c, sums);
    tf_br_dec_judge(c);
    tf_br_cl_judge(c);
    c->overruled = NULL;
    if (by_cii)
        tf_cii_judge(c);
}
