#include "ubl_hooks.h"

#include "ubl_strays.h"

enum { CODE_CHARACTERS = 3 };

static struct ubl_scratch *scratch_of(struct tf_xml_walk *walk) { return walk->scratch; }

/* The artefact's test of a tax scheme: normalize-space(upper-case(cbc:ID)) = 'VAT'. */
static bool is_vat(struct tf_str scheme) { return tf_str_ieq(tf_str_trim(scheme), TF_STR("VAT")); }

struct tf_str tf_ubl_hooks_scheme(struct tf_str scheme)
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

/* ---- What stands twice where one name has two spellings: InvoiceTypeCode and CreditNoteTypeCode, invoiced and credited quantity ---- */

enum tf_err tf_ubl_hooks_end_type_code(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place place = {.term = "type_code"};
    struct ubl_scratch *scratch = walk->scratch;
    struct tf_str code = scratch->code.text;
    bool of_credit_note = strcmp(frame->local, "CreditNoteTypeCode") == 0;
    scratch->code.text = TF_STR_NONE;
    if (tf_str_present(walk->invoice->type_code))
        return tf_xml_walk_stray(walk, of_credit_note ? TF_STRAY_CREDIT_NOTE_TYPE : TF_STRAY_INVOICE_TYPE, code, TF_STR_NONE);
    walk->invoice->type_code = code;
    tf_xml_walk_mark(walk, &place, 0, 0, frame->line);
    return TF_OK;
}

enum tf_err tf_ubl_hooks_end_quantity(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place place = {.list = "lines", .term = "unit"};
    struct ubl_scratch *scratch = walk->scratch;
    struct tf_line *line = (void *)frame->item;
    struct tf_str unit = scratch->code.scheme;
    scratch->code.scheme = TF_STR_NONE;
    if (!tf_str_present(unit))
        return TF_OK;
    if (tf_str_present(line->unit))
        return tf_xml_walk_stray(walk, TF_STRAY_UNIT, unit, TF_STR_NONE);
    line->unit = unit;
    tf_xml_walk_mark(walk, &place, frame->index, 0, frame->line);
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

/* A second object or project: it stays an attachment, and rules that ask for one hear of it. */
static enum tf_err stray_reference(struct tf_xml_walk *walk, struct tf_str type, struct tf_str scheme)
{
    if (tf_str_is(type, "130") && tf_str_present(scheme))
        TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_OBJECT_SCHEME, scheme, TF_STR_NONE));
    return tf_xml_walk_stray(walk, TF_STRAY_REFERENCE, type, TF_STR_NONE);
}

enum tf_err tf_ubl_hooks_end_reference(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place object = {.term = "object_id"}, project = {.term = "project_ref"};
    struct ubl_scratch *scratch = walk->scratch;
    struct tf_invoice *invoice = walk->invoice;
    struct tf_str ref = ((struct tf_attachment *)(void *)frame->item)->ref, scheme = scratch->reference.scheme, type = scratch->reference.type;
    bool is_object = tf_str_is(type, "130"), is_project = tf_str_is(type, "50") && walk->kind == TF_KIND_CREDIT_NOTE;
    scratch->reference.scheme = scratch->reference.type = TF_STR_NONE;
    if (!is_object && !is_project)
        return TF_OK;
    if (is_object ? scratch->objects++ > 0 : scratch->projects++ > 0)
        return stray_reference(walk, type, scheme);
    if (tf_str_blank(ref)) /* no object, but a reference without an identifier: BR-52 */
        return is_object && tf_str_present(scheme) ? tf_xml_walk_stray(walk, TF_STRAY_OBJECT_SCHEME, scheme, TF_STR_NONE) : TF_OK;
    drop_attachment(walk, frame);
    tf_xml_walk_mark(walk, is_object ? &object : &project, 0, 0, frame->line);
    if (is_object)
        invoice->object_id = (struct tf_id){ref, scheme};
    else if (!tf_str_present(invoice->project_ref))
        invoice->project_ref = ref;
    return TF_OK;
}

/* A link that leads nowhere is one all the same. */
enum tf_err tf_ubl_hooks_end_external_reference(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    return tf_xml_walk_set_text(walk, &((struct tf_attachment *)(void *)frame->item)->uri, TF_STR(""));
}

enum tf_err tf_ubl_hooks_end_line_reference(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place place = {.list = "lines", .term = "object_id"};
    const struct ubl_scratch *scratch = walk->scratch;
    struct tf_line *line = (void *)frame->item;
    struct tf_str type = scratch->reference.type, scheme = scratch->reference.scheme;
    bool is_object = tf_str_is(type, "130");
    if (is_object && !tf_str_present(line->object_id.id) && tf_str_present(scratch->reference.id)) {
        line->object_id = (struct tf_id){scratch->reference.id, scheme};
        tf_xml_walk_mark(walk, &place, frame->index, 0, frame->line);
        return TF_OK;
    }
    if (is_object && tf_str_present(scheme))
        TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_OBJECT_SCHEME, scheme, TF_STR_NONE));
    return tf_xml_walk_stray(walk, TF_STRAY_LINE_REFERENCE, tf_str_present(type) ? type : TF_STR(""), TF_STR_NONE);
}

/* ---- Parties ---- */

enum tf_err tf_ubl_hooks_end_payee_id(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place place = {.term = "payee.id"};
    struct ubl_scratch *scratch = walk->scratch;
    struct tf_id *id = &walk->invoice->payee.id;
    if (tf_str_present(id->id) && tf_str_is(tf_str_trim(scratch->code.scheme), "SEPA")) {
        scratch->code.text = scratch->code.scheme = TF_STR_NONE;
        return TF_OK;
    }
    if (tf_str_present(id->id))
        return tf_ubl_strays_end_party_scheme(walk, frame);
    *id = (struct tf_id){scratch->code.text, scratch->code.scheme};
    scratch->code.text = scratch->code.scheme = TF_STR_NONE;
    tf_xml_walk_mark(walk, &place, 0, 0, frame->line);
    return TF_OK;
}


