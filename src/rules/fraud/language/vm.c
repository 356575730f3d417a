/* The machine: one pass over the code, forward only. What an instruction cannot know is unknown, and so is all made of it. */
#include <stdio.h>

#include "language.h"
#include "like.h"
#include "program.h"
#include "taxflow/clock.h"
#include "views.h"

static const struct tf_value unknown = {.known = false};

static struct tf_value truth_of(bool truth, bool known)
{
    return (struct tf_value){.known = known, .truth = truth};
}

static struct tf_value whole(int64_t number)
{
    return (struct tf_value){.number = (tf_int128)number * TF_VALUE_ONE, .known = true};
}

static inline void set_truth(struct tf_value *to, bool known, bool truth)
{
    to->known = known;
    to->truth = truth;
}

/* Kleene: one false is enough for false; true needs both. to may be a or b. */
static inline void set_both(struct tf_value *to, const struct tf_value *a, const struct tf_value *b)
{
    bool refuted = (a->known & !a->truth) | (b->known & !b->truth);
    set_truth(to, refuted | (a->known & b->known), !refuted);
}

static inline void set_either(struct tf_value *to, const struct tf_value *a, const struct tf_value *b)
{
    bool proved = (a->known & a->truth) | (b->known & b->truth);
    set_truth(to, proved | (a->known & b->known), proved);
}

/* Texts that differ mostly do so in length or at their first byte. */
static inline bool same_text(const struct tf_value *a, const struct tf_value *b)
{
    return a->text.len == b->text.len && (a->text.len == 0 || (a->text.ptr[0] == b->text.ptr[0] && memcmp(a->text.ptr, b->text.ptr, a->text.len) == 0));
}

static inline const struct tf_value *at(int16_t place, const struct tf_value *constants, const struct tf_value *registers)
{
    return place < 0 ? &constants[~place] : &registers[place];
}

/* Day of a time, its rest in ms; false outside the calendar. */
static bool day_of(const struct tf_value *time, int32_t *ret_day, int64_t *ret_rest_ms)
{
    static const int64_t days_max = 2932896; /* 9999-12-31 */
    tf_int128 day = time->number / TF_MS_PER_DAY - (time->number % TF_MS_PER_DAY < 0);
    if (!time->known || day > days_max || day < -days_max / 4)
        return false;
    *ret_day = (int32_t)day;
    *ret_rest_ms = (int64_t)(time->number - day * TF_MS_PER_DAY);
    return true;
}

/* 1970-01-01 was a Thursday. */
static struct tf_value of_calendar(enum tf_op op, const struct tf_value *time)
{
    enum { MS_PER_HOUR = 3600000, THURSDAY_FROM_MONDAY = 3, WEEK = 7 };
    int32_t day;
    int64_t rest_ms;
    char text[11];
    if (!day_of(time, &day, &rest_ms))
        return unknown;
    if (op == TF_OP_HOUR)
        return whole(rest_ms / MS_PER_HOUR);
    if (op == TF_OP_DOW)
        return whole(((day + THURSDAY_FROM_MONDAY) % WEEK + WEEK) % WEEK + 1);
    tf_clock_format_date(day, text); /* YYYY-MM-DD */
    const char *digits = text + (op == TF_OP_MONTH ? 5 : 8);
    return whole((digits[0] - '0') * 10 + (digits[1] - '0'));
}

static struct tf_value change_case(struct tf_str text, char from, char to, struct tf_frame *frame)
{
    struct tf_str copy = tf_arena_dup(frame->shown->arena, text);
    char *bytes = (char *)(uintptr_t)copy.ptr;
    if (!bytes)
        frame->starved = true;
    for (size_t i = 0; bytes && i < copy.len; i++)
        if (bytes[i] >= from && bytes[i] <= from + ('z' - 'a'))
            bytes[i] = (char)(bytes[i] - from + to);
    return (struct tf_value){.text = copy, .known = bytes != NULL};
}

static struct tf_value characters(struct tf_str text)
{
    int64_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return whole(count);
}

