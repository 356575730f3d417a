/*
 * SourceDocuments of Norway: sales and purchase invoices, and payments, as records. Each amount says on which side of the ledger it stands: of a sale credit
 * is what is billed, of a purchase debit. The same things stand in GeneralLedgerEntries as journals, which no rule compares with documents: nothing is
 * counted twice.
 */
#include "source.h"

enum { DECIMALS = 2 };

bool tf_source_is_sale(const struct tf_saft *s) { return s->section_state != TF_SAFT_PURCHASES; }

const char *tf_source_path(const struct tf_saft *s)
{
    if (s->document == TF_SAFT_PAYMENT)
        return "SourceDocuments/Payments/Payment";
    return tf_source_is_sale(s) ? "SourceDocuments/SalesInvoices/Invoice" : "SourceDocuments/PurchaseInvoices/Invoice";
}

void tf_saft_begin_source(struct tf_saft *s)
{
    s->source = (struct tf_saft_source){.net = tf_money_of(0, DECIMALS)};
}

void tf_source_add(struct tf_saft *s, struct tf_decimal *sum, struct tf_decimal value)
{
    bool overflow = false;
    tf_saft_sum(sum, value, &overflow);
    if (overflow)
        tf_saft_spoil(s, TF_E_NUMBER, "Line", "the sum of the lines is beyond what can be reckoned");
}

/* The line's amount as an invoice of its side has it; of payments, as money that leaves for a supplier or comes from a customer. */
struct tf_decimal tf_source_amount(struct tf_saft *s, bool credit_is_positive)
{
    struct tf_decimal amount;
    const bool credit = tf_str_is(s->line.side, "C");
    (void)tf_saft_amount(s, s->line.amount, "Line Amount", &amount);
    return credit == credit_is_positive ? amount : tf_money_neg(amount);
}

void tf_source_open(struct tf_saft *s, enum tf_kind kind, const char *member, const char *list)
{
    const struct tf_problem problem = s->problem;
    s->opened = true;
    tf_saft_begin_record(s, kind);
    s->problem = problem;
    tf_json_key(&s->json, member);
    tf_json_object(&s->json);
    tf_json_key(&s->json, list);
    tf_json_array(&s->json);
}

const struct tf_saft_entity *tf_source_entity(const struct tf_saft *s, enum tf_saft_kind kind, struct tf_str id)
{
    static const struct tf_saft_entity nobody;
    const struct tf_saft_entity *found = id.len > 0 ? tf_saft_entities_find(&s->entities, kind, id, TF_STR_NONE) : NULL;
    return found ? found : &nobody;
}

void tf_source_end_document(struct tf_saft *s, bool sale)
{
    tf_json_object_end(&s->json);
    tf_json_ktext(&s->json, "direction", sale ? "sale" : "purchase");
    tf_saft_put(s, "user", s->record.user);
}

/* ---- Lines ---- */

enum tf_err tf_saft_end_source_line(struct tf_saft *s)
{
    struct tf_decimal amount;
    const bool debit = tf_str_is(s->line.side, "D");
    if (!tf_saft_amount(s, s->line.amount, "Line Amount", &amount))
        tf_saft_spoil(s, TF_E_MISSING, "Line", "a line has no amount");
    if (!debit && !tf_str_is(s->line.side, "C"))
        tf_saft_spoil(s, TF_E_VALUE, "DebitCreditIndicator", "a line stands neither in debit (D) nor in credit (C)");
    s->one.entries++;
    tf_saft_sum(debit ? &s->one.debit : &s->one.credit, amount, &s->one.overflow);
    TF_TRY(tf_saft_check_party(s, TF_SAFT_OF_CUSTOMER, s->line.customer, s->line_number, tf_source_path(s)));
    TF_TRY(tf_saft_check_party(s, TF_SAFT_OF_SUPPLIER, s->line.supplier, s->line_number, tf_source_path(s)));
    if (s->document == TF_SAFT_PAYMENT)
        return tf_source_put_paid(s);
    tf_source_add(s, &s->source.net, tf_source_amount(s, tf_source_is_sale(s)));
    tf_source_put_line(s);
    return TF_OK;
}

/* ---- All of them ---- */

static void count(struct tf_saft *s)
{
    s->sums.entries++;
    s->payments += s->document == TF_SAFT_PAYMENT;
    s->invoices += s->document == TF_SAFT_INVOICE && tf_source_is_sale(s);
    s->purchase_invoices += s->document == TF_SAFT_INVOICE && !tf_source_is_sale(s);
    s->sums.overflow |= s->one.overflow;
    tf_saft_sum(&s->sums.debit, s->one.debit, &s->sums.overflow);
    tf_saft_sum(&s->sums.credit, s->one.credit, &s->sums.overflow);
    tf_saft_sum(&s->sums.debit_tax, s->one.debit_tax, &s->sums.overflow);
    tf_saft_sum(&s->sums.credit_tax, s->one.credit_tax, &s->sums.overflow);
}

/* Numbers of purchases are those of their sellers; nobody says that those of payments follow each other. */
static struct tf_saft_numbers *numbers_of(struct tf_saft *s)
{
    if (s->document == TF_SAFT_PAYMENT)
        return &s->references;
    return tf_source_is_sale(s) ? &s->documents : NULL;
}

enum tf_err tf_saft_end_source(struct tf_saft *s, enum tf_saft_state state)
{
    if (state != TF_SAFT_INVOICE && state != TF_SAFT_PAYMENT)
        return TF_OK;
    count(s);
    TF_TRY(tf_saft_check_document(s, tf_source_path(s), numbers_of(s)));
    if (s->record.id.len == 0)
        tf_saft_spoil(s, TF_E_MISSING, state == TF_SAFT_PAYMENT ? "PaymentRefNo" : "InvoiceNo", "a document has no number");
    return state == TF_SAFT_INVOICE ? tf_source_end_invoice(s) : tf_source_end_partner(s, s->source.split ? TF_STR_NONE : s->record.gross);
}
