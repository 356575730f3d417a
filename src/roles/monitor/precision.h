/* How often each rule is right, by what people said of its hits: GET /api/v1/precision and metrics. */
#ifndef TF_MONITOR_PRECISION_H
#define TF_MONITOR_PRECISION_H

#include "taxflow/roles.h"

struct tf_precision_watch;

/** Nothing is read before tf_precision_watch_start. NULL when memory ran out. */
struct tf_precision_watch *tf_precision_watch_create(void);
/** NULL is fine. Returns NULL. */
struct tf_precision_watch *tf_precision_watch_destroy(struct tf_precision_watch *watch);
/** Follow taxflow.verdicts, on a thread of its own. As tf_rulings_follow. */
enum tf_err tf_precision_watch_start(struct tf_precision_watch *watch, struct tf_process *process, struct tf_fault *fault) TF_MUST_CHECK;
/** Stop following; what was read stays. */
void tf_precision_watch_stop(struct tf_precision_watch *watch);
/** Bring the metrics up to date. */
void tf_precision_watch_publish(struct tf_precision_watch *watch);
struct tf_http_route tf_precision_watch_route(struct tf_precision_watch *watch);

#endif
