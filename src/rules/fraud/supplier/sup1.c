/*
 * SUP1, new and high: the supplier was first seen a month ago at most, and the amount is large, or among the largest twentieth of the
 * company's. Days on which a supplier had records are cells of a group of its own, so the first of them is known to the day; the company's
 * amounts are a histogram of sixteenths of powers of two, by integers alone.
 */
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"

enum { NEW_DAYS, HISTORY_MONTHS, BOOK, PERCENT };
enum { SUPPLIER, COMPANY };
enum { STEP_BITS = 4 }; /* sixteenths */

static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->supplier.ptr && facts->has_amount && facts->currency[0] && facts->has_time;
}

static int32_t day_of(int64_t time_ms)
{
    return (int32_t)(time_ms / TF_MS_PER_DAY);
}

/* First day of a month that is counted. */
static int32_t first_day(int32_t month)
{
    return tf_clock_days_from_civil(1970 + month / 12, (unsigned)(month % 12) + 1, 1);
}

/* Which sixteenth of which power of two: cells rise with amounts. */
static uint16_t step_of(int64_t minor)
{
    uint64_t value = minor > 0 ? (uint64_t)minor : 1;
    unsigned power = 63 - (unsigned)__builtin_clzll(value);
    uint64_t fraction = power >= STEP_BITS ? value >> (power - STEP_BITS) : value << (STEP_BITS - power);
    return (uint16_t)(power << STEP_BITS | (fraction & ((1u << STEP_BITS) - 1)));
}

static struct tf_hash16 hash_of_supplier(const struct tf_fraud_facts *facts)
{
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin_any(&text, TF_STR("SUP1"), 's', facts);
    tf_key_str(&text, facts->supplier);
    return tf_key_end(&text);
}

static struct tf_hash16 hash_of_company(const struct tf_fraud_facts *facts)
{
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("SUP1"), 'c', facts);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    return tf_key_end(&text);
}

size_t tf_sup1_tallies(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                       struct tf_fraud_tally *tallies)
{
    (void)rule;
    (void)setting;
    if (!facts->spends || !complete(facts) || facts->returned || facts->amount_minor <= 0)
        return 0;
    int32_t day = day_of(facts->time_ms) - first_day(tf_fraud_month_of(facts->time_ms));
    tallies[SUPPLIER] = (struct tf_fraud_tally){.group = hash_of_supplier(facts), .cell = (uint16_t)day};
    tallies[COMPANY] = (struct tf_fraud_tally){.group = hash_of_company(facts), .cell = step_of(facts->amount_minor), .shared = true};
    return 2;
}

/* Days since the supplier's first record in the window; 0 when there is none before. */
static int32_t days_known(const struct tf_fraud_case *c)
{
    const struct tf_fraud_tally_view *view = &c->counts[SUPPLIER];
    for (size_t i = 0; i < view->count; i++) {
        if (tf_fraud_count_value(view->counts[i]) == 0)
            continue;
        int32_t first = first_day((int32_t)tf_fraud_count_month(view->counts[i])) + (int32_t)tf_fraud_count_cell(view->counts[i]);
        int32_t days = day_of(c->facts->time_ms) - first;
        return days > 0 ? days : 0;
    }
    return 0;
}

/* To a company whose records begin now every supplier is new; after a year one with a bill a year is not. */
static bool young(const struct tf_fraud_case *c)
{
    return !tf_fraud_tally_reaches(&c->counts[COMPANY], c->facts->time_ms, c->setting->window_ms, c->setting->params[HISTORY_MONTHS]);
}

struct rank { int64_t below, n; };

static bool among_highest(const struct tf_fraud_case *c, struct rank *ret_rank)
{
    const struct tf_fraud_tally_view *view = &c->counts[COMPANY];
    *ret_rank = (struct rank){tf_fraud_tally_sum(view, 0, c->tallies[COMPANY].cell), tf_fraud_tally_sum(view, 0, TF_FRAUD_CELLS_MAX)};
    return ret_rank->n >= c->setting->params[BOOK] && ret_rank->below * 100 >= ret_rank->n * c->setting->params[PERCENT];
}

static void explain(const struct tf_fraud_case *c, int32_t days, bool large, const struct rank *rank, struct tf_fraud_hit *hit)
{
    char amount[TF_HIT_AMOUNT_BYTES], limit[TF_HIT_AMOUNT_BYTES];
    tf_hit_amount(c->facts->amount_minor, c->facts->currency, amount);
    hit->amount_at_risk_minor = c->facts->amount_minor;
    if (large)
        hit->observed = tf_arena_printf(c->arena, "%s; the supplier was first seen %d days before", amount, days);
    else
        hit->observed = tf_arena_printf(c->arena, "%s, above %.1f %% of %lld amounts of the company; the supplier was first seen %d days before",
                                        amount, 100.0 * (double)rank->below / (double)rank->n, (long long)rank->n, days);
    hit->threshold = tf_arena_printf(c->arena, "first seen at most %lld days before, and from %s or the company's %lld %% on",
                                     (long long)c->setting->params[NEW_DAYS],
                                     tf_hit_amount(tf_fraud_facts_threshold(c->facts, c->setting), c->facts->currency, limit),
                                     (long long)c->setting->params[PERCENT]);
}

enum tf_fraud_answer tf_sup1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    if (c->tallies_count == 0 || young(c))
        return TF_FRAUD_CLEAR;
    int32_t days = days_known(c);
    struct rank rank = {0, 0};
    if (days > c->setting->params[NEW_DAYS])
        return TF_FRAUD_CLEAR;
    bool large = c->facts->amount_minor >= tf_fraud_facts_threshold(c->facts, c->setting);
    if (!large && !among_highest(c, &rank))
        return TF_FRAUD_CLEAR;
    explain(c, days, large, &rank, hit);
    return TF_FRAUD_HIT;
}
