#include "vat_totals.h"

static enum tf_err make_list(struct tf_invoice *invoice, struct tf_arena *arena)
{
    size_t count = (size_t)tf_amount_present(invoice->totals.vat) + tf_amount_present(invoice->totals.vat_accounting);
    if (count == 0)
        return TF_OK;
    struct tf_vat_total *items = TF_ARENA_ARRAY(arena, struct tf_vat_total, count);
    if (items == NULL)
        return TF_E_LIMIT;
    invoice->vat_totals.items = items;
    invoice->vat_totals.count = count;
    if (tf_amount_present(invoice->totals.vat)) {
        items->amount = invoice->totals.vat;
        items->currency = invoice->currency;
        items->has_breakdown = invoice->vat_breakdown.count > 0;
        items->breakdown.items = invoice->vat_breakdown.items;
        items->breakdown.count = invoice->vat_breakdown.count;
        items->breakdown.present = invoice->vat_breakdown.present;
        items++;
    }
    if (tf_amount_present(invoice->totals.vat_accounting)) {
        items->amount = invoice->totals.vat_accounting;
        items->currency = invoice->vat_currency;
    }
    return TF_OK;
}

/* The first total in that currency, unless the sender wrote one. */
static void take_amount(const struct tf_invoice *invoice, struct tf_str currency, struct tf_amount *amount)
{
    for (size_t i = 0; i < invoice->vat_totals.count && !tf_amount_present(*amount); i++)
        if (tf_str_present(currency) && tf_str_eq(invoice->vat_totals.items[i].currency, currency))
            *amount = invoice->vat_totals.items[i].amount;
}

static enum tf_err take_breakdown(struct tf_invoice *invoice, struct tf_arena *arena)
{
    size_t count = 0;
    for (size_t i = 0; i < invoice->vat_totals.count; i++)
        count += invoice->vat_totals.items[i].breakdown.count;
    if (count == 0)
        return TF_OK;
    struct tf_vat_breakdown *rows = TF_ARENA_ARRAY(arena, struct tf_vat_breakdown, count);
    if (rows == NULL)
        return TF_E_LIMIT;
    invoice->vat_breakdown.items = rows;
    invoice->vat_breakdown.count = count;
    for (size_t i = 0; i < invoice->vat_totals.count; i++)
        for (size_t j = 0; j < invoice->vat_totals.items[i].breakdown.count; j++)
            *rows++ = invoice->vat_totals.items[i].breakdown.items[j];
    return TF_OK;
}

enum tf_err tf_vat_totals_fill(struct tf_invoice *invoice, struct tf_arena *arena)
{
    if (!invoice->vat_totals.present)
        return make_list(invoice, arena);
    for (size_t i = 0; i < invoice->vat_totals.count; i++)
        invoice->vat_totals.items[i].has_breakdown = invoice->vat_totals.items[i].breakdown.count > 0;
    take_amount(invoice, invoice->currency, &invoice->totals.vat);
    if (!tf_str_eq(invoice->currency, invoice->vat_currency))
        take_amount(invoice, invoice->vat_currency, &invoice->totals.vat_accounting);
    return invoice->vat_breakdown.present ? TF_OK : take_breakdown(invoice, arena);
}
