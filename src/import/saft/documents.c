/* SourceDocuments of Portugal, and what they have in common with Norway's; invoices.c makes records of those that are invoices and receipts. */
#include "saft_internal.h"

enum { DECIMALS = 2 };

static const char *path_of(enum tf_saft_state state)
{
    switch (state) {
    case TF_SAFT_INVOICE: return "SourceDocuments/SalesInvoices/Invoice";
    case TF_SAFT_STOCK_MOVEMENT: return "SourceDocuments/MovementOfGoods/StockMovement";
    case TF_SAFT_WORK_DOCUMENT: return "SourceDocuments/WorkingDocuments/WorkDocument";
    default: return "SourceDocuments/Payments/Payment";
    }
}

void tf_saft_begin_document(struct tf_saft *s, enum tf_saft_state state)
{
    s->one = (struct tf_saft_sums){.entries = 0};
    s->groups_count = 0;
    s->document = state;
    s->opened = false;
    s->problem = (struct tf_problem){.err = TF_OK};
    tf_saft_begin_source(s);
}

enum tf_err tf_saft_end_document_line(struct tf_saft *s)
{
    struct tf_decimal debit, credit;
    if (s->country == TF_SAFT_NORWAY)
        return tf_saft_end_source_line(s);
    (void)tf_saft_amount(s, s->line.debit, "DebitAmount", &debit);
    (void)tf_saft_amount(s, s->line.credit, "CreditAmount", &credit);
    if (s->document == TF_SAFT_INVOICE)
        TF_TRY(tf_saft_check_tax_code(s, "SourceDocuments/SalesInvoices/Invoice/Line/Tax/TaxCode"));
    if (s->document == TF_SAFT_INVOICE)
        tf_saft_put_invoice_line(s);
    if (s->document == TF_SAFT_PAYMENT)
        tf_saft_put_paid(s);
    s->one.entries++;
    tf_saft_sum(&s->one.debit, debit, &s->one.overflow);
    tf_saft_sum(&s->one.credit, credit, &s->one.overflow);
    return TF_OK;
}

/* ---- Checks of one document ---- */

/* Code, space, series, slash, number: "FT A/1". */
static bool number_form(struct tf_str id)
{
    const char *space = id.len > 0 ? memchr(id.ptr, ' ', id.len) : NULL;
    const char *slash = space ? memchr(space, '/', (size_t)(id.ptr + id.len - space)) : NULL;
    uint64_t number;
    return slash && space > id.ptr && slash > space + 1 &&
           tf_str_to_u64((struct tf_str){slash + 1, (size_t)(id.ptr + id.len - slash - 1)}, INT64_MAX, &number);
}

bool tf_saft_differs(struct tf_decimal a, struct tf_decimal b, struct tf_decimal most)
{
    struct tf_decimal difference;
    return !tf_money_sub(a, b, &difference) || tf_money_cmp(tf_money_abs(difference), most) > 0;
}

static enum tf_err check_sums(struct tf_saft *s, enum tf_saft_state state)
{
    struct tf_decimal net, tax, gross, sum, lines;
    char found[TF_MONEY_TEXT_BYTES], wanted[TF_MONEY_TEXT_BYTES];
    if (!tf_saft_amount(s, s->record.net, "NetTotal", &net) || !tf_saft_amount(s, s->record.tax, "TaxPayable", &tax) ||
        !tf_saft_amount(s, s->record.gross, "GrossTotal", &gross))
        return TF_OK;
    if (!tf_money_add(net, tax, &sum) || tf_saft_differs(sum, gross, tf_money_of(5, 3)))
        return tf_saft_find(s, TF_FILE_RULE_SAFT_DOCUMENT_SUM, s->record_line, path_of(state), tf_money_format(gross, DECIMALS, found),
                            tf_money_format(sum, DECIMALS, wanted));
    bool by_lines =
        state == TF_SAFT_INVOICE || state == TF_SAFT_WORK_DOCUMENT; /* lines of receipts say what is paid, those of movements may lack amounts */
    if (!by_lines || s->one.overflow || !tf_money_sub(s->one.credit, s->one.debit, &lines))
        return TF_OK;
    if (!tf_saft_differs(tf_money_abs(lines), tf_money_abs(net), tf_money_of((int64_t)(s->one.entries + 1) * 5, 3)))
        return TF_OK;
    return tf_saft_find(s, TF_FILE_RULE_SAFT_DOCUMENT_SUM, s->record_line, path_of(state), tf_money_format(net, DECIMALS, found),
                        tf_money_format(tf_money_abs(lines), DECIMALS, wanted));
}

