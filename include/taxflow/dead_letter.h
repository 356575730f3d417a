/* What becomes of a record that cannot be judged: a row with its bytes and the reason. */
#ifndef TAXFLOW_DEAD_LETTER_H
#define TAXFLOW_DEAD_LETTER_H

#include "taxflow/batch.h"
#include "taxflow/json.h"

/** The value of a DLQ row as one JSON line: headers as members, original bytes as "data" (or "data_base64"). */
void tf_dead_letter_json(const struct tf_row *row, struct tf_json *json);
/** The member of that line which holds the bytes: "data", or "data_base64" where they are no text. */
void tf_dead_letter_data(struct tf_str value, struct tf_json *json);
/* What a dead letter says beside the bytes; absent views are left out. */
struct tf_dead_letter {
    const char *role;              /* who could not judge it: "tax", "fraud", "collector" */
    const struct tf_problem *problem;
    struct tf_str original;        /* the record's bytes */
    struct tf_str position;        /* "topic:partition:offset", or "FILE:number:line" */
    struct tf_str event_id, traceparent;
    struct tf_str ce_id, ce_source, ce_type, ce_time; /* the record's own headers, of which a replay needs each */
    struct tf_str origin, root;    /* of a replay: position of the record whose letter was replayed, and of the first of them */
    struct tf_str owner;           /* tf_owner (ledger.h), where the id was claimed */
    struct tf_str kept;            /* which original the bytes are a part of: the value of originals.h */
    uint32_t attempts;             /* 0 = 1 */
};
/**
 * Fill a DLQ row: value (the first 64 KiB when the record is too big or passes 4,000,000 bytes), headers ce_specversion tf_role
 * tf_reason tf_path tf_detail tf_position tf_attempts tf_bytes tf_sha256, and where they are given and at most 256 bytes long
 * tf_event_id ce_id ce_source ce_type ce_time tf_origin tf_root tf_owner tf_original traceparent. Of a longer ce_id or ce_source an empty header
 * stays: replay refuses it. False when the arena is full.
 */
bool tf_dead_letter_fill(struct tf_row *row, const struct tf_dead_letter *letter, struct tf_arena *arena) TF_MUST_CHECK;

#endif
