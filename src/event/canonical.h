/* The canonical body: the bytes that are hashed, and that Kafka carries. */
#ifndef TAXFLOW_EVENT_CANONICAL_H
#define TAXFLOW_EVENT_CANONICAL_H

#include "json_tree.h"
#include "taxflow/buf.h"

/**
 * The canonical text of node in the arena: members by the bytes of their names, no white space, string escapes of RFC 8785
 * section 3.2.2.2, numbers by their own characters.
 *
 * bytes_max  most bytes it may have.
 * scratch    the caller's, for strings with escapes; contents are overwritten.
 * Returns TF_OK; TF_E_TOO_BIG; TF_E_LIMIT when the arena is full, TF_E_MEMORY when the heap is.   Cost  O(bytes), in two passes.
 */
enum tf_err tf_canonical_body(const struct tf_json_node *node, size_t bytes_max, struct tf_buf *scratch, struct tf_arena *arena,
                              struct tf_str *ret_body) TF_MUST_CHECK;

#endif
