/* What the two halves of the grammar ask of one another: values (parser_values.c) and truth (parser.c). */
#ifndef TAXFLOW_RULES_FRAUD_LANGUAGE_PARSER_H
#define TAXFLOW_RULES_FRAUD_LANGUAGE_PARSER_H

#include "compiler.h"

/** A list of constants of a type, in order; in the scratch list of c. Its brackets, or its name, are next. */
bool tf_lists_parse(struct tf_compiler *c, enum tf_type type, size_t *ret_count);

#endif
