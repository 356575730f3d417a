/*
 * The drop folder. A file appears by rename or close, is taken by rename into work/ (so that it is taken once), sent, and
 * moved to done/ when the broker has every record. What lies in work/ at the start is read again: ids make that harmless.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector_internal.h"
#include "taxflow/clock.h"

enum { WAIT_MS = 200, PATH_BYTES = 4096 };

struct tf_drop {
    struct tf_collector *collector;
    char watch[PATH_BYTES], work[PATH_BYTES], done[PATH_BYTES];
    int inotify;
    bool look;  /* something may lie there */
    bool retry; /* a file stayed in work/ because Kafka was away */
};

static enum tf_err need_folder(const char *path, struct tf_fault *fault)
{
    struct stat info;
    if (mkdir(path, 0770) == 0 || (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)))
        return TF_OK;
    return tf_fault_set(fault, TF_E_CONFIG, "collector.watch_dir: %s cannot be made or is no folder: %s; make it writable for this user", path, strerror(errno));
}

static bool join(char out[PATH_BYTES], const char *folder, const char *name)
{
    return snprintf(out, PATH_BYTES, "%s/%s", folder, name) < PATH_BYTES;
}

static enum tf_err prepare_folders(struct tf_drop *drop, const struct tf_config *config, struct tf_fault *fault)
{
    const char *archive = config->collector.archive_dir;
    bool fits = snprintf(drop->watch, PATH_BYTES, "%s", config->collector.watch_dir) < PATH_BYTES && join(drop->work, drop->watch, "work") &&
                (archive[0] ? snprintf(drop->done, PATH_BYTES, "%s", archive) < PATH_BYTES : join(drop->done, drop->watch, "done"));
    if (!fits)
        return tf_fault_set(fault, TF_E_CONFIG, "collector.watch_dir: the path is too long");
    TF_TRY(need_folder(drop->watch, fault));
    TF_TRY(need_folder(drop->work, fault));
    return need_folder(drop->done, fault);
}

enum tf_err tf_drop_create(struct tf_collector *collector, struct tf_drop **ret_drop, struct tf_fault *fault)
{
    struct tf_drop *drop = calloc(1, sizeof *drop);
    if (!drop)
        return TF_E_MEMORY;
    drop->collector = collector;
    drop->look = drop->retry = true;
    drop->inotify = -1;
    enum tf_err err = prepare_folders(drop, tf_process_config(collector->run->process), fault);
    if (err == TF_OK) {
        drop->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (drop->inotify < 0 || inotify_add_watch(drop->inotify, drop->watch, IN_CLOSE_WRITE | IN_MOVED_TO) < 0)
            err = tf_fault_set(fault, TF_E_CONFIG, "collector.watch_dir: %s cannot be watched: %s", drop->watch, strerror(errno));
    }
    if (err != TF_OK) {
        tf_drop_destroy(drop);
        return err;
    }
    *ret_drop = drop;
    return TF_OK;
}

struct tf_drop *tf_drop_destroy(struct tf_drop *drop)
{
    if (!drop)
        return NULL;
    if (drop->inotify >= 0)
        close(drop->inotify);
    free(drop);
    return NULL;
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), e = strlen(end);
    return n >= e && strcmp(name + n - e, end) == 0;
}

static bool is_record_file(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    struct stat info;
    return name[0] != '.' && !ends_with(name, ".tmp") && !ends_with(name, ".part") && join(path, folder, name) && stat(path, &info) == 0 &&
           S_ISREG(info.st_mode);
}

static void log_file(enum tf_log_level level, const char *event, const char *text, const char *name, uint64_t records)
{
    TF_LOG(level, event, text, TF_FIELD_TEXT("file", name), TF_FIELD_INT("records", records));
}

static enum tf_err send_file(struct tf_drop *drop, const char *path, const atomic_bool *stop, struct tf_intake_count *count, struct tf_fault *fault)
{
    struct tf_collector *collector = drop->collector;
    struct tf_files *files = NULL;
    struct tf_intake *intake = tf_collector_lease(collector);
    if (!intake)
        return TF_E_MEMORY;
    enum tf_err err = tf_files_create(tf_process_config(collector->run->process), &path, 1, 1, NULL, NULL, &files, fault);
    if (err == TF_OK)
        err = tf_intake_files(intake, files, stop, count, fault);
    tf_files_destroy(files);
    tf_collector_return(collector, intake);
    return err;
}

