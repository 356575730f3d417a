#include "breakdown.h"

const struct tf_vat_breakdown *tf_breakdown_at(const struct tf_invoice *invoice, size_t i)
{
    if (invoice->vat_breakdown.present || invoice->vat_breakdown.count > 0)
        return i < invoice->vat_breakdown.count ? &invoice->vat_breakdown.items[i] : NULL;
    for (size_t t = 0; t < invoice->vat_totals.count; t++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[t];
        if (i < total->breakdown.count)
            return &total->breakdown.items[i];
        i -= total->breakdown.count;
    }
    return NULL;
}

bool tf_breakdown_is(const struct tf_vat_breakdown *breakdown, const char *category)
{
    return tf_str_is(tf_str_trim(breakdown->category), category);
}
