#include "cii_strays.h"

enum { DATE_CHARACTERS = 8 };

static struct cii_scratch *scratch_of(struct tf_xml_walk *walk) { return walk->scratch; }

enum tf_err tf_cii_strays_text(struct tf_xml_walk *walk, enum tf_stray_kind kind, struct tf_str text)
{
    return tf_str_present(text) ? tf_xml_walk_stray(walk, kind, text, TF_STR_NONE) : TF_OK;
}

/* The code that was read, and nothing of it for the next one. */
static struct tf_id take_code(struct tf_xml_walk *walk)
{
    struct cii_scratch *scratch = scratch_of(walk);
    const struct tf_id code = {scratch->code.text, scratch->code.scheme};
    scratch->code.text = scratch->code.scheme = TF_STR_NONE;
    return code;
}

static struct tf_str attribute(const struct tf_xml_element *element, const char *local)
{
    for (size_t i = 0; i < element->attributes_count; i++)
        if (!tf_str_present(element->attributes[i].uri) && tf_str_is(element->attributes[i].local, local))
            return element->attributes[i].value;
    return TF_STR_NONE;
}

/* Whether some element around the open one has that name. */
static bool is_inside(const struct tf_xml_walk *walk, const char *local)
{
    for (uint32_t i = 1; i < walk->depth; i++)
        if (tf_str_is(walk->names->items[walk->frames[i].name].local, local))
            return true;
    return false;
}

/* ---- Codes ---- */

/* An element whose text is what counts, or one whose scheme (unit, type) is. */
#define TEXT_HOOK(name, kind)                                                              \
    enum tf_err tf_cii_strays_##name(struct tf_xml_walk *walk, struct tf_xml_frame *frame) \
    {                                                                                      \
        (void)frame;                                                                       \
        return tf_cii_strays_text(walk, TF_STRAY_##kind, take_code(walk).id);              \
    }
#define SCHEME_HOOK(name, kind)                                                            \
    enum tf_err tf_cii_strays_##name(struct tf_xml_walk *walk, struct tf_xml_frame *frame) \
    {                                                                                      \
        (void)frame;                                                                       \
        return tf_cii_strays_text(walk, TF_STRAY_##kind, take_code(walk).scheme);          \
    }
TEXT_HOOK(end_country, COUNTRY)
TEXT_HOOK(end_exemption, EXEMPTION_CODE)
TEXT_HOOK(end_subject, NOTE_SUBJECT)
TEXT_HOOK(end_object_scheme, OBJECT_SCHEME)
TEXT_HOOK(end_tax_point_code, TAX_POINT_CODE)
TEXT_HOOK(end_parent_line, PARENT_LINE)
SCHEME_HOOK(end_unit, UNIT)
SCHEME_HOOK(end_mime, MIME)

/* The only amount whose currency the artefact looks at. */
enum tf_err tf_cii_strays_see_vat_total(struct tf_xml_walk *walk, const struct tf_xml_element *element)
{
    return tf_cii_strays_text(walk, TF_STRAY_CURRENCY, attribute(element, "currencyID"));
}

enum tf_err tf_cii_strays_end_number(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    const struct tf_id number = take_code(walk);
    return tf_str_is(number.scheme, "VA") ? tf_xml_walk_stray(walk, TF_STRAY_VAT_ID, number.id, TF_STR_NONE) : TF_OK;
}

/* ---- Identifiers ---- */

/* An identifier with a scheme: the scheme by itself, where one has to be of ISO 6523, and both together. */
static enum tf_err end_identifier(struct tf_xml_walk *walk, enum tf_stray_kind kind, struct tf_str id, struct tf_str scheme, bool listed)
{
    if (!tf_str_present(scheme))
        return TF_OK;
    if (listed)
        TF_TRY(tf_xml_walk_stray(walk, kind, scheme, TF_STR_NONE));
    return tf_xml_walk_stray(walk, TF_STRAY_PARTY_ID, id, scheme);
}

enum tf_err tf_cii_strays_end_id(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    const struct tf_id code = take_code(walk);
    return end_identifier(walk, TF_STRAY_LEGAL_SCHEME, code.id, code.scheme, true);
}

/* One of a party that the model has, where the scheme of EN 16931 stands with GlobalID alone. */
enum tf_err tf_cii_strays_end_party_id(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    const struct tf_str *id = tf_xml_walk_member(walk, frame);
    return end_identifier(walk, TF_STRAY_LEGAL_SCHEME, *id, take_code(walk).scheme, true);
}

enum tf_err tf_cii_strays_end_global_id(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    const struct tf_id code = take_code(walk);
    const bool listed = !is_inside(walk, "SpecifiedTradeProduct") && !is_inside(walk, "ShipToTradeParty");
    return end_identifier(walk, TF_STRAY_PARTY_SCHEME, code.id, code.scheme, listed);
}

enum tf_err tf_cii_strays_end_endpoint(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    const struct tf_id code = take_code(walk);
    return end_identifier(walk, TF_STRAY_ENDPOINT_SCHEME, code.id, code.scheme, true);
}

/* An identifier that the model has without a scheme, such as the invoice number: the artefact asks for its scheme, too. */
enum tf_err tf_cii_strays_see_id(struct tf_xml_walk *walk, const struct tf_xml_element *element)
{
    if (tf_xml_walk_top(walk)->node->attributes)
        return TF_OK;
    return tf_cii_strays_text(walk, TF_STRAY_LEGAL_SCHEME, attribute(element, "schemeID"));
}

/* ---- Categories, references, prices, payment ---- */

enum tf_err tf_cii_strays_category(struct tf_xml_walk *walk, enum tf_stray_kind kind)
{
    const struct cii_scratch *scratch = scratch_of(walk);
    TF_TRY(tf_cii_strays_text(walk, TF_STRAY_EXEMPTION_CODE, scratch->category.reason_code));
    if (!tf_str_present(scratch->category.code))
        return TF_OK;
    return tf_xml_walk_stray(walk, kind, scratch->category.code, tf_cii_hooks_scheme(scratch->category.kind));
}

enum tf_err tf_cii_strays_end_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    return tf_cii_strays_category(walk, TF_STRAY_ADJUSTMENT_VAT_CATEGORY);
}

enum tf_err tf_cii_strays_end_line_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    return tf_cii_strays_category(walk, TF_STRAY_LINE_VAT_CATEGORY);
}

