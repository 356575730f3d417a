/* Memory that will be looked at soon, asked for ahead. */
#ifndef TAXFLOW_STATE_AHEAD_H
#define TAXFLOW_STATE_AHEAD_H

/**
 * Ask the processor for the line at an address, which need not be one; it goes on meanwhile. To GCC a function that does nothing else has no
 * effect, and calls of it go: the empty statement keeps them.
 */
static inline void tf_ahead_fetch(const void *address)
{
    __builtin_prefetch(address);
    __asm__ volatile("");
}

#endif
