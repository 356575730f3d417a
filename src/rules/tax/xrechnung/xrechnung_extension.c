/* The extension of XRechnung: lines below lines, payments by third parties, schemes of its own. */
#include "xrechnung.h"

#include "stray.h"

enum { PAID_DECIMALS = 2, CENTS = 2 };

enum scheme_list { ICD, ICD_OR_SEPA, EAS };

/* The artefact finds a blank scheme between the two lists that it has joined. */
static void ask_scheme(struct tf_case *c, enum tf_rule rule, struct tf_str written, enum scheme_list list, struct tf_spot spot)
{
    const struct tf_str scheme = tf_str_trim(written);
    const bool listed = (scheme.len == 0 && !c->strict) || tf_code_lists_has(c->lists, list == EAS ? TF_CODES_XRECHNUNG_EAS : TF_CODES_XRECHNUNG_ICD, c->day, scheme);
    tf_case_saw(c, rule);
    if (!listed && !(list == ICD_OR_SEPA && tf_str_is(scheme, "SEPA")))
        tf_case_find_text(c, rule, spot, written, TF_STR_NONE);
}

static void judge_scheme(struct tf_case *c, enum tf_rule rule, const struct tf_id *id, enum scheme_list list, struct tf_spot spot)
{
    if (tf_str_present(id->id) && tf_str_present(id->scheme))
        ask_scheme(c, rule, id->scheme, list, spot);
}

/* CII takes no SEPA: there the creditor's number has a place of its own. */
static enum scheme_list party_list(const struct tf_case *c, bool may_be_paid)
{
    return may_be_paid && c->invoice->syntax != TF_SYNTAX_CII ? ICD_OR_SEPA : ICD;
}

static void judge_trader(struct tf_case *c, const struct tf_trader *trader, bool is_seller)
{
    for (size_t i = 0; i < trader->ids.count; i++)
        judge_scheme(c, TF_RULE_BR_DEX_04, &trader->ids.items[i], party_list(c, is_seller),
                     (struct tf_spot){.list = is_seller ? "seller.ids" : "buyer.ids", .index = i, .bt = is_seller ? "BT-29" : "BT-46"});
    judge_scheme(c, TF_RULE_BR_DEX_05, &trader->legal_id, ICD,
                 (struct tf_spot){.term = is_seller ? "seller.legal_id" : "buyer.legal_id", .bt = is_seller ? "BT-30" : "BT-47"});
    judge_scheme(c, TF_RULE_BR_DEX_07, &trader->endpoint, EAS,
                 (struct tf_spot){.term = is_seller ? "seller.endpoint" : "buyer.endpoint", .bt = is_seller ? "BT-34" : "BT-49"});
}

static void judge_schemes(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    judge_trader(c, &invoice->seller, true);
    judge_trader(c, &invoice->buyer, false);
    judge_scheme(c, TF_RULE_BR_DEX_04, &invoice->payee.id, party_list(c, true), (struct tf_spot){.term = "payee.id", .bt = "BT-60"});
    judge_scheme(c, TF_RULE_BR_DEX_05, &invoice->payee.legal_id, ICD, (struct tf_spot){.term = "payee.legal_id", .bt = "BT-61"});
    judge_scheme(c, TF_RULE_BR_DEX_08, &invoice->delivery.location_id, ICD,
                 (struct tf_spot){.term = "delivery.location_id", .bt = "BT-71"});
    for (size_t i = 0; i < invoice->lines.count; i++)
        judge_scheme(c, TF_RULE_BR_DEX_06, &invoice->lines.items[i].item.standard_id, ICD,
                     (struct tf_spot){.list = "lines", .index = i, .term = "item.standard_id", .bt = "BT-157"});
}

static void judge_mime(struct tf_case *c, struct tf_str mime, struct tf_spot spot)
{
    tf_case_saw(c, TF_RULE_BR_DEX_01);
    if (!tf_str_is(mime, "application/xml") && !tf_code_lists_has(c->lists, TF_CODES_MIME, c->day, mime))
        tf_case_find_text(c, TF_RULE_BR_DEX_01, spot, mime, TF_STR_NONE);
}

static void judge_files(struct tf_case *c)
{
    for (size_t i = 0; i < c->invoice->attachments.count; i++)
        if (c->invoice->attachments.items[i].file.present)
            judge_mime(c, c->invoice->attachments.items[i].file.mime,
                       (struct tf_spot){.list = "attachments", .index = i, .term = "file.mime", .bt = "BT-125"});
}

static bool adds_up(const struct tf_stray *stray)
{
    struct tf_decimal sum, said;
    return tf_money_parse(stray->text, &sum) == TF_OK && tf_money_parse(stray->scheme, &said) == TF_OK && tf_money_cmp(sum, said) == 0;
}

static struct tf_spot line_of(const struct tf_case *c, const struct tf_stray *stray, const char *term, const char *bt)
{
    if (stray->item == 0 || stray->item > c->invoice->lines.count)
        return (struct tf_spot){.term = "lines", .bt = bt, .line = stray->line};
    return (struct tf_spot){.list = "lines", .index = stray->item - 1, .term = term, .bt = bt, .line = stray->line};
}

