/* Payments of Norway's SourceDocuments as records. */
#include "source.h"

enum { DECIMALS = 2 };

/* What one partner was paid, or paid; of the only one, the document's total where it has one. */
enum tf_err tf_source_end_partner(struct tf_saft *s, struct tf_str gross)
{
    const bool supplier = s->source.partner_kind == TF_SAFT_OF_SUPPLIER;
    const struct tf_saft_entity *party = tf_source_entity(s, s->source.partner_kind, s->source.partner);
    if (!s->opened)
        tf_source_open(s, TF_KIND_PAYMENT, "payment", "invoices");
    tf_json_array_end(&s->json);
    if (gross.len > 0)
        tf_json_kstr(&s->json, "amount", gross);
    else
        tf_saft_put_decimal(s, "amount", s->source.net);
    tf_saft_put(s, "currency", s->header.currency);
    tf_saft_put(s, "date", s->record.date);
    tf_json_ktext(&s->json, "direction", supplier ? "purchase" : "sale");
    tf_saft_put(s, "end_to_end_id", s->record.id);
    tf_saft_put(s, "ledger_entry", s->record.transaction);
    tf_saft_put(s, "supplier", party->tax_id.len > 0 ? party->tax_id : s->source.partner);
    tf_source_end_document(s, !supplier);
    if (s->source.partner.len == 0)
        tf_saft_spoil(s, TF_E_MISSING, "Line", "no line of the payment names a supplier or a customer");
    const enum tf_err err = tf_saft_end_record(s, TF_KIND_PAYMENT);
    s->opened = false;
    s->problem = (struct tf_problem){.err = TF_OK};
    return err;
}

static enum tf_err begin_partner(struct tf_saft *s, enum tf_saft_kind kind, struct tf_str id)
{
    if (s->opened) {
        TF_TRY(tf_source_end_partner(s, TF_STR_NONE));
        s->source.split = true;
    }
    tf_source_open(s, TF_KIND_PAYMENT, "payment", "invoices");
    s->source.net = tf_money_of(0, DECIMALS);
    s->source.partner_kind = kind;
    s->source.partner = tf_arena_dup(s->arenas[TF_SAFT_SCOPE_record], id);
    return s->source.partner.ptr ? TF_OK : TF_E_MEMORY;
}

/* A line that names nobody is the bank's side, or a discount. Lines of one partner that stand together are one payment. */
enum tf_err tf_source_put_paid(struct tf_saft *s)
{
    const bool supplier = s->line.supplier.len > 0;
    const struct tf_str partner = supplier ? s->line.supplier : s->line.customer;
    const enum tf_saft_kind kind = supplier ? TF_SAFT_OF_SUPPLIER : TF_SAFT_OF_CUSTOMER;
    if (partner.len == 0)
        return TF_OK;
    if (!s->opened || kind != s->source.partner_kind || !tf_str_eq(partner, s->source.partner))
        TF_TRY(begin_partner(s, kind, partner));
    const struct tf_decimal amount = tf_source_amount(s, !supplier);
    tf_source_add(s, &s->source.net, amount);
    if (s->line.reference.len == 0)
        return TF_OK;
    tf_json_object(&s->json);
    tf_saft_put_decimal(s, "amount", amount);
    tf_json_kstr(&s->json, "number", s->line.reference);
    tf_json_object_end(&s->json);
    return TF_OK;
}

