/*
 * What the rules must answer, by their definitions: each looks at every record of the supplier or user. No code is shared with keys, tables or
 * rules, and statistics are reckoned another way, in floating point; where a verdict hangs on less than that is good for, it is passed over.
 */
#ifndef TAXFLOW_TESTS_STATE_ORACLE_RULES_H
#define TAXFLOW_TESTS_STATE_ORACLE_RULES_H

#include <math.h>

#include "oracle_world.h"

enum { APPROVAL = 1000000, LARGE = 100000, HIGH = 500000, CLOSE = -1 /* too close to call */ };

struct expected {
    int answer;        /* enum tf_fraud_answer, or CLOSE */
    uint32_t related;  /* of a hit: events it rests on, without the limit of 20; UINT32_MAX: not looked at */
    int64_t minor;     /* of a hit: amount at risk; -1: not looked at */
};

/* Records of one supplier or user, the event's own left out. */
struct mates { const struct fact **items; size_t count; };

static struct mates mates_of(struct world *world, const struct fact *fact, bool of_user)
{
    static const struct fact *room[2][1 << 16];
    struct mates mates = {room[of_user], 0};
    int who = of_user ? fact->user : fact->supplier;
    if (who < 0)
        return mates;
    const struct bucket *bucket = of_user ? &world->by_user[who] : &world->by_supplier[who];
    world->looks++;
    for (uint32_t i = 0; i < bucket->count; i++) {
        uint32_t record = bucket->records[i];
        const struct fact *known = &world->known[record];
        bool here = known->seen && (of_user ? known->user : known->supplier) == who && record != fact->record;
        if (!here || world->met[record] == world->looks)
            continue;
        world->met[record] = world->looks;
        assert_true(mates.count < sizeof room[0] / sizeof room[0][0]);
        mates.items[mates.count++] = known;
    }
    return mates;
}

static bool in_window(const struct world *world, const struct fact *other, const struct fact *fact, int64_t days)
{
    int64_t window_ms = days * TF_MS_PER_DAY;
    bool remembered = world->watermark_ms == INT64_MIN || other->time_ms >= world->watermark_ms - window_ms - TF_MS_PER_DAY;
    return remembered && llabs(other->time_ms - fact->time_ms) <= window_ms;
}

static bool paid_like(const struct world *world, const struct fact *other, const struct fact *fact, int64_t days)
{
    return in_window(world, other, fact, days) && other->kind == fact->kind && !other->returned;
}

static struct expected answer(enum tf_fraud_answer answer)
{
    return (struct expected){(int)answer, UINT32_MAX, -1};
}

/* What a record takes out of or brings back to the company; credit notes bring back. */
static int64_t effect_of(const struct fact *fact)
{
    return fact->kind == TF_KIND_CREDIT_NOTE ? -llabs(fact->minor) : fact->minor;
}

/* Copies that nothing took back; of what goes back, more copies than went out. */
static struct expected expect_dup1(struct world *world, const struct fact *fact, struct mates mates)
{
    uint32_t copies = 0, opposites = 0;
    int64_t effect = effect_of(fact);
    if (fact->returned)
        return answer(TF_FRAUD_CLEAR);
    if (fact->supplier < 0 || fact->number < 0)
        return answer(TF_FRAUD_UNKNOWN);
    for (size_t i = 0; i < mates.count; i++) {
        const struct fact *other = mates.items[i];
        if (!in_window(world, other, fact, 730) || other->returned || other->number != fact->number)
            continue;
        bool akin = (other->kind == TF_KIND_PAYMENT) == (fact->kind == TF_KIND_PAYMENT);
        copies += other->kind == fact->kind && other->minor == fact->minor;
        opposites += akin && effect != 0 && effect_of(other) == -effect;
    }
    bool hit = effect < 0 ? copies > 0 && copies >= opposites : copies > opposites;
    return hit ? (struct expected){TF_FRAUD_HIT, copies, -1} : answer(TF_FRAUD_CLEAR);
}

static struct expected expect_dup4(struct world *world, const struct fact *fact, struct mates mates)
{
    uint32_t related = 0;
    if (fact->kind == TF_KIND_CREDIT_NOTE)
        return answer(TF_FRAUD_NOT_APPLICABLE);
    if (fact->returned || fact->minor < LARGE)
        return answer(TF_FRAUD_CLEAR);
    if (fact->supplier < 0 || fact->number < 0)
        return answer(TF_FRAUD_UNKNOWN);
    for (size_t i = 0; i < mates.count; i++) {
        const struct fact *other = mates.items[i];
        related += paid_like(world, other, fact, 30) && other->number >= 0 && other->number != fact->number && other->minor == fact->minor
                   && other->time_ms / TF_MS_PER_DAY == fact->time_ms / TF_MS_PER_DAY;
    }
    return related > 0 ? (struct expected){TF_FRAUD_HIT, related, -1} : answer(TF_FRAUD_CLEAR);
}

