/* One JSON text as a tree of nodes in the arena: everything validated, members in order, nothing interpreted. */
#ifndef TAXFLOW_EVENT_JSON_TREE_H
#define TAXFLOW_EVENT_JSON_TREE_H

#include "json_index.h"
#include "json_path.h"
#include "taxflow/json_data.h"

enum {
    TF_JSON_TREE_NODES_MAX = 1 << 20,       /* in one text: a record of 4 MB with 100,000 lines stays below */
    TF_JSON_TREE_BYTES_MAX = 64 * 1024 * 1024, /* of one text, attachments included */
};

struct tf_json_tree; /* the parser's buffers, reused from text to text */

/** NULL when memory ran out. Thread: one at a time. */
struct tf_json_tree *tf_json_tree_create(void);
struct tf_json_tree *tf_json_tree_destroy(struct tf_json_tree *tree);
/** The index that its texts go through, for who reads a text without a tree. */
struct tf_json_index *tf_json_tree_index(struct tf_json_tree *tree);
/**
 * Parse one JSON text whose root is an object or an array (RFC 8259, with RFC 7493's ban on doubled names).
 *
 * text      copied to the arena; strings and numbers are views of that copy.
 * base      path of the root, for problems.
 * ret_root  on TF_OK, in the arena.
 * Returns TF_OK; TF_E_JSON, TF_E_UTF8 (lone surrogates too), TF_E_DEPTH (past TF_EVENT_DEPTH_MAX), TF_E_DUPLICATE_KEY,
 *         TF_E_VALUE (U+0000), TF_E_TYPE (nothing there, or a bare scalar), TF_E_TOO_BIG, TF_E_TOO_MANY (nodes), with
 *         problem filled; TF_E_LIMIT when the arena is full, TF_E_MEMORY when the heap is.
 * Cost      O(bytes), O(n log n) for objects whose members do not come in order.
 */
enum tf_err tf_json_tree_parse(struct tf_json_tree *tree, struct tf_str text, const struct tf_json_path *base, struct tf_arena *arena,
                               struct tf_json_node **ret_root, struct tf_problem *problem) TF_MUST_CHECK;
/**
 * The texts of a root array's elements, views of a copy in the arena. The array's own syntax is checked, its elements'
 * inside is not: each is judged when it is read.
 * Returns as tf_json_tree_parse; TF_E_TYPE when the root is no array, TF_E_TOO_MANY past elements_max.
 */
enum tf_err tf_json_tree_split(struct tf_json_tree *tree, struct tf_str text, size_t elements_max, struct tf_arena *arena,
                               struct tf_str **ret_elements, size_t *ret_count, struct tf_problem *problem) TF_MUST_CHECK;

#endif
