/*
 * What is true or false:
 *
 *   expression = all { "or" all }         all = truth { "and" truth }          truth = "not" truth | predicate
 *   predicate  = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum
 *                    | [ "not" ] ( "in" list | "between" sum "and" sum | "like" text ) ]
 */
#include "parser.h"

bool tf_parser_enter(struct tf_compiler *c)
{
    if (c->failed)
        return false;
    if (++c->depth <= TF_LANGUAGE_DEPTH_MAX)
        return true;
    tf_compiler_fail(c, c->token.begin, "nested more than %d deep", TF_LANGUAGE_DEPTH_MAX);
    return false;
}

bool tf_parser_truth(struct tf_compiler *c, struct tf_operand *operand)
{
    if (c->failed)
        return false;
    if (operand->type != TF_TYPE_TRUTH) {
        tf_compiler_fail(c, operand->begin, "and, or and not take what is true or false, and this is %s", tf_value_type_name(operand->type));
        return false;
    }
    if (operand->constant) {
        operand->at = tf_emit(c, TF_OP_TRUTH, 0, operand->at, operand->at);
        operand->constant = false;
        operand->literal = true;
    }
    if (operand->term == TF_PROGRAM_NONE) {
        tf_emit_atom(c, operand, c->views_count);
        tf_emit_show(c, operand->term, operand);
    }
    return !c->failed;
}

static bool is_comparison(enum tf_token_kind kind)
{
    return kind >= TF_TOKEN_EQUAL && kind <= TF_TOKEN_AT_LEAST;
}

/* An ATOM over the parts that were compared. */
static struct tf_operand finish_predicate(struct tf_compiler *c, int16_t at, uint16_t views_from, const struct tf_operand *parts, size_t count)
{
    struct tf_operand answer = {.type = TF_TYPE_TRUTH, .at = at, .begin = parts[0].begin, .end = (uint16_t)c->taken_end, .term = TF_PROGRAM_NONE};
    tf_emit_atom(c, &answer, views_from);
    for (size_t i = 0; i < count; i++)
        tf_emit_show(c, answer.term, &parts[i]);
    return answer;
}

static struct tf_operand parse_comparison(struct tf_compiler *c, struct tf_operand left, uint16_t views_from)
{
    const struct tf_token op = c->token;
    tf_compiler_advance(c);
    struct tf_operand parts[] = {left, tf_parser_sum(c)};
    if (!tf_typing_meet(c, op.begin, &parts[0], &parts[1]))
        return tf_compiler_fail(c, op.begin, "no comparison");
    int16_t at = tf_typing_compare(c, &op, &parts[0], &parts[1]);
    if (is_comparison(c->token.kind))
        return tf_compiler_fail(c, c->token.begin, "comparisons do not go on; join two with and, or use between");
    return finish_predicate(c, at, views_from, parts, 2);
}

/* In a list of the section `lists`, which may come later in the files. */
static int16_t parse_listed(struct tf_compiler *c, const struct tf_operand *left)
{
    const struct tf_token name = c->token;
    struct tf_str kept = tf_arena_dup(c->arena, name.text);
    tf_compiler_advance(c);
    if (!kept.ptr)
        tf_compiler_starve(c);
    if (left->type != TF_TYPE_TEXT)
        tf_compiler_fail(c, left->begin, "lists hold texts, and this is %s", tf_value_type_name(left->type));
    if (c->lists_count == TF_PROGRAM_LISTS_MAX)
        tf_compiler_fail(c, name.begin, "a rule names at most %d lists", TF_PROGRAM_LISTS_MAX);
    if (c->failed)
        return 0;
    c->lists[c->lists_count++] = (struct tf_list_use){.name = kept, .at = name.begin};
    return tf_emit(c, TF_OP_LISTED, c->lists_count - 1u, left->at, left->at);
}

static int16_t parse_in(struct tf_compiler *c, struct tf_operand *left)
{
    size_t count = 0;
    if (left->type == TF_TYPE_TRUTH || left->type == TF_TYPE_NONE) {
        tf_compiler_fail(c, left->begin, "in looks for a value, and this is %s", tf_value_type_name(left->type));
        return 0;
    }
    if (c->token.kind == TF_TOKEN_LIST)
        return parse_listed(c, left);
    if (!tf_lists_parse(c, left->type, &count))
        return 0;
    int16_t first = tf_emit_constants(c, c->list, count);
    return tf_emit_with(c, left->type == TF_TYPE_TEXT ? TF_OP_IN_TEXTS : TF_OP_IN_NUMBERS, left->at, first, (uint16_t)count);
}

static int16_t parse_between(struct tf_compiler *c, size_t at, struct tf_operand parts[3])
{
    static const struct tf_token at_most = {.kind = TF_TOKEN_AT_MOST};
    parts[1] = tf_parser_sum(c);
    if (!tf_compiler_expect(c, TF_TOKEN_AND))
        return 0;
    parts[2] = tf_parser_sum(c);
    if (!tf_typing_meet(c, at, &parts[0], &parts[1]) || !tf_typing_meet(c, at, &parts[0], &parts[2]))
        return 0;
    if (parts[0].type == TF_TYPE_TEXT || parts[0].type == TF_TYPE_TRUTH) {
        tf_compiler_fail(c, at, "%s has no order", tf_value_type_name(parts[0].type));
        return 0;
    }
    int16_t from = tf_typing_compare(c, &at_most, &parts[1], &parts[0]), to = tf_typing_compare(c, &at_most, &parts[0], &parts[2]);
    int16_t both = tf_emit_with(c, TF_OP_AND, from, to, 0);
    if (!c->failed)
        c->code[c->code_count - 1].c = c->code_count;
    return both;
}

