/* Roles: what one process does. Each is a folder below src/roles/ and a row of roles.def. */
#ifndef TAXFLOW_ROLES_H
#define TAXFLOW_ROLES_H

#include <pthread.h>
#include <stdatomic.h>

#include "taxflow/config.h"
#include "taxflow/dedup.h"
#include "taxflow/fraud.h"
#include "taxflow/http.h"
#include "taxflow/kafka.h"
#include "taxflow/pipeline.h"
#include "taxflow/state.h"
#include "taxflow/tax.h"

struct tf_warden; /* stops the process when its topics change under it */

/* What the roles of one process share. */
struct tf_process {
    _Atomic(const struct tf_config *) config; /* newest; a reload swaps it, roles look between batches */
    struct tf_cluster *cluster;
    pthread_mutex_t connecting;   /* guards control and dedup until connected */
    atomic_bool connected;
    struct tf_control control;
    struct tf_dedup *dedup;
    struct tf_warden *warden;     /* as control; NULL when embedded, or no role here works by the control record */
    struct tf_feed *feed;         /* taxflow.audit and taxflow.status */
    char host[65];
    int64_t instance;
    bool by_partition;            /* without a cluster: records come as from one, in the order of their partitions, and not in event time */
    atomic_bool stop;             /* drain and return */
};

enum tf_role_id {
#define TF_ROLE(name, ID, help) TF_ROLE_##ID,
#include "taxflow/roles.def"
#undef TF_ROLE
    TF_ROLE_COUNT
};

/* One running role: its thread, its HTTP server, its health. */
struct tf_role_run {
    struct tf_process *process;
    const struct tf_role *role;
    struct tf_health *health;
    struct tf_tracer *tracer;
    struct tf_http_server *server;
    atomic_ullong received, processed, duplicates, dead; /* for heartbeats */
    atomic_bool running;
    enum tf_err result;
    struct tf_fault fault;
    pthread_t thread;
    void *own;                    /* the role's struct, set by its run function */
};

struct tf_role {
    const char *name;
    const char *help;
    bool uses_redis;
    bool uses_control;            /* places or judges records by the control record: ends when the topics no longer fit it */
    const char *(*listen)(const struct tf_config *config);
    /* HTTP routes beside the ones every role has; may return 0. Called before run. */
    size_t (*routes)(struct tf_role_run *run, struct tf_http_route *routes, size_t max);
    /* Do the work until process->stop. */
    enum tf_err (*run)(struct tf_role_run *run);
    /* Free run->own, once the thread has ended and HTTP answers nobody any more. May be NULL. */
    void (*finish)(struct tf_role_run *run);
};

/** A role by its word, or NULL. */
const struct tf_role *tf_role_find(const char *name);
const struct tf_role *tf_role_get(enum tf_role_id id);

/**
 * Make a process's cluster and feed; nothing waits for the network. Embedded starts everything inside. Roles learn the
 * generation and open the claims when they start, waiting for Kafka as long as it takes.
 * Returns TF_OK, TF_E_CONFIG, TF_E_FATAL, with words.
 */
enum tf_err tf_process_open(struct tf_process *process, const struct tf_config *config, struct tf_fault *fault) TF_MUST_CHECK;
void tf_process_close(struct tf_process *process);

/** Start a role on its own thread, with HTTP server, health, tracer and heartbeat. */
enum tf_err tf_role_start(struct tf_process *process, const struct tf_role *role, struct tf_role_run **ret_run, struct tf_fault *fault) TF_MUST_CHECK;
/** Wait for the role to end (after process->stop) at most timeout_ms; false when it still runs. */
bool tf_role_join(struct tf_role_run *run, int64_t timeout_ms);
/** Free a joined run. Returns NULL. */
struct tf_role_run *tf_role_destroy(struct tf_role_run *run);

/** Threads that pay on this machine: its cores, four at most. */
unsigned tf_process_cores(void);

/* ---- Judges, for roles and for audit ---- */

/* What the tax rules judge by: the options, and what they point to. */
struct tf_tax_setup {
    struct tf_tax_options options;
    struct tf_code_lists *code_lists;
    struct tf_rates *rates; /* NULL: those built in */
    struct tf_fraud_ruleset *history; /* the rules that remember; NULL: none */
    struct tf_tax_severities *severities;
};
/**
 * Read what group tax of the configuration names: mode, profiles, files, severities. The configuration must outlive the setup.
 * ret_setup  filled on TF_OK; finish it with tf_tax_setup_finish.
 * Returns TF_OK; TF_E_CONFIG with file:line, reason and remedy; TF_E_NO_INPUT (a file cannot be read); TF_E_MEMORY.
 */
enum tf_err tf_tax_setup_load(const struct tf_config *config, struct tf_tax_setup *ret_setup, struct tf_fault *fault) TF_MUST_CHECK;
/** Free what a setup holds; one that is zero holds nothing. */
void tf_tax_setup_finish(struct tf_tax_setup *setup);

