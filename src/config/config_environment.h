/* The layers of the environment: TAXFLOW_GROUP__KEY and TAXFLOW_ROLE, below them the standard OTEL_* variables. */
#ifndef TAXFLOW_CONFIG_ENVIRONMENT_H
#define TAXFLOW_CONFIG_ENVIRONMENT_H

#include "config_source.h"

/** Value of a variable in an environ(7) array (which may be NULL), or NULL. */
const char *tf_config_environment_get(char *const *environment, const char *name);
/**
 * Set the options named by TAXFLOW_GROUP__KEY (lists with commas) and the role of TAXFLOW_ROLE. Other variables without
 * "__" belong to somebody else; one with it that names no option is an error.
 */
void tf_config_environment_load(struct tf_config_source *source, char *const *environment);
/**
 * Set otel.* from OTEL_SDK_DISABLED, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER, OTEL_TRACES_SAMPLER and its
 * _ARG. Empty means unset and unknown words are passed over, as the OpenTelemetry specification's "Environment Variable
 * Specification" asks for.
 */
void tf_config_otel_load(struct tf_config_source *source, char *const *environment);

#endif
