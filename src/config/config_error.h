/* The errors of one load, collected until the caller's room is full and counted past it. */
#ifndef TAXFLOW_CONFIG_ERROR_H
#define TAXFLOW_CONFIG_ERROR_H

#include <stdarg.h>

#include "taxflow/config.h"

struct tf_config_errors {
    struct tf_config_error *items; /* the caller's */
    size_t max, count;             /* count may pass max: then items hold the first max */
};

/**
 * Collect an error.
 *
 * where   cut with "…" at 160 bytes;  format  the text, cut with "…" at 256. Control characters become "?": a name
 *         out of the environment must not reach a terminal as a command. Texts never quote values that may be secret.
 */
void tf_config_error_add(struct tf_config_errors *errors, const char *where, const char *format, ...) TF_PRINTF(3, 4);
/** As tf_config_error_add, with its arguments as a list. */
void tf_config_error_addv(struct tf_config_errors *errors, const char *where, const char *format, va_list args) TF_PRINTF(3, 0);

#endif
