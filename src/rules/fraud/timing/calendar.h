/* Days and hours as people work by them. Rules have no time zone database: an offset is a setting. */
#ifndef TAXFLOW_RULES_FRAUD_CALENDAR_H
#define TAXFLOW_RULES_FRAUD_CALENDAR_H

#include "taxflow/fraud.h"

/** Day (since 1970-01-01) that a moment lies in. */
int32_t tf_calendar_day(int64_t time_ms);
/** 0 Monday … 6 Sunday. */
unsigned tf_calendar_weekday(int32_t day);
/**
 * Whether summer time is in force in the Union at a moment of UTC: from the last Sunday of March to the last of October, 01:00 UTC.
 * Source: Directive 2000/84/EC, articles 2 and 3; before 1996 it was otherwise.
 */
bool tf_calendar_summer(int64_t utc_ms);
/** Whether a day stands in a list of "YYYY-MM-DD" and "MM-DD" (every year), sorted by strcmp. O(log n). */
bool tf_calendar_listed(const struct tf_string_list *days, int32_t day);

#endif
