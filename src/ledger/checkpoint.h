/* What is written down of one partition of a batch, before it is tried and after it is committed. */
#ifndef TF_LEDGER_CHECKPOINT_H
#define TF_LEDGER_CHECKPOINT_H

#include "ledger_internal.h"

/* The key ck:<role>:<partition>. Later versions may append. */
struct tf_checkpoint {
    int64_t result_next; /* results below are known to be claimed; -1 = not known */
    int64_t highest;     /* highest input offset committed; -1 = none */
    char nonce[TF_EPOCH_NONCE_LEN]; /* of the epoch it was written under: under another it vouches for nothing */
    int64_t at_ms;       /* Unix ms by Redis's clock when its batch was polled: rows of other topics are looked for from a minute before */
};
enum { TF_CHECKPOINT_BYTES = 1 + 8 + 8 + TF_EPOCH_NONCE_LEN + 8 };
void tf_checkpoint_encode(const struct tf_checkpoint *checkpoint, uint8_t out[TF_CHECKPOINT_BYTES]);
/** False when absent or none of ours. */
bool tf_checkpoint_decode(struct tf_str value, struct tf_checkpoint *ret_checkpoint);

struct tf_checkpoint_mark {
    uint32_t partition;
    int64_t first, last; /* offsets of the batch */
    char suffix[TF_LEDGER_SUFFIX_BYTES];
    uint8_t value[TF_CHECKPOINT_BYTES];
};

/** The partitions of a batch with their first and last offsets, in ledger->marks; as many ledger->pairs are made room for. */
enum tf_err tf_checkpoint_collect(struct tf_ledger *ledger, const struct tf_batch *batch, size_t *ret_count, struct tf_fault *fault) TF_MUST_CHECK;

#endif
