#include "compiler.h"

/* Types that have an order; a constant is tried as each of them, in this order. */
static const enum tf_type ordered[] = {TF_TYPE_NUMBER, TF_TYPE_AMOUNT, TF_TYPE_TIME, TF_TYPE_DURATION};
enum { ORDERED = sizeof ordered / sizeof ordered[0] };

/* What may be reckoned with what. */
static const struct row { enum tf_token_kind op; enum tf_type left, right, result; } rows[] = {
    {TF_TOKEN_PLUS, TF_TYPE_NUMBER, TF_TYPE_NUMBER, TF_TYPE_NUMBER},
    {TF_TOKEN_PLUS, TF_TYPE_AMOUNT, TF_TYPE_AMOUNT, TF_TYPE_AMOUNT},
    {TF_TOKEN_PLUS, TF_TYPE_TIME, TF_TYPE_DURATION, TF_TYPE_TIME},
    {TF_TOKEN_PLUS, TF_TYPE_DURATION, TF_TYPE_TIME, TF_TYPE_TIME},
    {TF_TOKEN_PLUS, TF_TYPE_DURATION, TF_TYPE_DURATION, TF_TYPE_DURATION},
    {TF_TOKEN_MINUS, TF_TYPE_NUMBER, TF_TYPE_NUMBER, TF_TYPE_NUMBER},
    {TF_TOKEN_MINUS, TF_TYPE_AMOUNT, TF_TYPE_AMOUNT, TF_TYPE_AMOUNT},
    {TF_TOKEN_MINUS, TF_TYPE_TIME, TF_TYPE_DURATION, TF_TYPE_TIME},
    {TF_TOKEN_MINUS, TF_TYPE_TIME, TF_TYPE_TIME, TF_TYPE_DURATION},
    {TF_TOKEN_MINUS, TF_TYPE_DURATION, TF_TYPE_DURATION, TF_TYPE_DURATION},
    {TF_TOKEN_TIMES, TF_TYPE_NUMBER, TF_TYPE_NUMBER, TF_TYPE_NUMBER},
    {TF_TOKEN_TIMES, TF_TYPE_AMOUNT, TF_TYPE_NUMBER, TF_TYPE_AMOUNT},
    {TF_TOKEN_TIMES, TF_TYPE_NUMBER, TF_TYPE_AMOUNT, TF_TYPE_AMOUNT},
    {TF_TOKEN_TIMES, TF_TYPE_DURATION, TF_TYPE_NUMBER, TF_TYPE_DURATION},
    {TF_TOKEN_TIMES, TF_TYPE_NUMBER, TF_TYPE_DURATION, TF_TYPE_DURATION},
    {TF_TOKEN_DIVIDE, TF_TYPE_NUMBER, TF_TYPE_NUMBER, TF_TYPE_NUMBER},
    {TF_TOKEN_DIVIDE, TF_TYPE_AMOUNT, TF_TYPE_NUMBER, TF_TYPE_AMOUNT},
    {TF_TOKEN_DIVIDE, TF_TYPE_AMOUNT, TF_TYPE_AMOUNT, TF_TYPE_NUMBER},
    {TF_TOKEN_DIVIDE, TF_TYPE_DURATION, TF_TYPE_NUMBER, TF_TYPE_DURATION},
    {TF_TOKEN_DIVIDE, TF_TYPE_DURATION, TF_TYPE_DURATION, TF_TYPE_NUMBER},
};

static enum tf_type result_of(enum tf_token_kind op, enum tf_type left, enum tf_type right)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].op == op && rows[i].left == left && rows[i].right == right)
            return rows[i].result;
    return TF_TYPE_NONE;
}

/* Whether a constant reads as a type, and its value then. */
static bool reads_as(const struct tf_compiler *c, const struct tf_operand *operand, enum tf_type type, struct tf_value *ret_value)
{
    if (!operand->constant || operand->type == TF_TYPE_NONE)
        return false;
    *ret_value = c->constants[~operand->at];
    if (operand->type == type)
        return true;
    if (operand->type == TF_TYPE_TEXT)
        *ret_value = tf_value_parse(ret_value->text, type);
    else if (operand->type != TF_TYPE_NUMBER || type != TF_TYPE_AMOUNT)
        return false;
    return ret_value->known;
}

bool tf_typing_as(struct tf_compiler *c, struct tf_operand *operand, enum tf_type type)
{
    struct tf_value value;
    if (operand->type == type)
        return type != TF_TYPE_NONE;
    if (!reads_as(c, operand, type, &value))
        return false;
    *operand = tf_emit_constant(c, type, value, operand->begin, operand->end);
    return !c->failed;
}

static bool can_be(const struct tf_compiler *c, const struct tf_operand *operand, enum tf_type type)
{
    struct tf_value value;
    return operand->type == type || reads_as(c, operand, type, &value);
}

/* The first pair of types that goes, each operand's own tried first. */
static enum tf_type find_pair(struct tf_compiler *c, enum tf_token_kind op, struct tf_operand *left, struct tf_operand *right)
{
    for (size_t l = 0; l <= ORDERED; l++) {
        enum tf_type left_type = l == 0 ? left->type : ordered[l - 1];
        for (size_t r = 0; r <= ORDERED && can_be(c, left, left_type); r++) {
            enum tf_type right_type = r == 0 ? right->type : ordered[r - 1];
            enum tf_type result = can_be(c, right, right_type) ? result_of(op, left_type, right_type) : TF_TYPE_NONE;
            if (result == TF_TYPE_NONE)
                continue;
            return tf_typing_as(c, left, left_type) && tf_typing_as(c, right, right_type) ? result : TF_TYPE_NONE;
        }
    }
    return TF_TYPE_NONE;
}

