#include "sums.h"

#include <stdlib.h>

#include "breakdown.h"
#include "taxflow/arena.h"

static struct tf_decimal without_trailing_zeros(struct tf_decimal a)
{
    if (a.units == 0)
        return (struct tf_decimal){0};
    int64_t small = (int64_t)a.units; /* dividing 64 bits is many times cheaper, and rates fit */
    if (small == a.units) {
        for (; a.scale > 0 && small % 10 == 0; a.scale--)
            small /= 10;
        return (struct tf_decimal){.units = small, .scale = a.scale};
    }
    for (; a.scale > 0 && a.units % 10 == 0; a.scale--)
        a.units /= 10;
    return a;
}

/* Any order will do, as long as it is one: category, then scale, then units. */
static int compare(const struct tf_sums_rate *a, enum tf_category category, struct tf_decimal rate)
{
    if (a->category != category)
        return a->category < category ? -1 : 1;
    if (a->rate.scale != rate.scale)
        return a->rate.scale < rate.scale ? -1 : 1;
    return (a->rate.units > rate.units) - (a->rate.units < rate.units);
}

static int compare_entries(const void *left, const void *right)
{
    const struct tf_sums_rate *b = right;
    return compare(left, b->category, b->rate);
}

static size_t count_breakdowns(const struct tf_invoice *invoice)
{
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    size_t count = 0;
    tf_breakdown_start(&walk, invoice);
    while (tf_breakdown_next(&walk, &spot))
        count++;
    return count;
}

static void list_rates(struct tf_sums *sums, const struct tf_invoice *invoice)
{
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    tf_breakdown_start(&walk, invoice);
    for (const struct tf_vat_breakdown *breakdown; (breakdown = tf_breakdown_next(&walk, &spot));) {
        const enum tf_category category = tf_category_of(breakdown->category);
        if (category == TF_CATEGORY_OTHER || !tf_category_rows[category].taxed || !tf_amount_present(breakdown->rate))
            continue;
        sums->rates[sums->rates_count++] = (struct tf_sums_rate){
            .category = category,
            .rate = without_trailing_zeros(breakdown->rate.value),
            .base = tf_figure_whole(0),
            .adjustments = tf_figure_whole(0),
        };
    }
}

bool tf_sums_init(struct tf_sums *sums, const struct tf_invoice *invoice, struct tf_arena *arena)
{
    const struct tf_figure zero = tf_figure_whole(0);
    sums->line_net = sums->allowances = sums->charges = zero;
    for (int category = 0; category < TF_CATEGORY_COUNT; category++)
        sums->category[category] = (struct tf_sums_category){.base = zero};
    memset(sums->in_vat, 0, sizeof(sums->in_vat));
    sums->writes_b = sums->writes_s = false;
    sums->rates = sums->inside;
    sums->rates_count = 0;
    const size_t breakdowns = count_breakdowns(invoice);
    if (breakdowns > TF_SUMS_RATES_INSIDE)
        sums->rates = TF_ARENA_ARRAY(arena, struct tf_sums_rate, breakdowns);
    if (!sums->rates)
        return false;
    list_rates(sums, invoice);
    /* A rate that is listed twice may stay so: the same search ends at the same one of the two every time. */
    if (sums->rates_count > 1)
        qsort(sums->rates, sums->rates_count, sizeof(*sums->rates), compare_entries);
    return true;
}

/* Place of a rate in the list, or rates_count. */
static size_t find_rate(const struct tf_sums *sums, enum tf_category category, struct tf_decimal rate)
{
    rate = without_trailing_zeros(rate);
    size_t low = 0, high = sums->rates_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(&sums->rates[middle], category, rate);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return sums->rates_count;
}

static void collect_in_all(struct tf_sums *sums, enum tf_sums_kind kind, struct tf_amount amount)
{
    switch (kind) {
    case TF_SUMS_LINE:
        tf_figure_collect(&sums->line_net, amount);
        break;
    case TF_SUMS_ALLOWANCE:
        tf_figure_collect(&sums->allowances, amount);
        break;
    case TF_SUMS_CHARGE:
        tf_figure_collect(&sums->charges, amount);
        break;
    case TF_SUMS_BREAKDOWN: /* what sums are compared with */
    case TF_SUMS_ADJUSTMENT:
    case TF_SUMS_STRAY:
    case TF_SUMS_KINDS:
        break;
    }
}

static void collect_signed(struct tf_figure *sum, enum tf_sums_kind kind, struct tf_amount amount)
{
    if (kind == TF_SUMS_ALLOWANCE)
        tf_figure_deduct(sum, amount);
    else
        tf_figure_collect(sum, amount);
}

static void collect_at_rate(struct tf_sums_rate *of_rate, enum tf_sums_kind kind, struct tf_amount amount)
{
    of_rate->used = true;
    collect_signed(&of_rate->base, kind, amount);
    if (kind == TF_SUMS_LINE)
        return;
    of_rate->adjusted = true;
    collect_signed(&of_rate->adjustments, kind, amount);
}

static void count_breakdown(struct tf_sums_category *of_category, bool in_vat, bool bare)
{
    of_category->breakdowns += in_vat;
    of_category->breakdowns_outside += !in_vat;
    of_category->bare_breakdowns += bare && in_vat;
    of_category->bare_breakdowns_anywhere += bare;
}

static void count_use(struct tf_sums_category *of_category, enum tf_sums_kind kind, bool in_vat, bool bare)
{
    if (!in_vat) {
        of_category->uses_outside += kind != TF_SUMS_STRAY;
        of_category->lines_outside += kind == TF_SUMS_LINE;
        return;
    }
    of_category->lines += kind == TF_SUMS_LINE;
    of_category->adjustments += kind == TF_SUMS_ADJUSTMENT;
    of_category->strays += kind == TF_SUMS_STRAY;
    of_category->allowances += kind == TF_SUMS_ALLOWANCE;
    of_category->charges += kind == TF_SUMS_CHARGE;
    of_category->bare_charges += kind == TF_SUMS_CHARGE && bare;
}

static void add_amount(struct tf_sums *sums, const struct tf_sums_item *item)
{
    if (!tf_category_rows[item->category].taxed) {
        collect_signed(&sums->category[item->category].base, item->kind, item->amount);
        return;
    }
    const size_t place = tf_amount_present(item->rate) ? find_rate(sums, item->category, item->rate.value) : sums->rates_count;
    if (place < sums->rates_count)
        collect_at_rate(&sums->rates[place], item->kind, item->amount);
}

void tf_sums_collect(struct tf_sums *sums, const struct tf_sums_item *item)
{
    sums->in_vat[item->kind] += item->categorized && item->in_vat;
    sums->writes_b |= tf_str_is(item->code, "B");
    sums->writes_s |= tf_str_is(item->code, "S");
    collect_in_all(sums, item->kind, item->amount);
    if (item->category == TF_CATEGORY_OTHER)
        return;
    struct tf_sums_category *of_category = &sums->category[item->category];
    const bool bare = item->code.len == tf_category_rows[item->category].code.len;
    if (item->kind == TF_SUMS_BREAKDOWN) {
        count_breakdown(of_category, item->in_vat, bare);
        return;
    }
    count_use(of_category, item->kind, item->in_vat, bare);
    add_amount(sums, item);
}

const struct tf_sums_rate *tf_sums_rate(const struct tf_sums *sums, enum tf_category category, struct tf_decimal rate)
{
    const size_t place = find_rate(sums, category, rate);
    return place < sums->rates_count ? &sums->rates[place] : NULL;
}
