/* What one event asks of a store, worked out before it is asked. */
#ifndef TAXFLOW_STATE_QUESTION_H
#define TAXFLOW_STATE_QUESTION_H

#include "taxflow/clock.h"
#include "taxflow/share.h"
#include "taxflow/state.h"

enum { TF_QUESTION_KEYS_MAX = TF_STATE_ROW_KEYS_MAX - 1, TF_QUESTION_TALLIES_MAX = TF_STATE_ROW_TALLIES_MAX }; /* of all rules together */
_Static_assert((int)TF_FRAUD_ASKED_KEYS_MAX <= (int)TF_QUESTION_KEYS_MAX, "a ruleset that loads asks no more");

/* What the store kept of the event once it was judged. */
enum tf_question_staged {
    TF_QUESTION_NOTHING,
    TF_QUESTION_ADDED,      /* its keys and counts */
    TF_QUESTION_REMEMBERED, /* no key, only that this revision was seen */
};

/* Keys have their windows: the key's own, else its rule's. */
struct tf_state_question {
    const struct tf_fraud_ruleset *ruleset;
    struct tf_fraud_facts facts;
    struct tf_hash16 record;
    struct tf_str event_id;
    uint32_t partition;
    bool once;                      /* as of the origin */
    bool settles;                   /* the last key is no rule's: settlement.h */
    bool settled;                   /* by tf_state_judge: it took the place of another record, whose row goes */
    struct tf_state_forgotten settled_record;
    const uint16_t *rules; /* that are asked: their places in the ruleset, whose list it is */
    size_t rules_count;
    uint16_t *keys_first;  /* asked rule i looks under keys keys_first[i] .. keys_first[i + 1]; behind the keys, as tallies_first */
    struct tf_fraud_tally *tallies; /* asked rule i's are tallies[tallies_first[i]] .. tallies[tallies_first[i + 1]] */
    uint16_t *tallies_first;
    uint32_t *guesses;              /* of each key its likely id + 1, 0 where none is known: by tf_state_fetch and tf_state_judge; behind the keys */
    uint32_t *tally_guesses;        /* of each counter its group's; before the tallies */
    int32_t month;                  /* of the event, TF_FRAUD_MONTH_NONE: it counts nowhere */
    uint16_t keys_count, tallies_count;
    enum tf_question_staged staged; /* this and the next by tf_state_judge */
    int64_t staged_ms;              /* event time under which it stands */
    struct tf_share_set *shares;    /* what other partitions hold under its keys; NULL: nobody was asked */
    struct tf_fraud_key keys[];
};

/** A window in days, the last one begun. */
static inline uint32_t tf_question_days(int64_t window_ms) { return (uint32_t)((window_ms + TF_MS_PER_DAY - 1) / TF_MS_PER_DAY); }

#endif
