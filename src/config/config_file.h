/* The layer of the libconfig file. */
#ifndef TAXFLOW_CONFIG_FILE_H
#define TAXFLOW_CONFIG_FILE_H

#include <libconfig.h>

#include "config_source.h"

enum { TF_CONFIG_FILE_BYTES_MAX = 1 << 20 };

/**
 * Find the file: `named`, else $TAXFLOW_CONFIG, else the first that exists of $XDG_CONFIG_HOME/taxflow/taxflow.conf
 * (or $HOME/.config/…) and /etc/taxflow/taxflow.conf; none is fine. Sets source->file. Blocks on the file system.
 */
void tf_config_file_find(struct tf_config_source *source, const char *named, char **environment);
/**
 * Read source->file, if any, and set its options; errors carry file:line. A syntax error sets file_broken.
 * Returns TF_OK also when errors were collected; TF_E_NO_INPUT (one error collected) when it cannot be read, TF_E_PERMISSION when it may not be;
 * TF_E_MEMORY.
 */
enum tf_err tf_config_file_load(struct tf_config_source *source) TF_MUST_CHECK;
/** Where a setting stands. */
struct tf_config_origin tf_config_file_origin(const struct tf_config_source *source, const config_setting_t *setting);
/**
 * The texts of an array or list.
 *
 * items  receives at most max of them; views into libconfig's memory, valid as long as the setting.
 * Returns true and *ret_count (max at most) when the setting is an array or list of texts only.
 */
bool tf_config_file_texts(const config_setting_t *setting, struct tf_str items[], size_t max, size_t *ret_count);

#endif
