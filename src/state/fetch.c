#include "state_internal.h"

enum {
    LINE_BYTES = 64,
    QUESTION_LINES = 24, /* its facts, some fifteen keys and what it asks of counters, which most often stands behind it in its arena */
};

/* Nothing of it is read: it may not have come. */
static void fetch_question(const struct tf_state_question *question)
{
    for (size_t line = 0; line < QUESTION_LINES; line++)
        tf_ahead_fetch((const char *)question + line * LINE_BYTES);
}

static void fetch_slots(const struct tf_stage *stage, const struct tf_state_question *question)
{
    tf_record_index_prefetch(&stage->records, question->record);
    for (size_t k = 0; k < question->keys_count; k++)
        tf_places_prefetch(&stage->table.keys, question->keys[k].hash);
    for (size_t t = 0; t < question->tallies_count; t++)
        tf_places_prefetch(&stage->tallies.groups, question->tallies[t].group);
}

static void fetch_items(const struct tf_stage *stage, const struct tf_state_question *question)
{
    for (size_t k = 0; k < question->keys_count; k++)
        question->guesses[k] = tf_places_guess(&stage->table.keys, TF_TABLE_KEYS, question->keys[k].hash) + 1;
    for (size_t t = 0; t < question->tallies_count; t++)
        question->tally_guesses[t] = tf_places_guess(&stage->tallies.groups, TF_TALLY_GROUPS, question->tallies[t].group) + 1;
}

static void fetch_entries(const struct tf_table *table, uint32_t id)
{
    const struct tf_table_key *key = id < table->keys.ids ? tf_table_at(table, id) : NULL;
    if (!key || !key->entries)
        return;
    const struct tf_fraud_entry *first = key->entries + key->start;
    tf_ahead_fetch(first);
    tf_ahead_fetch(first + key->count - 1);
    tf_ahead_fetch(first + key->count); /* where the next one goes */
}

static void fetch_lists(const struct tf_stage *stage, const struct tf_state_question *question)
{
    for (size_t k = 0; k < question->keys_count; k++)
        fetch_entries(&stage->table, question->guesses[k] - 1);
    for (size_t t = 0; t < question->tallies_count; t++)
        tf_tally_prefetch_counts(&stage->tallies, question->tally_guesses[t] - 1);
}

void tf_state_fetch(const struct tf_state *state, const struct tf_state_question *question, enum tf_state_near near)
{
    switch (near) {
    case TF_STATE_COMING:
        fetch_question(question);
        break;
    case TF_STATE_FAR:
        fetch_slots(&state->stage, question);
        break;
    case TF_STATE_NEAR:
        fetch_items(&state->stage, question);
        break;
    case TF_STATE_NEXT:
        fetch_lists(&state->stage, question);
        break;
    }
}
