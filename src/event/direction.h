/* Who "we" are: whether an invoice is our purchase, our sale, both or none of ours. */
#ifndef TAXFLOW_EVENT_DIRECTION_H
#define TAXFLOW_EVENT_DIRECTION_H

#include "taxflow/event.h"

/** The word of a direction; false for any other word. */
bool tf_direction_parse(struct tf_str word, enum tf_direction *ret_direction);
/**
 * Set direction and direction_foreign of an invoice or credit note from the companies configured: the seller is ours by
 * VAT id (BT-31), register (BT-30, BT-29) or account paid to (BT-84), the buyer by VAT id (BT-48) or register (BT-47, BT-46).
 * With no companies, and where neither is ours, the direction stays as written. Cost O(ids of companies x ids of parties).
 */
void tf_direction_set(struct tf_event *event, const struct tf_company *companies, size_t count);
/** The first company that is seller or buyer of the invoice, as tf_direction_set sees it; NULL for none. */
const struct tf_company *tf_direction_company(const struct tf_invoice *invoice, const struct tf_company *companies, size_t count);

#endif
