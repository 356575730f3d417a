#include "charge.h"

enum { PLACES = 8 };

bool tf_xml_charge_is(struct tf_str indicator, bool *ret_charge)
{
    const struct tf_str bare = tf_str_trim(indicator);
    *ret_charge = tf_str_is(bare, "true") || tf_str_is(bare, "1");
    return *ret_charge || tf_str_is(bare, "false") || tf_str_is(bare, "0");
}

#define CHARGE_PLACES(list_, sublist_)                                                                                        \
    {                                                                                                                         \
        {list_, sublist_, NULL}, {list_, sublist_, "amount"}, {list_, sublist_, "base"}, {list_, sublist_, "percent"},        \
            {list_, sublist_, "reason"}, {list_, sublist_, "reason_code"}, {list_, sublist_, "vat_category"},                 \
            {list_, sublist_, "vat_rate"},                                                                                    \
    }
static const struct tf_mark_place document_places[2][PLACES] = {CHARGE_PLACES("allowances", NULL), CHARGE_PLACES("charges", NULL)};
static const struct tf_mark_place line_places[2][PLACES] = {CHARGE_PLACES("lines", "allowances"), CHARGE_PLACES("lines", "charges")};

static void mark_all(struct tf_xml_walk *walk, const struct tf_xml_charge *charge, const struct tf_mark_place places[PLACES],
                     uint32_t index, uint32_t subindex, uint32_t line)
{
    const uint32_t lines[PLACES] = {
        line,
        tf_xml_walk_line(walk, &charge->amount),
        tf_xml_walk_line(walk, &charge->base),
        tf_xml_walk_line(walk, &charge->percent),
        tf_xml_walk_line(walk, &charge->reason),
        tf_xml_walk_line(walk, &charge->reason_code),
        charge->vat_line,
        charge->vat_line,
    };
    for (size_t i = 0; i < PLACES; i++)
        tf_xml_walk_mark(walk, &places[i], index, subindex, lines[i]);
}

/* At the end of the list it belongs to; *ret_count is the list's count, 0 where nothing says which. */
static enum tf_err take(struct tf_xml_walk *walk, const struct tf_xml_charge *charge, void *allowances, void *charges,
                        bool *ret_charge, size_t *ret_count)
{
    *ret_count = 0;
    if (!tf_xml_charge_is(charge->indicator, ret_charge)) {
        if (!tf_str_present(charge->vat.vat_category))
            return TF_OK;
        return tf_xml_walk_stray(walk, TF_STRAY_ADJUSTMENT_VAT_CATEGORY, charge->vat.vat_category, charge->vat.vat_scheme);
    }
    struct tf_xml_any_list *list = *ret_charge ? charges : allowances;
    struct tf_allowance *item = tf_xml_walk_append(walk, list, sizeof *item, TF_EVENT_LIST_MAX);
    if (item == NULL)
        return walk->detail != NULL ? TF_E_TOO_MANY : tf_xml_walk_full(walk);
    *item = charge->vat;
    item->amount = charge->amount;
    item->base = charge->base;
    item->percent = charge->percent;
    item->reason = charge->reason;
    item->reason_code = charge->reason_code;
    *ret_count = list->count;
    return TF_OK;
}

enum tf_err tf_xml_charge_end_document(struct tf_xml_walk *walk, const struct tf_xml_frame *frame, const struct tf_xml_charge *charge)
{
    bool is_a_charge;
    size_t count;
    TF_TRY(take(walk, charge, &walk->invoice->allowances, &walk->invoice->charges, &is_a_charge, &count));
    if (count > 0)
        mark_all(walk, charge, document_places[is_a_charge], (uint32_t)count - 1, 0, frame->line);
    return TF_OK;
}

enum tf_err tf_xml_charge_end_line(struct tf_xml_walk *walk, const struct tf_xml_frame *frame, const struct tf_xml_charge *charge)
{
    struct tf_line *line = (void *)frame->item;
    bool is_a_charge;
    size_t count;
    TF_TRY(take(walk, charge, &line->allowances, &line->charges, &is_a_charge, &count));
    if (count > 0)
        mark_all(walk, charge, line_places[is_a_charge], frame->index, (uint32_t)count - 1, frame->line);
    return TF_OK;
}

enum tf_err tf_xml_charge_stray(struct tf_xml_walk *walk, const struct tf_xml_charge *charge)
{
    const struct tf_str indicator = tf_str_trim(charge->indicator);
    const bool has_percent = tf_amount_present(charge->percent), has_base = tf_amount_present(charge->base);
    bool is_a_charge;
    if (tf_str_is(indicator, "true") || tf_str_is(indicator, "false"))
        return TF_OK;
    struct tf_str has = has_percent && has_base ? TF_STR("both") : has_percent ? TF_STR("percent") : has_base ? TF_STR("base") : TF_STR_NONE;
    if (tf_xml_charge_is(indicator, &is_a_charge))
        has = TF_STR_NONE; /* "1" and "0" decide: the model has it, and what it has */
    return tf_xml_walk_stray(walk, TF_STRAY_INDICATOR, indicator, has);
}
