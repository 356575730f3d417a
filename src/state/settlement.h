/*
 * A payment that is ordered (pain.001) and then booked (camt.053) is one payment in two records. Whichever comes second takes the place of the first:
 * what the first added goes out of every window and count before the second is judged, as if it were its amendment.
 *
 * What the bank sent back takes the place of either: nothing was spent.
 *
 * They belong together by company, end-to-end id, amount, currency and account (where both say it), and the day: a bank books up to two weeks after the
 * day that was asked for, or a little before; what comes back does so within two months. Senders give the same end-to-end id again and again (a rent), so
 * a pair is closed once it is one: it settles nothing else. Ids that say nothing (NOTPROVIDED, ISO 20022 usage) settle nothing.
 */
#ifndef TAXFLOW_STATE_SETTLEMENT_H
#define TAXFLOW_STATE_SETTLEMENT_H

#include "state_internal.h"

/** The key under which a payment meets its other half; false: it has none. Rules have no part in it. O(1). */
bool tf_settlement_key(const struct tf_fraud_facts *facts, struct tf_fraud_key *ret_key) TF_MUST_CHECK;
/**
 * The record that a question's payment takes the place of: known, which is the question's own where the store has it, else its other half; NULL: none.
 * The question's own entry says what it is from now on: a half, or the whole. Its keys were found (state->asked->ids).   Cost  O(entries of the key).
 */
struct tf_record *tf_settlement_find(const struct tf_state *state, struct tf_state_question *question, struct tf_record *known);

#endif
