/* What currencies allow (ISO 4217): how small an amount can be, and how much of one another is about worth. */
#ifndef TAXFLOW_CURRENCY_H
#define TAXFLOW_CURRENCY_H

#include <stdint.h>

#include "taxflow/str.h"

struct tf_currency {
    const char *code;
    uint8_t decimals;           /* of its minor unit */
    int64_t low_milli, high_milli; /* of one euro in it, thousandths; 0: not known */
};

/** A currency with something particular; NULL for the others, which have two decimals. Case and white space around it as in BT-5. */
const struct tf_currency *tf_currency_find(struct tf_str code);
/** Whether less than a whole unit of it is paid: not of those without a minor unit, nor in forints, whose minor unit is gone. */
bool tf_currency_has_cents(struct tf_str code);

#endif
