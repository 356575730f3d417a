#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_check.h"

/* Less entropy than this and the keys on Kafka could be guessed back to names. */
enum { KEY_BYTES_MIN = 16, PATH_BYTES = 4096 };

const char *tf_config_secret_path(const char *name, char *out, size_t size)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (!folder || strchr(name, '/'))
        return name;
    int len = snprintf(out, size, "%s/%s", folder, name);
    return len > 0 && (size_t)len < size && access(out, F_OK) == 0 ? out : name;
}

void tf_config_check_secret_file(struct tf_config_source *source, const struct tf_option *option, const char *path, size_t bytes_min)
{
    const char *group = option->group, *name = option->name;
    struct stat status;
    char credential[PATH_BYTES];
    path = tf_config_secret_path(path, credential, sizeof credential);
    if (stat(path, &status) == 0 && access(path, R_OK) != 0 && errno == EACCES)
        tf_config_source_option_error(source, option, "%s.%s cannot be read (%s): %s belongs to user %u, and this is user %u: chown %u %s, chmod 600 %s", group, name,
                                      strerror(errno), path, (unsigned)status.st_uid, (unsigned)geteuid(), (unsigned)geteuid(), path, path);
    else if (stat(path, &status) != 0 || access(path, R_OK) != 0)
        tf_config_source_option_error(source, option, "%s.%s cannot be read (%s): %s", group, name, strerror(errno), path);
    else if (!S_ISREG(status.st_mode))
        tf_config_source_option_error(source, option, "%s.%s is not a file: %s", group, name, path);
    else if (status.st_mode & (S_IROTH | S_IWOTH))
        tf_config_source_option_error(source, option, "%s.%s is open to every user: chmod 600 %s", group, name, path);
    else if ((uint64_t)status.st_size < bytes_min)
        tf_config_source_option_error(source, option, "%s.%s has fewer than %lld bytes: %s", group, name, (long long)bytes_min, path);
}

static void check_key(struct tf_config_source *source)
{
    const struct tf_option *option = TF_OPTION(collector.key_file);
    const char *path = source->config.collector.key_file;
    if (!tf_config_source_runs(source, "collector"))
        return;
    if (path[0] != '\0')
        tf_config_check_secret_file(source, option, path, KEY_BYTES_MIN);
    else if (!source->config.kafka.embedded)
        tf_config_source_option_error(source, option,
                                      "collector.key_file must be set: head -c 32 /dev/urandom > FILE && chmod 600 FILE, then name FILE");
}

/* An alert that nobody can tell from a forged one is worth nothing. */
static void check_webhook(struct tf_config_source *source)
{
    const struct tf_option *option = TF_OPTION(monitor.webhook_secret_file);
    const char *path = source->config.monitor.webhook_secret_file;
    if (!tf_config_source_runs(source, "monitor") || source->config.monitor.webhook_url[0] == '\0')
        return;
    if (path[0] != '\0')
        tf_config_check_secret_file(source, option, path, KEY_BYTES_MIN);
    else
        tf_config_source_option_error(source, option,
                                      "monitor.webhook_secret_file must be set: head -c 32 /dev/urandom | base64 > FILE && chmod 600 FILE, then name FILE");
}

void tf_config_check_secrets(struct tf_config_source *source)
{
    const char *tokens = source->config.http.token_file, *password = source->config.redis.password_file;
    bool uses_redis = tf_config_source_runs(source, "collector") || tf_config_source_runs(source, "fraud") ||
                      tf_config_source_runs(source, "tax");
    check_key(source);
    check_webhook(source);
    if (source->config.role && tokens[0] != '\0')
        tf_config_check_secret_file(source, TF_OPTION(http.token_file), tokens, 1);
    if (uses_redis && !source->config.kafka.embedded && password[0] != '\0')
        tf_config_check_secret_file(source, TF_OPTION(redis.password_file), password, 1);
}
