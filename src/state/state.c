#include "state_internal.h"

#include <stdlib.h>

#include "settlement.h"
#include "shares.h"
#include "taxflow/clock.h"
#include "taxflow/fraud_decision.h"
#include "taxflow/fraud_trail.h"

enum {
    FIRST_REVISION = 1, /* senders count from 0 or from 1 */
    SWEEP_KEYS_MIN = 64,     /* looked at in every commit … */
    SWEEP_KEYS_PER_EVENT = 4 /* … and for every event in it: more than an event makes, so the sweep keeps up */
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
    if (!tf_budget_drop(&state->stage.budget)) {
        tf_forget_finish(&state->forget, &state->stage.budget);
        tf_populations_finish(&state->populations, &state->stage.budget);
        tf_withdrawn_finish(&state->withdrawn, &state->stage.budget);
        tf_stage_finish(&state->stage);
    }
    free(state->asked);
    free(state);
    return NULL;
}

void tf_state_publish(struct tf_state *state)
{
    atomic_store_explicit(&state->bytes, state->stage.budget.used, memory_order_relaxed);
    atomic_store_explicit(&state->entries, state->stage.table.entries_count, memory_order_relaxed);
}

void tf_state_set_lateness(struct tf_state *state, int64_t lateness_ms)
{
    state->forget.lateness_ms = lateness_ms;
}

void tf_state_set_bytes_max(struct tf_state *state, size_t bytes_max)
{
    state->stage.budget.max = bytes_max;
}

void tf_state_note_forgotten(struct tf_state *state, bool wanted)
{
    state->stage.gone.wanted = wanted;
}

size_t tf_state_forgotten(struct tf_state *state, size_t most, const struct tf_state_forgotten **ret_records)
{
    return tf_gone_show(&state->stage.gone, most, ret_records);
}

bool tf_state_holds(const struct tf_state *state, struct tf_hash16 record)
{
    return tf_record_index_find(&state->stage.records, record) != NULL;
}

/* Where each key leads. */
static void find(struct tf_state *state, const struct tf_state_question *question)
{
    struct tf_state_asked *asked = state->asked;
    const struct tf_table *table = &state->stage.table;
    for (size_t k = 0; k < question->keys_count; k++) {
        const uint32_t guess = question->guesses[k] - 1;
        asked->ids[k] = tf_table_is(table, guess, question->keys[k].hash) ? guess : tf_table_find(table, question->keys[k].hash);
        question->guesses[k] = asked->ids[k] + 1;
        if (asked->ids[k] != TF_TABLE_NONE)
            tf_forget_note(&state->forget, &state->stage, asked->ids[k]);
    }
}

/* What stands under a key around the event's time. */
static struct tf_fraud_window window_of(const struct tf_state *state, const struct tf_state_question *question, uint32_t id, int64_t window_ms)
{
    int64_t time_ms = question->facts.event->event_time_ms, oldest = tf_forget_horizon(&state->forget, window_ms);
    int64_t from = add_capped(time_ms, -window_ms), to = add_capped(time_ms, window_ms);
    return tf_table_window(&state->stage.table, id, from > oldest ? from : oldest, to < INT64_MAX ? to : INT64_MAX - 1);
}

static void look_up(struct tf_state *state, const struct tf_state_question *question)
{
    struct tf_state_asked *asked = state->asked;
    for (size_t k = 0; k < question->keys_count; k++) {
        bool empty = question->keys[k].use == TF_FRAUD_ADDS || asked->ids[k] == TF_TABLE_NONE;
        asked->windows[k] = empty ? (struct tf_fraud_window){.highest = INT64_MIN}
                                  : window_of(state, question, asked->ids[k], question->keys[k].window_ms);
    }
}

/* A redelivered event may tell what came before it, in (time, arrival): its entry stood between those of its time. */
static void note_peers(struct tf_state *state, const struct tf_state_question *question, size_t removed)
{
    struct tf_state_asked *asked = state->asked;
    const int64_t time_ms = question->facts.event->event_time_ms;
    for (size_t r = 0; r < removed; r++) {
        const struct tf_stage_removed *own = &asked->removed[r];
        for (size_t k = 0; k < question->keys_count && own->entry.time_ms == time_ms; k++)
            if (asked->ids[k] == own->id && question->keys[k].use != TF_FRAUD_ADDS)
                asked->windows[k].later_peers = tf_table_position_for(&state->stage.table, own->id, time_ms) - own->position;
    }
}

