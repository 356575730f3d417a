#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "originals_internal.h"
#include "taxflow/scratch.h"

enum { LEFT_OVER_S = 3600, PROBE_BYTES = 4096, FOLDER_MODE = 0770, ORIGINAL_MODE = 0400, TOGETHER = 32 };

struct tf_originals {
    char folder[TF_ORIGINALS_PATH_BYTES - 160]; /* room for what stands below it */
};

/* What is being written below incoming/, until it has its name. */
struct draft {
    int fd; /* -1: there is none */
    char name[8];
};

void tf_original_write(const struct tf_original *original, struct tf_str media_type, char out[TF_ORIGINAL_TEXT_BYTES])
{
    int len = snprintf(out, TF_ORIGINAL_TEXT_BYTES, "sha256=%s;bytes=%llu", original->sha256, (unsigned long long)original->bytes);
    size_t left = TF_ORIGINAL_TEXT_BYTES - (size_t)len;
    if (tf_str_present(media_type) && media_type.len > 0 && media_type.len + sizeof ";media_type=" <= left)
        snprintf(out + len, left, ";media_type=%.*s", TF_STR_ARGS(media_type));
}

bool tf_originals_path(const char *folder, const char *sha256, char out[TF_ORIGINALS_PATH_BYTES])
{
    return snprintf(out, TF_ORIGINALS_PATH_BYTES, "%s/%.2s/%.2s/%s", folder, sha256, sha256 + 2, sha256) < TF_ORIGINALS_PATH_BYTES;
}

bool tf_originals_hash(int fd, struct tf_original *ret_original)
{
    struct tf_hash_stream stream;
    uint8_t digest[32];
    ssize_t got = 1;
    char *chunk = malloc(TF_ORIGINALS_CHUNK_BYTES);
    tf_hash_stream_init(&stream);
    ret_original->bytes = 0;
    while (chunk && got != 0) {
        got = pread(fd, chunk, TF_ORIGINALS_CHUNK_BYTES, (off_t)ret_original->bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        tf_hash_stream_add(&stream, (struct tf_str){chunk, (size_t)got});
        ret_original->bytes += (uint64_t)got;
    }
    tf_hash_stream_end(&stream, digest);
    tf_hash_hex(digest, sizeof digest, ret_original->sha256);
    bool done = chunk && got == 0;
    int why = chunk ? errno : ENOMEM;
    free(chunk);
    errno = why;
    return done;
}

static enum tf_err refuse(const struct tf_originals *originals, int error, struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_UNAVAILABLE, "collector.archive_dir %s: nothing can be kept: %s; make room or make it writable for this user",
                        originals->folder, strerror(error));
}

static bool make_folder(const char *path)
{
    struct stat info;
    return mkdir(path, FOLDER_MODE) == 0 || (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode));
}

/* A name is on the disk when its folder is. */
static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0;
    int why = errno;
    close(fd);
    errno = why;
    return synced;
}

/* ab/ and ab/cd/. */
static bool make_folders(const struct tf_originals *originals, const char *sha256)
{
    char outer[TF_ORIGINALS_PATH_BYTES], inner[TF_ORIGINALS_PATH_BYTES];
    snprintf(outer, sizeof outer, "%s/%.2s", originals->folder, sha256);
    snprintf(inner, sizeof inner, "%s/%.2s/%.2s", originals->folder, sha256, sha256 + 2);
    return make_folder(outer) && make_folder(inner);
}

/* Every name on the way to an original, also where another made it just now: on its way to the disk is not yet there. */
static bool sync_names(const struct tf_originals *originals, const char *sha256)
{
    char outer[TF_ORIGINALS_PATH_BYTES], inner[TF_ORIGINALS_PATH_BYTES];
    snprintf(outer, sizeof outer, "%s/%.2s", originals->folder, sha256);
    snprintf(inner, sizeof inner, "%s/%.2s/%.2s", originals->folder, sha256, sha256 + 2);
    return sync_folder(inner) && sync_folder(outer) && sync_folder(originals->folder);
}

/* ---- Drafts ---- */

static void draft_path(const struct tf_originals *originals, const char *name, char out[TF_ORIGINALS_PATH_BYTES])
{
    snprintf(out, TF_ORIGINALS_PATH_BYTES, "%s/" TF_ORIGINALS_INCOMING "/%s", originals->folder, name);
}

static bool open_draft(const struct tf_originals *originals, struct draft *draft)
{
    char path[TF_ORIGINALS_PATH_BYTES];
    draft_path(originals, "XXXXXX", path);
    draft->fd = mkostemp(path, O_CLOEXEC);
    memcpy(draft->name, path + strlen(path) - 6, 7);
    return draft->fd >= 0;
}

