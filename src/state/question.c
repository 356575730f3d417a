#include "question.h"

#include <string.h>

/* Cleared for every event, the room for all keys of all rules would cost more than finding them. */
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#define TF_NOT_CLEARED __attribute__((uninitialized))
#endif
#endif
#ifndef TF_NOT_CLEARED
#define TF_NOT_CLEARED
#endif

bool tf_question_asks(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_event *event)
{
    return setting->mode != TF_FRAUD_OFF && (rule->kinds >> event->kind & 1) != 0;
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
    }
    first[rules_count] = (uint16_t)count;
    return true;
}

enum tf_err tf_state_ask(const struct tf_fraud_ruleset *ruleset, const struct tf_event *event, struct tf_hash16 record, struct tf_str event_id,
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
    struct tf_state_question *question = tf_arena_alloc(arena, sizeof *question + count * sizeof keys[0] + first_bytes);
    if (!question)
        return TF_E_LIMIT;
    question->ruleset = ruleset;
    question->facts = facts;
    question->record = record;
    question->event_id = event_id;
    question->keys_count = (uint16_t)count;
    question->first = (uint16_t *)(question->keys + count);
    memcpy(question->first, first, first_bytes);
    memcpy(question->keys, keys, count * sizeof keys[0]);
    *ret_question = question;
    return TF_OK;
}