/* Schemes and media types at places that no term has. */
static void judge_code(struct tf_case *c, const struct tf_stray *stray, enum tf_stray_kind kind)
{
    static const struct {
        enum tf_stray_kind kind;
        enum tf_rule rule;
        enum scheme_list list;
    } kinds[] = {
        {TF_STRAY_PARTY_SCHEME, TF_RULE_BR_DEX_04, ICD},    {TF_STRAY_LEGAL_SCHEME, TF_RULE_BR_DEX_05, ICD},
        {TF_STRAY_ITEM_SCHEME, TF_RULE_BR_DEX_06, ICD},     {TF_STRAY_ENDPOINT_SCHEME, TF_RULE_BR_DEX_07, EAS},
        {TF_STRAY_LOCATION_SCHEME, TF_RULE_BR_DEX_08, ICD},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (kinds[i].kind == kind)
            ask_scheme(c, kinds[i].rule, stray->text, kinds[i].list, (struct tf_spot){.line = stray->line});
    if (kind == TF_STRAY_MIME)
        judge_mime(c, stray->text, (struct tf_spot){.line = stray->line});
}

static void judge_stray(struct tf_case *c, const struct tf_stray *stray)
{
    const enum tf_stray_kind kind = tf_stray_kind_of(stray);
    judge_code(c, stray, kind);
    if (kind == TF_STRAY_PARENT_LINE) {
        tf_case_saw(c, TF_RULE_BR_DEX_15);
        tf_case_find(c, TF_RULE_BR_DEX_15, line_of(c, stray, NULL, "BG-25"));
    }
    if (c->event->kind != TF_KIND_INVOICE)
        return;
    if (kind == TF_STRAY_SUB_LINES) {
        tf_case_saw(c, TF_RULE_BR_DEX_02);
        if (!adds_up(stray))
            tf_case_find_text(c, TF_RULE_BR_DEX_02, line_of(c, stray, "net", "BT-131"), stray->scheme, stray->text);
    } else if (kind == TF_STRAY_SUB_LINE_VAT) {
        tf_case_saw(c, TF_RULE_BR_DEX_03);
        tf_case_find_text(c, TF_RULE_BR_DEX_03, line_of(c, stray, NULL, "BG-DEX-06"), stray->text, TF_STR("1"));
    }
}

static size_t count_decimals(struct tf_str text)
{
    const char *point = text.len > 0 ? memchr(text.ptr, '.', text.len) : NULL;
    return point ? (size_t)(text.ptr + text.len - point) - 1 : 0;
}

static void judge_third_party(struct tf_case *c, size_t i)
{
    const struct tf_third_party_payment *payment = &c->invoice->third_party_payments.items[i];
    struct tf_spot spot = {.list = "third_party_payments", .index = i, .term = "type", .bt = "BT-DEX-001"};
    tf_case_check(c, TF_RULE_BR_DEX_10, !tf_str_blank(payment->type), spot);
    spot.term = "amount";
    spot.bt = "BT-DEX-002";
    tf_case_check(c, TF_RULE_BR_DEX_11, !tf_str_blank(payment->amount.text), spot);
    tf_case_check(c, TF_RULE_BR_DEX_13, count_decimals(payment->amount.text) <= PAID_DECIMALS, spot);
    tf_case_check(c, TF_RULE_BR_DEX_14, tf_str_present(payment->currency) && tf_str_eq(payment->currency, c->invoice->currency), spot);
    spot.term = "description";
    spot.bt = "BT-DEX-003";
    tf_case_check(c, TF_RULE_BR_DEX_12, !tf_str_blank(payment->description), spot);
}

/* In the place of BR-CO-16, with what third parties pay. */
static void br_dex_09(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    struct tf_figure due = tf_figure_of(invoice->totals.due), owed = tf_figure_of(invoice->totals.gross);
    if (!invoice->totals.present || invoice->syntax == TF_SYNTAX_CII)
        return;
    tf_figure_deduct(&due, invoice->totals.rounding);
    tf_figure_deduct(&owed, invoice->totals.prepaid);
    for (size_t i = 0; i < invoice->third_party_payments.count; i++)
        if (!tf_str_blank(invoice->third_party_payments.items[i].amount.text))
            tf_figure_collect(&owed, invoice->third_party_payments.items[i].amount);
    due = tf_figure_round(due, CENTS);
    owed = tf_figure_round(owed, CENTS);
    tf_case_saw(c, TF_RULE_BR_DEX_09);
    if (!tf_figure_eq(due, owed))
        tf_case_find_amounts(c, TF_RULE_BR_DEX_09, (struct tf_spot){.term = "totals.due", .bt = "BT-115"}, due, owed);
}

void tf_xrechnung_judge_extension(struct tf_case *c)
{
    judge_files(c);
    judge_schemes(c);
    br_dex_09(c);
    for (size_t i = 0; i < c->invoice->strays.count; i++)
        judge_stray(c, &c->invoice->strays.items[i]);
    for (size_t i = 0; i < c->invoice->third_party_payments.count; i++)
        judge_third_party(c, i);
}
