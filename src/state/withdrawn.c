#include "withdrawn.h"

static void drop_row(struct tf_budget *budget, struct tf_share_row *row)
{
    tf_budget_give(budget, (void *)(uintptr_t)row->entry.event_id.ptr, row->entry.event_id.len);
}

void tf_withdrawn_cut(struct tf_withdrawn *withdrawn, struct tf_budget *budget, size_t count)
{
    while (withdrawn->count > count)
        drop_row(budget, &withdrawn->rows[--withdrawn->count]);
}

void tf_withdrawn_finish(struct tf_withdrawn *withdrawn, struct tf_budget *budget)
{
    tf_withdrawn_cut(withdrawn, budget, 0);
    tf_budget_give(budget, withdrawn->rows, withdrawn->cap * sizeof *withdrawn->rows);
}

void tf_withdrawn_done(struct tf_withdrawn *withdrawn, struct tf_budget *budget)
{
    for (size_t i = 0; i < withdrawn->committed; i++)
        drop_row(budget, &withdrawn->rows[i]);
    withdrawn->count -= withdrawn->committed;
    if (withdrawn->count > 0)
        memmove(withdrawn->rows, withdrawn->rows + withdrawn->committed, withdrawn->count * sizeof *withdrawn->rows);
    withdrawn->committed = 0;
}

static bool reserve(struct tf_withdrawn *withdrawn, struct tf_budget *budget)
{
    if (withdrawn->count < withdrawn->cap)
        return true;
    size_t cap = withdrawn->cap ? withdrawn->cap * 2 : 16;
    struct tf_share_row *rows = tf_budget_resize(budget, withdrawn->rows, withdrawn->cap * sizeof *rows, cap * sizeof *rows);
    if (!rows)
        return false;
    withdrawn->rows = rows;
    withdrawn->cap = cap;
    return true;
}

static bool add(struct tf_withdrawn *withdrawn, struct tf_budget *budget, const struct tf_share_row *row)
{
    struct tf_str id = row->entry.event_id;
    if (!reserve(withdrawn, budget))
        return false;
    char *copy = id.len > 0 ? tf_budget_take(budget, id.len) : NULL;
    if (id.len > 0 && !copy)
        return false;
    if (copy)
        memcpy(copy, id.ptr, id.len);
    withdrawn->rows[withdrawn->count] = *row;
    withdrawn->rows[withdrawn->count++].entry.event_id = (struct tf_str){copy, id.len};
    return true;
}

bool tf_withdrawn_note_old(struct tf_withdrawn *withdrawn, struct tf_stage *stage, const struct tf_record *old, const struct tf_stage_removed *removed,
                           size_t count)
{
    const size_t before = withdrawn->count;
    for (size_t i = 0; i < count; i++) {
        const struct tf_table_key *key = tf_table_at(&stage->table, removed[i].id);
        const struct tf_share_row row = {
            .key = key->hash,
            .window_ms = key->window_ms,
            .entry = {old->identity, old->revision, old->time_ms, (int64_t)removed[i].entry.total, removed[i].entry.tag, old->partition, true,
                      {old->text, old->text_len}},
        };
        if (!key->shared || add(withdrawn, &stage->budget, &row))
            continue;
        tf_withdrawn_cut(withdrawn, &stage->budget, before);
        return false;
    }
    return true;
}

bool tf_withdrawn_note_stale(struct tf_withdrawn *withdrawn, struct tf_budget *budget, const struct tf_state_question *question)
{
    const size_t before = withdrawn->count;
    const struct tf_share_set *set = question->shares;
    for (size_t i = 0; set && i < set->count; i++) {
        struct tf_share_row row = {set->items[i].key, set->items[i].window_ms, set->own};
        row.entry.value = set->items[i].value;
        row.entry.tag = set->items[i].tag;
        if (!set->items[i].adds || add(withdrawn, budget, &row))
            continue;
        tf_withdrawn_cut(withdrawn, budget, before);
        return false;
    }
    return true;
}
