/* What a person wants to know of a record first, whatever its kind. */
#ifndef TF_ABOUT_H
#define TF_ABOUT_H

#include "taxflow/event.h"

struct tf_about {
    struct tf_str number, date, counterparty, currency; /* absent where the kind has none; views into the event */
    struct tf_amount amount;
};

/** Number, date, counterparty, currency and amount of an event. Pure, O(1). */
struct tf_about tf_about(const struct tf_event *event);

#endif
