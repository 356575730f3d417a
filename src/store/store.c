#include "store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    APPLICATION_ID = 0x7466a001, /* "this SQLite file is taxflow's": https://sqlite.org/pragma.html#pragma_application_id */
    VERSION = 2, /* 2: sums of earlier runs */
    PAGE_BYTES = 8192,
    PATH_BYTES = 4096
};

static const char schema[] = "CREATE TABLE setting(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
                             "CREATE TABLE run(number INTEGER PRIMARY KEY, started_ms INTEGER NOT NULL);"
                             "CREATE TABLE file(number INTEGER PRIMARY KEY, run INTEGER NOT NULL, name TEXT NOT NULL);"
                             "CREATE TABLE claim(id BLOB PRIMARY KEY, file INTEGER NOT NULL, line INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;"
                             "CREATE TABLE state(sequence INTEGER PRIMARY KEY, stream INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL);"
                             "CREATE TABLE item(list INTEGER, number INTEGER, value BLOB NOT NULL, PRIMARY KEY(list, number)) WITHOUT ROWID;"
                             "CREATE TABLE document(number INTEGER PRIMARY KEY, claim BLOB NOT NULL, identity BLOB, revision INTEGER NOT NULL,"
                             " counts INTEGER NOT NULL, effect BLOB NOT NULL, about BLOB NOT NULL);" /* identity NULL: as claim */
                             "CREATE INDEX revised ON document(identity) WHERE revision > 0;"
                             "CREATE TABLE identity(identity BLOB PRIMARY KEY, document INTEGER NOT NULL) WITHOUT ROWID;";

/* The cache bounds memory: what does not fit goes to the file before the commit, and the journal undoes it. */
static const char pragmas[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
                              "PRAGMA cache_size=-32768; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;";

const char *tf_store_library(void) { return "SQLite " SQLITE_VERSION; }

enum tf_err tf_store_fail(struct tf_store *store, int code, struct tf_fault *fault)
{
    const char *said = sqlite3_errmsg(store->db);
    const int why = sqlite3_system_errno(store->db);
    switch (code & 0xff) {
    case SQLITE_FULL:
        return tf_fault_set(fault, TF_E_IO, "%s: no room is left for the state of this run; it is as before the run: free some room and run again",
                            store->folder);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return tf_fault_set(fault, TF_E_UNAVAILABLE, "%s: another program has the state open; run again when it has ended", store->folder);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return tf_fault_set(fault, TF_E_VALUE, "%s/state.db is damaged or no database (%s); put a copy in its place, or give another folder and audit "
                                               "the files of before again", store->folder, said);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return tf_fault_set(fault, TF_E_PERMISSION, "%s/state.db cannot be opened for writing (%s); give a folder that is yours", store->folder, said);
    case SQLITE_NOMEM:
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the state of %s", store->folder);
    default:
        return tf_fault_set(fault, TF_E_IO, "%s: the state could not be read or written: %s%s%s; it is as before the run", store->folder, said,
                            why ? ": " : "", why ? strerror(why) : "");
    }
}

enum tf_err tf_store_run(struct tf_store *store, const char *sql, struct tf_fault *fault)
{
    const int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? TF_OK : tf_store_fail(store, code, fault);
}

enum tf_err tf_store_prepare(struct tf_store *store, const char *sql, sqlite3_stmt **ret_statement, struct tf_fault *fault)
{
    const int code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret_statement, NULL);
    return code == SQLITE_OK ? TF_OK : tf_store_fail(store, code, fault);
}

enum tf_err tf_store_statement(struct tf_store *store, enum tf_statement which, sqlite3_stmt **ret_statement, struct tf_fault *fault)
{
    static const char *const sql[TF_STATEMENT_COUNT] = {
        [TF_STATEMENT_FIND_CLAIM] = "SELECT file, line, body FROM claim WHERE id = ?",
        [TF_STATEMENT_ADD_CLAIM] = "INSERT OR IGNORE INTO claim VALUES(?, ?, ?, ?)",
        [TF_STATEMENT_ADD_ROW] = "INSERT INTO state(stream, key, value) VALUES(?, ?, ?)",
        [TF_STATEMENT_DROP_ROW] = "DELETE FROM state WHERE sequence = ?",
        [TF_STATEMENT_PUT_ITEM] = "INSERT OR REPLACE INTO item VALUES(?, ?, ?)",
        [TF_STATEMENT_ADD_DOCUMENT] = "INSERT INTO document VALUES(?, ?, ?, ?, ?, ?, ?)",
        [TF_STATEMENT_REPLACE_DOCUMENT] = "UPDATE document SET counts = 0 WHERE number = ?",
        [TF_STATEMENT_FIND_DOCUMENT] = "SELECT " TF_DOCUMENT_COLUMNS " FROM identity AS i JOIN document AS d ON d.number = i.document WHERE i.identity = ? AND d.counts",
        [TF_STATEMENT_FIND_REVISED] = "SELECT " TF_DOCUMENT_COLUMNS " FROM document AS d WHERE d.identity = ? AND d.revision > 0 AND d.counts AND d.number <= ?",
        [TF_STATEMENT_DOCUMENT] = "SELECT " TF_DOCUMENT_COLUMNS " FROM document AS d WHERE d.number = ?",
    };
    if (!store->statements[which])
        TF_TRY(tf_store_prepare(store, sql[which], &store->statements[which], fault));
    *ret_statement = store->statements[which];
    return TF_OK;
}

