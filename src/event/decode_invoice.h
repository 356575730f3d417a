/* The rows of the semantic model of EN 16931 (README "Records"): one business term, one row. */
#ifndef TAXFLOW_EVENT_DECODE_INVOICE_H
#define TAXFLOW_EVENT_DECODE_INVOICE_H

#include "decode.h"

/* struct tf_invoice, the whole document. */
extern const struct tf_decode_shape tf_decode_invoice_shape;

/* Parts of it (decode_invoice_parties.c). */
extern const struct tf_decode_shape tf_decode_invoice_id_shape;
extern const struct tf_decode_shape tf_decode_invoice_trader_shape;
extern const struct tf_decode_shape tf_decode_invoice_payee_shape;
extern const struct tf_decode_shape tf_decode_invoice_representative_shape;
extern const struct tf_decode_shape tf_decode_invoice_delivery_shape;
extern const struct tf_decode_shape tf_decode_invoice_period_shape;
/* tf_invoice.totals. */
extern const struct tf_decode_shape tf_decode_invoice_totals_shape;
/* struct tf_vat_breakdown. */
extern const struct tf_decode_shape tf_decode_invoice_breakdown_shape;
/* struct tf_line (decode_invoice_lines.c). */
extern const struct tf_decode_shape tf_decode_invoice_line_shape;

#endif
