/* Answers of window functions: what stands under a key before the event, in (time, arrival), as far back as the call says. */
#ifndef TAXFLOW_RULES_FRAUD_LANGUAGE_VIEWS_H
#define TAXFLOW_RULES_FRAUD_LANGUAGE_VIEWS_H

#include "program.h"

/*
 * Entries that sd, min, max and distinct look at; of more they do not know. An amount past VALUE_MAX (10^13 units) makes every
 * function of amounts under its key unknown, for sums of it would not be exact.
 */
enum { TF_VIEWS_LOOK_MAX = 4096 };
static const int64_t TF_VIEWS_VALUE_MAX = 1000000000000000;

/* Entries of a window that a call speaks of. */
struct tf_views_range { size_t first, end; };

/** O(log of the window). */
struct tf_views_range tf_views_range_of(const struct tf_view *view, const struct tf_fraud_window *window, int64_t time_ms);
/**
 * The answer; unknown for what needs entries and has none.
 * Cost  O(log of the window); for sum and avg one step in 9,000 entries more; for sd, min, max and distinct a walk of LOOK_MAX.
 */
struct tf_value tf_views_answer(const struct tf_view *view, const struct tf_slot *slot, const struct tf_fraud_window *window, int64_t time_ms);
/** What an event contributes to windows of a slot; false when it has no such value. */
bool tf_views_contribution(const struct tf_slot *slot, const struct tf_fraud_facts *facts, int64_t *ret_value);
/** The hash of a slot's key for an event; false when a part is unknown. O(parts). */
bool tf_views_key(const struct tf_slot *slot, const struct tf_fraud_facts *facts, struct tf_hash16 *ret_hash);

#endif
