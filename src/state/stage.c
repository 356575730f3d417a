#include "stage.h"

#include "stage_tally.h"

void tf_stage_init(struct tf_stage *stage, size_t bytes_max)
{
    *stage = (struct tf_stage){.budget = {.max = bytes_max}, .horizon_ms = INT64_MIN};
    tf_table_init(&stage->table);
    tf_tally_init(&stage->tallies);
    tf_partials_init(&stage->partials);
}

static void op_finish(struct tf_stage *stage, struct tf_stage_op *op)
{
    tf_budget_give(&stage->budget, op->entries, op->entries_count * sizeof *op->entries);
    op->entries = NULL;
}

void tf_stage_finish(struct tf_stage *stage)
{
    tf_stage_abort(stage);
    tf_gone_finish(&stage->gone, &stage->budget);
    tf_record_index_finish(&stage->records, &stage->budget);
    tf_table_finish(&stage->table, &stage->budget);
    tf_tally_finish(&stage->tallies, &stage->budget);
    tf_partials_finish(&stage->partials, &stage->budget);
    tf_budget_give(&stage->budget, stage->ops, stage->ops_cap * sizeof *stage->ops);
}

size_t tf_stage_take_out(struct tf_stage *stage, struct tf_record *record, struct tf_stage_removed *out)
{
    size_t count = 0;
    for (uint16_t k = 0; k < record->keys_count; k++) {
        uint32_t id = record->keys[k];
        uint32_t position = tf_table_position(&stage->table, id, record->time_ms, record->text);
        if (position == TF_TABLE_NONE)
            continue;
        out[count++] = (struct tf_stage_removed){id, position, tf_table_remove(&stage->table, id, position)};
        tf_table_at(&stage->table, id)->pins++;
    }
    record->live -= (uint32_t)count;
    tf_stage_tally_take_out(stage, record);
    return count;
}

void tf_stage_put_back(struct tf_stage *stage, struct tf_record *record, const struct tf_stage_removed *removed, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        tf_table_insert(&stage->table, removed[i - 1].id, removed[i - 1].position, &removed[i - 1].entry);
        tf_table_at(&stage->table, removed[i - 1].id)->pins--;
    }
    record->live += (uint32_t)count;
    tf_stage_tally_put_back(stage, record);
}

/* Additions of one record. */

static bool add_entry(struct tf_stage *stage, struct tf_record *record, const struct tf_stage_addition *addition)
{
    struct tf_table *table = &stage->table;
    uint32_t id = tf_table_obtain(table, &stage->budget, addition->hash, addition->window_ms, addition->guess_plus_1 - 1);
    if (id == TF_TABLE_NONE)
        return false;
    for (uint16_t k = 0; k < record->keys_count; k++)
        if (record->keys[k] == id)
            return true;
    if (!tf_table_reserve(table, &stage->budget, id)) {
        tf_table_drop_empty(table, &stage->budget, id);
        return false;
    }
    tf_table_at(table, id)->shared |= addition->shared;
    struct tf_fraud_entry entry = {
        .time_ms = record->time_ms,
        .total = (uint64_t)addition->value,
        .id = record->text,
        .id_bytes = record->text_len,
        .tag = addition->tag,
    };
    tf_table_insert(table, id, tf_table_position_for(table, id, record->time_ms), &entry);
    record->keys[record->keys_count++] = id;
    record->live++;
    return true;
}

static void remove_entries(struct tf_stage *stage, struct tf_record *record)
{
    while (record->keys_count > 0) {
        uint32_t id = record->keys[--record->keys_count];
        uint32_t position = tf_table_position(&stage->table, id, record->time_ms, record->text);
        tf_table_remove(&stage->table, id, position);
        tf_table_drop_empty(&stage->table, &stage->budget, id);
    }
}

static bool add_entries(struct tf_stage *stage, struct tf_record *record, const struct tf_stage_addition *additions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (add_entry(stage, record, &additions[i]))
            continue;
        remove_entries(stage, record);
        return false;
    }
    return true;
}

/* The log. */

