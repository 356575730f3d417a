#include "paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 32, PATH_BYTES = 4096 };

static enum tf_err add(struct tf_paths *paths, const char *path)
{
    if (paths->count == paths->capacity) {
        size_t capacity = paths->capacity ? paths->capacity * 2 : 64;
        char **items = realloc(paths->items, capacity * sizeof *items);
        if (!items)
            return TF_E_MEMORY;
        paths->items = items;
        paths->capacity = capacity;
    }
    char *copy = strdup(path);
    if (!copy)
        return TF_E_MEMORY;
    paths->items[paths->count++] = copy;
    return TF_OK;
}

static enum tf_err refuse(const char *path, struct tf_fault *fault)
{
    enum tf_err err = errno == EACCES || errno == EPERM ? TF_E_PERMISSION : TF_E_NO_INPUT;
    return tf_fault_set(fault, err, "%s: cannot be read: %s; give files or folders that can be", path, strerror(errno));
}

static int is_shown(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static int by_bytes(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static enum tf_err add_place(struct tf_paths *paths, const char *path, unsigned depth, struct tf_fault *fault);

static enum tf_err add_folder(struct tf_paths *paths, const char *folder, unsigned depth, struct tf_fault *fault)
{
    struct dirent **entries;
    char path[PATH_BYTES];
    if (depth == DEPTH_MAX)
        return tf_fault_set(fault, TF_E_USAGE, "%s: folders lie more than %d deep; give the one that holds the files", folder, DEPTH_MAX);
    int count = scandir(folder, &entries, is_shown, by_bytes);
    if (count < 0)
        return refuse(folder, fault);
    enum tf_err err = TF_OK;
    for (int i = 0; i < count; i++) {
        if (err == TF_OK && snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name) >= (int)sizeof path)
            err = tf_fault_set(fault, TF_E_USAGE, "%s: a path below it is too long", folder);
        if (err == TF_OK)
            err = add_place(paths, path, depth + 1, fault);
        free(entries[i]);
    }
    free(entries);
    return err;
}

/* A folder's files, or the path itself: whether it can be read is seen when it is. */
static enum tf_err add_place(struct tf_paths *paths, const char *path, unsigned depth, struct tf_fault *fault)
{
    struct stat info;
    bool folder = strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    return folder ? add_folder(paths, path, depth, fault) : add(paths, path);
}

static enum tf_err add_listed(struct tf_paths *paths, const char *name, struct tf_fault *fault)
{
    FILE *list = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    enum tf_err err = TF_OK;
    if (!list)
        return refuse(name, fault);
    while (err == TF_OK && (len = getline(&line, &cap, list)) >= 0) {
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            line[--len] = '\0';
        if (len > 0)
            err = add_place(paths, line, 0, fault);
    }
    if (err == TF_OK && ferror(list))
        err = refuse(name, fault);
    free(line);
    if (list != stdin)
        fclose(list);
    return err;
}

enum tf_err tf_paths_gather(const struct tf_cli *cli, struct tf_paths *paths, struct tf_fault *fault)
{
    *paths = (struct tf_paths){.items = NULL};
    for (size_t i = 0; i < cli->args_count; i++)
        TF_TRY(add_place(paths, cli->args[i], 0, fault));
    if (cli->files_from)
        TF_TRY(add_listed(paths, cli->files_from, fault));
    return paths->count > 0 ? TF_OK : tf_fault_set(fault, TF_E_USAGE, "there are no files; give some, a folder that holds some, or --files-from=LIST");
}

void tf_paths_finish(struct tf_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        free(paths->items[i]);
    free(paths->items);
    *paths = (struct tf_paths){.items = NULL};
}
