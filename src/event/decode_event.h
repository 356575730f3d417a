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

#endif
