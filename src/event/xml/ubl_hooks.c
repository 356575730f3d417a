#include "ubl_hooks.h"

enum { CODE_CHARACTERS = 3 };

static struct ubl_scratch *scratch_of(struct tf_xml_walk *walk) { return walk->scratch; }

/* The artefact's test of a tax scheme: normalize-space(upper-case(cbc:ID)) = 'VAT'. */
static bool is_vat(struct tf_str scheme) { return tf_str_ieq(tf_str_trim(scheme), TF_STR("VAT")); }

/* In the model a scheme is what is not VAT; empty where the document names none. */
static struct tf_str scheme_of(struct tf_str scheme)
{
    if (is_vat(scheme))
        return TF_STR_NONE;
    return tf_str_present(scheme) ? scheme : TF_STR("");
}

/* ---- Notes: "#AAI#text" carries BT-21 in front of BT-22 ---- */

static size_t characters_of(struct tf_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return count;
}

enum tf_err tf_ubl_hooks_end_note(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)walk;
    struct tf_note *note = (void *)frame->item;
    struct tf_str text = note->text;
    const char *first = memchr(text.ptr, '#', text.len), *end = text.ptr + text.len;
    const char *second = first != NULL ? memchr(first + 1, '#', (size_t)(end - first - 1)) : NULL;
    if (second == NULL)
        return TF_OK;
    struct tf_str code = {first + 1, (size_t)(second - first - 1)};
    if (characters_of(code) != CODE_CHARACTERS)
        return TF_OK;
    note->subject_code = code;
    if (first == text.ptr)
        note->text = (struct tf_str){second + 1, (size_t)(end - second - 1)};
    return TF_OK;
}

/* ---- References ---- */

/* The last attachment was none. */
static void drop_attachment(struct tf_xml_walk *walk, const struct tf_xml_frame *frame)
{
    struct tf_invoice *invoice = walk->invoice;
    invoice->attachments.items[--invoice->attachments.count] = (struct tf_attachment){0};
    invoice->attachments.present = invoice->attachments.count > 0;
    walk->marks.len = frame->marks;
}

enum tf_err tf_ubl_hooks_end_reference(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place object = {.term = "object_id"}, project = {.term = "project_ref"};
    struct ubl_scratch *scratch = scratch_of(walk);
    struct tf_invoice *invoice = walk->invoice;
    struct tf_str ref = ((struct tf_attachment *)(void *)frame->item)->ref, scheme = scratch->reference.scheme, type = scratch->reference.type;
    scratch->reference.scheme = scratch->reference.type = TF_STR_NONE;
    if (tf_str_blank(ref))
        return TF_OK;
    if (tf_str_is(type, "130") && tf_str_present(invoice->object_id.id))
        return tf_str_present(scheme) ? tf_xml_walk_stray(walk, TF_STRAY_OBJECT_SCHEME, scheme, TF_STR_NONE) : TF_OK;
    if (tf_str_is(type, "130")) {
        drop_attachment(walk, frame);
        tf_xml_walk_mark(walk, &object, 0, 0, frame->line);
        invoice->object_id = (struct tf_id){ref, scheme};
    } else if (tf_str_is(type, "50") && walk->kind == TF_KIND_CREDIT_NOTE && !tf_str_present(invoice->project_ref)) {
        drop_attachment(walk, frame);
        tf_xml_walk_mark(walk, &project, 0, 0, frame->line);
        invoice->project_ref = ref;
    }
    return TF_OK;
}

enum tf_err tf_ubl_hooks_end_line_reference(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place place = {.list = "lines", .term = "object_id"};
    const struct ubl_scratch *scratch = scratch_of(walk);
    struct tf_line *line = (void *)frame->item;
    if (!tf_str_is(scratch->reference.type, "130"))
        return tf_xml_walk_stray(walk, TF_STRAY_LINE_REFERENCE, scratch->reference.type, TF_STR_NONE);
    if (tf_str_present(line->object_id.id)) {
        if (!tf_str_present(scratch->reference.scheme))
            return TF_OK;
        return tf_xml_walk_stray(walk, TF_STRAY_OBJECT_SCHEME, scratch->reference.scheme, TF_STR_NONE);
    }
    line->object_id = (struct tf_id){scratch->reference.id, scratch->reference.scheme};
    tf_xml_walk_mark(walk, &place, frame->index, 0, frame->line);
    return TF_OK;
}

/* ---- Tax numbers of parties ---- */

