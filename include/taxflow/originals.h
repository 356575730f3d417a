/*
 * Originals: what came in, byte for byte, by its SHA-256: FOLDER/ab/cd/ab cd… (64 hex). A content is kept once, however often it comes. It is written
 * under another name, brought to the disk (fsync), and renamed, so that what has its name is whole. Nothing here ever removes an original.
 *
 * A record says what it came in by a header beside it, not by a member: its bytes, and so its id, are the same whatever it came in.
 */
#ifndef TAXFLOW_ORIGINALS_H
#define TAXFLOW_ORIGINALS_H

#include "taxflow/err.h"
#include "taxflow/str.h"

enum { TF_ORIGINAL_HEX = 64, TF_ORIGINAL_TEXT_BYTES = 176 };

struct tf_original {
    char sha256[TF_ORIGINAL_HEX + 1]; /* lower case */
    uint64_t bytes;
};

/** "sha256=HEX;bytes=N;media_type=TYPE" and a NUL: value of the headers ce_tforiginal and tf_original. A type that does not fit is left out. */
void tf_original_write(const struct tf_original *original, struct tf_str media_type, char out[TF_ORIGINAL_TEXT_BYTES]);

struct tf_originals; /* thread-safe; several processes may share a folder */

/** Whether a folder can be one of originals, without making it: it is there and writable, or can be made. TF_OK; TF_E_CONFIG with the remedy. */
enum tf_err tf_originals_check(const char *folder, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Open a folder to keep originals in; it is made where it is missing. What a crash left half-written more than an hour ago is removed.
 * Returns TF_OK, also on a full disk (tf_originals_probe); TF_E_CONFIG with the remedy; TF_E_MEMORY.
 */
enum tf_err tf_originals_create(const char *folder, struct tf_originals **ret_originals, struct tf_fault *fault) TF_MUST_CHECK;
/** NULL is fine. Returns NULL. */
struct tf_originals *tf_originals_destroy(struct tf_originals *originals);
/**
 * Keep contents, each on its own; on TF_OK all are on the disk. What is there already is not written again, unless its length is another: then it is
 * replaced. Several at once cost little more than one, for the disk waits once.
 * ret_originals  one a body.
 * Returns TF_OK; TF_E_UNAVAILABLE with the reason: no room, not writable; then some may be kept.   Cost  SHA-256; of new contents also writing and fsync.
 */
enum tf_err tf_originals_keep(struct tf_originals *originals, const struct tf_str *bodies, size_t count, struct tf_original *ret_originals,
                              struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Keep a regular file, read by pread(2) from its beginning, and open what is kept: what is read from there is what the hash says, whatever becomes of
 * the file meanwhile. A kept copy that does not have its hash any more is replaced.
 *
 * ret_fd  the copy, read-only and at its beginning; the caller's.
 * Returns as tf_originals_keep; TF_E_IO when the file cannot be read.
 */
enum tf_err tf_originals_keep_file(struct tf_originals *originals, int fd, struct tf_original *ret_original, int *ret_fd, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Whether a content can be kept now: writes 4 KiB, brings them to the disk and removes them. As tf_originals_keep. */
enum tf_err tf_originals_probe(struct tf_originals *originals, struct tf_fault *fault) TF_MUST_CHECK;

/* ---- Reading them ---- */

enum tf_original_state {
    TF_ORIGINAL_WHOLE,
    TF_ORIGINAL_DAMAGED,    /* its bytes have another hash than its name, or it lies where that name is not looked for */
    TF_ORIGINAL_UNREADABLE, /* cannot be read; or the folder it lies in cannot: bytes is 0 then */
};
/**
 * Look at every original below a folder: read, hash, tell. visit gets its path; temporary files and what is no original by its name is passed over.
 * Returns TF_OK, whatever was found; TF_E_NO_INPUT when there is no such folder; TF_E_MEMORY.   Cost  reads all of it.
 */
enum tf_err tf_originals_verify(const char *folder, void (*visit)(void *self, const char *path, uint64_t bytes, enum tf_original_state state), void *self,
                                struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Open an original by its hash (64 hex, either case), after all of it was read and has that hash.
 * Returns TF_OK, *ret_fd at its beginning, and the caller's; TF_E_USAGE for what is no hash; TF_E_NO_INPUT when it is not kept; TF_E_VALUE naming the
 * file when it is damaged; TF_E_IO.
 */
enum tf_err tf_originals_open(const char *folder, const char *sha256, int *ret_fd, struct tf_fault *fault) TF_MUST_CHECK;

#endif
