/* Patterns of `like`. */
#ifndef TAXFLOW_RULES_FRAUD_LANGUAGE_LIKE_H
#define TAXFLOW_RULES_FRAUD_LANGUAGE_LIKE_H

#include "taxflow/str.h"

/** Whether all of text fits the pattern: % is any characters, _ is one, all else is itself. O(text x pattern). */
bool tf_like(struct tf_str text, struct tf_str pattern);

#endif
