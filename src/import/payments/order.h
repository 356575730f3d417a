/* One payment of a bank's file, as its elements come; what ISO 20022 calls a transaction. */
#ifndef TAXFLOW_IMPORT_PAYMENTS_ORDER_H
#define TAXFLOW_IMPORT_PAYMENTS_ORDER_H

#include "../import_internal.h"
#include "../xml_stream.h"
#include "taxflow/arena.h"

enum { TF_ORDER_INVOICES_MAX = 1000 };

struct tf_order {
    uint64_t line;
    struct tf_str supplier, supplier_id, account, account_other, amount, currency, end_to_end_id, note;
    struct { struct tf_str number, amount; } invoices[TF_ORDER_INVOICES_MAX];
    size_t invoices_count;
    bool overflow;                      /* more invoices than that */
    bool returned;
};

/* What holds for all payments of a group: an own account, a day. */
struct tf_order_group {
    struct tf_str own_account, own_name, date, value_date, entry_status;
    bool incoming;                      /* money came in */
    bool reversed;                      /* the bank took it back */
    bool booked;                        /* else it is an order yet */
};

/** Forget what an order held. */
void tf_order_clear(struct tf_order *order);
/** Take an element's text over; false when the arena is full. */
bool tf_order_keep(struct tf_arena *arena, struct tf_str text, struct tf_str *into);
/** One more invoice that is paid; past the limit it is noted that there are more. */
void tf_order_invoice(struct tf_order *order, struct tf_str number);
/**
 * Hand a payment on as a record; one that lacks what a record needs goes to unreadable, with the element that is missing.
 * companies  whose IBANs tell which company pays; out and ids are the reader's.
 */
enum tf_err tf_order_emit(const struct tf_order *order, const struct tf_order_group *group, const struct tf_import_options *options, struct tf_buf *out,
                          struct tf_import_ids *ids, const struct tf_import_sink *sink) TF_MUST_CHECK;

#endif
