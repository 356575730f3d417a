/* The groups as people look for them. */
#include <stdio.h>
#include <stdlib.h>

#include "taxflow/country.h"
#include "vat_groups.h"

enum { MONTHS = 12 };

static int order_of(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int by_place(const struct tf_vat_group *a, const struct tf_vat_group *b)
{
    int order = order_of(a->further, b->further);
    order = order ? order : strcmp(a->company, b->company);
    order = order ? order : order_of(a->month, b->month);
    order = order ? order : order_of(a->direction, b->direction);
    order = order ? order : order_of(a->country, b->country);
    order = order ? order : strcmp(a->currency, b->currency);
    return order ? order : order_of(a->part, b->part);
}

static int by_reading(const void *x, const void *y)
{
    const struct tf_vat_group *a = *(const struct tf_vat_group *const *)x, *b = *(const struct tf_vat_group *const *)y;
    int order = by_place(a, b);
    order = order ? order : strcmp(a->tax, b->tax);
    order = order ? order : strcmp(a->category, b->category);
    order = order ? order : order_of(a->rated, b->rated);
    return order ? order : tf_money_cmp(a->rate, b->rate);
}

const struct tf_vat_group **tf_vat_sums_sorted(const struct tf_vat_sums *sums, size_t *ret_count)
{
    const struct tf_vat_groups *groups = tf_vat_sums_groups(sums);
    const struct tf_vat_group **sorted = calloc(groups->count ? groups->count : 1, sizeof *sorted);
    size_t count = 0;
    for (uint32_t i = 0; sorted && i < groups->count; i++)
        if (groups->items[i].documents > 0)
            sorted[count++] = &groups->items[i];
    if (count)
        qsort(sorted, count, sizeof *sorted, by_reading);
    *ret_count = count;
    return sorted;
}

void tf_vat_month_format(int32_t month, char out[TF_VAT_MONTH_BYTES])
{
    if (month == TF_VAT_MONTH_UNKNOWN)
        out[0] = '\0';
    else if (month == TF_VAT_ON_PAYMENT)
        snprintf(out, TF_VAT_MONTH_BYTES, "on payment");
    else
        snprintf(out, TF_VAT_MONTH_BYTES, "%04d-%02d", month / MONTHS, month % MONTHS + 1);
}

/* What this run made of a sum: both are there, so their difference fits. */
static struct tf_sum less(const struct tf_sum *all, const struct tf_sum *earlier)
{
    struct tf_sum rest = tf_sum_negated(earlier);
    (void)!tf_sum_join(&rest, all);
    return rest;
}

void tf_vat_cells_of(const struct tf_vat_group *group, struct tf_vat_cells *ret_cells)
{
    *ret_cells = (struct tf_vat_cells){
        .company = group->further ? "(further)" : group->company,
        .direction = tf_event_direction_name(group->direction),
        .tax = group->tax,
        .category = group->category,
        .currency = group->currency,
        .part = tf_vat_part_name(group->part),
        .documents = group->documents,
    };
    if (!group->further)
        tf_vat_month_format(group->month, ret_cells->period);
    if (group->country != TF_COUNTRY_NONE)
        tf_country_text(group->country, ret_cells->country);
    if (group->rated)
        tf_money_format(group->rate, 0, ret_cells->rate);
    if (group->part != TF_VAT_ACCOUNTING)
        tf_sum_format(&group->net, ret_cells->net);
    tf_sum_format(&group->vat, ret_cells->vat);
    const struct tf_sum net = less(&group->net, &group->earlier.net), vat = less(&group->vat, &group->earlier.vat);
    if (group->part != TF_VAT_ACCOUNTING)
        tf_sum_format(&net, ret_cells->run_net);
    tf_sum_format(&vat, ret_cells->run_vat);
    ret_cells->run_documents = (int64_t)(group->documents - group->earlier.documents);
}
