#include <stdatomic.h>
#include <stdlib.h>

#include "forget.h"
#include "question.h"
#include "stage_tally.h"
#include "taxflow/clock.h"
#include "taxflow/fraud_decision.h"

enum {
    MONTH_DAYS_MAX = 31,
    FIRST_REVISION = 1, /* senders count from 0 or from 1 */
    SWEEP_KEYS_MIN = 64,     /* looked at in every commit … */
    SWEEP_KEYS_PER_EVENT = 4 /* … and for every event in it: more than an event makes, so the sweep keeps up */
};

/* What the rules are shown of one event. Too large for a stack. */
struct asked {
    struct tf_fraud_window windows[TF_QUESTION_KEYS_MAX];
    uint32_t ids[TF_QUESTION_KEYS_MAX];
    int64_t windows_ms[TF_QUESTION_KEYS_MAX];
    struct tf_stage_addition additions[TF_QUESTION_KEYS_MAX + 1]; /* a memory of the record's own */
    size_t additions_count;
    struct tf_stage_removed removed[TF_QUESTION_KEYS_MAX];
    struct tf_fraud_tally_view counts[TF_QUESTION_TALLIES_MAX];
    struct tf_stage_tally tallies[TF_QUESTION_TALLIES_MAX];
    size_t tallies_count;
    struct tf_fraud_hit hits[TF_FRAUD_RULES_MAX];
};

struct tf_state {
    struct tf_stage stage;
    struct asked *asked;
    struct tf_forget forget;
    atomic_size_t bytes, entries; /* as last published */
};

static int64_t add_capped(int64_t a, int64_t b)
{
    int64_t sum;
    if (!__builtin_add_overflow(a, b, &sum))
        return sum;
    return a < 0 ? INT64_MIN : INT64_MAX;
}

struct tf_state *tf_state_create(size_t bytes_max)
{
    struct tf_state *state = calloc(1, sizeof *state);
    if (!state)
        return NULL;
    tf_stage_init(&state->stage, bytes_max);
    state->asked = calloc(1, sizeof *state->asked);
    if (!state->asked)
        goto fail_state;
    state->stage.budget.used = sizeof *state + sizeof *state->asked;
    tf_forget_init(&state->forget, TF_MS_PER_DAY);
    atomic_store(&state->bytes, state->stage.budget.used);
    return state;
fail_state:
    free(state);
    return NULL;
}

struct tf_state *tf_state_destroy(struct tf_state *state)
{
    if (!state)
        return NULL;
    tf_forget_finish(&state->forget, &state->stage.budget);
    tf_stage_finish(&state->stage);
    free(state->asked);
    free(state);
    return NULL;
}

static void publish(struct tf_state *state)
{
    atomic_store_explicit(&state->bytes, state->stage.budget.used, memory_order_relaxed);
    atomic_store_explicit(&state->entries, state->stage.table.entries_count, memory_order_relaxed);
}

void tf_state_set_lateness(struct tf_state *state, int64_t lateness_ms)
{
    state->forget.lateness_ms = lateness_ms;
}

static void fetch_entries(const struct tf_table *table, const struct tf_state_question *question)
{
    for (size_t k = 0; k < question->keys_count; k++) {
        uint32_t id = tf_table_find(table, question->keys[k].hash);
        if (id == TF_TABLE_NONE)
            continue;
        const struct tf_table_key *key = tf_table_at(table, id);
        const struct tf_fraud_entry *first = key->entries + key->start;
        __builtin_prefetch(first);
        __builtin_prefetch(first + key->count - 1);
        __builtin_prefetch(first + key->count); /* where the next one goes */
    }
}

void tf_state_fetch(const struct tf_state *state, const struct tf_state_question *question, enum tf_state_near near)
{
    const struct tf_table *table = &state->stage.table;
    size_t tallies = tf_question_tallies(question);
    switch (near) {
    case TF_STATE_FAR:
        tf_record_index_prefetch(&state->stage.records, question->record);
        for (size_t k = 0; k < question->keys_count; k++)
            tf_table_prefetch_slot(table, question->keys[k].hash);
        for (size_t t = 0; t < tallies; t++)
            tf_tally_prefetch_slot(&state->stage.tallies, question->tallies[t].group);
        break;
    case TF_STATE_NEAR:
        for (size_t k = 0; k < question->keys_count; k++)
            tf_table_prefetch_key(table, question->keys[k].hash);
        for (size_t t = 0; t < tallies; t++)
            tf_tally_prefetch_group(&state->stage.tallies, question->tallies[t].group);
        break;
    case TF_STATE_NEXT:
        fetch_entries(table, question);
        break;
    }
}