enum tf_err tf_store_step(struct tf_store *store, sqlite3_stmt *statement, struct tf_fault *fault)
{
    const int code = sqlite3_step(statement);
    const enum tf_err err = code == SQLITE_DONE ? TF_OK : tf_store_fail(store, code, fault);
    sqlite3_reset(statement);
    return err;
}

/* ---- Opening ---- */

/* The lock goes with the process, however that ends. */
static enum tf_err lock_folder(struct tf_store *store, struct tf_fault *fault)
{
    if (!store->read_only && mkdir(store->folder, 0700) != 0 && errno != EEXIST)
        return tf_fault_set(fault, TF_E_PERMISSION, "%s: cannot be made: %s; give a folder that is yours", store->folder, strerror(errno));
    store->folder_fd = open(store->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (store->folder_fd < 0)
        return tf_fault_set(fault, errno == ENOENT ? TF_E_NO_INPUT : TF_E_PERMISSION, "%s: cannot be opened: %s; give the folder of an earlier --state",
                            store->folder, strerror(errno));
    if (flock(store->folder_fd, (store->read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0)
        return TF_OK;
    return tf_fault_set(fault, TF_E_UNAVAILABLE, "%s: another run has this state open; run again when it has ended, or give another folder", store->folder);
}

/* For its owner alone before there is anything in it: SQLite gives its journal the same. */
static enum tf_err make_file(const struct tf_store *store, char path[PATH_BYTES], struct tf_fault *fault)
{
    if (snprintf(path, PATH_BYTES, "%s/state.db", store->folder) >= PATH_BYTES)
        return tf_fault_set(fault, TF_E_USAGE, "%s: the path is too long", store->folder);
    const int fd = open(path, (store->read_only ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return tf_fault_set(fault, errno == ENOENT ? TF_E_NO_INPUT : TF_E_PERMISSION, "%s: cannot be opened: %s; give the folder of an earlier --state", path,
                            strerror(errno));
    close(fd);
    return TF_OK;
}

static enum tf_err read_number(struct tf_store *store, const char *sql, int64_t *ret_number, struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    TF_TRY(tf_store_prepare(store, sql, &statement, fault));
    const int code = sqlite3_step(statement);
    *ret_number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE ? TF_OK : tf_store_fail(store, code, fault);
}

static enum tf_err make_tables(struct tf_store *store, struct tf_fault *fault)
{
    char sql[128];
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d;", APPLICATION_ID, VERSION);
    TF_TRY(tf_store_run(store, sql, fault));
    return tf_store_run(store, schema, fault);
}

static enum tf_err check_version(struct tf_store *store, struct tf_fault *fault)
{
    int64_t id, version, tables;
    TF_TRY(read_number(store, "PRAGMA application_id", &id, fault));
    TF_TRY(read_number(store, "PRAGMA user_version", &version, fault));
    TF_TRY(read_number(store, "SELECT count(*) FROM sqlite_master", &tables, fault));
    if (id == 0 && version == 0 && tables == 0)
        return store->read_only ? tf_fault_set(fault, TF_E_NO_INPUT, "%s holds no state yet; run without --dry-run first", store->folder) : make_tables(store, fault);
    if (id != APPLICATION_ID)
        return tf_fault_set(fault, TF_E_VALUE, "%s/state.db is a database of another program; give another folder", store->folder);
    if (version != VERSION)
        return tf_fault_set(fault, TF_E_CONFIG, "%s was written by a taxflow with states of version %lld, this one has %d; use that taxflow, or give another "
                                                "folder and audit the files of before again", store->folder, (long long)version, VERSION);
    return TF_OK;
}

static enum tf_err begin(struct tf_store *store, const struct tf_store_options *options, struct tf_fault *fault)
{
    char path[PATH_BYTES], sql[128];
    TF_TRY(lock_folder(store, fault));
    TF_TRY(make_file(store, path, fault));
    const int code = sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK)
        return tf_store_fail(store, code, fault);
    snprintf(sql, sizeof sql, "PRAGMA page_size=%d; PRAGMA max_page_count=%llu;", PAGE_BYTES,
             options->bytes_max ? (unsigned long long)options->bytes_max / PAGE_BYTES : 4294967294ull);
    TF_TRY(tf_store_run(store, sql, fault));
    if (!store->read_only) /* readers share the file: the lock of the folder keeps writers away */
        TF_TRY(tf_store_run(store, pragmas, fault));
    TF_TRY(tf_store_run(store, store->read_only ? "BEGIN" : "BEGIN IMMEDIATE", fault));
    return check_version(store, fault);
}

enum tf_err tf_store_open(const struct tf_store_options *options, struct tf_store **ret_store, struct tf_fault *fault)
{
    struct tf_store *store = calloc(1, sizeof *store);
    if (!store)
        return TF_E_MEMORY;
    store->folder_fd = -1;
    store->read_only = options->read_only;
    store->folder = strdup(options->folder);
    if (!store->folder || pthread_mutex_init(&store->lock, NULL) != 0) {
        free(store->folder);
        free(store);
        return TF_E_MEMORY;
    }
    const enum tf_err err = begin(store, options, fault);
    if (err != TF_OK) {
        tf_store_close(store);
        return err;
    }
    *ret_store = store;
    return TF_OK;
}

struct tf_store *tf_store_close(struct tf_store *store)
{
    if (!store)
        return NULL;
    for (int i = 0; i < TF_STATEMENT_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db); /* rolls back what is open */
    for (size_t i = 0; i < store->names_count; i++)
        free(store->names[i].text);
    free(store->names);
    tf_row_index_finish(&store->rows);
    tf_filter_finish(&store->claims);
    if (store->folder_fd >= 0)
        close(store->folder_fd);
    pthread_mutex_destroy(&store->lock);
    free(store->folder);
    free(store);
    return NULL;
}

enum tf_err tf_store_commit(struct tf_store *store, struct tf_fault *fault)
{
    if (store->read_only)
        return TF_OK;
    pthread_mutex_lock(&store->lock);
    enum tf_err err = tf_store_index_documents(store, fault);
    if (err == TF_OK)
        err = tf_store_run(store, "COMMIT", fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}

/* ---- Settings ---- */

static enum tf_err compare(struct tf_store *store, sqlite3_stmt *statement, const char *what, struct tf_str value, const char *remedy, struct tf_fault *fault)
{
    const struct tf_str kept = {sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0)};
    if (tf_str_eq(kept, value))
        return TF_OK;
    return tf_fault_set(fault, TF_E_CONFIG, "%s was made under other %s; %s", store->folder, what, remedy);
}

static enum tf_err keep_setting(struct tf_store *store, const char *what, struct tf_str value, struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    if (store->read_only)
        return TF_OK;
    TF_TRY(tf_store_prepare(store, "INSERT INTO setting VALUES(?, ?)", &statement, fault));
    sqlite3_bind_text(statement, 1, what, -1, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 2, value.len > 0 ? value.ptr : "", (int)value.len, SQLITE_STATIC);
    const enum tf_err err = tf_store_step(store, statement, fault);
    sqlite3_finalize(statement);
    return err;
}

static enum tf_err hold_to(struct tf_store *store, const char *what, struct tf_str value, const char *remedy, struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    enum tf_err err = TF_OK;
    TF_TRY(tf_store_prepare(store, "SELECT value FROM setting WHERE name = ?", &statement, fault));
    sqlite3_bind_text(statement, 1, what, -1, SQLITE_STATIC);
    const int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        err = compare(store, statement, what, value, remedy, fault);
    else if (code != SQLITE_DONE)
        err = tf_store_fail(store, code, fault);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? keep_setting(store, what, value, fault) : err;
}

enum tf_err tf_store_hold_to(struct tf_store *store, const char *what, struct tf_str value, const char *remedy, struct tf_fault *fault)
{
    pthread_mutex_lock(&store->lock);
    const enum tf_err err = hold_to(store, what, value, remedy, fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}
