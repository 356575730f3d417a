/*
 * Payment files of banks, ISO 20022: pain.001 (what is to be paid, versions 03 to 12) and camt.053 (what was, versions 02 to 13). Each
 * transaction is a payment, also those of a batch; a return is a returned payment.
 */
#include <stdlib.h>
#include <string.h>

#include "order.h"

enum { ARENA_BYTES_MAX = 16 << 20 };

/* What an element's text is of; the groups above an order come before it. */
enum owner { ORDER, GROUP, STATEMENT };
struct element {
    const char *tail;   /* of its path */
    enum owner owner;
    size_t at;          /* a struct tf_str of the owner */
};
#define OF_ORDER(tail, member) {tail, ORDER, offsetof(struct tf_order, member)}
#define OF_GROUP(tail, member) {tail, GROUP, offsetof(struct tf_order_group, member)}
#define OF_STATEMENT(tail, member) {tail, STATEMENT, offsetof(struct tf_order_group, member)}

struct dialect {
    const char *group, *order;          /* the elements that hold them */
    const struct element *elements;
    size_t elements_count;
};

/* Read by where the money goes; of what came in the payer is the other side. */
static const struct element pain_elements[] = {
    OF_GROUP("PmtInf/ReqdExctnDt", date),
    OF_GROUP("PmtInf/ReqdExctnDt/Dt", date),
    OF_GROUP("PmtInf/DbtrAcct/Id/IBAN", own_account),
    OF_ORDER("CdtTrfTxInf/PmtId/EndToEndId", end_to_end_id),
    OF_ORDER("CdtTrfTxInf/Amt/InstdAmt", amount),
    OF_ORDER("CdtTrfTxInf/Cdtr/Nm", supplier),
    OF_ORDER("CdtTrfTxInf/Cdtr/Id/OrgId/Othr/Id", supplier_id),
    OF_ORDER("CdtTrfTxInf/CdtrAcct/Id/IBAN", account),
    OF_ORDER("CdtTrfTxInf/CdtrAcct/Id/Othr/Id", account_other),
    OF_ORDER("CdtTrfTxInf/RmtInf/Ustrd", note),
};
static const struct element camt_elements[] = {
    OF_STATEMENT("Stmt/Acct/Id/IBAN", own_account),
    OF_GROUP("Ntry/BookgDt/Dt", date),
    OF_GROUP("Ntry/ValDt/Dt", value_date),
    OF_ORDER("Ntry/Amt", amount),
    OF_ORDER("TxDtls/Amt", amount),
    OF_ORDER("TxDtls/AmtDtls/TxAmt/Amt", amount),
    OF_ORDER("TxDtls/Refs/EndToEndId", end_to_end_id),
    OF_ORDER("TxDtls/RltdPties/Cdtr/Nm", supplier),
    OF_ORDER("TxDtls/RltdPties/Cdtr/Pty/Nm", supplier),
    OF_ORDER("TxDtls/RltdPties/CdtrAcct/Id/IBAN", account),
    OF_ORDER("TxDtls/RltdPties/CdtrAcct/Id/Othr/Id", account_other),
    OF_ORDER("TxDtls/RmtInf/Ustrd", note),
};
static const struct dialect pain = {"PmtInf", "CdtTrfTxInf", pain_elements, sizeof pain_elements / sizeof pain_elements[0]};
static const struct dialect camt = {"Ntry", "TxDtls", camt_elements, sizeof camt_elements / sizeof camt_elements[0]};

struct reader {
    const struct dialect *dialect;
    const struct tf_import_options *options;
    const struct tf_import_sink *sink;
    struct tf_xml_stream *stream;
    struct tf_arena *arena;             /* of one group and its orders */
    struct tf_order_group group;
    struct tf_order order;
    struct tf_str statement_account, entry_amount, entry_currency, payer, payer_account;
    size_t orders;                      /* of the group so far */
    struct tf_buf out;
    struct tf_import_ids ids;
};

static bool is(const struct reader *r, const char *tail) { return tf_xml_stream_at(r->stream, tail); }

static bool keep(struct reader *r, struct tf_str *into) { return tf_order_keep(r->arena, tf_xml_stream_text(r->stream), into); }

/* ---- Elements ---- */

static void begin_group(struct reader *r)
{
    char own[64] = "";
    size_t len = r->statement_account.len < sizeof own ? r->statement_account.len : 0;
    if (len > 0)
        memcpy(own, r->statement_account.ptr, len);
    tf_arena_rewind(r->arena); /* what the statement said goes along */
    r->statement_account = len > 0 ? tf_arena_dup(r->arena, (struct tf_str){own, len}) : TF_STR_NONE;
    r->group = (struct tf_order_group){.own_account = r->statement_account, .booked = r->dialect == &camt};
    r->entry_amount = r->entry_currency = TF_STR_NONE;
    r->orders = 0;
}

static void begin_order(struct reader *r)
{
    tf_order_clear(&r->order);
    r->order.line = tf_xml_stream_line(r->stream);
    r->order.amount = r->entry_amount;
    r->order.currency = r->entry_currency;
    r->order.returned = r->group.reversed; /* of an entry: of all its payments */
    r->payer = r->payer_account = TF_STR_NONE;
}

