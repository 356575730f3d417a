#include "taxflow/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log_internal.h"
#include "taxflow/clock.h"
#include "taxflow/metrics.h"

enum { ROLE_BYTES = 32, LINE_BYTES_MAX = 256 * 1024 };

static struct {
    _Atomic int level;    /* read without the lock: a line below it costs one load */
    pthread_mutex_t lock; /* guards the rest and the limits of log_limit.c */
    bool text;
    char role[ROLE_BYTES];
    int64_t instance;
    int fd;
    bool journal; /* lines carry "<N>" */
} logger = {.level = TF_LOG_INFO, .lock = PTHREAD_MUTEX_INITIALIZER, .fd = STDERR_FILENO};

static const char *const level_words[] = {"error", "warn", "notice", "info", "debug"};
enum { LEVELS = sizeof level_words / sizeof *level_words };

/* systemd.exec(5): the variable holds device and inode of what standard error is; a redirected one must not get "<N>". */
static bool is_journal(int fd)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat info;
    return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(fd, &info) == 0 &&
           info.st_dev == device && info.st_ino == inode;
}

void tf_log_setup(const char *level, const char *format, const char *role, int64_t instance)
{
    for (int i = 0; i < LEVELS; i++)
        if (strcmp(level, level_words[i]) == 0)
            atomic_store_explicit(&logger.level, i, memory_order_relaxed);
    pthread_mutex_lock(&logger.lock);
    if (strcmp(format, "text") == 0 || strcmp(format, "json") == 0)
        logger.text = format[0] == 't';
    snprintf(logger.role, sizeof logger.role, "%s", role ? role : "");
    logger.instance = instance;
    logger.journal = is_journal(logger.fd);
    pthread_mutex_unlock(&logger.lock);
}

void tf_log_to(int fd)
{
    pthread_mutex_lock(&logger.lock);
    logger.fd = fd;
    logger.journal = is_journal(fd);
    pthread_mutex_unlock(&logger.lock);
}

/* When the descriptor takes nothing more the rest is lost: nothing could be told to anybody. */
static void write_all(int fd, struct tf_str bytes)
{
    while (bytes.len > 0) {
        const ssize_t wrote = write(fd, bytes.ptr, bytes.len);
        if (wrote < 0 && errno != EINTR)
            return;
        if (wrote > 0) {
            bytes.ptr += wrote;
            bytes.len -= (size_t)wrote;
        }
    }
}

static void write_line(struct tf_log_line *line)
{
    static const int priorities[LEVELS] = {3, 4, 5, 6, 7}; /* syslog(3) */
    struct tf_buf out TF_CLEANUP(tf_buf_finish);
    tf_buf_init(&out, LINE_BYTES_MAX);
    line->role = logger.role;
    line->instance = logger.instance;
    if (logger.journal)
        tf_buf_printf(&out, "<%d>", priorities[line->level]);
    if (logger.text)
        tf_log_line_text(&out, line);
    else
        tf_log_line_json(&out, line);
    if (!out.failed)
        write_all(logger.fd, tf_buf_view(&out));
}

void tf_log(enum tf_log_level level, const char *event, const struct tf_log_field *fields, size_t fields_count, const char *format, ...)
{
    char message[TF_LOG_TEXT_MAX];
    struct tf_log_line line = {.wall_ms = tf_clock_wall_ms(), .level = level, .event = event, .fields = fields};
    va_list arguments;
    if ((int)level > atomic_load_explicit(&logger.level, memory_order_relaxed))
        return;
    va_start(arguments, format);
    const int wanted = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    const size_t len = wanted < 0 ? 0 : (size_t)wanted;
    line.message = (struct tf_str){message, len < sizeof message ? len : sizeof message - 1};
    line.fields_count = fields_count < TF_LOG_FIELDS_MAX ? fields_count : TF_LOG_FIELDS_MAX;
    pthread_mutex_lock(&logger.lock);
    const bool pass = tf_log_limit_pass(event, tf_clock_mono_ms(), &line.suppressed);
    if (pass)
        write_line(&line);
    pthread_mutex_unlock(&logger.lock);
    if (pass)
        tf_metrics_add(tf_metrics_series(TF_METRIC_log_lines_total, level_words[level], NULL, NULL), 1);
}