static int16_t parse_like(struct tf_compiler *c, const struct tf_operand *left)
{
    size_t begin = c->token.begin;
    struct tf_operand pattern = tf_parser_sum(c);
    if (c->failed)
        return 0;
    if (left->type != TF_TYPE_TEXT || pattern.type != TF_TYPE_TEXT || !pattern.constant) {
        tf_compiler_fail(c, left->type == TF_TYPE_TEXT ? begin : left->begin, "like compares a text with a constant one: number like 'RE-%%'");
        return 0;
    }
    if (c->constants[~pattern.at].text.len > TF_LANGUAGE_PATTERN_BYTES_MAX) {
        tf_compiler_fail(c, begin, "a pattern has at most %d bytes", TF_LANGUAGE_PATTERN_BYTES_MAX);
        return 0;
    }
    return tf_emit(c, TF_OP_LIKE, 0, left->at, pattern.at);
}

static struct tf_operand parse_predicate(struct tf_compiler *c)
{
    uint16_t views_from = c->views_count;
    struct tf_operand parts[3] = {tf_parser_sum(c)};
    if (is_comparison(c->token.kind))
        return parse_comparison(c, parts[0], views_from);
    bool negated = tf_compiler_take(c, TF_TOKEN_NOT);
    size_t at = c->token.begin, count = 1;
    int16_t answer = 0;
    if (tf_compiler_take(c, TF_TOKEN_IN)) {
        answer = parse_in(c, &parts[0]);
    } else if (tf_compiler_take(c, TF_TOKEN_BETWEEN)) {
        answer = parse_between(c, at, parts);
        count = 3;
    } else if (tf_compiler_take(c, TF_TOKEN_LIKE)) {
        answer = parse_like(c, &parts[0]);
    } else if (negated) {
        return tf_compiler_fail(c, at, "in, between or like is missing here");
    } else {
        return parts[0];
    }
    if (negated)
        answer = tf_emit(c, TF_OP_NOT, 0, answer, answer);
    return finish_predicate(c, answer, views_from, parts, count);
}

static struct tf_operand parse_truth(struct tf_compiler *c)
{
    size_t begin = c->token.begin;
    if (!tf_compiler_take(c, TF_TOKEN_NOT))
        return parse_predicate(c);
    if (!tf_parser_enter(c))
        return tf_compiler_fail(c, begin, "too deep");
    struct tf_operand inner = parse_truth(c);
    c->depth--;
    if (!tf_parser_truth(c, &inner))
        return tf_compiler_fail(c, begin, "no truth");
    struct tf_operand answer = {.type = TF_TYPE_TRUTH, .begin = (uint16_t)begin, .end = inner.end, .term = TF_PROGRAM_NONE};
    answer.at = tf_emit(c, TF_OP_NOT, 0, inner.at, inner.at);
    tf_emit_term(c, &answer, TF_TERM_NOT, inner.term);
    return answer;
}

/* Instructions of a chain leave for its end as soon as one decides; until the end is known their c leads to the one before. */
static void patch(struct tf_compiler *c, uint16_t last_plus_1)
{
    for (uint16_t i = last_plus_1; i > 0 && !c->failed;) {
        uint16_t before = c->code[i - 1].c;
        c->code[i - 1].c = c->code_count;
        i = before;
    }
}

/* a and b and c, or a or b or c: one register is written by all. */
static struct tf_operand parse_chain(struct tf_compiler *c, enum tf_token_kind word, struct tf_operand (*part)(struct tf_compiler *c))
{
    const enum tf_op op = word == TF_TOKEN_AND ? TF_OP_AND : TF_OP_OR;
    struct tf_operand left = part(c);
    if (c->token.kind != word || !tf_parser_truth(c, &left))
        return left;
    struct tf_operand answer = left;
    answer.at = tf_emit_with(c, op, left.at, left.at, 0);
    uint16_t chain = c->code_count, last = left.term;
    while (tf_compiler_take(c, word)) {
        struct tf_operand right = part(c);
        if (!tf_parser_truth(c, &right))
            break;
        tf_emit_into(c, op, (uint16_t)answer.at, answer.at, right.at, chain);
        chain = c->code_count;
        c->terms[last].next = right.term;
        last = right.term;
        answer.end = right.end;
    }
    patch(c, chain);
    tf_emit_term(c, &answer, word == TF_TOKEN_AND ? TF_TERM_AND : TF_TERM_OR, left.term);
    return answer;
}

static struct tf_operand parse_all(struct tf_compiler *c)
{
    return parse_chain(c, TF_TOKEN_AND, parse_truth);
}

struct tf_operand tf_parser_expression(struct tf_compiler *c)
{
    struct tf_operand answer = parse_chain(c, TF_TOKEN_OR, parse_all);
    if (answer.type == TF_TYPE_TRUTH)
        tf_parser_truth(c, &answer);
    return answer;
}
