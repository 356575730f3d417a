/* A record to its event without a tree: most records are canonical JSON that fits its shapes, and are read in one pass. */
#ifndef TAXFLOW_EVENT_DECODE_DIRECT_H
#define TAXFLOW_EVENT_DECODE_DIRECT_H

#include "json_index.h"
#include "taxflow/event.h"

/**
 * Read a record whose members all belong to its shapes and stand in their order.
 *
 * value  copied to the arena, as tf_json_tree_parse does.
 * Returns true with the event that tf_decode_event makes of the record's tree. False when the record is anything else, be it right or
 *         wrong: the tree decides then, and finds the words for it; what was taken from the arena stays taken.
 * Thread  the index's.   Cost  O(bytes).
 */
bool tf_decode_direct(struct tf_json_index *index, struct tf_str value, const struct tf_company *companies, size_t companies_count,
                      struct tf_arena *arena, struct tf_event *ret_event);

#endif
