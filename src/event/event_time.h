/* Event time: the day, or the moment, that a record is about. Windows use it; the time of export never counts. */
#ifndef TAXFLOW_EVENT_EVENT_TIME_H
#define TAXFLOW_EVENT_EVENT_TIME_H

#include "taxflow/event.h"

/**
 * Set the event time from the decoded record: issue date, payment date or moment, posting date, latest change or check of the VAT id of a
 * party (else its registration), end of a return's period; accounts have none.
 */
void tf_event_time_set(struct tf_event *event);
#endif
