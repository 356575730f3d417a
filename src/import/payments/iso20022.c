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
    OF_GROUP("PmtInf/ReqdExctnDt/DtTm", date),
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
    OF_GROUP("Ntry/BookgDt/DtTm", date),
    OF_GROUP("Ntry/ValDt/Dt", value_date),
    OF_GROUP("Ntry/ValDt/DtTm", value_date),
    OF_GROUP("Ntry/Sts", entry_status),
    OF_GROUP("Ntry/Sts/Cd", entry_status),
    OF_ORDER("Ntry/Amt", amount),
    OF_ORDER("TxDtls/Amt", amount),
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
    struct tf_arena *arena;             /* of one group */
    struct tf_arena *order_arena;       /* of one of its orders */
    struct tf_order_group group;
    struct tf_order order;
    struct tf_str statement_account, entry_amount, entry_currency, payer, payer_account;
    bool entry_incoming;                /* what the entry says; each of its payments may say otherwise */
    bool own_amount;                    /* the order has one, and not the entry's */
    bool waits;                         /* the entry's first payment has none: it has the entry's if it is the only one */
    size_t documents_from;              /* invoices before those of this structured remittance */
    size_t orders;                      /* of the group so far */
    struct tf_buf out;
    struct tf_import_ids ids;
};

static bool is(const struct reader *r, const char *tail) { return tf_xml_stream_at(r->stream, tail); }

static bool keep(struct reader *r, struct tf_str *into) { return tf_order_keep(r->order_arena, tf_xml_stream_text(r->stream), into); }

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
    r->entry_incoming = r->waits = false;
    r->orders = 0;
}

static void begin_order(struct reader *r)
{
    tf_order_clear(&r->order);
    tf_arena_rewind(r->order_arena);
    r->own_amount = false;
    r->group.incoming = r->entry_incoming;
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
    if (is(r, "TxAmt/Amt") && r->own_amount)
        return true;
    return tf_order_keep(r->order_arena, tf_xml_stream_attribute(r->stream, "Ccy"), &r->order.currency);
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

/* Several payments, and only their sum: none of them is it. */
static enum tf_err refuse_waiting(struct reader *r)
{
    r->waits = false;
    r->order.amount = TF_STR_NONE;
    return emit(r);
}

static enum tf_err begin(struct reader *r)
{
    if (is(r, r->dialect->group))
        begin_group(r);
    if (is(r, r->dialect->order) && r->waits)
        TF_TRY(refuse_waiting(r));
    if (is(r, r->dialect->group) || is(r, r->dialect->order))
        begin_order(r);
    if (is(r, "Strd"))
        r->documents_from = r->order.invoices_count;
    if (is(r, "RfrdDocInf"))
        tf_order_invoice(&r->order, TF_STR_NONE);
    if (is(r, "TxDtls/RtrInf"))
        r->order.returned = true;
    return take_currency(r) ? TF_OK : TF_E_LIMIT;
}

/* The last invoice that was named. An amount that is of several documents together is none of them; what a credit note takes off is below zero. */
static bool take_invoice(struct reader *r)
{
    if (r->order.invoices_count == 0 || r->order.overflow)
        return true;
    size_t last = r->order.invoices_count - 1;
    const struct tf_str text = tf_xml_stream_text(r->stream);
    if (is(r, "RfrdDocInf/Nb"))
        return keep(r, &r->order.invoices[last].number);
    if (r->order.invoices_count - r->documents_from != 1)
        return true;
    if (is(r, "RfrdDocAmt/RmtdAmt") || is(r, "RfrdDocAmt/DuePyblAmt"))
        return keep(r, &r->order.invoices[last].amount);
    if (!is(r, "RfrdDocAmt/CdtNoteAmt") || text.len == 0 || text.ptr[0] == '-')
        return true;
    r->order.invoices[last].amount = tf_arena_printf(r->order_arena, "-%.*s", TF_STR_ARGS(text));
    return r->order.invoices[last].amount.ptr != NULL;
}

/* What camt says of a direction, and of who pays where money came in. */
static bool take_side(struct reader *r)
{
    if (is(r, "Ntry/CdtDbtInd") || is(r, "TxDtls/CdtDbtInd"))
        r->group.incoming = tf_str_is(tf_xml_stream_text(r->stream), "CRDT");
    if (is(r, "Ntry/CdtDbtInd"))
        r->entry_incoming = r->group.incoming;
    if (is(r, "Ntry/RvslInd"))
        r->order.returned = r->group.reversed = tf_str_is(tf_xml_stream_text(r->stream), "true") || tf_str_is(tf_xml_stream_text(r->stream), "1");
    if (is(r, "RltdPties/Dbtr/Nm") || is(r, "RltdPties/Dbtr/Pty/Nm"))
        return keep(r, &r->payer);
    return !is(r, "RltdPties/DbtrAcct/Id/IBAN") || keep(r, &r->payer_account);
}

/* The entry's own amount is of all its payments together. */
static bool take_amount(struct reader *r)
{
    if (is(r, "Ntry/Amt"))
        return tf_order_keep(r->arena, r->order.amount, &r->entry_amount) && tf_order_keep(r->arena, r->order.currency, &r->entry_currency);
    if (is(r, "TxDtls/AmtDtls/TxAmt/Amt") && !r->own_amount && !keep(r, &r->order.amount))
        return false;
    r->own_amount |= is(r, "CdtTrfTxInf/Amt/InstdAmt") || is(r, "TxDtls/Amt") || is(r, "TxDtls/AmtDtls/TxAmt/Amt");
    return true;
}

static bool take_element(struct reader *r)
{
    for (size_t i = 0; i < r->dialect->elements_count; i++) {
        const struct element *element = &r->dialect->elements[i];
        if (!is(r, element->tail))
            continue;
        const bool of_order = element->owner == ORDER;
        char *owner = of_order ? (char *)&r->order : (char *)&r->group;
        if (!tf_order_keep(of_order ? r->order_arena : r->arena, tf_xml_stream_text(r->stream), (struct tf_str *)(void *)(owner + element->at)))
            return false;
        if (element->owner == STATEMENT)
            r->statement_account = r->group.own_account;
    }
    return take_amount(r);
}

static enum tf_err end_order(struct reader *r)
{
    if (r->own_amount || r->dialect != &camt)
        return emit(r);
    if (r->orders > 0)
        return refuse_waiting(r);
    r->waits = true;
    return TF_OK;
}

static enum tf_err end(struct reader *r)
{
    if (!take_element(r) || !take_invoice(r) || !take_side(r))
        return TF_E_LIMIT;
    if (is(r, r->dialect->order))
        return end_order(r);
    if (r->dialect == &camt && is(r, "Ntry") && r->orders == 0)
        return emit(r); /* an entry that says nothing more, or of one payment no amount */
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
            return tf_fault_set(fault, TF_E_TOO_BIG, "%s: line %llu: one payment says more than 16 MB", name,
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
    r->order_arena = tf_arena_create(ARENA_BYTES_MAX);
    tf_buf_init(&r->out, options->record_bytes_max);
    enum tf_err err = r->arena && r->order_arena ? tf_xml_stream_open(fd, name, &r->stream, fault) : TF_E_MEMORY;
    if (err == TF_OK)
        err = walk(r, name, fault);
    tf_xml_stream_close(r->stream);
    tf_import_ids_finish(&r->ids);
    tf_buf_finish(&r->out);
    tf_arena_destroy(r->order_arena);
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
