#include "archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* done/NAME, or done/NAME.2 … when an earlier file had the name. */
static bool free_path(const struct tf_archive *archive, const char *name, char out[TF_ARCHIVE_PATH_BYTES])
{
    struct stat info;
    if (snprintf(out, TF_ARCHIVE_PATH_BYTES, "%s/%s", archive->folder, name) >= TF_ARCHIVE_PATH_BYTES)
        return false;
    for (unsigned n = 2; lstat(out, &info) == 0; n++)
        if (snprintf(out, TF_ARCHIVE_PATH_BYTES, "%s/%s.%u", archive->folder, name, n) >= TF_ARCHIVE_PATH_BYTES)
            return false;
    return true;
}

static bool move(const struct tf_archive *archive, const char *from, const char *name)
{
    char path[TF_ARCHIVE_PATH_BYTES], target[TF_ARCHIVE_PATH_BYTES];
    return snprintf(path, sizeof path, "%s/%s", from, name) < (int)sizeof path && free_path(archive, name, target) && rename(path, target) == 0;
}

/* Past the ceiling, or without memory, a file is sent again after a restart: its ids make that harmless. */
static void remember(struct tf_archive *archive, const char *name)
{
    char *copy = archive->count < TF_ARCHIVE_WAITING_MAX ? strdup(name) : NULL;
    if (copy)
        archive->waiting[archive->count++] = copy;
}

bool tf_archive_move(struct tf_archive *archive, const char *from, const char *name)
{
    bool moved = move(archive, from, name);
    if (!moved)
        remember(archive, name);
    return moved;
}

bool tf_archive_waits(const struct tf_archive *archive, const char *name)
{
    for (size_t i = 0; i < archive->count; i++)
        if (strcmp(archive->waiting[i], name) == 0)
            return true;
    return false;
}

static bool is_there(const char *from, const char *name)
{
    char path[TF_ARCHIVE_PATH_BYTES];
    struct stat info;
    return snprintf(path, sizeof path, "%s/%s", from, name) < (int)sizeof path && lstat(path, &info) == 0;
}

size_t tf_archive_again(struct tf_archive *archive, const char *from)
{
    size_t left = 0;
    for (size_t i = 0; i < archive->count; i++) {
        char *name = archive->waiting[i];
        if (is_there(from, name) && !move(archive, from, name))
            archive->waiting[left++] = name;
        else
            free(name);
    }
    archive->count = left;
    return left;
}

void tf_archive_finish(struct tf_archive *archive)
{
    for (size_t i = 0; i < archive->count; i++)
        free(archive->waiting[i]);
    archive->count = 0;
}
