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
        if (month >= tf_stage_tally_first(stage, tally->window_days))
            tf_tally_change(&stage->tallies, tally->group, (unsigned)month, (unsigned)tally->cell_adds >> TF_RECORD_ADDS_BITS,
                            sign * (tally->cell_adds & TF_FRAUD_ADDS_MAX));
    }
}

static bool add_one(struct tf_stage *stage, unsigned month, const struct tf_stage_tally *tally, struct tf_record_tally *ret_tally)
{
    uint32_t id = tf_tally_obtain(&stage->tallies, &stage->budget, tally->group, tally->window_days, tally->guess_plus_1 - 1);
    if (id == TF_TALLY_NONE)
        return false;
    *ret_tally = (struct tf_record_tally){id, (uint16_t)(tally->cell << TF_RECORD_ADDS_BITS | tally->adds), tally->window_days};
    return tf_tally_add(&stage->tallies, &stage->budget, id, month, tally->cell, tally->adds);
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
        if (add_one(stage, (unsigned)month, &tallies[i], &record->tallies[i]))
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
