#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "ruling_map.h"
#include "taxflow/clock.h"
#include "taxflow/rulings.h"

/* rules: names as they came up; a place of `hits` counts for one of them. */
struct tf_rulings {
    pthread_mutex_t lock; /* guards all below */
    struct tf_ruling_map pairs, hits;
    struct tf_precision rules[TF_FRAUD_RULES_MAX];
    size_t rules_count;
    uint64_t seed;
};

struct tf_rulings *tf_rulings_create(void)
{
    struct tf_rulings *rulings = calloc(1, sizeof *rulings);
    if (!rulings)
        return NULL;
    pthread_mutex_init(&rulings->lock, NULL);
    tf_hash_random(&rulings->seed, sizeof rulings->seed);
    return rulings;
}

struct tf_rulings *tf_rulings_destroy(struct tf_rulings *rulings)
{
    if (!rulings)
        return NULL;
    tf_ruling_map_finish(&rulings->pairs);
    tf_ruling_map_finish(&rulings->hits);
    pthread_mutex_destroy(&rulings->lock);
    free(rulings);
    return NULL;
}

static struct tf_hash16 hash_of(const struct tf_rulings *rulings, struct tf_str rule, struct tf_str first, struct tf_str second)
{
    const struct tf_hash16 parts[] = {tf_hash_table(rule, rulings->seed), tf_hash_table(first, rulings->seed), tf_hash_table(second, rulings->seed)};
    return tf_hash_table((struct tf_str){(const char *)parts, sizeof parts}, rulings->seed);
}

/* The same whichever of the two carries the hit. */
static struct tf_hash16 pair_of(const struct tf_rulings *rulings, struct tf_str rule, struct tf_str event, struct tf_str related)
{
    return tf_str_cmp(event, related) < 0 ? hash_of(rulings, rule, event, related) : hash_of(rulings, rule, related, event);
}

static enum tf_err say(struct tf_ruling_map *map, struct tf_hash16 hash, const struct tf_ruling *ruling, uint32_t rule, struct tf_ruling_place *ret_before)
{
    struct tf_ruling_place *place = tf_ruling_map_reach(map, hash);
    if (!place)
        return TF_E_MEMORY;
    *ret_before = *place;
    if (place->at_ms == INT64_MIN && map->count == TF_RULINGS_MAX)
        return TF_E_FULL;
    if (place->at_ms > ruling->at_ms)
        return TF_OK; /* something newer was said */
    map->count += place->at_ms == INT64_MIN;
    place->at_ms = ruling->at_ms;
    place->dismissed = ruling->dismissed;
    place->rule = rule;
    return TF_OK;
}

/* TF_FRAUD_RULES_MAX when there are too many names. */
static uint32_t number_of(struct tf_rulings *rulings, struct tf_str rule)
{
    uint32_t r = 0;
    while (r < rulings->rules_count && !tf_str_is(rule, rulings->rules[r].rule))
        r++;
    if (r == rulings->rules_count && r < TF_FRAUD_RULES_MAX) {
        snprintf(rulings->rules[r].rule, sizeof rulings->rules[r].rule, "%.*s", TF_STR_ARGS(rule));
        rulings->rules_count++;
    }
    return r;
}

static uint64_t *counter(struct tf_rulings *rulings, const struct tf_ruling_place *place)
{
    return place->dismissed ? &rulings->rules[place->rule].dismissed : &rulings->rules[place->rule].confirmed;
}

/* A hit counts once for its rule, however often it was ruled on. */
static enum tf_err count_hit(struct tf_rulings *rulings, const struct tf_ruling *ruling)
{
    struct tf_ruling_place before;
    uint32_t rule = number_of(rulings, ruling->rule);
    const struct tf_hash16 hash = hash_of(rulings, ruling->rule, ruling->event_id, TF_STR_NONE);
    if (rule == TF_FRAUD_RULES_MAX)
        return TF_E_FULL;
    TF_TRY(say(&rulings->hits, hash, ruling, rule, &before));
    if (before.at_ms != INT64_MIN)
        --*counter(rulings, &before);
    ++*counter(rulings, tf_ruling_map_find(&rulings->hits, hash));
    return TF_OK;
}