struct tf_tax_judge;
enum tf_err tf_tax_judge_create(struct tf_process *process, const char *label, struct tf_tax_judge **ret_judge, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_tax_judge *tf_tax_judge_destroy(struct tf_tax_judge *judge);
struct tf_judge tf_tax_judge_bind(struct tf_tax_judge *judge);

struct tf_fraud_judge;
enum tf_err tf_fraud_judge_create(struct tf_process *process, const char *label, struct tf_fraud_judge **ret_judge, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_fraud_judge *tf_fraud_judge_destroy(struct tf_fraud_judge *judge);
struct tf_judge tf_fraud_judge_bind(struct tf_fraud_judge *judge);
/** Say in health, as a note of the check "rules", when rule files that a reload brought were refused. */
void tf_fraud_judge_watch(struct tf_fraud_judge *judge, struct tf_health *health);
/** The rules it judges by; until the next refresh. */
const struct tf_fraud_ruleset *tf_fraud_judge_ruleset(const struct tf_fraud_judge *judge);
/** Look at groups too: rows of their findings go with the batches. Before the first record. */
void tf_fraud_judge_tell_groups(struct tf_fraud_judge *judge);
/** Nothing more will come: the rows that are left, and those of the months that were still open. TF_OK; TF_E_MEMORY; what put returns. */
enum tf_err tf_fraud_judge_last_groups(struct tf_fraud_judge *judge, enum tf_err (*put)(void *self, struct tf_str text), void *self) TF_MUST_CHECK;
/** Findings of nonconformity by now, one number a rule of the ruleset. */
const uint64_t *tf_fraud_judge_groups_found(const struct tf_fraud_judge *judge);
struct tf_rulings;
/** Heed what people have said of hits (rulings.h; borrowed; NULL: nothing). Before the first record. */
void tf_fraud_judge_heed(struct tf_fraud_judge *judge, struct tf_rulings *rulings);

/* ---- The collector's intake, for HTTP, files, send and demo ---- */

struct tf_intake; /* one thread's: reads records, makes keys, hands rows to the feed */

/** secret: bytes of collector.key_file, or random in embedded mode; borrowed. */
struct tf_intake *tf_intake_create(struct tf_process *process, struct tf_str secret);
struct tf_intake *tf_intake_destroy(struct tf_intake *intake);

/* What came of one record. */
struct tf_receipt {
    int status;               /* 202 taken, 200 known, 4xx/5xx refused */
    enum tf_err err;
    struct tf_str id;         /* in the intake's arena until the next reset */
    struct tf_str path, detail;
    bool replayed;
    const struct tf_receipt *first; /* an earlier record of the same call with this id: what comes of it comes of this one; else NULL */
    struct tf_ticket ticket;
    struct tf_hash16 claim_id, body_hash;
};

/* One record that is offered. */
struct tf_offer {
    struct tf_str text;
    const struct tf_envelope *attributes;  /* NULL: NDJSON line or structured event; else CloudEvents binary mode */
    struct tf_str company;                 /* of a document in XML, which does not say it itself; absent: as the configured companies tell */
    const struct tf_trace_context *trace;  /* parent of the record's "send" span; NULL or invalid: the record's own, if any */
    struct tf_str original;                /* what it came in (originals.h): goes into a header beside the record; absent: not kept */
};

/** Forget the last records' memory. */
void tf_intake_reset(struct tf_intake *intake);
/**
 * Read records and hand them to the feed. courtesy: ids are looked up in Redis first, a pipeline for every few hundred (HTTP); of records with
 * the same id in one call the first is sent, later ones are answered as repeats of it once it is settled.
 * The receipts, one a record, stay where they are until tf_intake_settle has waited for their tickets. Errors stand in the receipts.
 */
void tf_intake_take_all(struct tf_intake *intake, const struct tf_offer *offers, size_t count, bool courtesy, struct tf_receipt *ret_receipts);
/** As tf_intake_take_all for one record. */
void tf_intake_take(struct tf_intake *intake, struct tf_str text, const struct tf_envelope *attributes, const struct tf_trace_context *trace,
                    bool courtesy, struct tf_receipt *ret_receipt);
/** Wait for the broker and fill the statuses; courtesy: remember the ids in Redis. */
void tf_intake_settle(struct tf_intake *intake, struct tf_receipt *receipts, size_t count, bool courtesy);
/** A dead letter of the collector: what no role can ever read. kept: as tf_offer.original. */
enum tf_err tf_intake_bury(struct tf_intake *intake, const struct tf_receipt *receipt, struct tf_str original, struct tf_str position,
                           struct tf_str kept) TF_MUST_CHECK;

/** Counters of a file run. */
struct tf_intake_count { uint64_t received, sent, dead; };
/**
 * Send all records of files in event-time order; dead ones, and what an import could not read, go to the DLQ. Returns when the broker has every one.
 * original: of all of them, as tf_offer.original. stop: give up when set. TF_E_UNAVAILABLE only when stopped meanwhile.
 */
enum tf_err tf_intake_files(struct tf_intake *intake, struct tf_files *files, struct tf_str original, const atomic_bool *stop,
                            struct tf_intake_count *ret_count, struct tf_fault *fault) TF_MUST_CHECK;
/** Read collector.key_file (16..4096 bytes, trimmed line end); TF_E_CONFIG with the remedy. */
enum tf_err tf_intake_secret(const struct tf_config *config, char *out, size_t size, struct tf_str *ret_secret, struct tf_fault *fault) TF_MUST_CHECK;

#endif
