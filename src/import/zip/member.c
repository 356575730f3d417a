#include "zip/member.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../packed.h"
#include "taxflow/hash.h"
#include "taxflow/import.h"
#include "taxflow/scratch.h"

enum {
    ROOM_BYTES = 64 * 1024,
    MEMORY_BYTES_MAX = 16 << 20,       /* of a member that is unpacked to memory */
    BOMB_RATIO = 200,                  /* text packs to a tenth, a run of zeros to a thousandth */
    BOMB_FROM_BYTES = 64 * 1024 * 1024, /* below that even a bomb does no harm */
};

static const char damaged[] = "it is damaged or cut off in the archive; copy the archive again";

void tf_zip_room_init(struct tf_zip_room *room, uint64_t packed, uint64_t unpacked_max)
{
    *room = (struct tf_zip_room){.packed = packed, .unpacked_max = unpacked_max ? unpacked_max : TF_IMPORT_UNPACKED_BYTES_MAX, .memory = -1, .disk = -1, .outer = -1};
}

void tf_zip_room_finish(struct tf_zip_room *room)
{
    const int fds[] = {room->memory, room->disk, room->outer};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    room->memory = room->disk = room->outer = -1;
}

/* Shown in rows, tables and terminals: no control characters, and cut between characters. */
static void copy_name(const char *name, char into[TF_ZIP_NAME_BYTES])
{
    size_t len = strlen(name);
    if (len >= TF_ZIP_NAME_BYTES)
        for (len = TF_ZIP_NAME_BYTES - 1; len > 0 && ((unsigned char)name[len] & 0xC0) == 0x80;)
            len--;
    for (size_t i = 0; i < len; i++)
        into[i] = (unsigned char)name[i] < 0x20 || name[i] == 0x7F ? '?' : name[i] == '\\' ? '/' : name[i];
    into[len] = '\0';
}

/* A name that climbs, or begins at the root, would be read as another place than the archive. */
static void ground(char *name)
{
    if (name[0] == '/')
        name[0] = '_';
    for (char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (part[0] == '.' && part[1] == '.' && (part[2] == '/' || part[2] == '\0'))
            part[0] = part[1] = '_';
    }
}

static bool is_passed_over(const char *name)
{
    size_t len = strlen(name);
    const char *slash = strrchr(name, '/');
    return len == 0 || name[len - 1] == '/' || (slash ? slash[1] : name[0]) == '.' || strncmp(name, "__MACOSX/", 9) == 0;
}

bool tf_zip_stat(zip_t *zip, uint64_t index, struct tf_zip_stat *ret_stat)
{
    zip_stat_t found;
    if (zip_stat_index(zip, index, ZIP_FL_ENC_GUESS, &found) != 0 || !(found.valid & ZIP_STAT_SIZE))
        return false;
    const char *name = (found.valid & ZIP_STAT_NAME) && found.name ? found.name : "?";
    copy_name(name, ret_stat->name);
    ground(ret_stat->name);
    ret_stat->bytes = found.size;
    ret_stat->encrypted = (found.valid & ZIP_STAT_ENCRYPTION_METHOD) && found.encryption_method != ZIP_EM_NONE;
    ret_stat->passed_over = is_passed_over(ret_stat->name);
    return true;
}

/* An empty file for so many bytes. */
static int open_room(struct tf_zip_room *room, uint64_t bytes)
{
    int *fd = bytes <= MEMORY_BYTES_MAX ? &room->memory : &room->disk;
    if (*fd < 0)
        *fd = bytes <= MEMORY_BYTES_MAX ? memfd_create("taxflow-member", MFD_CLOEXEC) : tf_scratch_open();
    if (*fd >= 0 && (ftruncate(*fd, 0) != 0 || lseek(*fd, 0, SEEK_SET) < 0))
        return -1;
    return *fd;
}

