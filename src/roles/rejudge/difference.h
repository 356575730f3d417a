/* The difference of two opinions about one record, added to the totals. */
#ifndef TAXFLOW_ROLES_REJUDGE_DIFFERENCE_H
#define TAXFLOW_ROLES_REJUDGE_DIFFERENCE_H

#include "opinion.h"

/* Numbers of rules: a change's lists point here. */
struct tf_difference_room { uint16_t newly[TF_OPINION_HITS_MAX], gone[TF_OPINION_HITS_MAX]; };

/**
 * Compare and count. currency: of the record, "" = none.
 * Fills ret_change but for event_id and position. Returns whether the rows say anything different but for their words: decision or hits.
 */
bool tf_difference_add(struct tf_rejudge_totals *totals, const struct tf_opinion *before, const struct tf_opinion *now, const char currency[4],
                       struct tf_difference_room *room, struct tf_rejudge_change *ret_change);

#endif
