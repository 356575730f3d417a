#include "overview.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roles_internal.h"
#include "taxflow/clock.h"
#include "taxflow/json.h"

enum { DOWN_AFTER_MS = 5000, STALLED_AFTER_MS = 10000, FORGET_AFTER_MS = 3600000, LOOKS = 10, ENDS = 600, KEY_BYTES = 160, CHECKS_BYTES = 512 };

struct instance {
    char key[KEY_BYTES], role[16], host[65], version[32], checks[CHECKS_BYTES];
    int64_t number, seen_ms;
    bool ready, stopping;
    int64_t received, processed, duplicates, dead;
    double rate; /* records a second between the last two heartbeats */
    enum tf_overview_health health;
    bool announced; /* its first status was logged */
};

struct group {
    const char *role;
    char name[160];
    struct tf_lag partitions[TF_OVERVIEW_PARTITIONS_MAX];
    size_t count;
    int64_t total;               /* records behind */
    int64_t committed_sum, end_sum;
    int64_t moved_ms;            /* when committed offsets last moved, or there was no lag */
    struct { int64_t at_ms, end_sum; } ends[ENDS]; /* when the end was first seen past what is not committed yet */
    size_t ends_count;
    int64_t recent[LOOKS];
    size_t recent_count;
    double seconds;              /* age of the oldest record not committed */
    enum tf_overview_lag status;
};

struct tf_overview {
    pthread_mutex_t lock;
    const char *topic;
    struct instance instances[TF_OVERVIEW_INSTANCES_MAX];
    size_t instances_count;
    struct group groups[TF_OVERVIEW_GROUPS];
};

static const char *const health_words[] = {"up", "degraded", "down"};
static const char *const lag_words[] = {"ok", "rising", "stalled", "unknown"};

struct tf_overview *tf_overview_create(const char *group_prefix, const char *topic)
{
    static const char *const roles[TF_OVERVIEW_GROUPS] = {"tax", "fraud"};
    struct tf_overview *overview = calloc(1, sizeof *overview);
    if (!overview)
        return NULL;
    pthread_mutex_init(&overview->lock, NULL);
    overview->topic = topic;
    for (size_t g = 0; g < TF_OVERVIEW_GROUPS; g++) {
        overview->groups[g].role = roles[g];
        overview->groups[g].status = TF_OVERVIEW_LAG_UNKNOWN;
        snprintf(overview->groups[g].name, sizeof overview->groups[g].name, "%s.%s", group_prefix, roles[g]);
    }
    return overview;
}

struct tf_overview *tf_overview_destroy(struct tf_overview *overview)
{
    if (overview)
        pthread_mutex_destroy(&overview->lock);
    free(overview);
    return NULL;
}

static struct instance *find_instance(struct tf_overview *overview, struct tf_str key, int64_t now_ms)
{
    for (size_t i = 0; i < overview->instances_count; i++)
        if (tf_str_is(key, overview->instances[i].key))
            return &overview->instances[i];
    struct instance *place = NULL;
    if (overview->instances_count < TF_OVERVIEW_INSTANCES_MAX)
        place = &overview->instances[overview->instances_count++];
    for (size_t i = 0; !place && i < overview->instances_count; i++)
        if (now_ms - overview->instances[i].seen_ms > FORGET_AFTER_MS)
            place = &overview->instances[i];
    if (!place)
        return NULL;
    memset(place, 0, sizeof *place);
    snprintf(place->key, sizeof place->key, "%.*s", TF_STR_ARGS(key));
    return place;
}

static void copy_text(char *out, size_t size, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    snprintf(out, size, "%s", text ? text : "");
}

static void take_in(struct instance *instance, const json_t *beat, int64_t now_ms)
{
    int64_t received = json_integer_value(json_object_get(beat, "received"));
    double elapsed_s = (double)(now_ms - instance->seen_ms) / 1e3;
    if (instance->seen_ms > 0 && elapsed_s > 0.2 && received >= instance->received)
        instance->rate = (double)(received - instance->received) / elapsed_s;
    copy_text(instance->role, sizeof instance->role, beat, "role");
    copy_text(instance->host, sizeof instance->host, beat, "host");
    copy_text(instance->version, sizeof instance->version, beat, "version");
    copy_text(instance->checks, sizeof instance->checks, beat, "checks");
    instance->number = json_integer_value(json_object_get(beat, "instance"));
    instance->ready = json_is_true(json_object_get(beat, "ready"));
    instance->stopping = json_is_true(json_object_get(beat, "stopping"));
    instance->received = received;
    instance->processed = json_integer_value(json_object_get(beat, "processed"));
    instance->duplicates = json_integer_value(json_object_get(beat, "duplicates"));
    instance->dead = json_integer_value(json_object_get(beat, "dead"));
    instance->seen_ms = now_ms;
}

/* A key that would be stored otherwise than it came would never be found again. */
static bool usable_key(struct tf_str key)
{
    return key.len > 0 && key.len < KEY_BYTES && !memchr(key.ptr, '\0', key.len);
}