/* A VAT number to vat, another one to other (NULL: nowhere); the places are their marks. A second VAT number is a stray. */
static enum tf_err end_tax(struct tf_xml_walk *walk, struct tf_str *vat, struct tf_str *other, const struct tf_mark_place places[2])
{
    const struct ubl_scratch *scratch = scratch_of(walk);
    struct tf_str number = scratch->tax_scheme.company_id;
    bool in_vat = is_vat(scratch->tax_scheme.scheme);
    struct tf_str *target = in_vat ? vat : other;
    if (!tf_str_present(number))
        return TF_OK;
    if (tf_str_present(scratch->tax_scheme.id_scheme))
        TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_PARTY_ID, number, scratch->tax_scheme.id_scheme));
    if (target != NULL && !tf_str_present(*target)) {
        *target = number;
        tf_xml_walk_mark(walk, &places[!in_vat], 0, 0, tf_xml_walk_line(walk, &scratch->tax_scheme.company_id));
        return TF_OK;
    }
    return in_vat ? tf_xml_walk_stray(walk, TF_STRAY_VAT_ID, number, TF_STR_NONE) : TF_OK; /* a second one */
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

/* ---- VAT categories ---- */

enum tf_err tf_ubl_hooks_end_line_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place group = {.list = "lines", .term = "vat"}, category = {.list = "lines", .term = "vat.category"},
                                      rate = {.list = "lines", .term = "vat.rate"};
    struct ubl_scratch *scratch = scratch_of(walk);
    struct tf_line *line = (void *)frame->item;
    if (line->vat.present && tf_str_present(line->vat.category))
        return tf_ubl_strays_category(walk, TF_STRAY_LINE_VAT_CATEGORY);
    line->vat.present = true;
    line->vat.category = scratch->category.code;
    line->vat.rate = scratch->category.rate;
    line->vat.scheme = tf_ubl_hooks_scheme(scratch->category.scheme);
    tf_xml_walk_mark(walk, &group, frame->index, 0, frame->line);
    tf_xml_walk_mark(walk, &category, frame->index, 0, tf_xml_walk_line(walk, &scratch->category.code));
    tf_xml_walk_mark(walk, &rate, frame->index, 0, tf_xml_walk_line(walk, &scratch->category.rate));
    scratch->category.code = TF_STR_NONE;
    return tf_ubl_strays_category(walk, TF_STRAY_LINE_VAT_CATEGORY);
}

#define CATEGORY_PLACES(list_, sublist_) \
    {{list_, sublist_, "category"}, {list_, sublist_, "rate"}, {list_, sublist_, "exemption_reason"}, {list_, sublist_, "exemption_code"}}

enum tf_err tf_ubl_hooks_end_breakdown_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place total[] = CATEGORY_PLACES("vat_totals", "breakdown"), line[] = CATEGORY_PLACES("lines", "vat_breakdown");
    const bool of_line = tf_str_is(tf_str_of((frame - 1)->node->place.list), "lines"); /* the subtotal's place */
    const struct tf_mark_place *places = of_line ? line : total;
    const struct ubl_scratch *scratch = scratch_of(walk);
    struct tf_vat_breakdown *row = (void *)frame->item;
    if (tf_str_present(row->category))
        return tf_ubl_strays_category(walk, of_line ? TF_STRAY_VAT_CATEGORY : TF_STRAY_BREAKDOWN_VAT_CATEGORY);
    row->category = scratch->category.code;
    row->rate = scratch->category.rate;
    row->exemption_reason = scratch->category.reason;
    row->exemption_code = scratch->category.reason_code;
    row->scheme = tf_ubl_hooks_scheme(scratch->category.scheme);
    const uint32_t lines[] = {
        tf_xml_walk_line(walk, &scratch->category.code),
        tf_xml_walk_line(walk, &scratch->category.rate),
        tf_xml_walk_line(walk, &scratch->category.reason),
        tf_xml_walk_line(walk, &scratch->category.reason_code),
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        tf_xml_walk_mark(walk, &places[i], frame->index, frame->subindex, lines[i]);
    return TF_OK;
}

enum tf_err tf_ubl_hooks_end_charge_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    struct ubl_scratch *scratch = scratch_of(walk);
    if (tf_str_present(scratch->charge.vat.vat_category))
        return tf_ubl_strays_category(walk, TF_STRAY_ADJUSTMENT_VAT_CATEGORY);
    scratch->charge.vat_line = frame->line;
    scratch->charge.vat.vat_category = scratch->category.code;
    scratch->charge.vat.vat_rate = scratch->category.rate;
    scratch->charge.vat.vat_scheme = tf_ubl_hooks_scheme(scratch->category.scheme);
    scratch->category.code = TF_STR_NONE;
    return tf_ubl_strays_category(walk, TF_STRAY_ADJUSTMENT_VAT_CATEGORY);
}

/* ---- Allowances and charges ---- */

enum tf_err tf_ubl_hooks_end_document_charge(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    TF_TRY(tf_xml_charge_stray(walk, &scratch_of(walk)->charge));
    return tf_xml_charge_end_document(walk, frame, &scratch_of(walk)->charge);
}

enum tf_err tf_ubl_hooks_end_line_charge(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    TF_TRY(tf_xml_charge_stray(walk, &scratch_of(walk)->charge));
    return tf_xml_charge_end_line(walk, frame, &scratch_of(walk)->charge);
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
