/* The rows that a feed's producer holds: each is known from boarding until its report. The feed's lock guards them. */
#ifndef TAXFLOW_KAFKA_FLIGHTS_H
#define TAXFLOW_KAFKA_FLIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taxflow/kafka.h"
#include "waiter.h"

struct tf_flight {
    struct tf_ticket *ticket; /* NULL: nobody waits */
    struct tf_waiter *waiter; /* who waits for the ticket right now; NULL: nobody */
    enum tf_stream stream;
    size_t bytes;
    int64_t boarded_ms; /* monotonic */
    bool stranded;      /* given up, but its producer may still report it */
    struct tf_flight *before, *next; /* of those on their way, the oldest first; or next in the list of free ones */
    struct tf_ticket outcome;        /* its report, until it lands; this and the next are of the thread that takes reports alone */
    struct tf_flight *next_reported;
};

struct tf_flights {
    struct tf_flight_slab *slabs;
    struct tf_flight *free;
    struct tf_flight *oldest, *newest; /* on their way */
    struct tf_waiter *complete;        /* those whose last ticket is done: whoever lands or strands rows takes and wakes them, without the lock */
    size_t bytes;                      /* of those on their way */
};

/** A row boards: it is the newest. ticket may be NULL. NULL when memory ran out. O(1); flights are kept and used again. */
struct tf_flight *tf_flights_board(struct tf_flights *flights, enum tf_stream stream, size_t bytes, struct tf_ticket *ticket, int64_t now_ms);
/** It never set off; the flight is free. The ticket is not touched. */
void tf_flights_land(struct tf_flights *flights, struct tf_flight *flight);
/** Its report came: the ticket becomes the outcome, the flight is free. */
void tf_flights_report(struct tf_flights *flights, struct tf_flight *flight);
/** The waiter waits for the ticket, too: for one that is done or that it let go, no. A ticket has one waiter at a time. */
void tf_flights_await(struct tf_waiter *waiter, struct tf_ticket *ticket);
/** Nobody waits for the ticket any more: it is done with TF_E_TIMEOUT, unless it was done before. */
void tf_flights_let_go(struct tf_ticket *ticket);
/** The waiters that are complete, to be woken; each is handed out once. */
struct tf_waiter *tf_flights_take_complete(struct tf_flights *flights);
/** Give up all that are on their way: tickets are done with TF_E_UNAVAILABLE. Their reports may still come, and land them. Returns how many. */
size_t tf_flights_strand(struct tf_flights *flights);
/** Frees everything; no report may come after it. */
void tf_flights_finish(struct tf_flights *flights);

#endif
