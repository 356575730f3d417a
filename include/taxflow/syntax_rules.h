/*
 * The rules of form that a UBL or CII document is held to while it is read, for lists of them: structure (XML-…) and the official
 * artefact's syntax rules (UBL-CR, UBL-SR, UBL-DT, CII-SR, CII-DT of validation-1.3.16). What they find is a struct tf_format_finding.
 */
#ifndef TAXFLOW_SYNTAX_RULES_H
#define TAXFLOW_SYNTAX_RULES_H

#include "taxflow/arena.h"
#include "taxflow/document.h"

struct tf_syntax_rule {
    const char *id;        /* "UBL-SR-43" */
    bool warning;          /* else fatal */
    enum tf_syntax syntax; /* of the documents it is asked of; TF_SYNTAX_JSON: of both UBL and CII */
    struct tf_str text;    /* what must hold: one sentence without full stop, in the arena */
    const char *source;    /* "EN 16931 validation artefact 1.3.16, UBL-syntax" */
};

/** How many there are. */
size_t tf_syntax_rules_count(void);
/** The rule at index, below the count, in an order that stays; text is absent when the arena is full. O(rules). */
struct tf_syntax_rule tf_syntax_rule_at(size_t index, struct tf_arena *arena);

#endif
