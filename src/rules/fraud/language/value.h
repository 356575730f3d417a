/* What an operator's expression reckons with: a value of one of six types, or unknown. */
#ifndef TAXFLOW_RULES_FRAUD_LANGUAGE_VALUE_H
#define TAXFLOW_RULES_FRAUD_LANGUAGE_VALUE_H

#include "taxflow/fraud.h"

/* X(name, word): the types. Amounts are in the record's currency. */
#define TF_TYPE_TABLE(X)         \
    X(TRUTH, "a truth value")    \
    X(NUMBER, "a number")        \
    X(AMOUNT, "an amount")       \
    X(TEXT, "a text")            \
    X(TIME, "a time")            \
    X(DURATION, "a duration")

enum tf_type {
    TF_TYPE_NONE, /* of what could not be compiled */
#define X(name, word) TF_TYPE_##name,
    TF_TYPE_TABLE(X)
#undef X
    TF_TYPE_COUNT
};

/*
 * Numbers and amounts are decimals of 8 places, so that an amount in hundredths times a number of 6 places is exact; the type
 * says which of both it is, so that a constant may serve as either. Times and durations are milliseconds.
 */
enum { TF_VALUE_PLACES = 8, TF_VALUE_ONE = 100000000, TF_VALUE_PER_MINOR = TF_VALUE_ONE / 100 };

struct tf_value {
    union {
        tf_int128 number;
        struct tf_str text; /* borrowed */
    };
    bool known; /* false: nothing else means anything */
    bool truth;
};

/** "an amount". Static. */
const char *tf_value_type_name(enum tf_type type);
/** Unknown on overflow. */
struct tf_value tf_value_add(tf_int128 a, tf_int128 b);
struct tf_value tf_value_subtract(tf_int128 a, tf_int128 b);
/** a times the number b, rounded at the last place, halves away from zero; unknown on overflow. */
struct tf_value tf_value_multiply(tf_int128 a, tf_int128 b);
/** a by b as a number, or by the number b as what a is; rounded likewise; unknown when b is 0, and on overflow. */
struct tf_value tf_value_divide(tf_int128 a, tf_int128 b);

/**
 * Read a text as a constant of a type: "1000.00" as a number or an amount, "2026-01-31" or "2026-01-31T12:00:00Z" as a time,
 * "30d" as a duration. Unknown when it is none, has more than 8 places, or passes 10^18.
 */
struct tf_value tf_value_parse(struct tf_str text, enum tf_type type);

enum { TF_VALUE_WORDS_BYTES = 128 };
/** A value in words: "1000.00 EUR", "3", "'R-17'", "2026-01-31", "30d", "true", "unknown". A long text is cut. Returns out. */
const char *tf_value_words(const struct tf_value *value, enum tf_type type, const char *currency, char out[TF_VALUE_WORDS_BYTES]);

#endif
