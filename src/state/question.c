#include "question.h"

#include <string.h>

bool tf_question_asks(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_event *event)
{
    return setting->mode != TF_FRAUD_OFF && (rule->kinds >> event->kind & 1) != 0;
}

size_t tf_question_tallies(const struct tf_state_question *question)
{
    size_t rules_count;
    tf_fraud_ruleset_rules(question->ruleset, &rules_count);
    return question->tally_first[rules_count];
}

/* False when they are too many. */
static bool collect(const struct tf_fraud_ruleset *ruleset, const struct tf_fraud_facts *facts, struct tf_fraud_key *keys, uint16_t *first)
{
    size_t rules_count, count = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &rules_count);
    for (size_t r = 0; r < rules_count; r++) {
        const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(ruleset, r);
        first[r] = (uint16_t)count;
        if (!rules[r].keys || !tf_question_asks(&rules[r], setting, facts->event))
            continue;
        if (count > TF_QUESTION_KEYS_MAX - TF_FRAUD_KEYS_MAX)
            return false;
        count += rules[r].keys(&rules[r], setting, facts, &keys[count]);
        for (size_t k = first[r]; k < count; k++)
            keys[k].window_ms = keys[k].window_ms > 0 ? keys[k].window_ms : setting->window_ms;
    }
    first[rules_count] = (uint16_t)count;
    return true;
}

/* Their own room beside the keys: most rules have none. */
static bool collect_tallies(struct tf_state_question *question, struct tf_arena *arena)
{
    struct tf_fraud_tally tallies[TF_QUESTION_TALLIES_MAX] TF_NOT_CLEARED;
    size_t rules_count, count = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(question->ruleset, &rules_count);
    question->month = question->facts.has_time ? tf_fraud_month_of(question->facts.time_ms) : TF_FRAUD_MONTH_NONE;
    for (size_t r = 0; r < rules_count; r++) {
        const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(question->ruleset, r);
        question->tally_first[r] = (uint16_t)count;
        bool asks = rules[r].tallies && question->month != TF_FRAUD_MONTH_NONE && tf_question_asks(&rules[r], setting, question->facts.event);
        if (asks && count > TF_QUESTION_TALLIES_MAX - TF_FRAUD_TALLIES_MAX)
            return false;
        count += asks ? rules[r].tallies(&rules[r], setting, &question->facts, &tallies[count]) : 0;
    }
    question->tally_first[rules_count] = (uint16_t)count;
    question->tallies = tf_arena_alloc(arena, (count + 1) * sizeof tallies[0]);
    if (question->tallies && count > 0)
        memcpy(question->tallies, tallies, count * sizeof tallies[0]);
    return question->tallies != NULL;
}

enum tf_err tf_state_ask(const struct tf_fraud_ruleset *ruleset, const struct tf_event *event, const struct tf_state_origin *origin,
                         struct tf_arena *arena, struct tf_state_question **ret_question)
{
    struct tf_fraud_key keys[TF_QUESTION_KEYS_MAX] TF_NOT_CLEARED;
    uint16_t first[TF_FRAUD_RULES_MAX + 1];
    const struct tf_fraud_facts facts = tf_fraud_facts_of(event);
    size_t rules_count;
    tf_fraud_ruleset_rules(ruleset, &rules_count);
    if (!collect(ruleset, &facts, keys, first))
        return TF_E_LIMIT;
    size_t count = first[rules_count], first_bytes = (rules_count + 1) * sizeof first[0];
    struct tf_state_question *question = tf_arena_alloc(arena, sizeof *question + count * sizeof keys[0] + 2 * first_bytes);
    if (!question)
        return TF_E_LIMIT;
    question->ruleset = ruleset;
    question->facts = facts;
    question->record = origin->record;
    question->event_id = origin->event_id;
    question->partition = origin->partition;
    question->once = origin->once;
    question->keys_count = (uint16_t)count;
    question->staged = TF_QUESTION_NOTHING;
    question->shares = NULL;
    question->first = (uint16_t *)(question->keys + count);
    question->tally_first = question->first + rules_count + 1;
    memcpy(question->first, first, first_bytes);
    memcpy(question->keys, keys, count * sizeof keys[0]);
    if (!collect_tallies(question, arena))
        return TF_E_LIMIT;
    *ret_question = question;
    return TF_OK;
}

const struct tf_fraud_facts *tf_state_question_facts(const struct tf_state_question *question)
{
    return &question->facts;
}
