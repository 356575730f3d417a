/*
 * Dead letters (the rows of taxflow.dlq): read, filtered, told of, and sent again. For `taxflow dlq` and the monitor's API.
 * A replay sends a letter of tax or fraud to the partition it came from, marked for the role that buried it; whoever sends it twice
 * makes a duplicate, for the role claims it. Letters of the collector become new events.
 */
#ifndef TAXFLOW_LETTERS_H
#define TAXFLOW_LETTERS_H

#include "taxflow/json.h"
#include "taxflow/roles.h"

/* ---- One letter ---- */

/* Views of a row's bytes; what the row does not have is absent. */
struct tf_letter {
    struct tf_position position; /* of the letter itself */
    struct tf_str key, value;    /* value: the dead record's bytes, maybe its beginning only */
    struct tf_str role, reason, path, detail, source, attempts, event_id, bytes, sha256, origin, root; /* source: tf_position */
    struct tf_str original;      /* which original it was a part of (originals.h) */
    struct tf_str ce_id, ce_source, ce_type, ce_time, traceparent;
};

/** View a row of taxflow.dlq as a letter. Pure. */
void tf_letter_view(const struct tf_position *position, const struct tf_row *row, struct tf_letter *ret_letter);
/** Write a letter as one JSON object. with_bytes: and the record as "data", or as "data_base64" where it is no text; else nothing of it. */
void tf_letter_json(const struct tf_letter *letter, bool with_bytes, struct tf_json *json);
/**
 * Read "PARTITION:OFFSET" or "TOPIC:PARTITION:OFFSET"; the topic is absent in the first. False for anything else. Views into text.
 */
bool tf_letter_parse_position(struct tf_str text, struct tf_position *ret_position);

/* ---- Which letters ---- */

enum { TF_LETTER_FILTER_NAME_BYTES = 9 };

/* An absent or extreme member takes every letter. */
struct tf_letter_filter {
    struct tf_str role, reason, id; /* id: tf_event_id; borrowed */
    int64_t since_ms, until_ms;     /* Unix ms of the letter's own time: since <= time < until; INT64_MIN, INT64_MAX = open */
    int64_t partition;              /* of taxflow.dlq; -1 = all */
};

void tf_letter_filter_init(struct tf_letter_filter *filter);
/**
 * Set one member by its name: role, reason, since, until, partition, id. since and until are a date (until: that day is within) or
 * an RFC 3339 date-time. value is borrowed; NULL changes nothing.
 * Returns TF_OK; TF_E_USAGE with what is allowed.
 */
enum tf_err tf_letter_filter_set(struct tf_letter_filter *filter, const char *name, const char *value, struct tf_fault *fault) TF_MUST_CHECK;
/** Names that tf_letter_filter_set knows; *ret_count of them. Static. */
const char *const *tf_letter_filter_names(size_t *ret_count);
bool tf_letter_filter_takes(const struct tf_letter_filter *filter, const struct tf_letter *letter);
/** 8 hex that name this filter, and a NUL: equal filters, equal names. */
void tf_letter_filter_name(const struct tf_letter_filter *filter, char out[TF_LETTER_FILTER_NAME_BYTES]);

/* ---- Reading them ---- */

struct tf_letters_pass_options {
    const struct tf_letter_filter *filter; /* borrowed as the rest */
    bool (*visit)(void *self, const struct tf_letter *letter); /* whether to go on */
    void *self;
    const atomic_bool *stop;               /* may be NULL */
    int64_t budget_ms;                     /* end after it; 0 = take the time it takes */
};
/**
 * One pass over taxflow.dlq, from the filter's since to the end it has now, committed rows only; visit is called for each letter the
 * filter takes, partitions mixed, each in its order. process is open and its control has been read. Memory does not grow with the letters.
 * *ret_complete: it came to the end; false where visit had enough, or stop or budget ended it.
 * Returns TF_OK; TF_E_UNAVAILABLE, TF_E_TIMEOUT; TF_E_CONFIG; TF_E_MEMORY.
 */
enum tf_err tf_letters_read(struct tf_process *process, const struct tf_letters_pass_options *options, bool *ret_complete,
                            struct tf_fault *fault) TF_MUST_CHECK;
/** The letter at a position (topic not looked at): visit is called once. TF_E_VALUE when there is none. Else as tf_letters_read. */
enum tf_err tf_letters_find(struct tf_process *process, const struct tf_position *position, void (*visit)(void *self, const struct tf_letter *letter),
                            void *self, struct tf_fault *fault) TF_MUST_CHECK;