/* Where each key leads, and what this event will add under it. */
static void find(struct tf_state *state, const struct tf_state_question *question)
{
    struct asked *asked = state->asked;
    size_t rules_count;
    tf_fraud_ruleset_rules(question->ruleset, &rules_count);
    asked->additions_count = 0;
    for (size_t r = 0; r < rules_count; r++) {
        int64_t rule_ms = tf_fraud_ruleset_setting(question->ruleset, r)->window_ms;
        for (size_t k = question->first[r]; k < question->first[r + 1]; k++) {
            const struct tf_fraud_key *key = &question->keys[k];
            int64_t window_ms = asked->windows_ms[k] = key->window_ms > 0 ? key->window_ms : rule_ms;
            if (key->use != TF_FRAUD_LOOKS)
                asked->additions[asked->additions_count++] = (struct tf_stage_addition){key->hash, window_ms, key->value, key->tag};
            asked->ids[k] = tf_table_find(&state->stage.table, key->hash);
            if (asked->ids[k] != TF_TABLE_NONE)
                tf_forget_note(&state->forget, &state->stage, asked->ids[k]);
        }
    }
}

static void look_up(struct tf_state *state, const struct tf_state_question *question)
{
    struct asked *asked = state->asked;
    int64_t time_ms = question->facts.event->event_time_ms;
    for (size_t k = 0; k < question->keys_count; k++) {
        int64_t window_ms = asked->windows_ms[k], oldest = tf_forget_horizon(&state->forget, window_ms);
        int64_t from = add_capped(time_ms, -window_ms), to = add_capped(time_ms, window_ms);
        uint32_t id = question->keys[k].use == TF_FRAUD_ADDS ? TF_TABLE_NONE : asked->ids[k];
        asked->windows[k] = tf_table_window(&state->stage.table, id, from > oldest ? from : oldest, to < INT64_MAX ? to : INT64_MAX - 1);
    }
}

static void count_in(struct asked *asked, const struct tf_fraud_tally *tally, uint32_t window_days)
{
    for (size_t i = 0; i < asked->tallies_count; i++)
        if (asked->tallies[i].cell == tally->cell && tf_hash16_eq(asked->tallies[i].group, tally->group))
            return; /* rules may share a group */
    asked->tallies[asked->tallies_count++] =
        (struct tf_stage_tally){tally->group, tally->cell, tally->adds ? tally->adds : 1, (uint16_t)window_days, tally->shared};
}

/* What stands in each group, and what this event will count there. */
static void look_up_tallies(struct tf_state *state, const struct tf_state_question *question)
{
    struct asked *asked = state->asked;
    size_t rules_count;
    tf_fraud_ruleset_rules(question->ruleset, &rules_count);
    asked->tallies_count = 0;
    for (size_t r = 0; r < rules_count; r++) {
        int64_t window_ms = tf_fraud_ruleset_setting(question->ruleset, r)->window_ms;
        uint32_t days = tf_question_days(window_ms);
        for (size_t t = question->tally_first[r]; t < question->tally_first[r + 1]; t++) {
            const struct tf_fraud_tally *tally = &question->tallies[t];
            if (tally->use != TF_FRAUD_LOOKS)
                count_in(asked, tally, days);
            asked->counts[t] = (struct tf_fraud_tally_view){NULL, 0};
            if (tally->use == TF_FRAUD_ADDS)
                continue;
            int32_t first = tf_fraud_month_of(add_capped(question->facts.time_ms, -window_ms));
            int32_t oldest = tf_stage_tally_first(&state->stage, days);
            asked->counts[t] = tf_tally_view(&state->stage.tallies, tf_tally_find(&state->stage.tallies, tally->group),
                                             first > oldest ? first : oldest, question->month);
        }
    }
}

