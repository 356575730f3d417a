/* A scratch folder for tests that need files, and a configuration of defaults. */
#ifndef TAXFLOW_TESTS_PIPELINE_FOLDER_H
#define TAXFLOW_TESTS_PIPELINE_FOLDER_H

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

#include "taxflow/config.h"
#include "taxflow/pipeline.h"

static char folder[64];
static struct tf_config_source *folder_config;

static inline int folder_open(void **state)
{
    (void)state;
    struct tf_config_error errors[4];
    size_t found = 0;
    const struct tf_config_request request = {.file = "/dev/null"};
    snprintf(folder, sizeof folder, "/tmp/taxflow-files-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    return tf_config_load(&request, &folder_config, errors, 4, &found) == TF_OK ? 0 : -1;
}

static inline int folder_close(void **state)
{
    (void)state;
    char command[128];
    folder_config = tf_config_destroy(folder_config);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* Path in the folder; the storage is used again by the eighth call after. */
static inline const char *path_of(const char *name)
{
    static char paths[8][256];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static inline const char *write_file(const char *name, const char *bytes, size_t len)
{
    const char *path = path_of(name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
    return path;
}

static inline const char *write_text(const char *name, const char *text)
{
    return write_file(name, text, strlen(text));
}

static inline struct tf_files *open_files(const char *const *paths, size_t count, unsigned workers)
{
    struct tf_files *files = NULL;
    struct tf_fault fault = {0};
    if (tf_files_create(tf_config_get(folder_config), paths, count, workers, NULL, NULL, &files, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    return files;
}

static inline struct tf_files *open_text(const char *text)
{
    const char *path = write_text("one.ndjson", text);
    return open_files(&path, 1, 1);
}

#endif
