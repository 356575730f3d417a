#include "compiler.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "taxflow/buf.h"

struct tf_operand tf_compiler_fail(struct tf_compiler *c, size_t at, const char *format, ...)
{
    const struct tf_operand nothing = {.type = TF_TYPE_NONE, .term = TF_PROGRAM_NONE};
    if (c->failed)
        return nothing;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(c->fault->text, sizeof c->fault->text, format, arguments);
    va_end(arguments);
    c->fault->at = at;
    c->failed = true;
    c->token.kind = TF_TOKEN_END;
    return nothing;
}

struct tf_operand tf_compiler_starve(struct tf_compiler *c)
{
    c->starved = true;
    return tf_compiler_fail(c, 0, "the rule is too large");
}

void tf_compiler_advance(struct tf_compiler *c)
{
    if (c->failed)
        return;
    c->taken_end = c->token.end;
    c->token = tf_lexer_next(&c->lexer);
    if (c->token.kind == TF_TOKEN_BAD)
        tf_compiler_fail(c, c->token.begin, "%s", c->token.problem);
}

bool tf_compiler_take(struct tf_compiler *c, enum tf_token_kind kind)
{
    if (c->token.kind != kind || c->failed)
        return false;
    tf_compiler_advance(c);
    return true;
}

bool tf_compiler_expect(struct tf_compiler *c, enum tf_token_kind kind)
{
    if (tf_compiler_take(c, kind))
        return !c->failed;
    tf_compiler_fail(c, c->token.begin, "%s is missing here", tf_lexer_words(kind));
    return false;
}

const struct tf_field *tf_compiler_field(struct tf_str name)
{
    for (size_t f = 0; f < TF_FIELD_COUNT; f++)
        if (tf_str_is(name, tf_fields()[f].name))
            return &tf_fields()[f];
    return NULL;
}

const struct tf_constant *tf_compiler_constant(struct tf_compiler *c, struct tf_str name)
{
    for (size_t i = 0; i < c->rule->constants_count; i++) {
        if (!tf_str_eq(name, c->rule->constants[i].name))
            continue;
        c->used |= i < 64 ? UINT64_C(1) << i : 0;
        return &c->rule->constants[i];
    }
    return NULL;
}

/* The nearest of the words, to be offered. */
struct guess {
    struct tf_str word, best;
    size_t distance;
};

static void guess_try(struct guess *guess, struct tf_str candidate)
{
    size_t distance = tf_str_distance(guess->word, candidate);
    if (distance <= 2 && distance < guess->distance && distance < guess->word.len) {
        guess->best = candidate;
        guess->distance = distance;
    }
}

struct tf_operand tf_compiler_unknown_name(struct tf_compiler *c, const struct tf_token *name)
{
    enum { SHOWN_MAX = 40 };
    struct guess guess = {.word = name->text, .distance = SIZE_MAX};
    bool call = c->token.kind == TF_TOKEN_OPEN;
    int shown = name->text.len < SHOWN_MAX ? (int)name->text.len : SHOWN_MAX;
    for (size_t i = 0; call && tf_calls_name(i); i++)
        guess_try(&guess, tf_str_of(tf_calls_name(i)));
    for (size_t i = 0; call && tf_window_calls_name(i); i++)
        guess_try(&guess, tf_str_of(tf_window_calls_name(i)));
    for (size_t f = 0; !call && f < TF_FIELD_COUNT; f++)
        guess_try(&guess, tf_str_of(tf_fields()[f].name));
    for (size_t i = 0; !call && i < c->rule->constants_count; i++)
        guess_try(&guess, c->rule->constants[i].name);
    for (int kind = TF_TOKEN_AND; kind <= TF_TOKEN_FALSE; kind++)
        guess_try(&guess, tf_str_of(tf_lexer_words((enum tf_token_kind)kind)));
    const char *what = call ? "function" : "field";
    if (guess.best.ptr)
        return tf_compiler_fail(c, name->begin, "\"%.*s\" is no %s; did you mean \"%.*s\"?", shown, name->text.ptr, what, TF_STR_ARGS(guess.best));
    return tf_compiler_fail(c, name->begin, "\"%.*s\" is no %s, and no name in params; a text stands in quotes: 'EUR'", shown, name->text.ptr, what);
}

