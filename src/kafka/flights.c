#include "flights.h"

#include <stdlib.h>

enum { SLAB_FLIGHTS = 256 };

/* Flights are kept and used again: their number is bounded by the feed's bytes_max. */
struct tf_flight_slab {
    struct tf_flight_slab *next;
    struct tf_flight flights[SLAB_FLIGHTS];
};

static bool add_slab(struct tf_flights *flights)
{
    struct tf_flight_slab *slab = calloc(1, sizeof *slab);
    if (!slab)
        return false;
    slab->next = flights->slabs;
    flights->slabs = slab;
    for (int i = 0; i < SLAB_FLIGHTS; i++) {
        slab->flights[i].next = flights->free;
        flights->free = &slab->flights[i];
    }
    return true;
}

static void join_list(struct tf_flights *flights, struct tf_flight *flight)
{
    flight->before = flights->newest;
    *(flights->newest ? &flights->newest->next : &flights->oldest) = flight;
    flights->newest = flight;
    flights->bytes += flight->bytes;
}

static void leave_list(struct tf_flights *flights, struct tf_flight *flight)
{
    *(flight->before ? &flight->before->next : &flights->oldest) = flight->next;
    *(flight->next ? &flight->next->before : &flights->newest) = flight->before;
    flights->bytes -= flight->bytes;
}

struct tf_flight *tf_flights_board(struct tf_flights *flights, enum tf_stream stream, size_t bytes, struct tf_ticket *ticket, int64_t now_ms)
{
    if (!flights->free && !add_slab(flights))
        return NULL;
    struct tf_flight *flight = flights->free;
    flights->free = flight->next;
    *flight = (struct tf_flight){.ticket = ticket, .stream = stream, .bytes = bytes, .boarded_ms = now_ms};
    join_list(flights, flight);
    return flight;
}

void tf_flights_land(struct tf_flights *flights, struct tf_flight *flight)
{
    if (!flight->stranded)
        leave_list(flights, flight);
    flight->ticket = NULL;
    flight->waiter = NULL;
    flight->next = flights->free;
    flights->free = flight;
}

static void finish_ticket(struct tf_flights *flights, struct tf_flight *flight, const struct tf_ticket *outcome)
{
    if (flight->ticket)
        *flight->ticket = *outcome;
    flight->ticket = NULL;
    if (flight->waiter && --flight->waiter->left == 0) {
        flight->waiter->next = flights->complete;
        flights->complete = flight->waiter;
    }
    flight->waiter = NULL;
}

void tf_flights_report(struct tf_flights *flights, struct tf_flight *flight)
{
    finish_ticket(flights, flight, &flight->outcome);
    tf_flights_land(flights, flight);
}

/* A ticket without a flight was never sent: nothing will ever end that wait but its time. */
void tf_flights_await(struct tf_waiter *waiter, struct tf_ticket *ticket)
{
    if (ticket->done)
        return;
    waiter->left++;
    if (ticket->flight)
        ticket->flight->waiter = waiter;
}

void tf_flights_let_go(struct tf_ticket *ticket)
{
    if (!ticket->flight)
        return;
    ticket->flight->ticket = NULL;
    ticket->flight->waiter = NULL;
    *ticket = (struct tf_ticket){.err = TF_E_TIMEOUT, .offset = -1, .done = true};
}

struct tf_waiter *tf_flights_take_complete(struct tf_flights *flights)
{
    struct tf_waiter *first = flights->complete;
    flights->complete = NULL;
    return first;
}

size_t tf_flights_strand(struct tf_flights *flights)
{
    static const struct tf_ticket unknown = {.err = TF_E_UNAVAILABLE, .offset = -1, .done = true};
    size_t count = 0;
    for (; flights->oldest; count++) {
        struct tf_flight *flight = flights->oldest;
        leave_list(flights, flight);
        flight->stranded = true;
        finish_ticket(flights, flight, &unknown);
    }
    return count;
}

void tf_flights_finish(struct tf_flights *flights)
{
    while (flights->slabs) {
        struct tf_flight_slab *slab = flights->slabs;
        flights->slabs = slab->next;
        free(slab);
    }
    *flights = (struct tf_flights){0};
}
