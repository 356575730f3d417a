#include "order.h"

#include <string.h>

#include "taxflow/json.h"

void tf_order_clear(struct tf_order *order)
{
    size_t invoices = order->invoices_count;
    memset(order->invoices, 0, invoices * sizeof order->invoices[0]);
    memset(order, 0, offsetof(struct tf_order, invoices));
    order->invoices_count = 0;
    order->overflow = order->returned = false;
}

bool tf_order_keep(struct tf_arena *arena, struct tf_str text, struct tf_str *into)
{
    if (text.len == 0)
        return true;
    *into = tf_arena_dup(arena, text);
    return into->ptr != NULL;
}

void tf_order_invoice(struct tf_order *order, struct tf_str number)
{
    if (order->invoices_count == TF_ORDER_INVOICES_MAX)
        order->overflow = true;
    else
        order->invoices[order->invoices_count++].number = number;
}

/* Free text that is one word with a digit is a number; a sentence is not guessed at. */
static bool is_number(struct tf_str note)
{
    bool digit = false;
    for (size_t i = 0; i < note.len; i++) {
        if (note.ptr[i] == ' ' || note.ptr[i] == '\n' || note.ptr[i] == '\t')
            return false;
        digit |= note.ptr[i] >= '0' && note.ptr[i] <= '9';
    }
    return digit;
}

static bool same_account(struct tf_str account, const char *iban)
{
    size_t at = 0;
    for (; *iban; iban++) {
        if (*iban == ' ')
            continue;
        if (at == account.len || account.ptr[at++] != *iban)
            return false;
    }
    return at == account.len;
}

/* Whose account it is; the run's company where nobody's is known. */
static struct tf_str company_of(const struct tf_order_group *group, const struct tf_import_options *options)
{
    for (size_t c = 0; c < options->companies_count && group->own_account.len > 0; c++)
        for (size_t i = 0; i < options->companies[c].ibans.count; i++)
            if (same_account(group->own_account, options->companies[c].ibans.items[i]))
                return tf_str_of(options->companies[c].id);
    return tf_str_of(options->company);
}

static void put(struct tf_json *json, const char *key, struct tf_str value)
{
    if (value.len > 0)
        tf_json_kstr(json, key, value);
}

static void put_invoices(const struct tf_order *order, struct tf_json *json)
{
    if (order->invoices_count == 0 && is_number(order->note))
        tf_json_kstr(json, "invoice_number", order->note);
    if (order->invoices_count == 0)
        return;
    tf_json_key(json, "invoices");
    tf_json_array(json);
    for (size_t i = 0; i < order->invoices_count; i++) {
        tf_json_object(json);
        put(json, "amount", order->invoices[i].amount);
        put(json, "number", order->invoices[i].number);
        tf_json_object_end(json);
    }
    tf_json_array_end(json);
}

static struct tf_str supplier_of(const struct tf_order *order)
{
    return tf_str_present(order->supplier) ? order->supplier : tf_str_present(order->supplier_id) ? order->supplier_id : order->account;
}

/* A day may have a time or a zone behind it: it is the one that is written. */
static struct tf_str day_of(struct tf_str text)
{
    enum { DAY_BYTES = sizeof "2026-01-31" - 1 };
    text = tf_str_trim(text);
    if (text.len > DAY_BYTES && strchr("TZ+-", text.ptr[DAY_BYTES]) && text.ptr[DAY_BYTES])
        text.len = DAY_BYTES;
    return text;
}

static void put_payment(const struct tf_order *order, const struct tf_order_group *group, struct tf_json *json)
{
    struct tf_str account = tf_str_present(order->account) ? order->account : order->account_other;
    tf_json_object(json);
    put(json, "account", account);
    tf_json_kstr(json, "amount", order->amount);
    tf_json_kstr(json, "currency", order->currency);
    tf_json_kstr(json, "date", day_of(group->date));
    tf_json_ktext(json, "direction", group->incoming && !order->returned ? "sale" : "purchase");
    put(json, "end_to_end_id", order->end_to_end_id);
    put_invoices(order, json);
    if (order->returned)
        tf_json_kbool(json, "returned", true);
    tf_json_ktext(json, "status", group->booked ? "booked" : "ordered");
    tf_json_kstr(json, "supplier", supplier_of(order));
    put(json, "value_date", day_of(group->value_date));
    tf_json_object_end(json);
}

static enum tf_err refuse(const struct tf_order *order, const char *path, const char *detail, const struct tf_import_sink *sink)
{
    const struct tf_problem problem = {.err = TF_E_MISSING, .path = tf_str_of(path), .detail = tf_str_of(detail)};
    return sink->unreadable(sink->self, tf_str_present(order->end_to_end_id) ? order->end_to_end_id : TF_STR("payment"), order->line, &problem);
}

enum tf_err tf_order_emit(const struct tf_order *order, const struct tf_order_group *group, const struct tf_import_options *options, struct tf_buf *out,
                          struct tf_import_ids *ids, const struct tf_import_sink *sink)
{
    struct tf_json json;
    if (!tf_str_present(order->amount) || !tf_str_present(order->currency))
        return refuse(order, "Amt", "the payment has no amount with a currency of its own; ask for a file that says it (of a batch: of each payment)", sink);
    if (!tf_str_present(group->date))
        return refuse(order, group->booked ? "BookgDt" : "ReqdExctnDt", "the payment has no day on which it is made", sink);
    if (tf_str_present(group->entry_status) && !tf_str_is(group->entry_status, "BOOK"))
        return refuse(order, "Sts", "the entry is not booked yet; the statement of a later day has it", sink);
    if (!tf_str_present(supplier_of(order)))
        return refuse(order, "Cdtr", "the payment names nobody to whom it goes, and no account", sink);
    if (order->overflow)
        return refuse(order, "RmtInf", "the payment names more than 1,000 invoices", sink);
    tf_buf_reset(out);
    tf_json_init(&json, out);
    tf_json_object(&json);
    tf_json_kstr(&json, "company", company_of(group, options));
    tf_json_ktext(&json, "kind", "payment");
    tf_json_key(&json, "payment");
    put_payment(order, group, &json);
    tf_json_object_end(&json);
    return out->failed ? TF_E_MEMORY : tf_import_emit(ids, TF_KIND_PAYMENT, tf_buf_view(out), order->line, sink);
}
