/* One line of the log as parts; log.c decides and writes, log_line.c lays out, log_limit.c holds floods back. */
#ifndef TAXFLOW_TELEMETRY_LOG_INTERNAL_H
#define TAXFLOW_TELEMETRY_LOG_INTERNAL_H

#include <stdbool.h>

#include "taxflow/buf.h"
#include "taxflow/log.h"

enum { TF_LOG_FIELDS_MAX = 32, TF_LOG_TEXT_MAX = 1024, TF_LOG_LIMIT_PER_SECOND = 10 };

struct tf_log_line {
    int64_t wall_ms;
    enum tf_log_level level;
    const char *role; /* "" = left out */
    int64_t instance; /* 0 = left out */
    const char *event;
    struct tf_str message;
    const struct tf_log_field *fields;
    size_t fields_count;
    uint64_t suppressed; /* 0 = left out */
};

/** Append the line as one JSON object and a line feed. */
void tf_log_line_json(struct tf_buf *out, const struct tf_log_line *line);
/** Append "TIME LEVEL role-instance event: message key=value…" and a line feed; terminal control bytes become \xNN. */
void tf_log_line_text(struct tf_buf *out, const struct tf_log_line *line);

/**
 * Ask whether a line with this code may be written now. The caller holds the log's lock.
 * Returns false when the code had its share of the second; else true, and how many were held back since the last line.
 */
bool tf_log_limit_pass(const char *event, int64_t mono_ms, uint64_t *ret_suppressed);

#endif
