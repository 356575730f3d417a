/* Requests that bring a file of another program. */
#ifndef TF_COLLECTOR_EVENTS_FILE_H
#define TF_COLLECTOR_EVENTS_FILE_H

#include "collector_internal.h"

/** Whether the media type is that of a file whose bytes say what it is. */
bool tf_collector_takes_file(const struct tf_http_request *request);
/** The other program's format that a body is of, as its first bytes and the configuration say; NULL: none. */
const struct tf_import_format *tf_collector_is_file(struct tf_collector *collector, struct tf_str body);
/**
 * Take the file and answer: 202, or 207 when some of it was not taken, with how many records were accepted, duplicates, unreadable and refused, and where
 * (the first 1,000); 415 for what is no format that is read, 422 for a file that cannot be read as it is, 413, 429, 500, 503. Thread any.
 */
void tf_collector_post_file(struct tf_collector *collector, const struct tf_http_request *request, const struct tf_trace_context *trace,
                            struct tf_http_response *response);

#endif
