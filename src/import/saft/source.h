/* What the readers of Norway's documents share: the document that is read, and amounts as an invoice or a payment of its side has them. */
#ifndef TAXFLOW_IMPORT_SAFT_SOURCE_H
#define TAXFLOW_IMPORT_SAFT_SOURCE_H

#include "saft_internal.h"

/** Whether the document is the company's own: an invoice that it issued. Payments say it by their lines. */
bool tf_source_is_sale(const struct tf_saft *s);
/** Path of the document's element, for findings. */
const char *tf_source_path(const struct tf_saft *s);
/** Begin its record, up to the list that its lines make. What was wrong with it before stays wrong. */
void tf_source_open(struct tf_saft *s, enum tf_kind kind, const char *member, const char *list);
/** End the document's object, and write what stands beside it. */
void tf_source_end_document(struct tf_saft *s, bool sale);
/** The line's amount; positive in credit, or in debit. */
struct tf_decimal tf_source_amount(struct tf_saft *s, bool credit_is_positive);
/** Add to a sum; the record is spoilt past 38 digits. */
void tf_source_add(struct tf_saft *s, struct tf_decimal *sum, struct tf_decimal value);
/** The party of an id, as the master files have it; one without anything where they do not. */
const struct tf_saft_entity *tf_source_entity(const struct tf_saft *s, enum tf_saft_kind kind, struct tf_str id);

/* invoices_no.c */
void tf_source_put_line(struct tf_saft *s);
enum tf_err tf_source_end_invoice(struct tf_saft *s) TF_MUST_CHECK;

/* payments_no.c */
enum tf_err tf_source_put_paid(struct tf_saft *s) TF_MUST_CHECK;
/** gross: what the document says that was paid in all; absent: what its lines say. */
enum tf_err tf_source_end_partner(struct tf_saft *s, struct tf_str gross) TF_MUST_CHECK;

#endif
