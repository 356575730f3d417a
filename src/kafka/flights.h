/* The rows that a feed's producer holds: each is known from boarding until its report. The feed's lock guards them. */
#ifndef TAXFLOW_KAFKA_FLIGHTS_H
#define TAXFLOW_KAFKA_FLIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taxflow/kafka.h"

struct tf_flight {
    struct tf_ticket *ticket; /* NULL: nobody waits */
    enum tf_stream stream;
    size_t bytes;
    int64_t boarded_ms; /* monotonic */
    bool stranded;      /* given up, but its producer may still report it */
    struct tf_flight *before, *next; /* of those on their way, the oldest first; or next in the list of free ones */
};

struct tf_flights {
    struct tf_flight_slab *slabs;
    struct tf_flight *free;
    struct tf_flight *oldest, *newest; /* on their way */
    size_t bytes;                      /* of those on their way */
};

/** A row boards: it is the newest. ticket may be NULL. NULL when memory ran out. O(1); flights are kept and used again. */
struct tf_flight *tf_flights_board(struct tf_flights *flights, enum tf_stream stream, size_t bytes, struct tf_ticket *ticket, int64_t now_ms);
/** Its report came, or it never set off; the flight is free. The ticket is not touched. */
void tf_flights_land(struct tf_flights *flights, struct tf_flight *flight);
/** Give up all that are on their way: tickets are done with TF_E_UNAVAILABLE. Their reports may still come, and land them. Returns how many. */
size_t tf_flights_strand(struct tf_flights *flights);
/** Frees everything; no report may come after it. */
void tf_flights_finish(struct tf_flights *flights);

#endif
