/* Claims: which record of which file of which run had an id first. */
#include <stdlib.h>
#include <string.h>

#include "store_internal.h"

enum { FILTER_FROM = 4096 /* looks: for fewer it does not pay to read all ids */ };

/* ---- Files ---- */

static enum tf_err begin_run(struct tf_store *store, int64_t started_ms, struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    TF_TRY(tf_store_prepare(store, "INSERT INTO run(started_ms) VALUES(?)", &statement, fault));
    sqlite3_bind_int64(statement, 1, started_ms);
    const enum tf_err err = tf_store_step(store, statement, fault);
    sqlite3_finalize(statement);
    store->run = sqlite3_last_insert_rowid(store->db);
    return err;
}

/* Above all that were ever given: what claims name must not get another name after they were forgotten. */
static enum tf_err insert_file(struct tf_store *store, struct tf_str name, uint32_t *ret_number, struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    TF_TRY(tf_store_prepare(store, "INSERT INTO file(run, name) VALUES(?, ?)", &statement, fault));
    sqlite3_bind_int64(statement, 1, store->run);
    sqlite3_bind_text(statement, 2, name.ptr, (int)name.len, SQLITE_STATIC);
    const enum tf_err err = tf_store_step(store, statement, fault);
    sqlite3_finalize(statement);
    *ret_number = (uint32_t)sqlite3_last_insert_rowid(store->db);
    return err;
}

