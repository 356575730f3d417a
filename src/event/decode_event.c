#include "decode_event.h"

#include "decode_invoice.h"
#include "decode_records.h"
#include "direction.h"
#include "event_time.h"
#include "json_members.h"
#include "party_key.h"
#include "vat_totals.h"

static const struct { struct tf_str word, member; } kinds[TF_KIND_COUNT] = {
#define X(name, word, member) [TF_KIND_##name] = {{word, sizeof(word) - 1}, {member, sizeof(member) - 1}},
    TF_KIND_TABLE(X)
#undef X
};

bool tf_decode_event_kind(struct tf_str word, enum tf_kind *ret_kind)
{
    for (int kind = 0; kind < TF_KIND_COUNT; kind++) {
        if (tf_str_eq(word, kinds[kind].word)) {
            *ret_kind = (enum tf_kind)kind;
            return true;
        }
    }
    return false;
}

struct tf_str tf_decode_event_member(enum tf_kind kind) { return kinds[kind].member; }

const struct tf_decode_shape *tf_decode_event_shape(enum tf_kind kind)
{
    switch (kind) {
    case TF_KIND_INVOICE:
    case TF_KIND_CREDIT_NOTE: return &tf_decode_invoice_shape;
    case TF_KIND_PAYMENT: return &tf_decode_records_payment_shape;
    case TF_KIND_JOURNAL: return &tf_decode_records_journal_shape;
    case TF_KIND_PARTY: return &tf_decode_records_party_shape;
    case TF_KIND_RETURN: return &tf_decode_records_return_shape;
    case TF_KIND_ACCOUNT:
    case TF_KIND_COUNT: break;
    }
    return &tf_decode_records_account_shape;
}

static enum tf_err refuse(const struct tf_decode *decode, enum tf_err err, const struct tf_json_node *node,
                          const struct tf_json_path *path, struct tf_str member, const char *detail)
{
    return tf_json_path_problem(decode->problem, decode->arena, err, path, member, node->offset, detail);
}

static enum tf_err full(const struct tf_decode *decode, const struct tf_json_node *node, const struct tf_json_path *path)
{
    return refuse(decode, TF_E_LIMIT, node, path, TF_STR_NONE, "the batch's memory is used up");
}

/* A string member of root; absent when root has none. */
static enum tf_err read_word(const struct tf_decode *decode, const struct tf_json_node *root, const struct tf_json_path *path,
                             struct tf_str member, struct tf_str *ret_word)
{
    const struct tf_json_node *node = tf_json_members_find(root, member);
    *ret_word = TF_STR_NONE;
    if (node == NULL)
        return TF_OK;
    if (node->type != TF_JSON_STRING)
        return refuse(decode, TF_E_TYPE, node, path, member, "the member must be a string");
    *ret_word = node->as.text;
    return TF_OK;
}

static enum tf_err read_kind(const struct tf_decode *decode, const struct tf_json_node *root, const struct tf_json_path *path,
                             enum tf_kind *ret_kind)
{
    struct tf_str word;
    TF_TRY(read_word(decode, root, path, TF_STR("kind"), &word));
    if (!tf_str_present(word))
        return tf_decode_missing(decode, root, path, TF_STR("kind"));
    if (tf_decode_event_kind(word, ret_kind))
        return TF_OK;
    return refuse(decode, TF_E_KIND, root, path, TF_STR("kind"),
                  "the kind must be invoice, credit_note, payment, journal, party, return or account");
}

static enum tf_err read_direction(const struct tf_decode *decode, const struct tf_json_node *root, const struct tf_json_path *path,
                                  enum tf_direction *ret_direction)
{
    struct tf_str word;
    TF_TRY(read_word(decode, root, path, TF_STR("direction"), &word));
    if (tf_str_blank(word) || tf_direction_parse(word, ret_direction))
        return TF_OK;
    return refuse(decode, TF_E_VALUE, root, path, TF_STR("direction"), "the direction must be purchase, sale or intercompany");
}

bool tf_decode_event_ids_fit(const struct tf_event *event, struct tf_str *ret_member)
{
    const struct { struct tf_str member, value; } ids[] = {
        {TF_STR("company"), event->company}, {TF_STR("user"), event->user}, {TF_STR("approver"), event->approver}};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        *ret_member = ids[i].member;
        if (ids[i].value.len > TF_EVENT_ID_BYTES_MAX)
            return false;
    }
    return true;
}

static enum tf_err check_head(const struct tf_decode *decode, const struct tf_json_node *root, const struct tf_json_path *path,
                              const struct tf_event *event)
{
    struct tf_str member;
    if (!tf_decode_event_ids_fit(event, &member))
        return refuse(decode, TF_E_VALUE, root, path, member, "the member may have at most 256 bytes");
    if (event->revision == 0 && tf_json_members_find(root, TF_STR("revision")) != NULL)
        return refuse(decode, TF_E_VALUE, root, path, TF_STR("revision"), "revisions count from 1");
    return TF_OK;
}

static enum tf_err read_head(const struct tf_decode *decode, const struct tf_json_node *root, const struct tf_json_path *path,
                             struct tf_event *event)
{
    TF_TRY(read_kind(decode, root, path, &event->kind));
    TF_TRY(tf_decode_group(decode, &tf_decode_records_head_shape, root, path, event));
    event->manual_present = tf_json_members_find(root, TF_STR("manual")) != NULL;
    TF_TRY(read_direction(decode, root, path, &event->direction));
    return check_head(decode, root, path, event);
}

