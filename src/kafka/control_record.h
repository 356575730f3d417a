/* The value of the control record: one flat JSON object (RFC 8259) of ours. */
#ifndef TAXFLOW_KAFKA_CONTROL_RECORD_H
#define TAXFLOW_KAFKA_CONTROL_RECORD_H

#include "taxflow/buf.h"
#include "taxflow/kafka.h"

void tf_control_record_encode(const struct tf_control *control, struct tf_buf *out);
/**
 * Read it back. Members it does not know are skipped when they are texts, whole numbers, true, false or null.
 * Returns false when it is not such an object, a known member has another type or does not fit, or the generation is missing.
 */
bool tf_control_record_decode(struct tf_str text, struct tf_control *ret_control);

#endif
