/* The document numbers that a record is about: one of an invoice, several of a payment. */
#ifndef TAXFLOW_RULES_FRAUD_NUMBERS_H
#define TAXFLOW_RULES_FRAUD_NUMBERS_H

#include "taxflow/event.h"

/** How many numbers the record writes; 0 of kinds that have none. */
size_t tf_numbers_count(const struct tf_event *event);
/** The number as written; absent when blank. index < tf_numbers_count. */
struct tf_str tf_numbers_at(const struct tf_event *event, size_t index);
/** What was paid for one number, when the payment says so. */
struct tf_amount tf_numbers_amount(const struct tf_event *event, size_t index);

#endif
