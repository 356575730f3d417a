/*
 * The drop folder. A file appears by rename or close, is taken by rename into work/ (so that it is taken once), sent, and
 * moved to done/ when the broker has every record. What lies in work/ at the start is read again: ids make that harmless.
 * What belongs together comes in one ZIP archive: when a folder is complete nobody can see, so that one stays where it is, and is told of in the log.
 * A file that can never be read as it is goes to refused/, the reason beside it. A file that cannot be moved (a full disk, a folder that went away) is tried again.
 *
 * Only a name that inotify reported is known to be complete. What a listing finds (at the start, or after events were lost)
 * may still be written to: it is taken once it has been left alone for a while.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector_internal.h"
#include "findings.h"
#include "finished.h"
#include "taxflow/clock.h"
#include "taxflow/thread.h"

enum { WAIT_MS = 200, QUIET_MS = 2000, AGAIN_MS = 2000, PATH_BYTES = TF_FINISHED_PATH_BYTES, HEAD_BYTES = 1024, FINDINGS_BYTES_MAX = 256 << 20 };

struct tf_drop {
    struct tf_collector *collector;
    char watch[PATH_BYTES], work[PATH_BYTES], refused[PATH_BYTES];
    struct tf_finished finished; /* done/ */
    int inotify;
    pthread_t thread;
    bool started;
    bool look;            /* something may lie there that no event will name */
    bool told_folders;    /* of those that lay there at the start */
    bool retry;           /* a file stayed where it was, because Kafka was away or it could not be moved */
    int64_t retry_due_ms; /* monotonic */
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
    char *done = drop->finished.folder;
    if (snprintf(drop->watch, PATH_BYTES, "%s", config->collector.watch_dir) >= PATH_BYTES || !join(drop->work, drop->watch, "work") ||
        !join(done, drop->watch, "done") || !join(drop->refused, drop->watch, "refused"))
        return tf_fault_set(fault, TF_E_CONFIG, "collector.watch_dir: the path is too long");
    TF_TRY(need_folder(drop->watch, fault));
    TF_TRY(need_folder(drop->work, fault));
    TF_TRY(need_folder(done, fault));
    TF_TRY(need_folder(drop->refused, fault));
    struct stat from, to;
    if (stat(drop->work, &from) != 0 || stat(done, &to) != 0 || from.st_dev != to.st_dev)
        return tf_fault_set(fault, TF_E_CONFIG, "collector.watch_dir: %s must lie on the same file system as its folder work/: files are moved there whole", done);
    return TF_OK;
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), e = strlen(end);
    return n >= e && strcmp(name + n - e, end) == 0;
}

/* A link is no file of its own: whoever may write here could have the collector read what they may not. */
bool tf_drop_takes(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    struct stat info;
    return name[0] != '.' && !ends_with(name, ".tmp") && !ends_with(name, ".part") && join(path, folder, name) && lstat(path, &info) == 0 &&
           S_ISREG(info.st_mode);
}

static void log_file(enum tf_log_level level, const char *event, const char *text, const char *name, uint64_t records)
{
    TF_LOG(level, event, text, TF_FIELD_TEXT("file", name), TF_FIELD_INT("records", records));
}

/* One file on its way. */
struct delivery {
    const char *name;
    struct tf_intake_count count;
    enum tf_err err;
    struct tf_fault fault;
    char original[TF_ORIGINAL_TEXT_BYTES]; /* "": not kept */
    bool unreadable; /* as it is, for ever: not the records in it, the whole */
};

static enum tf_err open_file(const char *path, int *ret_fd, struct tf_fault *fault)
{
    struct stat info;
    *ret_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (*ret_fd < 0)
        return tf_fault_set(fault, TF_E_IO, "the file cannot be read: %s; it is tried again", strerror(errno));
    if (fstat(*ret_fd, &info) == 0 && S_ISREG(info.st_mode))
        return TF_OK;
    close(*ret_fd);
    return tf_fault_set(fault, TF_E_IO, "this is no file of its own");
}

/* From here on what is kept is read: it stays as it is, whatever becomes of the file. */
static enum tf_err keep_file(struct tf_drop *drop, struct delivery *delivery, int *fd, struct tf_original *ret_original)
{
    int kept = -1;
    if (!tf_collector_keeps(drop->collector))
        return TF_OK;
    enum tf_err err = tf_collector_keep_file(drop->collector, *fd, ret_original, &kept, &delivery->fault);
    close(*fd);
    *fd = kept;
    return err;
}

