#include "tally.h"

#include <string.h>

enum { TRIM_FROM = 16 };

void tf_tally_init(struct tf_tally_table *table) { tf_places_init(&table->groups); }

void tf_tally_finish(struct tf_tally_table *table, struct tf_budget *budget)
{
    for (uint32_t id = 0; id < table->groups.ids; id++) {
        struct tf_tally_group *group = tf_tally_at(table, id);
        tf_budget_give(budget, group->counts, group->cap * sizeof *group->counts);
    }
    tf_places_finish(&table->groups, TF_TALLY_GROUPS, budget);
}

void tf_tally_prefetch_counts(const struct tf_tally_table *table, uint32_t guess)
{
    if (guess >= table->groups.ids || !tf_tally_at(table, guess)->counts)
        return;
    const struct tf_tally_group *group = tf_tally_at(table, guess);
    const struct tf_fraud_count *end = group->counts + group->count;
    tf_ahead_fetch(end);
    tf_ahead_fetch(group->count > 8 ? end - 8 : group->counts); /* the line before */
}

static uint32_t create(struct tf_tally_table *table, struct tf_budget *budget, struct tf_hash16 hash, uint32_t window_days)
{
    struct tf_fraud_count *counts = tf_budget_take(budget, sizeof *counts);
    uint32_t id = counts ? tf_places_make(&table->groups, TF_TALLY_GROUPS, budget, hash) : TF_TALLY_NONE;
    if (id == TF_TALLY_NONE) {
        tf_budget_give(budget, counts, sizeof *counts);
        return TF_TALLY_NONE;
    }
    *tf_tally_at(table, id) = (struct tf_tally_group){.hash = hash, .counts = counts, .cap = 1, .window_days = window_days};
    return id;
}

uint32_t tf_tally_obtain(struct tf_tally_table *table, struct tf_budget *budget, struct tf_hash16 hash, uint32_t window_days, uint32_t guess)
{
    uint32_t id = tf_tally_is(table, guess, hash) ? guess : tf_tally_find(table, hash);
    if (id == TF_TALLY_NONE)
        return create(table, budget, hash, window_days);
    struct tf_tally_group *group = tf_tally_at(table, id);
    group->window_days = window_days > group->window_days ? window_days : group->window_days;
    return id;
}

static void drop(struct tf_tally_table *table, struct tf_budget *budget, uint32_t id)
{
    struct tf_tally_group *group = tf_tally_at(table, id);
    tf_budget_give(budget, group->counts, group->cap * sizeof *group->counts);
    tf_places_drop(&table->groups, TF_TALLY_GROUPS, id);
}

/* Counters of a group. */

/* The first counter that is not below `from`. What is asked for is mostly of the last months: steps that double from the end. */
static uint32_t position_of(const struct tf_tally_group *group, struct tf_fraud_count from)
{
    uint32_t low = group->count, high = group->count, step = 1;
    while (low > 0 && group->counts[low - 1].bits >= from.bits) {
        high = low - 1;
        low = high > step ? high - step : 0;
        step *= 2;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (group->counts[middle].bits < from.bits)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_of(struct tf_fraud_count count, struct tf_fraud_count zero)
{
    return count.bits >> TF_FRAUD_COUNT_BITS == zero.bits >> TF_FRAUD_COUNT_BITS;
}

struct tf_fraud_tally_view tf_tally_view(const struct tf_tally_table *table, uint32_t id, int32_t first, int32_t last)
{
    if (id == TF_TALLY_NONE || first > last || last < 0)
        return (struct tf_fraud_tally_view){NULL, 0};
    const struct tf_tally_group *group = tf_tally_at(table, id);
    const struct tf_fraud_count past = {(uint64_t)(last + 1) << (TF_FRAUD_CELL_BITS + TF_FRAUD_COUNT_BITS)};
    uint32_t begin = position_of(group, tf_fraud_count_of(first > 0 ? (unsigned)first : 0, 0));
    uint32_t end = last < TF_FRAUD_MONTH_MAX ? position_of(group, past) : group->count;
    return (struct tf_fraud_tally_view){group->counts + begin, end - begin};
}

/* Small lists grow by little, as most stay small; large ones by half. */
static bool reserve(struct tf_tally_group *group, struct tf_budget *budget)
{
    if (group->count < group->cap)
        return true;
    uint32_t cap = group->cap < 4 ? group->cap + 2 : group->cap + group->cap / 2;
    struct tf_fraud_count *counts =
        tf_budget_resize(budget, group->counts, group->cap * sizeof *counts, cap * sizeof *counts);
    if (!counts)
        return false;
    group->counts = counts;
    group->cap = cap;
    return true;
}

bool tf_tally_add(struct tf_tally_table *table, struct tf_budget *budget, uint32_t id, unsigned month, unsigned cell, int64_t more)
{
    struct tf_tally_group *group = tf_tally_at(table, id);
    const struct tf_fraud_count zero = tf_fraud_count_of(month, cell);
    uint32_t position = position_of(group, zero);
    if (position < group->count && is_of(group->counts[position], zero)) {
        group->counts[position].bits += (uint64_t)more;
        return true;
    }
    if (!reserve(group, budget))
        return false;
    struct tf_fraud_count *at = &group->counts[position];
    memmove(at + 1, at, (group->count - position) * sizeof *at);
    *at = (struct tf_fraud_count){zero.bits + (uint64_t)more};
    group->count++;
    return true;
}

void tf_tally_change(struct tf_tally_table *table, uint32_t id, unsigned month, unsigned cell, int64_t more)
{
    struct tf_tally_group *group = tf_tally_at(table, id);
    struct tf_fraud_count *at = &group->counts[position_of(group, tf_fraud_count_of(month, cell))];
    at->bits += (uint64_t)more;
    group->emptied |= tf_fraud_count_value(*at) == 0;
}

void tf_tally_tidy(struct tf_tally_table *table, struct tf_budget *budget, uint32_t id, int32_t first)
{
    struct tf_tally_group *group = tf_tally_at(table, id);
    uint32_t kept = 0;
    bool old = group->counts && group->count > 0 && (int32_t)tf_fraud_count_month(group->counts[0]) < first;
    if (!group->counts || (!old && !group->emptied && group->count > 0))
        return;
    group->emptied = false;
    for (uint32_t i = 0; i < group->count; i++)
        if ((int32_t)tf_fraud_count_month(group->counts[i]) >= first && tf_fraud_count_value(group->counts[i]) > 0)
            group->counts[kept++] = group->counts[i];
    group->count = kept;
    if (kept == 0) {
        drop(table, budget, id);
        return;
    }
    if (group->cap < TRIM_FROM || kept > group->cap / 4)
        return;
    struct tf_fraud_count *counts =
        tf_budget_resize(budget, group->counts, group->cap * sizeof *counts, (size_t)kept * 2 * sizeof *counts);
    if (!counts)
        return;
    group->counts = counts;
    group->cap = kept * 2;
}
