/* CloudEvents 1.0 attributes: from a structured event's tree, checked against the record, or made from the record. */
#ifndef TAXFLOW_EVENT_CLOUDEVENTS_H
#define TAXFLOW_EVENT_CLOUDEVENTS_H

#include "json_tree.h"
#include "taxflow/event.h"

/** Whether the object is a structured CloudEvent: it has "specversion" (JSON Event Format 1.0, section 3). */
bool tf_cloudevents_structured(const struct tf_json_node *root);
/**
 * Read the attributes of a structured CloudEvent: specversion "1.0", id and source (required), type (required), time,
 * datacontenttype (JSON when given), and the extension traceparent.
 *
 * ret_envelope  id, source, type, time, traceparent; id_given.
 * Returns TF_OK; TF_E_CLOUDEVENT, TF_E_VALUE (id or source too long), with the problem filled.
 */
enum tf_err tf_cloudevents_attributes(const struct tf_json_node *root, struct tf_arena *arena,
                                      struct tf_envelope *ret_envelope, struct tf_problem *problem) TF_MUST_CHECK;
/**
 * Take over attributes that came as headers (CloudEvents binary mode): none is required, none given may be empty, not UTF-8,
 * hold U+0000 or, for id and source, be too long.
 * attributes    NULL: there are none.
 * ret_envelope  the attributes, and nothing else.
 * Returns TF_OK; TF_E_CLOUDEVENT, TF_E_VALUE with the problem filled.
 */
enum tf_err tf_cloudevents_take(const struct tf_envelope *attributes, struct tf_arena *arena, struct tf_envelope *ret_envelope,
                                struct tf_problem *problem) TF_MUST_CHECK;
/**
 * Fit the attributes to the decoded record: type must be taxflow.KIND.v1 or absent; what is absent is derived (DESIGN 2.2
 * "Identity"): source urn:taxflow:COMPANY, id the hex of envelope->body_hash.
 * Returns TF_OK; TF_E_CLOUDEVENT with the problem filled; TF_E_LIMIT.
 */
enum tf_err tf_cloudevents_complete(struct tf_envelope *envelope, const struct tf_event *event, struct tf_arena *arena,
                                    struct tf_problem *problem) TF_MUST_CHECK;

#endif
