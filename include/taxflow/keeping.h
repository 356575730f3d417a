/*
 * What an audit of files keeps for the next one (`audit --state=DIR`): which records were read (claims), and what the judges remember (the rows that
 * the roles keep in their state topics). Runs one after another find what one run over all files would, where each run's records are no older than
 * those of the run before. A run is kept whole or not at all.
 *
 * Order of calls: open; dedup and sink for the pipeline; recall, before the first record; commit, when every result is written; close.
 * One thread, but for the claims, which the ledger asks from its own.
 */
#ifndef TAXFLOW_KEEPING_H
#define TAXFLOW_KEEPING_H

#include "taxflow/roles.h"
#include "taxflow/store.h"

struct tf_keeping;

struct tf_keeping_options {
    const struct tf_config *config;
    const char *folder;
    bool dry_run;         /* judge by what is known and keep nothing: others may do so at the same time */
};
/** Open the folder for a run, made where it is missing: as tf_store_open. */
enum tf_err tf_keeping_open(const struct tf_keeping_options *options, struct tf_keeping **ret_keeping, struct tf_fault *fault) TF_MUST_CHECK;
/** What was not committed is as if it had never been. NULL is fine. */
struct tf_keeping *tf_keeping_close(struct tf_keeping *keeping);
/** Claims of this run over those of earlier ones, up to ids_max of this run; destroyed before the keeping is closed. TF_E_MEMORY. */
enum tf_err tf_keeping_dedup(struct tf_keeping *keeping, size_t ids_max, struct tf_dedup **ret_dedup) TF_MUST_CHECK;
/** A sink that keeps rows of state, and hands all others on to under. Until the keeping is closed. */
struct tf_sink tf_keeping_sink(struct tf_keeping *keeping, struct tf_sink under);
/**
 * Hold the folder to rules and companies, tell the judges what earlier runs knew, and the files of this run (borrowed until it is closed) their names.
 * Returns TF_OK; TF_E_CONFIG: it was made under others; TF_E_LIMIT: state.max_bytes is too little; TF_E_VALUE; TF_E_IO.   Cost  O(records in windows).
 */
enum tf_err tf_keeping_recall(struct tf_keeping *keeping, struct tf_files *files, struct tf_tax_judge *tax, struct tf_fraud_judge *fraud,
                              struct tf_fault *fault) TF_MUST_CHECK;
/** The store, for what others keep in the same transaction. */
struct tf_store *tf_keeping_store(struct tf_keeping *keeping);
/** Keep this run; nothing after a dry one. now_ms: Unix ms, from which its claims live for state.claims_days. As tf_store_commit. O(claims). */
enum tf_err tf_keeping_commit(struct tf_keeping *keeping, int64_t now_ms, struct tf_fault *fault) TF_MUST_CHECK;

#endif
