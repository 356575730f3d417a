/* Numbers as they stand in our keys and headers: most significant byte first. */
#ifndef TF_LEDGER_BIG_ENDIAN_H
#define TF_LEDGER_BIG_ENDIAN_H

#include <stdint.h>

/** The low bytes (1..8) of value. */
static inline void tf_big_endian_put(uint8_t *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static inline uint64_t tf_big_endian_get(const uint8_t *in, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | in[i];
    return value;
}

#endif