/* The largest sum of a span of three days that begins at start_ms and holds the event. */
static int64_t span_sum(const struct fact *fact, const struct fact **near, size_t count, int64_t start_ms)
{
    int64_t sum = fact->minor, others = 0, end_ms = start_ms + 3 * (int64_t)TF_MS_PER_DAY;
    if (start_ms > fact->time_ms || end_ms < fact->time_ms)
        return 0;
    for (size_t i = 0; i < count; i++) {
        if (near[i]->time_ms < start_ms || near[i]->time_ms > end_ms)
            continue;
        sum += near[i]->minor;
        others++;
    }
    return others > 0 && sum > APPROVAL ? sum : 0;
}

/* Who has more than ten records in the days is busy. */
static int64_t best_sum(const struct world *world, const struct fact *fact, struct mates mates)
{
    enum { MOST = 10 };
    static const struct fact *near[1 << 16];
    size_t count = 0;
    for (size_t i = 0; i < mates.count; i++)
        if (paid_like(world, mates.items[i], fact, 3) && mates.items[i]->minor > 0 && mates.items[i]->minor <= APPROVAL)
            near[count++] = mates.items[i];
    if (count >= MOST)
        return 0;
    int64_t best = span_sum(fact, near, count, fact->time_ms);
    for (size_t i = 0; i < count; i++) {
        int64_t sum = span_sum(fact, near, count, near[i]->time_ms);
        best = sum > best ? sum : best;
    }
    return best;
}

static struct expected expect_spl1(struct world *world, const struct fact *fact, struct mates suppliers, struct mates users)
{
    if (fact->kind == TF_KIND_CREDIT_NOTE)
        return answer(TF_FRAUD_NOT_APPLICABLE);
    if (fact->returned || fact->minor <= 0 || fact->minor > APPROVAL)
        return answer(TF_FRAUD_CLEAR);
    int64_t of_supplier = fact->supplier < 0 ? 0 : best_sum(world, fact, suppliers), of_user = fact->user < 0 ? 0 : best_sum(world, fact, users);
    int64_t sum = of_supplier > of_user ? of_supplier : of_user;
    if (sum > 0)
        return (struct expected){TF_FRAUD_HIT, UINT32_MAX, sum};
    return answer(fact->supplier < 0 || fact->user < 0 ? TF_FRAUD_UNKNOWN : TF_FRAUD_CLEAR);
}

/* More than ten records of the day, and than mean and three sigma of an average over the 90 days before, the newest weighing a tenth. */
static struct expected busy_day(const struct world *world, const struct fact *fact, struct mates mates)
{
    enum { BEFORE = 90 };
    uint32_t counts[BEFORE + 1] = {0};
    int64_t end_ms = fact->time_ms - fact->time_ms % TF_MS_PER_DAY + TF_MS_PER_DAY - 1;
    for (size_t i = 0; i < mates.count; i++) {
        const struct fact *other = mates.items[i];
        if (in_window(world, other, fact, BEFORE) && other->kind == fact->kind && other->time_ms <= end_ms
            && (end_ms - other->time_ms) / TF_MS_PER_DAY <= BEFORE)
            counts[(end_ms - other->time_ms) / TF_MS_PER_DAY]++;
    }
    if (counts[0] + 1 <= 10)
        return answer(TF_FRAUD_CLEAR);
    long double mean = 0, variance = 0;
    bool begun = false;
    for (int day = BEFORE; day >= 1; day--) {
        if (!begun) {
            begun = counts[day] > 0;
            mean = counts[day];
            continue;
        }
        long double off = counts[day] - mean;
        mean += off / 10;
        variance = (variance + off * off / 10) * 9 / 10;
    }
    long double over = (long double)(counts[0] + 1) - mean - 3 * sqrtl(variance);
    if (fabsl(over) < 1e-3L)
        return (struct expected){CLOSE, UINT32_MAX, -1};
    return over > 0 ? (struct expected){TF_FRAUD_HIT, counts[0], -1} : answer(TF_FRAUD_CLEAR);
}

