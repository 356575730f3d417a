#include "redis_password.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "taxflow/config.h"

static ssize_t read_up_to(int fd, char *out, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(fd, out + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static enum tf_err unreadable(const char *path, struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_CONFIG, "redis.password_file: %s cannot be read: %s", path, strerror(errno));
}

enum tf_err tf_redis_password_read(const char *path, struct tf_redis_password *ret_password, struct tf_fault *fault)
{
    *ret_password = (struct tf_redis_password){0};
    if (!path || !*path)
        return TF_OK;
    char credential[4096];
    int fd = open(tf_config_secret_path(path, credential, sizeof credential), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return unreadable(path, fault);
    ssize_t got = read_up_to(fd, ret_password->bytes, sizeof ret_password->bytes);
    int saved = errno;
    close(fd);
    errno = saved;
    if (got < 0)
        return unreadable(path, fault);
    const char *bytes = ret_password->bytes;
    const char *end = memchr(bytes, '\n', (size_t)got);
    size_t length = end ? (size_t)(end - bytes) : (size_t)got;
    if (length > 0 && bytes[length - 1] == '\r')
        length--;
    if (length == 0 || length > TF_REDIS_PASSWORD_BYTES_MAX) {
        tf_redis_password_wipe(ret_password);
        return tf_fault_set(fault, TF_E_CONFIG, "redis.password_file: the first line of %s must be a password of 1 to %d bytes", path,
                            TF_REDIS_PASSWORD_BYTES_MAX);
    }
    ret_password->text = (struct tf_str){bytes, length};
    return TF_OK;
}

void tf_redis_password_wipe(struct tf_redis_password *password)
{
    explicit_bzero(password, sizeof *password);
}
