/* Calls of what needs no window. */
#include "compiler.h"

struct function {
    const char *name;
    enum tf_op op;
    enum tf_type takes, gives;
};

static const struct function functions[] = {
#define TF_FUNCTION(name_, op_, takes_, gives_, text_) {#name_, TF_OP_##op_, TF_TYPE_##takes_, TF_TYPE_##gives_},
#include "functions.def"
#undef TF_FUNCTION
};

enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

const char *tf_calls_name(size_t index)
{
    return index < FUNCTIONS ? functions[index].name : NULL;
}

static const struct function *find(struct tf_str name)
{
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (tf_str_is(name, functions[i].name))
            return &functions[i];
    return NULL;
}

bool tf_calls_has(struct tf_str name)
{
    return find(name) != NULL;
}

/* present(x) is never unknown itself; default(x, y) is x, and y where x is unknown. */
static struct tf_operand call_any(struct tf_compiler *c, const struct function *function, struct tf_operand argument)
{
    struct tf_operand result = argument;
    result.term = TF_PROGRAM_NONE;
    result.constant = result.literal = false;
    if (function->op == TF_OP_PRESENT) {
        result.at = tf_emit(c, TF_OP_PRESENT, 0, argument.at, argument.at);
        result.type = TF_TYPE_TRUTH;
        result.personal = false;
        return result;
    }
    size_t at = c->token.begin;
    if (!tf_compiler_expect(c, TF_TOKEN_COMMA))
        return argument;
    struct tf_operand other = tf_parser_expression(c);
    if (!tf_typing_meet(c, at, &argument, &other))
        return argument;
    result.type = argument.type;
    result.at = tf_emit(c, TF_OP_DEFAULT, 0, argument.at, other.at);
    result.personal = argument.personal || other.personal;
    result.is_day = argument.is_day || other.is_day;
    return result;
}

static struct tf_operand call_abs(struct tf_compiler *c, struct tf_operand argument)
{
    if (argument.type != TF_TYPE_NUMBER && argument.type != TF_TYPE_AMOUNT && argument.type != TF_TYPE_DURATION)
        return tf_compiler_fail(c, argument.begin, "abs takes a number, an amount or a duration, and this is %s", tf_value_type_name(argument.type));
    argument.at = tf_emit(c, TF_OP_ABS, 0, argument.at, argument.at);
    argument.constant = argument.literal = false;
    return argument;
}

static struct tf_operand call_typed(struct tf_compiler *c, const struct function *function, struct tf_operand argument)
{
    if (!tf_typing_as(c, &argument, function->takes))
        return tf_compiler_fail(c, argument.begin, "%s takes %s, and this is %s", function->name, tf_value_type_name(function->takes),
                                tf_value_type_name(argument.type));
    if (function->op == TF_OP_HOUR && argument.is_day)
        return tf_compiler_fail(c, argument.begin, "a day has no hours; `time`, recorded_at and approved_at have");
    return (struct tf_operand){
        .type = function->gives,
        .at = tf_emit(c, function->op, 0, argument.at, argument.at),
        .personal = argument.personal && function->gives == TF_TYPE_TEXT,
        .term = TF_PROGRAM_NONE,
    };
}

struct tf_operand tf_calls_parse(struct tf_compiler *c, const struct tf_token *name)
{
    const struct function *function = find(name->text);
    uint16_t views_from = c->views_count;
    struct tf_operand result = tf_parser_expression(c);
    if (c->failed)
        return result;
    if (function->op == TF_OP_ABS)
        result = call_abs(c, result);
    else if (function->takes == TF_TYPE_NONE)
        result = call_any(c, function, result);
    else
        result = call_typed(c, function, result);
    if (!tf_compiler_expect(c, TF_TOKEN_CLOSE))
        return tf_compiler_fail(c, name->begin, "open");
    if (result.type != TF_TYPE_TRUTH)
        return result;
    result.begin = (uint16_t)name->begin;
    result.end = (uint16_t)c->taken_end;
    tf_emit_atom(c, &result, views_from);
    tf_emit_show(c, result.term, &result);
    return result;
}
