/* Setting one option: the same type, range and word checks whatever layer the value came from. */
#ifndef TAXFLOW_CONFIG_VALUE_H
#define TAXFLOW_CONFIG_VALUE_H

#include "config_source.h"

enum { TF_CONFIG_ITEMS_MAX = 256, TF_CONFIG_TEXT_BYTES_MAX = 4096 };

/*
 * Each of these sets the option and remembers origin; or collects an error with the remedy and marks the option
 * refused. The option must have the type in the function's name.
 */
void tf_config_value_int(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin, int64_t value);
void tf_config_value_real(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin, double value);
void tf_config_value_flag(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin, bool value);
/** For TEXT and WORD. */
void tf_config_value_text(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin,
                          struct tf_str value);
/** Items must not be blank; they are copied, trimmed. */
void tf_config_value_list(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin,
                          const struct tf_str *items, size_t count);
/**
 * Set an option of any type from its text in the environment or in --set: true or false; digits; list items with commas
 * between them, empty text = empty list.
 */
void tf_config_value_parse(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin,
                           struct tf_str text);
/** Give every option its default. */
void tf_config_value_defaults(struct tf_config_source *source);
/** Collect "must be …" for a value of the wrong type; says how the right one is written in a file. */
void tf_config_value_wrong_type(struct tf_config_source *source, const struct tf_option *option, struct tf_config_origin origin);
/** Whether text may be a value: UTF-8, no control characters, at most TF_CONFIG_TEXT_BYTES_MAX. */
bool tf_config_value_clean(struct tf_str text);
/** Copy items into the source's arena. */
struct tf_string_list tf_config_value_items(struct tf_config_source *source, const struct tf_str *items, size_t count);

#endif
