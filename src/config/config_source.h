/* What was loaded, shared by the layers that fill it in turn: defaults, file, environment, --set. */
#ifndef TAXFLOW_CONFIG_SOURCE_H
#define TAXFLOW_CONFIG_SOURCE_H

#include "config_error.h"
#include "config_origin.h"
#include "option.h"
#include "taxflow/arena.h"
#include "taxflow/config.h"

struct tf_config_source {
    struct tf_arena *arena; /* owns every string and list below */
    struct tf_config config;
    const char *file; /* NULL when none was read */
    struct tf_config_origin role_origin, companies_origin;
    struct tf_config_origin *origins; /* by tf_option_index() */
    bool *refused;                    /* by tf_option_index(): a value was wrong, so cross-checks stay silent about it */

    /* Only while loading. */
    struct tf_config_errors *errors;
    bool file_broken;   /* the file could not be parsed: its values are unknown, cross-checks would mislead */
    bool out_of_memory; /* sticky, asked once at the end */
};

/** Collect an error that was said at origin. */
void tf_config_source_error(struct tf_config_source *source, struct tf_config_origin origin, const char *format, ...) TF_PRINTF(3, 4);
/**
 * Collect an error about an option's value, wherever that came from. Where nobody said anything, the place is the
 * file in which the option is missing. Silent when the value was refused before.
 */
void tf_config_source_option_error(struct tf_config_source *source, const struct tf_option *option, const char *format, ...)
    TF_PRINTF(3, 4);
/** Collect "unknown option …" with the nearest name. group is absent when the name stood outside all groups. */
void tf_config_source_unknown(struct tf_config_source *source, struct tf_config_origin origin, struct tf_str group, struct tf_str name);
/** Terminated copy in the source's arena; "" and out_of_memory when there is no room. */
const char *tf_config_source_dup(struct tf_config_source *source, struct tf_str text);
/** Whether the configured role, or `all`, runs this one. False when nobody said a role. */
bool tf_config_source_runs(const struct tf_config_source *source, const char *role);

#endif
