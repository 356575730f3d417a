/*
 * The tax rules that remember (TF-06, TF-07, TF-08): rows as the fraud rules have, so that the same windows serve them. Pure: they say under
 * which keys they look and judge what they are shown; a role that has switched them on keeps the windows (room state).
 */
#ifndef TAXFLOW_TAX_HISTORY_H
#define TAXFLOW_TAX_HISTORY_H

#include "taxflow/fraud.h"
#include "taxflow/tax.h"

/**
 * The rows of these rules, those switched on that are named.
 *
 * names        of option tax.history; none: *ret_ruleset is NULL, and there is nothing to remember.
 * ret_ruleset  destroy with tf_fraud_ruleset_destroy.
 * Returns TF_OK; TF_E_CONFIG for a name that is none of theirs, with the remedy; TF_E_MEMORY.
 */
enum tf_err tf_tax_history_ruleset(struct tf_string_list names, struct tf_fraud_ruleset **ret_ruleset, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * A verdict with what the history says besides.
 *
 * verdict  of tf_tax_judge on the same event; left as it is, so that an event may be asked again after an abort.
 * history  what the windows answered; NULL: they could not be asked, and these rules count as not evaluated.
 * Returns TF_OK and the whole verdict in the arena; TF_E_LIMIT when it is full.
 */
enum tf_err tf_tax_history_join(const struct tf_tax_options *options, const struct tf_event *event, const struct tf_tax_verdict *verdict,
                                const struct tf_fraud_verdict *history, struct tf_arena *arena, struct tf_tax_verdict **ret_whole) TF_MUST_CHECK;

#endif