/* One line for people; offsets stay. */
static struct tf_str one_line(struct tf_compiler *c, struct tf_str source)
{
    struct tf_str copy = tf_arena_dup(c->arena, source);
    char *bytes = (char *)(uintptr_t)copy.ptr;
    for (size_t i = 0; bytes && i < copy.len; i++)
        if (bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t')
            bytes[i] = ' ';
    return copy;
}

static void tell_constant(const struct tf_constant *constant, struct tf_buf *out)
{
    tf_buf_printf(out, "%.*s", TF_STR_ARGS(constant->name));
    if (constant->kind == TF_CONSTANT_LIST)
        tf_buf_printf(out, " of %zu", constant->items_count);
    else if (constant->kind == TF_CONSTANT_TRUTH)
        tf_buf_printf(out, " = %s", constant->truth ? "true" : "false");
    else
        tf_buf_printf(out, " = %.*s", TF_STR_ARGS(constant->text));
}

/* "amount > limit, with limit = 5000.00": a hit is read where the rule's file is not at hand. */
static struct tf_str threshold_of(struct tf_compiler *c, struct tf_str source)
{
    struct tf_buf out;
    const char *before = ", with ";
    tf_buf_init(&out, 4 * TF_LANGUAGE_SOURCE_BYTES_MAX);
    tf_buf_str(&out, source);
    for (size_t i = 0; i < c->rule->constants_count && i < 64; i++) {
        if (!(c->used >> i & 1))
            continue;
        tf_buf_puts(&out, before);
        tell_constant(&c->rule->constants[i], &out);
        before = ", ";
    }
    struct tf_str text = out.failed ? source : tf_arena_dup(c->arena, tf_buf_view(&out));
    tf_buf_finish(&out);
    return text;
}

static void *keep(struct tf_compiler *c, const void *rows, size_t count, size_t size)
{
    void *kept = tf_arena_alloc(c->arena, (count + 1) * size);
    if (kept && count > 0)
        memcpy(kept, rows, count * size);
    c->starved |= !kept;
    return kept;
}

static void finish(struct tf_compiler *c, const struct tf_operand *answer, struct tf_program *program)
{
    program->id = tf_arena_dup(c->arena, c->rule->id);
    program->source = one_line(c, c->rule->when);
    program->threshold = threshold_of(c, program->source);
    program->code = keep(c, c->code, c->code_count, sizeof c->code[0]);
    program->constants = keep(c, c->constants, c->constants_count, sizeof c->constants[0]);
    program->terms = keep(c, c->terms, c->terms_count, sizeof c->terms[0]);
    program->shown = keep(c, c->shown, c->shown_count, sizeof c->shown[0]);
    program->views = keep(c, c->views, c->views_count, sizeof c->views[0]);
    program->slots = keep(c, c->slots, c->slots_count, sizeof c->slots[0]);
    program->lists = keep(c, c->lists, c->lists_count, sizeof c->lists[0]);
    program->lists_count = c->lists_count;
    program->code_count = c->code_count;
    program->constants_count = c->constants_count;
    program->terms_count = c->terms_count;
    program->shown_count = c->shown_count;
    program->registers_count = c->registers_count;
    program->views_count = c->views_count;
    program->slots_count = c->slots_count;
    program->result = answer->at;
    program->root = answer->term;
    program->kinds = c->kinds;
    program->fields = c->fields;
    c->starved |= !program->id.ptr || !program->source.ptr || !program->threshold.ptr;
}

static struct tf_operand compile(struct tf_compiler *c)
{
    if (c->rule->when.len > TF_LANGUAGE_SOURCE_BYTES_MAX)
        return tf_compiler_fail(c, TF_LANGUAGE_SOURCE_BYTES_MAX, "an expression has at most %d bytes", TF_LANGUAGE_SOURCE_BYTES_MAX);
    if (!tf_str_utf8_valid(c->rule->when))
        return tf_compiler_fail(c, 0, "the expression is not UTF-8");
    tf_compiler_advance(c);
    struct tf_operand answer = tf_parser_expression(c);
    tf_emit_into(c, TF_OP_END, 0, 0, 0, 0);
    if (!c->failed && c->token.kind != TF_TOKEN_END)
        return tf_compiler_fail(c, c->token.begin, "the expression should have ended before this");
    if (!c->failed && answer.type != TF_TYPE_TRUTH)
        return tf_compiler_fail(c, answer.begin, "a rule is true or false, and this is %s", tf_value_type_name(answer.type));
    return answer;
}

enum tf_err tf_language_compile(const struct tf_language_rule *rule, struct tf_arena *arena, struct tf_program **ret_program,
                                struct tf_language_fault *fault)
{
    static const uint32_t every = (1u << TF_KIND_COUNT) - 1;
    struct tf_program *program = TF_ARENA_NEW(arena, struct tf_program);
    struct tf_compiler *c = program ? calloc(1, sizeof *c) : NULL;
    *ret_program = NULL;
    if (!c)
        return TF_E_LIMIT;
    c->rule = rule;
    c->arena = arena;
    c->fault = fault;
    c->kinds = rule->kinds ? rule->kinds : every;
    c->lexer.source = rule->when.ptr ? rule->when : TF_STR("");
    const struct tf_operand answer = compile(c);
    if (!c->failed)
        finish(c, &answer, program);
    enum tf_err err = c->starved ? TF_E_LIMIT : c->failed ? TF_E_CONFIG : TF_OK;
    free(c);
    if (err == TF_OK)
        *ret_program = program;
    return err;
}
