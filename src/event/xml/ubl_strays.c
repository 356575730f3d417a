#include "ubl_strays.h"

enum { DATE_BYTES = 10 };

static struct ubl_scratch *scratch_of(struct tf_xml_walk *walk) { return walk->scratch; }

static bool is_named(const struct tf_xml_walk *walk, const struct tf_xml_frame *frame, const char *local)
{
    return tf_str_is(walk->names->items[frame->name].local, local);
}

static bool is_sub_line(const struct tf_xml_walk *walk, const struct tf_xml_frame *frame)
{
    return is_named(walk, frame, "SubInvoiceLine") || is_named(walk, frame, "SubCreditNoteLine");
}

/* ---- Codes and schemes ---- */

static enum tf_err stray_if(struct tf_xml_walk *walk, enum tf_stray_kind kind, struct tf_str text)
{
    return tf_str_present(text) ? tf_xml_walk_stray(walk, kind, text, TF_STR_NONE) : TF_OK;
}

/* The code that was read, and nothing of it for the next one. */
static struct tf_id take_code(struct tf_xml_walk *walk)
{
    struct ubl_scratch *scratch = scratch_of(walk);
    struct tf_id code = {scratch->code.text, scratch->code.scheme};
    scratch->code.text = scratch->code.scheme = TF_STR_NONE;
    return code;
}

/* An element whose text is what counts, or one whose scheme (list, unit, type) is. */
#define TEXT_HOOK(name, kind)                                                              \
    enum tf_err tf_ubl_strays_##name(struct tf_xml_walk *walk, struct tf_xml_frame *frame) \
    {                                                                                      \
        (void)frame;                                                                       \
        return stray_if(walk, TF_STRAY_##kind, take_code(walk).id);                        \
    }
#define SCHEME_HOOK(name, kind)                                                            \
    enum tf_err tf_ubl_strays_##name(struct tf_xml_walk *walk, struct tf_xml_frame *frame) \
    {                                                                                      \
        (void)frame;                                                                       \
        return stray_if(walk, TF_STRAY_##kind, take_code(walk).scheme);                    \
    }
TEXT_HOOK(end_country, COUNTRY)
TEXT_HOOK(end_origin, ORIGIN_COUNTRY)
TEXT_HOOK(end_tax_point_code, TAX_POINT_CODE)
SCHEME_HOOK(end_class_list, CLASS_LIST)
SCHEME_HOOK(end_unit, UNIT)
SCHEME_HOOK(end_mime, MIME)
SCHEME_HOOK(end_vat_currency, VAT_CURRENCY)
SCHEME_HOOK(end_location_scheme, LOCATION_SCHEME)

/* An identifier of a place that the model does not have: its scheme by itself, and both together. */
static enum tf_err end_identifier(struct tf_xml_walk *walk, enum tf_stray_kind scheme_kind, enum tf_stray_kind kind)
{
    struct tf_id code = take_code(walk);
    if (!tf_str_present(code.scheme))
        return TF_OK;
    TF_TRY(tf_xml_walk_stray(walk, scheme_kind, code.scheme, TF_STR_NONE));
    return tf_xml_walk_stray(walk, kind, code.id, code.scheme);
}

#define IDENTIFIER_HOOK(name, scheme_kind, kind)                                           \
    enum tf_err tf_ubl_strays_##name(struct tf_xml_walk *walk, struct tf_xml_frame *frame) \
    {                                                                                      \
        (void)frame;                                                                       \
        return end_identifier(walk, TF_STRAY_##scheme_kind, TF_STRAY_##kind);              \
    }
IDENTIFIER_HOOK(end_party_scheme, PARTY_SCHEME, PARTY_ID)
IDENTIFIER_HOOK(end_legal_scheme, LEGAL_SCHEME, PARTY_ID)
IDENTIFIER_HOOK(end_endpoint_scheme, ENDPOINT_SCHEME, PARTY_ID)
IDENTIFIER_HOOK(end_item_scheme, ITEM_SCHEME, ITEM_ID)

/* ---- Currencies: each different one once ---- */

static enum tf_err see(struct tf_xml_walk *walk, struct ubl_currencies *currencies, enum tf_stray_kind kind, struct tf_str currency)
{
    for (uint32_t i = currencies->count; i > 0; i--)
        if (tf_str_eq(currencies->seen[i - 1], currency))
            return TF_OK;
    if (currencies->count < UBL_CURRENCIES_MAX)
        currencies->seen[currencies->count++] = tf_xml_walk_keep(walk, currency);
    return tf_xml_walk_stray(walk, kind, currency, TF_STR_NONE);
}

enum tf_err tf_ubl_strays_see_currency(struct tf_xml_walk *walk, const struct tf_xml_element *element)
{
    struct ubl_scratch *scratch = scratch_of(walk);
    const struct tf_xml_frame *frame = tf_xml_walk_top(walk);
    struct tf_str currency = TF_STR("");
    for (size_t i = 0; i < element->attributes_count; i++)
        if (tf_str_is(element->attributes[i].local, "currencyID"))
            currency = element->attributes[i].value;
    TF_TRY(see(walk, &scratch->currencies, TF_STRAY_CURRENCY, currency));
    if (is_named(walk, frame, "TaxAmount") && is_named(walk, frame - 1, "TaxTotal"))
        return TF_OK;
    return see(walk, &scratch->amount_currencies, TF_STRAY_AMOUNT_CURRENCY, currency);
}

/* ---- Tax numbers, categories, charges ---- */

enum tf_err tf_ubl_strays_end_tax(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    const struct ubl_scratch *scratch = scratch_of(walk);
    bool in_vat = !tf_str_present(tf_ubl_hooks_scheme(scratch->tax_scheme.scheme));
    if (tf_str_present(scratch->tax_scheme.company_id) && tf_str_present(scratch->tax_scheme.id_scheme))
        TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_PARTY_ID, scratch->tax_scheme.company_id, scratch->tax_scheme.id_scheme));
    return in_vat ? stray_if(walk, TF_STRAY_VAT_ID, scratch->tax_scheme.company_id) : TF_OK;
}

enum tf_err tf_ubl_strays_category(struct tf_xml_walk *walk, enum tf_stray_kind kind)
{
    const struct ubl_scratch *scratch = scratch_of(walk);
    TF_TRY(stray_if(walk, TF_STRAY_EXEMPTION_CODE, scratch->category.reason_code));
    if (!tf_str_present(scratch->category.code))
        return TF_OK;
    return tf_xml_walk_stray(walk, kind, scratch->category.code, tf_ubl_hooks_scheme(scratch->category.scheme));
}

enum tf_err tf_ubl_strays_end_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    bool adjustment = is_named(walk, frame - 1, "AllowanceCharge");
    return tf_ubl_strays_category(walk, adjustment ? TF_STRAY_ADJUSTMENT_VAT_CATEGORY : TF_STRAY_VAT_CATEGORY);
}

