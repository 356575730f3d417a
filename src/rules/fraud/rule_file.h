/* One file of fraud.rules (libconfig): a section for each thing that can be set. */
#ifndef TAXFLOW_RULES_FRAUD_RULE_FILE_H
#define TAXFLOW_RULES_FRAUD_RULE_FILE_H

#include "lists.h"
#include "operators.h"
#include "policy.h"
#include "snoozes.h"

/* What the sections are read into: the ruleset's own. */
struct tf_rule_book {
    struct tf_fraud_setting *settings; /* one for each row of tf_fraud_rules */
    struct tf_operators *operators;    /* rules that are not among them */
    struct tf_policy *policy;
    struct tf_lists *lists;
    struct tf_snoozes *snoozes;
};

/**
 * Read a file over what the book holds.
 * arena  for texts; lives as long as the book.
 * Returns TF_OK; TF_E_CONFIG with file:line, reason and remedy; TF_E_NO_INPUT. On failure the book may have changed.
 */
enum tf_err tf_rule_file_read(const char *path, const struct tf_rule_book *book, struct tf_arena *arena, struct tf_fault *fault) TF_MUST_CHECK;

#endif