/* The hit outlives the entries it names, so it gets copies. */
static enum tf_err keep_hit(struct tf_fraud_hit *hit, struct tf_arena *arena)
{
    if (!hit->observed.ptr || !hit->threshold.ptr)
        return TF_E_LIMIT;
    for (uint32_t i = 0; i < hit->related_count; i++) {
        hit->related[i] = tf_arena_dup(arena, hit->related[i]);
        if (!hit->related[i].ptr)
            return TF_E_LIMIT;
    }
    return TF_OK;
}

static enum tf_err answer_rule(struct tf_state *state, const struct tf_state_question *question, size_t r, struct tf_arena *arena,
                               struct tf_fraud_verdict *verdict)
{
    size_t rules_count;
    struct asked *asked = state->asked;
    const struct tf_fraud_rule *rule = &tf_fraud_ruleset_rules(question->ruleset, &rules_count)[r];
    const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(question->ruleset, r);
    struct tf_fraud_hit *hit = &asked->hits[verdict->hits_count];
    if (!tf_question_asks(rule, setting, question->facts.event))
        return TF_OK;
    hit->rule = rule;
    hit->weight = setting->weight;
    hit->mode = setting->mode;
    hit->window_ms = setting->window_ms;
    hit->observed = hit->threshold = hit->note = TF_STR_NONE;
    hit->related_count = 0;
    hit->amount_at_risk_minor = 0;
    size_t first = question->first[r], count = question->first[r + 1] - first;
    const struct tf_fraud_case shown = {
        .rule = rule, .setting = setting, .facts = &question->facts, .keys = &question->keys[first], .windows = &asked->windows[first],
        .count = count, .arena = arena, .tallies = &question->tallies[question->tally_first[r]],
        .counts = &asked->counts[question->tally_first[r]], .tallies_count = question->tally_first[r + 1] - question->tally_first[r],
    };
    enum tf_fraud_answer answer = rule->judge(&shown, hit);
    if (answer == TF_FRAUD_CLEAR || answer == TF_FRAUD_HIT)
        tf_fraud_bit_set(&verdict->evaluated, r);
    if (answer == TF_FRAUD_UNKNOWN)
        tf_fraud_bit_set(&verdict->unknown, r);
    if (answer != TF_FRAUD_HIT)
        return TF_OK;
    tf_fraud_bit_set(&verdict->hit, r);
    verdict->hits_count++;
    return keep_hit(hit, arena);
}

static enum tf_err answer(struct tf_state *state, const struct tf_state_question *question, bool late, struct tf_arena *arena,
                          struct tf_fraud_verdict **ret_verdict)
{
    size_t rules_count;
    tf_fraud_ruleset_rules(question->ruleset, &rules_count);
    struct tf_fraud_verdict *verdict = TF_ARENA_NEW(arena, struct tf_fraud_verdict);
    if (!verdict)
        return TF_E_LIMIT;
    verdict->late = late;
    for (size_t r = 0; r < rules_count; r++)
        TF_TRY(answer_rule(state, question, r, arena, verdict));
    if (verdict->hits_count > 0) {
        verdict->hits = tf_arena_alloc(arena, verdict->hits_count * sizeof *verdict->hits);
        if (!verdict->hits)
            return TF_E_LIMIT;
        memcpy(verdict->hits, state->asked->hits, verdict->hits_count * sizeof *verdict->hits);
    }
    TF_TRY(tf_fraud_verdict_look_up(question->ruleset, &question->facts, arena, verdict));
    tf_fraud_verdict_close(question->ruleset, &question->facts, verdict);
    *ret_verdict = verdict;
    return TF_OK;
}

/*
 * An amendment that adds nothing still has to be remembered, or a revision before it could come back: it gets an entry under
 * a key that no rule asks for, for as long as any window reaches. First revisions that add nothing are not worth the room.
 */
static size_t add_memory(struct tf_state *state, const struct tf_fraud_ruleset *ruleset)
{
    size_t rules_count;
    int64_t longest_ms = 0;
    tf_fraud_ruleset_rules(ruleset, &rules_count);
    for (size_t r = 0; r < rules_count; r++) {
        const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(ruleset, r);
        longest_ms = setting->window_ms > longest_ms ? setting->window_ms : longest_ms;
    }
    state->asked->additions[0] = (struct tf_stage_addition){.window_ms = longest_ms};
    return 1;
}

