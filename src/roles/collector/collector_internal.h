/* The collector's own struct. idle and idle_count are guarded by lock; the rest is set before `open` and read-only after. */
#ifndef TF_COLLECTOR_INTERNAL_H
#define TF_COLLECTOR_INTERNAL_H

#include <pthread.h>

#include "intake_internal.h"
#include "keep.h"

enum { TF_COLLECTOR_IDLE_MAX = 8, TF_COLLECTOR_FILES_MAX = 8 };

struct tf_collector {
    struct tf_role_run *run;
    char secret_bytes[8192];
    struct tf_str secret;
    atomic_bool open; /* secret is known: requests may be taken */
    pthread_mutex_t lock;
    struct tf_intake *idle[TF_COLLECTOR_IDLE_MAX];
    size_t idle_count;
    struct tf_originals *originals;  /* NULL: what comes in is not kept */
    atomic_bool keeping_failed;      /* and was not seen to work since */
    atomic_uint files_under_way;     /* requests with another program's file */
    struct { struct tf_series *received, *accepted, *replayed, *refused; } series;
};

/** An intake for one request or file; NULL before the collector is open or when memory ran out. Thread any. */
struct tf_intake *tf_collector_lease(struct tf_collector *collector);
void tf_collector_return(struct tf_collector *collector, struct tf_intake *intake);

/** POST /v1/events, a group of requests: a tf_http_route's handle_all; self is the collector. */
void tf_collector_post_events(void *self, const struct tf_http_request *requests, struct tf_http_response *const *responses, size_t count);

/*
 * The drop folder: files are taken by rename into work/, sent, and moved to done/ when the broker has every record. It has a
 * thread of its own, so that a long file, or one that waits for Kafka, never keeps the role from showing that it is alive.
 */
struct tf_drop;
/** Make the folders and start; the collector must be open. TF_E_CONFIG names the folder that cannot be used. */
enum tf_err tf_drop_create(struct tf_collector *collector, struct tf_drop **ret_drop, struct tf_fault *fault) TF_MUST_CHECK;
/** Wait for the thread, which ends once process->stop is set; NULL is fine. Returns NULL. */
struct tf_drop *tf_drop_destroy(struct tf_drop *drop);
/** Whether a name in the folder stands for records: not hidden, not .tmp or .part, a file of its own and no link. */
bool tf_drop_takes(const char *folder, const char *name);

#endif
