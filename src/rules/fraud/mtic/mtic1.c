/*
 * MTIC1, mushroom trader: a supplier that is young, sells a lot at once, or far more than before, and deals in what missing traders deal in. Young
 * is who was registered not long ago by master data; where that says nothing, whose first invoice in the currency was seen not long ago. The
 * conditions are asked in the order of their cost.
 */
#include <string.h>

#include "commodity.h"
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"
#include "window.h"

enum { YOUNG_DAYS, TURNOVER_DAYS, GROWTH_TIMES, GROWTH_PERCENT };
/* Places of an invoice's keys. */
enum { TURNOVER, REGISTERED };

/* Thousands of such amounts still add up in 64 bits; beyond it nothing is sold. */
static const int64_t AMOUNT_MINOR_MAX = 1000000000000000;

static bool complete(const struct tf_fraud_facts *facts)
{
    bool sane = facts->has_amount && facts->amount_minor <= AMOUNT_MINOR_MAX && facts->amount_minor >= -AMOUNT_MINOR_MAX;
    return facts->supplier.ptr && sane && facts->currency[0] && facts->has_time;
}

static size_t party_keys(const struct tf_fraud_facts *facts, struct tf_fraud_key *keys)
{
    const struct tf_party *party = facts->event->as.party_record;
    struct tf_key text TF_NOT_CLEARED;
    if (!party || !facts->supplier.ptr || !facts->has_time || !tf_date_known(party->registered_on))
        return 0;
    tf_key_begin_any(&text, TF_STR("MTIC1"), 'r', facts);
    tf_key_str(&text, facts->supplier);
    keys[0] = (struct tf_fraud_key){.hash = tf_key_end(&text), .value = party->registered_on.days, .use = TF_FRAUD_ADDS};
    return 1;
}

size_t tf_mtic1_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                     struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    struct tf_key text TF_NOT_CLEARED;
    if (facts->event->kind == TF_KIND_PARTY)
        return party_keys(facts, keys);
    if (!facts->spends || !complete(facts))
        return 0;
    bool credit = facts->event->kind == TF_KIND_CREDIT_NOTE;
    tf_key_begin_any(&text, TF_STR("MTIC1"), 't', facts);
    tf_key_str(&text, facts->supplier);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    keys[TURNOVER] = (struct tf_fraud_key){.hash = tf_key_end(&text), .value = credit ? -facts->amount_minor : facts->amount_minor,
                                           .use = credit ? TF_FRAUD_ADDS : TF_FRAUD_LOOKS_AND_ADDS};
    if (credit)
        return 1;
    tf_key_begin_any(&text, TF_STR("MTIC1"), 'r', facts);
    tf_key_str(&text, facts->supplier);
    keys[REGISTERED] = (struct tf_fraud_key){.hash = tf_key_end(&text), .use = TF_FRAUD_LOOKS};
    return 2;
}

/* Turnover of the days up to the event, its own in it, and of as many days before those. */
struct turnover {
    int64_t minor, before_minor;
    size_t first, end; /* entries of the days up to the event */
};

static struct turnover turnover_of(const struct tf_fraud_case *c)
{
    const struct tf_fraud_window *window = &c->windows[TURNOVER];
    int64_t span_ms = c->setting->params[TURNOVER_DAYS] * TF_MS_PER_DAY, time_ms = c->facts->time_ms;
    size_t end = tf_window_from(window, time_ms + 1), first = tf_window_near(window, end, time_ms - span_ms + 1);
    size_t before = tf_window_near(window, first, time_ms - 2 * span_ms + 1);
    return (struct turnover){.minor = c->facts->amount_minor + tf_window_sum(window, first, end),
                             .before_minor = tf_window_sum(window, before, first), .first = first, .end = end};
}

static bool is_large(const struct tf_fraud_case *c, const struct turnover *turnover)
{
    return turnover->minor >= tf_fraud_facts_threshold(c->facts, c->setting);
}

