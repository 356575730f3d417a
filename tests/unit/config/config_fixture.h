/* Loading configurations in tests: a scratch folder, a file with given text, errors kept for looking at. */
#ifndef TAXFLOW_TESTS_CONFIG_FIXTURE_H
#define TAXFLOW_TESTS_CONFIG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "option.h"
#include "taxflow/config.h"

enum { FIXTURE_ERRORS_MAX = 64, FIXTURE_PATH_BYTES = 256, FIXTURE_TEXT_BYTES = 1024 };
/* Linux has it, libconfig reads it as no settings: keeps a test away from the machine's own configuration. */
#define NO_SETTINGS "/dev/null"

struct loaded {
    struct tf_config_source *source;
    const struct tf_config *config; /* NULL when errors were found */
    enum tf_err err;
    struct tf_config_error errors[FIXTURE_ERRORS_MAX];
    size_t errors_count;
};

static char fixture_folder[FIXTURE_PATH_BYTES];

static inline int fixture_setup(void **state)
{
    (void)state;
    snprintf(fixture_folder, sizeof fixture_folder, "/tmp/taxflow-config-XXXXXX");
    return mkdtemp(fixture_folder) ? 0 : -1;
}

static inline int fixture_teardown(void **state)
{
    (void)state;
    char command[FIXTURE_PATH_BYTES + 16];
    snprintf(command, sizeof command, "rm -rf '%s'", fixture_folder);
    return system(command);
}

/* Path of a file in the scratch folder; the storage is overwritten by the fourth call after. */
static inline const char *fixture_path(const char *name)
{
    static char paths[4][2 * FIXTURE_PATH_BYTES];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", fixture_folder, name);
    return path;
}

static inline const char *fixture_write_bytes(const char *name, const char *bytes, size_t len, mode_t mode)
{
    const char *path = fixture_path(name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static inline const char *fixture_write(const char *name, const char *text)
{
    return fixture_write_bytes(name, text, strlen(text), 0600);
}

static inline struct loaded load(const struct tf_config_request *request)
{
    struct loaded loaded = {.source = NULL};
    loaded.err = tf_config_load(request, &loaded.source, loaded.errors, FIXTURE_ERRORS_MAX, &loaded.errors_count);
    loaded.config = loaded.source ? tf_config_get(loaded.source) : NULL;
    assert_true((loaded.source != NULL) == (loaded.err == TF_OK));
    assert_true((loaded.errors_count > 0) == (loaded.err == TF_E_CONFIG || loaded.err == TF_E_NO_INPUT || loaded.err == TF_E_PERMISSION));
    return loaded;
}

/* A file with this text, nothing else. */
static inline struct loaded load_text(const char *text)
{
    const struct tf_config_request request = {.file = fixture_write("taxflow.conf", text)};
    return load(&request);
}

/* One --set, nothing else. */
static inline struct loaded load_set(const char *assignment)
{
    const char *const sets[] = {assignment};
    const struct tf_config_request request = {.file = NO_SETTINGS, .sets = sets, .sets_count = 1};
    return load(&request);
}

/* One or two variables, nothing else. */
static inline struct loaded load_environment(const char *first, const char *second)
{
    char one[FIXTURE_TEXT_BYTES], two[FIXTURE_TEXT_BYTES];
    snprintf(one, sizeof one, "%s", first);
    snprintf(two, sizeof two, "%s", second ? second : "");
    char *environment[] = {one, second ? two : NULL, NULL};
    const struct tf_config_request request = {.file = NO_SETTINGS, .environment = environment};
    return load(&request);
}

static inline void unload(struct loaded *loaded)
{
    loaded->source = tf_config_destroy(loaded->source);
}

static inline size_t errors_shown(const struct loaded *loaded)
{
    return loaded->errors_count < FIXTURE_ERRORS_MAX ? loaded->errors_count : FIXTURE_ERRORS_MAX;
}

/* Whether some error stands at a place that ends in where and has needle in its text. */
static inline bool has_error(const struct loaded *loaded, const char *where, const char *needle)
{
    for (size_t i = 0; i < errors_shown(loaded); i++) {
        size_t len = strlen(loaded->errors[i].where), end = strlen(where);
        if (len >= end && strcmp(loaded->errors[i].where + len - end, where) == 0 && strstr(loaded->errors[i].text, needle))
            return true;
    }
    return false;
}

/* The load failed with exactly one error, which is this; prints what came instead. */
static inline void assert_only_error(struct loaded *loaded, const char *where, const char *needle)
{
    bool right = loaded->err == TF_E_CONFIG && loaded->errors_count == 1 && has_error(loaded, where, needle);
    for (size_t i = 0; !right && i < errors_shown(loaded); i++)
        print_error("got %s: %s\n", loaded->errors[i].where, loaded->errors[i].text);
    if (!right)
        fail_msg("wanted only %s: …%s… of %zu errors", where, needle, loaded->errors_count);
    unload(loaded);
}

static inline void assert_loads(struct loaded *loaded)
{
    for (size_t i = 0; i < errors_shown(loaded); i++)
        print_error("got %s: %s\n", loaded->errors[i].where, loaded->errors[i].text);
    assert_int_equal(loaded->err, TF_OK);
}

/* What print wrote about source; to be freed. */
static inline char *printed(const struct tf_config_source *source)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    if (source)
        tf_config_print(source, out);
    else
        tf_config_print_reference(out);
    assert_int_equal(fclose(out), 0);
    return text;
}

#endif
