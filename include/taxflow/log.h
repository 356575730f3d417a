/* Log lines on standard error: one JSON object (or one text line) each. Roles, pipeline and cli log; other rooms return. */
#ifndef TAXFLOW_LOG_H
#define TAXFLOW_LOG_H

#include <stdint.h>

#include "taxflow/err.h"
#include "taxflow/str.h"

enum tf_log_level { TF_LOG_ERROR, TF_LOG_WARN, TF_LOG_NOTICE, TF_LOG_INFO, TF_LOG_DEBUG };

/* A structured member of a line. Values never are tax ids, names or amounts. */
struct tf_log_field {
    const char *key;
    struct tf_str text; /* absent: number counts */
    int64_t number;
};
#define TF_FIELD_STR(key, value) ((struct tf_log_field){key, value, 0})
#define TF_FIELD_TEXT(key, value) ((struct tf_log_field){key, tf_str_of(value), 0})
#define TF_FIELD_INT(key, value) ((struct tf_log_field){key, TF_STR_NONE, (int64_t)(value)})

/**
 * Set level, format and the members every line carries. Process-wide; any thread, at any time.
 * level, format  words of options log.level and log.format, another word changes nothing
 * role, instance "tax" and 1…; NULL and 0 leave the member out
 */
void tf_log_setup(const char *level, const char *format, const char *role, int64_t instance);
/** Lines to another descriptor than standard error (tests). */
void tf_log_to(int fd);
/**
 * Write a line.
 *
 * event   stable snake_case code of what happened ("transaction_aborted"); identical codes past 10 a second are counted
 *         and reported as "suppressed" on the next line, errors included.
 * fields  fields_count members after it, 32 at most; one named "role" or "instance" takes the place of the process's own.
 *         Texts are cut at 1,024 bytes; bytes that are not UTF-8 and control characters are escaped.
 * format  one sentence for people.
 * Thread  any; one write(2) a line, prefixed "<N>" when $JOURNAL_STREAM names the descriptor (sd-daemon(3), systemd.exec(5)).
 */
void tf_log(enum tf_log_level level, const char *event, const struct tf_log_field *fields, size_t fields_count, const char *format, ...)
    TF_PRINTF(5, 6);
/* tf_log with its fields written in place: TF_LOG(TF_LOG_INFO, "ready", "role is ready", TF_FIELD_INT("port", 9101)); no field: use TF_LOG0. */
#define TF_LOG(level, event, text, ...)                                                                          \
    tf_log(level, event, (const struct tf_log_field[]){__VA_ARGS__},                                             \
           sizeof((const struct tf_log_field[]){__VA_ARGS__}) / sizeof(struct tf_log_field), "%s", text)
#define TF_LOG0(level, event, text) tf_log(level, event, NULL, 0, "%s", text)

#endif
