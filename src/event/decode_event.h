/* A record's tree to its event: kind, head, the member of the kind, and what follows from them. */
#ifndef TAXFLOW_EVENT_DECODE_EVENT_H
#define TAXFLOW_EVENT_DECODE_EVENT_H

#include "decode.h"

/**
 * Fill event from the root of a record's tree.
 *
 * path       of the root, for problems.
 * companies  as tf_reader_create's.
 * Returns TF_OK; TF_E_KIND; TF_E_MISSING, TF_E_TYPE, TF_E_NUMBER, TF_E_DATE, TF_E_VALUE, TF_E_TOO_MANY; TF_E_LIMIT.
 */
enum tf_err tf_decode_event(const struct tf_decode *decode, const struct tf_json_node *root, const struct tf_json_path *path,
                            const struct tf_company *companies, size_t companies_count, struct tf_event *event) TF_MUST_CHECK;

/* Its pieces, for a reader without a tree (decode_direct.c). */

/** The kind of that word; false when there is none. */
bool tf_decode_event_kind(struct tf_str word, enum tf_kind *ret_kind);
/** The member that holds a kind's record, and the shape of what it holds. */
struct tf_str tf_decode_event_member(enum tf_kind kind);
const struct tf_decode_shape *tf_decode_event_shape(enum tf_kind kind);
/** Whether company, user and approver are short enough; else ret_member names the one that is not. */
bool tf_decode_event_ids_fit(const struct tf_event *event, struct tf_str *ret_member);
/** What a record of an XML document says of it, where the rules look (DESIGN 2.2 "original"); false for a syntax that is none. */
bool tf_decode_event_original(struct tf_event *event);
/** What follows from the members once all are read: VAT totals, direction, event time, party. TF_E_LIMIT when the arena is full. */
enum tf_err tf_decode_event_finish(struct tf_event *event, const struct tf_company *companies, size_t companies_count, struct tf_arena *arena) TF_MUST_CHECK;

#endif