static enum tf_err read_file(struct tf_drop *drop, struct delivery *delivery, const char *path, const atomic_bool *stop, struct tf_files **ret_files)
{
    char head[HEAD_BYTES];
    struct tf_original original;
    struct tf_files_input input = {.name = path, .stop = stop};
    TF_TRY(open_file(path, &input.fd, &delivery->fault));
    TF_TRY(keep_file(drop, delivery, &input.fd, &original));
    const ssize_t got = pread(input.fd, head, sizeof head, 0);
    enum tf_err err = tf_files_create_open(tf_process_config(drop->collector->run->process), &input, ret_files, &delivery->fault);
    delivery->unreadable = tf_err_class(err) == TF_CLASS_DROP;
    if (err == TF_OK && tf_collector_keeps(drop->collector)) {
        const struct tf_str begin = {head, got > 0 ? (size_t)got : 0};
        tf_original_write(&original, tf_collector_media(tf_files_format(*ret_files, 0), begin, tf_files_is_one_document(*ret_files, 0)), delivery->original);
    }
    return err;
}

/* What it breaks as a whole goes beside it into done/, where its summary stands too. */
static enum tf_err note_findings(struct tf_drop *drop, struct delivery *delivery, const struct tf_files *files)
{
    struct tf_buf text;
    struct tf_json json;
    if (!tf_collector_has_findings(files))
        return TF_OK;
    tf_buf_init(&text, FINDINGS_BYTES_MAX);
    tf_json_init(&json, &text);
    tf_json_object(&json);
    tf_collector_write_findings(files, SIZE_MAX, &json);
    tf_json_object_end(&json);
    bool noted = !text.failed && tf_finished_note(&drop->finished, delivery->name, ".findings.json", tf_buf_view(&text));
    tf_buf_finish(&text);
    return noted ? TF_OK : tf_fault_set(&delivery->fault, TF_E_IO, "what the file breaks as a whole cannot be written to done/; it is tried again");
}

static enum tf_err send_file(struct tf_drop *drop, struct delivery *delivery, const char *path, const atomic_bool *stop)
{
    struct tf_files *files = NULL;
    TF_TRY(read_file(drop, delivery, path, stop, &files));
    struct tf_intake *intake = tf_collector_lease(drop->collector);
    enum tf_err err = TF_E_MEMORY;
    if (intake)
        err = tf_intake_files(intake, files, delivery->original[0] ? tf_str_of(delivery->original) : TF_STR_NONE, stop, &delivery->count, &delivery->fault);
    if (err == TF_OK)
        err = note_findings(drop, delivery, files);
    tf_files_destroy(files);
    tf_collector_return(drop->collector, intake);
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

static void send_again_later(struct tf_drop *drop)
{
    drop->retry = true;
    drop->retry_due_ms = tf_clock_mono_ms() + AGAIN_MS;
}

static void put_away(struct tf_drop *drop, const struct delivery *delivery)
{
    const char *name = delivery->name;
    const bool moved = tf_finished_move(&drop->finished, drop->work, name);
    count_file(drop, moved ? "done" : "failed", &delivery->count);
    if (moved) {
        log_file(TF_LOG_INFO, "file_done", "every record of the file is with the broker", name, delivery->count.sent);
    } else {
        log_file(TF_LOG_ERROR, "file_not_archived", "every record is with the broker, but the file cannot be moved to done/; it is tried again", name,
                 delivery->count.sent);
        send_again_later(drop);
    }
}

static const char *words(const struct delivery *delivery)
{
    return delivery->fault.text[0] ? delivery->fault.text : tf_err_text(delivery->err);
}

/* The reason may quote the file, so that it stands beside it and not in the log. */
static void refuse(struct tf_drop *drop, const struct delivery *delivery)
{
    const char *name = delivery->name, *reason = words(delivery);
    if (tf_finished_refuse(drop->refused, drop->work, name, reason)) {
        count_file(drop, "refused", &delivery->count);
        log_file(TF_LOG_ERROR, "file_refused", "the file cannot be read as it is; it lies in refused/, the reason beside it", name, 0);
    } else {
        log_file(TF_LOG_ERROR, "file_not_archived", "the file cannot be read as it is, and cannot be moved to refused/; it is tried again", name, 0);
        send_again_later(drop);
    }
}

static void work_off(struct tf_drop *drop, const char *name, const atomic_bool *stop)
{
    char path[PATH_BYTES];
    struct delivery delivery = {.name = name};
    if (!join(path, drop->work, name) || tf_finished_waits(&drop->finished, name))
        return;
    delivery.err = send_file(drop, &delivery, path, stop);
    if (delivery.err == TF_OK) {
        put_away(drop, &delivery);
    } else if (delivery.unreadable) {
        refuse(drop, &delivery);
    } else {
        log_file(TF_LOG_WARN, "file_kept", words(&delivery), name, delivery.count.received);
        send_again_later(drop);
    }
}

/* Another collector was faster, or the file is still there: no room, a folder that went away. */
static void not_taken(struct tf_drop *drop, const char *name, const char *from, int error)
{
    struct stat info;
    char text[160];
    if (lstat(from, &info) != 0)
        return;
    snprintf(text, sizeof text, "the file cannot be moved to work/: %s; it is tried again", strerror(error));
    log_file(TF_LOG_ERROR, "file_not_taken", text, name, 0);
    send_again_later(drop);
}

static void take(struct tf_drop *drop, const char *name, const atomic_bool *stop)
{
    char from[PATH_BYTES], to[PATH_BYTES];
    struct stat info;
    if (!tf_drop_takes(drop->watch, name) || !join(from, drop->watch, name) || !join(to, drop->work, name))
        return;
    if (lstat(to, &info) == 0)
        drop->look = true; /* a file of this name waits in work/: its turn comes after */
    else if (rename(from, to) == 0)
        work_off(drop, name, stop);
    else
        not_taken(drop, name, from, errno);
}

static bool left_alone(const struct tf_drop *drop, const char *name)
{
    char path[PATH_BYTES];
    struct stat info;
    if (!join(path, drop->watch, name) || stat(path, &info) != 0)
        return false;
    int64_t changed_ms = (int64_t)info.st_mtim.tv_sec * 1000 + info.st_mtim.tv_nsec / 1000000, now_ms = tf_clock_wall_ms();
    return now_ms - changed_ms >= QUIET_MS || changed_ms - now_ms >= QUIET_MS; /* a time in the future says nothing */
}

/* Silence is not "taken". */
static void tell_folder(const struct tf_drop *drop, const char *name)
{
    static const char *const own[] = {"work", "done", "refused"};
    char path[PATH_BYTES];
    struct stat info;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strcmp(name, own[i]) == 0)
            return;
    if (name[0] != '.' && join(path, drop->watch, name) && lstat(path, &info) == 0 && S_ISDIR(info.st_mode))
        log_file(TF_LOG_WARN, "folder_not_taken", "a folder is not read; put its files together in one ZIP archive", name, 0);
}

