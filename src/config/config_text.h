/* The text of a configuration file before libconfig reads it. */
#ifndef TAXFLOW_CONFIG_TEXT_H
#define TAXFLOW_CONFIG_TEXT_H

#include <stddef.h>

#include "taxflow/buf.h"
#include "taxflow/err.h"

struct tf_config_text_problem {
    unsigned line;
    const char *text; /* static storage */
};

/**
 * Copy a file's text to out, with the suffix L at every whole number beyond 32 bits that lacks it, a
 * newline and a NUL at the end. libconfig 1.5 reads such a number as 32 bits without a word, passes over a comment that
 * is never closed, and refuses one that the file ends in.
 *
 * problem  filled when the result is TF_E_CONFIG: a NUL byte, an open comment or text, a number beyond 64 bits, or
 *          @include (which would escape this pass, and file:line).
 * Returns  TF_OK, TF_E_CONFIG, or TF_E_MEMORY when out failed. O(len).
 */
enum tf_err tf_config_text_copy(struct tf_str text, struct tf_buf *out, struct tf_config_text_problem *problem) TF_MUST_CHECK;
/** The 1-based line of a text, without its end; absent past the last. O(len). */
struct tf_str tf_config_text_line(struct tf_str text, unsigned line);

#endif
