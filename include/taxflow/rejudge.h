/*
 * Past events judged again, for `taxflow replay`: what these rules say of records that were accepted before, against what was said of
 * them (the rows of taxflow.fraud, those of an audit, or another set of rules), and the new rows in place of the old ones.
 */
#ifndef TAXFLOW_REJUDGE_H
#define TAXFLOW_REJUDGE_H

#include "taxflow/roles.h"

enum { TF_REJUDGE_RULES_MAX = 1024, TF_REJUDGE_CURRENCIES_MAX = 16, TF_REJUDGE_RULE_BYTES = 64, TF_REJUDGE_RULESET_BYTES = 40, TF_REJUDGE_SETS_MAX = 4096 };

/* What one rule's change is about, in one currency; "" where a record has none, and all past the limit. */
struct tf_rejudge_amount {
    char currency[4];
    struct tf_decimal newly, gone; /* sums of the hits' amounts at risk */
};

/* One rule in one mode: a rule that was a shadow and is live now has a row each. Counts are records. */
struct tf_rejudge_rule {
    char id[TF_REJUDGE_RULE_BYTES];
    bool shadow;
    uint64_t before, now, newly, gone; /* hit before; hit now; now and not before; before and not now */
    struct tf_rejudge_amount amounts[TF_REJUDGE_CURRENCIES_MAX];
    size_t amounts_count;
};

struct tf_rejudge_totals {
    char ruleset[TF_REJUDGE_RULESET_BYTES];    /* judged with */
    char (*against)[TF_REJUDGE_RULESET_BYTES]; /* whose rows it was compared with, TF_REJUDGE_SETS_MAX places */
    size_t against_count;
    uint64_t judged;              /* compared: accepted records of the range */
    uint64_t identical;           /* … whose rows are the same but for the ruleset's name */
    uint64_t warmed;              /* judged for the windows' sake alone, before the range */
    uint64_t skipped;             /* records without a result: duplicates, dead letters, not judged yet; of files: that the audit had none of */
    uint64_t dead;                /* the rules could not judge them now */
    uint64_t unreadable;          /* result rows that could not be read */
    uint64_t published, standing; /* rows written; rows that had been written by this ruleset before */
    uint64_t decisions[3][3];     /* [before][now] */
    int64_t warm_ms, from_ms;     /* Kafka: where reading began for the windows, where the range begins; 0 = the oldest there is */
    struct tf_rejudge_rule *rules; /* in order of first sight */
    size_t rules_count;
};

/* One record of which something changed; views live during the call. Rules are numbers of totals.rules. */
struct tf_rejudge_change {
    struct tf_str event_id, position;
    enum tf_fraud_decision before, now;
    const uint16_t *newly, *gone;
    size_t newly_count, gone_count;
};

/* Where a range of taxflow.audit begins or ends. */
struct tf_rejudge_bound {
    enum { TF_REJUDGE_OPEN, TF_REJUDGE_OFFSET, TF_REJUDGE_TIME } kind; /* OPEN: the oldest there is, the end it has now */
    int64_t value;                                                  /* offset in each partition; Unix ms of the record's timestamp */
};

struct tf_rejudge_options {
    const struct tf_config *config;
    struct tf_string_list rules;    /* files; none: those of the configuration */
    const char *out;                /* a folder for the new rows; NULL: they are not kept */
    void (*tell)(void *self, const struct tf_rejudge_totals *totals, const struct tf_rejudge_change *change); /* may be NULL */
    void (*progress)(void *self, const char *what, uint64_t done, uint64_t total);                            /* may be NULL */
    void *self;
    const atomic_bool *stop;        /* may be NULL: give up when set */
    /* Files */
    const char *const *files;
    size_t files_count;
    struct tf_string_list against;  /* other rule files */
    const char *in;                 /* or an audit's output; NULL and no `against`: the configuration's rules */
    /* Kafka */
    struct tf_rejudge_bound from, to;
    int64_t partition;              /* -1: all */
    const char *reason;             /* publish, and say why in every row; NULL: nothing is published */
};

/** Zeros and room. TF_E_MEMORY; finish it then too. */
enum tf_err tf_rejudge_totals_init(struct tf_rejudge_totals *totals) TF_MUST_CHECK;
void tf_rejudge_totals_finish(struct tf_rejudge_totals *totals);

/**
 * Judge the records of files, as an audit does, with one set of rules, and compare.
 * Returns TF_OK; TF_E_CONFIG with file:line of a rule file; TF_E_NO_INPUT, TF_E_IO; TF_E_LIMIT: state.max_bytes; TF_E_MEMORY.
 */
enum tf_err tf_rejudge_files(const struct tf_rejudge_options *options, struct tf_rejudge_totals *totals, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Judge a range of taxflow.audit, without joining the group and without Redis: only records that have a result row, that is, were
 * accepted. Windows are warm: reading begins as much earlier as the longest window is long, and only the range is compared.
 *
 * With a reason the new rows are published, each in place of the newest row of its record; a record whose newest row is of this
 * ruleset already is left alone, so that a run that was killed is run again. One publisher at a time: a later one fences an earlier.
 * process  open, and its control has been read.
 * Returns TF_OK; TF_E_UNAVAILABLE, TF_E_TIMEOUT, TF_E_ABORTED: run it again; TF_E_FENCED: another took over; else as tf_rejudge_files.
 * Memory   64 to 128 bytes a record of the range and of what is read before it.
 */
enum tf_err tf_rejudge_kafka(struct tf_process *process, const struct tf_rejudge_options *options, struct tf_rejudge_totals *totals,
                             struct tf_fault *fault) TF_MUST_CHECK;
/** The totals as one JSON object: README "Judging again". */
void tf_rejudge_json(const struct tf_rejudge_totals *totals, struct tf_json *json);

#endif
