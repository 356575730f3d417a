/* Amounts at risk by currency, exact; amounts of two currencies are never added. */
#ifndef TAXFLOW_REPORT_AMOUNTS_H
#define TAXFLOW_REPORT_AMOUNTS_H

#include "taxflow/fraud.h"

enum { TF_AMOUNTS_CURRENCIES_MAX = 64, TF_DECISIONS = 3 };

struct tf_currency_amounts {
    char code[4];                            /* "" of records that name none */
    uint64_t records[TF_DECISIONS];          /* with findings, by enum tf_fraud_decision */
    tf_int128 at_risk_minor[TF_DECISIONS];   /* of these records, the largest of each one's hits */
    tf_int128 rules_minor[TF_FRAUD_RULES_MAX]; /* of all hits of a rule, by its place in the ruleset */
};

struct tf_amounts {
    struct tf_currency_amounts *currencies[TF_AMOUNTS_CURRENCIES_MAX]; /* as they came; tf_amounts_sort puts them in order */
    size_t count;
    uint64_t left_out; /* records in further currencies: only the CSV has them */
};

/** The sums of a currency, made when it is new; NULL when there are too many of them, or no memory.   Cost  O(currencies). */
struct tf_currency_amounts *tf_amounts_of(struct tf_amounts *amounts, const char code[4]);
/** Records with findings in a currency. */
uint64_t tf_amounts_records(const struct tf_currency_amounts *currency);
/** What is to be blocked or reviewed in it, in minor units of two decimals. */
struct tf_decimal tf_amounts_at_risk(const struct tf_currency_amounts *currency);
/** A sum in minor units as a decimal. */
struct tf_decimal tf_amounts_decimal(tf_int128 minor);
/** The currency with the most records to block or review first; of equal ones by code. */
void tf_amounts_sort(struct tf_amounts *amounts);
void tf_amounts_finish(struct tf_amounts *amounts);

#endif
