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

/* Keys that are looked at one after the other: those noted, or as many as a sweep takes from where the last one ended. */
struct round {
    const uint32_t *noted; /* NULL: a sweep, which begins at key `first` of `ids` */
    uint32_t first, ids;
    size_t count;
};

static uint32_t id_at(const struct round *round, size_t i)
{
    return round->noted ? round->noted[i] : (uint32_t)((round->first + i) % round->ids);
}

/* Key i of the round, if it has something old; else NULL. */
static const struct tf_table_key *old_at(const struct tf_forget *forget, const struct tf_stage *stage, const struct round *round, size_t i)
{
    const struct tf_table_key *key = i < round->count ? tf_table_at(&stage->table, id_at(round, i)) : NULL;
    return key && is_old(forget, key) ? key : NULL;
}

static struct tf_record *oldest_of(const struct tf_table_key *key)
{
    return tf_record_of(&key->entries[key->start]);
}

/*
 * What goes lies scattered, and was touched last when it came: a key, its oldest entry, that one's record and what the record leads to are asked
 * for ahead, each when the one before has come.
 */
static void fetch(const struct tf_forget *forget, const struct tf_stage *stage, const struct round *round, size_t i)
{
    enum { KEY = 32, ENTRY = 24, RECORD = 16, PLACE = 8 }; /* keys ahead */
    const struct tf_table_key *far = old_at(forget, stage, round, i + ENTRY), *near = old_at(forget, stage, round, i + RECORD),
                              *next = old_at(forget, stage, round, i + PLACE);
    if (i + KEY < round->count)
        tf_ahead_fetch(tf_table_at(&stage->table, id_at(round, i + KEY)));
    if (far) {
        tf_ahead_fetch(&far->entries[far->start]);
        tf_places_prefetch(&stage->table.keys, far->hash);
    }
    if (near)
        tf_ahead_fetch(oldest_of(near));
    if (next && oldest_of(next)->live == 1)
        tf_record_index_prefetch(&stage->records, oldest_of(next)->identity);
}

static void drop_round(const struct tf_forget *forget, struct tf_stage *stage, const struct round *round)
{
    for (size_t i = 0; i < round->count; i++) {
        fetch(forget, stage, round, i);
        drop_old(forget, stage, id_at(round, i));
    }
}

static void sweep_groups(struct tf_forget *forget, struct tf_stage *stage, size_t groups)
{
    enum { COUNTS = 16 }; /* groups ahead */
    uint32_t ids = stage->tallies.groups.ids, shown_days = UINT32_MAX; /* of the window that begins in `first`: most groups have the same */
    int32_t first = 0;
    for (size_t i = 0; i < groups && i < ids; i++) {
        if (forget->sweep_group >= ids)
            forget->sweep_group = 0;
        if (forget->sweep_group + COUNTS < ids)
            tf_tally_prefetch_first(&stage->tallies, forget->sweep_group + COUNTS);
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
    const uint32_t ids = stage->table.keys.ids, first = forget->sweep < ids ? forget->sweep : 0;
    const struct round noted = {.noted = forget->noted, .count = forget->noted_count};
    const struct round sweep = {.first = first, .ids = ids, .count = sweep_keys < ids ? sweep_keys : ids};
    drop_round(forget, stage, &noted);
    drop_round(forget, stage, &sweep);
    forget->noted_count = 0;
    forget->sweep = ids > 0 ? id_at(&sweep, sweep.count) : 0;
    sweep_groups(forget, stage, sweep_keys);
}
