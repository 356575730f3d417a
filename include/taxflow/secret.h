/* A password or the like out of a file, held in memory and wiped at the end. */
#ifndef TAXFLOW_SECRET_H
#define TAXFLOW_SECRET_H

#include "taxflow/err.h"
#include "taxflow/str.h"

enum { TF_SECRET_BYTES_MAX = 512 };

struct tf_secret {
    char bytes[TF_SECRET_BYTES_MAX + 2]; /* room for a line end, and for the byte that shows the file is too long */
    struct tf_str text;                  /* absent = none; else a view of bytes: the struct must not be copied */
};

/**
 * Read the first line of a file.
 *
 * option  who names the file, for the fault: "redis.password_file".
 * path    NULL or "" = no secret; a bare name is looked for in $CREDENTIALS_DIRECTORY (tf_config_secret_path).
 * Returns TF_OK; TF_E_CONFIG: the file cannot be read, its first line is empty or longer than TF_SECRET_BYTES_MAX. Thread any.
 */
enum tf_err tf_secret_read(const char *option, const char *path, struct tf_secret *ret_secret, struct tf_fault *fault) TF_MUST_CHECK;
/** Overwrite it. */
void tf_secret_wipe(struct tf_secret *secret);

#endif
