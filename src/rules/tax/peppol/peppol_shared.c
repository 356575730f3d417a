/* Rules of the document that Peppol and XRechnung both ask. */
#include "peppol.h"
#include "stray.h"

static void r001(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    if (tf_peppol_of_cii(c) && !invoice->process.present)
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_R001);
    if (!tf_str_present(invoice->process.business_process))
        tf_case_find(c, TF_RULE_PEPPOL_R001, (struct tf_spot){.term = "process.business_process", .bt = "BT-23"});
}

static void r005(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    if (!tf_str_present(invoice->vat_currency))
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_R005);
    if (tf_str_eq(tf_str_trim(invoice->vat_currency), tf_str_trim(invoice->currency)))
        tf_case_find_text(c, TF_RULE_PEPPOL_R005, (struct tf_spot){.term = "vat_currency", .bt = "BT-6"}, invoice->vat_currency,
                          TF_STR_NONE);
}

/* UBL has the seller and the buyer in a shell of their own, which may be empty: then there is no party to ask. */
static bool is_party(const struct tf_case *c, const struct tf_trader *trader)
{
    const bool described = trader->address.present || trader->contact.present || trader->ids.count > 0 || tf_str_present(trader->name) ||
                           tf_str_present(trader->trading_name) || tf_str_present(trader->legal_id.id) ||
                           tf_str_present(trader->legal_info) || tf_str_present(trader->vat_id) || tf_str_present(trader->tax_id) ||
                           tf_str_present(trader->endpoint.id);
    return trader->present && (described || c->invoice->syntax != TF_SYNTAX_UBL || tf_stray_empty(c->invoice, "Party"));
}

bool tf_peppol_has_endpoint(const struct tf_case *c, const struct tf_id *endpoint)
{
    if (tf_peppol_of_cii(c) && tf_str_present(endpoint->id) && endpoint->id.len == 0)
        return tf_stray_empty(c->invoice, "URIID");
    return tf_str_present(endpoint->id);
}

static void judge_endpoint(struct tf_case *c, enum tf_rule rule, const struct tf_trader *trader, struct tf_spot spot)
{
    if (!is_party(c, trader))
        return;
    tf_case_saw(c, rule);
    if (!tf_peppol_has_endpoint(c, &trader->endpoint))
        tf_case_find(c, rule, spot);
}

/* How many VAT totals there are, as the syntax tells them apart: by a breakdown below them in UBL, by their currency in CII. */
struct totals {
    size_t own, accounting; /* BT-110, BT-111 */
};

static struct totals count_totals(const struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    struct totals count = {0};
    for (size_t i = 0; i < invoice->vat_totals.count; i++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[i];
        const bool named = tf_str_present(total->currency) && tf_str_present(invoice->currency);
        const bool own = tf_str_eq(total->currency, invoice->currency);
        count.own += tf_peppol_of_cii(c) ? named && own : total->has_breakdown;
        count.accounting += tf_peppol_of_cii(c) ? named && !own : !total->has_breakdown;
    }
    /* A record may list a breakdown without a total above it. */
    if (invoice->syntax == TF_SYNTAX_JSON && count.own == 0 && invoice->vat_breakdown.count > 0)
        count.own = 1;
    return count;
}

/* CII asks where its group of the settlement is. */
static bool is_settled(const struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    return !tf_peppol_of_cii(c) || invoice->totals.present || invoice->vat_breakdown.count > 0 || invoice->payments.count > 0 ||
           tf_str_present(invoice->currency) || tf_stray_empty(invoice, "ApplicableHeaderTradeSettlement");
}

static void r053_r054(struct tf_case *c, const struct tf_peppol_book *book)
{
    if (!is_settled(c))
        return;
    const struct totals count = count_totals(c);
    const bool may_miss = book->xrechnung && tf_peppol_of_cii(c);
    tf_case_saw(c, TF_RULE_PEPPOL_R053);
    if (count.own > 1 || (count.own == 0 && !may_miss))
        tf_case_find(c, TF_RULE_PEPPOL_R053, (struct tf_spot){.term = "totals.vat", .bt = "BT-110"});
    tf_case_saw(c, TF_RULE_PEPPOL_R054);
    if (count.accounting != (tf_str_present(c->invoice->vat_currency) ? 1 : 0))
        tf_case_find(c, TF_RULE_PEPPOL_R054, (struct tf_spot){.term = "totals.vat_accounting", .bt = "BT-111"});
}

