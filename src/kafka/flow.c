#include "flow.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "taxflow/clock.h"

enum {
    READERS_MAX = 16,
    ROLES_MAX = 8,
    ROLE_BYTES = 32,
    KEPT_BYTES_MAX = 5 * 1024 * 1024, /* what the mock keeps: older rows cannot be read by a reader to come */
    LEDGER_ROWS_MAX = 4 * 1024 * 1024,
    LEDGER_ROWS_FIRST = 1024,
    ROW_OVERHEAD_BYTES = 96, /* framing of a row that travels alone */
};

struct tf_flow_reader {
    struct tf_flow *flow;
    enum tf_stream stream;
    int64_t next;     /* first offset not taken */
    size_t unread;    /* bytes reported at or after next */
    int64_t moved_ms;
    bool patient;
};

/* Sizes of the rows base … base + count - 1, as a ring; 0 until a row's report came. */
struct ledger {
    uint32_t *sizes;
    size_t capacity, head, count;
    int64_t base;
    size_t total;
    size_t sending;
    struct tf_flow_reader *readers[READERS_MAX];
};

struct position {
    char role[ROLE_BYTES];
    int64_t next;
};

/* Everything is guarded by lock. */
struct tf_flow {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct ledger ledgers[TF_STREAM_COUNT];
    struct position positions[ROLES_MAX];
};

static uint32_t *size_at(struct ledger *ledger, int64_t offset)
{
    return &ledger->sizes[(ledger->head + (size_t)(offset - ledger->base)) % ledger->capacity];
}

static int64_t ledger_end(const struct ledger *ledger)
{
    return ledger->base + (int64_t)ledger->count;
}

/* A reader that still waits for the row is taken past it. */
static void forget_oldest(struct ledger *ledger)
{
    uint32_t bytes = ledger->sizes[ledger->head];
    for (int i = 0; i < READERS_MAX; i++)
        if (ledger->readers[i] && ledger->readers[i]->next <= ledger->base) {
            ledger->readers[i]->next = ledger->base + 1;
            ledger->readers[i]->unread -= bytes;
        }
    ledger->total -= bytes;
    ledger->head = (ledger->head + 1) % ledger->capacity;
    ledger->base++;
    ledger->count--;
}

/* Rows before the slowest reader are done with; without readers, those the mock has dropped. */
static void trim(struct ledger *ledger)
{
    int64_t slowest = INT64_MAX;
    for (int i = 0; i < READERS_MAX; i++)
        if (ledger->readers[i] && ledger->readers[i]->next < slowest)
            slowest = ledger->readers[i]->next;
    while (ledger->count > 0 && (slowest == INT64_MAX ? ledger->total > KEPT_BYTES_MAX : ledger->base < slowest))
        forget_oldest(ledger);
}

static bool grow(struct ledger *ledger)
{
    size_t capacity = ledger->capacity ? ledger->capacity * 2 : LEDGER_ROWS_FIRST;
    uint32_t *sizes = capacity <= LEDGER_ROWS_MAX ? calloc(capacity, sizeof *sizes) : NULL;
    if (!sizes)
        return false;
    for (size_t i = 0; i < ledger->count; i++)
        sizes[i] = ledger->sizes[(ledger->head + i) % ledger->capacity];
    free(ledger->sizes);
    ledger->sizes = sizes;
    ledger->capacity = capacity;
    ledger->head = 0;
    return true;
}

/* Make room up to offset; at the ceiling the oldest rows count as read, which only makes writers less careful. */
static bool extend(struct ledger *ledger, int64_t offset)
{
    while (ledger_end(ledger) <= offset) {
        if (ledger->count == ledger->capacity && !grow(ledger)) {
            if (ledger->count == 0)
                return false;
            forget_oldest(ledger);
        }
        ledger->count++;
        *size_at(ledger, ledger_end(ledger) - 1) = 0;
    }
    return true;
}

static size_t bytes_between(struct ledger *ledger, int64_t from, int64_t to)
{
    size_t bytes = 0;
    if (from < ledger->base)
        from = ledger->base;
    if (to > ledger_end(ledger))
        to = ledger_end(ledger);
    for (int64_t offset = from; offset < to; offset++)
        bytes += *size_at(ledger, offset);
    return bytes;
}

struct tf_flow *tf_flow_create(void)
{
    struct tf_flow *flow = calloc(1, sizeof *flow);
    if (!flow)
        return NULL;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&flow->lock, NULL);
    pthread_cond_init(&flow->moved, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return flow;
}

struct tf_flow *tf_flow_destroy(struct tf_flow *flow)
{
    if (!flow)
        return NULL;
    for (int s = 0; s < TF_STREAM_COUNT; s++)
        free(flow->ledgers[s].sizes);
    pthread_cond_destroy(&flow->moved);
    pthread_mutex_destroy(&flow->lock);
    free(flow);
    return NULL;
}

static struct tf_flow_reader **free_place(struct ledger *ledger)
{
    for (int i = 0; i < READERS_MAX; i++)
        if (!ledger->readers[i])
            return &ledger->readers[i];
    return NULL;
}

struct tf_flow_reader *tf_flow_join(struct tf_flow *flow, enum tf_stream stream, int64_t from, bool patient)
{
    struct tf_flow_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    pthread_mutex_lock(&flow->lock);
    struct ledger *ledger = &flow->ledgers[stream];
    struct tf_flow_reader **place = free_place(ledger);
    if (place) {
        int64_t next = from < 0 ? ledger_end(ledger) : from;
        *reader = (struct tf_flow_reader){flow, stream, next, bytes_between(ledger, next, INT64_MAX), tf_clock_mono_ms(), patient};
        *place = reader;
    }
    pthread_mutex_unlock(&flow->lock);
    if (!place)
        free(reader);
    return place ? reader : NULL;
}

