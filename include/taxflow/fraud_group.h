/* Rules about groups of records: what is found is said of a population (a company's payments in euros), never of one event. */
#ifndef TAXFLOW_FRAUD_GROUP_H
#define TAXFLOW_FRAUD_GROUP_H

#include "taxflow/fraud.h"

enum { TF_FRAUD_GROUP_NAME_BYTES = 64, TF_FRAUD_GROUP_CELLS_MAX = 20, TF_FRAUD_GROUP_RULES_MAX = 4 };

/* How well a population fits; the words are Nigrini's. */
enum tf_fraud_grade {
    TF_FRAUD_GRADE_NONE, /* too few records, or of a kind that the statistic says nothing of */
    TF_FRAUD_GRADE_CLOSE,
    TF_FRAUD_GRADE_ACCEPTABLE,
    TF_FRAUD_GRADE_MARGINAL,
    TF_FRAUD_GRADE_NONCONFORMITY,
};

/* Digits that stand out. */
struct tf_fraud_group_cell {
    unsigned digits;
    int64_t observed;
    double expected, z;
};

struct tf_fraud_group_finding {
    enum tf_fraud_grade grade;
    const char *statistic; /* "MAD": static */
    int64_t n;
    double value, limit;   /* above it the grade is nonconformity */
    bool cells_single;     /* digits are one, not two */
    uint32_t cells_count;  /* the ones that stand out most, those first */
    struct tf_fraud_group_cell cells[TF_FRAUD_GROUP_CELLS_MAX];
};

/* What makes a rule one about groups; its tallies say in which populations an event counts. */
struct tf_fraud_group_rule {
    /** Judge a population by its counts in the rule's window. Fills the finding whatever the grade. Pure.   Cost  O(counts). */
    void (*judge)(const struct tf_fraud_setting *setting, const struct tf_fraud_tally_view *counts, struct tf_fraud_group_finding *ret_finding);
    /** Name the population of the event's tally: "payments EUR"; without personal data, for it is written. */
    void (*name)(const struct tf_fraud_facts *facts, size_t tally, char out[TF_FRAUD_GROUP_NAME_BYTES]);
};

/** "nonconformity". Static. */
const char *tf_fraud_grade_word(enum tf_fraud_grade grade);

#endif
