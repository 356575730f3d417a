#include "settlement.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

/* What the event asks while it is worked out, before it is known how much room it takes. */
struct draft {
    const struct tf_fraud_ruleset *ruleset;
    const uint16_t *asked;
    size_t asked_count;
    struct tf_fraud_facts facts;
};

/* False when they are too many. */
static bool collect(const struct draft *draft, struct tf_fraud_key *keys, uint16_t *first)
{
    size_t rules_count, count = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(draft->ruleset, &rules_count);
    for (size_t i = 0; i < draft->asked_count; i++) {
        const struct tf_fraud_rule *rule = &rules[draft->asked[i]];
        first[i] = (uint16_t)count;
        if (!rule->keys)
            continue;
        if (count > TF_QUESTION_KEYS_MAX - TF_FRAUD_KEYS_MAX)
            return false;
        const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(draft->ruleset, draft->asked[i]);
        count += rule->keys(rule, setting, &draft->facts, &keys[count]);
        for (size_t k = first[i]; k < count; k++)
            keys[k].window_ms = keys[k].window_ms > 0 ? keys[k].window_ms : setting->window_ms;
    }
    first[draft->asked_count] = (uint16_t)count;
    return true;
}

/* Their own room beside the keys: most rules have none. */
static bool collect_tallies(struct tf_state_question *question, struct tf_arena *arena)
{
    struct tf_fraud_tally tallies[TF_QUESTION_TALLIES_MAX] TF_NOT_CLEARED;
    size_t rules_count, count = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(question->ruleset, &rules_count);
    question->month = question->facts.has_time ? tf_fraud_month_of(question->facts.time_ms) : TF_FRAUD_MONTH_NONE;
    for (size_t i = 0; i < question->rules_count; i++) {
        const struct tf_fraud_rule *rule = &rules[question->rules[i]];
        question->tallies_first[i] = (uint16_t)count;
        if (!rule->tallies || question->month == TF_FRAUD_MONTH_NONE)
            continue;
        if (count > TF_QUESTION_TALLIES_MAX - TF_FRAUD_TALLIES_MAX)
            return false;
        count += rule->tallies(rule, tf_fraud_ruleset_setting(question->ruleset, question->rules[i]), &question->facts, &tallies[count]);
    }
    question->tallies_first[question->rules_count] = question->tallies_count = (uint16_t)count;
    question->tally_guesses = tf_arena_alloc(arena, count * (sizeof *question->tally_guesses + sizeof tallies[0]) + 1);
    if (!question->tally_guesses)
        return false;
    question->tallies = (struct tf_fraud_tally *)(question->tally_guesses + count); /* behind, as the one of the lesser alignment */
    static_assert(alignof(struct tf_fraud_tally) <= alignof(uint32_t), "the tallies stand behind the guesses");
    if (count == 0)
        return true;
    memcpy(question->tallies, tallies, count * sizeof tallies[0]);
    memset(question->tally_guesses, 0, count * sizeof *question->tally_guesses);
    return true;
}

enum tf_err tf_state_ask(const struct tf_fraud_ruleset *ruleset, const struct tf_event *event, const struct tf_state_origin *origin,
                         struct tf_arena *arena, struct tf_state_question **ret_question)
{
    struct tf_fraud_key keys[TF_QUESTION_KEYS_MAX] TF_NOT_CLEARED;
    uint16_t first[TF_FRAUD_RULES_MAX + 1] TF_NOT_CLEARED;
    struct draft draft = {.ruleset = ruleset, .facts = tf_fraud_facts_of(event)};
    draft.facts.judged = origin->judged;
    draft.asked = tf_fraud_ruleset_asked(ruleset, event, &draft.asked_count);
    if (!collect(&draft, keys, first))
        return TF_E_LIMIT;
    const bool settles = tf_settlement_key(&draft.facts, &keys[first[draft.asked_count]]);
    size_t count = first[draft.asked_count] + (size_t)settles, first_bytes = (draft.asked_count + 1) * sizeof first[0];
    struct tf_state_question *question = tf_arena_alloc(arena, sizeof *question + count * (sizeof keys[0] + sizeof *question->guesses) + 2 * first_bytes);
    if (!question)
        return TF_E_LIMIT;
    question->ruleset = ruleset;
    question->rules = draft.asked;
    question->rules_count = draft.asked_count;
    question->facts = draft.facts;
    question->record = origin->record;
    question->event_id = origin->event_id;
    question->partition = origin->partition;
    question->once = origin->once;
    question->settles = settles;
    question->settled = false;
    question->keys_count = (uint16_t)count;
    question->staged = TF_QUESTION_NOTHING;
    question->shares = NULL;
    question->guesses = (uint32_t *)(question->keys + count);
    question->keys_first = (uint16_t *)(question->guesses + count);
    question->tallies_first = question->keys_first + draft.asked_count + 1;
    memcpy(question->keys_first, first, first_bytes);
    memcpy(question->keys, keys, count * sizeof keys[0]);
    memset(question->guesses, 0, count * sizeof *question->guesses);
    if (!collect_tallies(question, arena))
        return TF_E_LIMIT;
    *ret_question = question;
    return TF_OK;
}

const struct tf_fraud_facts *tf_state_question_facts(const struct tf_state_question *question)
{
    return &question->facts;
}
