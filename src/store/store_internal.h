/* A store's insides. One connection, one lock: its holder alone speaks to SQLite. */
#ifndef TAXFLOW_STORE_INTERNAL_H
#define TAXFLOW_STORE_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>

#include "filter.h"
#include "row_index.h"

#define TF_DOCUMENT_COLUMNS "d.number, d.claim, d.identity, d.revision, d.counts, d.effect, d.about"

enum tf_statement {
    TF_STATEMENT_FIND_CLAIM,
    TF_STATEMENT_ADD_CLAIM,
    TF_STATEMENT_ADD_ROW,
    TF_STATEMENT_DROP_ROW,
    TF_STATEMENT_PUT_ITEM,
    TF_STATEMENT_ADD_DOCUMENT,
    TF_STATEMENT_REPLACE_DOCUMENT,
    TF_STATEMENT_FIND_DOCUMENT,
    TF_STATEMENT_FIND_REVISED,
    TF_STATEMENT_DOCUMENT,
    TF_STATEMENT_COUNT
};

struct tf_store {
    pthread_mutex_t lock; /* guards all below but folder and read_only */
    char *folder;
    bool read_only;
    int folder_fd;        /* locked while the run lasts */
    sqlite3 *db;
    sqlite3_stmt *statements[TF_STATEMENT_COUNT]; /* made on their first use */
    struct tf_row_index rows;
    struct tf_filter claims;
    uint64_t claims_looked_for;
    int64_t run;          /* number of this one, 0 = no file yet */
    uint64_t documents_before; /* the highest number of earlier runs; known where documents_known */
    bool documents_known;
    struct tf_store_name { uint32_t number; char *text; } *names; /* of files, by number */
    size_t names_count, names_capacity;
};

/** What SQLite said, in our words; the lock is held. */
enum tf_err tf_store_fail(struct tf_store *store, int code, struct tf_fault *fault);
/** Run statements that give nothing back. */
enum tf_err tf_store_run(struct tf_store *store, const char *sql, struct tf_fault *fault) TF_MUST_CHECK;
/** Make a statement; finish it with sqlite3_finalize. */
enum tf_err tf_store_prepare(struct tf_store *store, const char *sql, sqlite3_stmt **ret_statement, struct tf_fault *fault) TF_MUST_CHECK;
/** One of those that are kept, reset. */
enum tf_err tf_store_statement(struct tf_store *store, enum tf_statement which, sqlite3_stmt **ret_statement, struct tf_fault *fault) TF_MUST_CHECK;
/** Step a statement that gives nothing back, and reset it. */
enum tf_err tf_store_step(struct tf_store *store, sqlite3_stmt *statement, struct tf_fault *fault) TF_MUST_CHECK;
/** Before the commit: documents of this run are found by their identities from now on. */
enum tf_err tf_store_index_documents(struct tf_store *store, struct tf_fault *fault) TF_MUST_CHECK;

#endif
