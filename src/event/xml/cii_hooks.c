#include "cii_strays.h"

#include "taxflow/clock.h"

static struct cii_scratch *scratch_of(struct tf_xml_walk *walk) { return walk->scratch; }

/* In the model a scheme is what is not VAT; empty where the document names none. The artefact trims nothing here. */
struct tf_str tf_cii_hooks_scheme(struct tf_str kind)
{
    if (tf_str_ieq(kind, TF_STR("VAT")))
        return TF_STR_NONE;
    return tf_str_present(kind) ? kind : TF_STR("");
}

/* ---- Dates: eight digits, format 102 ---- */

enum { COMPACT_CHARACTERS = 8, ISO_CHARACTERS = 10 };

/*
 * A date of another format is none to EN 16931: it is given, and empty. One of format 102 that is no day of the calendar stays as
 * it is written; where nothing is, a blank tells it from the former. White space around one stays as blanks, which the artefact compares.
 */
enum tf_err tf_cii_hooks_set_date(struct tf_xml_walk *walk, struct tf_date *target, struct tf_str text)
{
    struct cii_scratch *scratch = scratch_of(walk);
    const struct tf_str digits = tf_str_trim(text);
    const struct tf_str format = scratch->format;
    scratch->format = TF_STR_NONE;
    if (!tf_str_is(format, "102")) {
        TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_DATE, text, format));
        scratch->raw_date = tf_xml_walk_keep(walk, text);
        return tf_xml_walk_set_date(walk, target, TF_STR(""));
    }
    if (target->text.len == 0)
        target->text = TF_STR_NONE; /* one of another format stood before it */
    if (digits.len != COMPACT_CHARACTERS)
        return tf_xml_walk_set_date(walk, target, digits.len > 0 ? text : TF_STR(" "));
    const char *d = digits.ptr;
    const char iso[ISO_CHARACTERS] = {d[0], d[1], d[2], d[3], '-', d[4], d[5], '-', d[6], d[7]};
    const size_t before = (size_t)(d - text.ptr), after = text.len - before - COMPACT_CHARACTERS;
    int32_t days;
    if (!tf_clock_parse_date((struct tf_str){iso, sizeof iso}, &days))
        return tf_xml_walk_set_date(walk, target, text);
    if (before + after == 0)
        return tf_xml_walk_set_date(walk, target, (struct tf_str){iso, sizeof iso});
    const struct tf_str padded = tf_arena_printf(walk->arena, "%*s%.*s%*s", (int)before, "", (int)sizeof iso, iso, (int)after, "");
    return tf_str_present(padded) ? tf_xml_walk_set_date(walk, target, padded) : tf_xml_walk_full(walk);
}

/* A date whose element is there with nothing that could be read in it: given, and blank. */
static enum tf_err blank_date(struct tf_date *date)
{
    if (!tf_str_present(date->text))
        *date = (struct tf_date){.text = TF_STR(""), .days = TF_DATE_UNKNOWN};
    return TF_OK;
}

/* Peppol compares the dates of periods by their characters, whatever their format. */
static enum tf_err end_period_date(struct tf_xml_walk *walk, struct tf_date *date, struct tf_str which)
{
    const struct tf_str raw = scratch_of(walk)->raw_date;
    scratch_of(walk)->raw_date = TF_STR_NONE;
    TF_TRY(blank_date(date));
    return tf_str_present(raw) ? tf_xml_walk_stray(walk, TF_STRAY_PERIOD_DATE, raw, which) : TF_OK;
}

#define PERIOD_HOOK(name, member, which)                                                  \
    enum tf_err tf_cii_hooks_##name(struct tf_xml_walk *walk, struct tf_xml_frame *frame) \
    {                                                                                     \
        (void)frame;                                                                      \
        return end_period_date(walk, &member, TF_STR(which));                             \
    }
PERIOD_HOOK(end_start, walk->invoice->period.start, "start")
PERIOD_HOOK(end_end, walk->invoice->period.end, "end")
PERIOD_HOOK(end_line_start, ((struct tf_line *)(void *)frame->item)->period.start, "start")
PERIOD_HOOK(end_line_end, ((struct tf_line *)(void *)frame->item)->period.end, "end")

enum tf_err tf_cii_hooks_end_tax_point(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    return blank_date(&walk->invoice->tax_point_date);
}

/* ---- Registrations: VA is a VAT number, FC a tax number ---- */

