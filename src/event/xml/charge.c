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

/* An amount among others: "-" for none, "?" for one that is no decimal. */
static size_t put_amount(char *out, struct tf_amount amount)
{
    char text[TF_MONEY_TEXT_BYTES];
    struct tf_str put = TF_STR("-");
    if (tf_amount_present(amount))
        put = tf_amount_known(amount) ? tf_money_format(amount.value, 0, text) : TF_STR("?");
    memcpy(out, put.ptr, put.len);
    return put.len;
}

enum tf_err tf_xml_charge_stray(struct tf_xml_walk *walk, const struct tf_xml_charge *charge)
{
    const struct tf_str indicator = tf_str_trim(charge->indicator);
    const struct tf_amount amounts[] = {charge->amount, charge->base, charge->percent};
    char has[sizeof amounts / sizeof amounts[0] * TF_MONEY_TEXT_BYTES];
    size_t len = 0;
    if (tf_str_is(indicator, "true") || tf_str_is(indicator, "false"))
        return TF_OK;
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        if (i > 0)
            has[len++] = ' ';
        len += put_amount(has + len, amounts[i]);
    }
    return tf_xml_walk_stray(walk, TF_STRAY_INDICATOR, tf_str_present(indicator) ? indicator : TF_STR(""), (struct tf_str){has, len});
}
