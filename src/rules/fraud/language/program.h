/* A compiled expression: code for registers, what its window functions need, and its terms for the words of a hit. Immutable. */
#ifndef TAXFLOW_RULES_FRAUD_LANGUAGE_PROGRAM_H
#define TAXFLOW_RULES_FRAUD_LANGUAGE_PROGRAM_H

#include "fields.h"
#include "lists.h"

enum {
    TF_PROGRAM_REGISTERS_MAX = 512,
    TF_PROGRAM_CODE_MAX = 1024,
    TF_PROGRAM_CONSTANTS_MAX = 8192,
    TF_PROGRAM_TERMS_MAX = 512,
    TF_PROGRAM_VIEWS_MAX = 64,
    TF_PROGRAM_LISTS_MAX = 16,
    TF_PROGRAM_KEY_PARTS_MAX = 4, /* as many as key.h takes */
    TF_PROGRAM_NONE = 0xffff,     /* no term */
};

/*
 * What an instruction does with registers; `to` is written, a and b are read: a register, or ~n for constant n.
 * AND and OR jump to c when a and b decide the answer. The last instruction is END.
 */
enum tf_op {
    TF_OP_FIELD,  /* aux: the field */
    TF_OP_MONEY,  /* constant a, unknown but in the currency of constant b */
    TF_OP_ADD, TF_OP_SUBTRACT, TF_OP_MULTIPLY, TF_OP_DIVIDE,
    TF_OP_EQUAL, TF_OP_UNEQUAL, TF_OP_BELOW, TF_OP_AT_MOST,
    TF_OP_EQUAL_CONSTANT, TF_OP_UNEQUAL_CONSTANT, TF_OP_BELOW_CONSTANT, TF_OP_AT_MOST_CONSTANT, /* register a, constant b: most are */
    TF_OP_ABOVE_CONSTANT, TF_OP_AT_LEAST_CONSTANT,
    TF_OP_TEXT_EQUAL, TF_OP_TEXT_UNEQUAL, TF_OP_TRUTH_EQUAL, TF_OP_TRUTH_UNEQUAL,
    TF_OP_LISTED, /* a on the list aux of the program */
    TF_OP_IN_NUMBERS, TF_OP_IN_TEXTS, /* a among the c constants from b on, which are in order */
    TF_OP_LIKE,
    TF_OP_AND, TF_OP_OR, TF_OP_NOT,
    TF_OP_PRESENT, TF_OP_DEFAULT, TF_OP_ABS,
    TF_OP_HOUR, TF_OP_DOW, TF_OP_DAY, TF_OP_MONTH,
    TF_OP_LEN, TF_OP_LOWER, TF_OP_UPPER, TF_OP_NORM,
    TF_OP_VIEW,   /* aux: the view */
    TF_OP_TRUTH,  /* the constant a as a register: and, or and not read only those */
    TF_OP_END,
};

struct tf_instruction {
    uint8_t op, aux;
    uint16_t to;
    int16_t a, b;
    uint16_t c;
};

/* What a window function answers. */
enum tf_view_kind { TF_VIEW_COUNT, TF_VIEW_SUM, TF_VIEW_AVG, TF_VIEW_SD, TF_VIEW_MAX, TF_VIEW_MIN, TF_VIEW_LAST, TF_VIEW_DISTINCT,
                    TF_VIEW_FIRST_SEEN, TF_VIEW_LAST_SEEN };

/* One call of a window function: the entries of a slot, as far back as its own window. */
struct tf_view {
    enum tf_view_kind kind;
    uint8_t slot;
    int64_t window_ms;
};

/* A key of windows: by which fields, and what an event adds under it. */
struct tf_slot {
    struct tf_str signature; /* rule, function's value and fields: what tells its keys from all others */
    uint8_t parts[TF_PROGRAM_KEY_PARTS_MAX];
    uint8_t parts_count;
    bool has_value, distinct; /* of the field `value`: itself, or a hash that tells different ones apart */
    uint8_t value;
    int64_t window_ms;        /* the longest of its views */
};

/* A list that an expression names, which may be read later than it: bound before the first run. */
struct tf_list_use {
    struct tf_str name;
    size_t at; /* in the source */
    const struct tf_list *list;
};

/* Part of an expression whose value a hit shows. */
struct tf_shown {
    uint16_t begin, end; /* in the source */
    int16_t at;
    uint8_t type;
    bool personal;
};

/* A truth value that others are made of; ATOM is a comparison, a call, a field. */
enum tf_term_kind { TF_TERM_ATOM, TF_TERM_AND, TF_TERM_OR, TF_TERM_NOT };
struct tf_term {
    enum tf_term_kind kind;
    int16_t at;
    uint16_t first, next;               /* child, sibling; or TF_PROGRAM_NONE */
    uint16_t shown_first, shown_count;  /* of an ATOM */
    uint16_t views_first, views_count;  /* window functions inside */
};

struct tf_program {
    struct tf_str id;
    struct tf_str source;    /* as written, white space of lines made blanks */
    struct tf_str threshold; /* the same, and what the names in it stand for */
    const struct tf_instruction *code;
    const struct tf_value *constants;
    const struct tf_term *terms;
    const struct tf_shown *shown;
    const struct tf_view *views;
    const struct tf_slot *slots;
    struct tf_list_use *lists; /* the only part that is written after compiling */
    const struct tf_lists *held_by;
    uint16_t code_count, constants_count, terms_count, shown_count, registers_count;
    uint8_t views_count, slots_count, lists_count;
    int16_t result;
    uint16_t root;        /* term */
    uint32_t kinds;
    uint64_t fields;      /* bit per enum tf_field_id it names */
};

_Static_assert(TF_FIELD_COUNT <= 64, "a program has a bit for every field");

/* What a run leaves behind for the words of a hit. Too large to be cleared for every event. */
struct tf_frame {
    const struct tf_program *program;
    const struct tf_fraud_case *shown;
    bool starved;                          /* the arena had no room for a text */
    uint8_t windows[TF_FRAUD_KEYS_MAX];    /* place in the case of a slot's window, or TF_FRAUD_KEYS_MAX */
    struct tf_value registers[TF_PROGRAM_REGISTERS_MAX];
};

static inline const struct tf_value *tf_frame_at(const struct tf_program *program, const struct tf_frame *frame, int16_t at)
{
    return at < 0 ? &program->constants[~at] : &frame->registers[at];
}

/** Run a program on what the case shows; the answer is in the frame. O(code), each window function as views.h says. */
const struct tf_value *tf_vm_run(const struct tf_program *program, const struct tf_fraud_case *shown, struct tf_frame *frame);
/** Say why a run answered true, in hit; false when the arena is full. */
bool tf_words_of(const struct tf_program *program, const struct tf_frame *frame, struct tf_fraud_hit *hit);

#endif