static void drop_draft(const struct tf_originals *originals, struct draft *draft)
{
    char path[TF_ORIGINALS_PATH_BYTES];
    int why = errno;
    if (draft->fd >= 0) {
        draft_path(originals, draft->name, path);
        unlink(path);
        close(draft->fd);
    }
    draft->fd = -1;
    errno = why;
}

/* Give a draft its name, once its bytes are on the disk. A content that came by two ways at once is renamed over itself. */
static bool name_draft(const struct tf_originals *originals, struct draft *draft, const char *sha256)
{
    char from[TF_ORIGINALS_PATH_BYTES], to[TF_ORIGINALS_PATH_BYTES];
    draft_path(originals, draft->name, from);
    if (fchmod(draft->fd, ORIGINAL_MODE) != 0 || fsync(draft->fd) != 0 || !make_folders(originals, sha256) ||
        !tf_originals_path(originals->folder, sha256, to) || rename(from, to) != 0)
        return false;
    close(draft->fd);
    draft->fd = -1;
    return true;
}

static bool is_there(const struct tf_originals *originals, const struct tf_original *original)
{
    char path[TF_ORIGINALS_PATH_BYTES];
    struct stat info;
    return tf_originals_path(originals->folder, original->sha256, path) && lstat(path, &info) == 0 && S_ISREG(info.st_mode) &&
           (uint64_t)info.st_size == original->bytes;
}

/* ---- Bytes ---- */

/* Each step is done for all before the next: a file system that writes its changes down together then does so for all of them at once. */
struct together {
    const struct tf_originals *originals;
    const struct tf_str *bodies;
    struct tf_original *found;
    size_t count;
    struct draft drafts[TOGETHER]; /* of those that are not there yet */
};

static bool write_drafts(struct together *t)
{
    for (size_t i = 0; i < t->count; i++) {
        uint8_t digest[32];
        tf_hash_sha256_full(t->bodies[i], digest);
        tf_hash_hex(digest, sizeof digest, t->found[i].sha256);
        t->found[i].bytes = t->bodies[i].len;
        if (is_there(t->originals, &t->found[i]))
            continue;
        if (!open_draft(t->originals, &t->drafts[i]) || !tf_scratch_write(t->drafts[i].fd, t->bodies[i].ptr, t->bodies[i].len))
            return false;
        (void)!sync_file_range(t->drafts[i].fd, 0, 0, SYNC_FILE_RANGE_WRITE); /* begins what fsync waits for; where it cannot, fsync does it all */
    }
    return true;
}

static bool name_drafts(struct together *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->drafts[i].fd >= 0 && !name_draft(t->originals, &t->drafts[i], t->found[i].sha256))
            return false;
    for (size_t i = 0; i < t->count; i++)
        if (!sync_names(t->originals, t->found[i].sha256))
            return false;
    return true;
}

static enum tf_err keep_together(const struct tf_originals *originals, const struct tf_str *bodies, size_t count, struct tf_original *found, struct tf_fault *fault)
{
    struct together t = {.originals = originals, .bodies = bodies, .found = found, .count = count};
    for (size_t i = 0; i < TOGETHER; i++)
        t.drafts[i].fd = -1;
    bool kept = write_drafts(&t) && name_drafts(&t);
    for (size_t i = 0; i < count; i++)
        drop_draft(originals, &t.drafts[i]);
    return kept ? TF_OK : refuse(originals, errno, fault);
}

enum tf_err tf_originals_keep(struct tf_originals *originals, const struct tf_str *bodies, size_t count, struct tf_original *ret_originals, struct tf_fault *fault)
{
    for (size_t first = 0, some; first < count; first += some) {
        some = count - first < TOGETHER ? count - first : TOGETHER;
        TF_TRY(keep_together(originals, bodies + first, some, ret_originals + first, fault));
    }
    return TF_OK;
}

/* ---- Files ---- */

