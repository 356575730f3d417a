/* Originals are read through before anything is made of them: a disk may return other bytes than it was given. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "originals_internal.h"

struct verification {
    const char *folder;
    void (*visit)(void *self, const char *path, uint64_t bytes, enum tf_original_state state);
    void *self;
};

static bool is_hash(const char *name)
{
    uint8_t digest[32];
    return strlen(name) == TF_ORIGINAL_HEX && tf_hash_unhex(tf_str_of(name), digest, sizeof digest);
}

static enum tf_original_state look_at(const struct verification *v, const char *path, const char *name, uint64_t *ret_bytes)
{
    char place[TF_ORIGINALS_PATH_BYTES];
    struct tf_original found = {.bytes = 0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool read = fd >= 0 && tf_originals_hash(fd, &found);
    if (fd >= 0)
        close(fd);
    *ret_bytes = found.bytes;
    if (!read)
        return TF_ORIGINAL_UNREADABLE;
    bool found_there = tf_originals_path(v->folder, name, place) && strcmp(place, path) == 0;
    return found_there && strcmp(found.sha256, name) == 0 ? TF_ORIGINAL_WHOLE : TF_ORIGINAL_DAMAGED;
}

static void verify_entry(const struct verification *v, FTS *tree, FTSENT *entry)
{
    uint64_t bytes = 0;
    if (entry->fts_info == FTS_D && entry->fts_level == 1 && strcmp(entry->fts_name, TF_ORIGINALS_INCOMING) == 0)
        fts_set(tree, entry, FTS_SKIP);
    else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS)
        v->visit(v->self, entry->fts_path, 0, TF_ORIGINAL_UNREADABLE);
    else if (entry->fts_info != FTS_D && entry->fts_info != FTS_DP && is_hash(entry->fts_name)) {
        enum tf_original_state state = look_at(v, entry->fts_path, entry->fts_name, &bytes);
        v->visit(v->self, entry->fts_path, bytes, state);
    }
}

static int by_name(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }

enum tf_err tf_originals_verify(const char *folder, void (*visit)(void *self, const char *path, uint64_t bytes, enum tf_original_state state), void *self,
                                struct tf_fault *fault)
{
    char root[TF_ORIGINALS_PATH_BYTES];
    const struct verification v = {root, visit, self};
    struct stat info;
    size_t len = strlen(folder);
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode) || len >= sizeof root)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s: is no folder of originals; give collector.archive_dir as the collector has it", folder);
    while (len > 1 && folder[len - 1] == '/')
        len--;
    memcpy(root, folder, len);
    root[len] = '\0';
    char *const roots[] = {root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (!tree)
        return TF_E_MEMORY;
    for (FTSENT *entry; (entry = fts_read(tree));)
        verify_entry(&v, tree, entry);
    fts_close(tree);
    return TF_OK;
}

static void lower(const char *text, char out[TF_ORIGINAL_HEX + 1])
{
    for (size_t i = 0; i < TF_ORIGINAL_HEX; i++)
        out[i] = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] - 'A' + 'a' : text[i]);
    out[TF_ORIGINAL_HEX] = '\0';
}

enum tf_err tf_originals_open(const char *folder, const char *sha256, int *ret_fd, struct tf_fault *fault)
{
    char path[TF_ORIGINALS_PATH_BYTES], name[TF_ORIGINAL_HEX + 1];
    struct tf_original found;
    if (!is_hash(sha256))
        return tf_fault_set(fault, TF_E_USAGE, "%.80s is no SHA-256: 64 hex characters", sha256);
    lower(sha256, name);
    int fd = tf_originals_path(folder, name, path) ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    if (fd < 0)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    enum tf_err err = TF_OK;
    if (!tf_originals_hash(fd, &found))
        err = tf_fault_set(fault, TF_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    else if (strcmp(found.sha256, name) != 0)
        err = tf_fault_set(fault, TF_E_VALUE, "%s: is damaged: its bytes have another hash; bring it back from a copy, or have it sent again", path);
    if (err != TF_OK) {
        close(fd);
        return err;
    }
    *ret_fd = fd;
    return TF_OK;
}
