/*
 * Compiling in one pass: the parser calls typing and emission as it reads. The first error stops it: from then on the token is
 * the end, and every function returns an operand without type.
 */
#ifndef TAXFLOW_RULES_FRAUD_LANGUAGE_COMPILER_H
#define TAXFLOW_RULES_FRAUD_LANGUAGE_COMPILER_H

#include "language.h"
#include "lexer.h"
#include "program.h"

/* A part of the expression that was compiled: where its value will be. */
struct tf_operand {
    enum tf_type type;
    int16_t at;          /* register, or ~constant */
    bool constant;
    bool personal;       /* a text that no hit may show */
    bool is_day;         /* a time without hours */
    bool literal;        /* written out, if not constant: an amount of one currency */
    uint16_t begin, end; /* in the source */
    uint16_t term;       /* of a truth value, or TF_PROGRAM_NONE */
};

struct tf_compiler {
    const struct tf_language_rule *rule;
    struct tf_arena *arena;
    struct tf_language_fault *fault;
    bool failed, starved;
    struct tf_lexer lexer;
    struct tf_token token;       /* the next one, not yet taken */
    size_t taken_end;            /* where the last one taken ended */
    unsigned depth;
    uint32_t kinds;
    uint64_t fields;
    uint64_t used;               /* bit per constant of the rule, of the first 64 */
    uint16_t code_count, constants_count, terms_count, shown_count, registers_count;
    uint8_t views_count, slots_count, lists_count;
    struct tf_instruction code[TF_PROGRAM_CODE_MAX];
    struct tf_value constants[TF_PROGRAM_CONSTANTS_MAX];
    struct tf_term terms[TF_PROGRAM_TERMS_MAX];
    struct tf_shown shown[TF_PROGRAM_TERMS_MAX];
    struct tf_view views[TF_PROGRAM_VIEWS_MAX];
    struct tf_slot slots[TF_FRAUD_KEYS_MAX];
    struct tf_list_use lists[TF_PROGRAM_LISTS_MAX];
    struct tf_value list[TF_LANGUAGE_LIST_MAX]; /* the one being read */
};

/* compiler.c: errors and tokens */

/** Keep the first error, at a byte of the source. Returns an operand without type. */
struct tf_operand tf_compiler_fail(struct tf_compiler *c, size_t at, const char *format, ...) TF_PRINTF(3, 4);
/** The same for an arena that is full. */
struct tf_operand tf_compiler_starve(struct tf_compiler *c);
/** Take the next token if it is of the kind. */
bool tf_compiler_take(struct tf_compiler *c, enum tf_token_kind kind);
/** Take it, or fail with "… is missing". */
bool tf_compiler_expect(struct tf_compiler *c, enum tf_token_kind kind);
void tf_compiler_advance(struct tf_compiler *c);
/** Fail for a name that is none, with the nearest one. */
struct tf_operand tf_compiler_unknown_name(struct tf_compiler *c, const struct tf_token *name);
/** The field of a name; NULL when it is none. */
const struct tf_field *tf_compiler_field(struct tf_str name);
/** The constant of a name, which is used then; NULL when it is none. */
const struct tf_constant *tf_compiler_constant(struct tf_compiler *c, struct tf_str name);

/* emit.c: what goes into the program */

/** Append an instruction. Returns the register it writes; 0 after an error. */
int16_t tf_emit(struct tf_compiler *c, enum tf_op op, unsigned aux, int16_t a, int16_t b);
/** Append one that writes the register `to`. */
void tf_emit_into(struct tf_compiler *c, enum tf_op op, uint16_t to, int16_t a, int16_t b, uint16_t third);
/** As tf_emit, with c. */
int16_t tf_emit_with(struct tf_compiler *c, enum tf_op op, int16_t a, int16_t b, uint16_t third);
struct tf_operand tf_emit_constant(struct tf_compiler *c, enum tf_type type, struct tf_value value, size_t begin, size_t end);
/** Constants one after the other; returns the first one's place. */
int16_t tf_emit_constants(struct tf_compiler *c, const struct tf_value *values, size_t count);
/** Read a field; the rule's kinds are narrowed to those that have it. */
struct tf_operand tf_emit_field(struct tf_compiler *c, const struct tf_field *field, size_t begin, size_t end);
/** Note that the rule reads a field, wherever it does; false after an error. */
bool tf_emit_note_field(struct tf_compiler *c, const struct tf_field *field, size_t at);
/** A new ATOM for a truth value; what is shown is added with tf_emit_show, before the next ATOM is made. */
void tf_emit_atom(struct tf_compiler *c, struct tf_operand *truth, uint16_t views_from);
void tf_emit_show(struct tf_compiler *c, uint16_t term, const struct tf_operand *part);
/** A new AND, OR or NOT over terms that are linked by `next`. */
void tf_emit_term(struct tf_compiler *c, struct tf_operand *truth, enum tf_term_kind kind, uint16_t first);

/* typing.c: which types go together */

/** Make a constant a value of another type where it can be one: a number an amount, a text what it reads as. */
bool tf_typing_as(struct tf_compiler *c, struct tf_operand *operand, enum tf_type type);
/** left op right, op one of + - * /. Constants are reckoned at once. */
struct tf_operand tf_typing_reckon(struct tf_compiler *c, const struct tf_token *op, struct tf_operand left, struct tf_operand right);
/** Give both one type, one that may be compared; false after an error at `at`. */
bool tf_typing_meet(struct tf_compiler *c, size_t at, struct tf_operand *left, struct tf_operand *right);
/** Compare two of one type; returns the register of the answer. */
int16_t tf_typing_compare(struct tf_compiler *c, const struct tf_token *op, const struct tf_operand *left, const struct tf_operand *right);

/* parser.c, calls.c, window_calls.c: the grammar */

struct tf_operand tf_parser_expression(struct tf_compiler *c);
/** An expression without and, or, not, comparisons: what stands on either side of those. */
struct tf_operand tf_parser_sum(struct tf_compiler *c);
/** A truth value, with a term of its own; fails for anything else. */
bool tf_parser_truth(struct tf_compiler *c, struct tf_operand *operand);
/** One level further in; false, and an error, past TF_LANGUAGE_DEPTH_MAX. */
bool tf_parser_enter(struct tf_compiler *c);
/** A call; the name and its "(" were taken. Fails when nothing is called so. */
struct tf_operand tf_calls_parse(struct tf_compiler *c, const struct tf_token *name);
/** Whether a function has the name; the names one by one, NULL behind the last. */
bool tf_calls_has(struct tf_str name);
const char *tf_calls_name(size_t index);
bool tf_window_calls_has(struct tf_str name);
const char *tf_window_calls_name(size_t index);
struct tf_operand tf_window_calls_parse(struct tf_compiler *c, const struct tf_token *name);

#endif
