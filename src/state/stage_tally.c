#include "stage_tally.h"

#include "taxflow/clock.h"

int32_t tf_stage_tally_first(const struct tf_stage *stage, uint32_t window_days)
{
    int64_t first_ms;
    if (stage->horizon_ms == INT64_MIN
        || __builtin_sub_overflow(stage->horizon_ms, (int64_t)window_days * TF_MS_PER_DAY, &first_ms))
        return INT32_MIN;
    return tf_fraud_month_of(first_ms);
}

/* What is forgotten may be gone, and its group another one by now. A group keeps what any record's window shows. */
static void change(struct tf_stage *stage, const struct tf_record *record, size_t count, int64_t sign)
{
    int32_t month = tf_fraud_month_of(record->time_ms);
    for (size_t i = 0; i < count; i++) {
        const struct tf_record_tally *tally = &record->tallies[i];
        const unsigned cell = (unsigned)tally->cell_adds >> TF_RECORD_ADDS_BITS;
        const int64_t more = sign * (tally->cell_adds & TF_FRAUD_ADDS_MAX);
        if (month < tf_stage_tally_first(stage, tally->window_days))
            continue;
        tf_tally_change(&stage->tallies, tally->group, (unsigned)month, cell, more);
        if (stage->partials.on && tally->shared)
            tf_partials_change(&stage->partials, tf_tally_at(&stage->tallies, tally->group)->hash, record->partition, (unsigned)month, cell, more);
    }
}

static bool add_one(struct tf_stage *stage, const struct tf_record *record, unsigned month, const struct tf_stage_tally *tally,
                    struct tf_record_tally *ret_tally)
{
    uint32_t id = tf_tally_obtain(&stage->tallies, &stage->budget, tally->group, tally->window_days, tally->guess_plus_1 - 1);
    if (id == TF_TALLY_NONE)
        return false;
    *ret_tally = (struct tf_record_tally){id, (uint16_t)(tally->cell << TF_RECORD_ADDS_BITS | tally->adds), tally->window_days & 0x7fffu, tally->shared};
    if (!tf_tally_add(&stage->tallies, &stage->budget, id, month, tally->cell, tally->adds))
        return false;
    if (!stage->partials.on || !tally->shared
        || tf_partials_add(&stage->partials, &stage->budget, tally->group, record->partition, ret_tally->window_days,
                           (struct tf_fraud_count){tf_fraud_count_of(month, tally->cell).bits + tally->adds}))
        return true;
    tf_tally_change(&stage->tallies, id, month, tally->cell, -(int64_t)tally->adds);
    return false;
}

bool tf_stage_tally_add(struct tf_stage *stage, struct tf_record *record, const struct tf_stage_tally *tallies, size_t count)
{
    int32_t month = tf_fraud_month_of(record->time_ms);
    if (count == 0)
        return true;
    record->tallies = tf_budget_take(&stage->budget, count * sizeof *record->tallies);
    if (!record->tallies)
        return false;
    record->tallies_count = (uint16_t)count;
    for (size_t i = 0; i < count; i++) {
        /* Forgotten before it was ever seen: counted and taken out by the next tidying, which nobody waits for. */
        if (add_one(stage, record, (unsigned)month, &tallies[i], &record->tallies[i]))
            continue;
        change(stage, record, i, -1);
        tf_budget_give(&stage->budget, record->tallies, count * sizeof *record->tallies);
        record->tallies = NULL;
        record->tallies_count = 0;
        return false;
    }
    return true;
}

void tf_stage_tally_take_out(struct tf_stage *stage, const struct tf_record *record)
{
    change(stage, record, record->tallies_count, -1);
}

void tf_stage_tally_put_back(struct tf_stage *stage, const struct tf_record *record)
{
    change(stage, record, record->tallies_count, 1);
}

/* Of ours the others have to be told: it is put back, empty, to be written once more. */
static void tidy_partial(struct tf_stage *stage, uint32_t id)
{
    struct tf_partials *partials = &stage->partials;
    const struct tf_partial partial = partials->items[id];
    const uint32_t window_days = tf_tally_at(&partials->table, id)->window_days;
    if (partial.listed || !tf_tally_at(&partials->table, id)->counts)
        return;
    const bool held = tf_partials_holds(partials, id);
    tf_tally_tidy(&partials->table, &stage->budget, id, tf_stage_tally_first(stage, window_days));
    if (!held || !partial.ours || tf_tally_at(&partials->table, id)->counts)
        return;
    id = tf_partials_obtain(partials, &stage->budget, partial.group, partial.partition, window_days, true);
    if (id != TF_TALLY_NONE)
        tf_partials_mark(partials, id);
}

void tf_stage_partials_sweep(struct tf_stage *stage, size_t count)
{
    struct tf_partials *partials = &stage->partials;
    for (size_t i = 0; i < count && i < partials->table.groups.ids; i++) {
        if (partials->sweep >= partials->table.groups.ids)
            partials->sweep = 0;
        tidy_partial(stage, partials->sweep++);
    }
}
