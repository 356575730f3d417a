/*
 * Amounts that may be missing, so that a rule reads as its formula.
 *
 * A figure is missing when its term is absent or when a sum no longer fits 128 bits. Whatever is computed from a missing
 * figure is missing too, and no comparison with it holds: the empty sequence of XPath 2.0 (section 3.4 and 3.5.1), which
 * decides what the artefact says about absent amounts. An impossible sum therefore ends in a finding of the rule that needed it.
 */
#ifndef TAXFLOW_RULES_TAX_FIGURE_H
#define TAXFLOW_RULES_TAX_FIGURE_H

#include "taxflow/money.h"

struct tf_figure {
    struct tf_decimal value; /* means something only when known */
    bool known;
};

static inline struct tf_figure tf_figure_of(struct tf_amount amount)
{
    return (struct tf_figure){amount.value, tf_amount_known(amount)};
}

/** The whole number n, as a figure. */
static inline struct tf_figure tf_figure_whole(int64_t n)
{
    return (struct tf_figure){{.units = n}, true};
}

static inline struct tf_figure tf_figure_add(struct tf_figure a, struct tf_figure b)
{
    struct tf_figure sum = {.known = false};
    sum.known = a.known && b.known && tf_money_add(a.value, b.value, &sum.value);
    return sum;
}

static inline struct tf_figure tf_figure_sub(struct tf_figure a, struct tf_figure b)
{
    struct tf_figure difference = {.known = false};
    difference.known = a.known && b.known && tf_money_sub(a.value, b.value, &difference.value);
    return difference;
}

/** base × rate / 100, with all its decimals. */
static inline struct tf_figure tf_figure_percentage(struct tf_figure base, struct tf_figure rate)
{
    struct tf_figure share = {.known = false};
    share.known = base.known && rate.known && tf_money_mul(base.value, rate.value, &share.value);
    if (share.known)
        share.value = tf_money_percent(share.value);
    return share;
}

/** Rounded to `decimals` digits, halves toward plus infinity (XPath fn:round). */
static inline struct tf_figure tf_figure_round(struct tf_figure a, uint8_t decimals)
{
    if (a.known)
        a.value = tf_money_round_half_up(a.value, decimals);
    return a;
}

static inline struct tf_figure tf_figure_abs(struct tf_figure a)
{
    if (a.known)
        a.value = tf_money_abs(a.value);
    return a;
}

static inline bool tf_figure_eq(struct tf_figure a, struct tf_figure b)
{
    return a.known && b.known && tf_money_cmp(a.value, b.value) == 0;
}

static inline bool tf_figure_less(struct tf_figure a, struct tf_figure b)
{
    return a.known && b.known && tf_money_cmp(a.value, b.value) < 0;
}

/** |a - b| < limit. */
static inline bool tf_figure_near(struct tf_figure a, struct tf_figure b, struct tf_figure limit)
{
    return tf_figure_less(tf_figure_abs(tf_figure_sub(a, b)), limit);
}

/** Add a term to a running sum; an absent term adds nothing (XPath fn:sum), an overflow makes the sum missing for good. */
static inline void tf_figure_collect(struct tf_figure *sum, struct tf_amount term)
{
    if (tf_amount_present(term))
        *sum = tf_figure_add(*sum, tf_figure_of(term));
}

/** As tf_figure_collect, taking the term away. */
static inline void tf_figure_deduct(struct tf_figure *sum, struct tf_amount term)
{
    if (tf_amount_present(term))
        *sum = tf_figure_sub(*sum, tf_figure_of(term));
}

#endif