static enum tf_err pass_bound(struct tf_zip_room *room, const char **ret_problem)
{
    room->spent = true;
    *ret_problem = room->unpacked > room->unpacked_max
                       ? "the files of the archive unpack to more than is allowed (import.unpacked_bytes_max); this one and those behind it are not read"
                       : "the files of the archive unpack to more than 200 times its size; this one and those behind it are not read: unpack it and look";
    return TF_E_BOMB;
}

static bool is_past_bound(const struct tf_zip_room *room)
{
    return room->unpacked > room->unpacked_max || (room->unpacked > BOMB_FROM_BYTES && room->unpacked / BOMB_RATIO > room->packed);
}

static enum tf_err copy(struct tf_zip_room *room, zip_file_t *from, const struct tf_zip_stat *stat, int fd, const char **ret_problem)
{
    char bytes[ROOM_BYTES];
    uint64_t have = 0;
    zip_int64_t got;
    struct tf_hash_stream hash;
    tf_hash_stream_init(&hash);
    while ((got = zip_fread(from, bytes, sizeof bytes)) > 0) {
        have += (uint64_t)got;
        room->unpacked += (uint64_t)got;
        if (is_past_bound(room))
            return pass_bound(room, ret_problem);
        if (have > stat->bytes)
            break;
        if (!tf_scratch_write(fd, bytes, (size_t)got))
            return TF_E_IO;
        if (room->digests)
            tf_hash_stream_add(&hash, (struct tf_str){bytes, (size_t)got});
    }
    tf_hash_stream_end(&hash, room->sha256);
    if (got == 0 && have == stat->bytes)
        return lseek(fd, 0, SEEK_SET) < 0 ? TF_E_IO : TF_OK;
    *ret_problem = damaged;
    return TF_E_DAMAGED;
}

static enum tf_err why_not_opened(zip_t *zip, const char **ret_problem)
{
    switch (zip_error_code_zip(zip_get_error(zip))) {
    case ZIP_ER_MEMORY:
        return TF_E_MEMORY;
    case ZIP_ER_COMPNOTSUPP:
        *ret_problem = "it is packed by a method that is not known here; unpack the archive and give its files";
        return TF_E_FORMAT;
    default:
        *ret_problem = damaged;
        return TF_E_DAMAGED;
    }
}

enum tf_err tf_zip_unpack(struct tf_zip_room *room, zip_t *zip, uint64_t index, const struct tf_zip_stat *stat, int *ret_fd, const char **ret_problem)
{
    if (stat->encrypted) {
        *ret_problem = "it is encrypted in the archive; unpack the archive and give its files";
        return TF_E_ENCRYPTED;
    }
    zip_file_t *from = zip_fopen_index(zip, index, 0);
    if (!from)
        return why_not_opened(zip, ret_problem);
    *ret_fd = open_room(room, stat->bytes);
    enum tf_err err = *ret_fd < 0 ? TF_E_IO : copy(room, from, stat, *ret_fd, ret_problem);
    zip_fclose(from);
    return err;
}

static enum tf_err copy_outer(struct tf_zip_room *room, struct tf_packed *from, const char **ret_problem)
{
    char bytes[ROOM_BYTES];
    int got;
    while ((got = tf_packed_read(from, bytes, sizeof bytes)) > 0) {
        room->unpacked += (uint64_t)got;
        if (is_past_bound(room))
            return pass_bound(room, ret_problem);
        if (!tf_scratch_write(room->outer, bytes, (size_t)got))
            return TF_E_IO;
    }
    *ret_problem = from->problem;
    return got < 0 ? TF_E_DAMAGED : lseek(room->outer, 0, SEEK_SET) < 0 ? TF_E_IO : TF_OK;
}

enum tf_err tf_zip_unpack_outer(struct tf_zip_room *room, int fd, int *ret_fd, const char **ret_problem)
{
    struct tf_packed packed;
    *ret_fd = room->outer = tf_scratch_open();
    if (room->outer < 0)
        return TF_E_IO;
    TF_TRY(tf_packed_open(&packed, fd));
    enum tf_err err = copy_outer(room, &packed, ret_problem);
    tf_packed_close(&packed);
    return err;
}
