/* Code lists: what is a code stands in its list, in the version of the invoice's date. A rule is a row here where one term has it. */
#include "br_cl.h"

#include <stddef.h>

#include "families.h"

enum { OBSERVED_BYTES_MAX = 80, SUBJECT_CHARS = 3 };

struct code {
    enum tf_rule rule;
    enum tf_code_list list;
    uint32_t place; /* of a tf_str in the struct that has the term */
    const char *path;
    const char *bt;
};

#define INVOICE(member) offsetof(struct tf_invoice, member)
static const struct code header_codes[] = {
    {TF_RULE_BR_CL_04, TF_CODES_CURRENCY, INVOICE(currency), "currency", "BT-5"},
    {TF_RULE_BR_CL_05, TF_CODES_CURRENCY, INVOICE(vat_currency), "vat_currency", "BT-6"},
    {TF_RULE_BR_CL_06, TF_CODES_TAX_POINT, INVOICE(tax_point_code), "tax_point_code", "BT-8"},
    {TF_RULE_BR_CL_07, TF_CODES_OBJECT_SCHEME, INVOICE(object_id.scheme), "object_id.scheme", "BT-18-1"},
    {TF_RULE_BR_CL_11, TF_CODES_ICD, INVOICE(seller.legal_id.scheme), "seller.legal_id.scheme", "BT-30-1"},
    {TF_RULE_BR_CL_11, TF_CODES_ICD, INVOICE(buyer.legal_id.scheme), "buyer.legal_id.scheme", "BT-47-1"},
    {TF_RULE_BR_CL_11, TF_CODES_ICD, INVOICE(payee.legal_id.scheme), "payee.legal_id.scheme", "BT-61-1"},
    {TF_RULE_BR_CL_14, TF_CODES_COUNTRY, INVOICE(seller.address.country), "seller.address.country", "BT-40"},
    {TF_RULE_BR_CL_14, TF_CODES_COUNTRY, INVOICE(buyer.address.country), "buyer.address.country", "BT-55"},
    {TF_RULE_BR_CL_14, TF_CODES_COUNTRY, INVOICE(tax_representative.address.country), "tax_representative.address.country", "BT-69"},
    {TF_RULE_BR_CL_14, TF_CODES_COUNTRY, INVOICE(delivery.address.country), "delivery.address.country", "BT-80"},
    {TF_RULE_BR_CL_25, TF_CODES_EAS, INVOICE(seller.endpoint.scheme), "seller.endpoint.scheme", "BT-34-1"},
    {TF_RULE_BR_CL_25, TF_CODES_EAS, INVOICE(buyer.endpoint.scheme), "buyer.endpoint.scheme", "BT-49-1"},
    {TF_RULE_BR_CL_26, TF_CODES_ICD, INVOICE(delivery.location_id.scheme), "delivery.location_id.scheme", "BT-71-1"},
};
#undef INVOICE

#define ALLOWANCE(member) offsetof(struct tf_allowance, member)
static const struct code allowance_codes[] = {
    {TF_RULE_BR_CL_17, TF_CODES_VAT_CATEGORY, ALLOWANCE(vat_category), "vat_category", "BT-95"},
    {TF_RULE_BR_CL_19, TF_CODES_ALLOWANCE_REASON, ALLOWANCE(reason_code), "reason_code", "BT-98"},
};
static const struct code charge_codes[] = {
    {TF_RULE_BR_CL_17, TF_CODES_VAT_CATEGORY, ALLOWANCE(vat_category), "vat_category", "BT-102"},
    {TF_RULE_BR_CL_20, TF_CODES_CHARGE_REASON, ALLOWANCE(reason_code), "reason_code", "BT-105"},
};
static const struct code line_allowance_codes[] = {
    {TF_RULE_BR_CL_19, TF_CODES_ALLOWANCE_REASON, ALLOWANCE(reason_code), "reason_code", "BT-140"},
    {TF_RULE_BR_CL_17, TF_CODES_VAT_CATEGORY, ALLOWANCE(vat_category), "vat_category", "BG-27"},
};
static const struct code line_charge_codes[] = {
    {TF_RULE_BR_CL_20, TF_CODES_CHARGE_REASON, ALLOWANCE(reason_code), "reason_code", "BT-145"},
    {TF_RULE_BR_CL_17, TF_CODES_VAT_CATEGORY, ALLOWANCE(vat_category), "vat_category", "BG-28"},
};
#undef ALLOWANCE

