/* Code lists by effective date: which codes were valid for what on which day. Read-only once made; shared by all threads. */
#ifndef TAXFLOW_CODE_LISTS_H
#define TAXFLOW_CODE_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/err.h"
#include "taxflow/str.h"

/* The lists, rows of code_list_names.def. */
enum tf_code_list {
#define CODE_LIST(symbol, name, title) TF_CODES_##symbol,
#include "taxflow/code_list_names.def"
#undef CODE_LIST
    TF_CODE_LIST_COUNT
};

struct tf_code_lists;

enum { TF_CODE_LISTS_BYTES_MAX = 1 << 20, TF_CODE_BYTES_MAX = 80 };

/**
 * Make code lists from the text of a file as conf/tax/code_lists.txt, which says what is in one.
 *
 * text        borrowed for the call; at most TF_CODE_LISTS_BYTES_MAX.
 * name        of the file, for errors.
 * ret_lists   destroy with tf_code_lists_destroy.
 * fault       "name:line: what is wrong; what to do".
 * Returns TF_OK; TF_E_CONFIG; TF_E_MEMORY.   Cost  O(bytes).
 */
enum tf_err tf_code_lists_parse(struct tf_str text, const char *name, struct tf_code_lists **ret_lists, struct tf_fault *fault) TF_MUST_CHECK;
/** NULL is fine. Returns NULL. */
struct tf_code_lists *tf_code_lists_destroy(struct tf_code_lists *lists);
/** The file that this build was made with: what is used where no other is named. Static. */
struct tf_str tf_code_lists_builtin_text(void);

/**
 * Whether a code stands in the version of a list that was in force on a day (days since 1970-01-01; before the first version, in that).
 * Characters are compared as they are. Cost O(1), no allocation.
 */
bool tf_code_lists_has(const struct tf_code_lists *lists, enum tf_code_list list, int32_t day, struct tf_str code);
/** The codes of that version, each once, with one blank before, between and after them. Valid as long as the lists. */
struct tf_str tf_code_lists_joined(const struct tf_code_lists *lists, enum tf_code_list list, int32_t day);
/** "ISO 4217": what a list is, for findings. Static. */
struct tf_str tf_code_list_title(enum tf_code_list list);

#endif
