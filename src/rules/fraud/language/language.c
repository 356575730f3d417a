/* A compiled expression as a rule of the set: its keys, its judgement. */
#include "language.h"

#include "compiler.h"
#include "fraud_facts.h"
#include "program.h"
#include "views.h"

struct tf_str tf_language_source(const struct tf_program *program)
{
    return program->source;
}

uint32_t tf_language_kinds(const struct tf_program *program)
{
    return program->kinds;
}

size_t tf_language_keys_count(const struct tf_program *program)
{
    return program->slots_count;
}

int64_t tf_language_window_ms(const struct tf_program *program)
{
    int64_t longest_ms = 0;
    for (size_t s = 0; s < program->slots_count; s++)
        if (program->slots[s].window_ms > longest_ms)
            longest_ms = program->slots[s].window_ms;
    return longest_ms;
}

struct tf_str tf_language_needs(const struct tf_program *program, struct tf_arena *arena)
{
    struct tf_buf text;
    tf_buf_init(&text, 4096);
    for (size_t f = 0; f < TF_FIELD_COUNT; f++)
        if (program->fields >> f & 1)
            tf_buf_printf(&text, "%s%s", text.len ? ", " : "", tf_fields()[f].name);
    struct tf_str needs = tf_arena_dup(arena, text.len ? tf_buf_view(&text) : TF_STR("nothing"));
    bool failed = text.failed;
    tf_buf_finish(&text);
    return failed ? TF_STR_NONE : needs;
}

size_t tf_language_lists_count(const struct tf_program *program)
{
    return program->lists_count;
}

size_t tf_language_list_at(const struct tf_program *program, size_t index)
{
    return program->lists[index].at;
}

bool tf_language_bind(struct tf_program *program, const struct tf_lists *lists, size_t *ret_index)
{
    program->held_by = lists;
    for (size_t i = 0; i < program->lists_count; i++) {
        program->lists[i].list = tf_lists_named(lists, program->lists[i].name);
        *ret_index = i;
        if (!program->lists[i].list)
            return false;
    }
    return true;
}

bool tf_language_name_is_free(struct tf_str name)
{
    struct tf_lexer lexer = {.source = name};
    const struct tf_token token = tf_lexer_next(&lexer);
    bool word = token.kind == TF_TOKEN_NAME && token.end == name.len;
    return word && !tf_compiler_field(name) && !tf_calls_has(name) && !tf_window_calls_has(name);
}

/* The tag of a key is its slot, so that judging finds the windows again when some keys could not be made. */
size_t tf_language_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                        struct tf_fraud_key *keys)
{
    const struct tf_program *program = rule->program;
    size_t count = 0;
    (void)setting;
    for (uint8_t s = 0; s < program->slots_count && facts->has_time; s++) {
        const struct tf_slot *slot = &program->slots[s];
        struct tf_fraud_key key = {.window_ms = slot->window_ms, .tag = s};
        if (!tf_views_key(slot, facts, &key.hash))
            continue;
        key.use = tf_views_contribution(slot, facts, &key.value) ? TF_FRAUD_LOOKS_AND_ADDS : TF_FRAUD_LOOKS;
        keys[count++] = key;
    }
    return count;
}

enum tf_fraud_answer tf_language_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    struct tf_frame frame TF_NOT_CLEARED;
    const struct tf_program *program = c->rule->program;
    for (size_t s = 0; s < program->slots_count; s++)
        frame.windows[s] = TF_FRAUD_KEYS_MAX;
    for (size_t k = 0; k < c->count; k++)
        frame.windows[c->keys[k].tag] = (uint8_t)k;
    const struct tf_value *answer = tf_vm_run(program, c, &frame);
    if (frame.starved)
        return TF_FRAUD_HIT; /* without words: how a full arena is told */
    if (!answer->known)
        return TF_FRAUD_UNKNOWN;
    if (!answer->truth)
        return TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    tf_words_of(program, &frame, hit);
    return TF_FRAUD_HIT;
}
