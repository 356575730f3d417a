/* What a role waits for: the reasons /readyz gives, and the pulse /livez looks at. */
#ifndef TAXFLOW_HEALTH_H
#define TAXFLOW_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/buf.h"

enum { TF_HEALTH_CHECKS_MAX = 16 };

struct tf_health; /* thread-safe */

/** Without any check, and just beaten. NULL when memory ran out. */
struct tf_health *tf_health_create(void);
/** Nobody may use it any more. NULL is fine. Returns NULL. */
struct tf_health *tf_health_destroy(struct tf_health *health);
/**
 * Set a named check ("kafka", "redis", "assignment", "draining"). Past TF_HEALTH_CHECKS_MAX names it is never ready again.
 *
 * name    static text
 * reason  short plain text for people, cut at 127 bytes, line breaks become spaces; NULL or "" when ok
 */
void tf_health_set(struct tf_health *health, const char *name, bool ok, const char *reason);
/** A check that is ok, with something to know about it: "[+]rewind ok: 12 records judged before were skipped". name and note as above. */
void tf_health_note(struct tf_health *health, const char *name, const char *note);
/** True when every check is ok. With lines, appends "[+]kafka ok" or "[-]redis: no answer" lines. */
bool tf_health_ready(struct tf_health *health, struct tf_buf *lines);
/** The processing loop calls this at least every second. */
void tf_health_beat(struct tf_health *health);
/** True while the last beat is younger than limit_ms. */
bool tf_health_alive(struct tf_health *health, int64_t limit_ms);

#endif