void tf_overview_heartbeat(struct tf_overview *overview, struct tf_str key, struct tf_str body, int64_t now_ms)
{
    if (!usable_key(key))
        return;
    json_t *beat = json_loadb(body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(beat) && json_is_string(json_object_get(beat, "role"))) {
        pthread_mutex_lock(&overview->lock);
        struct instance *instance = find_instance(overview, key, now_ms);
        if (instance)
            take_in(instance, beat, now_ms);
        pthread_mutex_unlock(&overview->lock);
    }
    json_decref(beat);
}

/* The first look at which the end was already past what is committed now: since then that record has waited. */
static double waiting_seconds(const struct group *group, int64_t now_ms)
{
    for (size_t i = 0; i < group->ends_count; i++)
        if (group->ends[i].end_sum > group->committed_sum)
            return (double)(now_ms - group->ends[i].at_ms) / 1e3;
    return 0;
}

/* What is committed is forgotten; when the room is used up all the same, every other look is, so that hours fit as well. */
static void forget_ends(struct group *group)
{
    size_t kept = 0;
    bool full = group->ends_count == ENDS;
    for (size_t i = 0; i < group->ends_count; i++)
        if (group->ends[i].end_sum > group->committed_sum && !(full && i % 2 == 1))
            group->ends[kept++] = group->ends[i];
    group->ends_count = kept;
}

static void remember_end(struct group *group, int64_t now_ms)
{
    forget_ends(group);
    if (group->ends_count > 0 && group->ends[group->ends_count - 1].end_sum == group->end_sum)
        return;
    group->ends[group->ends_count].at_ms = now_ms;
    group->ends[group->ends_count++].end_sum = group->end_sum;
}

static enum tf_overview_lag judge_lag(struct group *group, int64_t now_ms)
{
    if (group->total == 0)
        return TF_OVERVIEW_LAG_OK;
    if (now_ms - group->moved_ms >= STALLED_AFTER_MS)
        return TF_OVERVIEW_LAG_STALLED;
    if (group->recent_count < LOOKS)
        return TF_OVERVIEW_LAG_OK;
    for (size_t i = 1; i < LOOKS; i++)
        if (group->recent[i] <= group->recent[i - 1])
            return TF_OVERVIEW_LAG_OK;
    return TF_OVERVIEW_LAG_RISING;
}

static void measure(struct tf_overview *overview, struct group *group, int64_t now_ms)
{
    int64_t before = group->committed_sum;
    group->total = group->committed_sum = group->end_sum = 0;
    for (size_t i = 0; i < group->count; i++) {
        const struct tf_lag *lag = &group->partitions[i];
        int64_t committed = lag->committed < 0 ? 0 : lag->committed;
        int64_t behind = lag->end > committed ? lag->end - committed : 0;
        char partition[16];
        snprintf(partition, sizeof partition, "%u", lag->partition);
        tf_metrics_set(tf_metrics_series(TF_METRIC_consumer_lag_messages, group->name, overview->topic, partition), (double)behind);
        group->total += behind;
        group->committed_sum += committed;
        group->end_sum += lag->end;
    }
    if (group->committed_sum != before || group->total == 0 || group->moved_ms == 0)
        group->moved_ms = now_ms;
    remember_end(group, now_ms);
    group->seconds = waiting_seconds(group, now_ms);
    if (group->recent_count == LOOKS)
        memmove(&group->recent[0], &group->recent[1], (LOOKS - 1) * sizeof group->recent[0]);
    else
        group->recent_count++;
    group->recent[group->recent_count - 1] = group->total;
    tf_metrics_set(tf_metrics_series(TF_METRIC_consumer_lag_seconds, group->name, overview->topic, NULL), group->seconds);
}

void tf_overview_lags(struct tf_overview *overview, const char *role, const struct tf_lag *lags, size_t count, int64_t now_ms)
{
    pthread_mutex_lock(&overview->lock);
    for (size_t g = 0; g < TF_OVERVIEW_GROUPS; g++) {
        struct group *group = &overview->groups[g];
        if (strcmp(group->role, role) != 0)
            continue;
        group->count = count < TF_OVERVIEW_PARTITIONS_MAX ? count : TF_OVERVIEW_PARTITIONS_MAX;
        if (group->count > 0) {
            memcpy(group->partitions, lags, group->count * sizeof *lags);
            measure(overview, group, now_ms);
        }
    }
    pthread_mutex_unlock(&overview->lock);
}

static enum tf_overview_health judge_instance(const struct instance *instance, int64_t now_ms)
{
    if (instance->stopping || now_ms - instance->seen_ms > DOWN_AFTER_MS)
        return TF_OVERVIEW_DOWN;
    return instance->ready ? TF_OVERVIEW_UP : TF_OVERVIEW_DEGRADED;
}