static enum tf_err check_number(struct tf_saft *s, const char *path, struct tf_saft_numbers *numbers)
{
    enum tf_saft_number met;
    if (s->record.id.len == 0)
        return TF_OK;
    TF_TRY(tf_saft_numbers_add(numbers, TF_STR_NONE, s->record.id, s->record_line, &met));
    return met == TF_SAFT_AGAIN ? tf_saft_find_repeated(s, path) : TF_OK;
}

/* Receipts carry no signature. */
static enum tf_err check_signature(struct tf_saft *s, enum tf_saft_state state)
{
    const struct tf_saft_record *r = &s->record;
    char gross_text[TF_MONEY_TEXT_BYTES];
    struct tf_decimal gross;
    enum tf_saft_signature signature;
    bool order;
    if (state == TF_SAFT_PAYMENT)
        return TF_OK;
    if (!tf_saft_hash_form(r->hash, r->hash_control))
        TF_TRY(tf_saft_find(s, TF_FILE_RULE_SAFT_HASH_FORM, s->record_line, path_of(state), r->hash.len > 0 ? r->hash : TF_STR("no Hash"), r->id));
    (void)tf_saft_amount(s, r->gross, "GrossTotal", &gross);
    const struct tf_saft_signed document = {.number = r->id,
                                            .date = r->date,
                                            .entered = r->entered,
                                            .hash = r->hash,
                                            .gross = tf_money_format(gross, DECIMALS, gross_text),
                                            .foreign = tf_str_is(r->billing, "I")};
    TF_TRY(tf_saft_chain_add(&s->chain, &document, &signature, &order));
    if (!order)
        TF_TRY(tf_saft_find(s, TF_FILE_RULE_SAFT_CHAIN_ORDER, s->record_line, path_of(state), r->id, TF_STR("no earlier than the number before it")));
    if (signature != TF_SAFT_FAILED)
        return TF_OK;
    return tf_saft_find(s, TF_FILE_RULE_SAFT_SIGNATURE, s->record_line, path_of(state), r->id, TF_STR("a signature of the configured key"));
}

enum tf_err tf_saft_check_document(struct tf_saft *s, const char *path, struct tf_saft_numbers *numbers)
{
    if (numbers)
        TF_TRY(check_number(s, path, numbers));
    TF_TRY(tf_saft_check_party(s, TF_SAFT_OF_CUSTOMER, s->record.customer, s->record_line, path));
    TF_TRY(tf_saft_check_party(s, TF_SAFT_OF_SUPPLIER, s->record.supplier, s->record_line, path));
    if (tf_saft_in_period(s, s->record.date))
        return TF_OK;
    return tf_saft_find(s, TF_FILE_RULE_SAFT_PERIOD, s->record_line, path, s->record.date, TF_STR("a date in the period of the header"));
}

static enum tf_err check_document(struct tf_saft *s, enum tf_saft_state state)
{
    if (!number_form(s->record.id))
        TF_TRY(tf_saft_find(s, TF_FILE_RULE_SAFT_NUMBER_FORM, s->record_line, path_of(state), s->record.id, TF_STR("as in \"FT A/1\"")));
    TF_TRY(check_signature(s, state));
    TF_TRY(check_sums(s, state));
    return tf_saft_check_document(s, path_of(state), &s->documents);
}

bool tf_saft_voided(const struct tf_saft *s) { return tf_str_is(s->record.status, "A") || tf_str_is(s->record.status, "F"); }

/* What is annulled, or billed by another document, is in no control total (Portaria 302/2016, 4.1.2, 4.4.2). */
static void count_document(struct tf_saft *s, enum tf_saft_state state)
{
    s->sums.entries++;
    s->annulled += tf_str_is(s->record.status, "A");
    s->invoices += state == TF_SAFT_INVOICE;
    s->payments += state == TF_SAFT_PAYMENT;
    s->movements += state == TF_SAFT_STOCK_MOVEMENT;
    s->work_documents += state == TF_SAFT_WORK_DOCUMENT;
    if (tf_saft_voided(s))
        return;
    s->sums.overflow |= s->one.overflow;
    tf_saft_sum(&s->sums.debit, s->one.debit, &s->sums.overflow);
    tf_saft_sum(&s->sums.credit, s->one.credit, &s->sums.overflow);
}

enum tf_err tf_saft_end_document(struct tf_saft *s, enum tf_saft_state state)
{
    if (s->country == TF_SAFT_NORWAY)
        return tf_saft_end_source(s, state);
    count_document(s, state);
    TF_TRY(check_document(s, state));
    if (state == TF_SAFT_INVOICE)
        return tf_saft_end_invoice(s);
    return state == TF_SAFT_PAYMENT ? tf_saft_end_payment(s) : TF_OK;
}