/* Of text a; b is a pattern. */
static struct tf_value of_text(enum tf_op op, const struct tf_value *a, const struct tf_value *b, struct tf_frame *frame)
{
    if (!a->known || (op != TF_OP_LEN && a->text.len > TF_LANGUAGE_TEXT_BYTES_MAX))
        return unknown;
    switch (op) {
    case TF_OP_LEN:
        return characters(a->text);
    case TF_OP_LIKE:
        return truth_of(tf_like(a->text, b->text), true);
    case TF_OP_LOWER:
        return change_case(a->text, 'A', 'a', frame);
    case TF_OP_UPPER:
        return change_case(a->text, 'a', 'A', frame);
    default: {
        struct tf_str number = tf_fraud_normalise_number(a->text, frame->shown->arena);
        return (struct tf_value){.text = number, .known = number.ptr != NULL};
    }
    }
}

/* Short texts in order: by their bytes. */
static inline int text_order(struct tf_str a, struct tf_str b)
{
    if (a.len > 0 && b.len > 0 && a.ptr[0] != b.ptr[0])
        return (unsigned char)a.ptr[0] < (unsigned char)b.ptr[0] ? -1 : 1;
    return tf_str_cmp(a, b);
}

static struct tf_value among(const struct tf_value *value, const struct tf_value *list, size_t count, bool texts)
{
    size_t low = 0, high = count;
    while (value->known && low < high) {
        size_t middle = low + (high - low) / 2;
        const struct tf_value *entry = &list[middle];
        int order = texts ? text_order(entry->text, value->text) : (entry->number > value->number) - (entry->number < value->number);
        if (order == 0)
            return truth_of(true, true);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return truth_of(false, value->known);
}

static struct tf_value money(const struct tf_value *amount, const struct tf_value *currency, const struct tf_fraud_facts *facts)
{
    struct tf_value value = *amount;
    value.known = memcmp(currency->text.ptr, facts->currency, 3) == 0;
    return value;
}

static struct tf_value view_of(const struct tf_program *program, unsigned number, const struct tf_frame *frame)
{
    const struct tf_view *view = &program->views[number];
    unsigned place = frame->windows[view->slot];
    if (place == TF_FRAUD_KEYS_MAX)
        return unknown;
    return tf_views_answer(view, &program->slots[view->slot], &frame->shown->windows[place], frame->shown->facts->time_ms);
}

static struct tf_value magnitude(const struct tf_value *a)
{
    struct tf_value value = *a;
    if (a->known && a->number < 0)
        value.number = -a->number;
    return value;
}

/* Entries hold until a time, so a record without one is not known to be on any. */
static struct tf_value listed(unsigned number, const struct tf_value *value, const struct tf_frame *frame)
{
    const struct tf_program *program = frame->program;
    const struct tf_fraud_facts *facts = frame->shown->facts;
    if (!value->known || !facts->has_time || !program->held_by)
        return unknown;
    return truth_of(tf_list_find(program->held_by, program->lists[number].list, value->text, facts->time_ms) != NULL, true);
}

/* What is seldom met, apart from the loop. */
static struct tf_value step(const struct tf_instruction *now, const struct tf_value *a, const struct tf_value *b, struct tf_frame *frame)
{
    const bool known = a->known && b->known;
    const enum tf_op op = (enum tf_op)now->op;
    switch (op) {
    case TF_OP_MONEY:
        return money(a, b, frame->shown->facts);
    case TF_OP_ADD:
        return known ? tf_value_add(a->number, b->number) : unknown;
    case TF_OP_SUBTRACT:
        return known ? tf_value_subtract(a->number, b->number) : unknown;
    case TF_OP_MULTIPLY:
        return known ? tf_value_multiply(a->number, b->number) : unknown;
    case TF_OP_DIVIDE:
        return known ? tf_value_divide(a->number, b->number) : unknown;
    case TF_OP_TRUTH:
        return *a;
    case TF_OP_TRUTH_EQUAL:
    case TF_OP_TRUTH_UNEQUAL:
        return truth_of((a->truth == b->truth) == (op == TF_OP_TRUTH_EQUAL), known);
    case TF_OP_IN_NUMBERS:
    case TF_OP_IN_TEXTS:
        return among(a, b, now->c, op == TF_OP_IN_TEXTS);
    case TF_OP_LISTED:
        return listed(now->aux, a, frame);
    case TF_OP_PRESENT:
        return truth_of(a->known, true);
    case TF_OP_DEFAULT:
        return a->known ? *a : *b;
    case TF_OP_ABS:
        return magnitude(a);
    case TF_OP_HOUR:
    case TF_OP_DOW:
    case TF_OP_DAY:
    case TF_OP_MONTH:
        return of_calendar(op, a);
    default:
        return of_text(op, a, b, frame);
    }
}

#define A at(now->a, constants, registers)
#define B at(now->b, constants, registers)
#define REGISTER(place) (&registers[place])
#define CONSTANT(place) (&constants[~(place)])
/* Numbers, amounts, times and durations compare alike. Constants are known. */
#define COMPARE(sign)                                                   \
    set_truth(to, A->known & B->known, A->number sign B->number);       \
    break
#define COMPARE_CONSTANT(sign)                                                                              \
    set_truth(to, REGISTER(now->a)->known, REGISTER(now->a)->number sign CONSTANT(now->b)->number);         \
    break

const struct tf_value *tf_vm_run(const struct tf_program *program, const struct tf_fraud_case *shown, struct tf_frame *frame)
{
    const struct tf_instruction *now = program->code;
    const struct tf_value *constants = program->constants;
    struct tf_value *registers = frame->registers;
    const struct tf_field *fields = tf_fields();
    frame->program = program;
    frame->shown = shown;
    frame->starved = false;
    for (;; now++) {
        struct tf_value *to = &registers[now->to];
        switch ((enum tf_op)now->op) {
        case TF_OP_FIELD:
            fields[now->aux].read(shown->facts, to);
            break;
        case TF_OP_EQUAL_CONSTANT:
            COMPARE_CONSTANT(==);
        case TF_OP_UNEQUAL_CONSTANT:
            COMPARE_CONSTANT(!=);
        case TF_OP_BELOW_CONSTANT:
            COMPARE_CONSTANT(<);
        case TF_OP_AT_MOST_CONSTANT:
            COMPARE_CONSTANT(<=);
        case TF_OP_ABOVE_CONSTANT:
            COMPARE_CONSTANT(>);
        case TF_OP_AT_LEAST_CONSTANT:
            COMPARE_CONSTANT(>=);
        case TF_OP_EQUAL:
            COMPARE(==);
        case TF_OP_UNEQUAL:
            COMPARE(!=);
        case TF_OP_BELOW:
            COMPARE(<);
        case TF_OP_AT_MOST:
            COMPARE(<=);
        case TF_OP_TEXT_EQUAL:
            set_truth(to, A->known & B->known, A->known && B->known && same_text(A, B));
            break;
        case TF_OP_TEXT_UNEQUAL:
            set_truth(to, A->known & B->known, A->known && B->known && !same_text(A, B));
            break;
        case TF_OP_AND:
            set_both(to, REGISTER(now->a), REGISTER(now->b));
            if (to->known & !to->truth)
                now = program->code + now->c - 1;
            break;
        case TF_OP_OR:
            set_either(to, REGISTER(now->a), REGISTER(now->b));
            if (to->known & to->truth)
                now = program->code + now->c - 1;
            break;
        case TF_OP_NOT:
            set_truth(to, REGISTER(now->a)->known, !REGISTER(now->a)->truth);
            break;
        case TF_OP_VIEW:
            *to = view_of(program, now->aux, frame);
            break;
        case TF_OP_END:
            return tf_frame_at(program, frame, program->result);
        default:
            *to = step(now, A, B, frame);
            break;
        }
    }
}
