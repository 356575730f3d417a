/*
 * A client that asks twice is told so: ids are looked up before they are sent, and remembered once the broker has them. Only a courtesy:
 * without Redis a record is sent again, and the roles' claim decides.
 */
#ifndef TF_COLLECTOR_COURTESY_H
#define TF_COLLECTOR_COURTESY_H

#include "intake_internal.h"

/* The records of one call, and by their ids those of them that are sent. */
struct tf_courtesy {
    struct tf_intake *intake;
    struct tf_receipt *receipts;
    uint32_t *slots; /* open addressing: 0 free, else the number of a receipt, counted from 1; NULL: repeats are not looked for */
    size_t slots_count;
};

/** For count receipts in a row, of which any may stand for a record. O(count) of the intake's arena. */
void tf_courtesy_begin(struct tf_courtesy *courtesy, struct tf_intake *intake, struct tf_receipt *receipts, size_t count);
/**
 * Look up those of count receipts, from number first on, that are still to be taken (status 202, with their ids and hashes). Known to Redis:
 * 200, or 422 for another body. Else one that an earlier record of the call stands for gets the same statuses and that record as its first.
 * Cost: one pipeline.
 */
void tf_courtesy_recall(struct tf_courtesy *courtesy, size_t first, size_t count);
/** Remember what was taken: one pipeline. Failures are only logged. */
void tf_courtesy_remember(struct tf_intake *intake, const struct tf_receipt *receipts, size_t count);

#endif