static bool has_grown(const struct tf_fraud_case *c, const struct turnover *turnover)
{
    tf_int128 least = (tf_int128)tf_fraud_facts_threshold(c->facts, c->setting) * c->setting->params[GROWTH_PERCENT];
    return turnover->before_minor > 0 && (tf_int128)turnover->minor * 100 >= least
           && turnover->minor >= (tf_int128)turnover->before_minor * c->setting->params[GROWTH_TIMES];
}

/* Days since the supplier was registered, as the last record of it up to the event says; else since its first invoice. */
static int64_t age_days(const struct tf_fraud_case *c, bool *ret_registered)
{
    const struct tf_fraud_window *told = &c->windows[REGISTERED], *seen = &c->windows[TURNOVER];
    int64_t time_ms = c->facts->time_ms, day = time_ms / TF_MS_PER_DAY;
    size_t end = tf_window_from(told, time_ms + TF_MS_PER_DAY);
    *ret_registered = end > 0;
    if (*ret_registered)
        return day - tf_fraud_value_at(told, end - 1);
    bool earlier = seen->count > 0 && seen->entries[0].time_ms < time_ms;
    return earlier ? (time_ms - seen->entries[0].time_ms) / TF_MS_PER_DAY : 0;
}

static void explain(const struct tf_fraud_case *c, const struct turnover *turnover, int64_t age, bool registered, const char *commodity,
                    struct tf_fraud_hit *hit)
{
    char now[TF_HIT_AMOUNT_BYTES], before[TF_HIT_AMOUNT_BYTES], limit[TF_HIT_AMOUNT_BYTES];
    hit->amount_at_risk_minor = turnover->minor;
    tf_hit_relate_last(hit, c->windows[TURNOVER].entries, turnover->first, turnover->end);
    hit->observed = tf_arena_printf(c->arena, "%s in %lld days, %s in those before, of a supplier %s %lld days ago; it sells %s",
                                    tf_hit_amount(turnover->minor, c->facts->currency, now), (long long)c->setting->params[TURNOVER_DAYS],
                                    tf_hit_amount(turnover->before_minor, c->facts->currency, before), registered ? "registered" : "first seen",
                                    (long long)age, commodity);
    hit->threshold = tf_arena_printf(c->arena, "%s or %lld times the turnover before, %lld days old at most, a commodity at risk",
                                     tf_hit_amount(tf_fraud_facts_threshold(c->facts, c->setting), c->facts->currency, limit),
                                     (long long)c->setting->params[GROWTH_TIMES], (long long)c->setting->params[YOUNG_DAYS]);
}

enum tf_fraud_answer tf_mtic1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (c->facts->event->kind != TF_KIND_INVOICE || !c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->count <= REGISTERED)
        return TF_FRAUD_UNKNOWN;
    const struct turnover turnover = turnover_of(c);
    if (!is_large(c, &turnover) && !has_grown(c, &turnover))
        return TF_FRAUD_CLEAR;
    bool registered, described;
    int64_t age = age_days(c, &registered);
    if (age > c->setting->params[YOUNG_DAYS])
        return TF_FRAUD_CLEAR;
    const char *commodity = tf_commodity_at_risk(c->facts->event->as.invoice, &c->setting->words, &described);
    if (!commodity)
        return described ? TF_FRAUD_CLEAR : TF_FRAUD_UNKNOWN;
    explain(c, &turnover, age, registered, commodity, hit);
    return TF_FRAUD_HIT;
}

const char *tf_mtic1_check_word(struct tf_str word)
{
    const char *colon = word.len > 0 ? memchr(word.ptr, ':', word.len) : NULL;
    bool whole = !colon || (colon > word.ptr && colon < word.ptr + word.len - 1);
    return whole ? NULL : "words of an item's name, or a list and a beginning of its codes: TST:431915";
}
