/* Keyed windows in event time: what fraud rules remember. Changes of a batch are staged, and folded in or discarded whole. */
#ifndef TAXFLOW_STATE_H
#define TAXFLOW_STATE_H

#include "taxflow/fraud.h"
#include "taxflow/state_row.h"

struct tf_state;

/** Create an empty store of at most bytes_max. NULL when memory ran out. Thread: one at a time, but for tf_state_bytes and _entries. */
struct tf_state *tf_state_create(size_t bytes_max);
struct tf_state *tf_state_destroy(struct tf_state *state);
/** How far behind the watermark events may still meet their whole window; 0 or more, one day at first. For the next commit on. */
void tf_state_set_lateness(struct tf_state *state, int64_t lateness_ms);
/** Its ceiling, from now on; above what it holds nothing more is taken until it is raised. */
void tf_state_set_bytes_max(struct tf_state *state, size_t bytes_max);
/* What one event asks of the store: its facts, and every rule's keys. It points into the event, and lives as long. */
struct tf_state_question;
/* Which record an event is. */
struct tf_state_origin {
    struct tf_hash16 record; /* identity without revision */
    struct tf_str event_id;  /* ce_id; copied by a store; at most TF_EVENT_ID_BYTES_MAX */
    uint32_t partition;      /* that it came from */
    struct tf_fraud_moment judged;
    bool once;               /* nothing is delivered twice: a revision that the store knows was submitted again, its claim forgotten */
};
/**
 * Work out what an event asks; nothing of a store is needed for that.
 * Returns TF_OK; TF_E_LIMIT when the arena is full.   Thread  any.   Cost  O(rules).
 */
enum tf_err tf_state_ask(const struct tf_fraud_ruleset *ruleset, const struct tf_event *event, const struct tf_state_origin *origin,
                         struct tf_arena *arena, struct tf_state_question **ret_question) TF_MUST_CHECK;

/** The facts of the event that asks; they live as long as the question. */
const struct tf_fraud_facts *tf_state_question_facts(const struct tf_state_question *question);

/* Memory is what judging waits for; each step needs what the one before has fetched. */
enum tf_state_near { TF_STATE_COMING, TF_STATE_FAR, TF_STATE_NEAR, TF_STATE_NEXT };
/** Ask the processor for a question to come, worked out on another core perhaps, and for what it leads to: COMING some questions ahead, then FAR, NEAR,
    NEXT. The question keeps what it found. */
void tf_state_fetch(const struct tf_state *state, const struct tf_state_question *question, enum tf_state_near near);
/**
 * Judge one event by every rule of the set, then stage its contributions.
 *
 * A redelivered record (same revision) meets the history without its own entries and adds nothing; so does a stale one.
 * A higher revision takes all entries of the one before out, under whatever keys they stand, and adds its own.
 *
 * question          is told what of it was staged, for tf_state_row_of
 * ret_verdict       in the arena
 * Returns TF_OK; TF_E_FULL when bytes_max is reached (nothing of this event was staged); TF_E_LIMIT when the arena is full.
 * Cost  O(rules x log window).
 */
enum tf_err tf_state_judge(struct tf_state *state, struct tf_state_question *question, bool late, struct tf_arena *arena,
                           struct tf_fraud_verdict **ret_verdict) TF_MUST_CHECK;
/**
 * Fold the staged changes in (after the commit) and forget entries older than watermark - window - lateness.
 * Such entries are out of every later window at once; their memory comes back over the next commits.
 * watermark_ms  event time; one below the last is ignored.   Cost  O(staged).
 */
void tf_state_commit(struct tf_state *state, int64_t watermark_ms);
/** Take the staged changes out again, in reverse: every window is as it was after the last commit. Never fails. */
void tf_state_abort(struct tf_state *state);
/** Between batches: forget all that can be, as a commit with that watermark would over time. O(keys). */
void tf_state_reclaim(struct tf_state *state, int64_t watermark_ms);

/* ---- What a later run starts from: rows of the state topic (state_row.h); between batches, but for the first three ---- */

/* A record that no window reaches any more: its row can go. */
struct tf_state_forgotten {
    struct tf_hash16 record;
    uint32_t partition;
};
/** Remember those that are forgotten for tf_state_forgotten; at first it is not wanted. */
void tf_state_note_forgotten(struct tf_state *state, bool wanted);
/** Up to most of them, the oldest first, valid until the next commit, which counts them as told of; an abort does not. */
size_t tf_state_forgotten(struct tf_state *state, size_t most, const struct tf_state_forgotten **ret_records);
/** Whether a record stands in windows, staged ones included: one that was forgotten may have come again. */
bool tf_state_holds(const struct tf_state *state, struct tf_hash16 record);
/**
 * Put a record in as its row tells; what is here of it is replaced. Rows come in the order they were written in.
 * Returns TF_OK; TF_E_FULL: nothing has changed.   Cost  as its judgement, without rules.
 */
enum tf_err tf_state_put(struct tf_state *state, uint32_t partition, const struct tf_state_row *row) TF_MUST_CHECK;
/** Its row was taken out of the topic: out of all windows with it. One that is not here is fine. */
void tf_state_take(struct tf_state *state, struct tf_hash16 record);
/* Which partitions go. */
struct tf_state_going {
    bool (*goes)(const void *self, uint32_t partition);
    const void *self;
};
/** Take out every record of the partitions that go. O(entries). */
void tf_state_drop(struct tf_state *state, const struct tf_state_going *going);

/** Keys with entries. Thread: one at a time. */
size_t tf_state_keys(const struct tf_state *state);
/** All memory held, what the heap adds to each piece included. Thread: any. */
size_t tf_state_bytes(const struct tf_state *state);
/** Entries under all keys. Thread: any. */
size_t tf_state_entries(const struct tf_state *state);

#endif
