/*
 * Numbers that we issued, kept in blocks, so that a series of a million numbers is no key of a million entries and what one document
 * asks for is small wherever it lies. SEQ1 and SEQ2 use the same entries: value = counter, tag = kind of the document, and when it was judged.
 */
#ifndef TAXFLOW_RULES_FRAUD_BLOCKS_H
#define TAXFLOW_RULES_FRAUD_BLOCKS_H

#include "numbering.h"

/* The first numbers of a block stand in the one before as well, so that a gap between two blocks is seen in one of them. */
enum { TF_BLOCK_NUMBERS = 32, TF_BLOCK_OVERLAP = 2 };

/** The block of a counter of 0 or more. */
static inline int64_t tf_block_of(int64_t counter) { return counter / TF_BLOCK_NUMBERS; }
/** What an entry's tag says: the kind of its document, and when that was judged. */
enum tf_kind tf_block_kind(uint32_t tag);
struct tf_fraud_moment tf_block_judged(uint32_t tag);
/** Whether the document is one of ours: an invoice or credit note that we sent. */
bool tf_block_issued(const struct tf_fraud_facts *facts);
/** Key of a block of the series, whose entries stay for the setting's window. Records of every partition meet under it. */
struct tf_fraud_key tf_block_key(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, const struct tf_numbering *numbering,
                                 int64_t block, enum tf_fraud_use use);

#endif
