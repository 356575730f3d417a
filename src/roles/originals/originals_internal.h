/* What the two files of this folder share. */
#ifndef TF_ORIGINALS_INTERNAL_H
#define TF_ORIGINALS_INTERNAL_H

#include <stdbool.h>

#include "taxflow/hash.h"
#include "taxflow/originals.h"

enum { TF_ORIGINALS_PATH_BYTES = 4096, TF_ORIGINALS_CHUNK_BYTES = 256 * 1024 };
/* Folder of what is being written. */
#define TF_ORIGINALS_INCOMING "incoming"

/** Hash a file from its beginning, wherever it stands. False with errno. */
bool tf_originals_hash(int fd, struct tf_original *ret_original);
/** FOLDER/ab/cd/SHA256; false when it does not fit. */
bool tf_originals_path(const char *folder, const char *sha256, char out[TF_ORIGINALS_PATH_BYTES]);

#endif
