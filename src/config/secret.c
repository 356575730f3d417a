#include "taxflow/secret.h"

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

static enum tf_err unreadable(const char *option, const char *path, struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_CONFIG, "%s: %s cannot be read: %s", option, path, strerror(errno));
}

enum tf_err tf_secret_read(const char *option, const char *path, struct tf_secret *ret_secret, struct tf_fault *fault)
{
    *ret_secret = (struct tf_secret){0};
    if (!path || !*path)
        return TF_OK;
    char credential[4096];
    int fd = open(tf_config_secret_path(path, credential, sizeof credential), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return unreadable(option, path, fault);
    ssize_t got = read_up_to(fd, ret_secret->bytes, sizeof ret_secret->bytes);
    int saved = errno;
    close(fd);
    errno = saved;
    if (got < 0)
        return unreadable(option, path, fault);
    const char *bytes = ret_secret->bytes;
    const char *end = memchr(bytes, '\n', (size_t)got);
    size_t length = end ? (size_t)(end - bytes) : (size_t)got;
    if (length > 0 && bytes[length - 1] == '\r')
        length--;
    if (length == 0 || length > TF_SECRET_BYTES_MAX) {
        tf_secret_wipe(ret_secret);
        return tf_fault_set(fault, TF_E_CONFIG, "%s: the first line of %s must have 1 to %d bytes", option, path,
                            TF_SECRET_BYTES_MAX);
    }
    ret_secret->text = (struct tf_str){bytes, length};
    return TF_OK;
}

void tf_secret_wipe(struct tf_secret *secret)
{
    explicit_bzero(secret, sizeof *secret);
}
