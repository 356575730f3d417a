/* The counterparty a record is about: with the company it makes the Kafka key, so all its events share a partition. */
#ifndef TAXFLOW_EVENT_PARTY_KEY_H
#define TAXFLOW_EVENT_PARTY_KEY_H

#include "taxflow/event.h"

/**
 * Set event->party: the first non-blank of purchase (and intercompany, unknown) BT-31, BT-30, BT-29, BT-27; sale BT-48,
 * BT-47, BT-46, BT-44; payment: supplier; journal: partner of the first line that has one, else its id; party: party;
 * return and account: company. Trimmed, ASCII letters upper case, other bytes kept; "" where there is none.
 * Returns TF_OK; TF_E_LIMIT when the arena is full.
 */
enum tf_err tf_party_key_set(struct tf_event *event, struct tf_arena *arena) TF_MUST_CHECK;

#endif
