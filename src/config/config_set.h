/* The layer of the command line: --set group.key=value and --role. */
#ifndef TAXFLOW_CONFIG_SET_H
#define TAXFLOW_CONFIG_SET_H

#include "config_source.h"

/** Set one option from "group.key=value" (or "role=value"), or collect an error. */
void tf_config_set_load(struct tf_config_source *source, const char *assignment);
/** Set the role of --role. */
void tf_config_set_role(struct tf_config_source *source, const char *role);

#endif