static enum tf_err end_number(struct tf_xml_walk *walk, const struct tf_xml_frame *frame, struct tf_str *vat, struct tf_str *other,
                              const struct tf_mark_place places[2])
{
    struct cii_scratch *scratch = scratch_of(walk);
    const struct tf_str number = scratch->code.text;
    const bool is_vat = tf_str_is(scratch->code.scheme, "VA"), is_tax = tf_str_is(scratch->code.scheme, "FC");
    struct tf_str *target = is_vat ? vat : is_tax ? other : NULL;
    scratch->code.text = scratch->code.scheme = TF_STR_NONE;
    if (target != NULL && !tf_str_present(*target)) {
        *target = number;
        tf_xml_walk_mark(walk, &places[is_tax], 0, 0, frame->line);
        return TF_OK;
    }
    return is_vat ? tf_xml_walk_stray(walk, TF_STRAY_VAT_ID, number, TF_STR_NONE) : TF_OK;
}

enum tf_err tf_cii_hooks_end_seller_number(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place places[2] = {{.term = "seller.vat_id"}, {.term = "seller.tax_id"}};
    return end_number(walk, frame, &walk->invoice->seller.vat_id, &walk->invoice->seller.tax_id, places);
}

enum tf_err tf_cii_hooks_end_buyer_number(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place places[2] = {{.term = "buyer.vat_id"}, {.term = "buyer.tax_id"}};
    return end_number(walk, frame, &walk->invoice->buyer.vat_id, &walk->invoice->buyer.tax_id, places);
}

enum tf_err tf_cii_hooks_end_agent_number(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place places[2] = {{.term = "tax_representative.vat_id"}};
    return end_number(walk, frame, &walk->invoice->tax_representative.vat_id, NULL, places);
}

/* An electronic address that is there without a value: given, and blank. */
static enum tf_err end_address(struct tf_id *endpoint)
{
    if (!tf_str_present(endpoint->id))
        endpoint->id = TF_STR("");
    return TF_OK;
}

enum tf_err tf_cii_hooks_end_seller_address(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    return end_address(&walk->invoice->seller.endpoint);
}

enum tf_err tf_cii_hooks_end_buyer_address(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    return end_address(&walk->invoice->buyer.endpoint);
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

enum tf_err tf_cii_hooks_end_reference(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place object = {.term = "object_id"}, tender = {.term = "tender_ref"};
    struct cii_scratch *scratch = scratch_of(walk);
    struct tf_invoice *invoice = walk->invoice;
    const struct tf_str ref = ((struct tf_attachment *)(void *)frame->item)->ref;
    const struct tf_str scheme = scratch->reference.scheme, type = tf_str_trim(scratch->reference.type);
    scratch->reference.scheme = scratch->reference.type = TF_STR_NONE;
    const bool is_object = tf_str_is(type, "130"), is_tender = tf_str_is(type, "50");
    const bool taken = tf_str_present(is_object ? invoice->object_id.id : invoice->tender_ref);
    if ((is_object && scratch->objects++ > 0) || (is_tender && scratch->tenders++ > 0))
        TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_REFERENCE, type, TF_STR_NONE));
    if ((!is_object && !is_tender) || taken || tf_str_blank(ref))
        return tf_cii_strays_text(walk, TF_STRAY_OBJECT_SCHEME, scheme);
    drop_attachment(walk, frame);
    tf_xml_walk_mark(walk, is_object ? &object : &tender, 0, 0, frame->line);
    if (is_object)
        invoice->object_id = (struct tf_id){ref, scheme};
    else
        invoice->tender_ref = ref;
    return TF_OK;
}

enum tf_err tf_cii_hooks_end_line_reference(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place place = {.list = "lines", .term = "object_id"};
    struct cii_scratch *scratch = scratch_of(walk);
    struct tf_line *line = (void *)frame->item;
    const struct cii_reference reference = scratch->reference;
    const bool is_object = tf_str_is(tf_str_trim(reference.type), "130");
    scratch->reference = (struct cii_reference){.id = TF_STR_NONE}; /* the document's own come later */
    TF_TRY(tf_cii_strays_reference(walk, reference.id));
    if (!is_object || tf_str_present(line->object_id.id) || !tf_str_present(reference.id)) {
        const struct tf_str type = tf_str_present(reference.type) ? reference.type : TF_STR("");
        TF_TRY(tf_xml_walk_stray(walk, TF_STRAY_LINE_REFERENCE, type, TF_STR_NONE));
        return tf_cii_strays_text(walk, TF_STRAY_OBJECT_SCHEME, reference.scheme);
    }
    line->object_id = (struct tf_id){reference.id, reference.scheme};
    tf_xml_walk_mark(walk, &place, frame->index, 0, frame->line);
    return TF_OK;
}

