/* A store's counters by partition: told to others, and what others tell taken into the sums. */
#include "taxflow/state_partials.h"

#include "partial_row.h"
#include "state_internal.h"

enum { BATCH_BYTES = 1024 * 1024 }; /* of values; what is left over goes with the next batch */

static bool add_record(struct tf_stage *stage, const struct tf_record *record)
{
    const int32_t month = tf_fraud_month_of(record->time_ms);
    for (size_t i = 0; i < record->tallies_count; i++) {
        const struct tf_record_tally *tally = &record->tallies[i];
        if (!tally->shared || month < tf_stage_tally_first(stage, tally->window_days))
            continue;
        const struct tf_fraud_count zero = tf_fraud_count_of((unsigned)month, (unsigned)tally->cell_adds >> TF_RECORD_ADDS_BITS);
        if (!tf_partials_add(&stage->partials, &stage->budget, tf_tally_at(&stage->tallies, tally->group)->hash, record->partition, tally->window_days,
                             (struct tf_fraud_count){zero.bits + (tally->cell_adds & TF_FRAUD_ADDS_MAX)}))
            return false;
    }
    return true;
}

enum tf_err tf_state_partials_begin(struct tf_state *state)
{
    struct tf_stage *stage = &state->stage;
    tf_state_partials_end(state);
    stage->partials.on = stage->partials.compares = true;
    for (size_t i = 0; i < stage->records.slots_count; i++) {
        const struct tf_record *record = stage->records.slots[i].record;
        if (!record || add_record(stage, record))
            continue;
        tf_state_partials_end(state);
        return TF_E_FULL;
    }
    tf_state_publish(state);
    return TF_OK;
}

static uint64_t cell_at(const struct tf_fraud_count *counts, uint32_t count, uint32_t at)
{
    return at < count ? counts[at].bits >> TF_FRAUD_COUNT_BITS : UINT64_MAX;
}

/* A population has grown by what is new of a row, not by all that it says. */
static void tell_population(struct tf_state *state, const struct tf_tally_group *before, const struct tf_partial_row *row)
{
    struct tf_population *population = tf_populations_find(&state->populations, row->told.group);
    uint32_t old = 0, new = 0;
    while (population && (old < before->count || new < row->counts_count)) {
        const struct tf_fraud_count now = new < row->counts_count ? tf_partial_row_count(row, new) : (struct tf_fraud_count){UINT64_MAX};
        const uint64_t old_cell = cell_at(before->counts, before->count, old), new_cell = cell_at(&now, new < row->counts_count, 0);
        int64_t more = 0;
        if (new_cell <= old_cell) {
            more += tf_fraud_count_value(now);
            new++;
        }
        if (old_cell <= new_cell)
            more -= tf_fraud_count_value(before->counts[old++]);
        const uint64_t cell = old_cell < new_cell ? old_cell : new_cell;
        if (more != 0)
            tf_population_changed(population, (int32_t)(cell >> TF_FRAUD_CELL_BITS), more);
    }
}

/* Take what another partition counted out of the sums, as far as they have not forgotten it. */
static void take_back(struct tf_state *state, uint32_t id)
{
    struct tf_stage *stage = &state->stage;
    struct tf_tally_group *partial = tf_tally_at(&stage->partials.table, id);
    const struct tf_hash16 group = stage->partials.items[id].group;
    const int32_t first = tf_stage_tally_first(stage, partial->window_days);
    const uint32_t sum = tf_tally_find(&stage->tallies, group);
    for (uint32_t i = 0; i < partial->count; i++) {
        const struct tf_fraud_count count = partial->counts[i];
        if ((int32_t)tf_fraud_count_month(count) < first)
            continue;
        tf_tally_change(&stage->tallies, sum, tf_fraud_count_month(count), tf_fraud_count_cell(count), -tf_fraud_count_value(count));
    }
    partial->count = 0;
}

void tf_state_partials_end(struct tf_state *state)
{
    struct tf_partials *partials = &state->stage.partials;
    for (uint32_t id = 0; id < partials->table.groups.ids; id++)
        if (tf_tally_at(&partials->table, id)->counts && !partials->items[id].ours)
            take_back(state, id);
    tf_partials_finish(partials, &state->stage.budget);
    tf_state_publish(state);
}

static bool add_count(struct tf_state *state, uint32_t id, uint32_t sum, struct tf_fraud_count count)
{
    struct tf_stage *stage = &state->stage;
    const unsigned month = tf_fraud_count_month(count), cell = tf_fraud_count_cell(count);
    const int64_t value = tf_fraud_count_value(count);
    if (!tf_tally_add(&stage->tallies, &stage->budget, sum, month, cell, value))
        return false;
    if (!tf_tally_add(&stage->partials.table, &stage->budget, id, month, cell, value)) {
        tf_tally_change(&stage->tallies, sum, month, cell, -value);
        return false;
    }
    return true;
}

