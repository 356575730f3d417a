/* Whether an entry's debit is its credit. */
#ifndef TAXFLOW_IMPORT_TABLE_BALANCE_H
#define TAXFLOW_IMPORT_TABLE_BALANCE_H

#include "row.h"
#include "taxflow/money.h"

struct tf_balance {
    struct tf_decimal debit, credit, local; /* local: debits positive */
    char currency[8];
    bool any, mixed, all_local, overflow;
};

void tf_balance_init(struct tf_balance *balance);
/** Add a line. Its currency decides what adds up; where an entry has several, the local amounts do, if all lines have one. */
void tf_balance_add(struct tf_balance *balance, const struct tf_row *line);
/** The two sums, where they differ; false where they agree or nobody can tell. Exact. */
bool tf_balance_differs(const struct tf_balance *balance, struct tf_decimal *ret_debit, struct tf_decimal *ret_credit);

#endif
