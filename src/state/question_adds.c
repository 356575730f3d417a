#include "question_adds.h"

enum { MONTH_DAYS_MAX = 31 };

static void add_keys(const struct tf_state_question *question, struct tf_question_adds *adds)
{
    for (size_t k = 0; k < question->keys_count; k++)
        if (question->keys[k].use != TF_FRAUD_LOOKS)
            adds->keys[adds->keys_count++] = tf_stage_addition_of(&question->keys[k], question->guesses[k]);
}

static void count_in(struct tf_question_adds *adds, const struct tf_fraud_tally *tally, uint32_t window_days, uint32_t guess_plus_1)
{
    for (size_t i = 0; i < adds->tallies_count; i++)
        if (adds->tallies[i].cell == tally->cell && tf_hash16_eq(adds->tallies[i].group, tally->group))
            return; /* rules may share a group */
    adds->tallies[adds->tallies_count++] =
        (struct tf_stage_tally){tally->group, tally->cell, tally->adds ? tally->adds : 1, (uint16_t)window_days, tally->shared, guess_plus_1};
}

static void add_tallies(const struct tf_state_question *question, struct tf_question_adds *adds)
{
    for (size_t i = 0; i < question->rules_count; i++) {
        if (question->tallies_first[i] == question->tallies_first[i + 1])
            continue;
        uint32_t days = tf_question_days(tf_fraud_ruleset_setting(question->ruleset, question->rules[i])->window_ms);
        for (size_t t = question->tallies_first[i]; t < question->tallies_first[i + 1]; t++)
            if (question->tallies[t].use != TF_FRAUD_LOOKS)
                count_in(adds, &question->tallies[t], days, question->tally_guesses[t]);
    }
}

/*
 * Counts do not lead back to their record, so while they stand it has to be known, or it would count again: where no key of its own is kept that
 * long, an entry under a key that no rule asks for. Those of a month share 256 keys, so that one that comes late moves few others.
 */
static void remember_counts(const struct tf_state_question *question, struct tf_question_adds *adds)
{
    int64_t kept_ms = 0, counted_ms = 0;
    for (size_t i = 0; i < adds->keys_count; i++)
        kept_ms = adds->keys[i].window_ms > kept_ms ? adds->keys[i].window_ms : kept_ms;
    for (size_t i = 0; i < adds->tallies_count; i++) {
        int64_t ms = ((int64_t)adds->tallies[i].window_days + MONTH_DAYS_MAX) * TF_MS_PER_DAY;
        counted_ms = ms > counted_ms ? ms : counted_ms;
    }
    if (kept_ms >= counted_ms)
        return;
    struct tf_hash16 key = {{'c', (uint8_t)(question->month >> 8), (uint8_t)question->month, question->record.bytes[0]}};
    adds->keys[adds->keys_count++] = (struct tf_stage_addition){.hash = key, .window_ms = counted_ms};
}

/*
 * An amendment that adds nothing still has to be remembered, or a revision before it could come back: it gets an entry under a key that no rule
 * asks for, for as long as any window reaches.
 */
static void remember_revision(const struct tf_state_question *question, struct tf_question_adds *adds)
{
    size_t rules_count;
    int64_t longest_ms = 0;
    tf_fraud_ruleset_rules(question->ruleset, &rules_count);
    for (size_t r = 0; r < rules_count; r++) {
        const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(question->ruleset, r);
        longest_ms = setting->window_ms > longest_ms ? setting->window_ms : longest_ms;
    }
    adds->keys[adds->keys_count++] = (struct tf_stage_addition){.window_ms = longest_ms};
}

void tf_question_adds(const struct tf_state_question *question, struct tf_question_adds *adds)
{
    adds->keys_count = adds->tallies_count = 0;
    switch (question->staged) {
    case TF_QUESTION_NOTHING:
        break;
    case TF_QUESTION_ADDED:
        add_keys(question, adds);
        add_tallies(question, adds);
        remember_counts(question, adds);
        break;
    case TF_QUESTION_REMEMBERED:
        remember_revision(question, adds);
        break;
    }
}

void tf_question_adds_of_row(const struct tf_state_row *row, struct tf_question_adds *adds)
{
    adds->keys_count = row->keys_count;
    adds->tallies_count = row->tallies_count;
    for (size_t k = 0; k < row->keys_count; k++)
        adds->keys[k] = tf_stage_addition_of(&row->keys[k], 0);
    for (size_t t = 0; t < row->tallies_count; t++) {
        const struct tf_state_row_tally *tally = &row->tallies[t];
        adds->tallies[t] = (struct tf_stage_tally){tally->group, tally->cell, tally->adds, tally->window_days, tally->shared, 0};
    }
}
