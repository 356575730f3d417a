/* The members that records have, by the paths people write: "payment.amount", "invoice.seller.vat_id", "company". */
#ifndef TAXFLOW_EVENT_MEMBER_H
#define TAXFLOW_EVENT_MEMBER_H

#include "taxflow/event.h"

enum tf_member_type { TF_MEMBER_NONE, TF_MEMBER_TEXT, TF_MEMBER_DECIMAL, TF_MEMBER_DATE, TF_MEMBER_TIME, TF_MEMBER_FLAG, TF_MEMBER_WHOLE };

/**
 * What a record of a kind holds at a path of names between points; elements of lists have a number, from 0: "invoice.lines.0.net".
 * Returns TF_MEMBER_NONE when there is no such member, or when it is a group or a list.   Thread  any.   Cost  O(rows).
 */
enum tf_member_type tf_event_member(enum tf_kind kind, struct tf_str path);
/** The member that holds a kind's record: "payment", of credit notes "invoice". */
struct tf_str tf_event_member_of_kind(enum tf_kind kind);
/** The kind of that word; false when there is none. */
bool tf_event_member_kind(struct tf_str word, enum tf_kind *ret_kind);
/** Hand every path of a kind to a function, for words that help: list elements as "lines.N". */
void tf_event_member_each(enum tf_kind kind, void (*see)(void *self, const char *path, enum tf_member_type type), void *self);

#endif
