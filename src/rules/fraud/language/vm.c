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

/* Kleene: one false is enough for false; true needs both. */
static struct tf_value both(const struct tf_value *a, const struct tf_value *b)
{
    bool refuted = (a->known && !a->truth) || (b->known && !b->truth);
    return truth_of(!refuted, refuted || (a->known && b->known));
}

static struct tf_value either(const struct tf_value *a, const struct tf_value *b)
{
    bool proved = (a->known && a->truth) || (b->known && b->truth);
    return truth_of(proved, proved || (a->known && b->known));
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

static struct tf_value among(const struct tf_value *value, const struct tf_value *list, size_t count, bool texts)
{
    size_t low = 0, high = count;
    while (value->known && low < high) {
        size_t middle = low + (high - low) / 2;
        const struct tf_value *entry = &list[middle];
        int order = texts ? tf_str_cmp(entry->text, value->text) : (entry->number > value->number) - (entry->number < value->number);
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
    case TF_OP_MULTIPLY:
        return known ? tf_value_multiply(a->number, b->number) : unknown;
    case TF_OP_DIVIDE:
        return known ? tf_value_divide(a->number, b->number) : unknown;
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

const struct tf_value *tf_vm_run(const struct tf_program *program, const struct tf_fraud_case *shown, struct tf_frame *frame)
{
    const struct tf_instruction *now = program->code, *end = program->code + program->code_count;
    frame->program = program;
    frame->shown = shown;
    frame->starved = false;
    while (now < end) {
        struct tf_value *to = &frame->registers[now->to];
        const struct tf_value *a = tf_frame_at(program, frame, now->a), *b = tf_frame_at(program, frame, now->b);
        switch ((enum tf_op)now->op) {
        case TF_OP_FIELD:
            *to = tf_fields()[now->aux].read(shown->facts);
            break;
        case TF_OP_VIEW:
            *to = view_of(program, now->aux, frame);
            break;
        case TF_OP_ADD:
            *to = a->known && b->known ? tf_value_add(a->number, b->number) : unknown;
            break;
        case TF_OP_SUBTRACT:
            *to = a->known && b->known ? tf_value_subtract(a->number, b->number) : unknown;
            break;
        case TF_OP_EQUAL:
            *to = a->known && b->known ? truth_of(a->number == b->number, true) : unknown;
            break;
        case TF_OP_UNEQUAL:
            *to = a->known && b->known ? truth_of(a->number != b->number, true) : unknown;
            break;
        case TF_OP_BELOW:
            *to = a->known && b->known ? truth_of(a->number < b->number, true) : unknown;
            break;
        case TF_OP_AT_MOST:
            *to = a->known && b->known ? truth_of(a->number <= b->number, true) : unknown;
            break;
        case TF_OP_TEXT_EQUAL:
            *to = a->known && b->known ? truth_of(tf_str_eq(a->text, b->text), true) : unknown;
            break;
        case TF_OP_TEXT_UNEQUAL:
            *to = a->known && b->known ? truth_of(!tf_str_eq(a->text, b->text), true) : unknown;
            break;
        case TF_OP_AND:
            *to = both(a, b);
            if (to->known && !to->truth) {
                now = program->code + now->c;
                continue;
            }
            break;
        case TF_OP_OR:
            *to = either(a, b);
            if (to->known && to->truth) {
                now = program->code + now->c;
                continue;
            }
            break;
        case TF_OP_NOT:
            *to = truth_of(!a->truth, a->known);
            break;
        default:
            *to = step(now, a, b, frame);
            break;
        }
        now++;
    }
    return tf_frame_at(program, frame, program->result);
}