enum tf_err tf_ubl_strays_end_line_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    scratch_of(walk)->categories += is_named(walk, frame - 1, "Item") && is_sub_line(walk, frame - 2);
    return tf_ubl_strays_category(walk, TF_STRAY_LINE_VAT_CATEGORY);
}

static enum tf_err stray_reason(struct tf_xml_walk *walk)
{
    const struct tf_xml_charge *charge = &scratch_of(walk)->charge;
    bool is_a_charge;
    if (!tf_xml_charge_is(charge->indicator, &is_a_charge))
        return TF_OK;
    return stray_if(walk, is_a_charge ? TF_STRAY_CHARGE_REASON : TF_STRAY_ALLOWANCE_REASON, charge->reason_code);
}

enum tf_err tf_ubl_strays_end_charge(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    return stray_reason(walk);
}

enum tf_err tf_ubl_strays_end_price_charge(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    const struct tf_line *line = (const void *)frame->item;
    struct tf_str indicator = tf_str_trim(scratch_of(walk)->charge.indicator);
    if (!tf_str_is(indicator, "false")) {
        struct tf_str has = tf_amount_present(line->price.discount) ? TF_STR("amount") : TF_STR_NONE;
        TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_PRICE_INDICATOR, indicator, has));
    }
    return stray_reason(walk);
}

/* ---- References, addresses, properties, dates ---- */

enum tf_err tf_ubl_strays_end_reference(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    const struct ubl_scratch *scratch = scratch_of(walk);
    return tf_str_is(scratch->reference.type, "130") ? stray_if(walk, TF_STRAY_OBJECT_SCHEME, scratch->reference.scheme) : TF_OK;
}

