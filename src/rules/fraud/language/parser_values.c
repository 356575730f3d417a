/*
 * What has a value:
 *
 *   sum     = product { ( "+" | "-" ) product }       product = signed { ( "*" | "/" ) signed }
 *   signed  = "-" signed | "(" expression ")" | call | field | name of params | number [ currency ] | date | duration | text
 */
#include <stdlib.h>

#include "parser.h"

static struct tf_operand parse_signed(struct tf_compiler *c);

/* Words that people write in capitals who know SQL are no currencies. */
static bool is_currency(struct tf_str text)
{
    if (text.len != 3 || tf_str_is(text, "AND") || tf_str_is(text, "NOT"))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 'A' || text.ptr[i] > 'Z')
            return false;
    return true;
}

/* An amount of one currency: unknown where the record has another. */
static struct tf_operand emit_money(struct tf_compiler *c, struct tf_value number, struct tf_str currency, size_t begin)
{
    const struct tf_value code = {.text = tf_arena_dup(c->arena, currency), .known = true};
    if (!code.text.ptr)
        return tf_compiler_starve(c);
    struct tf_operand operand = {.type = TF_TYPE_AMOUNT, .literal = true, .begin = (uint16_t)begin, .end = (uint16_t)c->taken_end, .term = TF_PROGRAM_NONE};
    int16_t value_at = tf_emit_constants(c, &number, 1), code_at = tf_emit_constants(c, &code, 1);
    operand.at = tf_emit(c, TF_OP_MONEY, 0, value_at, code_at);
    return operand;
}

static struct tf_operand parse_number(struct tf_compiler *c, const struct tf_token *token)
{
    struct tf_value value = tf_value_parse(token->text, TF_TYPE_NUMBER);
    if (!value.known)
        return tf_compiler_fail(c, token->begin, "a number has at most %d decimals, and is at most 10^18", TF_VALUE_PLACES);
    if (c->token.kind != TF_TOKEN_NAME || !is_currency(c->token.text))
        return tf_emit_constant(c, TF_TYPE_NUMBER, value, token->begin, token->end);
    struct tf_str currency = c->token.text;
    tf_compiler_advance(c);
    return emit_money(c, value, currency, token->begin);
}

/* Quotes that stand doubled inside are one. */
static struct tf_operand parse_text(struct tf_compiler *c, const struct tf_token *token)
{
    char quote = c->lexer.source.ptr[token->begin];
    char *bytes = tf_arena_alloc(c->arena, token->text.len + 1);
    size_t len = 0;
    if (!bytes)
        return tf_compiler_starve(c);
    for (size_t i = 0; i < token->text.len; i++) {
        bytes[len++] = token->text.ptr[i];
        i += token->text.ptr[i] == quote;
    }
    return tf_emit_constant(c, TF_TYPE_TEXT, (struct tf_value){.text = {bytes, len}, .known = true}, token->begin, token->end);
}

static struct tf_operand parse_as(struct tf_compiler *c, const struct tf_token *token, enum tf_type type)
{
    struct tf_value value = tf_value_parse(token->text, type);
    if (!value.known)
        return tf_compiler_fail(c, token->begin, type == TF_TYPE_TIME ? "no day of the calendar" : "the duration is too long");
    return tf_emit_constant(c, type, value, token->begin, token->end);
}

/* "5000.00 EUR" is an amount of that currency; any other text waits for what it stands against. */
static struct tf_operand use_text(struct tf_compiler *c, struct tf_str text, const struct tf_token *name)
{
    if (text.len > 4 && text.ptr[text.len - 4] == ' ' && is_currency((struct tf_str){text.ptr + text.len - 3, 3})) {
        struct tf_value number = tf_value_parse((struct tf_str){text.ptr, text.len - 4}, TF_TYPE_NUMBER);
        if (number.known)
            return emit_money(c, number, (struct tf_str){text.ptr + text.len - 3, 3}, name->begin);
    }
    struct tf_str kept = tf_arena_dup(c->arena, text);
    if (!kept.ptr)
        return tf_compiler_starve(c);
    return tf_emit_constant(c, TF_TYPE_TEXT, (struct tf_value){.text = kept, .known = true}, name->begin, name->end);
}

