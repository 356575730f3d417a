/* Time: clocks, RFC 3339 text and the proleptic Gregorian calendar. */
#ifndef TAXFLOW_CLOCK_H
#define TAXFLOW_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taxflow/str.h"

enum { TF_MS_PER_DAY = 86400000 };

/** Monotonic nanoseconds: for durations and deadlines. */
int64_t tf_clock_mono_ns(void);
/** Monotonic milliseconds. */
int64_t tf_clock_mono_ms(void);
/** Wall clock, nanoseconds since 1970-01-01T00:00:00Z. */
int64_t tf_clock_wall_ns(void);
/** Wall clock, milliseconds since 1970-01-01T00:00:00Z. */
int64_t tf_clock_wall_ms(void);

/**
 * Read "YYYY-MM-DD" (xs:date without zone; a trailing "Z" or "+hh:mm" is accepted and ignored, as EN 16931 dates carry
 * no zone).
 * Returns true and *ret_days (days since 1970-01-01; years 0001..9999), false when it is no date of the calendar.
 */
bool tf_clock_parse_date(struct tf_str text, int32_t *ret_days);
/**
 * Read an RFC 3339 date-time with zone, fraction optional and cut to milliseconds; a leap second (23:59:60 UTC at the
 * end of a month) counts as the second after it.
 * Returns true and *ret_ms (Unix milliseconds, 0001-01-01..9999-12-31 in UTC), false otherwise.
 */
bool tf_clock_parse_time(struct tf_str text, int64_t *ret_ms);
/** Write "YYYY-MM-DD" and a NUL to out (11 bytes); what lies outside 0001-01-01..9999-12-31 becomes the nearer end. */
void tf_clock_format_date(int32_t days, char out[11]);
/** Write "YYYY-MM-DDThh:mm:ss.mmmZ" and a NUL to out (25 bytes); clamped likewise. */
void tf_clock_format_time(int64_t ms, char out[25]);
/** Days since 1970-01-01 of a civil date; month 1..12, day 1..31, not checked. */
int32_t tf_clock_days_from_civil(int32_t year, unsigned month, unsigned day);

#endif