enum tf_err tf_ubl_strays_end_additional_reference(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    if (tf_str_blank(scratch_of(walk)->reference.id))
        TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_BLANK_REFERENCE, TF_STR(""), TF_STR_NONE));
    return tf_ubl_strays_end_reference(walk, frame);
}

/* The deliver-to address of a line: only that it has a country, and which. */
enum tf_err tf_ubl_strays_end_delivery_address(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    struct tf_str country = scratch_of(walk)->place.country;
    if (tf_str_present(country))
        return tf_xml_walk_stray(walk, TF_STRAY_COUNTRY, country, TF_STR_NONE);
    return tf_xml_walk_stray(walk, TF_STRAY_DELIVERY_COUNTRY, TF_STR(""), TF_STR_NONE);
}

enum tf_err tf_ubl_strays_end_item_property(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    const struct ubl_scratch *scratch = scratch_of(walk);
    if (tf_str_present(scratch->property.name) && tf_str_present(scratch->property.value))
        return TF_OK;
    return tf_xml_walk_stray(walk, TF_STRAY_ITEM_PROPERTY, TF_STR(""), TF_STR_NONE);
}

/* "2026-11-23" and no white space or zone: the calendar lets more stand, Peppol does not. */
enum tf_err tf_ubl_strays_end_date(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    struct tf_date *date = tf_xml_walk_member(walk, frame);
    bool plain = date->text.len == DATE_BYTES && date->days != TF_DATE_UNKNOWN;
    struct tf_str text = date->text;
    if (frame->node->base == TF_XML_SCRATCH)
        *date = (struct tf_date){0};
    return plain ? TF_OK : tf_xml_walk_stray(walk, TF_STRAY_DATE, text, TF_STR_NONE);
}

/* ---- Lines below lines ---- */

/* How many sub-lines the frame stands in, itself among them. */
static uint32_t level_of(const struct tf_xml_walk *walk, const struct tf_xml_frame *frame)
{
    uint32_t level = 0;
    for (; frame > &walk->frames[0]; frame--)
        level += is_sub_line(walk, frame);
    return level;
}

static enum tf_err end_sum(struct tf_xml_walk *walk, struct ubl_sub_sum *sum, struct tf_str own)
{
    char text[TF_MONEY_TEXT_BYTES];
    bool any = sum->any && !sum->overflow;
    struct tf_decimal value = sum->sum;
    *sum = (struct ubl_sub_sum){.any = false};
    return any ? tf_xml_walk_stray(walk, TF_STRAY_SUB_LINES, tf_money_format(value, 0, text), own) : TF_OK;
}

enum tf_err tf_ubl_strays_end_line(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    struct ubl_sub_sum *sum = &scratch_of(walk)->sums[0];
    return sum->any ? end_sum(walk, sum, ((const struct tf_line *)(const void *)frame->item)->net.text) : TF_OK;
}

enum tf_err tf_ubl_strays_end_sub_line(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    struct ubl_sub_sum *sums = scratch_of(walk)->sums;
    uint32_t level = level_of(walk, frame);
    sums[level - 1].any = true;
    struct tf_str own = sums[level].own;
    return end_sum(walk, &sums[level], own);
}

enum tf_err tf_ubl_strays_end_sub_line_net(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    struct ubl_sub_sum *sums = scratch_of(walk)->sums;
    uint32_t level = level_of(walk, frame);
    struct tf_str text = take_code(walk).id;
    struct tf_decimal value;
    sums[level].own = text;
    if (tf_money_parse(text, &value) != TF_OK || !tf_money_add(sums[level - 1].sum, value, &sums[level - 1].sum))
        sums[level - 1].overflow = true;
    return TF_OK;
}

enum tf_err tf_ubl_strays_end_sub_line_item(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    uint32_t count = scratch_of(walk)->categories;
    char digits[TF_STR_NUMBER_BYTES];
    scratch_of(walk)->categories = 0;
    return count == 1 ? TF_OK : tf_xml_walk_stray(walk, TF_STRAY_SUB_LINE_VAT, tf_str_of_u64(count, digits), TF_STR_NONE);
}
