/* Attachments of an invoice (BG-24): their contents are cut out of the tree before any limit, their digests stay. */
#ifndef TAXFLOW_EVENT_ATTACHMENT_H
#define TAXFLOW_EVENT_ATTACHMENT_H

#include "json_tree.h"

/**
 * In every invoice.attachments[].file of a record, replace "content" (base64) by "bytes" (decoded length) and "sha256"
 * (hex of the decoded bytes), each unless the sender gave it.
 *
 * record   the root of a record's tree; other kinds of node are left alone.
 * path     of the record, for problems.
 * Returns TF_OK; TF_E_TYPE when the content is no string, TF_E_VALUE when it is no base64; TF_E_LIMIT.
 */
enum tf_err tf_attachment_cut(struct tf_json_node *record, const struct tf_json_path *path, struct tf_arena *arena,
                              struct tf_problem *problem) TF_MUST_CHECK;

#endif
