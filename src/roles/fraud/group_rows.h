/* Findings about groups on their way to taxflow.fraud.groups, or to groups.ndjson of an audit. */
#ifndef TAXFLOW_ROLES_FRAUD_GROUP_ROWS_H
#define TAXFLOW_ROLES_FRAUD_GROUP_ROWS_H

#include "taxflow/buf.h"
#include "taxflow/judge.h"
#include "taxflow/state_groups.h"

struct tf_group_row {
    struct tf_group_row *next;
    struct tf_hash16 group;
    size_t len;
    char text[]; /* JSON */
};

struct tf_group_rows {
    struct tf_group_row *first, **end;
    struct tf_buf scratch;
    const char *ruleset;                  /* whose name the rows carry */
    uint64_t found[TF_FRAUD_RULES_MAX];   /* nonconformities told, by rule of the ruleset */
    const struct tf_fraud_ruleset *rules;
    bool (*ours)(const void *owner, struct tf_hash16 group); /* as of struct tf_state_look */
    const void *owner;
};

void tf_group_rows_init(struct tf_group_rows *rows);
void tf_group_rows_finish(struct tf_group_rows *rows);
/** Look, and queue what is found. TF_OK; TF_E_MEMORY. */
enum tf_err tf_group_rows_look(struct tf_group_rows *rows, struct tf_state *state, const struct tf_fraud_ruleset *ruleset, int32_t before_month, bool final)
    TF_MUST_CHECK;
/** Write the queued rows, each into the partition of its group, and forget them. As tf_row_writer_put. */
enum tf_err tf_group_rows_write(struct tf_group_rows *rows, uint32_t partitions, struct tf_row_writer *writer) TF_MUST_CHECK;
/** Give the text of each to put instead, and forget them. What put returns. */
enum tf_err tf_group_rows_hand_out(struct tf_group_rows *rows, enum tf_err (*put)(void *self, struct tf_str text), void *self) TF_MUST_CHECK;
/** They are taken back: forget them. */
void tf_group_rows_clear(struct tf_group_rows *rows);

#endif