static struct expected expect_vel1(struct world *world, const struct fact *fact, struct mates suppliers, struct mates users)
{
    if (fact->kind == TF_KIND_CREDIT_NOTE)
        return answer(TF_FRAUD_NOT_APPLICABLE);
    struct expected of_supplier = fact->supplier < 0 ? answer(TF_FRAUD_CLEAR) : busy_day(world, fact, suppliers);
    if (of_supplier.answer != TF_FRAUD_CLEAR)
        return of_supplier;
    struct expected of_user = fact->user < 0 ? answer(TF_FRAUD_CLEAR) : busy_day(world, fact, users);
    if (of_user.answer != TF_FRAUD_CLEAR)
        return of_user;
    return answer(fact->supplier < 0 || fact->user < 0 ? TF_FRAUD_UNKNOWN : TF_FRAUD_CLEAR);
}

/* Earlier amounts of the supplier within a year; false where the rule has nothing to compare. */
static bool earlier_amounts(const struct world *world, const struct fact *fact, struct mates mates, struct mates *ret_earlier)
{
    static const struct fact *room[1 << 16];
    *ret_earlier = (struct mates){room, 0};
    for (size_t i = 0; i < mates.count; i++)
        if (paid_like(world, mates.items[i], fact, 365) && mates.items[i]->minor > 0 && mates.items[i]->time_ms < fact->time_ms)
            ret_earlier->items[ret_earlier->count++] = mates.items[i];
    return !fact->returned && fact->minor > 0;
}

/* Of more than the rule looks back at, which ones it takes hangs on arrival: passed over. */
static struct expected expect_out1(struct world *world, const struct fact *fact, struct mates mates)
{
    struct mates earlier;
    long double sum = 0, squares = 0, own;
    if (fact->kind == TF_KIND_CREDIT_NOTE)
        return answer(TF_FRAUD_NOT_APPLICABLE);
    if (fact->supplier < 0)
        return answer(TF_FRAUD_UNKNOWN);
    if (!earlier_amounts(world, fact, mates, &earlier) || earlier.count < 20)
        return answer(TF_FRAUD_CLEAR);
    if (earlier.count > 500)
        return (struct expected){CLOSE, UINT32_MAX, -1};
    own = logl((long double)fact->minor);
    for (size_t i = 0; i < earlier.count; i++) {
        long double off = logl((long double)earlier.items[i]->minor) - own;
        sum += off;
        squares += off * off;
    }
    long double n = (long double)earlier.count, sigma = sqrtl((squares - sum * sum / n) / (n - 1));
    long double over = fabsl(sum / n) - 3 * (sigma > 0.01L ? sigma : 0.01L);
    if (fabsl(over) < 1e-4L)
        return (struct expected){CLOSE, UINT32_MAX, -1};
    return over > 0 ? (struct expected){TF_FRAUD_HIT, (uint32_t)earlier.count, fact->minor} : answer(TF_FRAUD_CLEAR);
}

static struct expected expect_out2(struct world *world, const struct fact *fact, struct mates mates)
{
    struct mates earlier;
    int64_t most = 0;
    if (fact->kind == TF_KIND_CREDIT_NOTE)
        return answer(TF_FRAUD_NOT_APPLICABLE);
    if (fact->supplier < 0)
        return answer(TF_FRAUD_UNKNOWN);
    if (!earlier_amounts(world, fact, mates, &earlier) || earlier.count < 5)
        return answer(TF_FRAUD_CLEAR);
    if (earlier.count > 500)
        return (struct expected){CLOSE, UINT32_MAX, -1};
    for (size_t i = 0; i < earlier.count; i++)
        most = earlier.items[i]->minor > most ? earlier.items[i]->minor : most;
    return fact->minor >= 10 * most ? (struct expected){TF_FRAUD_HIT, 1, fact->minor} : answer(TF_FRAUD_CLEAR);
}

/* Half a year without any record of the supplier, whatever kind, then a high amount. */
static struct expected expect_sup2(struct world *world, const struct fact *fact, struct mates mates)
{
    int64_t last_ms = INT64_MIN;
    if (fact->kind == TF_KIND_CREDIT_NOTE)
        return answer(TF_FRAUD_NOT_APPLICABLE);
    if (fact->returned || fact->minor < HIGH)
        return answer(TF_FRAUD_CLEAR);
    if (fact->supplier < 0)
        return answer(TF_FRAUD_UNKNOWN);
    for (size_t i = 0; i < mates.count; i++)
        if (in_window(world, mates.items[i], fact, 730) && mates.items[i]->time_ms < fact->time_ms && mates.items[i]->time_ms > last_ms)
            last_ms = mates.items[i]->time_ms;
    bool silent = last_ms != INT64_MIN && fact->time_ms - last_ms >= 180 * (int64_t)TF_MS_PER_DAY;
    return silent ? (struct expected){TF_FRAUD_HIT, 1, fact->minor} : answer(TF_FRAUD_CLEAR);
}

#endif
