/*
 * What one run on files leaves for the next: claims, rows of state, and what documents added to sums, in a database of a folder (SQLite). A run is one transaction: one that is
 * ended at any time, by a crash or a kill, leaves nothing. One run at a time has the folder.
 *
 * It holds personal data (names and numbers inside rows and names of files): the folder is made for its owner alone (0700, files 0600).
 * Why SQLite: measured with 1,000,000 claims and as many rows of 450 bytes a run it takes 3 µs of processor time a record in 33 MB of memory;
 * LMDB takes 2 µs, but keeps 512 MB of changed pages until it spills, and its file grows a quarter faster.
 *
 * Every function may be called from any thread, after tf_store_open; fault names the folder, the reason and the remedy. TF_E_IO: the disk is full or
 * failed; TF_E_VALUE: the database is damaged, or none of ours.
 */
#ifndef TAXFLOW_STORE_H
#define TAXFLOW_STORE_H

#include "taxflow/err.h"
#include "taxflow/hash.h"
#include "taxflow/str.h"

struct tf_store;

/** "SQLite 3.40.1", or "without SQLite (audit --state)". Static. */
const char *tf_store_library(void);

struct tf_store_options {
    const char *folder;
    bool read_only;       /* nothing is written, and the folder must be there; others may read at the same time */
    uint64_t bytes_max;   /* the database grows no larger: then as a full disk; 0: whatever there is room for */
};
/**
 * Open a folder, made where it is missing, and begin the run.
 * Returns TF_OK; TF_E_UNAVAILABLE: another run has it; TF_E_CONFIG: of another version of taxflow, or built without SQLite;
 * TF_E_PERMISSION; TF_E_NO_INPUT: read_only and nothing there.   Cost  constant.
 */
enum tf_err tf_store_open(const struct tf_store_options *options, struct tf_store **ret_store, struct tf_fault *fault) TF_MUST_CHECK;
/** What was not committed is as if it had never been. NULL is fine. */
struct tf_store *tf_store_close(struct tf_store *store);
/** Make all that was written last, through a crash of the machine as well; once, at the end. Nothing where read_only. */
enum tf_err tf_store_commit(struct tf_store *store, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Hold the folder to what it was made under: the first time value is kept, later it must be the same, else TF_E_CONFIG.
 * what, remedy  for people: "the rules of fraud" "give another folder".
 */
enum tf_err tf_store_hold_to(struct tf_store *store, const char *what, struct tf_str value, const char *remedy, struct tf_fault *fault) TF_MUST_CHECK;

/* ---- Claims: which record of which file had an id first ---- */

struct tf_store_claim {
    struct tf_hash16 id;
    uint32_t file;    /* by tf_store_add_file */
    uint32_t line;
    uint8_t body[8];  /* first bytes of its body's hash */
};
/** A file of this run; started_ms: when the run began (Unix ms). Numbers are never given twice. */
enum tf_err tf_store_add_file(struct tf_store *store, struct tf_str name, int64_t started_ms, uint32_t *ret_number, struct tf_fault *fault) TF_MUST_CHECK;
/** Name of a file of any run, as it was given; "?" when it is not known. The store's, until it is closed. O(log files). */
const char *tf_store_file_name(struct tf_store *store, uint32_t number);
/** O(log claims); where many are looked for, an id that nobody has costs one look into a filter of 2 bytes a claim. */
enum tf_err tf_store_find_claim(struct tf_store *store, struct tf_hash16 id, struct tf_store_claim *ret_claim, bool *ret_found, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Best in the order of ids. An id that has one keeps it. */
enum tf_err tf_store_add_claim(struct tf_store *store, const struct tf_store_claim *claim, struct tf_fault *fault) TF_MUST_CHECK;
/** Forget claims of runs that began before a time, and their files. */
enum tf_err tf_store_forget_claims(struct tf_store *store, int64_t before_ms, struct tf_fault *fault) TF_MUST_CHECK;

/* ---- Rows: the last of a key counts ---- */

enum { TF_STORE_KEY_BYTES_MAX = 16 };
/**
 * Every row of a stream in the order in which they were put; before the first put.
 * visit  TF_OK, or what the reading returns; views are valid during the call.   Cost  O(rows), and 43 bytes of memory each.
 */
enum tf_err tf_store_read_rows(struct tf_store *store, unsigned stream, enum tf_err (*visit)(void *self, struct tf_str key, struct tf_str value), void *self,
                               struct tf_fault *fault) TF_MUST_CHECK;
/** Put a row in the place of the one with its key; value absent: take that away. stream below 256, key 1 to 16 bytes. O(1) but for the tree. */
enum tf_err tf_store_put_row(struct tf_store *store, unsigned stream, struct tf_str key, struct tf_str value, struct tf_fault *fault) TF_MUST_CHECK;

/* ---- Lists: few rows with numbers of the caller's ---- */

enum tf_store_list { TF_STORE_VAT_GROUPS, TF_STORE_RETURNS };
/** Put a row in the place of the one with its number. */
enum tf_err tf_store_put_item(struct tf_store *store, enum tf_store_list list, uint32_t number, struct tf_str value, struct tf_fault *fault) TF_MUST_CHECK;
/** Every row of a list by its number. visit  TF_OK, or what the reading returns; views are valid during the call. */
enum tf_err tf_store_read_list(struct tf_store *store, enum tf_store_list list, enum tf_err (*visit)(void *self, uint32_t number, struct tf_str value),
                               void *self, struct tf_fault *fault) TF_MUST_CHECK;

/* ---- Documents: what each has added to sums, so that a later run can look at it or take it out ---- */

struct tf_store_document {
    uint64_t number;              /* the caller's, from 1, rising */
    struct tf_hash16 claim;       /* id of its claim, which tells file and line as long as it is known */
    struct tf_hash16 identity;    /* of all its revisions */
    uint64_t revision;
    bool counts;                  /* false: another revision stands for it */
    struct tf_str effect, about;  /* the caller's bytes; may be empty */
};
/** The highest number that was given; 0: there is none. */
enum tf_err tf_store_last_document(struct tf_store *store, uint64_t *ret_number, struct tf_fault *fault) TF_MUST_CHECK;
/** Add one with a number above all others. It is found by its identity from the next run on. */
enum tf_err tf_store_add_document(struct tf_store *store, const struct tf_store_document *document, struct tf_fault *fault) TF_MUST_CHECK;
/** From now on another revision stands for it. */
enum tf_err tf_store_replace_document(struct tf_store *store, uint64_t number, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * The document of earlier runs that counts for an identity. revised  only where it is an amendment itself: there are few, so this costs next to nothing.
 * Views of the store's, until its next document is asked for.   Cost  O(log documents).
 */
enum tf_err tf_store_find_document(struct tf_store *store, struct tf_hash16 identity, bool revised, struct tf_store_document *ret_document, bool *ret_found,
                                   struct tf_fault *fault) TF_MUST_CHECK;
/** The same by its number. */
enum tf_err tf_store_document(struct tf_store *store, uint64_t number, struct tf_store_document *ret_document, bool *ret_found, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Every document in order of its number. visit  as above. */
enum tf_err tf_store_read_documents(struct tf_store *store, enum tf_err (*visit)(void *self, const struct tf_store_document *document), void *self,
                                    struct tf_fault *fault) TF_MUST_CHECK;

#endif
