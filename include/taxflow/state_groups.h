/* What rules about groups say of the groups a store has counted. */
#ifndef TAXFLOW_STATE_GROUPS_H
#define TAXFLOW_STATE_GROUPS_H

#include "taxflow/fraud_group.h"
#include "taxflow/state.h"

/* A finding and whose it is; views into the store and the ruleset, valid during the call of tell. */
struct tf_state_group_report {
    const struct tf_fraud_rule *rule;
    const struct tf_fraud_setting *setting;
    struct tf_hash16 group;   /* names the group without saying who it is */
    struct tf_str company;    /* "" where records name none */
    struct tf_str name;       /* the population: "payments, purchase, EUR" */
    unsigned month, months;   /* the last month of the period that was looked at, and how many */
    const struct tf_fraud_group_finding *finding;
};

/* Which groups are looked at, and who is told. */
struct tf_state_look {
    int32_t before_month; /* only months before it, all of them: what they hold is final (files); INT32_MAX: whatever grew by a sixteenth */
    bool final;           /* nothing more will come: all that changed, however little */
    enum tf_err (*tell)(void *self, const struct tf_state_group_report *report);
    void *self;
    bool (*ours)(const void *owner, struct tf_hash16 group); /* whether it is ours to tell of; NULL: all are */
    const void *owner;
};

/**
 * Look at the groups that changed, with staged counts, and tell what is found: nonconformity, once a month of event time, and again only when
 * the grade changes. What was told stands with the next tf_state_commit; an abort takes it back.
 * Returns TF_OK, or what tell returned.   Thread  the store's.   Cost  O(groups), and O(counts) of each one that is looked at.
 */
enum tf_err tf_state_look_at_groups(struct tf_state *state, const struct tf_fraud_ruleset *ruleset, const struct tf_state_look *look) TF_MUST_CHECK;

#endif
