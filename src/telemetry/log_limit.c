#include "log_internal.h"

enum { PLACES = 512 }; /* a power of two, several times the number of codes */

/* One event code's share of the current second. */
struct place {
    uint64_t hash; /* 0 = free */
    int64_t window_ms;
    unsigned count;
    uint64_t suppressed;
};
static struct place places[PLACES]; /* guarded by the log's lock */

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a: codes are short and our own */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash ? hash : 1;
}

/* When the table is full a place is shared: such codes limit each other, and none is unlimited. */
static struct place *place_of(uint64_t hash)
{
    size_t at = (size_t)hash % PLACES;
    for (size_t probes = 0; probes < PLACES && places[at].hash && places[at].hash != hash; probes++)
        at = (at + 1) % PLACES;
    if (!places[at].hash)
        places[at].hash = hash;
    return &places[at];
}

bool tf_log_limit_pass(const char *event, int64_t mono_ms, uint64_t *ret_suppressed)
{
    struct place *place = place_of(hash_of(event));
    if (mono_ms - place->window_ms >= 1000 || place->count == 0) {
        place->window_ms = mono_ms;
        place->count = 0;
    }
    if (place->count == TF_LOG_LIMIT_PER_SECOND) {
        place->suppressed++;
        return false;
    }
    place->count++;
    *ret_suppressed = place->suppressed;
    place->suppressed = 0;
    return true;
}
