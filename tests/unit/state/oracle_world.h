/*
 * Random events for the oracle: records of suppliers and users in event-time order, some late, some delivered again, some amended, some
 * stale. And what is known of them, as a plain list: the newest revision of each record, found again by supplier and by user.
 */
#ifndef TAXFLOW_TESTS_STATE_ORACLE_WORLD_H
#define TAXFLOW_TESTS_STATE_ORACLE_WORLD_H

#include "unit/rules/fraud/sample.h"

enum { BATCH_MAX = 60, DAYS = 800, TIMES = 4 };

struct fact {
    uint32_t record;
    uint64_t revision;
    enum tf_kind kind;
    int supplier, user, number; /* -1: missing */
    int64_t minor, time_ms, fed_at;
    bool returned, seen;
};

/* Records by supplier or user; one that left it by an amendment stays in the list, and is passed over. */
struct bucket { uint32_t *records, count, cap; };

struct world {
    uint32_t events_count, suppliers, rare, users, numbers; /* rare: suppliers of a few records each, behind the others */
    struct fact *events;
    struct fact *known;                                       /* by record */
    struct bucket *by_supplier, *by_user;
    uint32_t *met;                                            /* by record: the look that met it last */
    uint32_t looks;
    struct { uint32_t record; struct fact before; } undo[BATCH_MAX];
    size_t undo_count;
    int64_t watermark_ms;
};

static uint64_t random_state = 2026;

static inline uint32_t pick(uint32_t below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % below;
}

/* Every third supplier bills about the same sum each time, now and then another one; the others what the rules' limits are near to. */
static inline int64_t random_minor(int supplier)
{
    static const int64_t minors[] = {100000, 250000, 499999, 500000, 500001, 999999, 1000000, 1000001, 30000, 1, -100000, 0};
    if (supplier >= 0 && supplier % 3 == 0)
        return pick(60) == 0 ? (pick(2) ? 999999 : 700) : 30000 + (int64_t)pick(3000);
    return pick(250) == 0 ? 20000000 : minors[pick(sizeof minors / sizeof minors[0])];
}

/* Some suppliers have their busy day. */
static inline int64_t random_day(int supplier)
{
    return supplier >= 0 && supplier % 4 == 1 && pick(3) == 0 ? (int64_t)supplier * 37 % DAYS : (int64_t)pick(DAYS);
}

static inline struct fact random_fact(const struct world *world, uint32_t record, int64_t day)
{
    static const enum tf_kind kinds[] = {TF_KIND_INVOICE, TF_KIND_INVOICE, TF_KIND_PAYMENT, TF_KIND_CREDIT_NOTE};
    struct fact fact = {.record = record, .kind = kinds[pick(4)], .seen = true};
    bool rare = pick(10) == 0;
    fact.supplier = pick(40) == 0 ? -1 : rare ? (int)(world->suppliers + pick(world->rare)) : (int)pick(world->suppliers);
    fact.user = pick(10) == 0 ? -1 : (int)pick(world->users);
    fact.number = pick(50) == 0 ? -1 : (int)pick(world->numbers);
    fact.minor = random_minor(fact.supplier);
    day = day < 0 ? random_day(fact.supplier) : day;
    fact.time_ms = sample_time((int)day) + (int64_t)pick(TIMES) * (TF_MS_PER_DAY / TIMES) * (pick(3) == 0);
    fact.returned = fact.kind == TF_KIND_PAYMENT && pick(8) == 0;
    fact.fed_at = fact.time_ms;
    return fact;
}

static inline int by_feeding(const void *a, const void *b)
{
    const struct fact *left = a, *right = b;
    return (left->fed_at > right->fed_at) - (left->fed_at < right->fed_at);
}

static inline void world_make(struct world *world)
{
    for (uint32_t i = 0; i < world->events_count; i++) {
        uint32_t chance = pick(100), earlier = i > 0 ? pick(i) : 0;
        struct fact *event = &world->events[i];
        *event = random_fact(world, i, -1);
        if (i > 0 && chance < 20) { /* the same record again: delivered twice, amended, or an old revision */
            struct fact first = world->events[earlier];
            if (chance < 10) {
                *event = first;
            } else {
                *event = random_fact(world, first.record, (first.time_ms - sample_time(0)) / TF_MS_PER_DAY);
                event->revision = 2 + pick(3);
            }
            event->fed_at = first.fed_at + (int64_t)pick(2) * TF_MS_PER_DAY;
        } else if (chance < 23) {
            event->fed_at += (int64_t)(1 + pick(60)) * TF_MS_PER_DAY; /* late */
        } else if (chance < 35) {
            event->fed_at += pick(TF_MS_PER_DAY); /* late, but within the day that is waited for */
        }
    }
    qsort(world->events, world->events_count, sizeof world->events[0], by_feeding);
}

