/* Values as libconfig text. */
#ifndef TAXFLOW_CONFIG_WRITE_H
#define TAXFLOW_CONFIG_WRITE_H

#include <stdio.h>

#include "option.h"

/** A text in quotes, escaped so that libconfig reads back the same bytes. */
void tf_config_write_text(FILE *out, const char *text);
/** An array of texts. */
void tf_config_write_list(FILE *out, struct tf_string_list list);
/** The value that config holds for an option; whole numbers beyond 32 bits end in L, fractions always have a point. */
void tf_config_write_value(FILE *out, const struct tf_config *config, const struct tf_option *option);
/** An option's default, likewise. */
void tf_config_write_default(FILE *out, const struct tf_option *option);

#endif
