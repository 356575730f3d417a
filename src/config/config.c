#include "taxflow/config.h"

#include <stdlib.h>

#include "config_check.h"
#include "config_environment.h"
#include "config_file.h"
#include "config_set.h"
#include "config_value.h"

/* Room for a file of TF_CONFIG_FILE_BYTES_MAX turned into strings, lists and pointers. */
enum { ARENA_BYTES_MAX = 64 << 20 };

static struct tf_config_source *create(struct tf_config_errors *errors)
{
    struct tf_config_source *source = calloc(1, sizeof *source);
    if (!source)
        return NULL;
    size_t count;
    tf_option_all(&count);
    source->errors = errors;
    source->arena = tf_arena_create(ARENA_BYTES_MAX);
    if (!source->arena)
        return tf_config_destroy(source);
    source->origins = TF_ARENA_ARRAY(source->arena, struct tf_config_origin, count);
    source->refused = TF_ARENA_ARRAY(source->arena, bool, count);
    return source->origins && source->refused ? source : tf_config_destroy(source);
}

/* The layers in rising precedence: each overwrites what stands below it. */
static enum tf_err load_layers(struct tf_config_source *source, const struct tf_config_request *request)
{
    tf_config_value_defaults(source);
    tf_config_file_find(source, request->file, request->environment);
    TF_TRY(tf_config_file_load(source));
    tf_config_otel_load(source, request->environment);
    tf_config_environment_load(source, request->environment);
    for (size_t i = 0; i < request->sets_count; i++)
        tf_config_set_load(source, request->sets[i]);
    if (request->role)
        tf_config_set_role(source, request->role);
    if (!source->file_broken)
        tf_config_check(source);
    if (source->out_of_memory)
        return TF_E_MEMORY;
    return source->errors->count > 0 ? TF_E_CONFIG : TF_OK;
}

enum tf_err tf_config_load(const struct tf_config_request *request, struct tf_config_source **ret_source, struct tf_config_error *errors,
                           size_t errors_max, size_t *ret_errors)
{
    struct tf_config_errors found = {.items = errors, .max = errors_max};
    *ret_source = NULL;
    *ret_errors = 0;
    struct tf_config_source *source = create(&found);
    if (!source)
        return TF_E_MEMORY;
    enum tf_err err = load_layers(source, request);
    *ret_errors = found.count;
    source->errors = NULL;
    if (err == TF_OK)
        *ret_source = source;
    else
        tf_config_destroy(source);
    return err;
}

struct tf_config_source *tf_config_destroy(struct tf_config_source *source)
{
    if (source)
        tf_arena_destroy(source->arena);
    free(source);
    return NULL;
}

const struct tf_config *tf_config_get(const struct tf_config_source *source)
{
    return &source->config;
}

const char *tf_config_file(const struct tf_config_source *source)
{
    return source->file;
}
