/* Positions of one partition that were judged before: a bit each, from the offset the group was put back to up to the highest judged. */
#ifndef TF_LEDGER_DONE_H
#define TF_LEDGER_DONE_H

#include <stdbool.h>
#include <stdint.h>

struct tf_done;

/** For offsets first..last, none of them judged yet. NULL when memory ran out.  Memory  a bit an offset. */
struct tf_done *tf_done_create(int64_t first, int64_t last);
struct tf_done *tf_done_destroy(struct tf_done *done);
/** Note an offset; one outside first..last is of no interest. */
void tf_done_add(struct tf_done *done, int64_t offset);
bool tf_done_has(const struct tf_done *done, int64_t offset);
/** How many were noted. */
uint64_t tf_done_count(const struct tf_done *done);
/** Whether the offset lies behind the last one: the rewind is over. */
bool tf_done_passed(const struct tf_done *done, int64_t offset);

#endif
