/*
 * What the monitor knows: the instances that send heartbeats, and how far each group lags behind taxflow.audit.
 * Fed by the monitor's thread, read by HTTP; guarded by a lock inside. Status words for lag follow Burrow's evaluator.
 */
#ifndef TF_OVERVIEW_H
#define TF_OVERVIEW_H

#include "taxflow/buf.h"
#include "taxflow/kafka_read.h"

enum { TF_OVERVIEW_INSTANCES_MAX = 256, TF_OVERVIEW_PARTITIONS_MAX = 1024, TF_OVERVIEW_GROUPS = 2 };

enum tf_overview_health { TF_OVERVIEW_UP, TF_OVERVIEW_DEGRADED, TF_OVERVIEW_DOWN };
enum tf_overview_lag { TF_OVERVIEW_LAG_OK, TF_OVERVIEW_LAG_RISING, TF_OVERVIEW_LAG_STALLED, TF_OVERVIEW_LAG_UNKNOWN };

struct tf_overview;

struct tf_overview *tf_overview_create(const char *group_prefix, const char *topic);
struct tf_overview *tf_overview_destroy(struct tf_overview *overview);
/** Take in one heartbeat (the JSON of heartbeat.c); anything else is ignored. key identifies the instance. */
void tf_overview_heartbeat(struct tf_overview *overview, struct tf_str key, struct tf_str body, int64_t now_ms);
/** Take in the lags of "tax" or "fraud"; count 0 = could not be read. */
void tf_overview_lags(struct tf_overview *overview, const char *role, const struct tf_lag *lags, size_t count, int64_t now_ms);
/**
 * Evaluate: an instance is down without a heartbeat for 5 s (unless it said it stops), degraded while not ready; a group is
 * stalled when it lags and its committed offsets stand still for 10 s, rising when its lag grew over the last ten looks.
 * Every change is logged; with summary a line an instance and a group is written.
 */
void tf_overview_evaluate(struct tf_overview *overview, int64_t now_ms, bool summary);
/** GET /api/v1/flow. */
void tf_overview_render(struct tf_overview *overview, struct tf_buf *out);

#endif