/*
 * Counts do not lead back to their record, so while they stand it has to be known, or it would count again: where no key of its own is kept that
 * long, an entry under a key that no rule asks for. Those of a month share 256 keys, so that one that comes late moves few others.
 */
static void remember_counts(struct tf_state *state, const struct tf_state_question *question)
{
    struct asked *asked = state->asked;
    int64_t kept_ms = 0, counted_ms = 0;
    for (size_t i = 0; i < asked->additions_count; i++)
        kept_ms = asked->additions[i].window_ms > kept_ms ? asked->additions[i].window_ms : kept_ms;
    for (size_t i = 0; i < asked->tallies_count; i++) {
        int64_t ms = ((int64_t)asked->tallies[i].window_days + MONTH_DAYS_MAX) * TF_MS_PER_DAY;
        counted_ms = ms > counted_ms ? ms : counted_ms;
    }
    if (kept_ms >= counted_ms)
        return;
    struct tf_hash16 key = {{'c', (uint8_t)(question->month >> 8), (uint8_t)question->month, question->record.bytes[0]}};
    asked->additions[asked->additions_count++] = (struct tf_stage_addition){.hash = key, .window_ms = counted_ms};
}

static enum tf_err stage_event(struct tf_state *state, const struct tf_state_question *question, struct tf_record *old, size_t removed)
{
    struct tf_stage *stage = &state->stage;
    const struct tf_event *event = question->facts.event;
    int64_t time_ms = event->event_time_ms;
    remember_counts(state, question);
    size_t count = state->asked->additions_count;
    if (count == 0 && !old && event->revision <= FIRST_REVISION)
        return TF_OK;
    if (count == 0) {
        count = add_memory(state, question->ruleset);
        time_ms = old ? old->time_ms : time_ms;
    }
    struct tf_record *record = tf_record_create(&stage->budget, question->record, event->revision, time_ms, question->event_id, count);
    if (!record)
        return TF_E_FULL;
    if (!tf_stage_tally_add(stage, record, state->asked->tallies, state->asked->tallies_count)) {
        tf_record_free(&stage->budget, record);
        return TF_E_FULL;
    }
    return tf_stage_add(stage, record, state->asked->additions, count, old, state->asked->removed, removed);
}

enum tf_err tf_state_judge(struct tf_state *state, const struct tf_state_question *question, bool late, struct tf_arena *arena,
                           struct tf_fraud_verdict **ret_verdict)
{
    *ret_verdict = NULL;
    struct tf_record *old = tf_record_index_find(&state->stage.records, question->record);
    size_t removed = old ? tf_stage_take_out(&state->stage, old, state->asked->removed) : 0;
    find(state, question);
    look_up(state, question);
    look_up_tallies(state, question);
    enum tf_err err = answer(state, question, late, arena, ret_verdict);
    bool newer = !old || question->facts.event->revision > old->revision;
    if (err == TF_OK && newer)
        err = stage_event(state, question, old, removed);
    if (old && (err != TF_OK || !newer))
        tf_stage_put_back(&state->stage, old, state->asked->removed, removed);
    publish(state);
    return err;
}

void tf_state_commit(struct tf_state *state, int64_t watermark_ms)
{
    if (watermark_ms > state->forget.watermark_ms)
        state->forget.watermark_ms = watermark_ms;
    size_t events = state->stage.ops_count;
    int64_t horizon_ms = tf_forget_horizon(&state->forget, 0);
    if (horizon_ms > state->stage.horizon_ms)
        state->stage.horizon_ms = horizon_ms;
    tf_stage_commit(&state->stage);
    tf_forget_run(&state->forget, &state->stage, SWEEP_KEYS_MIN + events * SWEEP_KEYS_PER_EVENT);
    publish(state);
}

void tf_state_abort(struct tf_state *state)
{
    tf_stage_abort(&state->stage);
    publish(state);
}

size_t tf_state_bytes(const struct tf_state *state)
{
    return atomic_load_explicit(&state->bytes, memory_order_relaxed);
}

size_t tf_state_entries(const struct tf_state *state)
{
    return atomic_load_explicit(&state->entries, memory_order_relaxed);
}