static const struct code breakdown_codes[] = {
    {TF_RULE_BR_CL_17, TF_CODES_VAT_CATEGORY, offsetof(struct tf_vat_breakdown, category), "category", "BT-118"},
};

/* In the artefact for CII the category of a breakdown is one of ApplicableTradeTax, as that of a line. */
static const struct code cii_breakdown_codes[] = {
    {TF_RULE_BR_CL_18, TF_CODES_VAT_CATEGORY, offsetof(struct tf_vat_breakdown, category), "category", "BT-118"},
};

#define LINE(member) offsetof(struct tf_line, member)
static const struct code line_codes[] = {
    {TF_RULE_BR_CL_23, TF_CODES_UNIT, LINE(unit), "unit", "BT-130"},
    {TF_RULE_BR_CL_23, TF_CODES_UNIT, LINE(price.base_unit), "price.base_unit", "BT-150"},
    {TF_RULE_BR_CL_18, TF_CODES_VAT_CATEGORY, LINE(vat.category), "vat.category", "BT-151"},
    {TF_RULE_BR_CL_07, TF_CODES_OBJECT_SCHEME, LINE(object_id.scheme), "object_id.scheme", "BT-128-1"},
    {TF_RULE_BR_CL_15, TF_CODES_COUNTRY, LINE(item.origin_country), "item.origin_country", "BT-159"},
    {TF_RULE_BR_CL_21, TF_CODES_ICD, LINE(item.standard_id.scheme), "item.standard_id.scheme", "BT-157-1"},
};
#undef LINE

/* Where the artefacts differ in what is in a list, a CII document is judged by its own. */
static enum tf_code_list list_for(const struct tf_case *c, enum tf_code_list list)
{
    if (c->invoice->syntax != TF_SYNTAX_CII)
        return list;
    switch (list) {
    case TF_CODES_COUNTRY:
        return TF_CODES_COUNTRY_CII;
    case TF_CODES_NOTE_SUBJECT:
        return TF_CODES_NOTE_SUBJECT_CII;
    case TF_CODES_TAX_POINT:
        return TF_CODES_TAX_POINT_CII;
    case TF_CODES_VAT_PREFIX:
        return TF_CODES_VAT_PREFIX_CII;
    default:
        return list;
    }
}

bool tf_br_cl_has(const struct tf_case *c, enum tf_code_list list, struct tf_str code)
{
    return tf_code_lists_has(c->lists, list_for(c, list), c->day, code);
}

struct tf_str tf_br_cl_joined(const struct tf_case *c, enum tf_code_list list)
{
    return tf_code_lists_joined(c->lists, list_for(c, list), c->day);
}

static void find_code(struct tf_case *c, enum tf_rule rule, enum tf_code_list list, struct tf_str code, struct tf_spot spot)
{
    while (code.len > OBSERVED_BYTES_MAX || (code.len > 0 && code.len == OBSERVED_BYTES_MAX && (code.ptr[code.len - 1] & 0x80)))
        code.len = code.len > OBSERVED_BYTES_MAX ? OBSERVED_BYTES_MAX : code.len - 1; /* never within a character */
    const struct tf_str title = tf_code_list_title(list_for(c, list));
    tf_case_find_text(c, rule, spot, code, tf_arena_printf(c->arena, "a code of %.*s", TF_STR_ARGS(title)));
}

static void judge_code(struct tf_case *c, enum tf_rule rule, enum tf_code_list list, struct tf_str code, struct tf_spot spot)
{
    if (!tf_str_present(code))
        return;
    tf_case_saw(c, rule);
    if (!tf_br_cl_has(c, list, tf_str_trim(code)))
        find_code(c, rule, list, code, spot);
}

static void judge_codes(struct tf_case *c, const struct code *rows, size_t count, const void *owner, struct tf_spot spot)
{
    for (size_t i = 0; i < count; i++) {
        const struct tf_str *code = (const void *)((const char *)owner + rows[i].place);
        if (tf_str_present(*code))
            judge_code(c, rows[i].rule, rows[i].list, *code, tf_spot_at(spot, rows[i].path, rows[i].bt));
    }
}

