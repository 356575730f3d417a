/* Which rules of a set: a bit each, in their order. */
#ifndef TAXFLOW_FRAUD_BITS_H
#define TAXFLOW_FRAUD_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TF_FRAUD_RULES_MAX = 256 };

/* One bit for each rule of a ruleset. */
struct tf_fraud_bits { uint64_t words[TF_FRAUD_RULES_MAX / 64]; };
static inline bool tf_fraud_bit(const struct tf_fraud_bits *bits, size_t rule) { return bits->words[rule / 64] >> rule % 64 & 1; }
static inline void tf_fraud_bit_set(struct tf_fraud_bits *bits, size_t rule) { bits->words[rule / 64] |= UINT64_C(1) << rule % 64; }
/** Add one to the count of every rule whose bit is set. */
static inline void tf_fraud_bits_count(const struct tf_fraud_bits *bits, int64_t *counts)
{
    for (size_t w = 0; w < TF_FRAUD_RULES_MAX / 64; w++)
        for (uint64_t left = bits->words[w]; left; left &= left - 1)
            counts[w * 64 + (size_t)__builtin_ctzll(left)]++;
}

#endif
