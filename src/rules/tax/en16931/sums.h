/* Everything an invoice's lines, allowances and charges add up to, gathered in one pass: in all, a category, and a rate of it. */
#ifndef TAXFLOW_RULES_TAX_SUMS_H
#define TAXFLOW_RULES_TAX_SUMS_H

#include "category.h"
#include "figure.h"

enum { TF_SUMS_RATES_INSIDE = 8 };

struct tf_sums_category {
    size_t lines, allowances, charges; /* how many carry the category */
    size_t breakdowns;
    size_t adjustments, strays; /* at places of no term: of an allowance or charge that is neither, and elsewhere */
    /* Outside the VAT scheme, where a few rules look all the same: lines, allowances and charges together. */
    size_t lines_outside, uses_outside, breakdowns_outside;
    /* Whose code is written without white space around it, which a few rules do not take off: in VAT, and in any scheme. */
    size_t bare_charges, bare_breakdowns, bare_breakdowns_anywhere;
    struct tf_figure base; /* lines + charges - allowances; of categories without tax */
};

struct tf_sums_rate {
    enum tf_category category;
    struct tf_decimal rate;       /* without trailing zeros */
    bool used;                    /* some line, allowance or charge has it */
    bool adjusted;                /* some allowance or charge has it */
    struct tf_figure base;        /* lines + charges - allowances at this rate */
    struct tf_figure adjustments; /* charges - allowances alone */
};

enum tf_sums_kind { TF_SUMS_LINE, TF_SUMS_ALLOWANCE, TF_SUMS_CHARGE, TF_SUMS_BREAKDOWN, TF_SUMS_ADJUSTMENT, TF_SUMS_STRAY, TF_SUMS_KINDS };

/* What has a VAT category: a line, an allowance, a charge, a breakdown, or a place of no term. */
struct tf_sums_item {
    enum tf_sums_kind kind;
    struct tf_str code;         /* of its category, as written */
    enum tf_category category;  /* of that code */
    bool in_vat;                /* that stands under the VAT scheme */
    bool categorized;           /* there is a category at all, if only a rate without a code */
    struct tf_amount amount, rate; /* of a breakdown not read */
};

struct tf_sums {
    struct tf_figure line_net, allowances, charges; /* sums of BT-131, BT-92, BT-99 */
    struct tf_sums_category category[TF_CATEGORY_COUNT];
    size_t in_vat[TF_SUMS_KINDS]; /* how many have a category of VAT at all, whichever */
    bool writes_b, writes_s;      /* somebody writes just B, just S, without white space around it */
    /* The rates of taxed categories that breakdowns name, in order: looked up by bisection, so that no choice of
       rates makes it slow. Others are not summed, for no rule asks. */
    struct tf_sums_rate *rates;
    size_t rates_count;
    struct tf_sums_rate inside[TF_SUMS_RATES_INSIDE]; /* where they lie when they are few */
};

/**
 * Start with nothing added, ready for the rates that the invoice's breakdowns name.
 * arena    used only for more than TF_SUMS_RATES_INSIDE breakdowns.
 * Returns  false when the arena is full.   Cost  O(b log b) for b breakdowns.
 */
bool tf_sums_init(struct tf_sums *sums, const struct tf_invoice *invoice, struct tf_arena *arena) TF_MUST_CHECK;
/** Count an item, and add the amount of a line, an allowance or a charge.   Cost  O(log b). */
void tf_sums_collect(struct tf_sums *sums, const struct tf_sums_item *item);
/** What was gathered at a rate ("19", "19.0" and "19.00" are one); NULL when no breakdown of the category names it. O(log b). */
const struct tf_sums_rate *tf_sums_rate(const struct tf_sums *sums, enum tf_category category, struct tf_decimal rate);

#endif
