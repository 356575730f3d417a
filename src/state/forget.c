#include "forget.h"

#include "stage_tally.h"

void tf_forget_init(struct tf_forget *forget, int64_t lateness_ms)
{
    *forget = (struct tf_forget){.watermark_ms = INT64_MIN, .lateness_ms = lateness_ms};
}

void tf_forget_finish(struct tf_forget *forget, struct tf_budget *budget)
{
    tf_budget_give(budget, forget->noted, forget->noted_cap * sizeof *forget->noted);
    forget->noted = NULL;
}

int64_t tf_forget_horizon(const struct tf_forget *forget, int64_t window_ms)
{
    int64_t horizon;
    if (forget->watermark_ms == INT64_MIN || __builtin_sub_overflow(forget->watermark_ms, window_ms, &horizon)
        || __builtin_sub_overflow(horizon, forget->lateness_ms, &horizon))
        return INT64_MIN;
    return horizon;
}

static bool is_old(const struct tf_forget *forget, const struct tf_table_key *key)
{
    return key->oldest_ms < tf_forget_horizon(forget, key->window_ms);
}

static bool grow(struct tf_forget *forget, struct tf_budget *budget)
{
    size_t cap = forget->noted_cap ? forget->noted_cap * 2 : 64;
    uint32_t *noted = tf_budget_resize(budget, forget->noted, forget->noted_cap * sizeof *noted, cap * sizeof *noted);
    if (!noted)
        return false;
    forget->noted = noted;
    forget->noted_cap = cap;
    return true;
}

void tf_forget_note(struct tf_forget *forget, struct tf_stage *stage, uint32_t id)
{
    if (!is_old(forget, tf_table_at(&stage->table, id)))
        return;
    if (forget->noted_count < forget->noted_cap || grow(forget, &stage->budget))
        forget->noted[forget->noted_count++] = id;
}

/* A key may be free or another one by now; then it has nothing old, or is swept a little early. */
static void drop_old(const struct tf_forget *forget, struct tf_stage *stage, uint32_t id)
{
    const struct tf_table_key *key = tf_table_at(&stage->table, id);
    if (!is_old(forget, key))
        return;
    while (is_old(forget, key)) {
        struct tf_fraud_entry entry = tf_table_remove_first(&stage->table, id);
        tf_stage_release(stage, tf_record_of(&entry));
    }
    tf_table_trim(&stage->table, &stage->budget, id);
}

static void sweep_groups(struct tf_forget *forget, struct tf_stage *stage, size_t groups)
{
    uint32_t ids = stage->tallies.groups.ids, shown_days = UINT32_MAX; /* of the window that begins in `first`: most groups have the same */
    int32_t first = 0;
    for (size_t i = 0; i < groups && i < ids; i++) {
        if (forget->sweep_group >= ids)
            forget->sweep_group = 0;
        uint32_t id = forget->sweep_group++, days = tf_tally_at(&stage->tallies, id)->window_days;
        if (days != shown_days) {
            first = tf_stage_tally_first(stage, days);
            shown_days = days;
        }
        tf_tally_tidy(&stage->tallies, &stage->budget, id, first);
    }
    tf_stage_partials_sweep(stage, groups);
}

void tf_forget_run(struct tf_forget *forget, struct tf_stage *stage, size_t sweep_keys)
{
    for (size_t i = 0; i < forget->noted_count; i++)
        drop_old(forget, stage, forget->noted[i]);
    forget->noted_count = 0;
    uint32_t ids = stage->table.keys.ids;
    for (size_t i = 0; i < sweep_keys && i < ids; i++) {
        if (forget->sweep >= ids)
            forget->sweep = 0;
        drop_old(forget, stage, forget->sweep++);
    }
    sweep_groups(forget, stage, sweep_keys);
}
