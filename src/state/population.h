/*
 * The groups that rules about groups judge: which of them changed since they were looked at, in which months, and what was told of them.
 * What is told in a batch counts once the batch is committed.
 */
#ifndef TAXFLOW_STATE_POPULATION_H
#define TAXFLOW_STATE_POPULATION_H

#include "question.h"
#include "stage.h"
#include "taxflow/fraud_group.h"

/* What a rule last said of a group. */
struct tf_population_said {
    int32_t month; /* TF_FRAUD_MONTH_NONE: nothing */
    enum tf_fraud_grade grade;
};

struct tf_population {
    struct tf_hash16 group;
    int32_t changed_first, changed_last; /* months; NONE: not since it was looked at */
    int32_t looked_month;
    int64_t looked_n, added;             /* records when it was looked at, and since */
    uint32_t staged;                     /* bit i: by rules[i] something was told in this batch */
    uint32_t rules_count;
    struct {
        uint16_t rule; /* of the ruleset */
        struct tf_population_said said, before; /* now; as of the last commit */
    } rules[TF_FRAUD_GROUP_RULES_MAX];
    char name[TF_FRAUD_GROUP_NAME_BYTES];
    struct tf_str company; /* a piece of its own */
};

/* slots: number of the population + 1, by hash; the populations themselves never go while the store lives: there are few, and they are named. */
struct tf_populations {
    struct tf_population **items;
    size_t count, cap;
    uint32_t *slots;
    size_t slots_count; /* a power of two, or 0 */
};

void tf_populations_finish(struct tf_populations *populations, struct tf_budget *budget);
/** What an event is about to count in groups that are judged. False when the budget is spent. O(tallies of such rules). */
bool tf_populations_note(struct tf_populations *populations, struct tf_budget *budget, const struct tf_state_question *question) TF_MUST_CHECK;
/* A population as another process tells of it. */
struct tf_population_told {
    struct tf_hash16 group;
    struct tf_str company, name; /* name: shorter than TF_FRAUD_GROUP_NAME_BYTES */
    uint16_t rules[TF_FRAUD_GROUP_RULES_MAX]; /* of the ruleset */
    size_t rules_count;
};
/** Know it from now on. False when the budget is spent. */
bool tf_populations_learn(struct tf_populations *populations, struct tf_budget *budget, const struct tf_population_told *told) TF_MUST_CHECK;
/** NULL: not known. */
struct tf_population *tf_populations_find(const struct tf_populations *populations, struct tf_hash16 group);
/** Others counted more of it, or less, in a month. */
void tf_population_changed(struct tf_population *population, int32_t month, int64_t more);
/** What was told stands; or was never told, and is to be looked at again. O(populations). */
void tf_populations_commit(struct tf_populations *populations);
void tf_populations_abort(struct tf_populations *populations);

#endif
