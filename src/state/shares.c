#include "shares.h"

#include "taxflow/fraud_trail.h"
#include "taxflow/state_shares.h"

struct tf_share_set *tf_state_shares(struct tf_state_question *question, struct tf_arena *arena)
{
    size_t count = 0;
    for (size_t k = 0; k < question->keys_count; k++)
        count += question->keys[k].shared;
    question->shares = NULL;
    if (count == 0)
        return NULL;
    struct tf_share_set *set = TF_ARENA_NEW(arena, struct tf_share_set);
    struct tf_share *items = set ? TF_ARENA_ARRAY(arena, struct tf_share, count) : NULL;
    if (!items)
        return NULL;
    *set = (struct tf_share_set){.items = items, .capacity = count};
    set->own = (struct tf_share_entry){.record = question->record, .revision = question->facts.event->revision,
                                       .time_ms = question->facts.event->event_time_ms, .partition = question->partition, .event_id = question->event_id};
    for (size_t k = 0; k < question->keys_count; k++) {
        const struct tf_fraud_key *key = &question->keys[k];
        if (key->shared)
            items[set->count++] = (struct tf_share){.key = key->hash, .window_ms = key->window_ms, .value = key->value, .tag = key->tag,
                                                    .adds = key->use != TF_FRAUD_LOOKS, .looks = key->use != TF_FRAUD_ADDS};
    }
    return question->shares = set;
}

/* ---- Merging ---- */

/* Another entry of the same record that counts in its place. */
static bool is_replaced(const struct tf_share *share, size_t i)
{
    for (size_t k = 0; k < share->count; k++)
        if (k != i && tf_hash16_eq(share->entries[k].record, share->entries[i].record) &&
            (share->entries[k].revision > share->entries[i].revision || (share->entries[k].revision == share->entries[i].revision && k < i)))
            return true;
    return false;
}

static bool counts(const struct tf_state *state, const struct tf_state_question *question, const struct tf_share *share, size_t i)
{
    const struct tf_share_entry *entry = &share->entries[i];
    if (tf_hash16_eq(entry->record, question->record) || is_replaced(share, i))
        return false;
    return !state || (!entry->ours && !tf_record_index_find(&state->stage.records, entry->record));
}

/* Whether the entry lies before the other one. */
static bool before(const struct tf_fraud_entry *entry, int64_t time_ms, struct tf_str id)
{
    return entry->time_ms != time_ms ? entry->time_ms < time_ms : tf_str_cmp(tf_fraud_entry_id(entry), id) < 0;
}

/* Their totals are their values yet. They came newest first, so most go to the end. */
static size_t pick(const struct tf_state *state, const struct tf_state_question *question, const struct tf_share *share, struct tf_fraud_entry *picked)
{
    size_t count = 0;
    for (size_t i = share->count; i > 0; i--) {
        const struct tf_share_entry *entry = &share->entries[i - 1];
        size_t at = count;
        if (!counts(state, question, share, i - 1))
            continue;
        for (; at > 0 && !before(&picked[at - 1], entry->time_ms, entry->event_id); at--)
            picked[at] = picked[at - 1];
        picked[at] = (struct tf_fraud_entry){
            .time_ms = entry->time_ms, .total = (uint64_t)entry->value, .id = entry->event_id.ptr, .id_bytes = (uint32_t)entry->event_id.len,
            .tag = entry->tag};
        count++;
    }
    return count;
}

static void put(struct tf_fraud_window *window, struct tf_fraud_entry *entries, struct tf_fraud_entry entry, int64_t value)
{
    uint64_t total = window->count > 0 ? entries[window->count - 1].total : window->before;
    entry.total = total + (uint64_t)value;
    entries[window->count++] = entry;
    window->highest = value > window->highest ? value : window->highest;
}

struct tf_fraud_window tf_shares_merge(const struct tf_state *state, const struct tf_state_question *question, struct tf_fraud_window window,
                                       const struct tf_share *share, struct tf_arena *arena, bool *ret_full)
{
    struct tf_fraud_entry picked[TF_SHARE_READ_MAX] TF_NOT_CLEARED;
    size_t more = share ? pick(state, question, share, picked) : 0, next = 0;
    if (more == 0)
        return window;
    struct tf_fraud_entry *entries = tf_arena_alloc(arena, (window.count + more) * sizeof *entries);
    if (!entries) {
        *ret_full = true;
        return window;
    }
    struct tf_fraud_window merged = {.entries = entries, .highest = window.highest};
    for (size_t i = 0; i < window.count; i++) {
        const struct tf_fraud_entry *mine = &window.entries[i];
        for (; next < more && before(&picked[next], mine->time_ms, tf_fraud_entry_id(mine)); next++)
            put(&merged, entries, picked[next], (int64_t)picked[next].total);
        put(&merged, entries, *mine, tf_fraud_value_at(&window, i));
    }
    for (; next < more; next++)
        put(&merged, entries, picked[next], (int64_t)picked[next].total);
    return merged;
}