/* The small one has six suppliers of thousands of records, the large one many of a hundred. */
static inline void world_open(struct world *world, uint32_t events)
{
    bool large = events > 100000;
    *world = (struct world){.events_count = events, .watermark_ms = INT64_MIN};
    world->suppliers = large ? events / 100 : 6;
    world->users = large ? events / 120 : 9;
    world->rare = events / 40;
    world->numbers = large ? 20 : 400;
    world->events = calloc(events, sizeof *world->events);
    world->known = calloc(events, sizeof *world->known);
    world->met = calloc(events, sizeof *world->met);
    world->by_supplier = calloc(world->suppliers + world->rare, sizeof *world->by_supplier);
    world->by_user = calloc(world->users, sizeof *world->by_user);
    assert_true(world->events && world->known && world->met && world->by_supplier && world->by_user);
    world_make(world);
}

static inline void world_close(struct world *world)
{
    for (uint32_t s = 0; s < world->suppliers + world->rare; s++)
        free(world->by_supplier[s].records);
    for (uint32_t u = 0; u < world->users; u++)
        free(world->by_user[u].records);
    free(world->by_supplier);
    free(world->by_user);
    free(world->events);
    free(world->known);
    free(world->met);
}

static inline void bucket_add(struct bucket *bucket, uint32_t record)
{
    if (bucket->count == bucket->cap) {
        bucket->cap = bucket->cap ? bucket->cap * 2 : 16;
        bucket->records = realloc(bucket->records, bucket->cap * sizeof *bucket->records);
        assert_non_null(bucket->records);
    }
    bucket->records[bucket->count++] = record;
}

/* A revision that is not newer changes nothing: delivered twice, or stale. */
static inline void world_learn(struct world *world, const struct fact *fact)
{
    struct fact *known = &world->known[fact->record];
    if (known->seen && known->revision >= fact->revision)
        return;
    world->undo[world->undo_count].record = fact->record;
    world->undo[world->undo_count++].before = *known;
    *known = *fact;
    if (fact->supplier >= 0)
        bucket_add(&world->by_supplier[fact->supplier], fact->record);
    if (fact->user >= 0)
        bucket_add(&world->by_user[fact->user], fact->record);
}

static inline void world_unlearn(struct world *world)
{
    while (world->undo_count > 0) {
        world->undo_count--;
        world->known[world->undo[world->undo_count].record] = world->undo[world->undo_count].before;
    }
}

static inline void world_sample(const struct fact *fact, struct sample *sample)
{
    static char names[64][16];
    static int next;
    char amount[32];
    char *supplier = names[next++ % 64], *user = names[next++ % 64], *number = names[next++ % 64];
    snprintf(supplier, sizeof names[0], "S%d", fact->supplier);
    snprintf(user, sizeof names[0], "u%d", fact->user);
    snprintf(number, sizeof names[0], "N-%d", fact->number + 1);
    snprintf(amount, sizeof amount, "%s%lld.%02lld", fact->minor < 0 ? "-" : "", (long long)llabs(fact->minor) / 100,
             (long long)llabs(fact->minor) % 100);
    if (fact->kind == TF_KIND_PAYMENT)
        sample_payment(sample, fact->supplier < 0 ? NULL : supplier, fact->number < 0 ? NULL : number, amount, "EUR", 0);
    else
        sample_invoice(sample, fact->supplier < 0 ? NULL : supplier, fact->number < 0 ? NULL : number, amount, "EUR", 0);
    sample->event.kind = fact->kind;
    sample->event.user = fact->user < 0 ? TF_STR_NONE : tf_str_of(user);
    sample->event.event_time_ms = fact->time_ms;
    sample->event.revision = fact->revision;
    sample->payment.returned = fact->returned;
}

#endif
