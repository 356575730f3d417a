/* Codes, dates, and document types by process. */
#include "en16931/breakdown.h"
#include "peppol.h"
#include "peppol_process.h"
#include "stray.h"
#include "taxflow/clock.h"

enum { DATE_BYTES = 10, COMPACT_BYTES = 8 };

static void cl001(struct tf_case *c)
{
    for (size_t i = 0; i < c->invoice->attachments.count; i++) {
        const struct tf_str mime = c->invoice->attachments.items[i].file.mime;
        if (!tf_str_present(mime))
            continue;
        tf_case_saw(c, TF_RULE_PEPPOL_CL001);
        if (!tf_peppol_has(c, TF_CODES_MIME, mime))
            tf_case_find_text(c, TF_RULE_PEPPOL_CL001,
                              (struct tf_spot){.list = "attachments", .index = i, .term = "file.mime", .bt = "BT-125"}, mime, TF_STR_NONE);
    }
}

/* CII writes the code elsewhere and in other words. */
static void cl006(struct tf_case *c)
{
    const struct tf_str code = tf_str_trim(c->invoice->tax_point_code);
    if (!tf_str_present(code) || tf_peppol_of_cii(c))
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_CL006);
    if (!tf_str_is(code, "3") && !tf_str_is(code, "35") && !tf_str_is(code, "432"))
        tf_case_find_text(c, TF_RULE_PEPPOL_CL006, (struct tf_spot){.term = "tax_point_code", .bt = "BT-8"}, code, TF_STR_NONE);
}

static void judge_currency(struct tf_case *c, struct tf_str currency, struct tf_spot spot)
{
    tf_case_saw(c, TF_RULE_PEPPOL_CL007);
    if (!tf_peppol_has(c, TF_CODES_PEPPOL_CURRENCY, currency))
        tf_case_find_text(c, TF_RULE_PEPPOL_CL007, spot, currency, TF_STR_NONE);
}

/* The currencies that amounts carry: strays of a document, at VAT totals alone in CII; in a record they all have BT-5. */
static void cl007(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    if (invoice->syntax == TF_SYNTAX_JSON && tf_str_present(invoice->currency))
        judge_currency(c, invoice->currency, (struct tf_spot){.term = "currency", .bt = "BT-5"});
    for (size_t i = 0; i < invoice->vat_totals.count && invoice->syntax == TF_SYNTAX_JSON; i++) {
        const struct tf_str currency = invoice->vat_totals.items[i].currency;
        if (tf_str_present(currency) && !tf_str_eq(currency, invoice->currency))
            judge_currency(c, currency, (struct tf_spot){.list = "vat_totals", .index = i, .term = "currency", .bt = "BT-111"});
    }
}

/* UBL asks where a scheme is written; CII asks for one. */
static void judge_endpoint(struct tf_case *c, const struct tf_id *endpoint, struct tf_spot spot)
{
    if (!tf_peppol_has_endpoint(c, endpoint) || (!tf_str_present(endpoint->scheme) && !tf_peppol_of_cii(c)))
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_CL008);
    if (!tf_peppol_has(c, TF_CODES_PEPPOL_EAS, endpoint->scheme))
        tf_case_find_text(c, TF_RULE_PEPPOL_CL008, spot, endpoint->scheme, TF_STR_NONE);
}

/* Eight digits of this century, whether or not they are a day of the calendar. */
static bool is_compact(struct tf_str text)
{
    bool all = text.len == COMPACT_BYTES && tf_str_starts(text, TF_STR("20"));
    for (size_t i = 0; i < text.len; i++)
        all &= text.ptr[i] >= '0' && text.ptr[i] <= '9';
    return all;
}

/* A date is what the reader took for one; CII's must be of this century besides, UBL's without a blank around it. */
static bool is_well_written(const struct tf_case *c, struct tf_date date)
{
    int32_t days;
    if (tf_peppol_of_cii(c))
        return date.text.len == 0 || (tf_date_known(date) ? tf_str_starts(date.text, TF_STR("20")) : is_compact(date.text));
    return date.text.len == DATE_BYTES && tf_clock_parse_date(date.text, &days);
}

