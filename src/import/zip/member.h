/* Files inside a ZIP archive, one at a time: what they are, and their bytes in a file of ours that has no name. */
#ifndef TAXFLOW_IMPORT_ZIP_MEMBER_H
#define TAXFLOW_IMPORT_ZIP_MEMBER_H

#include <stdbool.h>
#include <stdint.h>
#include <zip.h>

#include "taxflow/err.h"

enum { TF_ZIP_NAME_BYTES = 256, TF_ZIP_DIGEST_BYTES = 32 };

struct tf_zip_stat {
    char name[TF_ZIP_NAME_BYTES]; /* to be shown: UTF-8, without control characters, never up or from a root, cut where it is longer */
    uint64_t bytes;               /* unpacked, as the archive says */
    bool encrypted;
    bool passed_over;             /* a folder, or what folders hide: names that begin with a point, __MACOSX */
};

/* Where members are unpacked to, one after the other, and what all of them may take. */
struct tf_zip_room {
    uint64_t packed, unpacked, unpacked_max;
    int memory, disk, outer;      /* small ones stay in memory; -1: not needed yet; outer: the archive itself, where it was packed */
    bool spent;                   /* a bound was passed: no more is unpacked */
    bool digests;                 /* are made, of each member that is unpacked */
    uint8_t sha256[TF_ZIP_DIGEST_BYTES]; /* of the last one */
};

/** packed: bytes of the archive. unpacked_max: of all its files; 0: TF_IMPORT_UNPACKED_BYTES_MAX. */
void tf_zip_room_init(struct tf_zip_room *room, uint64_t packed, uint64_t unpacked_max);
void tf_zip_room_finish(struct tf_zip_room *room);
/** What the archive says of a member; false where it says nothing. */
bool tf_zip_stat(zip_t *zip, uint64_t index, struct tf_zip_stat *ret_stat);
/**
 * Unpack an archive that is packed once more, with gzip; its bytes count as its members' do.
 *
 * fd       as it was given, at its beginning.   ret_fd  the room's, at its beginning.
 * Returns as tf_zip_unpack.   Cost  O(bytes).
 */
enum tf_err tf_zip_unpack_outer(struct tf_zip_room *room, int fd, int *ret_fd, const char **ret_problem) TF_MUST_CHECK;
/**
 * Unpack a member and compare its checksum.
 *
 * ret_fd       the room's, at its beginning; until the next member.
 * ret_problem  of a DROP code: static words with the remedy.
 * Returns TF_OK; TF_E_ENCRYPTED, TF_E_DAMAGED; TF_E_FORMAT for an unknown packing; TF_E_BOMB where all members unpack to more than unpacked_max, or, past
 * 64 MB, to more than 200 times the archive; TF_E_IO with errno; TF_E_MEMORY.   Cost  O(bytes).
 */
enum tf_err tf_zip_unpack(struct tf_zip_room *room, zip_t *zip, uint64_t index, const struct tf_zip_stat *stat, int *ret_fd, const char **ret_problem)
    TF_MUST_CHECK;

#endif