/* ---- VAT ---- */

/* Every breakdown may say it; another one than the first's is a stray. */
enum tf_err tf_cii_hooks_end_tax_point_code(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place place = {.term = "tax_point_code"};
    struct cii_scratch *scratch = scratch_of(walk);
    struct tf_str *target = &walk->invoice->tax_point_code;
    const struct tf_str code = scratch->code.text;
    scratch->code.text = TF_STR_NONE;
    if (tf_str_present(*target))
        return tf_str_eq(*target, code) ? TF_OK : tf_xml_walk_stray(walk, TF_STRAY_TAX_POINT_CODE, code, TF_STR_NONE);
    *target = code;
    tf_xml_walk_mark(walk, &place, 0, 0, frame->line);
    return TF_OK;
}


enum tf_err tf_cii_hooks_end_breakdown(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    struct cii_scratch *scratch = scratch_of(walk);
    ((struct tf_vat_breakdown *)(void *)frame->item)->scheme = tf_cii_hooks_scheme(scratch->kind);
    scratch->kind = TF_STR_NONE;
    return TF_OK;
}

enum tf_err tf_cii_hooks_end_line_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place group = {.list = "lines", .term = "vat"}, category = {.list = "lines", .term = "vat.category"},
                                      rate = {.list = "lines", .term = "vat.rate"};
    struct cii_scratch *scratch = scratch_of(walk);
    struct tf_line *line = (void *)frame->item;
    if (line->vat.present) {
        TF_TRY(tf_cii_strays_category(walk, TF_STRAY_LINE_VAT_CATEGORY));
        const bool whole = tf_str_present(scratch->category.code);
        return whole ? tf_cii_strays_text(walk, TF_STRAY_LINE_VAT_RATE, scratch->category.rate.text) : TF_OK;
    }
    line->vat.present = true;
    line->vat.category = scratch->category.code;
    line->vat.rate = scratch->category.rate;
    line->vat.scheme = tf_cii_hooks_scheme(scratch->category.kind);
    tf_xml_walk_mark(walk, &group, frame->index, 0, frame->line);
    tf_xml_walk_mark(walk, &category, frame->index, 0, tf_xml_walk_line(walk, &scratch->category.code));
    tf_xml_walk_mark(walk, &rate, frame->index, 0, tf_xml_walk_line(walk, &scratch->category.rate));
    scratch->category.code = TF_STR_NONE;
    return tf_cii_strays_category(walk, TF_STRAY_LINE_VAT_CATEGORY);
}

enum tf_err tf_cii_hooks_end_charge_category(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    struct cii_scratch *scratch = scratch_of(walk);
    if (scratch->charge.vat_line != 0)
        return tf_cii_strays_category(walk, TF_STRAY_ADJUSTMENT_VAT_CATEGORY);
    scratch->charge.vat_line = frame->line;
    scratch->charge.vat.vat_category = scratch->category.code;
    scratch->charge.vat.vat_rate = scratch->category.rate;
    scratch->charge.vat.vat_scheme = tf_cii_hooks_scheme(scratch->category.kind);
    scratch->category.code = TF_STR_NONE;
    return tf_cii_strays_category(walk, TF_STRAY_ADJUSTMENT_VAT_CATEGORY);
}

enum tf_err tf_cii_hooks_end_document_charge(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    TF_TRY(tf_xml_charge_stray(walk, &scratch_of(walk)->charge));
    return tf_xml_charge_end_document(walk, frame, &scratch_of(walk)->charge);
}

enum tf_err tf_cii_hooks_end_line_charge(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    TF_TRY(tf_xml_charge_stray(walk, &scratch_of(walk)->charge));
    return tf_xml_charge_end_line(walk, frame, &scratch_of(walk)->charge);
}

/* ---- Payment ---- */

/* An account is an IBAN or another number, whichever says something. */
enum tf_err tf_cii_hooks_end_account(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place place = {"payment", "transfers", "account"};
    struct cii_scratch *scratch = scratch_of(walk);
    struct tf_transfer *transfer = (void *)frame->item;
    const struct tf_str other = scratch->proprietary;
    scratch->proprietary = TF_STR_NONE;
    if (!tf_str_present(other) || (tf_str_present(transfer->account) && (tf_str_blank(other) || !tf_str_blank(transfer->account))))
        return TF_OK;
    transfer->account = other;
    tf_xml_walk_mark(walk, &place, frame->index, frame->subindex, frame->line);
    return TF_OK;
}

