#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "roles_internal.h"

enum { SECRET_BYTES_MIN = 16, EMBEDDED_BYTES = 32 };

static size_t without_line_end(const char *text, size_t len)
{
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    return len;
}

enum tf_err tf_intake_secret(const struct tf_config *config, char *out, size_t size, struct tf_str *ret_secret, struct tf_fault *fault)
{
    if (config->kafka.embedded && config->collector.key_file[0] == '\0') {
        /* Nothing outlives an embedded run, so neither need its keys. */
        tf_hash_random(out, EMBEDDED_BYTES);
        *ret_secret = (struct tf_str){out, EMBEDDED_BYTES};
        return TF_OK;
    }
    const char *name = config->collector.key_file;
    if (name[0] == '\0')
        return tf_fault_set(fault, TF_E_CONFIG,
                            "collector.key_file is not set: Kafka keys are made with its secret; make one with "
                            "`head -c 32 /dev/urandom > FILE && chmod 600 FILE` and keep it for as long as the topics live");
    char credential[4096];
    int fd = open(tf_config_secret_path(name, credential, sizeof credential), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return tf_fault_set(fault, TF_E_CONFIG, "collector.key_file %s: cannot be read: %s; make it readable for this user alone (chmod 600)", name, strerror(errno));
    ssize_t got = read(fd, out, size);
    close(fd);
    size_t len = got > 0 ? without_line_end(out, (size_t)got) : 0;
    if (len < SECRET_BYTES_MIN || len > 4096)
        return tf_fault_set(fault, TF_E_CONFIG, "collector.key_file %s: holds %zu bytes, needed are 16 to 4096; make one with `head -c 32 /dev/urandom > FILE`", name, len);
    *ret_secret = (struct tf_str){out, len};
    return TF_OK;
}