#define JUDGE(c, rows, owner, spot) judge_codes(c, rows, sizeof(rows) / sizeof((rows)[0]), owner, spot)

/* An invoice and a credit note have lists of their own; the artefact for CII, where both are one document, asks for either. */
static void br_cl_01(struct tf_case *c)
{
    const struct tf_str code = c->invoice->type_code;
    const bool is_credit_note = c->event->kind == TF_KIND_CREDIT_NOTE;
    const enum tf_code_list list = is_credit_note ? TF_CODES_CREDIT_NOTE_TYPE : TF_CODES_INVOICE_TYPE;
    const enum tf_code_list other = is_credit_note ? TF_CODES_INVOICE_TYPE : TF_CODES_CREDIT_NOTE_TYPE;
    if (!tf_str_present(code))
        return;
    tf_case_saw(c, TF_RULE_BR_CL_01);
    const bool either = c->invoice->syntax == TF_SYNTAX_CII && tf_br_cl_has(c, other, tf_str_trim(code));
    if (!either && !tf_br_cl_has(c, list, tf_str_trim(code)))
        find_code(c, TF_RULE_BR_CL_01, list, code, (struct tf_spot){.term = "type_code", .bt = "BT-3"});
}

/* Every currency an amount is written in. Those of a record are BT-5 and BT-6, but where it says more. */
static void br_cl_03(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    for (size_t i = 0; i < invoice->vat_totals.count && invoice->vat_totals.present; i++) {
        const struct tf_str currency = invoice->vat_totals.items[i].currency;
        /* In CII an amount needs no currency. */
        const bool asked = tf_str_present(currency) || invoice->syntax != TF_SYNTAX_CII;
        if (asked && tf_amount_present(invoice->vat_totals.items[i].amount))
            judge_code(c, TF_RULE_BR_CL_03, TF_CODES_CURRENCY, tf_str_present(currency) ? currency : TF_STR(""),
                       (struct tf_spot){.list = "vat_totals", .index = i, .term = "currency", .bt = "BT-110"});
    }
}

/* UBL writes a subject before the text, #XXX#; only three characters between the first two signs are taken for one. */
static struct tf_str subject_in(struct tf_str text)
{
    const char *first = text.len > 0 ? memchr(text.ptr, '#', text.len) : NULL;
    const char *end = text.ptr + text.len;
    const char *second = first ? memchr(first + 1, '#', (size_t)(end - first) - 1) : NULL;
    return second ? (struct tf_str){first + 1, (size_t)(second - first) - 1} : TF_STR_NONE;
}

static size_t characters(struct tf_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return count;
}

static void br_cl_08(struct tf_case *c, const struct tf_note *note, size_t i)
{
    const struct tf_spot spot = {.list = "notes", .index = i, .term = "subject_code", .bt = "BT-21"};
    if (c->invoice->syntax == TF_SYNTAX_CII) {
        judge_code(c, TF_RULE_BR_CL_08, TF_CODES_NOTE_SUBJECT, note->subject_code, spot);
        return;
    }
    const struct tf_str subject = tf_str_present(note->subject_code) ? note->subject_code : subject_in(note->text);
    const struct tf_str all = tf_br_cl_joined(c, TF_CODES_NOTE_SUBJECT);
    tf_case_saw(c, TF_RULE_BR_CL_08);
    if (characters(subject) == SUBJECT_CHARS && !memmem(all.ptr, all.len, subject.ptr, subject.len))
        find_code(c, TF_RULE_BR_CL_08, TF_CODES_NOTE_SUBJECT, subject, spot);
}

/* SEPA names a creditor, so it goes with whom is paid. */
static void br_cl_10(struct tf_case *c, struct tf_str scheme, bool is_paid, struct tf_spot spot)
{
    const bool sepa = is_paid && tf_str_is(tf_str_trim(scheme), "SEPA") && c->invoice->syntax != TF_SYNTAX_CII;
    if (sepa)
        tf_case_saw(c, TF_RULE_BR_CL_10);
    else
        judge_code(c, TF_RULE_BR_CL_10, TF_CODES_ICD, scheme, spot);
}

