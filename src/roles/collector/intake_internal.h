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
    char send_name[TF_SPAN_NAME_BYTES];
    uint32_t partitions;      /* when the chunk that is sent was begun, as now; 0: not known */
    char now[25];
    struct tf_row row;        /* of the record that is handed over; with its span too large to be cleared for each */
    struct tf_span span;
};

/** Spans of this intake go to the tracer. */
void tf_intake_trace(struct tf_intake *intake, struct tf_tracer *tracer);
/** The record is not taken, and why; problem may be NULL, then the error's own words say it. */
void tf_intake_refuse(struct tf_receipt *receipt, enum tf_err err, const struct tf_problem *problem);

#endif