static bool take_currency(struct reader *r)
{
    if (!is(r, "InstdAmt") && !is(r, "Ntry/Amt") && !is(r, "TxDtls/Amt") && !is(r, "TxAmt/Amt"))
        return true;
    return tf_order_keep(r->arena, tf_xml_stream_attribute(r->stream, "Ccy"), &r->order.currency);
}

static enum tf_err begin(struct reader *r)
{
    if (is(r, r->dialect->group))
        begin_group(r);
    if (is(r, r->dialect->group) || is(r, r->dialect->order))
        begin_order(r);
    if (is(r, "RfrdDocInf"))
        tf_order_invoice(&r->order, TF_STR_NONE);
    if (is(r, "TxDtls/RtrInf"))
        r->order.returned = true;
    return take_currency(r) ? TF_OK : TF_E_LIMIT;
}

/* The last invoice that was named. */
static bool take_invoice(struct reader *r)
{
    if (r->order.invoices_count == 0 || r->order.overflow)
        return true;
    size_t last = r->order.invoices_count - 1;
    if (is(r, "RfrdDocInf/Nb"))
        return keep(r, &r->order.invoices[last].number);
    if (is(r, "RfrdDocAmt/RmtdAmt") || is(r, "RfrdDocAmt/DuePyblAmt"))
        return keep(r, &r->order.invoices[last].amount);
    return true;
}

/* What camt says of a direction, and of who pays where money came in. */
static bool take_side(struct reader *r)
{
    if (is(r, "Ntry/CdtDbtInd"))
        r->group.incoming = tf_str_is(tf_xml_stream_text(r->stream), "CRDT");
    if (is(r, "Ntry/RvslInd"))
        r->order.returned = r->group.reversed = tf_str_is(tf_xml_stream_text(r->stream), "true") || tf_str_is(tf_xml_stream_text(r->stream), "1");
    if (is(r, "RltdPties/Dbtr/Nm") || is(r, "RltdPties/Dbtr/Pty/Nm"))
        return keep(r, &r->payer);
    return !is(r, "RltdPties/DbtrAcct/Id/IBAN") || keep(r, &r->payer_account);
}

static bool take_element(struct reader *r)
{
    for (size_t i = 0; i < r->dialect->elements_count; i++) {
        const struct element *element = &r->dialect->elements[i];
        if (!is(r, element->tail))
            continue;
        char *owner = element->owner == ORDER ? (char *)&r->order : (char *)&r->group;
        if (!keep(r, (struct tf_str *)(void *)(owner + element->at)))
            return false;
        if (element->owner == STATEMENT)
            r->statement_account = r->group.own_account;
    }
    if (is(r, "Ntry/Amt")) {
        r->entry_amount = r->order.amount;
        r->entry_currency = r->order.currency;
    }
    return true;
}

static enum tf_err emit(struct reader *r)
{
    if (r->group.incoming && !r->order.returned) {
        r->order.supplier = r->payer;
        r->order.account = r->payer_account;
    }
    r->orders++;
    return tf_order_emit(&r->order, &r->group, r->options, &r->out, &r->ids, r->sink);
}

static enum tf_err end(struct reader *r)
{
    if (!take_element(r) || !take_invoice(r) || !take_side(r))
        return TF_E_LIMIT;
    if (is(r, r->dialect->order))
        return emit(r);
    if (r->dialect == &camt && is(r, "Ntry") && r->orders == 0)
        return emit(r); /* an entry that says nothing more */
    return TF_OK;
}

/* ---- The file ---- */

static enum tf_err walk(struct reader *r, const char *name, struct tf_fault *fault)
{
    enum tf_xml_step step;
    for (;;) {
        TF_TRY(tf_xml_stream_next(r->stream, &step, fault));
        if (step == TF_XML_DONE)
            return TF_OK;
        enum tf_err err = step == TF_XML_BEGIN ? begin(r) : end(r);
        if (err == TF_E_LIMIT)
            return tf_fault_set(fault, TF_E_TOO_BIG, "%s: line %llu: one group of payments says more than 16 MB", name,
                                (unsigned long long)tf_xml_stream_line(r->stream));
        TF_TRY(err);
    }
}

static enum tf_err read_dialect(const struct dialect *dialect, int fd, const char *name, const struct tf_import_options *options,
                                const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct reader *r = calloc(1, sizeof *r);
    if (!r)
        return TF_E_MEMORY;
    r->dialect = dialect;
    r->options = options;
    r->sink = sink;
    r->arena = tf_arena_create(ARENA_BYTES_MAX);
    tf_buf_init(&r->out, options->record_bytes_max);
    enum tf_err err = r->arena ? tf_xml_stream_open(fd, name, &r->stream, fault) : TF_E_MEMORY;
    if (err == TF_OK)
        err = walk(r, name, fault);
    tf_xml_stream_close(r->stream);
    tf_import_ids_finish(&r->ids);
    tf_buf_finish(&r->out);
    tf_arena_destroy(r->arena);
    free(r);
    return err;
}

enum tf_err tf_pain_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    return read_dialect(&pain, fd, name, options, sink, fault);
}

enum tf_err tf_camt_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    return read_dialect(&camt, fd, name, options, sink, fault);
}

bool tf_pain_begins(struct tf_str head) { return tf_signs_xml(head, "Document", "urn:iso:std:iso:20022:tech:xsd:pain.001."); }
bool tf_camt_begins(struct tf_str head) { return tf_signs_xml(head, "Document", "urn:iso:std:iso:20022:tech:xsd:camt.053."); }
