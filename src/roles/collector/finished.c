#include "finished.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* done/NAME, or done/NAME.2 … when an earlier file had the name. */
static bool free_path(const char *folder, const char *name, char out[TF_FINISHED_PATH_BYTES])
{
    struct stat info;
    if (snprintf(out, TF_FINISHED_PATH_BYTES, "%s/%s", folder, name) >= TF_FINISHED_PATH_BYTES)
        return false;
    for (unsigned n = 2; lstat(out, &info) == 0; n++)
        if (snprintf(out, TF_FINISHED_PATH_BYTES, "%s/%s.%u", folder, name, n) >= TF_FINISHED_PATH_BYTES)
            return false;
    return true;
}

static bool move(const struct tf_finished *finished, const char *from, const char *name)
{
    char path[TF_FINISHED_PATH_BYTES], target[TF_FINISHED_PATH_BYTES];
    return snprintf(path, sizeof path, "%s/%s", from, name) < (int)sizeof path && free_path(finished->folder, name, target) && rename(path, target) == 0;
}

/* Past the ceiling, or without memory, a file is sent again after a restart: its ids make that harmless. */
static void remember(struct tf_finished *finished, const char *name)
{
    char *copy = finished->count < TF_FINISHED_WAITING_MAX ? strdup(name) : NULL;
    if (copy)
        finished->waiting[finished->count++] = copy;
}

bool tf_finished_move(struct tf_finished *finished, const char *from, const char *name)
{
    bool moved = move(finished, from, name);
    if (!moved)
        remember(finished, name);
    return moved;
}

bool tf_finished_waits(const struct tf_finished *finished, const char *name)
{
    for (size_t i = 0; i < finished->count; i++)
        if (strcmp(finished->waiting[i], name) == 0)
            return true;
    return false;
}

static bool is_there(const char *from, const char *name)
{
    char path[TF_FINISHED_PATH_BYTES];
    struct stat info;
    return snprintf(path, sizeof path, "%s/%s", from, name) < (int)sizeof path && lstat(path, &info) == 0;
}

size_t tf_finished_again(struct tf_finished *finished, const char *from)
{
    size_t left = 0;
    for (size_t i = 0; i < finished->count; i++) {
        char *name = finished->waiting[i];
        if (is_there(from, name) && !move(finished, from, name))
            finished->waiting[left++] = name;
        else
            free(name);
    }
    finished->count = left;
    return left;
}

/* What is said of a file is there before the file is: who sees one finds the other. */
static bool write_beside(const char *target, const char *suffix, struct tf_str text)
{
    char beside[TF_FINISHED_PATH_BYTES];
    FILE *out = snprintf(beside, sizeof beside, "%s%s", target, suffix) < (int)sizeof beside ? fopen(beside, "we") : NULL;
    if (!out)
        return false;
    bool put = fwrite(text.ptr, 1, text.len, out) == text.len && fputc('\n', out) != EOF;
    return fclose(out) == 0 && put;
}

bool tf_finished_note(const struct tf_finished *finished, const char *name, const char *suffix, struct tf_str text)
{
    char target[TF_FINISHED_PATH_BYTES];
    return free_path(finished->folder, name, target) && write_beside(target, suffix, text);
}

bool tf_finished_refuse(const char *folder, const char *from, const char *name, const char *reason)
{
    char path[TF_FINISHED_PATH_BYTES], target[TF_FINISHED_PATH_BYTES];
    return snprintf(path, sizeof path, "%s/%s", from, name) < (int)sizeof path && free_path(folder, name, target) &&
           write_beside(target, ".reason", tf_str_of(reason)) && rename(path, target) == 0;
}

void tf_finished_finish(struct tf_finished *finished)
{
    for (size_t i = 0; i < finished->count; i++)
        free(finished->waiting[i]);
    finished->count = 0;
}
