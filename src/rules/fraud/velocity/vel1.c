/*
 * VEL1, velocity: more records of one supplier or user in a day (or, where the time is known, an hour) than both a fixed minimum
 * and mean + 3 sigma of an exponentially weighted average over the spans before. All of it in integers: the same answer anywhere.
 */
#include <math.h>

#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"
#include "window.h"

enum { MS_PER_HOUR = 3600000, HOURS_BEFORE = 24, POINT = 20 /* binary digits behind the point of means */ };
enum { MINIMUM, SIGMAS, SMOOTHING };

struct average {
    bool begun;
    tf_int128 mean;     /* in 2^-POINT */
    tf_int128 variance; /* in 2^-2*POINT */
};

/* Equal spans, counted back from the one that ends at end_ms and holds the event. */
struct spans {
    int64_t end_ms, length_ms;
    unsigned before;
    const char *word;
};

static struct tf_fraud_key key_of(const struct tf_fraud_facts *facts, char about, struct tf_str who)
{
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("VEL1"), about, facts);
    tf_key_str(&text, who);
    return (struct tf_fraud_key){.hash = tf_key_end(&text), .value = 1};
}

size_t tf_vel1_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    size_t count = 0;
    if (!facts->spends || !facts->has_time)
        return 0;
    if (facts->supplier.ptr)
        keys[count++] = key_of(facts, 's', facts->supplier);
    if (facts->user.ptr)
        keys[count++] = key_of(facts, 'u', facts->user);
    return count;
}

/* A day without hours is counted as that day; a time counts the 24 hours up to it, so midnight hides nothing. */
static struct spans days_of(const struct tf_fraud_facts *facts, int64_t window_ms)
{
    int64_t time = facts->event->event_time_ms, in_day = time % TF_MS_PER_DAY;
    int64_t end = facts->event->event_time_of_day ? time : time - in_day - (in_day < 0 ? TF_MS_PER_DAY : 0) + TF_MS_PER_DAY - 1;
    unsigned days = (unsigned)(window_ms / TF_MS_PER_DAY);
    return (struct spans){end, TF_MS_PER_DAY, facts->event->event_time_of_day && days > 0 ? days - 1 : days, "day"};
}

/* When span number i begins; 0 is the event's. */
static int64_t span_start(const struct spans *spans, unsigned i)
{
    return spans->end_ms - (int64_t)(i + 1) * spans->length_ms + 1;
}

static void average_add(struct average *average, size_t count, int64_t smoothing_permille)
{
    tf_int128 value = (tf_int128)count << POINT;
    if (!average->begun) {
        average->begun = count > 0;
        average->mean = value;
        return;
    }
    tf_int128 off = value - average->mean;
    average->mean += off * smoothing_permille / 1000;
    average->variance = (average->variance + off * off * smoothing_permille / 1000) * (1000 - smoothing_permille) / 1000;
}

static struct average average_of(const struct tf_fraud_window *window, const struct spans *spans, int64_t smoothing_permille)
{
    struct average average = {.begun = false};
    size_t from = tf_window_near(window, 0, span_start(spans, spans->before)), count = 0;
    for (unsigned i = spans->before; i > 0; i--) {
        size_t guess = count < window->count - from ? from + count : window->count; /* most spans are like the one before */
        size_t next = tf_window_near(window, guess, span_start(spans, i - 1));
        count = next - from;
        average_add(&average, count, smoothing_permille);
        from = next;
    }
    return average;
}

/* count > mean + sigmas * sigma, without a root. */
static bool above(size_t count, const struct average *average, int64_t sigmas)
{
    tf_int128 off = ((tf_int128)count << POINT) - average->mean;
    return off > 0 && off * off > (tf_int128)sigmas * sigmas * average->variance;
}

static void explain(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, const struct spans *spans, size_t count,
                    const struct average *average, bool of_user, struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    double mean = (double)average->mean / (double)(1 << POINT);
    double sigma = sqrt((double)average->variance) / (double)(1 << POINT);
    hit->observed = tf_arena_printf(arena, "%zu %s of one %s in a%s %s", count, tf_fraud_facts_plural(facts->event->kind),
                                    of_user ? "user" : "supplier", spans->length_ms == MS_PER_HOUR ? "n" : "", spans->word);
    hit->threshold = tf_arena_printf(arena, "more than %lld, and than mean %.2f + %lld sigma of %.2f over the %u %ss before",
                                     (long long)setting->params[MINIMUM], mean, (long long)setting->params[SIGMAS], sigma,
                                     spans->before, spans->word);
}

static bool judge_spans(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, const struct tf_fraud_window *window,
                        const struct spans *spans, bool of_user, struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    size_t first = tf_window_from(window, span_start(spans, 0)), end = tf_window_from(window, spans->end_ms + 1);
    size_t count = end - first + 1;
    if (count <= (size_t)setting->params[MINIMUM])
        return false;
    struct average average = average_of(window, spans, setting->params[SMOOTHING]);
    if (!above(count, &average, setting->params[SIGMAS]))
        return false;
    tf_hit_relate_last(hit, window->entries, first, end);
    explain(setting, facts, spans, count, &average, of_user, arena, hit);
    return true;
}

enum tf_fraud_answer tf_vel1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (!c->facts->has_time)
        return TF_FRAUD_UNKNOWN;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    const struct spans days = days_of(c->facts, c->setting->window_ms);
    const struct spans hours = {c->facts->event->event_time_ms, MS_PER_HOUR, HOURS_BEFORE, "hour"};
    for (size_t w = 0; w < c->count; w++) {
        bool of_user = w == 1 || !c->facts->supplier.ptr;
        if (judge_spans(c->setting, c->facts, &c->windows[w], &days, of_user, c->arena, hit))
            return TF_FRAUD_HIT;
        if (c->facts->event->event_time_of_day && judge_spans(c->setting, c->facts, &c->windows[w], &hours, of_user, c->arena, hit))
            return TF_FRAUD_HIT;
    }
    return c->facts->supplier.ptr && c->facts->user.ptr ? TF_FRAUD_CLEAR : TF_FRAUD_UNKNOWN;
}
