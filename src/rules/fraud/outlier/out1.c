/*
 * OUT1, amount outlier: |ln amount - mean| / sigma > 3 over the earlier amounts of the supplier (of payments: and the account), 20 at
 * least. Logarithms are kept as integers of 2^-20, so that sums do not depend on any order; one part in a million is enough here.
 */
#include <math.h>

#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "window.h"

enum { POINT = 20 };
enum { MINIMUM, SIGMAS, DEPTH, LEAST_SIGMA };

/* Of n earlier values, each less the event's own: sums that stay small, and an event's distance that is just the mean. */
struct sums {
    size_t n;
    int64_t off, squares;
};

static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->supplier.ptr && facts->has_amount && facts->currency[0] && facts->has_time
           && (facts->event->kind != TF_KIND_PAYMENT || facts->account.ptr);
}

static bool eligible(const struct tf_fraud_facts *facts)
{
    return !facts->returned && facts->amount_minor > 0;
}

static int64_t logarithm(const struct tf_fraud_facts *facts)
{
    return llround(tf_money_ln(facts->amount) * (double)(1 << POINT));
}

size_t tf_out1_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    if (!facts->spends || !complete(facts) || !eligible(facts))
        return 0;
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("OUT1"), 'a', facts);
    tf_key_str(&text, facts->supplier);
    tf_key_str(&text, facts->account);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    keys[0] = (struct tf_fraud_key){.hash = tf_key_end(&text), .value = logarithm(facts)};
    return 1;
}

static struct sums sums_of(const struct tf_fraud_window *window, size_t first, size_t end, int64_t own)
{
    struct sums sums = {.n = end - first};
    for (size_t i = first; i < end; i++) {
        int64_t off = tf_fraud_value_at(window, i) - own;
        sums.off += off;
        sums.squares += off * off;
    }
    return sums;
}

/* Sample variance, as n * (n - 1) times itself. A sigma below the least one is raised to it: equal amounts forgive a cent. */
static tf_int128 spread(const struct sums *sums, int64_t least_permille)
{
    tf_int128 n = (tf_int128)sums->n, least = ((tf_int128)least_permille << POINT) / 1000;
    tf_int128 spread = n * sums->squares - (tf_int128)sums->off * sums->off;
    tf_int128 floor = n * (n - 1) * least * least;
    return spread > floor ? spread : floor;
}

static void explain(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, const struct sums *sums, tf_int128 spread,
                    struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    char text[TF_HIT_AMOUNT_BYTES] TF_NOT_CLEARED;
    double n = (double)sums->n, unit = (double)(1 << POINT);
    double off = -(double)sums->off / n / unit, sigma = sqrt((double)spread / (n * (n - 1))) / unit;
    hit->amount_at_risk_minor = facts->amount_minor;
    hit->observed = tf_arena_printf(arena, "%s, %.2f times the usual amount of %zu earlier ones; ln is %.1f sigma away",
                                    tf_hit_amount(facts->amount_minor, facts->currency, text), exp(off), sums->n,
                                    sigma > 0 ? fabs(off) / sigma : INFINITY);
    hit->threshold = tf_arena_printf(arena, "%lld sigma from %lld earlier ones on", (long long)setting->params[SIGMAS],
                                     (long long)setting->params[MINIMUM]);
}

enum tf_fraud_answer tf_out1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    if (!eligible(c->facts) || c->count == 0)
        return TF_FRAUD_CLEAR;
    /* Strictly earlier ones: what comes later, or on the same day, must not change the answer of a redelivered event. */
    size_t end = tf_window_from(&c->windows[0], c->facts->time_ms);
    size_t n = end < (size_t)c->setting->params[DEPTH] ? end : (size_t)c->setting->params[DEPTH];
    if (n < (size_t)c->setting->params[MINIMUM])
        return TF_FRAUD_CLEAR;
    struct sums sums = sums_of(&c->windows[0], end - n, end, c->keys[0].value);
    tf_int128 variance = spread(&sums, c->setting->params[LEAST_SIGMA]);
    tf_int128 off = sums.off, sigmas = c->setting->params[SIGMAS];
    if (off * off * (tf_int128)(n - 1) <= sigmas * sigmas * (tf_int128)n * variance)
        return TF_FRAUD_CLEAR;
    tf_hit_relate_last(hit, c->windows[0].entries, end - n, end);
    explain(c->setting, c->facts, &sums, variance, c->arena, hit);
    return TF_FRAUD_HIT;
}