static enum tf_err take_in(struct tf_state *state, const struct tf_partial_row *row, uint32_t id)
{
    struct tf_stage *stage = &state->stage;
    const int32_t first = tf_stage_tally_first(stage, row->window_days);
    const uint32_t sum = tf_tally_obtain(&stage->tallies, &stage->budget, row->told.group, row->window_days, TF_TALLY_NONE);
    for (uint32_t i = 0; sum != TF_TALLY_NONE && i < row->counts_count; i++) {
        const struct tf_fraud_count count = tf_partial_row_count(row, i);
        if ((int32_t)tf_fraud_count_month(count) < first || add_count(state, id, sum, count))
            continue;
        take_back(state, id);
        return TF_E_FULL;
    }
    return sum == TF_TALLY_NONE ? TF_E_FULL : TF_OK;
}

static enum tf_err read_theirs(struct tf_state *state, uint32_t partition, const struct tf_partial_row *row)
{
    struct tf_stage *stage = &state->stage;
    uint32_t id = tf_partials_find(&stage->partials, row->told.group, partition);
    tell_population(state, id != TF_TALLY_NONE ? tf_tally_at(&stage->partials.table, id) : &(struct tf_tally_group){.count = 0}, row);
    if (id != TF_TALLY_NONE)
        take_back(state, id);
    if (row->counts_count == 0)
        return TF_OK; /* swept later */
    id = tf_partials_obtain(&stage->partials, &stage->budget, row->told.group, partition, row->window_days, false);
    return id == TF_TALLY_NONE ? TF_E_FULL : take_in(state, row, id);
}

static bool says_what_we_know(const struct tf_partial_row *row, const struct tf_tally_group *known)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < known->count; i++) {
        if (tf_fraud_count_value(known->counts[i]) == 0)
            continue;
        if (at == row->counts_count || tf_partial_row_count(row, at).bits != known->counts[i].bits)
            return false;
        at++;
    }
    return at == row->counts_count;
}

/* A row of what our records do not know any more has to go. */
static enum tf_err compare(struct tf_state *state, uint32_t partition, const struct tf_partial_row *row)
{
    struct tf_partials *partials = &state->stage.partials;
    uint32_t id = tf_partials_find(partials, row->told.group, partition);
    if (!partials->compares || (id == TF_TALLY_NONE && row->counts_count == 0))
        return TF_OK;
    if (id == TF_TALLY_NONE)
        id = tf_partials_obtain(partials, &state->stage.budget, row->told.group, partition, row->window_days, true);
    if (id == TF_TALLY_NONE)
        return TF_E_FULL;
    if (says_what_we_know(row, tf_tally_at(&partials->table, id)))
        partials->items[id].changed = false;
    else
        tf_partials_mark(partials, id);
    return TF_OK;
}

enum tf_err tf_state_partials_read(struct tf_state *state, const struct tf_fraud_ruleset *ruleset, const struct tf_state_partial_row *given)
{
    struct tf_partial_row row = {.window_days = 0};
    if (!state->stage.partials.on)
        return TF_OK;
    if (given->key.len != TF_HASH16_BYTES || (tf_str_present(given->value) && !tf_partial_row_read(given->key, given->value, ruleset, &row)))
        return TF_E_VALUE;
    memcpy(row.told.group.bytes, given->key.ptr, TF_HASH16_BYTES);
    if (row.told.rules_count > 0 && !tf_populations_learn(&state->populations, &state->stage.budget, &row.told))
        return TF_E_FULL;
    const enum tf_err err = given->ours ? compare(state, given->partition, &row) : read_theirs(state, given->partition, &row);
    tf_state_publish(state);
    return err;
}

void tf_state_partials_compared(struct tf_state *state)
{
    state->stage.partials.compares = false;
}

static enum tf_err write_one(const struct tf_state *state, const struct tf_fraud_ruleset *ruleset, uint32_t id,
                             const struct tf_state_partial_writer *writer)
{
    const struct tf_partials *partials = &state->stage.partials;
    const struct tf_partial *partial = &partials->items[id];
    tf_buf_reset(writer->value);
    const bool holds = tf_partial_row_write(writer->value, tf_tally_at(&partials->table, id), tf_populations_find(&state->populations, partial->group), ruleset);
    if (writer->value->failed) {
        ++*writer->left_out;
        return TF_OK;
    }
    return writer->put(writer->self, partial->partition, (struct tf_str){(const char *)partial->group.bytes, TF_HASH16_BYTES},
                       holds ? tf_buf_view(writer->value) : TF_STR_NONE);
}

enum tf_err tf_state_partials_write(struct tf_state *state, const struct tf_fraud_ruleset *ruleset, size_t most,
                                    const struct tf_state_partial_writer *writer)
{
    struct tf_partials *partials = &state->stage.partials;
    uint32_t id = partials->first;
    size_t written = 0, bytes = 0;
    partials->shown = 0;
    for (; partials->shown < partials->listed && written < most && bytes < BATCH_BYTES; id = partials->items[id].next, partials->shown++) {
        if (!partials->items[id].changed)
            continue;
        TF_TRY(write_one(state, ruleset, id, writer));
        bytes += writer->value->len;
        written++;
    }
    return TF_OK;
}