/* ---- Following ---- */

struct following {
    struct tf_state_question *question;
    struct tf_arena *arena;
};

static struct tf_fraud_window found_under(const struct following *following, const struct tf_share *share)
{
    bool full = false;
    const struct tf_fraud_window nothing = {.highest = INT64_MIN};
    return tf_shares_merge(NULL, following->question, nothing, share, following->arena, &full);
}

/* What was not read yet is wanted. */
static struct tf_fraud_window look_or_want(void *self, struct tf_hash16 key, int64_t window_ms)
{
    const struct following *following = self;
    struct tf_share_set *set = following->question->shares;
    const struct tf_share *share = tf_share_find(set, key);
    if (!share)
        tf_share_look(set, key, window_ms, following->arena);
    return found_under(following, share);
}

/* place: of the rule among those that are asked. */
static bool leads(const struct tf_state_question *question, size_t place)
{
    bool any = false;
    for (size_t k = question->keys_first[place]; k < question->keys_first[place + 1]; k++)
        any |= question->keys[k].leads;
    return any;
}

static void follow_rule(struct following *following, size_t place)
{
    struct tf_state_question *question = following->question;
    size_t rules_count, r = question->rules[place];
    const struct tf_fraud_rule *rule = &tf_fraud_ruleset_rules(question->ruleset, &rules_count)[r];
    struct tf_fraud_window windows[TF_FRAUD_KEYS_MAX];
    struct tf_fraud_hit hit = {.rule = rule};
    size_t first = question->keys_first[place], count = question->keys_first[place + 1] - first;
    const struct tf_fraud_trail trail = {look_or_want, following};
    for (size_t k = 0; k < count; k++)
        windows[k] = found_under(following, tf_share_find(question->shares, question->keys[first + k].hash));
    const struct tf_fraud_case shown = {
        .rule = rule, .setting = tf_fraud_ruleset_setting(question->ruleset, r), .facts = &question->facts, .keys = &question->keys[first],
        .windows = windows, .count = count, .arena = following->arena, .trail = &trail,
    };
    rule->judge(&shown, &hit); /* for where it looks; what it says counts once all is there */
}

void tf_state_follow(struct tf_state_question *question, struct tf_arena *arena)
{
    struct following following = {question, arena};
    for (size_t place = 0; question->shares && place < question->rules_count; place++)
        if (leads(question, place))
            follow_rule(&following, place);
}

/* ---- Telling ---- */

static struct tf_share_row row_of(const struct tf_table_key *key, const struct tf_fraud_window *window, size_t i)
{
    const struct tf_fraud_entry *entry = &window->entries[i];
    const struct tf_record *record = tf_record_of(entry);
    return (struct tf_share_row){
        .key = key->hash,
        .window_ms = key->window_ms,
        .entry = {record->identity, record->revision, entry->time_ms, tf_fraud_value_at(window, i), entry->tag, record->partition, true,
                  tf_fraud_entry_id(entry)},
    };
}

/* A cursor is the id of a key and the place of an entry under it. */
size_t tf_state_shared(const struct tf_state *state, uint64_t *cursor, struct tf_share_row *rows, size_t most)
{
    const struct tf_table *table = &state->stage.table;
    uint32_t id = (uint32_t)(*cursor >> 32), at = (uint32_t)*cursor;
    size_t count = 0;
    while (id < table->keys.ids && count < most) {
        const struct tf_table_key *key = tf_table_at(table, id);
        const bool told = key->entries && key->shared;
        const struct tf_fraud_window window = tf_table_window(table, told ? id : TF_TABLE_NONE, INT64_MIN, INT64_MAX - 1);
        for (; at < window.count && count < most; at++)
            rows[count++] = row_of(key, &window, at);
        if (at < window.count)
            break;
        id++;
        at = 0;
    }
    *cursor = (uint64_t)id << 32 | at;
    return count;
}

void tf_state_note_withdrawn(struct tf_state *state, bool wanted)
{
    state->notes_withdrawn = wanted;
}

size_t tf_state_withdrawn(const struct tf_state *state, const struct tf_share_row **ret_rows)
{
    *ret_rows = state->withdrawn.rows;
    return state->withdrawn.committed;
}

void tf_state_withdrawn_done(struct tf_state *state)
{
    tf_withdrawn_done(&state->withdrawn, &state->stage.budget);
}