static struct tf_operand use_constant(struct tf_compiler *c, const struct tf_constant *constant, const struct tf_token *name)
{
    struct tf_value value = {.truth = constant->truth, .known = true};
    switch (constant->kind) {
    case TF_CONSTANT_TEXT:
        return use_text(c, constant->text, name);
    case TF_CONSTANT_TRUTH:
        return tf_emit_constant(c, TF_TYPE_TRUTH, value, name->begin, name->end);
    case TF_CONSTANT_NUMBER:
        value = tf_value_parse(constant->text, TF_TYPE_NUMBER);
        if (!value.known)
            return tf_compiler_fail(c, name->begin, "its value is beyond 10^18");
        return tf_emit_constant(c, TF_TYPE_NUMBER, value, name->begin, name->end);
    case TF_CONSTANT_LIST:
        break;
    }
    return tf_compiler_fail(c, name->begin, "a list stands behind in");
}

static struct tf_operand parse_name(struct tf_compiler *c, const struct tf_token *name)
{
    if (c->token.kind == TF_TOKEN_OPEN && (tf_calls_has(name->text) || tf_window_calls_has(name->text))) {
        size_t at = c->token.begin;
        tf_compiler_advance(c);
        if (!tf_parser_enter(c))
            return tf_compiler_fail(c, at, "too deep");
        struct tf_operand result = tf_calls_has(name->text) ? tf_calls_parse(c, name) : tf_window_calls_parse(c, name);
        c->depth--;
        result.begin = (uint16_t)name->begin;
        result.end = (uint16_t)c->taken_end;
        return result;
    }
    const struct tf_field *field = tf_compiler_field(name->text);
    const struct tf_constant *constant = tf_compiler_constant(c, name->text);
    if (c->token.kind == TF_TOKEN_OPEN || (!field && !constant))
        return tf_compiler_unknown_name(c, name);
    return field ? tf_emit_field(c, field, name->begin, name->end) : use_constant(c, constant, name);
}

static struct tf_operand parse_bracket(struct tf_compiler *c, size_t begin)
{
    if (!tf_parser_enter(c))
        return tf_compiler_fail(c, begin, "too deep");
    struct tf_operand inner = tf_parser_expression(c);
    c->depth--;
    if (!tf_compiler_expect(c, TF_TOKEN_CLOSE))
        return tf_compiler_fail(c, begin, "open");
    inner.begin = (uint16_t)begin;
    inner.end = (uint16_t)c->taken_end;
    return inner;
}

static struct tf_operand parse_primary(struct tf_compiler *c)
{
    const struct tf_token token = c->token;
    if (token.kind == TF_TOKEN_END)
        return tf_compiler_fail(c, token.begin, "a value is missing here");
    tf_compiler_advance(c);
    if (c->failed)
        return tf_compiler_fail(c, token.begin, "no value");
    switch (token.kind) {
    case TF_TOKEN_NAME:
        return parse_name(c, &token);
    case TF_TOKEN_NUMBER:
        return parse_number(c, &token);
    case TF_TOKEN_TEXT:
        return parse_text(c, &token);
    case TF_TOKEN_DATE:
        return parse_as(c, &token, TF_TYPE_TIME);
    case TF_TOKEN_DURATION:
        return parse_as(c, &token, TF_TYPE_DURATION);
    case TF_TOKEN_TRUE:
    case TF_TOKEN_FALSE:
        return tf_emit_constant(c, TF_TYPE_TRUTH, (struct tf_value){.truth = token.kind == TF_TOKEN_TRUE, .known = true}, token.begin, token.end);
    case TF_TOKEN_OPEN:
        return parse_bracket(c, token.begin);
    case TF_TOKEN_LIST:
        return tf_compiler_fail(c, token.begin, "a list stands behind in: supplier in @%.40s", "name");
    default:
        return tf_compiler_fail(c, token.begin, "a value is missing before this");
    }
}

/* 0 - x, of whatever type x is. */
static struct tf_operand negate(struct tf_compiler *c, const struct tf_token *minus, struct tf_operand inner)
{
    if (inner.type == TF_TYPE_TEXT && !tf_typing_as(c, &inner, TF_TYPE_NUMBER))
        tf_typing_as(c, &inner, TF_TYPE_DURATION);
    bool signed_type = inner.type == TF_TYPE_NUMBER || inner.type == TF_TYPE_AMOUNT || inner.type == TF_TYPE_DURATION;
    if (c->failed || !signed_type)
        return tf_compiler_fail(c, minus->begin, "%s has no sign", tf_value_type_name(inner.type));
    struct tf_operand zero = tf_emit_constant(c, inner.type, (struct tf_value){.number = 0, .known = true}, minus->begin, minus->end);
    return tf_typing_reckon(c, minus, zero, inner);
}