/* Which signs the VAT totals of a currency have; as the artefacts ask, one total of the sign is enough. */
struct signs {
    bool negative, zero, positive;
};

static struct signs signs_in(const struct tf_invoice *invoice, struct tf_str currency)
{
    struct signs signs = {false};
    for (size_t i = 0; i < invoice->vat_totals.count; i++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[i];
        const struct tf_figure amount = tf_figure_of(total->amount);
        if (!amount.known || !tf_str_present(total->currency) || !tf_str_eq(total->currency, currency))
            continue;
        const int sign = tf_money_sign(amount.value);
        signs.negative |= sign < 0;
        signs.zero |= sign == 0;
        signs.positive |= sign > 0;
    }
    return signs;
}

/* Zero goes with either sign in UBL, with the positive one alone in CII. */
static bool signs_agree(struct signs a, struct signs b, bool zero_is_negative)
{
    const bool negative_a = a.negative || (zero_is_negative && a.zero), negative_b = b.negative || (zero_is_negative && b.zero);
    return (negative_a && negative_b) || ((a.positive || a.zero) && (b.positive || b.zero));
}

static void r055(struct tf_case *c, const struct tf_peppol_book *book)
{
    const struct tf_invoice *invoice = c->invoice;
    if (!tf_str_present(invoice->vat_currency))
        return;
    const bool cii = tf_peppol_of_cii(c);
    const struct signs own = signs_in(invoice, cii ? invoice->currency : tf_str_trim(invoice->currency));
    const struct signs accounting = signs_in(invoice, cii ? invoice->vat_currency : tf_str_trim(invoice->vat_currency));
    if (cii && book->xrechnung && !own.negative && !own.zero && !own.positive)
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_R055);
    if (!signs_agree(own, accounting, !cii))
        tf_case_find(c, TF_RULE_PEPPOL_R055, (struct tf_spot){.term = "totals.vat_accounting", .bt = "BT-111"});
}

/* In CII one mandate stands for all means of payment. */
static bool has_mandate(const struct tf_case *c, size_t i)
{
    const struct tf_invoice *invoice = c->invoice;
    if (!tf_peppol_of_cii(c))
        return tf_str_present(invoice->payments.items[i].direct_debit.mandate);
    for (size_t j = 0; j < invoice->payments.count; j++)
        if (tf_str_present(invoice->payments.items[j].direct_debit.mandate))
            return true;
    return false;
}

static void r061(struct tf_case *c)
{
    for (size_t i = 0; i < c->invoice->payments.count; i++) {
        const struct tf_str code = tf_str_trim(c->invoice->payments.items[i].means_code);
        if (!tf_str_is(code, "49") && !tf_str_is(code, "59"))
            continue;
        tf_case_saw(c, TF_RULE_PEPPOL_R061);
        if (!has_mandate(c, i))
            tf_case_find(c, TF_RULE_PEPPOL_R061,
                         tf_spot_at(tf_spot_payment(c->invoice, i), "direct_debit.mandate", "BT-89"));
    }
}

void tf_peppol_judge_shared(struct tf_case *c, const struct tf_peppol_book *book)
{
    r001(c);
    r005(c);
    judge_endpoint(c, TF_RULE_PEPPOL_R010, &c->invoice->buyer, (struct tf_spot){.term = "buyer.endpoint", .bt = "BT-49"});
    judge_endpoint(c, TF_RULE_PEPPOL_R020, &c->invoice->seller, (struct tf_spot){.term = "seller.endpoint", .bt = "BT-34"});
    r053_r054(c, book);
    r055(c, book);
    r061(c);
    tf_peppol_judge_allowances(c, book);
    tf_peppol_judge_lines(c, book);
    tf_peppol_judge_strays(c, book);
}
