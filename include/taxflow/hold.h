/* `audit --fail-on`: whether a run has what must not go on, and the payments to hold back before they are carried out. */
#ifndef TAXFLOW_HOLD_H
#define TAXFLOW_HOLD_H

#include <stdio.h>

#include "taxflow/fraud.h"
#include "taxflow/json.h"
#include "taxflow/pipeline.h"

struct tf_hold;

/**
 * least  REVIEW or BLOCK. A payment is held where its decision is that or worse, and no statement has it yet. One that is only ordered (status
 *        "ordered") is held as well where it hits a rule on changed or shared accounts, copies, splits or new suppliers, whatever its score; where it
 *        was read before; and where it cannot be judged.
 * files  name where records stand; borrowed.   NULL when memory ran out.
 */
struct tf_hold *tf_hold_create(enum tf_fraud_decision least, const struct tf_files *files);
struct tf_hold *tf_hold_destroy(struct tf_hold *hold);
/** Take in the records of one committed batch: judge 1 is fraud. Memory is some 500 bytes a payment held, of 100,000 at most. */
void tf_hold_add(struct tf_hold *hold, const struct tf_batch *batch);
/** No more will come: put them in the order of files and lines. */
void tf_hold_sort(struct tf_hold *hold);
/** Whether any record, of whatever kind, came to least or worse, died, or is held. */
bool tf_hold_fails(const struct tf_hold *hold);
/** Whether payments that are only ordered are held: the run must not be carried out as it is. */
bool tf_hold_orders(const struct tf_hold *hold);
/** As a table for people: a line each, and one for every reason. Nothing where none is held. */
void tf_hold_print(const struct tf_hold *hold, FILE *out);
/** Member "hold": [{"end_to_end_id","supplier","account","amount","currency","decision","reasons":[{"rule","reason"}],"file","line"}]. */
void tf_hold_json(const struct tf_hold *hold, struct tf_json *json);
/** Write hold.csv, a row a payment and reason, safe to open in a spreadsheet. TF_E_IO. */
enum tf_err tf_hold_write(const struct tf_hold *hold, const char *path, struct tf_fault *fault) TF_MUST_CHECK;

#endif