static void count_file(struct tf_drop *drop, const char *result, const struct tf_intake_count *count)
{
    tf_metrics_add(tf_metrics_series(TF_METRIC_files_total, "collector", result, NULL), 1);
    tf_metrics_add(tf_metrics_series(TF_METRIC_events_received_total, "collector", "file", NULL), (int64_t)count->received);
    atomic_fetch_add(&drop->collector->run->received, count->received);
    atomic_fetch_add(&drop->collector->run->processed, count->sent);
    atomic_fetch_add(&drop->collector->run->dead, count->dead);
}

/* done/NAME, or done/NAME.2 … when an earlier file had the name. */
static bool archive_path(const struct tf_drop *drop, const char *name, char out[PATH_BYTES])
{
    struct stat info;
    if (!join(out, drop->done, name))
        return false;
    for (unsigned n = 2; lstat(out, &info) == 0; n++)
        if (snprintf(out, PATH_BYTES, "%s/%s.%u", drop->done, name, n) >= PATH_BYTES)
            return false;
    return true;
}

/* Returns false when the file must be read again later. */
static bool work_off(struct tf_drop *drop, const char *name, const atomic_bool *stop)
{
    char path[PATH_BYTES], target[PATH_BYTES];
    struct tf_intake_count count = {0};
    struct tf_fault fault = {0};
    if (!join(path, drop->work, name))
        return true;
    enum tf_err err = send_file(drop, path, stop, &count, &fault);
    if (err != TF_OK) {
        log_file(TF_LOG_WARN, "file_kept", fault.text[0] ? fault.text : tf_err_text(err), name, count.received);
        return false;
    }
    if (!archive_path(drop, name, target) || rename(path, target) != 0) {
        log_file(TF_LOG_ERROR, "file_not_archived", "every record is with the broker, but the file cannot be moved to the archive folder", name, count.sent);
        count_file(drop, "failed", &count);
        return true;
    }
    count_file(drop, "done", &count);
    log_file(TF_LOG_INFO, "file_done", "every record of the file is with the broker", name, count.sent);
    return true;
}

static void each_file(struct tf_drop *drop, const char *folder, const atomic_bool *stop, bool (*act)(struct tf_drop *, const char *, const atomic_bool *))
{
    DIR *listing = opendir(folder);
    if (!listing)
        return;
    const struct dirent *entry;
    while ((entry = readdir(listing)) && !atomic_load(stop)) {
        if (is_record_file(folder, entry->d_name) && !act(drop, entry->d_name, stop))
            drop->retry = true;
    }
    closedir(listing);
}

static bool take(struct tf_drop *drop, const char *name, const atomic_bool *stop)
{
    char from[PATH_BYTES], to[PATH_BYTES];
    struct stat info;
    if (!join(from, drop->watch, name) || !join(to, drop->work, name))
        return true;
    if (lstat(to, &info) == 0)
        return false; /* a file of this name is being worked off: its turn comes after */
    if (rename(from, to) != 0)
        return true; /* another collector was faster */
    return work_off(drop, name, stop);
}

static void drain_inotify(struct tf_drop *drop)
{
    char events[16384] __attribute__((aligned(8)));
    while (read(drop->inotify, events, sizeof events) > 0)
        drop->look = true;
}

void tf_drop_step(struct tf_drop *drop, const atomic_bool *stop)
{
    struct pollfd wait = {.fd = drop ? drop->inotify : -1, .events = POLLIN};
    poll(&wait, drop ? 1 : 0, WAIT_MS);
    if (!drop)
        return;
    drain_inotify(drop);
    if (drop->retry) {
        drop->retry = false;
        each_file(drop, drop->work, stop, work_off);
        drop->look = true;
    }
    if (drop->look) {
        drop->look = false;
        each_file(drop, drop->watch, stop, take);
    }
}
