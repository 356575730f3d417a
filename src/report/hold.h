/* What a hold list holds, for the files of this room that write it down. */
#ifndef TF_REPORT_HOLD_H
#define TF_REPORT_HOLD_H

#include "taxflow/hold.h"

/* A rule, or "list", "again" and "unread", and what it says in a sentence. */
struct tf_held_reason { struct tf_str rule, text; };

/* A payment; texts are "" where a record does not tell them. */
struct tf_held {
    uint32_t file, reasons_count;
    int64_t line;
    enum tf_fraud_decision decision;
    struct tf_str event_id, end_to_end_id, supplier, account, amount, currency; /* amount as the record writes it */
    struct tf_held_reason *reasons;
};

struct tf_hold {
    enum tf_fraud_decision least;
    const struct tf_files *files;
    struct tf_arena *arena; /* of the texts */
    struct tf_held *rows;
    size_t count, capacity;
    uint64_t left_out;      /* beyond what is listed */
    uint64_t reached;       /* records of any kind that came to least, or died */
    uint64_t orders;        /* held payments that are only ordered */
};

/** "block" or "review". Static. */
const char *tf_held_decision(const struct tf_held *row);

#endif