enum tf_err tf_store_add_file(struct tf_store *store, struct tf_str name, int64_t started_ms, uint32_t *ret_number, struct tf_fault *fault)
{
    enum tf_err err = TF_OK;
    pthread_mutex_lock(&store->lock);
    if (store->run == 0)
        err = begin_run(store, started_ms, fault);
    if (err == TF_OK)
        err = insert_file(store, name, ret_number, fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}

static const char *known_name(const struct tf_store *store, uint32_t number)
{
    for (size_t i = 0; i < store->names_count; i++)
        if (store->names[i].number == number)
            return store->names[i].text;
    return NULL;
}

static char *read_name(struct tf_store *store, uint32_t number)
{
    sqlite3_stmt *statement = NULL;
    struct tf_fault ignored;
    char *name = NULL;
    if (tf_store_prepare(store, "SELECT name FROM file WHERE number = ?", &statement, &ignored) != TF_OK)
        return NULL;
    sqlite3_bind_int64(statement, 1, number);
    if (sqlite3_step(statement) == SQLITE_ROW)
        name = strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return name;
}

/* Few files own the duplicates of a run, so those that were asked for are kept. */
static const char *learn_name(struct tf_store *store, uint32_t number)
{
    if (store->names_count == store->names_capacity) {
        const size_t capacity = store->names_capacity ? store->names_capacity * 2 : 16;
        struct tf_store_name *names = realloc(store->names, capacity * sizeof *names);
        if (!names)
            return NULL;
        store->names = names;
        store->names_capacity = capacity;
    }
    char *text = read_name(store, number);
    if (text)
        store->names[store->names_count++] = (struct tf_store_name){number, text};
    return text;
}

const char *tf_store_file_name(struct tf_store *store, uint32_t number)
{
    pthread_mutex_lock(&store->lock);
    const char *name = known_name(store, number);
    if (!name)
        name = learn_name(store, number);
    pthread_mutex_unlock(&store->lock);
    return name ? name : "?";
}

/* ---- Claims ---- */

static enum tf_err count_claims(struct tf_store *store, uint64_t *ret_count, struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    TF_TRY(tf_store_prepare(store, "SELECT count(*) FROM claim", &statement, fault));
    const int code = sqlite3_step(statement);
    *ret_count = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return code == SQLITE_ROW ? TF_OK : tf_store_fail(store, code, fault);
}

static enum tf_err fill_filter(struct tf_store *store, struct tf_filter *filter, struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int code;
    TF_TRY(tf_store_prepare(store, "SELECT id FROM claim", &statement, fault));
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct tf_hash16 id;
        if (sqlite3_column_bytes(statement, 0) != sizeof id.bytes)
            continue;
        memcpy(id.bytes, sqlite3_column_blob(statement, 0), sizeof id.bytes);
        tf_filter_add(filter, id);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? TF_OK : tf_store_fail(store, code, fault);
}

/* Claims of this run are added when all were looked for, so what it was made of holds. */
static enum tf_err make_filter(struct tf_store *store, struct tf_fault *fault)
{
    uint64_t count;
    struct tf_filter filter;
    TF_TRY(count_claims(store, &count, fault));
    if (!tf_filter_init(&filter, count))
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the claims of %s", store->folder);
    const enum tf_err err = fill_filter(store, &filter, fault);
    if (err != TF_OK)
        tf_filter_finish(&filter);
    else
        store->claims = filter;
    return err;
}

static enum tf_err take_claim(struct tf_store *store, sqlite3_stmt *statement, struct tf_hash16 id, struct tf_store_claim *claim, struct tf_fault *fault)
{
    if (sqlite3_column_bytes(statement, 2) != sizeof claim->body)
        return tf_store_fail(store, SQLITE_CORRUPT, fault);
    *claim = (struct tf_store_claim){.id = id, .file = (uint32_t)sqlite3_column_int64(statement, 0), .line = (uint32_t)sqlite3_column_int64(statement, 1)};
    memcpy(claim->body, sqlite3_column_blob(statement, 2), sizeof claim->body);
    return TF_OK;
}

static enum tf_err find_claim(struct tf_store *store, struct tf_hash16 id, struct tf_store_claim *ret_claim, bool *ret_found, struct tf_fault *fault)
{
    sqlite3_stmt *statement;
    *ret_found = false;
    if (++store->claims_looked_for == FILTER_FROM)
        TF_TRY(make_filter(store, fault));
    if (store->claims.words && !tf_filter_may_have(&store->claims, id))
        return TF_OK;
    TF_TRY(tf_store_statement(store, TF_STATEMENT_FIND_CLAIM, &statement, fault));
    sqlite3_bind_blob(statement, 1, id.bytes, sizeof id.bytes, SQLITE_STATIC);
    const int code = sqlite3_step(statement);
    enum tf_err err = code == SQLITE_ROW || code == SQLITE_DONE ? TF_OK : tf_store_fail(store, code, fault);
    *ret_found = code == SQLITE_ROW;
    if (*ret_found)
        err = take_claim(store, statement, id, ret_claim, fault);
    sqlite3_reset(statement);
    return err;
}

enum tf_err tf_store_find_claim(struct tf_store *store, struct tf_hash16 id, struct tf_store_claim *ret_claim, bool *ret_found, struct tf_fault *fault)
{
    pthread_mutex_lock(&store->lock);
    const enum tf_err err = find_claim(store, id, ret_claim, ret_found, fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}

static enum tf_err add_claim(struct tf_store *store, const struct tf_store_claim *claim, struct tf_fault *fault)
{
    sqlite3_stmt *statement;
    TF_TRY(tf_store_statement(store, TF_STATEMENT_ADD_CLAIM, &statement, fault));
    sqlite3_bind_blob(statement, 1, claim->id.bytes, sizeof claim->id.bytes, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, claim->file);
    sqlite3_bind_int64(statement, 3, claim->line);
    sqlite3_bind_blob(statement, 4, claim->body, sizeof claim->body, SQLITE_STATIC);
    return tf_store_step(store, statement, fault);
}

enum tf_err tf_store_add_claim(struct tf_store *store, const struct tf_store_claim *claim, struct tf_fault *fault)
{
    pthread_mutex_lock(&store->lock);
    const enum tf_err err = add_claim(store, claim, fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}

/* The runs themselves stay, a few bytes each: their numbers, and those of files above, are not given again. */
static enum tf_err forget_claims(struct tf_store *store, int64_t before_ms, struct tf_fault *fault)
{
    static const char *const steps[] = {
        "DELETE FROM claim WHERE file IN (SELECT file.number FROM file JOIN run ON run.number = file.run WHERE run.started_ms < ?)",
        "DELETE FROM file WHERE run IN (SELECT number FROM run WHERE started_ms < ?) AND number < (SELECT max(number) FROM file)",
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        sqlite3_stmt *statement = NULL;
        TF_TRY(tf_store_prepare(store, steps[i], &statement, fault));
        sqlite3_bind_int64(statement, 1, before_ms);
        const enum tf_err err = tf_store_step(store, statement, fault);
        sqlite3_finalize(statement);
        TF_TRY(err);
    }
    return TF_OK;
}

static enum tf_err any_before(struct tf_store *store, int64_t before_ms, bool *ret_any, struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    TF_TRY(tf_store_prepare(store, "SELECT 1 FROM file JOIN run ON run.number = file.run WHERE run.started_ms < ? LIMIT 1", &statement, fault));
    sqlite3_bind_int64(statement, 1, before_ms);
    const int code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    *ret_any = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? TF_OK : tf_store_fail(store, code, fault);
}

enum tf_err tf_store_forget_claims(struct tf_store *store, int64_t before_ms, struct tf_fault *fault)
{
    bool any = false; /* of all claims it is asked which go: only where some do */
    pthread_mutex_lock(&store->lock);
    enum tf_err err = any_before(store, before_ms, &any, fault);
    if (err == TF_OK && any)
        err = forget_claims(store, before_ms, fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}