struct tf_flow_reader *tf_flow_leave(struct tf_flow_reader *reader)
{
    if (!reader)
        return NULL;
    struct tf_flow *flow = reader->flow;
    pthread_mutex_lock(&flow->lock);
    struct ledger *ledger = &flow->ledgers[reader->stream];
    for (int i = 0; i < READERS_MAX; i++)
        if (ledger->readers[i] == reader)
            ledger->readers[i] = NULL;
    trim(ledger);
    pthread_cond_broadcast(&flow->moved);
    pthread_mutex_unlock(&flow->lock);
    free(reader);
    return NULL;
}

void tf_flow_read(struct tf_flow_reader *reader, int64_t next)
{
    struct tf_flow *flow = reader->flow;
    pthread_mutex_lock(&flow->lock);
    struct ledger *ledger = &flow->ledgers[reader->stream];
    reader->moved_ms = tf_clock_mono_ms();
    if (next > reader->next) {
        reader->unread -= bytes_between(ledger, reader->next, next);
        reader->next = next;
        trim(ledger);
        pthread_cond_broadcast(&flow->moved);
    }
    pthread_mutex_unlock(&flow->lock);
}

size_t tf_flow_row_bytes(const struct tf_row *row)
{
    size_t bytes = row->key.len + row->value.len + ROW_OVERHEAD_BYTES;
    for (uint32_t i = 0; i < row->headers_count; i++)
        bytes += row->headers[i].name.len + row->headers[i].value.len;
    return bytes;
}

void tf_flow_sending(struct tf_flow *flow, enum tf_stream stream, size_t bytes)
{
    pthread_mutex_lock(&flow->lock);
    flow->ledgers[stream].sending += bytes;
    pthread_mutex_unlock(&flow->lock);
}

/* A reader may have taken the row before its report: then it is not counted as unread, nor does it stand in the ledger. */
static void note_row(struct ledger *ledger, int64_t offset, size_t bytes)
{
    if (offset < ledger->base || !extend(ledger, offset))
        return;
    *size_at(ledger, offset) = (uint32_t)bytes;
    ledger->total += bytes;
    for (int i = 0; i < READERS_MAX; i++)
        if (ledger->readers[i] && ledger->readers[i]->next <= offset)
            ledger->readers[i]->unread += bytes;
    trim(ledger);
}

void tf_flow_sent(struct tf_flow *flow, enum tf_stream stream, int64_t offset, size_t bytes)
{
    pthread_mutex_lock(&flow->lock);
    struct ledger *ledger = &flow->ledgers[stream];
    ledger->sending -= bytes < ledger->sending ? bytes : ledger->sending;
    if (offset >= 0)
        note_row(ledger, offset, bytes);
    pthread_mutex_unlock(&flow->lock);
}

static bool counts(const struct tf_flow_reader *reader, int64_t now_ms)
{
    return reader && (reader->patient || now_ms - reader->moved_ms < TF_FLOW_STALL_MS);
}

size_t tf_flow_behind(struct tf_flow *flow, enum tf_stream stream)
{
    int64_t now_ms = tf_clock_mono_ms();
    size_t behind = 0;
    pthread_mutex_lock(&flow->lock);
    const struct ledger *ledger = &flow->ledgers[stream];
    for (int i = 0; i < READERS_MAX; i++) {
        const struct tf_flow_reader *reader = ledger->readers[i];
        if (counts(reader, now_ms) && reader->unread + ledger->sending > behind)
            behind = reader->unread + ledger->sending;
    }
    pthread_mutex_unlock(&flow->lock);
    return behind;
}

void tf_flow_wait(struct tf_flow *flow, int64_t wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&flow->lock);
    pthread_cond_timedwait(&flow->moved, &flow->lock, &until);
    pthread_mutex_unlock(&flow->lock);
}

int64_t tf_flow_end(struct tf_flow *flow, enum tf_stream stream)
{
    pthread_mutex_lock(&flow->lock);
    int64_t end = ledger_end(&flow->ledgers[stream]);
    pthread_mutex_unlock(&flow->lock);
    return end;
}

/* The role's entry, or the first free one; NULL when all are taken. */
static struct position *find_position(struct tf_flow *flow, const char *role)
{
    for (int i = 0; i < ROLES_MAX; i++)
        if (flow->positions[i].role[0] == '\0' || strncmp(flow->positions[i].role, role, ROLE_BYTES - 1) == 0)
            return &flow->positions[i];
    return NULL;
}

void tf_flow_commit(struct tf_flow *flow, const char *role, int64_t next)
{
    pthread_mutex_lock(&flow->lock);
    struct position *position = find_position(flow, role);
    if (position) {
        strncpy(position->role, role, ROLE_BYTES - 1);
        position->next = next;
    }
    pthread_mutex_unlock(&flow->lock);
}

int64_t tf_flow_committed(struct tf_flow *flow, const char *role)
{
    pthread_mutex_lock(&flow->lock);
    const struct position *position = find_position(flow, role);
    int64_t next = position && position->role[0] != '\0' ? position->next : -1;
    pthread_mutex_unlock(&flow->lock);
    return next;
}
