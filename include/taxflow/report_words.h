/* What is said of a judged event, or of a group of them, in words: `taxflow explain` prints it, report.html shows it. From rows as result files have them. */
#ifndef TAXFLOW_REPORT_WORDS_H
#define TAXFLOW_REPORT_WORDS_H

#include <jansson.h>

#include "taxflow/buf.h"
#include "taxflow/fraud.h"

/* Where the words go: a line at a time. */
struct tf_words {
    const struct tf_fraud_ruleset *ruleset; /* for the titles of rules; NULL: the built-in ones */
    void *self;
    /* depth 0: the verdict; 1: a finding, hit, or what else is to be said of it; 2: a detail of the last hit. label: "observed", or NULL. */
    void (*line)(void *self, unsigned depth, const char *label, struct tf_str text);
    /* The ids a hit rests on, one or more; NULL: they are a line as well. */
    void (*related)(void *self, const json_t *ids);
};

/** A row of the tax role: its verdict and each finding. Members that are missing are left out.   Cost  O(row). */
void tf_words_tax(const struct tf_words *words, const json_t *row);
/**
 * A row of the fraud role: the verdict, the lists it stands on, each hit with what was observed, the limit, the window, the amount at risk
 * and the events it rests on; and the rules without an answer.
 * superseded_by  id of the row that took its place; NULL: it holds.
 */
void tf_words_fraud(const struct tf_words *words, const json_t *row, const char *superseded_by);
/** A row about a group: whose it is and of when, the statistic against its limit, and the digits that stand out. */
void tf_words_group(const struct tf_words *words, const json_t *row);

#endif