static void judge_date(struct tf_case *c, struct tf_date date, struct tf_spot spot)
{
    if (!tf_str_present(date.text))
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_F001);
    if (!is_well_written(c, date))
        tf_case_find_text(c, TF_RULE_PEPPOL_F001, spot, date.text, TF_STR_NONE);
}

static void judge_listed(struct tf_case *c, enum tf_rule rule, enum tf_code_list list, const struct tf_stray *stray, struct tf_str code)
{
    tf_case_saw(c, rule);
    if (!tf_peppol_has(c, list, code))
        tf_case_find_text(c, rule, (struct tf_spot){.line = stray->line}, stray->text, TF_STR_NONE);
}

/* Codes and dates at places that no term has. CII's artefact asks for some of them elsewhere. */
static void judge_stray(struct tf_case *c, const struct tf_stray *stray)
{
    switch (tf_stray_kind_of(stray)) {
    case TF_STRAY_DATE:
        tf_case_saw(c, TF_RULE_PEPPOL_F001);
        tf_case_find_text(c, TF_RULE_PEPPOL_F001, (struct tf_spot){.line = stray->line}, stray->text, TF_STR_NONE);
        break;
    case TF_STRAY_MIME:
        judge_listed(c, TF_RULE_PEPPOL_CL001, TF_CODES_MIME, stray, stray->text);
        break;
    case TF_STRAY_ALLOWANCE_REASON:
        judge_listed(c, TF_RULE_PEPPOL_CL002, TF_CODES_ALLOWANCE_REASON, stray, tf_str_trim(stray->text));
        break;
    case TF_STRAY_CHARGE_REASON:
        judge_listed(c, TF_RULE_PEPPOL_CL003, TF_CODES_CHARGE_REASON, stray, tf_str_trim(stray->text));
        break;
    case TF_STRAY_TAX_POINT_CODE:
        if (!tf_peppol_of_cii(c))
            judge_listed(c, TF_RULE_PEPPOL_CL006, TF_CODES_TAX_POINT, stray, tf_str_trim(stray->text));
        break;
    case TF_STRAY_CURRENCY:
        judge_listed(c, TF_RULE_PEPPOL_CL007, TF_CODES_PEPPOL_CURRENCY, stray, stray->text);
        break;
    default:
        break;
    }
}

static void f001(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    judge_date(c, invoice->issue_date, (struct tf_spot){.term = "issue_date", .bt = "BT-2"});
    judge_date(c, invoice->tax_point_date, (struct tf_spot){.term = "tax_point_date", .bt = "BT-7"});
    /* A credit note in UBL has no DueDate; its date of payment is asked by nobody. */
    if (invoice->syntax != TF_SYNTAX_UBL || c->event->kind != TF_KIND_CREDIT_NOTE)
        judge_date(c, invoice->due_date, (struct tf_spot){.term = "due_date", .bt = "BT-9"});
    judge_date(c, invoice->delivery.date, (struct tf_spot){.term = "delivery.date", .bt = "BT-72"});
    judge_date(c, invoice->period.start, (struct tf_spot){.term = "period.start", .bt = "BT-73"});
    judge_date(c, invoice->period.end, (struct tf_spot){.term = "period.end", .bt = "BT-74"});
    for (size_t i = 0; i < invoice->preceding.count; i++)
        judge_date(c, invoice->preceding.items[i].issue_date,
                   (struct tf_spot){.list = "preceding", .index = i, .term = "issue_date", .bt = "BT-26"});
    for (size_t i = 0; i < invoice->lines.count; i++) {
        const struct tf_period *period = &invoice->lines.items[i].period;
        judge_date(c, period->start, (struct tf_spot){.list = "lines", .index = i, .term = "period.start", .bt = "BT-134"});
        judge_date(c, period->end, (struct tf_spot){.list = "lines", .index = i, .term = "period.end", .bt = "BT-135"});
    }
}

