/* What decides beside the rules' points: lists on which a record stands, and who speaks against a hit. Pure. */
#ifndef TAXFLOW_FRAUD_DECISION_H
#define TAXFLOW_FRAUD_DECISION_H

#include "taxflow/fraud.h"

/*
 * hard_block blocks whatever else is said; else allow approves; else block blocks; watch adds points. plain decides nothing: a list
 * for expressions.
 */
enum tf_fraud_list_kind { TF_FRAUD_LIST_PLAIN, TF_FRAUD_LIST_ALLOW, TF_FRAUD_LIST_WATCH, TF_FRAUD_LIST_BLOCK, TF_FRAUD_LIST_HARD_BLOCK };

/* A list on which a record stands. The texts are the ruleset's. */
struct tf_fraud_listing {
    struct tf_str name, reason; /* reason may be absent */
    enum tf_fraud_list_kind kind;
    uint32_t points;
};

/**
 * Ask what the ruleset knows beside its rules: find the lists on which the record stands, and snooze hits as it says.
 * Once for a verdict whose hits are all there, before tf_fraud_verdict_close.
 * Returns TF_OK; TF_E_LIMIT when the arena is full.   Cost  O(lists + hits x snoozes).
 */
enum tf_err tf_fraud_verdict_look_up(const struct tf_fraud_ruleset *ruleset, const struct tf_fraud_facts *facts, struct tf_arena *arena,
                                     struct tf_fraud_verdict *verdict) TF_MUST_CHECK;
/**
 * Add up live hits and watch lists as the ruleset's decision settings say: score under the caps of families and in all, decision from
 * hard lists or the thresholds of the record's company, amount at risk (the largest of a live hit: one loss may be told by several).
 * Again after a hit's mode has changed.   Cost  O(hits).
 */
void tf_fraud_verdict_close(const struct tf_fraud_ruleset *ruleset, const struct tf_fraud_facts *facts, struct tf_fraud_verdict *verdict);
/*
 * When a rule fires too often to be believed: hits in more than share_permille of 1,000 of the last `over` records it was asked about,
 * once it was asked about `minimum`. Whoever counts (role fraud) mutes its hits then.
 */
struct tf_fraud_breaker { uint32_t share_permille, over, minimum; };
/** What holds for a rule of the set. O(1). */
struct tf_fraud_breaker tf_fraud_ruleset_breaker(const struct tf_fraud_ruleset *ruleset, size_t rule);

/** "hard_block". Static. */
const char *tf_fraud_list_kind_word(enum tf_fraud_list_kind kind);
/** "live"; "off", "shadow", "snoozed", "dismissed", "muted". Static. */
const char *tf_fraud_mode_word(enum tf_fraud_mode mode);

#endif
