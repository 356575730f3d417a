#include "instance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, NUMBERS_MAX = 9999 };

/* A folder of ours that nobody else can write to: a lock a stranger can hold is no lock. */
static bool private_folder(const char *path)
{
    struct stat info;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return false;
    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid() && (info.st_mode & 0022) == 0;
}

static bool find_folder(char out[PATH_BYTES])
{
    const char *runtime = getenv("RUNTIME_DIRECTORY");
    if (runtime && *runtime && snprintf(out, PATH_BYTES, "%.*s", (int)strcspn(runtime, ":"), runtime) < PATH_BYTES)
        return true;
    const char *user = getenv("XDG_RUNTIME_DIR");
    if (user && *user && snprintf(out, PATH_BYTES, "%s/taxflow", user) < PATH_BYTES && private_folder(out))
        return true;
    const char *temporary = getenv("TMPDIR");
    return snprintf(out, PATH_BYTES, "%s/taxflow-%u", temporary && *temporary ? temporary : "/tmp", (unsigned)geteuid()) < PATH_BYTES &&
           private_folder(out);
}

static enum tf_err lock_number(const char *folder, const char *role, int64_t number, int *ret_fd)
{
    char path[PATH_BYTES + 64];
    snprintf(path, sizeof path, "%s/%s-%lld.lock", folder, role, (long long)number);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno == EACCES || errno == EPERM || errno == EROFS ? TF_E_PERMISSION : TF_E_CONFIG;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        enum tf_err err = errno == EWOULDBLOCK ? TF_E_FENCED : TF_E_CONFIG;
        close(fd);
        return err;
    }
    *ret_fd = fd;
    return TF_OK;
}

enum tf_err tf_instance_lock(const char *role, int64_t wanted, int64_t *ret_number, int *ret_fd, struct tf_fault *fault)
{
    char folder[PATH_BYTES];
    if (!find_folder(folder))
        return tf_fault_set(fault, TF_E_CONFIG, "no folder for lock files: set RUNTIME_DIRECTORY or XDG_RUNTIME_DIR to a private, writable folder");
    for (int64_t n = wanted > 0 ? wanted : 1; n <= NUMBERS_MAX; n++) {
        enum tf_err err = lock_number(folder, role, n, ret_fd);
        if (err == TF_OK) {
            *ret_number = n;
            return TF_OK;
        }
        if (err == TF_E_FENCED && wanted > 0)
            return tf_fault_set(fault, TF_E_FENCED, "%s-%lld runs already on this machine (%s/%s-%lld.lock is held); stop it, or choose another instance.number",
                                role, (long long)n, folder, role, (long long)n);
        if (err != TF_E_FENCED)
            return tf_fault_set(fault, err, "%s/%s-%lld.lock cannot be made: %s; set RUNTIME_DIRECTORY to a private folder that this user may write to", folder, role,
                                (long long)n, strerror(errno));
    }
    return tf_fault_set(fault, TF_E_LIMIT, "all %d instance numbers of %s are taken", NUMBERS_MAX, role);
}