static void log_instance(const struct instance *instance, const char *event)
{
    enum tf_log_level level = instance->health == TF_OVERVIEW_UP ? TF_LOG_INFO : TF_LOG_WARN;
    tf_log(level, event,
           (const struct tf_log_field[]){
               TF_FIELD_TEXT("service", instance->role), TF_FIELD_INT("number", instance->number), TF_FIELD_TEXT("host", instance->host),
               TF_FIELD_TEXT("status", health_words[instance->health]), TF_FIELD_INT("received", instance->received),
               TF_FIELD_INT("processed", instance->processed), TF_FIELD_INT("duplicates", instance->duplicates),
               TF_FIELD_INT("dead", instance->dead), TF_FIELD_INT("rate_per_second", instance->rate)},
           9, "%s-%lld is %s%s%s", instance->role, (long long)instance->number, health_words[instance->health],
           instance->health == TF_OVERVIEW_DEGRADED ? ": " : "", instance->health == TF_OVERVIEW_DEGRADED ? instance->checks : "");
}

static void log_group(const struct group *group, const char *event)
{
    enum tf_log_level level = group->status == TF_OVERVIEW_LAG_OK ? TF_LOG_INFO : TF_LOG_WARN;
    tf_log(level, event,
           (const struct tf_log_field[]){TF_FIELD_TEXT("group", group->name), TF_FIELD_TEXT("status", lag_words[group->status]),
                                         TF_FIELD_INT("lag_messages", group->total), TF_FIELD_INT("lag_seconds", group->seconds)},
           4, "%s: lag is %s", group->name, lag_words[group->status]);
}

void tf_overview_evaluate(struct tf_overview *overview, int64_t now_ms, bool summary)
{
    pthread_mutex_lock(&overview->lock);
    for (size_t i = 0; i < overview->instances_count; i++) {
        struct instance *instance = &overview->instances[i];
        enum tf_overview_health health = judge_instance(instance, now_ms);
        bool changed = health != instance->health || !instance->announced;
        instance->health = health;
        instance->announced = true;
        if (changed)
            log_instance(instance, "service_changed");
        else if (summary && now_ms - instance->seen_ms <= FORGET_AFTER_MS)
            log_instance(instance, "service_status");
    }
    for (size_t g = 0; g < TF_OVERVIEW_GROUPS; g++) {
        struct group *group = &overview->groups[g];
        enum tf_overview_lag status = group->count == 0 ? TF_OVERVIEW_LAG_UNKNOWN : judge_lag(group, now_ms);
        bool changed = status != group->status;
        group->status = status;
        if (changed || summary)
            log_group(group, changed ? "lag_changed" : "lag_status");
    }
    pthread_mutex_unlock(&overview->lock);
}

static void render_instance(const struct instance *instance, int64_t now_ms, struct tf_json *json)
{
    tf_json_object(json);
    tf_json_ktext(json, "role", instance->role);
    tf_json_ki64(json, "instance", instance->number);
    tf_json_ktext(json, "host", instance->host);
    tf_json_ktext(json, "version", instance->version);
    tf_json_ktext(json, "status", health_words[instance->health]);
    tf_json_ktext(json, "checks", instance->checks);
    tf_json_ki64(json, "seen_ms_ago", now_ms - instance->seen_ms);
    tf_json_ki64(json, "received", instance->received);
    tf_json_ki64(json, "processed", instance->processed);
    tf_json_ki64(json, "duplicates", instance->duplicates);
    tf_json_ki64(json, "dead", instance->dead);
    tf_json_key(json, "rate_per_second");
    tf_json_double(json, instance->rate);
    tf_json_object_end(json);
}

static void render_group(const struct tf_overview *overview, const struct group *group, struct tf_json *json)
{
    tf_json_object(json);
    tf_json_ktext(json, "role", group->role);
    tf_json_ktext(json, "group", group->name);
    tf_json_ktext(json, "topic", overview->topic);
    tf_json_ktext(json, "status", lag_words[group->status]);
    tf_json_ki64(json, "messages", group->total);
    tf_json_key(json, "seconds");
    tf_json_double(json, group->seconds);
    tf_json_key(json, "partitions");
    tf_json_array(json);
    for (size_t i = 0; i < group->count; i++) {
        tf_json_object(json);
        tf_json_ki64(json, "partition", group->partitions[i].partition);
        tf_json_ki64(json, "end", group->partitions[i].end);
        tf_json_ki64(json, "committed", group->partitions[i].committed);
        tf_json_object_end(json);
    }
    tf_json_array_end(json);
    tf_json_object_end(json);
}

void tf_overview_render(struct tf_overview *overview, struct tf_buf *out)
{
    struct tf_json json;
    char at[25];
    int64_t now_ms = tf_clock_wall_ms();
    tf_clock_format_time(now_ms, at);
    tf_json_init(&json, out);
    pthread_mutex_lock(&overview->lock);
    tf_json_object(&json);
    tf_json_ktext(&json, "at", at);
    tf_json_key(&json, "services");
    tf_json_array(&json);
    for (size_t i = 0; i < overview->instances_count; i++)
        render_instance(&overview->instances[i], now_ms, &json);
    tf_json_array_end(&json);
    tf_json_key(&json, "lag");
    tf_json_array(&json);
    for (size_t g = 0; g < TF_OVERVIEW_GROUPS; g++)
        render_group(overview, &overview->groups[g], &json);
    tf_json_array_end(&json);
    tf_json_object_end(&json);
    pthread_mutex_unlock(&overview->lock);
}