/* What was found in other partitions stands beside it. */
static enum tf_err look_around(struct tf_state *state, const struct tf_state_question *question, struct tf_arena *arena)
{
    struct tf_state_asked *asked = state->asked;
    bool full = false;
    for (size_t k = 0; question->shares && k < question->keys_count; k++)
        if (question->keys[k].shared && question->keys[k].use != TF_FRAUD_ADDS)
            asked->windows[k] = tf_shares_merge(state, question, asked->windows[k], tf_share_find(question->shares, question->keys[k].hash), arena, &full);
    return full ? TF_E_LIMIT : TF_OK;
}

/* What stands in each group. */
static void look_up_tallies(struct tf_state *state, const struct tf_state_question *question)
{
    struct tf_state_asked *asked = state->asked;
    const struct tf_tally_table *tallies = &state->stage.tallies;
    int64_t shown_ms = INT64_MIN; /* the window that begins in `first`: most rules have the same */
    int32_t first = 0;
    for (size_t i = 0; i < question->rules_count; i++) {
        if (question->tallies_first[i] == question->tallies_first[i + 1])
            continue;
        int64_t window_ms = tf_fraud_ruleset_setting(question->ruleset, question->rules[i])->window_ms;
        if (window_ms != shown_ms) {
            int32_t oldest = tf_stage_tally_first(&state->stage, tf_question_days(window_ms));
            first = tf_fraud_month_of(add_capped(question->facts.time_ms, -window_ms));
            first = first > oldest ? first : oldest;
            shown_ms = window_ms;
        }
        for (size_t t = question->tallies_first[i]; t < question->tallies_first[i + 1]; t++) {
            const struct tf_fraud_tally *tally = &question->tallies[t];
            asked->counts[t] = (struct tf_fraud_tally_view){NULL, 0};
            if (tally->use == TF_FRAUD_ADDS)
                continue;
            const uint32_t guess = question->tally_guesses[t] - 1;
            asked->counts[t] = tf_tally_view(tallies, tf_tally_is(tallies, guess, tally->group) ? guess : tf_tally_find(tallies, tally->group),
                                             first, question->month);
        }
    }
}

/* The trail of one event. */
struct trail {
    const struct tf_state *state;
    const struct tf_state_question *question;
    struct tf_arena *arena;
    bool full;
};

