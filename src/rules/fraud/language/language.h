/*
 * The language of operator's rules: an expression, compiled once, that is true of the records it is about.
 *
 * Values are exact (value.h), each may be unknown, and truth is Kleene's: "unknown and false" is false, "unknown or true" is
 * true, all else with an unknown is unknown. No loops, no recursion: code runs forward only. The README has the grammar.
 */
#ifndef TAXFLOW_RULES_FRAUD_LANGUAGE_LANGUAGE_H
#define TAXFLOW_RULES_FRAUD_LANGUAGE_LANGUAGE_H

#include "taxflow/fraud.h"

enum { TF_LANGUAGE_SOURCE_BYTES_MAX = 4096, TF_LANGUAGE_DEPTH_MAX = 32,
       TF_LANGUAGE_LIST_MAX = 1024,
       TF_LANGUAGE_PATTERN_BYTES_MAX = 128, /* of like, whose cost is pattern times text … */
       TF_LANGUAGE_TEXT_BYTES_MAX = 4096    /* … and longer texts are unknown to it, and to lower, upper and norm */
};

struct tf_program;
struct tf_lists;

/* A name that a rule gives to a constant. */
enum tf_constant_kind { TF_CONSTANT_TEXT, TF_CONSTANT_NUMBER, TF_CONSTANT_TRUTH, TF_CONSTANT_LIST };
struct tf_constant {
    struct tf_str name;
    enum tf_constant_kind kind;
    struct tf_str text;         /* of TEXT, and of NUMBER as written. A text takes the type of what it stands against */
    bool truth;
    const struct tf_str *items; /* of LIST: texts, likewise */
    size_t items_count;
};

struct tf_language_rule {
    struct tf_str id;   /* part of the keys of its windows */
    struct tf_str when; /* the expression */
    uint32_t kinds;     /* bit per enum tf_kind; 0: all that have the fields it names */
    const struct tf_constant *constants; /* params; read as names */
    size_t constants_count;
};

/* What is wrong with an expression, and at which byte of it. */
struct tf_language_fault {
    size_t at;
    char text[192];
};

/**
 * Compile an expression. Everything is copied to the arena, and the program lives as long.
 * Returns TF_OK; TF_E_CONFIG with the first error; TF_E_LIMIT when the arena is full.   Cost  O(source).
 */
enum tf_err tf_language_compile(const struct tf_language_rule *rule, struct tf_arena *arena, struct tf_program **ret_program,
                                struct tf_language_fault *fault) TF_MUST_CHECK;
/**
 * Give a program the lists that it names with @, once, before it runs; it borrows them.
 * Returns true; false when number *ret_index of them is missing.
 */
bool tf_language_bind(struct tf_program *program, const struct tf_lists *lists, size_t *ret_index) TF_MUST_CHECK;
/** How many lists it names; and where in the expression number index stands. */
size_t tf_language_lists_count(const struct tf_program *program);
size_t tf_language_list_at(const struct tf_program *program, size_t index);
/** Whether a name may be given to a constant: no field, function or word of the language has it. */
bool tf_language_name_is_free(struct tf_str name);

/** The expression on one line. */
struct tf_str tf_language_source(const struct tf_program *program);
/** Kinds of records it is about. */
uint32_t tf_language_kinds(const struct tf_program *program);
/** Keys it asks under for each record, 0 .. TF_FRAUD_KEYS_MAX; and its longest window, 0 without any. */
size_t tf_language_keys_count(const struct tf_program *program);
int64_t tf_language_window_ms(const struct tf_program *program);
/** Names of the fields it reads: "amount, supplier"; "nothing" when there are none. Absent when the arena is full. */
struct tf_str tf_language_needs(const struct tf_program *program, struct tf_arena *arena);

/** `keys` and `judge` of a rule whose `program` is a compiled expression (fraud.h). */
size_t tf_language_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                        struct tf_fraud_key *keys);
enum tf_fraud_answer tf_language_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit);

#endif
