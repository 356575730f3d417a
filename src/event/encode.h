/* Struct to JSON by the same tables that decode it: what is written, decodes to an equal struct. */
#ifndef TAXFLOW_EVENT_ENCODE_H
#define TAXFLOW_EVENT_ENCODE_H

#include "decode.h"
#include "taxflow/json.h"

/** Write what shape describes as an object: members that are present, in the order of their names. Cost O(rows + text). */
void tf_encode_group(struct tf_json *json, const struct tf_decode_shape *shape, const void *source);
/**
 * Write the record of an invoice that was read from a document: kind, company, the invoice, and what it was ("original").
 * event  its invoice carries syntax, strays and findings; original.sha256, media_type and bytes are written as they stand.
 */
void tf_encode_record(struct tf_json *json, const struct tf_event *event);

#endif
