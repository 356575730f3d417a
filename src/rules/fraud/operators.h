/* Rules that operators write: an entry of `rules` with an expression, `when`. They stand in a ruleset behind the built-in ones. */
#ifndef TAXFLOW_RULES_FRAUD_OPERATORS_H
#define TAXFLOW_RULES_FRAUD_OPERATORS_H

#include "lists.h"
#include "reading.h"
#include "when_place.h"

enum { TF_OPERATORS_MAX = 200, TF_OPERATORS_ID_BYTES_MAX = 31 };

/* A program that names lists, and where its expression stands. */
struct tf_operators_lister {
    struct tf_operators_lister *next;
    struct tf_program *program;
    struct tf_when when;
};

/* rows[i] is rule i with settings[i]; told[i] is all that decides its answers, for the ruleset's name. */
struct tf_operators {
    struct tf_fraud_rule *rows;
    struct tf_fraud_setting *settings;
    struct tf_str told[TF_OPERATORS_MAX];
    size_t count;
    struct tf_operators_lister *listers;
};

/** Whether an entry of `rules` is a rule of its own. */
bool tf_operators_is(const config_setting_t *at);
/** The rule of that id, or NULL. */
const struct tf_fraud_rule *tf_operators_find(const struct tf_operators *operators, const char *id);
/**
 * Read an entry with `when` and add it; texts stay in the reading's arena. rows and settings have room for TF_OPERATORS_MAX.
 * Returns TF_OK; TF_E_CONFIG with file:line, of the expression file:line:column and the place shown.
 */
enum tf_err tf_operators_read(const struct tf_reading *reading, const config_setting_t *at, struct tf_operators *operators) TF_MUST_CHECK;
/** All files are read: give the rules the lists they name. TF_E_CONFIG, with the place of the name, when there is none of that name. */
enum tf_err tf_operators_bind(struct tf_operators *operators, const struct tf_lists *lists, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Whether a record's question has room for the keys of all rules that are not off; the built-in ones are counted with as many as
 * a rule may have.  TF_E_CONFIG names the rule that is too much.
 */
enum tf_err tf_operators_check_keys(const struct tf_operators *operators, const struct tf_fraud_rule *rules, const struct tf_fraud_setting *settings,
                                    size_t count, struct tf_fault *fault) TF_MUST_CHECK;

#endif