/* "invoice_number" stands for a list of one invoice without amount; a list that was written wins. */
static enum tf_err finish_payment(struct tf_event *event, struct tf_arena *arena)
{
    struct tf_payment *payment = event->as.payment;
    (void)tf_direction_parse(payment->direction, &event->direction);
    if (payment->invoices.present || tf_str_blank(payment->invoice_number))
        return TF_OK;
    payment->invoices.items = TF_ARENA_NEW(arena, struct tf_paid_invoice);
    if (payment->invoices.items == NULL)
        return TF_E_LIMIT;
    payment->invoices.items->number = payment->invoice_number;
    payment->invoices.count = 1;
    return TF_OK;
}

static enum tf_err finish_body(struct tf_event *event, struct tf_arena *arena)
{
    switch (event->kind) {
    case TF_KIND_INVOICE:
    case TF_KIND_CREDIT_NOTE: return tf_vat_totals_fill(event->as.invoice, arena);
    case TF_KIND_PAYMENT: return finish_payment(event, arena);
    case TF_KIND_RETURN:
        if (tf_str_blank(event->as.tax_return->company))
            event->as.tax_return->company = event->company;
        return TF_OK;
    case TF_KIND_JOURNAL:
    case TF_KIND_PARTY:
    case TF_KIND_ACCOUNT:
    case TF_KIND_COUNT: break;
    }
    return TF_OK;
}

bool tf_decode_event_original(struct tf_event *event)
{
    struct tf_str syntax = event->original.syntax;
    struct tf_invoice *invoice = event->as.invoice;
    if (!tf_str_present(syntax))
        return true;
    if (!tf_str_is(syntax, "ubl") && !tf_str_is(syntax, "cii"))
        return false;
    invoice->syntax = tf_str_is(syntax, "ubl") ? TF_SYNTAX_UBL : TF_SYNTAX_CII;
    invoice->strays.items = event->original.strays.items;
    invoice->strays.count = event->original.strays.count;
    invoice->strays.present = event->original.strays.present;
    invoice->format_findings.items = event->original.findings.items;
    invoice->format_findings.count = event->original.findings.count;
    invoice->format_findings.present = event->original.findings.present;
    return true;
}

static enum tf_err take_original(const struct tf_decode *decode, const struct tf_json_node *root, const struct tf_json_path *path,
                                 struct tf_event *event)
{
    struct tf_json_path below = {.up = path, .name = TF_STR("original")};
    if (tf_decode_event_original(event))
        return TF_OK;
    return refuse(decode, TF_E_VALUE, root, &below, TF_STR("syntax"), "the syntax must be ubl or cii");
}

/* Numbers and dates that cannot be read refuse a record, unless a document said them and its reader found so. */
static bool was_found(const struct tf_event *event)
{
    for (size_t i = 0; i < event->original.findings.count; i++)
        if (!event->original.findings.items[i].warning)
            return tf_str_present(event->original.syntax);
    return false;
}

/* The member that has the kind's name; event->as takes the struct its shape describes. */
static enum tf_err read_body(const struct tf_decode *decode, const struct tf_json_node *root, const struct tf_json_path *path,
                             struct tf_event *event)
{
    const struct tf_decode_shape *shape = tf_decode_event_shape(event->kind);
    struct tf_str member = kinds[event->kind].member;
    struct tf_json_path below = {.up = path, .name = member};
    const struct tf_json_node *node = tf_json_members_find(root, member);
    if (node == NULL)
        return tf_decode_missing(decode, root, path, member);
    if (node->type != TF_JSON_OBJECT)
        return refuse(decode, TF_E_TYPE, node, path, member, "the member must be an object");
    void *record = tf_arena_calloc(decode->arena, 1, shape->size);
    if (record == NULL)
        return full(decode, node, path);
    event->as.invoice = record;
    bool invoice = event->kind == TF_KIND_INVOICE || event->kind == TF_KIND_CREDIT_NOTE;
    const struct tf_decode inside = {.arena = decode->arena, .problem = decode->problem, .lenient = invoice && was_found(event)};
    TF_TRY(tf_decode_group(&inside, shape, node, &below, record));
    if (invoice)
        TF_TRY(take_original(decode, root, path, event));
    return TF_OK;
}

enum tf_err tf_decode_event_finish(struct tf_event *event, const struct tf_company *companies, size_t companies_count, struct tf_arena *arena)
{
    TF_TRY(finish_body(event, arena));
    if (event->kind == TF_KIND_INVOICE || event->kind == TF_KIND_CREDIT_NOTE)
        tf_direction_set(event, companies, companies_count);
    tf_event_time_set(event);
    return tf_party_key_set(event, arena);
}

enum tf_err tf_decode_event(const struct tf_decode *decode, const struct tf_json_node *root, const struct tf_json_path *path,
                            const struct tf_company *companies, size_t companies_count, struct tf_event *event)
{
    *event = (struct tf_event){0};
    if (root->type != TF_JSON_OBJECT)
        return refuse(decode, TF_E_TYPE, root, path, TF_STR_NONE, "a record must be a JSON object");
    TF_TRY(read_head(decode, root, path, event));
    TF_TRY(read_body(decode, root, path, event));
    if (tf_decode_event_finish(event, companies, companies_count, decode->arena) != TF_OK)
        return full(decode, root, path);
    return TF_OK;
}
