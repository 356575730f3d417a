/* What a person wants to know of a record first, whatever its kind. */
#ifndef TF_ABOUT_H
#define TF_ABOUT_H

#include "taxflow/fraud.h"

struct tf_about {
    struct tf_str number, date, counterparty, currency; /* absent where the kind has none; views into the event */
    struct tf_amount amount;
};

/** Number, date, counterparty, currency and amount of an event. Pure, O(1). */
struct tf_about tf_about(const struct tf_event *event);
/** The amount as people read it: as it is written, and of a journal in one currency the sum of its debits. Absent where there is none. */
struct tf_str tf_about_amount(const struct tf_event *event, const struct tf_fraud_facts *facts, char out[TF_MONEY_TEXT_BYTES]);
/** The currency of that amount; views into the event or the facts. */
struct tf_str tf_about_currency(const struct tf_event *event, const struct tf_fraud_facts *facts);

#endif
