/*
 * What an audit adds up beside its findings: control sums of every file, VAT totals, and what it was done with. It is told of each record twice, while
 * files are read and when it was judged, and ends with an error when the two do not agree.
 */
#ifndef TAXFLOW_AUDIT_TOTALS_H
#define TAXFLOW_AUDIT_TOTALS_H

#include <stdio.h>

#include "taxflow/compare.h"
#include "taxflow/files_watch.h"
#include "taxflow/fraud.h"
#include "taxflow/json.h"
#include "taxflow/store.h"
#include "taxflow/vat_sums.h"

struct tf_audit_totals;
/** workers  as for tf_files_create; files_written: results go to a folder, so files are hashed. NULL when memory ran out. */
struct tf_audit_totals *tf_audit_totals_create(unsigned workers, bool files_written);
struct tf_audit_totals *tf_audit_totals_destroy(struct tf_audit_totals *totals);
/** For tf_files_create_watched. */
const struct tf_files_watch *tf_audit_totals_watch(const struct tf_audit_totals *totals);
/** All files are read. TF_E_LIMIT, TF_E_MEMORY. */
enum tf_err tf_audit_totals_read_done(struct tf_audit_totals *totals, struct tf_fault *fault) TF_MUST_CHECK;
/** Read a file of declared sums; before files are read. As tf_declared_read. */
enum tf_err tf_audit_totals_declare(struct tf_audit_totals *totals, const char *path, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Before the first batch is judged, once files are read: keep documents in a temporary file where there are declared sums to hold them against, in
 * the file or as return records. ruleset  tells the currencies of returns (REC1); borrowed.   TF_E_IO, TF_E_MEMORY.
 */
enum tf_err tf_audit_totals_expect(struct tf_audit_totals *totals, const struct tf_files *files, const struct tf_fraud_ruleset *ruleset,
                                   struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Go on from what earlier runs added up, and keep what this one adds: before tf_audit_totals_expect. store  borrowed until destroy; read_only: nothing is
 * put there.   TF_E_VALUE: what it holds are no sums of ours; as tf_store_read_list.   Cost  O(groups); with declared sums, once O(documents).
 */
enum tf_err tf_audit_totals_recall(struct tf_audit_totals *totals, struct tf_store *store, bool read_only, struct tf_fault *fault) TF_MUST_CHECK;
/** After tf_audit_totals_close: put this run's sums beside its documents, which stand there already. Nothing without a store to put them in. */
enum tf_err tf_audit_totals_keep(struct tf_audit_totals *totals, struct tf_fault *fault) TF_MUST_CHECK;
/** A batch was judged. Failures are kept and told by tf_audit_totals_close.   Thread  one. */
void tf_audit_totals_judged(struct tf_audit_totals *totals, const struct tf_batch *batch);
/** Everything was judged: see that it adds up. files is borrowed until destroy. TF_E_BREACH naming the difference; TF_E_LIMIT, TF_E_MEMORY. */
enum tf_err tf_audit_totals_close(struct tf_audit_totals *totals, const struct tf_files *files, struct tf_fault *fault) TF_MUST_CHECK;

/* After tf_audit_totals_close: what was added up. */
const struct tf_books *tf_audit_totals_books(const struct tf_audit_totals *totals);
const struct tf_vat_sums *tf_audit_totals_vat(const struct tf_audit_totals *totals);

/** Write vat.csv. TF_E_IO, TF_E_MEMORY. */
enum tf_err tf_vat_csv_write(const struct tf_vat_sums *sums, const char *path, struct tf_fault *fault) TF_MUST_CHECK;
/** The member "vat" of the JSON report: a list of rows, members as the columns of vat.csv. Nothing when memory ran out: json->out has failed. */
void tf_vat_json(const struct tf_vat_sums *sums, struct tf_json *json);
/** A short table for people: net and VAT by company, direction and currency. */
void tf_vat_print(const struct tf_vat_sums *sums, FILE *out);

/* How declared sums compare. */
struct tf_declared_counts { uint64_t lines[TF_MATCH_NOT_COMPARED + 1]; };
/**
 * Hold declared sums against what was found; after tf_audit_totals_close. path  of declared.csv, NULL: none is written. Without declared sums nothing
 * is done, and no file is made.   TF_E_IO, TF_E_LIMIT, TF_E_MEMORY.
 */
enum tf_err tf_declared_csv_write(struct tf_audit_totals *totals, struct tf_files *files, const struct tf_config *config, const char *path,
                                  struct tf_fault *fault) TF_MUST_CHECK;
/** Of the lines compared by that, by enum tf_match. */
struct tf_declared_counts tf_audit_totals_declared(const struct tf_audit_totals *totals);
/** The member "declared" of the JSON report, and a line for people; nothing where nothing was declared. */
void tf_declared_json(const struct tf_audit_totals *totals, struct tf_json *json);
void tf_declared_print(const struct tf_audit_totals *totals, FILE *out);

/* With what an audit was done. Texts may be NULL where there is nothing to be said. */
struct tf_run_facts {
    const char *const *arguments; /* of the command line */
    size_t arguments_count;
    const struct tf_config_source *config;
    const char *tax_ruleset, *fraud_ruleset; /* the latter's name is a hash of rules, settings and lists */
    const char *const *others;    /* further files it was told to read: maps, verdicts, declared sums */
    size_t others_count;
    int64_t started_ms, seconds_milli; /* Unix ms; how long it took */
};
/** Write run.json. TF_E_IO, TF_E_MEMORY. Only its member "run" differs between two runs of one command on the same files. */
enum tf_err tf_run_json_write(const struct tf_audit_totals *totals, const struct tf_files *files, const struct tf_run_facts *facts, const char *path,
                              struct tf_fault *fault) TF_MUST_CHECK;

#endif
