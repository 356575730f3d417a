/* Fields of an intake, for the files of the collector. */
#ifndef TF_INTAKE_INTERNAL_H
#define TF_INTAKE_INTERNAL_H

#include "roles_internal.h"

struct tf_intake {
    struct tf_process *process;
    struct tf_str secret;
    struct tf_arena *arena;
    struct tf_reader *reader;
    struct tf_tracer *tracer; /* may be NULL: no spans of its own */
};

/** Spans of this intake go to the tracer. */
void tf_intake_trace(struct tf_intake *intake, struct tf_tracer *tracer);

#endif
