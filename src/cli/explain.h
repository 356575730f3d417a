/* Everything that was written about one event, or one group, from wherever it was written, and the words for it. */
#ifndef TF_EXPLAIN_H
#define TF_EXPLAIN_H

#include <jansson.h>

#include "cli.h"

enum { TF_EXPLAIN_ROW_ID_BYTES = 40 };

/* One row, as result files have it; of Kafka with its own id. */
struct tf_explained_row {
    enum tf_stream stream;
    json_t *row;
    char id[TF_EXPLAIN_ROW_ID_BYTES]; /* ce_id of the row; "" where nobody knows it */
};

struct tf_explained {
    const struct tf_cli *cli;
    const struct tf_config *config;
    const struct tf_fraud_ruleset *ruleset; /* for the titles of rules; NULL: none could be loaded */
    struct tf_explained_row *rows;
    size_t count, capacity;
};

/** Keep a row if it speaks of the event or group: its text must be a JSON object with this event_id, or of groups this id or group. TF_E_MEMORY. */
enum tf_err tf_explained_take(struct tf_explained *explained, enum tf_stream stream, struct tf_str text, struct tf_str id) TF_MUST_CHECK;
void tf_explained_finish(struct tf_explained *explained);
/** Print all rows, in the order they were taken: in words, or with --json as they are. */
void tf_explained_print(const struct tf_explained *explained);
/**
 * Look the event up in Kafka: the newest row about it first, in growing stretches of all partitions; then, in the partition it was found
 * in, all that was written about it since the record came, or with --all since ever. Of a group all findings there are.
 * Returns TF_OK, also where nothing was found; TF_E_UNAVAILABLE, TF_E_TIMEOUT; TF_E_CONFIG; TF_E_USAGE; TF_E_MEMORY.
 */
enum tf_err tf_explain_kafka(struct tf_explained *explained, struct tf_fault *fault) TF_MUST_CHECK;

#endif