/* A VAT number to vat, another one to other (NULL: nowhere); the places are their marks. A second VAT number is a stray. */
static enum tf_err end_tax(struct tf_xml_walk *walk, struct tf_str *vat, struct tf_str *other, const struct tf_mark_place places[2])
{
    const struct ubl_scratch *scratch = scratch_of(walk);
    struct tf_str number = scratch->tax_scheme.company_id;
    bool in_vat = is_vat(scratch->tax_scheme.scheme);
    struct tf_str *target = in_vat ? vat : other;
    if (!tf_str_present(number))
        return TF_OK;
    if (target != NULL && !tf_str_present(*target)) {
        *target = number;
        tf_xml_walk_mark(walk, &places[!in_vat], 0, 0, tf_xml_walk_line(walk, &scratch->tax_scheme.company_id));
        return TF_OK;
    }
    return in_vat ? tf_xml_walk_stray(walk, TF_STRAY_VAT_ID, number, TF_STR_NONE) : TF_OK;
}

enum tf_err tf_ubl_hooks_end_seller_tax(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place places[2] = {{.term = "seller.vat_id"}, {.term = "seller.tax_id"}};
    (void)frame;
    return end_tax(walk, &walk->invoice->seller.vat_id, &walk->invoice->seller.tax_id, places);
}

enum tf_err tf_ubl_hooks_end_buyer_tax(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place places[2] = {{.term = "buyer.vat_id"}, {.term = "buyer.tax_id"}};
    (void)frame;
    return end_tax(walk, &walk->invoice->buyer.vat_id, &walk->invoice->buyer.tax_id, places);
}

enum tf_err tf_ubl_hooks_end_representative_tax(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place places[2] = {{.term = "tax_representative.vat_id"}};
    (void)frame;
    return end_tax(walk, &walk->invoice->tax_representative.vat_id, NULL, places);
}

enum tf_err tf_ubl_hooks_end_other_tax(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    return end_tax(walk, NULL, NULL, NULL);
}

/* ---- VAT categories ---- */

/* A code that has no place in the model, and an exemption code beside it. */
static enum tf_err stray_category(struct tf_xml_walk *walk, enum tf_stray_kind kind)
{
    const struct ubl_scratch *scratch = scratch_of(walk);
    if (tf_str_present(scratch->category.reason_code))
        TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_EXEMPTION_CODE, scratch->category.reason_code, TF_STR_NONE));
    if (!tf_str_present(scratch->category.code))
        return TF_OK;
    return tf_xml_walk_stray(walk, kind, scratch->category.code, scheme_of(scratch->category.scheme));
}

enum tf_err tf_ubl_hooks_end_other_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    return stray_category(walk, TF_STRAY_VAT_CATEGORY);
}

enum tf_err tf_ubl_hooks_end_other_line_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    return stray_category(walk, TF_STRAY_LINE_VAT_CATEGORY);
}

enum tf_err tf_ubl_hooks_end_line_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place group = {.list = "lines", .term = "vat"}, category = {.list = "lines", .term = "vat.category"},
                                      rate = {.list = "lines", .term = "vat.rate"};
    struct ubl_scratch *scratch = scratch_of(walk);
    struct tf_line *line = (void *)frame->item;
    if (line->vat.present)
        return stray_category(walk, TF_STRAY_LINE_VAT_CATEGORY);
    line->vat.present = true;
    line->vat.category = scratch->category.code;
    line->vat.rate = scratch->category.rate;
    line->vat.scheme = scheme_of(scratch->category.scheme);
    tf_xml_walk_mark(walk, &group, frame->index, 0, frame->line);
    tf_xml_walk_mark(walk, &category, frame->index, 0, tf_xml_walk_line(walk, &scratch->category.code));
    tf_xml_walk_mark(walk, &rate, frame->index, 0, tf_xml_walk_line(walk, &scratch->category.rate));
    scratch->category.code = TF_STR_NONE;
    return stray_category(walk, TF_STRAY_LINE_VAT_CATEGORY);
}

enum tf_err tf_ubl_hooks_end_breakdown_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place category = {"vat_totals", "breakdown", "category"}, rate = {"vat_totals", "breakdown", "rate"},
                                      reason = {"vat_totals", "breakdown", "exemption_reason"},
                                      code = {"vat_totals", "breakdown", "exemption_code"};
    const struct ubl_scratch *scratch = scratch_of(walk);
    struct tf_vat_breakdown *row = (void *)frame->item;
    if (tf_str_present(row->category) || tf_str_present(row->scheme))
        return stray_category(walk, TF_STRAY_VAT_CATEGORY);
    row->category = scratch->category.code;
    row->rate = scratch->category.rate;
    row->exemption_reason = scratch->category.reason;
    row->exemption_code = scratch->category.reason_code;
    row->scheme = scheme_of(scratch->category.scheme);
    tf_xml_walk_mark(walk, &category, frame->index, frame->subindex, tf_xml_walk_line(walk, &scratch->category.code));
    tf_xml_walk_mark(walk, &rate, frame->index, frame->subindex, tf_xml_walk_line(walk, &scratch->category.rate));
    tf_xml_walk_mark(walk, &reason, frame->index, frame->subindex, tf_xml_walk_line(walk, &scratch->category.reason));
    tf_xml_walk_mark(walk, &code, frame->index, frame->subindex, tf_xml_walk_line(walk, &scratch->category.reason_code));
    return TF_OK;
}