static enum tf_err add(struct tf_rulings *rulings, const struct tf_ruling *ruling)
{
    struct tf_ruling_place before;
    TF_TRY(count_hit(rulings, ruling));
    if (ruling->related_count == 0)
        return say(&rulings->pairs, pair_of(rulings, ruling->rule, ruling->event_id, TF_STR_NONE), ruling, 0, &before);
    for (uint32_t i = 0; i < ruling->related_count; i++)
        TF_TRY(say(&rulings->pairs, pair_of(rulings, ruling->rule, ruling->event_id, ruling->related[i]), ruling, 0, &before));
    return TF_OK;
}

enum tf_err tf_rulings_add(struct tf_rulings *rulings, const struct tf_ruling *ruling)
{
    pthread_mutex_lock(&rulings->lock);
    enum tf_err err = add(rulings, ruling);
    pthread_mutex_unlock(&rulings->lock);
    return err;
}

/* The newest of the rulings that dismissed all its pairs; INT64_MIN: one of them is not dismissed. */
static int64_t dismissed_at(struct tf_rulings *rulings, struct tf_str event_id, int64_t time_ms, const struct tf_fraud_hit *hit)
{
    const struct tf_str rule = tf_str_of(hit->rule->id);
    uint32_t pairs = hit->related_count > 0 ? hit->related_count : 1;
    int64_t newest = INT64_MIN;
    for (uint32_t i = 0; i < pairs; i++) {
        const struct tf_str related = hit->related_count > 0 ? hit->related[i] : TF_STR_NONE;
        const struct tf_ruling_place *place = tf_ruling_map_find(&rulings->pairs, pair_of(rulings, rule, event_id, related));
        if (!place || !place->dismissed || (time_ms != 0 && place->at_ms > time_ms))
            return INT64_MIN;
        newest = place->at_ms > newest ? place->at_ms : newest;
    }
    return newest;
}

static enum tf_err apply(struct tf_rulings *rulings, struct tf_str event_id, int64_t time_ms, struct tf_arena *arena, struct tf_fraud_hit *hit,
                         uint32_t *changed)
{
    int64_t at_ms = hit->mode == TF_FRAUD_LIVE ? dismissed_at(rulings, event_id, time_ms, hit) : INT64_MIN;
    char at[25];
    if (at_ms == INT64_MIN)
        return TF_OK;
    tf_clock_format_time(at_ms, at);
    hit->mode = TF_FRAUD_DISMISSED;
    hit->note = at_ms > 0 ? tf_arena_printf(arena, "dismissed by a person at %s", at) : TF_STR("dismissed by a person");
    ++*changed;
    return tf_str_present(hit->note) ? TF_OK : TF_E_LIMIT;
}

enum tf_err tf_rulings_apply(struct tf_rulings *rulings, struct tf_str event_id, int64_t time_ms, struct tf_arena *arena,
                             struct tf_fraud_verdict *verdict, uint32_t *ret_changed)
{
    enum tf_err err = TF_OK;
    *ret_changed = 0;
    if (verdict->hits_count == 0)
        return TF_OK;
    pthread_mutex_lock(&rulings->lock);
    for (uint32_t i = 0; err == TF_OK && rulings->pairs.count > 0 && i < verdict->hits_count; i++)
        err = apply(rulings, event_id, time_ms, arena, &verdict->hits[i], ret_changed);
    pthread_mutex_unlock(&rulings->lock);
    return err;
}

size_t tf_rulings_count(struct tf_rulings *rulings)
{
    pthread_mutex_lock(&rulings->lock);
    size_t count = rulings->pairs.count + rulings->hits.count;
    pthread_mutex_unlock(&rulings->lock);
    return count;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct tf_precision *)a)->rule, ((const struct tf_precision *)b)->rule);
}

size_t tf_rulings_precision(struct tf_rulings *rulings, struct tf_precision *out, size_t max)
{
    pthread_mutex_lock(&rulings->lock);
    size_t count = rulings->rules_count < max ? rulings->rules_count : max;
    memcpy(out, rulings->rules, count * sizeof *out);
    pthread_mutex_unlock(&rulings->lock);
    for (size_t i = 0; i < count; i++)
        tf_precision_compute(&out[i]);
    if (count > 0)
        qsort(out, count, sizeof *out, by_name);
    return count;
}
