/* The bytes of a file that may be packed with gzip (RFC 1952), for parsers that ask for them. */
#ifndef TAXFLOW_IMPORT_PACKED_H
#define TAXFLOW_IMPORT_PACKED_H

#include <stdint.h>
#include <zlib.h>

#include "taxflow/err.h"

struct tf_packed {
    gzFile file;
    uint64_t unpacked;
    const char *problem; /* once reading failed: static words with the remedy */
};

/** fd: the caller's, at its beginning. TF_OK; TF_E_MEMORY. */
enum tf_err tf_packed_open(struct tf_packed *packed, int fd) TF_MUST_CHECK;
void tf_packed_close(struct tf_packed *packed);
/** xmlInputReadCallback: context is a struct tf_packed. -1 for an archive that is damaged, cut off, or grows without end. */
int tf_packed_read(void *context, char *into, int size);

#endif