static void judge_party_ids(struct tf_case *c)
{
    const struct tf_trader *seller = &c->invoice->seller, *buyer = &c->invoice->buyer;
    for (size_t i = 0; i < seller->ids.count; i++)
        br_cl_10(c, seller->ids.items[i].scheme, true, (struct tf_spot){.list = "seller.ids", .index = i, .term = "scheme", .bt = "BT-29-1"});
    for (size_t i = 0; i < buyer->ids.count; i++)
        br_cl_10(c, buyer->ids.items[i].scheme, false, (struct tf_spot){.list = "buyer.ids", .index = i, .term = "scheme", .bt = "BT-46-1"});
    br_cl_10(c, c->invoice->payee.id.scheme, true, (struct tf_spot){.term = "payee.id.scheme", .bt = "BT-60-1"});
}

/* The reason of an exemption may be written in small letters. */
static void br_cl_22(struct tf_case *c, struct tf_str code, struct tf_spot spot)
{
    char upper[OBSERVED_BYTES_MAX];
    const struct tf_str bare = tf_str_trim(code);
    if (!tf_str_present(code))
        return;
    tf_case_saw(c, TF_RULE_BR_CL_22);
    const size_t len = bare.len < sizeof upper ? bare.len : 0;
    for (size_t i = 0; i < len; i++)
        upper[i] = (char)(bare.ptr[i] >= 'a' && bare.ptr[i] <= 'z' ? bare.ptr[i] - 'a' + 'A' : bare.ptr[i]);
    if (!tf_br_cl_has(c, TF_CODES_VATEX, (struct tf_str){upper, len}))
        find_code(c, TF_RULE_BR_CL_22, TF_CODES_VATEX, code, spot);
}

/* A media type is compared as it is written. */
static void br_cl_24(struct tf_case *c, struct tf_str mime, struct tf_spot spot)
{
    if (!tf_str_present(mime))
        return;
    tf_case_saw(c, TF_RULE_BR_CL_24);
    if (!tf_br_cl_has(c, TF_CODES_MIME, mime))
        find_code(c, TF_RULE_BR_CL_24, TF_CODES_MIME, mime, spot);
}

