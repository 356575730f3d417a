/* A file whole, in memory: of formats that are no lines and no stream. */
#ifndef TAXFLOW_IMPORT_BYTES_H
#define TAXFLOW_IMPORT_BYTES_H

#include "taxflow/buf.h"
#include "taxflow/err.h"

/**
 * Read a file, packed with gzip or not, as it is: no mark is passed over, nothing recoded.
 *
 * fd     the caller's; read from where it stands.
 * bytes  initialised by the caller; its ceiling is the file's.
 * Returns TF_OK; TF_E_VALUE for a damaged or truncated archive; TF_E_TOO_BIG past the ceiling; TF_E_MEMORY.   Cost  O(bytes).
 */
enum tf_err tf_import_bytes(int fd, const char *name, struct tf_buf *bytes, struct tf_fault *fault) TF_MUST_CHECK;

#endif