/* CII has one rule for both kinds of documents, and looks for the type where no document has it: its artefact never fires. */
static bool type_fits(const struct tf_case *c, struct tf_str type)
{
    const bool credit_note = c->event->kind == TF_KIND_CREDIT_NOTE;
    if (tf_peppol_of_cii(c))
        return tf_peppol_has(c, TF_CODES_PEPPOL_INVOICE_TYPE, type) || tf_peppol_has(c, TF_CODES_PEPPOL_CREDIT_NOTE_TYPE, type);
    return tf_peppol_has(c, credit_note ? TF_CODES_PEPPOL_CREDIT_NOTE_TYPE : TF_CODES_PEPPOL_INVOICE_TYPE, type);
}

static void p0100_p0101_p0112(struct tf_case *c)
{
    const struct tf_str type = tf_str_trim(c->invoice->type_code);
    const bool credit_note = c->event->kind == TF_KIND_CREDIT_NOTE && !tf_peppol_of_cii(c);
    const enum tf_rule rule = credit_note ? TF_RULE_PEPPOL_P0101 : TF_RULE_PEPPOL_P0100;
    const struct tf_spot spot = {.term = "type_code", .bt = "BT-3"};
    if (!tf_str_present(type) || (tf_peppol_of_cii(c) && !c->strict))
        return;
    tf_case_saw(c, rule);
    if (tf_peppol_process_of(c->invoice->process.business_process, tf_peppol_is_of_2026(c)) == TF_PEPPOL_PROCESS_BILLING && !type_fits(c, type))
        tf_case_find_text(c, rule, spot, type, TF_STR_NONE);
    if (credit_note || tf_peppol_of_cii(c))
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_P0112);
    if ((tf_str_is(type, "326") || tf_str_is(type, "384")) && !tf_peppol_both_in(c, "DE"))
        tf_case_find_text(c, TF_RULE_PEPPOL_P0112, spot, type, TF_STR_NONE);
}

/* P0104 to P0111: which category goes with an exemption code. Of UBL. */
static void judge_exemption(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    static const struct {
        const char *code, *category;
        enum tf_rule rule;
    } pairs[] = {
        {"VATEX-EU-G", "G", TF_RULE_PEPPOL_P0104},   {"VATEX-EU-O", "O", TF_RULE_PEPPOL_P0105},
        {"VATEX-EU-IC", "K", TF_RULE_PEPPOL_P0106},  {"VATEX-EU-AE", "AE", TF_RULE_PEPPOL_P0107},
        {"VATEX-EU-D", "E", TF_RULE_PEPPOL_P0108},   {"VATEX-EU-F", "E", TF_RULE_PEPPOL_P0109},
        {"VATEX-EU-I", "E", TF_RULE_PEPPOL_P0110},   {"VATEX-EU-J", "E", TF_RULE_PEPPOL_P0111},
    };
    spot.term = "category";
    spot.bt = "BT-118";
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (!tf_str_ieq(breakdown->exemption_code, tf_str_of(pairs[i].code)))
            continue;
        tf_case_saw(c, pairs[i].rule);
        if (!tf_str_is(tf_str_trim(breakdown->category), pairs[i].category))
            tf_case_find_text(c, pairs[i].rule, spot, breakdown->category, tf_str_of(pairs[i].category));
    }
}

void tf_peppol_judge_codes(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    cl001(c);
    cl006(c);
    cl007(c);
    judge_endpoint(c, &invoice->seller.endpoint, (struct tf_spot){.term = "seller.endpoint.scheme", .bt = "BT-34"});
    judge_endpoint(c, &invoice->buyer.endpoint, (struct tf_spot){.term = "buyer.endpoint.scheme", .bt = "BT-49"});
    f001(c);
    p0100_p0101_p0112(c);
    for (size_t i = 0; i < invoice->strays.count; i++)
        judge_stray(c, &invoice->strays.items[i]);
    if (tf_peppol_of_cii(c))
        return;
    tf_breakdown_start(&walk, invoice);
    for (const struct tf_vat_breakdown *breakdown; (breakdown = tf_breakdown_next(&walk, &spot));)
        judge_exemption(c, breakdown, spot);
}