/* Codes that a document has at places of its own syntax only. */
void tf_br_cl_judge_stray(struct tf_case *c, const struct tf_stray *stray)
{
    static const struct {
        struct tf_str kind;
        enum tf_rule rule;
        enum tf_code_list list;
        const char *bt;
    } kinds[] = {
        {TF_STR_INIT("currency"), TF_RULE_BR_CL_03, TF_CODES_CURRENCY, "BT-5"},
        {TF_STR_INIT("invoice_type"), TF_RULE_BR_CL_01, TF_CODES_INVOICE_TYPE, "BT-3"},
        {TF_STR_INIT("credit_note_type"), TF_RULE_BR_CL_01, TF_CODES_CREDIT_NOTE_TYPE, "BT-3"},
        {TF_STR_INIT("country"), TF_RULE_BR_CL_14, TF_CODES_COUNTRY, "BT-40"},
        {TF_STR_INIT("origin_country"), TF_RULE_BR_CL_15, TF_CODES_COUNTRY, "BT-159"},
        {TF_STR_INIT("vat_category"), TF_RULE_BR_CL_17, TF_CODES_VAT_CATEGORY, "BT-118"},
        {TF_STR_INIT("line_vat_category"), TF_RULE_BR_CL_18, TF_CODES_VAT_CATEGORY, "BT-151"},
        {TF_STR_INIT("party_scheme"), TF_RULE_BR_CL_10, TF_CODES_ICD, "BT-29-1"},
        {TF_STR_INIT("legal_scheme"), TF_RULE_BR_CL_11, TF_CODES_ICD, "BT-30-1"},
        {TF_STR_INIT("endpoint_scheme"), TF_RULE_BR_CL_25, TF_CODES_EAS, "BT-34-1"},
        {TF_STR_INIT("object_scheme"), TF_RULE_BR_CL_07, TF_CODES_OBJECT_SCHEME, "BT-18-1"},
        {TF_STR_INIT("breakdown_vat_category"), TF_RULE_BR_CL_17, TF_CODES_VAT_CATEGORY, "BT-118"},
        {TF_STR_INIT("adjustment_vat_category"), TF_RULE_BR_CL_17, TF_CODES_VAT_CATEGORY, "BT-95"},
        {TF_STR_INIT("tax_point_code"), TF_RULE_BR_CL_06, TF_CODES_TAX_POINT, "BT-8"},
        {TF_STR_INIT("note_subject"), TF_RULE_BR_CL_08, TF_CODES_NOTE_SUBJECT, "BT-21"},
        {TF_STR_INIT("class_list"), TF_RULE_BR_CL_13, TF_CODES_ITEM_CLASS, "BT-158-1"},
        {TF_STR_INIT("allowance_reason"), TF_RULE_BR_CL_19, TF_CODES_ALLOWANCE_REASON, "BT-140"},
        {TF_STR_INIT("charge_reason"), TF_RULE_BR_CL_20, TF_CODES_CHARGE_REASON, "BT-145"},
        {TF_STR_INIT("item_scheme"), TF_RULE_BR_CL_21, TF_CODES_ICD, "BT-157-1"},
        {TF_STR_INIT("unit"), TF_RULE_BR_CL_23, TF_CODES_UNIT, "BT-130"},
        {TF_STR_INIT("location_scheme"), TF_RULE_BR_CL_26, TF_CODES_ICD, "BT-71-1"},
    };
    const struct tf_spot spot = {.line = stray->line};
    if (tf_str_is(stray->kind, "exemption_code"))
        br_cl_22(c, stray->text, tf_spot_at(spot, NULL, "BT-121"));
    if (tf_str_is(stray->kind, "mime"))
        br_cl_24(c, stray->text, tf_spot_at(spot, NULL, "BT-125-1"));
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        if (tf_str_eq(stray->kind, kinds[k].kind))
            judge_code(c, kinds[k].rule, kinds[k].list, tf_str_present(stray->text) ? stray->text : TF_STR(""),
                       tf_spot_at(spot, NULL, kinds[k].bt));
}

void tf_br_cl_judge(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    JUDGE(c, header_codes, invoice, ((struct tf_spot){.list = NULL}));
    br_cl_01(c);
    br_cl_03(c);
    for (size_t i = 0; i < invoice->notes.count; i++)
        br_cl_08(c, &invoice->notes.items[i], i);
    judge_party_ids(c);
    for (size_t i = 0; i < invoice->attachments.count; i++)
        br_cl_24(c, invoice->attachments.items[i].file.mime,
                 (struct tf_spot){.list = "attachments", .index = i, .term = "file.mime", .bt = "BT-125-1"});
}

void tf_br_cl_judge_payment(struct tf_case *c, const struct tf_payment_means *means, struct tf_spot spot)
{
    judge_code(c, TF_RULE_BR_CL_16, TF_CODES_PAYMENT_MEANS, means->means_code, tf_spot_at(spot, "means_code", "BT-81"));
}

void tf_br_cl_judge_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot)
{
    if (is_charge)
        JUDGE(c, charge_codes, allowance, spot);
    else
        JUDGE(c, allowance_codes, allowance, spot);
}

void tf_br_cl_judge_line_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot)
{
    if (is_charge)
        JUDGE(c, line_charge_codes, allowance, spot);
    else
        JUDGE(c, line_allowance_codes, allowance, spot);
}

void tf_br_cl_judge_breakdown(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    if (c->invoice->syntax == TF_SYNTAX_CII)
        JUDGE(c, cii_breakdown_codes, breakdown, spot);
    else
        JUDGE(c, breakdown_codes, breakdown, spot);
    br_cl_22(c, breakdown->exemption_code, tf_spot_at(spot, "exemption_code", "BT-121"));
}

void tf_br_cl_judge_line(struct tf_case *c, const struct tf_line *line, struct tf_spot spot)
{
    JUDGE(c, line_codes, line, spot);
    for (size_t i = 0; i < line->item.class_ids.count; i++)
        judge_code(c, TF_RULE_BR_CL_13, TF_CODES_ITEM_CLASS, line->item.class_ids.items[i].list,
                   tf_spot_in(spot, "item.class_ids", i, "list", "BT-158-1"));
}
