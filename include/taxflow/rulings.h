/*
 * What people say of a hit: confirmed, or dismissed. A ruling is a row of taxflow.verdicts, in the partition of the event that it is
 * about. A pair that was dismissed - the rule, the event and one it is related to, whichever of the two carries the hit - does not
 * alert again, in records that came later than the ruling; so a record is judged the same whenever it is judged again.
 */
#ifndef TAXFLOW_RULINGS_H
#define TAXFLOW_RULINGS_H

#include "taxflow/fraud_decision.h"
#include "taxflow/roles.h"

enum { TF_RULINGS_MAX = 10000000, TF_RULING_TEXT_BYTES_MAX = 1000, TF_RULING_WISHES_MAX = 100000 };

struct tf_ruling {
    struct tf_str event_id, rule, by, reason;
    struct tf_str related[TF_FRAUD_RELATED_MAX]; /* of the hit */
    uint32_t related_count;
    bool dismissed; /* else confirmed */
    int64_t at_ms;  /* Unix ms */
};

/** "confirmed" or "dismissed"; case does not count, nor space around it. False: neither. */
bool tf_ruling_word(struct tf_str text, bool *ret_dismissed);
/** Write {"event_id","rule","related":[…],"verdict","by","reason","at"}. */
void tf_ruling_json(const struct tf_ruling *ruling, struct tf_json *json);
/** Read it back; texts are in the arena. TF_OK; TF_E_JSON; TF_E_VALUE; TF_E_LIMIT when the arena is full. */
enum tf_err tf_ruling_read(struct tf_str value, struct tf_arena *arena, struct tf_ruling *ret_ruling) TF_MUST_CHECK;

/* ---- All rulings there are: the last one of a pair, and of a hit, counts ---- */

struct tf_rulings; /* threads: any for all its functions but destroy */

/** NULL when memory ran out. */
struct tf_rulings *tf_rulings_create(void);
struct tf_rulings *tf_rulings_destroy(struct tf_rulings *rulings);
/** Take one in. TF_OK; TF_E_FULL past TF_RULINGS_MAX; TF_E_MEMORY.   Amortised O(related). */
enum tf_err tf_rulings_add(struct tf_rulings *rulings, const struct tf_ruling *ruling) TF_MUST_CHECK;
/**
 * Change the live hits of an event whose every pair was dismissed before time_ms: mode and note; the verdict has to be closed again then.
 * time_ms  when the record came (Unix ms); 0 = after all rulings.
 * Returns TF_OK, *ret_changed how many; TF_E_LIMIT when the arena is full.   Cost  O(hits x related).
 */
enum tf_err tf_rulings_apply(struct tf_rulings *rulings, struct tf_str event_id, int64_t time_ms, struct tf_arena *arena,
                             struct tf_fraud_verdict *verdict, uint32_t *ret_changed) TF_MUST_CHECK;
/** Rulings in force: pairs and hits together. */
size_t tf_rulings_count(struct tf_rulings *rulings);

/* How often a rule was right, of the hits that people looked at. */
struct tf_precision {
    char rule[64];
    uint64_t confirmed, dismissed;
    double value, low, high; /* 0..1; low and high: 95 % score interval (Wilson, JASA 22 (1927) 209) */
};
/** Fill value, low and high from the two counts; with no rulings 0, 0 and 1. Pure. */
void tf_precision_compute(struct tf_precision *precision);
/** Rules that people have ruled on, by name; at most max are copied. Returns how many. */
size_t tf_rulings_precision(struct tf_rulings *rulings, struct tf_precision *out, size_t max);

/* ---- Following taxflow.verdicts ---- */

struct tf_rulings_follower;
/** Start a thread that reads taxflow.verdicts from its beginning into rulings; borrowed. label: of the metric. TF_OK; TF_E_CONFIG; TF_E_MEMORY; TF_E_LIMIT. */
enum tf_err tf_rulings_follow(struct tf_process *process, const char *label, struct tf_rulings *rulings, struct tf_rulings_follower **ret_follower,
                              struct tf_fault *fault) TF_MUST_CHECK;
/** True once what lay there at the start has been read. */
bool tf_rulings_caught_up(const struct tf_rulings_follower *follower);
/** Ends the thread. NULL is fine. Returns NULL. */
struct tf_rulings_follower *tf_rulings_unfollow(struct tf_rulings_follower *follower);

/* ---- Files, for audit ---- */

/** Read rows of taxflow.verdicts, one a line (JSON), or a findings.csv with its column verdict filled in. TF_OK; TF_E_NO_INPUT; TF_E_VALUE with file:line. */
enum tf_err tf_rulings_read_file(struct tf_rulings *rulings, const char *path, struct tf_fault *fault) TF_MUST_CHECK;
/* One filled-in line of a findings.csv. Texts live during the call. */
struct tf_ruling_line {
    const char *path;
    uint64_t line;
    struct tf_str event_id, rule, related; /* related: the ids as a JSON array; may be absent */
    bool dismissed;
};
/** Read the lines whose verdict is filled in; columns are found by their names. visit's error ends it. Returns as tf_rulings_read_file. */
enum tf_err tf_ruling_lines(const char *path, enum tf_err (*visit)(void *self, const struct tf_ruling_line *line, struct tf_fault *fault), void *self,
                            struct tf_fault *fault) TF_MUST_CHECK;

/* ---- Giving them ---- */

/* What somebody wants to say. */
struct tf_ruling_wish {
    struct tf_str event_id, rule, by, reason; /* rule absent: all hits of the event */
    bool dismissed;
    enum tf_err err; /* out: TF_OK, or TF_E_VALUE: no such event or hit, or an id of several senders */
};
/**
 * Find the newest result of each event in taxflow.fraud and write a ruling for its hits: all wishes, or none when one cannot be met.
 * process    open, control read, its topics known to the feed
 * budget_ms  give up after it with TF_E_TIMEOUT; 0 = take the time it takes
 * Returns TF_OK, *ret_rows written and in Kafka; TF_E_VALUE (wishes say which, fault says the first); TF_E_UNAVAILABLE, TF_E_TIMEOUT
 * (some may have been written: say it again); TF_E_CONFIG; TF_E_LIMIT; TF_E_MEMORY.   Cost  one pass over taxflow.fraud.
 */
enum tf_err tf_rulings_give(struct tf_process *process, struct tf_ruling_wish *wishes, size_t count, int64_t budget_ms, size_t *ret_rows,
                            struct tf_fault *fault) TF_MUST_CHECK;

#endif