enum tf_err tf_ubl_hooks_end_charge_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    struct ubl_scratch *scratch = scratch_of(walk);
    if (scratch->charge.vat_line != 0)
        return stray_category(walk, TF_STRAY_VAT_CATEGORY);
    scratch->charge.vat_line = frame->line;
    scratch->charge.vat.vat_category = scratch->category.code;
    scratch->charge.vat.vat_rate = scratch->category.rate;
    scratch->charge.vat.vat_scheme = scheme_of(scratch->category.scheme);
    scratch->category.code = TF_STR_NONE;
    return stray_category(walk, TF_STRAY_VAT_CATEGORY);
}

/* ---- Allowances and charges ---- */

enum tf_err tf_ubl_hooks_end_document_charge(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    return tf_xml_charge_end_document(walk, frame, &scratch_of(walk)->charge);
}

enum tf_err tf_ubl_hooks_end_line_charge(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    return tf_xml_charge_end_line(walk, frame, &scratch_of(walk)->charge);
}

/* ---- Codes at places of no term ---- */

/* The code that was read as a stray of that kind; `scheme` says whether the scheme is what a rule looks at. */
static enum tf_err stray_code(struct tf_xml_walk *walk, enum tf_stray_kind kind, bool scheme)
{
    struct ubl_scratch *scratch = scratch_of(walk);
    struct tf_str text = scheme ? scratch->code.scheme : scratch->code.text;
    scratch->code.text = scratch->code.scheme = TF_STR_NONE;
    return tf_str_present(text) ? tf_xml_walk_stray(walk, kind, text, TF_STR_NONE) : TF_OK;
}

#define STRAY_HOOK(name, kind, scheme)                                                        \
    enum tf_err tf_ubl_hooks_##name(struct tf_xml_walk *walk, struct tf_xml_frame *frame)     \
    {                                                                                         \
        (void)frame;                                                                          \
        return stray_code(walk, TF_STRAY_##kind, scheme);                                     \
    }
STRAY_HOOK(end_country, COUNTRY, false)
STRAY_HOOK(end_origin, ORIGIN_COUNTRY, false)
STRAY_HOOK(end_party_scheme, PARTY_SCHEME, true)
STRAY_HOOK(end_legal_scheme, LEGAL_SCHEME, true)
STRAY_HOOK(end_endpoint_scheme, ENDPOINT_SCHEME, true)

enum tf_err tf_ubl_hooks_see_currency(struct tf_xml_walk *walk, const struct tf_xml_element *element)
{
    const struct tf_stray *strays = (const void *)tf_buf_view(&walk->strays).ptr;
    size_t count = walk->strays.len / sizeof *strays;
    struct tf_str currency = {"", 0};
    for (size_t i = 0; i < element->attributes_count; i++)
        if (tf_str_is(element->attributes[i].local, "currencyID"))
            currency = element->attributes[i].value;
    for (size_t i = 0; i < count; i++)
        if (tf_str_eq(strays[i].text, currency) && tf_str_is(strays[i].kind, "currency"))
            return TF_OK;
    return tf_xml_walk_stray(walk, TF_STRAY_CURRENCY, currency, TF_STR_NONE);
}

/* ---- The end ---- */

/* BT-90 is the identifier of the seller, else of the payee, that a SEPA creditor has. */
static struct tf_str creditor_of(const struct tf_invoice *invoice)
{
    for (size_t i = 0; i < invoice->seller.ids.count; i++)
        if (tf_str_is(tf_str_trim(invoice->seller.ids.items[i].scheme), "SEPA"))
            return invoice->seller.ids.items[i].id;
    if (tf_str_is(tf_str_trim(invoice->payee.id.scheme), "SEPA"))
        return invoice->payee.id.id;
    return TF_STR_NONE;
}

enum tf_err tf_ubl_hooks_finish(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    struct tf_str creditor = creditor_of(walk->invoice);
    for (size_t i = 0; i < walk->invoice->payments.count; i++)
        if (walk->invoice->payments.items[i].direct_debit.present)
            walk->invoice->payments.items[i].direct_debit.creditor_id = creditor;
    return TF_OK;
}