static struct tf_operand parse_signed(struct tf_compiler *c)
{
    const struct tf_token minus = c->token;
    if (!tf_compiler_take(c, TF_TOKEN_MINUS))
        return parse_primary(c);
    if (!tf_parser_enter(c))
        return tf_compiler_fail(c, minus.begin, "too deep");
    struct tf_operand inner = parse_signed(c);
    c->depth--;
    return negate(c, &minus, inner);
}

static struct tf_operand parse_product(struct tf_compiler *c)
{
    struct tf_operand left = parse_signed(c);
    while (c->token.kind == TF_TOKEN_TIMES || c->token.kind == TF_TOKEN_DIVIDE) {
        const struct tf_token op = c->token;
        tf_compiler_advance(c);
        left = tf_typing_reckon(c, &op, left, parse_signed(c));
    }
    return left;
}

struct tf_operand tf_parser_sum(struct tf_compiler *c)
{
    struct tf_operand left = parse_product(c);
    while (c->token.kind == TF_TOKEN_PLUS || c->token.kind == TF_TOKEN_MINUS) {
        const struct tf_token op = c->token;
        tf_compiler_advance(c);
        left = tf_typing_reckon(c, &op, left, parse_product(c));
    }
    return left;
}

/* Lists. */

static int by_number(const void *a, const void *b)
{
    const struct tf_value *left = a, *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

static int by_text(const void *a, const void *b)
{
    const struct tf_value *left = a, *right = b;
    return tf_str_cmp(left->text, right->text);
}

static bool take_named(struct tf_compiler *c, const struct tf_constant *list, enum tf_type type, size_t at, size_t *ret_count)
{
    if (list->items_count > TF_LANGUAGE_LIST_MAX) {
        tf_compiler_fail(c, at, "a list has at most %d entries", TF_LANGUAGE_LIST_MAX);
        return false;
    }
    for (size_t i = 0; i < list->items_count; i++) {
        struct tf_str kept = tf_arena_dup(c->arena, list->items[i]);
        c->list[i] = tf_value_parse(kept, type);
        if (!kept.ptr)
            tf_compiler_starve(c);
        if (!c->list[i].known)
            tf_compiler_fail(c, at, "entry %zu of the list is not %s", i + 1, tf_value_type_name(type));
    }
    *ret_count = list->items_count;
    return !c->failed;
}

static bool parse_named(struct tf_compiler *c, enum tf_type type, size_t *ret_count)
{
    const struct tf_token name = c->token;
    const struct tf_constant *list = tf_compiler_constant(c, name.text);
    tf_compiler_advance(c);
    if (list && list->kind == TF_CONSTANT_LIST)
        return take_named(c, list, type, name.begin, ret_count);
    int shown = name.text.len < 40 ? (int)name.text.len : 40;
    tf_compiler_fail(c, name.begin, "\"%.*s\" is no list of params; a list of the section `lists` is named with @", shown, name.text.ptr);
    return false;
}

static bool parse_written(struct tf_compiler *c, enum tf_type type, size_t *ret_count)
{
    size_t count = 0;
    do {
        struct tf_operand entry = tf_parser_sum(c);
        if (c->failed)
            return false;
        if (count == TF_LANGUAGE_LIST_MAX || !entry.constant || !tf_typing_as(c, &entry, type)) {
            tf_compiler_fail(c, entry.begin, count == TF_LANGUAGE_LIST_MAX ? "the list is too long" : "a list for %s holds constants of that type only",
                             tf_value_type_name(type));
            return false;
        }
        c->list[count++] = c->constants[~entry.at];
    } while (tf_compiler_take(c, TF_TOKEN_COMMA));
    *ret_count = count;
    return tf_compiler_expect(c, TF_TOKEN_CLOSE_LIST);
}

bool tf_lists_parse(struct tf_compiler *c, enum tf_type type, size_t *ret_count)
{
    bool read = false;
    if (c->token.kind == TF_TOKEN_NAME)
        read = parse_named(c, type, ret_count);
    else if (tf_compiler_expect(c, TF_TOKEN_OPEN_LIST))
        read = parse_written(c, type, ret_count);
    if (read && *ret_count > 0)
        qsort(c->list, *ret_count, sizeof c->list[0], type == TF_TYPE_TEXT ? by_text : by_number);
    return read;
}