static struct tf_stage_op *op_reserve(struct tf_stage *stage)
{
    if (stage->ops_count == stage->ops_cap) {
        size_t cap = stage->ops_cap ? stage->ops_cap * 2 : 64;
        struct tf_stage_op *ops =
            tf_budget_resize(&stage->budget, stage->ops, stage->ops_cap * sizeof *ops, cap * sizeof *ops);
        if (!ops)
            return NULL;
        stage->ops = ops;
        stage->ops_cap = cap;
    }
    struct tf_stage_op *op = &stage->ops[stage->ops_count];
    *op = (struct tf_stage_op){.added = NULL};
    return op;
}

static bool op_keep(struct tf_stage *stage, struct tf_stage_op *op, struct tf_record *old, const struct tf_stage_removed *removed,
                    size_t count)
{
    op->removed = old;
    if (count == 0)
        return true;
    op->entries = tf_budget_take(&stage->budget, count * sizeof *op->entries);
    if (!op->entries)
        return false;
    memcpy(op->entries, removed, count * sizeof *removed);
    op->entries_count = count;
    return true;
}

enum tf_err tf_stage_add(struct tf_stage *stage, struct tf_record *record, const struct tf_stage_addition *additions, size_t count,
                         struct tf_record *old, const struct tf_stage_removed *removed, size_t removed_count)
{
    struct tf_stage_op *op = op_reserve(stage);
    if (!op || !op_keep(stage, op, old, removed, removed_count))
        goto fail_record;
    if (!tf_record_index_reserve(&stage->records, &stage->budget) || !add_entries(stage, record, additions, count))
        goto fail_op;
    if (old) {
        tf_record_index_unlink(&stage->records, old);
        old->parked = true;
    }
    tf_record_index_link(&stage->records, record);
    op->added = record;
    stage->ops_count++;
    return TF_OK;
fail_op:
    op_finish(stage, op);
fail_record:
    tf_stage_tally_take_out(stage, record);
    tf_record_free(&stage->budget, record);
    return TF_E_FULL;
}

static void undo(struct tf_stage *stage, struct tf_stage_op *op)
{
    tf_record_index_unlink(&stage->records, op->added);
    remove_entries(stage, op->added);
    tf_stage_tally_take_out(stage, op->added);
    tf_record_free(&stage->budget, op->added);
    if (op->removed) {
        tf_record_index_link(&stage->records, op->removed);
        op->removed->parked = false;
        tf_stage_put_back(stage, op->removed, op->entries, op->entries_count);
    }
    op_finish(stage, op);
}

void tf_stage_abort(struct tf_stage *stage)
{
    while (stage->ops_count > 0)
        undo(stage, &stage->ops[--stage->ops_count]);
}

void tf_stage_forget_removed(struct tf_stage *stage, const struct tf_stage_removed *removed, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tf_table_at(&stage->table, removed[i].id)->pins--;
        tf_table_trim(&stage->table, &stage->budget, removed[i].id);
    }
}

/* What an amendment took out is gone for good. */
static void forget_removed(struct tf_stage *stage, struct tf_stage_op *op)
{
    tf_stage_forget_removed(stage, op->entries, op->entries_count);
    tf_record_free(&stage->budget, op->removed);
    op_finish(stage, op);
}

void tf_stage_release(struct tf_stage *stage, struct tf_record *record)
{
    if (--record->live > 0)
        return;
    tf_gone_add(&stage->gone, &stage->budget, (struct tf_state_forgotten){record->identity, record->partition});
    tf_record_index_unlink(&stage->records, record);
    tf_record_free(&stage->budget, record);
}

static bool goes(const struct tf_fraud_entry *entry, const void *self)
{
    const struct tf_state_going *going = self;
    struct tf_record *record = tf_record_of(entry);
    if (!going->goes(going->self, record->partition))
        return false;
    record->live--;
    return true;
}

static void let_go(void *self, struct tf_record *record)
{
    struct tf_stage *stage = self;
    tf_stage_tally_take_out(stage, record);
    tf_record_free(&stage->budget, record);
}

void tf_stage_drop(struct tf_stage *stage, const struct tf_state_going *going)
{
    for (uint32_t id = 0; id < stage->table.keys.ids; id++)
        if (tf_table_filter(&stage->table, id, goes, going))
            tf_table_trim(&stage->table, &stage->budget, id);
    tf_record_index_sweep(&stage->records, let_go, stage);
}

void tf_stage_commit(struct tf_stage *stage)
{
    for (size_t i = 0; i < stage->ops_count; i++)
        forget_removed(stage, &stage->ops[i]);
    stage->ops_count = 0;
}