static struct tf_fraud_window look_on(void *self, struct tf_hash16 key, int64_t window_ms)
{
    struct trail *trail = self;
    const struct tf_share_set *set = trail->question->shares;
    const struct tf_fraud_window window = window_of(trail->state, trail->question, tf_table_find(&trail->state->stage.table, key), window_ms);
    return set ? tf_shares_merge(trail->state, trail->question, window, tf_share_find(set, key), trail->arena, &trail->full) : window;
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

/* place: of the rule among those that are asked; shown: what is the same for all of them, the rest is filled in. */
static enum tf_err answer_rule(struct tf_state *state, const struct tf_state_question *question, const struct tf_fraud_rule *rules, size_t place,
                               struct tf_fraud_case *shown, struct tf_fraud_verdict *verdict)
{
    size_t r = question->rules[place], key = question->keys_first[place], tally = question->tallies_first[place];
    struct tf_state_asked *asked = state->asked;
    const struct tf_fraud_rule *rule = &rules[r];
    const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(question->ruleset, r);
    struct tf_fraud_hit *hit = &asked->hits[verdict->hits_count];
    hit->rule = rule;
    hit->weight = setting->weight;
    hit->mode = setting->mode;
    hit->window_ms = setting->window_ms;
    hit->observed = TF_STR_NONE; /* one by one: copied from each other, each would wait for the one before to be written */
    hit->threshold = TF_STR_NONE;
    hit->note = TF_STR_NONE;
    hit->related_count = 0;
    hit->amount_at_risk_minor = 0;
    hit->resubmission = false;
    shown->rule = rule;
    shown->setting = setting;
    shown->keys = &question->keys[key];
    shown->windows = &asked->windows[key];
    shown->count = question->keys_first[place + 1] - key;
    shown->tallies = &question->tallies[tally];
    shown->counts = &asked->counts[tally];
    shown->tallies_count = question->tallies_first[place + 1] - tally;
    enum tf_fraud_answer answer = rule->judge(shown, hit);
    if (answer == TF_FRAUD_CLEAR || answer == TF_FRAUD_HIT)
        tf_fraud_bit_set(&verdict->evaluated, r);
    if (answer == TF_FRAUD_UNKNOWN)
        tf_fraud_bit_set(&verdict->unknown, r);
    if (answer != TF_FRAUD_HIT)
        return TF_OK;
    tf_fraud_bit_set(&verdict->hit, r);
    verdict->hits_count++;
    return keep_hit(hit, shown->arena);
}

static enum tf_err answer(struct tf_state *state, const struct tf_state_question *question, bool late, bool again, struct tf_arena *arena,
                          struct tf_fraud_verdict **ret_verdict)
{
    struct tf_fraud_verdict *verdict = TF_ARENA_NEW(arena, struct tf_fraud_verdict);
    if (!verdict)
        return TF_E_LIMIT;
    verdict->late = late;
    size_t rules_count;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(question->ruleset, &rules_count);
    struct trail from = {state, question, arena, false};
    const struct tf_fraud_trail trail = {look_on, &from};
    struct tf_fraud_case shown = {
        .facts = &question->facts, .arena = arena, .trail = &trail, .again = again ? question->event_id : TF_STR_NONE};
    for (size_t place = 0; place < question->rules_count; place++) {
        TF_TRY(answer_rule(state, question, rules, place, &shown, verdict));
        if (from.full)
            return TF_E_LIMIT;
    }
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

/* First revisions that add nothing are not worth the room; of an amendment at least its revision is kept (question_adds.c). */
static enum tf_err stage_event(struct tf_state *state, struct tf_state_question *question, struct tf_record *old, size_t removed)
{
    struct tf_stage *stage = &state->stage;
    struct tf_question_adds *adds = &state->asked->adds;
    const uint64_t revision = question->facts.event->revision;
    question->staged = TF_QUESTION_ADDED;
    question->staged_ms = question->facts.event->event_time_ms;
    tf_question_adds(question, adds);
    if (adds->keys_count == 0 && !old && revision <= FIRST_REVISION) {
        question->staged = TF_QUESTION_NOTHING;
        return TF_OK;
    }
    if (adds->keys_count == 0) {
        question->staged = TF_QUESTION_REMEMBERED;
        question->staged_ms = old ? old->time_ms : question->staged_ms;
        tf_question_adds(question, adds);
    }
    struct tf_record *record = tf_record_create(&stage->budget, question->record, revision, question->staged_ms, question->event_id, adds->keys_count);
    if (!record)
        return TF_E_FULL;
    record->partition = question->partition;
    if (!tf_populations_note(&state->populations, &stage->budget, question)) {
        tf_record_free(&stage->budget, record);
        return TF_E_FULL;
    }
    return tf_state_stage(state, record, adds, old, removed);
}

enum tf_err tf_state_stage(struct tf_state *state, struct tf_record *record, const struct tf_question_adds *adds, struct tf_record *old, size_t removed)
{
    struct tf_stage *stage = &state->stage;
    if (!tf_stage_tally_add(stage, record, adds->tallies, adds->tallies_count)) {
        tf_record_free(&stage->budget, record);
        return TF_E_FULL;
    }
    return tf_stage_add(stage, record, adds->keys, adds->keys_count, old, state->asked->removed, removed);
}

/* What others were told of the revision before, or of this one, which comes too late. */
static enum tf_err withdraw(struct tf_state *state, const struct tf_state_question *question, const struct tf_record *old, size_t removed)
{
    const uint64_t revision = question->facts.event->revision;
    bool noted = true;
    if (!state->notes_withdrawn || !old || (revision == old->revision && !question->settled))
        return TF_OK;
    if (revision > old->revision || question->settled)
        noted = tf_withdrawn_note_old(&state->withdrawn, &state->stage, old, state->asked->removed, removed);
    else
        noted = tf_withdrawn_note_stale(&state->withdrawn, &state->stage.budget, question);
    return noted ? TF_OK : TF_E_FULL;
}

static void note_settled(struct tf_state_question *question, const struct tf_record *known, const struct tf_record *old)
{
    question->settled = old != known;
    if (question->settled)
        question->settled_record = (struct tf_state_forgotten){old->identity, old->partition};
}

enum tf_err tf_state_judge(struct tf_state *state, struct tf_state_question *question, bool late, struct tf_arena *arena,
                           struct tf_fraud_verdict **ret_verdict)
{
    *ret_verdict = NULL;
    question->staged = TF_QUESTION_NOTHING;
    struct tf_record *known = tf_record_index_find(&state->stage.records, question->record);
    find(state, question);
    struct tf_record *old = tf_settlement_find(state, question, known);
    note_settled(question, known, old);
    size_t removed = old ? tf_stage_take_out(&state->stage, old, state->asked->removed) : 0, withdrawn = state->withdrawn.count;
    look_up(state, question);
    const bool same = known && known->revision == question->facts.event->revision;
    if (same)
        note_peers(state, question, removed);
    look_up_tallies(state, question);
    bool again = question->once && same;
    enum tf_err err = look_around(state, question, arena);
    if (err == TF_OK)
        err = answer(state, question, late, again, arena, ret_verdict);
    bool newer = !known || question->facts.event->revision > known->revision;
    if (err == TF_OK)
        err = withdraw(state, question, old, removed);
    if (err == TF_OK && newer)
        err = stage_event(state, question, old, removed);
    if (err != TF_OK)
        tf_withdrawn_cut(&state->withdrawn, &state->stage.budget, withdrawn);
    if (err != TF_OK) {
        question->staged = TF_QUESTION_NOTHING;
        question->settled = false;
    }
    if (old && (err != TF_OK || !newer))
        tf_stage_put_back(&state->stage, old, state->asked->removed, removed);
    tf_state_publish(state);
    return err;
}

static void advance(struct tf_state *state, int64_t watermark_ms)
{
    if (watermark_ms > state->forget.watermark_ms)
        state->forget.watermark_ms = watermark_ms;
    int64_t horizon_ms = tf_forget_horizon(&state->forget, 0);
    if (horizon_ms > state->stage.horizon_ms)
        state->stage.horizon_ms = horizon_ms;
}

void tf_state_commit(struct tf_state *state, int64_t watermark_ms)
{
    size_t events = state->stage.ops_count;
    advance(state, watermark_ms);
    tf_stage_commit(&state->stage);
    state->withdrawn.committed = state->withdrawn.count;
    tf_gone_commit(&state->stage.gone);
    tf_populations_commit(&state->populations);
    tf_partials_told(&state->stage.partials);
    tf_forget_run(&state->forget, &state->stage, SWEEP_KEYS_MIN + events * SWEEP_KEYS_PER_EVENT);
    tf_state_publish(state);
}

void tf_state_abort(struct tf_state *state)
{
    tf_stage_abort(&state->stage);
    tf_withdrawn_cut(&state->withdrawn, &state->stage.budget, state->withdrawn.committed);
    tf_gone_abort(&state->stage.gone);
    tf_populations_abort(&state->populations);
    state->stage.partials.shown = 0;
    tf_state_publish(state);
}

void tf_state_reclaim(struct tf_state *state, int64_t watermark_ms)
{
    advance(state, watermark_ms);
    tf_forget_run(&state->forget, &state->stage, SIZE_MAX);
    tf_state_publish(state);
}

size_t tf_state_bytes(const struct tf_state *state)
{
    return atomic_load_explicit(&state->bytes, memory_order_relaxed);
}

size_t tf_state_keys(const struct tf_state *state)
{
    return state->stage.table.keys.count;
}

size_t tf_state_entries(const struct tf_state *state)
{
    return atomic_load_explicit(&state->entries, memory_order_relaxed);
}
