/* The rows of options.def as a table: what parsing, checking, printing and the tests walk over. */
#ifndef TAXFLOW_CONFIG_OPTION_H
#define TAXFLOW_CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taxflow/config.h"
#include "taxflow/str.h"

enum tf_option_type { TF_OPTION_TEXT, TF_OPTION_WORD, TF_OPTION_INT, TF_OPTION_REAL, TF_OPTION_FLAG, TF_OPTION_LIST };

struct tf_option {
    const char *group, *name, *help;
    enum tf_option_type type;
    bool live;                /* takes effect on SIGHUP; otherwise needs a restart */
    size_t offset;            /* of the member in struct tf_config */
    const char *text_default; /* TEXT and WORD; LIST with "|" between the items, "" = empty list */
    const char *words;        /* WORD: the allowed ones with "|" between them */
    int64_t int_default, int_min, int_max;
    double real_default, real_min, real_max;
    bool flag_default;
};

struct tf_option_group {
    const char *name, *help;
};

/** Every option, in the order of options.def. Static storage. */
const struct tf_option *tf_option_all(size_t *ret_count);
/** Every group, in the order of options.def. Static storage. */
const struct tf_option_group *tf_option_groups(size_t *ret_count);
/** Place of an option in tf_option_all(). */
size_t tf_option_index(const struct tf_option *option);
/** The option called group.name, or NULL. O(options). */
const struct tf_option *tf_option_find(struct tf_str group, struct tf_str name);
/** The option stored at an offset of struct tf_config, as OPTION(kafka.partitions) gives; never NULL for a member's offset. */
const struct tf_option *tf_option_at(size_t offset);
#define TF_OPTION(member) tf_option_at(offsetof(struct tf_config, member))
/** Whether a group of that name exists. */
bool tf_option_group_known(struct tf_str group);
/**
 * The option somebody meant: the one that alone has this name in another group, else the nearest by edit distance, at
 * most 3 away.
 *
 * group  absent when the name stood outside all groups.
 * Returns NULL when nothing is near.
 */
const struct tf_option *tf_option_nearest(struct tf_str group, struct tf_str name);
/** The nearest of the words that may stand outside all groups: a group, role or companies; NULL when nothing is near. */
const char *tf_option_nearest_top(struct tf_str name);
/** Member of the configuration that an option fills. */
void *tf_option_field(struct tf_config *config, const struct tf_option *option);
const void *tf_option_value(const struct tf_config *config, const struct tf_option *option);
/** The next of the items that stand in *rest with separator between them; false at the end. */
bool tf_option_next_item(struct tf_str *rest, char separator, struct tf_str *ret_item);

#endif
