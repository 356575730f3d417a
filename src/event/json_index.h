/* Where the tokens of a JSON text begin: the first stage of simdjson, behind C functions. */
#ifndef TAXFLOW_EVENT_JSON_INDEX_H
#define TAXFLOW_EVENT_JSON_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "taxflow/err.h"

enum { TF_JSON_INDEX_PADDING_BYTES = 64 }; /* readable behind a text */

struct tf_json_index; /* simdjson's buffers, used from text to text */

/** NULL when memory ran out. Thread: one at a time. */
struct tf_json_index *tf_json_index_create(void);
struct tf_json_index *tf_json_index_destroy(struct tf_json_index *index);
/**
 * Find the tokens: brackets, colons, commas, and the first byte of every string and of every other scalar; nothing inside strings. A token
 * reaches to the next one, white space included; one that begins with a quote ends, before the white space, with the quote that closes it.
 *
 * text         TF_JSON_INDEX_PADDING_BYTES more are readable behind its len bytes (at most 64 MiB).
 * ret_offsets  count of them, then len; until the next call.
 * Returns TF_OK; TF_E_JSON when the text is not UTF-8, has a control character inside a string, or does not close one; TF_E_MEMORY.
 * Cost     O(len), some bytes a cycle.   Source  Langdale, Lemire: Parsing Gigabytes of JSON per Second (2019), stage 1.
 */
enum tf_err tf_json_index_find(struct tf_json_index *index, const char *text, size_t len, const uint32_t **ret_offsets,
                               size_t *ret_count) TF_MUST_CHECK;
/** Give back what a text of many megabytes needed: one giant must not set the size for good. */
void tf_json_index_trim(struct tf_json_index *index);

#endif
