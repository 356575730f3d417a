/* The password of redis.password_file, held in memory and wiped at the end. */
#ifndef TF_DEDUP_REDIS_PASSWORD_H
#define TF_DEDUP_REDIS_PASSWORD_H

#include "taxflow/err.h"
#include "taxflow/str.h"

enum { TF_REDIS_PASSWORD_BYTES_MAX = 512 };

struct tf_redis_password {
    char bytes[TF_REDIS_PASSWORD_BYTES_MAX + 2]; /* room for a line end, and for the byte that shows the file is too long */
    struct tf_str text;                    /* absent = none; else a view of bytes: the struct must not be copied */
};

/**
 * Read the first line of a file.
 *
 * path  NULL or "" = no password.
 * Returns TF_OK; TF_E_CONFIG: the file cannot be read, its first line is empty or longer than TF_REDIS_PASSWORD_BYTES_MAX.
 */
enum tf_err tf_redis_password_read(const char *path, struct tf_redis_password *ret_password, struct tf_fault *fault) TF_MUST_CHECK;
/** Overwrite it. */
void tf_redis_password_wipe(struct tf_redis_password *password);

#endif
