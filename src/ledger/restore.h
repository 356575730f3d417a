/* The restore of claims, in slices: every claim of the window when an epoch was lost; our partitions when they are assigned. */
#ifndef TF_LEDGER_RESTORE_H
#define TF_LEDGER_RESTORE_H

#include "checkpoint.h"
#include "taxflow/clock.h"
#include "taxflow/failpoint.h"
#include "taxflow/kafka_read.h"

enum {
    TF_RESTORE_SKEW_MS = 60000, /* clocks of those who write rows may differ */
    TF_RESTORE_ENTRIES = 4096,
    TF_RESTORE_SUFFIX_BYTES = TF_DEDUP_SCOPE_MAX + TF_HASH16_BYTES,
};

enum tf_restore_phase {
    TF_RESTORE_IDLE,
    TF_RESTORE_BEFORE,     /* claims by results of kafka.previous_prefix; this and the next two under the lock */
    TF_RESTORE_LETTERS,    /* claims by dead letters, of every role and partition */
    TF_RESTORE_CLAIMS,     /* claims by results, of every role and partition */
    TF_RESTORE_OURS,       /* this role's results since the checkpoint, of partitions just assigned */
    TF_RESTORE_REWINDS,    /* when the records were written to which the group was put back */
    TF_RESTORE_POSITIONS,  /* what was judged since then */
};

/* What a span of the history is about. */
struct tf_restore_span {
    const char *role;   /* NULL: rows of every role */
    uint32_t partition;
    int64_t highest;    /* highest input offset seen in it; -1 = none */
    int64_t looked_ms;  /* duplicates and dead letters before were counted towards the highest; 0 = none were */
    int64_t rewound_ms; /* TF_RESTORE_REWINDS: timestamp of the first record; -1 until it is known */
};

/* A claim as it was written a moment ago: the other role's row about the same record need not write it again. */
struct tf_restore_written {
    struct tf_hash16 id;
    uint8_t owner[TF_EVENT_OWNER_BYTES];
};
enum { TF_RESTORE_WRITTEN = 1 << 18 }; /* a power of two; 12 MiB while a restore lasts */

struct tf_restore {
    struct tf_ledger *ledger;
    enum tf_restore_phase phase;
    struct tf_history *history;
    struct tf_history_span *spans; /* as opened, and what each is about */
    struct tf_restore_span *about;
    size_t spans_count;
    /* Claims on their way to Redis. */
    struct tf_dedup_entry entries[TF_RESTORE_ENTRIES];
    uint8_t suffixes[TF_RESTORE_ENTRIES][TF_RESTORE_SUFFIX_BYTES];
    uint8_t values[TF_RESTORE_ENTRIES][TF_EVENT_OWNER_BYTES];
    bool raises[TF_RESTORE_ENTRIES]; /* of a replay that died: never put back over a later one */
    size_t entries_count;
    struct tf_restore_written *written; /* by the first bytes of the id; NULL but while all claims are restored */
    /* The lock, and the epoch to come. */
    char token[2 * TF_HASH16_BYTES + 1];
    char epoch[TF_EPOCH_LEN + 1];
    char found_epoch[TF_EPOCH_LEN + 1]; /* the one that was; "" when there was none */
    int64_t now_ms;     /* Redis's clock as the rows at hand are read */
    int64_t letters_ms; /* dead letters are read from here on */
    int64_t lock_due_ms;
    /* For people. */
    int64_t started_ms, phase_started_ms; /* monotonic; 0 = not begun */
    struct tf_ledger_restored found;
};

/** Open the history of restore->spans (spans_count of them) and go to the phase. */
enum tf_err tf_restore_enter(struct tf_restore *restore, enum tf_restore_phase phase, const char *prefix, struct tf_fault *fault) TF_MUST_CHECK;
/** Room for count spans; forgets those there were. */
enum tf_err tf_restore_reserve(struct tf_restore *restore, size_t count, struct tf_fault *fault) TF_MUST_CHECK;
/** Add a span; from -1: by time. */
void tf_restore_add(struct tf_restore *restore, const char *role, enum tf_stream stream, uint32_t partition, int64_t from, int64_t from_ms);
/** Close the history; back to idle. */
void tf_restore_leave(struct tf_restore *restore);
/** Oldest time whose claims still count: now less the window, and not before the generation. */
int64_t tf_restore_window_ms(const struct tf_restore *restore);

/* Names of a mark for each of many partitions: "ck:tax:7". */
struct tf_restore_keys {
    char (*text)[TF_LEDGER_SUFFIX_BYTES];
    struct tf_str *suffixes;
    size_t count;
};
enum tf_err tf_restore_keys_init(struct tf_restore_keys *keys, size_t capacity, struct tf_fault *fault) TF_MUST_CHECK;
void tf_restore_keys_add(struct tf_restore_keys *keys, const char *mark, const char *role, uint32_t partition);
void tf_restore_keys_finish(struct tf_restore_keys *keys);

/** A header of a row; absent when it has none. */
struct tf_str tf_restore_header(const struct tf_row *row, const char *name);

/* The steps of every claim's restore: restore_claims.c. TF_E_AGAIN: another instance holds the lock. */
enum tf_err tf_restore_begin_claims(struct tf_restore *restore, struct tf_fault *fault) TF_MUST_CHECK;
enum tf_err tf_restore_end_claims(struct tf_restore *restore, struct tf_fault *fault) TF_MUST_CHECK;
/** Keep the lock while reading; it is lost when this process was stopped for longer than it lives: TF_E_AGAIN, begin anew. */
enum tf_err tf_restore_keep_lock(struct tf_restore *restore, struct tf_fault *fault) TF_MUST_CHECK;
/** One row of results or of dead letters: its claim is written down, sooner or later (tf_restore_flush). Called by tf_history_read. */
void tf_restore_take_claim(void *self, size_t span, const struct tf_position *position, const struct tf_row *row);
enum tf_err tf_restore_flush(struct tf_restore *restore, struct tf_fault *fault) TF_MUST_CHECK;

/* The steps of looking at our partitions: restore_partitions.c. */
enum tf_err tf_restore_begin_ours(struct tf_restore *restore, struct tf_fault *fault) TF_MUST_CHECK;
enum tf_err tf_restore_end_ours(struct tf_restore *restore, struct tf_fault *fault) TF_MUST_CHECK;
void tf_restore_take_ours(void *self, size_t span, const struct tf_position *position, const struct tf_row *row);
void tf_restore_take_rewind(void *self, size_t span, const struct tf_position *position, const struct tf_row *row);
bool tf_restore_rewinds_known(const struct tf_restore *restore);
enum tf_err tf_restore_end_rewinds(struct tf_restore *restore, struct tf_fault *fault) TF_MUST_CHECK;
void tf_restore_take_position(void *self, size_t span, const struct tf_position *position, const struct tf_row *row);
enum tf_err tf_restore_end_positions(struct tf_restore *restore, struct tf_fault *fault) TF_MUST_CHECK;

#endif
