/* Everything an invoice's lines, allowances and charges add up to, gathered in one pass: in all, a category, and a rate of it. */
#ifndef TAXFLOW_RULES_TAX_SUMS_H
#define TAXFLOW_RULES_TAX_SUMS_H

#include "category.h"
#include "figure.h"

enum { TF_SUMS_RATES_INSIDE = 8 };

struct tf_sums_category {
    size_t lines, allowances, charges; /* how many carry the category */
    size_t breakdowns;
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

struct tf_sums {
    struct tf_figure line_net, allowances, charges; /* sums of BT-131, BT-92, BT-99 */
    struct tf_sums_category category[TF_CATEGORY_COUNT];
    /* The rates of taxed categories that breakdowns name, in order: looked up by bisection, so that no choice of
       rates makes it slow. Others are not summed, for no rule asks. */
    struct tf_sums_rate *rates;
    size_t rates_count;
    struct tf_sums_rate inside[TF_SUMS_RATES_INSIDE]; /* where they lie when they are few */
};

enum tf_sums_kind { TF_SUMS_LINE, TF_SUMS_ALLOWANCE, TF_SUMS_CHARGE };

/**
 * Start with nothing added, ready for the rates that the invoice's breakdowns name.
 * arena    used only for more than TF_SUMS_RATES_INSIDE breakdowns.
 * Returns  false when the arena is full.   Cost  O(b log b) for b breakdowns.
 */
bool tf_sums_init(struct tf_sums *sums, const struct tf_invoice *invoice, struct tf_arena *arena) TF_MUST_CHECK;
/**
 * Add one line, allowance or charge.
 * category  of its code; rate: BT-152, BT-96 or BT-103, may be absent.   Cost  O(log b).
 */
void tf_sums_collect(struct tf_sums *sums, enum tf_sums_kind kind, enum tf_category category, struct tf_amount amount,
                     struct tf_amount rate);
/** What was gathered at a rate ("19", "19.0" and "19.00" are one); NULL when no breakdown of the category names it. O(log b). */
const struct tf_sums_rate *tf_sums_rate(const struct tf_sums *sums, enum tf_category category, struct tf_decimal rate);

#endif
