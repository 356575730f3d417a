/* The ids a span hands on (W3C Trace Context level 1): what a record carries, whoever reads or writes it. */
#ifndef TAXFLOW_TRACE_CONTEXT_H
#define TAXFLOW_TRACE_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

struct tf_trace_context {
    uint8_t trace_id[16];
    uint8_t span_id[8];
    bool valid;
    bool sampled;
};

#endif