/* The bank stands beside the account, and after it. */
enum tf_err tf_cii_hooks_end_bic(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    static const struct tf_mark_place place = {"payment", "transfers", "bic"};
    struct cii_scratch *scratch = scratch_of(walk);
    struct tf_payment_means *means = (void *)frame->item;
    const struct tf_str bic = scratch->code.text;
    scratch->code.text = TF_STR_NONE;
    if (means->transfers.count == 0)
        return TF_OK;
    struct tf_transfer *transfer = &means->transfers.items[means->transfers.count - 1];
    if (tf_str_present(transfer->bic))
        return TF_OK;
    transfer->bic = bic;
    tf_xml_walk_mark(walk, &place, frame->index, (uint32_t)means->transfers.count - 1, frame->line);
    return TF_OK;
}

/* ---- Prices ---- */

/* BT-149 stands with the net price, with the gross price or with both: that of the net price counts. */
enum tf_err tf_cii_hooks_end_pricing(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    const struct cii_scratch *scratch = scratch_of(walk);
    struct tf_line *line = (void *)frame->item;
    const bool alone = !tf_amount_present(line->price.base_quantity);
    if (!tf_amount_present(scratch->gross.quantity))
        return TF_OK;
    if (!alone) {
        TF_TRY(tf_cii_strays_text(walk, TF_STRAY_UNIT, scratch->gross.unit));
    } else {
        line->price.base_quantity = scratch->gross.quantity;
        line->price.base_unit = scratch->gross.unit;
    }
    return tf_xml_walk_stray(walk, alone ? TF_STRAY_GROSS_BASE_ALONE : TF_STRAY_GROSS_BASE, scratch->gross.quantity.text,
                             scratch->gross.unit);
}

/* ---- Once ---- */

/* The schema lets some amounts and names stand more than once in what a list holds; an invoice says them once, and the artefact breaks off. */
enum tf_err tf_cii_hooks_see_once(struct tf_xml_walk *walk, const struct tf_xml_element *element)
{
    (void)element;
    const struct tf_xml_frame *frame = tf_xml_walk_top(walk);
    const bool in_list = frame->node->value && frame->node->base == TF_XML_ITEM;
    const struct tf_str *text = in_list ? tf_xml_walk_member(walk, frame) : NULL; /* which amounts begin with, too */
    if (text == NULL || !tf_str_present(*text))
        return TF_OK;
    return tf_xml_walk_find(walk, "XML-ONCE", "What an invoice says once stands a second time; only the first counts.", "one element");
}

/* ---- The end ---- */

/* One root element serves both kinds: the type code tells a credit note (UNTDID 1001, the codes of CreditNote in UBL). */
static bool is_credit_note(struct tf_str type_code)
{
    static const char *const codes[] = {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (tf_str_is(tf_str_trim(type_code), codes[i]))
            return true;
    return false;
}

/* Which of the means of payment is the direct debit: the one with an account to take from, else the first (UNCL 4461: 49, 59). */
static struct tf_payment_means *direct_debit_of(struct tf_invoice *invoice)
{
    for (size_t i = 0; i < invoice->payments.count; i++) {
        struct tf_payment_means *means = &invoice->payments.items[i];
        if (means->direct_debit.present || tf_str_is(means->means_code, "59") || tf_str_is(means->means_code, "49"))
            return means;
    }
    return invoice->payments.items;
}

enum tf_err tf_cii_hooks_finish(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    const struct cii_scratch *scratch = scratch_of(walk);
    struct tf_invoice *invoice = walk->invoice;
    if (is_credit_note(invoice->type_code))
        walk->kind = TF_KIND_CREDIT_NOTE;
    if (invoice->payments.count == 0)
        return TF_OK;
    for (size_t i = 0; i < invoice->payments.count; i++)
        invoice->payments.items[i].remittance = scratch->remittance;
    if (!tf_str_present(scratch->mandate) && !tf_str_present(scratch->creditor_id))
        return TF_OK;
    struct tf_payment_means *means = direct_debit_of(invoice);
    means->direct_debit.present = true;
    means->direct_debit.mandate = scratch->mandate;
    means->direct_debit.creditor_id = scratch->creditor_id;
    return TF_OK;
}
