/* The records that matter most, in bounded memory: so many of each currency, each with what is said of it as JSON. */
#ifndef TAXFLOW_REPORT_TOP_H
#define TAXFLOW_REPORT_TOP_H

#include "amounts.h"

enum { TF_TOP_PER_CURRENCY = 100 };

/* By what records are ranked, in this order. */
struct tf_rank {
    bool stopped;          /* to block or to review */
    int64_t at_risk_minor;
    enum tf_fraud_decision decision;
    bool invalid;          /* by the tax rules */
    uint32_t score;
    uint64_t order;        /* of arrival: the earlier one first */
};

struct tf_top_entry { struct tf_rank rank; char *json; size_t len; };
struct tf_top_list { char currency[4]; size_t count; struct tf_top_entry entries[TF_TOP_PER_CURRENCY]; /* best first */ };
struct tf_top {
    struct tf_top_list *lists[TF_AMOUNTS_CURRENCIES_MAX];
    size_t count;
};

/** Whether a record of that rank would be among the best of its currency now.   Cost  O(currencies). */
bool tf_top_wants(const struct tf_top *top, const char currency[4], const struct tf_rank *rank);
/** Put it there, the worst one leaving; its JSON is copied. Nothing where tf_top_wants says no. False when memory ran out.   Cost  O(entries). */
bool tf_top_put(struct tf_top *top, const char currency[4], const struct tf_rank *rank, struct tf_str json);
/** The best of a currency; NULL when there are none. */
const struct tf_top_list *tf_top_of(const struct tf_top *top, const char currency[4]);
void tf_top_finish(struct tf_top *top);

#endif
