/* The words that an operator's rule may use, for lists of them. What a rule file says is read by tf_fraud_ruleset_load. */
#ifndef TAXFLOW_FRAUD_LANGUAGE_H
#define TAXFLOW_FRAUD_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tf_fraud_word {
    const char *name;  /* of a function with what it takes: "count(key, window)" */
    const char *type;  /* of its value: "an amount" */
    const char *text;  /* what it is, in a few words */
    uint32_t kinds;    /* of a field: bit per enum tf_kind that can have it */
    bool personal;     /* of a field: hits do not show its value */
};

/** Field number index; false past the last. Static.   Thread any. */
bool tf_fraud_language_field(size_t index, struct tf_fraud_word *ret_word);
/** Function number index; likewise. */
bool tf_fraud_language_function(size_t index, struct tf_fraud_word *ret_word);

#endif
