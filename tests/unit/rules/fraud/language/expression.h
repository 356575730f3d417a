/* Expressions on sample records, without rule files and without a state. */
#ifndef TAXFLOW_TESTS_FRAUD_EXPRESSION_H
#define TAXFLOW_TESTS_FRAUD_EXPRESSION_H

#include "language/language.h"
#include "unit/rules/fraud/sample.h"

/* A compiled expression as a rule with a history. */
struct expression {
    struct history history;
    struct tf_fraud_rule rule;
    struct tf_arena *arena;
    struct tf_language_fault fault;
    enum tf_err err;
};

static inline struct expression *expression_of(const struct tf_language_rule *rule)
{
    struct expression *expression = calloc(1, sizeof *expression);
    struct tf_program *program = NULL;
    assert_non_null(expression);
    expression->arena = tf_arena_create(16 << 20);
    expression->history.arena = tf_arena_create(64 << 20);
    assert_true(expression->arena && expression->history.arena);
    expression->err = tf_language_compile(rule, expression->arena, &program, &expression->fault);
    assert_int_equal(expression->err == TF_OK, program != NULL);
    if (!program)
        return expression;
    expression->rule = (struct tf_fraud_rule){.id = "OWN", .program = program, .kinds = tf_language_kinds(program),
                                              .judge = tf_language_judge,
                                              .keys = tf_language_keys_count(program) > 0 ? tf_language_keys : NULL};
    expression->history.rule = &expression->rule;
    expression->history.setting.window_ms = tf_language_window_ms(program);
    return expression;
}

static inline struct expression *expression_new(const char *when)
{
    const struct tf_language_rule rule = {.id = TF_STR("OWN"), .when = tf_str_of(when)};
    struct expression *expression = expression_of(&rule);
    if (expression->err != TF_OK)
        fail_msg("%s\n at %zu: %s", when, expression->fault.at, expression->fault.text);
    return expression;
}

static inline void expression_free(struct expression *expression)
{
    tf_arena_destroy(expression->arena);
    tf_arena_destroy(expression->history.arena);
    free(expression);
}

/* What an expression says of a record that has no history. */
static inline enum tf_fraud_answer expression_say(const char *when, const struct sample *sample)
{
    struct expression *expression = expression_new(when);
    enum tf_fraud_answer answer = history_judge(&expression->history, sample);
    expression_free(expression);
    return answer;
}

#endif