static void take_listed(struct tf_drop *drop, const atomic_bool *stop)
{
    DIR *listing = opendir(drop->watch);
    if (!listing)
        return;
    const struct dirent *entry;
    while ((entry = readdir(listing)) && !atomic_load(stop)) {
        if (tf_drop_takes(drop->watch, entry->d_name) && left_alone(drop, entry->d_name))
            take(drop, entry->d_name, stop);
        else if (tf_drop_takes(drop->watch, entry->d_name))
            drop->look = true;
        else if (!drop->told_folders)
            tell_folder(drop, entry->d_name);
    }
    drop->told_folders = true;
    closedir(listing);
}

static void work_off_listed(struct tf_drop *drop, const atomic_bool *stop)
{
    DIR *listing = opendir(drop->work);
    if (!listing)
        return;
    const struct dirent *entry;
    while ((entry = readdir(listing)) && !atomic_load(stop))
        if (tf_drop_takes(drop->work, entry->d_name))
            work_off(drop, entry->d_name, stop);
    closedir(listing);
}

static void take_reported(struct tf_drop *drop, const atomic_bool *stop)
{
    char events[16384] __attribute__((aligned(8)));
    ssize_t len;
    while ((len = read(drop->inotify, events, sizeof events)) > 0) {
        const struct inotify_event *event;
        for (const char *at = events; at < events + len && !atomic_load(stop); at += sizeof *event + event->len) {
            event = (const struct inotify_event *)(const void *)at;
            if (event->mask & IN_Q_OVERFLOW)
                drop->look = true;
            else if (event->len > 0 && (event->mask & IN_ISDIR))
                tell_folder(drop, event->name);
            else if (event->len > 0 && !(event->mask & IN_CREATE))
                take(drop, event->name, stop);
        }
    }
}

static void step(struct tf_drop *drop, const atomic_bool *stop)
{
    struct pollfd wait = {.fd = drop->inotify, .events = POLLIN};
    poll(&wait, 1, WAIT_MS);
    if (drop->retry && tf_clock_mono_ms() >= drop->retry_due_ms) {
        drop->retry = false;
        drop->look = true;
        if (tf_finished_again(&drop->finished, drop->work) > 0)
            send_again_later(drop);
        work_off_listed(drop, stop);
    }
    take_reported(drop, stop);
    if (drop->look) {
        drop->look = false;
        take_listed(drop, stop);
    }
}

static void *run(void *argument)
{
    struct tf_drop *drop = argument;
    const atomic_bool *stop = &drop->collector->run->process->stop;
    while (!atomic_load(stop))
        step(drop, stop);
    return NULL;
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
        if (drop->inotify < 0 || inotify_add_watch(drop->inotify, drop->watch, IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE) < 0)
            err = tf_fault_set(fault, TF_E_CONFIG, "collector.watch_dir: %s cannot be watched: %s", drop->watch, strerror(errno));
    }
    if (err == TF_OK)
        err = tf_thread_start(&drop->thread, "tf-drop", run, drop);
    drop->started = err == TF_OK;
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
    if (drop->started)
        pthread_join(drop->thread, NULL);
    if (drop->inotify >= 0)
        close(drop->inotify);
    tf_finished_finish(&drop->finished);
    free(drop);
    return NULL;
}