static struct tf_value reckon(enum tf_op op, const struct tf_value *a, const struct tf_value *b)
{
    switch (op) {
    case TF_OP_ADD:
        return tf_value_add(a->number, b->number);
    case TF_OP_SUBTRACT:
        return tf_value_subtract(a->number, b->number);
    case TF_OP_MULTIPLY:
        return tf_value_multiply(a->number, b->number);
    default:
        return tf_value_divide(a->number, b->number);
    }
}

static enum tf_op op_of(enum tf_token_kind kind)
{
    switch (kind) {
    case TF_TOKEN_PLUS:
        return TF_OP_ADD;
    case TF_TOKEN_MINUS:
        return TF_OP_SUBTRACT;
    case TF_TOKEN_TIMES:
        return TF_OP_MULTIPLY;
    default:
        return TF_OP_DIVIDE;
    }
}

static const char *verb_of(enum tf_token_kind kind)
{
    switch (kind) {
    case TF_TOKEN_PLUS:
        return "added";
    case TF_TOKEN_MINUS:
        return "subtracted";
    case TF_TOKEN_TIMES:
        return "multiplied";
    default:
        return "divided";
    }
}

struct tf_operand tf_typing_reckon(struct tf_compiler *c, const struct tf_token *op, struct tf_operand left, struct tf_operand right)
{
    if (c->failed)
        return tf_compiler_fail(c, 0, "no operand");
    const enum tf_type left_type = left.type, right_type = right.type;
    enum tf_type type = find_pair(c, op->kind, &left, &right);
    if (type == TF_TYPE_NONE)
        return tf_compiler_fail(c, op->begin, "%s and %s cannot be %s", tf_value_type_name(left_type), tf_value_type_name(right_type), verb_of(op->kind));
    enum tf_op code = op_of(op->kind);
    if (left.constant && right.constant) {
        struct tf_value value = reckon(code, &c->constants[~left.at], &c->constants[~right.at]);
        if (!value.known)
            return tf_compiler_fail(c, op->begin, code == TF_OP_DIVIDE ? "a division by zero" : "the result is too large");
        return tf_emit_constant(c, type, value, left.begin, right.end);
    }
    struct tf_operand result = {.type = type, .begin = left.begin, .end = right.end, .term = TF_PROGRAM_NONE};
    result.at = tf_emit(c, code, 0, left.at, right.at);
    return result;
}

bool tf_typing_meet(struct tf_compiler *c, size_t at, struct tf_operand *left, struct tf_operand *right)
{
    if (c->failed || (left->type == right->type && left->type != TF_TYPE_NONE))
        return !c->failed;
    for (size_t i = 0; i < ORDERED; i++)
        if (can_be(c, left, ordered[i]) && can_be(c, right, ordered[i]))
            return tf_typing_as(c, left, ordered[i]) && tf_typing_as(c, right, ordered[i]);
    tf_compiler_fail(c, at, "%s and %s cannot be compared", tf_value_type_name(left->type), tf_value_type_name(right->type));
    return false;
}

/* Of > and >= the sides are exchanged, but before a constant. */
static int16_t compare_numbers(struct tf_compiler *c, enum tf_token_kind kind, int16_t left, int16_t right)
{
    const bool constant = left >= 0 && right < 0;
    switch (kind) {
    case TF_TOKEN_EQUAL:
        return tf_emit(c, constant ? TF_OP_EQUAL_CONSTANT : TF_OP_EQUAL, 0, left, right);
    case TF_TOKEN_UNEQUAL:
        return tf_emit(c, constant ? TF_OP_UNEQUAL_CONSTANT : TF_OP_UNEQUAL, 0, left, right);
    case TF_TOKEN_BELOW:
        return tf_emit(c, constant ? TF_OP_BELOW_CONSTANT : TF_OP_BELOW, 0, left, right);
    case TF_TOKEN_AT_MOST:
        return tf_emit(c, constant ? TF_OP_AT_MOST_CONSTANT : TF_OP_AT_MOST, 0, left, right);
    case TF_TOKEN_ABOVE:
        return constant ? tf_emit(c, TF_OP_ABOVE_CONSTANT, 0, left, right) : tf_emit(c, TF_OP_BELOW, 0, right, left);
    default:
        return constant ? tf_emit(c, TF_OP_AT_LEAST_CONSTANT, 0, left, right) : tf_emit(c, TF_OP_AT_MOST, 0, right, left);
    }
}

int16_t tf_typing_compare(struct tf_compiler *c, const struct tf_token *op, const struct tf_operand *left, const struct tf_operand *right)
{
    bool text = left->type == TF_TYPE_TEXT, truth = left->type == TF_TYPE_TRUTH;
    if ((text || truth) && op->kind == TF_TOKEN_EQUAL)
        return tf_emit(c, text ? TF_OP_TEXT_EQUAL : TF_OP_TRUTH_EQUAL, 0, left->at, right->at);
    if ((text || truth) && op->kind == TF_TOKEN_UNEQUAL)
        return tf_emit(c, text ? TF_OP_TEXT_UNEQUAL : TF_OP_TRUTH_UNEQUAL, 0, left->at, right->at);
    if (text || truth)
        tf_compiler_fail(c, op->begin, "%s has no order; compare with == or !=", text ? "a text" : "a truth value");
    return compare_numbers(c, op->kind, left->at, right->at);
}