/* The kept copy of this content, opened and read through; -1 when there is none that is whole. */
static int open_kept(const struct tf_originals *originals, const struct tf_original *original)
{
    char path[TF_ORIGINALS_PATH_BYTES];
    struct tf_original found;
    int fd = tf_originals_path(originals->folder, original->sha256, path) ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    if (fd >= 0 && tf_originals_hash(fd, &found) && strcmp(found.sha256, original->sha256) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool copy_all(int from, struct draft *draft)
{
    char *chunk = malloc(TF_ORIGINALS_CHUNK_BYTES);
    uint64_t at = 0;
    ssize_t got = chunk ? 1 : -1;
    while (chunk && got != 0) {
        got = pread(from, chunk, TF_ORIGINALS_CHUNK_BYTES, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || !tf_scratch_write(draft->fd, chunk, (size_t)got)) {
            got = -1;
            break;
        }
        at += (uint64_t)got;
    }
    int why = errno;
    free(chunk);
    errno = why;
    return got == 0;
}

/* The hash is that of the copy: the file may have changed since it was asked for its own. */
static bool keep_copy(struct tf_originals *originals, int fd, struct tf_original *ret_original, int *ret_fd)
{
    struct draft draft;
    bool kept = open_draft(originals, &draft) && copy_all(fd, &draft) && tf_originals_hash(draft.fd, ret_original) &&
                name_draft(originals, &draft, ret_original->sha256) && sync_names(originals, ret_original->sha256);
    drop_draft(originals, &draft);
    if (!kept)
        return false;
    *ret_fd = open_kept(originals, ret_original);
    return *ret_fd >= 0;
}

enum tf_err tf_originals_keep_file(struct tf_originals *originals, int fd, struct tf_original *ret_original, int *ret_fd, struct tf_fault *fault)
{
    if (!tf_originals_hash(fd, ret_original))
        return tf_fault_set(fault, TF_E_IO, "the file cannot be read: %s", strerror(errno));
    *ret_fd = is_there(originals, ret_original) && sync_names(originals, ret_original->sha256) ? open_kept(originals, ret_original) : -1;
    if (*ret_fd >= 0 || keep_copy(originals, fd, ret_original, ret_fd))
        return TF_OK;
    return refuse(originals, errno, fault);
}

/* ---- The folder ---- */

enum tf_err tf_originals_probe(struct tf_originals *originals, struct tf_fault *fault)
{
    static const char zeros[PROBE_BYTES];
    struct draft draft;
    bool works = open_draft(originals, &draft) && tf_scratch_write(draft.fd, zeros, sizeof zeros) && fsync(draft.fd) == 0;
    drop_draft(originals, &draft);
    return works ? TF_OK : refuse(originals, errno, fault);
}

static enum tf_err refuse_folder(const char *folder, int error, struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_CONFIG, "collector.archive_dir: %s cannot be made or written to: %s; make it a folder that this user may write to", folder,
                        strerror(error));
}

enum tf_err tf_originals_check(const char *folder, struct tf_fault *fault)
{
    struct stat info;
    char parent[TF_ORIGINALS_PATH_BYTES];
    if (stat(folder, &info) == 0)
        return S_ISDIR(info.st_mode) && access(folder, R_OK | W_OK | X_OK) == 0 ? TF_OK : refuse_folder(folder, S_ISDIR(info.st_mode) ? errno : ENOTDIR, fault);
    if (errno != ENOENT || snprintf(parent, sizeof parent, "%s", folder) >= (int)sizeof parent)
        return refuse_folder(folder, errno, fault);
    char *slash = strrchr(parent, '/');
    if (slash)
        slash[slash == parent] = '\0';
    return access(slash ? parent : ".", W_OK | X_OK) == 0 ? TF_OK : refuse_folder(folder, errno, fault);
}

static void remove_left_overs(const char *incoming)
{
    char path[TF_ORIGINALS_PATH_BYTES];
    struct stat info;
    const struct dirent *entry;
    DIR *listing = opendir(incoming);
    while (listing && (entry = readdir(listing)))
        if (snprintf(path, sizeof path, "%s/%s", incoming, entry->d_name) < (int)sizeof path && lstat(path, &info) == 0 && S_ISREG(info.st_mode) &&
            time(NULL) - info.st_mtime > LEFT_OVER_S)
            unlink(path);
    if (listing)
        closedir(listing);
}

enum tf_err tf_originals_create(const char *folder, struct tf_originals **ret_originals, struct tf_fault *fault)
{
    char incoming[TF_ORIGINALS_PATH_BYTES];
    struct tf_originals *originals = calloc(1, sizeof *originals);
    if (!originals)
        return TF_E_MEMORY;
    enum tf_err err = TF_OK;
    if (snprintf(originals->folder, sizeof originals->folder, "%s", folder) >= (int)sizeof originals->folder)
        err = refuse_folder(folder, ENAMETOOLONG, fault);
    snprintf(incoming, sizeof incoming, "%s/" TF_ORIGINALS_INCOMING, originals->folder);
    if (err == TF_OK && (!make_folder(originals->folder) || !make_folder(incoming)))
        err = refuse_folder(folder, errno, fault);
    if (err == TF_OK && (access(originals->folder, R_OK | W_OK | X_OK) != 0 || access(incoming, R_OK | W_OK | X_OK) != 0))
        err = refuse_folder(folder, errno, fault);
    if (err != TF_OK) {
        tf_originals_destroy(originals);
        return err;
    }
    remove_left_overs(incoming);
    *ret_originals = originals;
    return TF_OK;
}

struct tf_originals *tf_originals_destroy(struct tf_originals *originals)
{
    free(originals);
    return NULL;
}
