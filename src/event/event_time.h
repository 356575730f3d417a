/* Event time: the day, or the moment, that a record is about. Windows use it; the time of export never counts. */
#ifndef TAXFLOW_EVENT_EVENT_TIME_H
#define TAXFLOW_EVENT_EVENT_TIME_H

#include "taxflow/event.h"

/**
 * Set the event time from the decoded record: issue date, payment date or moment, posting date, latest change of a party
 * (else its registration), last day of a return's period; accounts have none.
 */
void tf_event_time_set(struct tf_event *event);
/**
 * Last day of a tax period: "2026", "2026-11", "2026-Q4" or "2026-10-01/2026-12-31".
 * Returns true and *ret_days (since 1970-01-01); false for any other form.
 */
bool tf_event_time_period_end(struct tf_str period, int32_t *ret_days);

#endif