/* How many letters of a role have which reason. */
enum { TF_LETTER_GROUPS_MAX = 256, TF_LETTER_WORD_BYTES = 48 };
struct tf_letter_group {
    char role[TF_LETTER_WORD_BYTES], reason[TF_LETTER_WORD_BYTES];
    uint64_t count;
    int64_t first_ms, last_ms;
};
/* Past the limit everything is counted in the last one, as "other". */
struct tf_letter_groups {
    struct tf_letter_group items[TF_LETTER_GROUPS_MAX];
    size_t count;
};
/** A visit for tf_letters_read; self is a cleared struct tf_letter_groups. */
bool tf_letter_groups_add(void *self, const struct tf_letter *letter);
/** Order by role and reason. */
void tf_letter_groups_sort(struct tf_letter_groups *groups);
/** {"letters":N,"complete":BOOL,"groups":[{"role","reason","count","first","last"}]}; complete: every letter was counted. */
void tf_letter_groups_json(const struct tf_letter_groups *groups, bool complete, struct tf_json *json);

/* ---- Sending them again ---- */

/* X(name, word, remedy): why a letter is not sent. */
#define TF_REPLAY_TABLE(X)                                                                                                            \
    X(CONFLICT, "id-conflict",      "another record has this id; send the change with a higher revision")                             \
    X(TOO_BIG,  "too-big",          "the record passes the limit whatever is done; split it at its source")                           \
    X(CUT,      "cut",              "the letter holds only the beginning of the record; send the original again")                     \
    X(POSITION, "no-position",      "the letter does not say which partition of taxflow.audit it came from; send the original again") \
    X(IDENTITY, "identity-too-long", "the record's ce_id or ce_source is longer than a letter keeps; send the original again")        \
    X(ROLE,     "unknown-role",     "the letter names no role that could take it")                                                    \
    X(KEY,      "no-key-file",      "letters of the collector need collector.key_file, the secret of this topic prefix")              \
    X(DRAIN,    "draining",         "kafka.drain is set: this prefix takes no new events; send the record to the new one")            \
    X(UNREADABLE, "still-unreadable", "the collector still cannot read the record; correct it at its source")                         \
    X(BROKER,   "broker-refuses",   "the broker refuses a row of this size; raise max.message.bytes of taxflow.audit")

enum tf_replay_refusal {
    TF_REPLAY_SENT,
#define X(name, word, remedy) TF_REPLAY_##name,
    TF_REPLAY_TABLE(X)
#undef X
    TF_REPLAY_COUNT
};
/** Word and remedy of a refusal; "sent" and "" for TF_REPLAY_SENT. Static. */
const char *tf_replay_word(enum tf_replay_refusal refusal);
const char *tf_replay_remedy(enum tf_replay_refusal refusal);

/**
 * The row on taxflow.audit that replays a letter of tax or fraud; its views are the letter's. topic: full name of taxflow.audit.
 * partitions: of taxflow.audit. Returns TF_REPLAY_SENT, or why it cannot be. Pure.
 */
enum tf_replay_refusal tf_replay_row(const struct tf_letter *letter, const char *topic, uint32_t partitions, struct tf_row *ret_row);

struct tf_replay_options {
    struct tf_process *process;     /* open, control read; borrowed as the rest */
    const struct tf_letter_filter *filter;
    bool dry_run;                   /* send nothing and write nothing down */
    bool again;                     /* from the beginning, whatever was sent before */
    uint64_t rate;                  /* letters a second; 0 = as fast as it goes */
    uint64_t limit;                 /* letters, sent or refused; 0 = all */
    const atomic_bool *stop;        /* end after the window under way; may be NULL */
    void (*tell)(void *self, const struct tf_letter *letter, enum tf_replay_refusal refusal); /* what becomes of each; may be NULL */
    void (*progress)(void *self, uint64_t done, uint64_t total);                              /* offsets; may be NULL */
    void *self;
};

struct tf_replay_totals {
    uint64_t sent;                      /* or, in a dry run, to be sent */
    uint64_t refused[TF_REPLAY_COUNT];  /* by refusal; [TF_REPLAY_SENT] stays 0 */
    uint64_t skipped;                   /* the filter leaves them out */
    bool resumed;                       /* began behind what an earlier replay with this filter had sent */
    bool complete;                      /* came to the end that taxflow.dlq had at the start */
    char key_trouble[TF_FAULT_TEXT_BYTES]; /* why letters of the collector were refused, when they were */
};

/**
 * Send letters again, a window of some thousand at a time; after each the offsets reached are committed under the group
 * GROUP_PREFIX.dlq-replay.<name of the filter>, so that the next call with the same filter goes on there. A letter that was sent but
 * not written down is sent again, and the role's claim makes the second a duplicate.
 * Returns TF_OK (also when stopped, or with refusals); TF_E_UNAVAILABLE, TF_E_TIMEOUT: call it again; TF_E_CONFIG; TF_E_MEMORY; with
 * words. ret_totals holds what was done in any case. Thread: any, one call at a time a filter.
 */
enum tf_err tf_replay_run(const struct tf_replay_options *options, struct tf_replay_totals *ret_totals, struct tf_fault *fault) TF_MUST_CHECK;
/** {"sent","refused":{…},"skipped","resumed","complete","dry_run"} */
void tf_replay_json(const struct tf_replay_totals *totals, bool dry_run, struct tf_json *json);

#endif