enum tf_err tf_cii_strays_reference(struct tf_xml_walk *walk, struct tf_str id)
{
    return tf_str_blank(id) ? tf_xml_walk_stray(walk, TF_STRAY_BLANK_REFERENCE, TF_STR(""), TF_STR_NONE) : TF_OK;
}

enum tf_err tf_cii_strays_end_reference(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    struct cii_scratch *scratch = scratch_of(walk);
    const struct tf_str id = scratch->reference.id;
    scratch->reference = (struct cii_reference){.id = TF_STR_NONE};
    return tf_cii_strays_reference(walk, id);
}

enum tf_err tf_cii_strays_end_price_charge(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    const struct tf_line *line = (const void *)frame->item;
    const struct tf_str indicator = tf_str_trim(scratch_of(walk)->applied.indicator);
    if (tf_str_is(indicator, "false"))
        return TF_OK;
    const struct tf_str has = tf_amount_present(line->price.discount) ? TF_STR("amount") : TF_STR_NONE;
    return tf_xml_walk_stray(walk, TF_STRAY_PRICE_INDICATOR, indicator, has);
}

/* Eight digits of this century and format 102, as Peppol wants every date. */
enum tf_err tf_cii_strays_end_date(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    const struct tf_id date = take_code(walk);
    bool fits = tf_str_is(tf_str_trim(date.scheme), "102") && date.id.len == DATE_CHARACTERS && tf_str_starts(date.id, TF_STR("20"));
    for (size_t i = 0; fits && i < date.id.len; i++)
        fits = date.id.ptr[i] >= '0' && date.id.ptr[i] <= '9';
    return fits ? TF_OK : tf_xml_walk_stray(walk, TF_STRAY_DATE, tf_str_present(date.id) ? date.id : TF_STR(""), date.scheme);
}

/* A bank that no account of the payee goes with. */
enum tf_err tf_cii_strays_end_creditor_bank(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    const struct tf_payment_means *means = &walk->invoice->payments.items[frame->index];
    return means->transfers.count > 0 ? TF_OK : tf_cii_strays_end_debtor_bank(walk, frame);
}

/* It tells which of the means of payment it belongs to. */
enum tf_err tf_cii_strays_end_debtor_bank(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_DEBTOR_BANK, TF_STR(""), TF_STR_NONE));
    struct tf_stray *strays = (void *)walk->strays.ptr;
    strays[walk->strays.len / sizeof *strays - 1].item = frame->index + 1;
    return TF_OK;
}
