/* What documents added to sums, and lists beside them. Numbers rise, so a run appends; identities are put in order once, before the commit. */
#include <string.h>

#include "store_internal.h"

enum { IDENTITIES_AT_ONCE = 1 << 18 /* in memory while they are sorted, some 40 bytes each */ };

/* ---- Lists ---- */

static enum tf_err put_item(struct tf_store *store, enum tf_store_list list, uint32_t number, struct tf_str value, struct tf_fault *fault)
{
    sqlite3_stmt *statement;
    TF_TRY(tf_store_statement(store, TF_STATEMENT_PUT_ITEM, &statement, fault));
    sqlite3_bind_int64(statement, 1, list);
    sqlite3_bind_int64(statement, 2, number);
    sqlite3_bind_blob(statement, 3, value.len ? value.ptr : "", (int)value.len, SQLITE_STATIC);
    return tf_store_step(store, statement, fault);
}

enum tf_err tf_store_put_item(struct tf_store *store, enum tf_store_list list, uint32_t number, struct tf_str value, struct tf_fault *fault)
{
    pthread_mutex_lock(&store->lock);
    const enum tf_err err = put_item(store, list, number, value, fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}

static struct tf_str blob_of(sqlite3_stmt *statement, int column)
{
    const char *bytes = sqlite3_column_blob(statement, column);
    return (struct tf_str){bytes ? bytes : "", (size_t)sqlite3_column_bytes(statement, column)};
}

enum tf_err tf_store_read_list(struct tf_store *store, enum tf_store_list list, enum tf_err (*visit)(void *self, uint32_t number, struct tf_str value),
                               void *self, struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int code = SQLITE_DONE;
    pthread_mutex_lock(&store->lock);
    enum tf_err err = tf_store_prepare(store, "SELECT number, value FROM item WHERE list = ? ORDER BY number", &statement, fault);
    sqlite3_bind_int64(statement, 1, list);
    while (err == TF_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
        err = visit(self, (uint32_t)sqlite3_column_int64(statement, 0), blob_of(statement, 1));
    if (err == TF_OK && code != SQLITE_DONE)
        err = tf_store_fail(store, code, fault);
    sqlite3_finalize(statement);
    pthread_mutex_unlock(&store->lock);
    return err;
}

/* ---- Documents ---- */

static enum tf_err learn_last(struct tf_store *store, struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    if (store->documents_known)
        return TF_OK;
    TF_TRY(tf_store_prepare(store, "SELECT max(number) FROM document", &statement, fault));
    const int code = sqlite3_step(statement);
    store->documents_before = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
    store->documents_known = code == SQLITE_ROW;
    sqlite3_finalize(statement);
    return store->documents_known ? TF_OK : tf_store_fail(store, code, fault);
}

enum tf_err tf_store_last_document(struct tf_store *store, uint64_t *ret_number, struct tf_fault *fault)
{
    pthread_mutex_lock(&store->lock);
    const enum tf_err err = learn_last(store, fault);
    *ret_number = store->documents_before;
    pthread_mutex_unlock(&store->lock);
    return err;
}

static void bind_id(sqlite3_stmt *statement, int column, const struct tf_hash16 *id)
{
    sqlite3_bind_blob(statement, column, id->bytes, sizeof id->bytes, SQLITE_STATIC);
}

static enum tf_err add_document(struct tf_store *store, const struct tf_store_document *document, struct tf_fault *fault)
{
    sqlite3_stmt *statement;
    TF_TRY(learn_last(store, fault));
    TF_TRY(tf_store_statement(store, TF_STATEMENT_ADD_DOCUMENT, &statement, fault));
    sqlite3_bind_int64(statement, 1, (int64_t)document->number);
    bind_id(statement, 2, &document->claim);
    if (tf_hash16_eq(document->claim, document->identity))
        sqlite3_bind_null(statement, 3);
    else
        bind_id(statement, 3, &document->identity);
    sqlite3_bind_int64(statement, 4, (int64_t)document->revision);
    sqlite3_bind_int(statement, 5, document->counts);
    sqlite3_bind_blob(statement, 6, document->effect.len ? document->effect.ptr : "", (int)document->effect.len, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 7, document->about.len ? document->about.ptr : "", (int)document->about.len, SQLITE_STATIC);
    return tf_store_step(store, statement, fault);
}

enum tf_err tf_store_add_document(struct tf_store *store, const struct tf_store_document *document, struct tf_fault *fault)
{
    pthread_mutex_lock(&store->lock);
    const enum tf_err err = add_document(store, document, fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}

static enum tf_err replace_document(struct tf_store *store, uint64_t number, struct tf_fault *fault)
{
    sqlite3_stmt *statement;
    TF_TRY(tf_store_statement(store, TF_STATEMENT_REPLACE_DOCUMENT, &statement, fault));
    sqlite3_bind_int64(statement, 1, (int64_t)number);
    return tf_store_step(store, statement, fault);
}

enum tf_err tf_store_replace_document(struct tf_store *store, uint64_t number, struct tf_fault *fault)
{
    pthread_mutex_lock(&store->lock);
    const enum tf_err err = replace_document(store, number, fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}

static bool take_id(sqlite3_stmt *statement, int column, struct tf_hash16 *ret_id)
{
    if (sqlite3_column_bytes(statement, column) != sizeof ret_id->bytes)
        return false;
    memcpy(ret_id->bytes, sqlite3_column_blob(statement, column), sizeof ret_id->bytes);
    return true;
}

/* Columns of TF_DOCUMENT_COLUMNS. */
static enum tf_err take_document(struct tf_store *store, sqlite3_stmt *statement, struct tf_store_document *document, struct tf_fault *fault)
{
    *document = (struct tf_store_document){
        .number = (uint64_t)sqlite3_column_int64(statement, 0),
        .revision = (uint64_t)sqlite3_column_int64(statement, 3),
        .counts = sqlite3_column_int(statement, 4) != 0,
        .effect = blob_of(statement, 5),
        .about = blob_of(statement, 6),
    };
    const int identity = sqlite3_column_type(statement, 2) == SQLITE_NULL ? 1 : 2;
    return take_id(statement, 1, &document->claim) && take_id(statement, identity, &document->identity) ? TF_OK : tf_store_fail(store, SQLITE_CORRUPT, fault);
}

/* The statement stays where it is, for the views, until it is used again. */
static enum tf_err take_one(struct tf_store *store, sqlite3_stmt *statement, struct tf_store_document *ret_document, bool *ret_found, struct tf_fault *fault)
{
    const int code = sqlite3_step(statement);
    *ret_found = code == SQLITE_ROW;
    if (*ret_found)
        return take_document(store, statement, ret_document, fault);
    const enum tf_err err = code == SQLITE_DONE ? TF_OK : tf_store_fail(store, code, fault);
    sqlite3_reset(statement);
    return err;
}

static enum tf_err find_document(struct tf_store *store, struct tf_hash16 identity, bool revised, struct tf_store_document *ret_document, bool *ret_found,
                                 struct tf_fault *fault)
{
    sqlite3_stmt *statement;
    TF_TRY(learn_last(store, fault));
    TF_TRY(tf_store_statement(store, revised ? TF_STATEMENT_FIND_REVISED : TF_STATEMENT_FIND_DOCUMENT, &statement, fault));
    sqlite3_reset(statement);
    sqlite3_bind_blob(statement, 1, identity.bytes, sizeof identity.bytes, SQLITE_TRANSIENT);
    if (revised)
        sqlite3_bind_int64(statement, 2, (int64_t)store->documents_before);
    return take_one(store, statement, ret_document, ret_found, fault);
}

enum tf_err tf_store_find_document(struct tf_store *store, struct tf_hash16 identity, bool revised, struct tf_store_document *ret_document, bool *ret_found,
                                   struct tf_fault *fault)
{
    pthread_mutex_lock(&store->lock);
    const enum tf_err err = find_document(store, identity, revised, ret_document, ret_found, fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}

static enum tf_err document_of(struct tf_store *store, uint64_t number, struct tf_store_document *ret_document, bool *ret_found, struct tf_fault *fault)
{
    sqlite3_stmt *statement;
    TF_TRY(tf_store_statement(store, TF_STATEMENT_DOCUMENT, &statement, fault));
    sqlite3_reset(statement);
    sqlite3_bind_int64(statement, 1, (int64_t)number);
    return take_one(store, statement, ret_document, ret_found, fault);
}

enum tf_err tf_store_document(struct tf_store *store, uint64_t number, struct tf_store_document *ret_document, bool *ret_found, struct tf_fault *fault)
{
    pthread_mutex_lock(&store->lock);
    const enum tf_err err = document_of(store, number, ret_document, ret_found, fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}

enum tf_err tf_store_read_documents(struct tf_store *store, enum tf_err (*visit)(void *self, const struct tf_store_document *document), void *self,
                                    struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int code = SQLITE_DONE;
    pthread_mutex_lock(&store->lock);
    enum tf_err err = tf_store_prepare(store, "SELECT " TF_DOCUMENT_COLUMNS " FROM document AS d ORDER BY d.number", &statement, fault);
    while (err == TF_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct tf_store_document document;
        err = take_document(store, statement, &document, fault);
        if (err == TF_OK)
            err = visit(self, &document);
    }
    if (err == TF_OK && code != SQLITE_DONE)
        err = tf_store_fail(store, code, fault);
    sqlite3_finalize(statement);
    pthread_mutex_unlock(&store->lock);
    return err;
}

/* ---- By identity ---- */

static enum tf_err index_some(struct tf_store *store, sqlite3_stmt *statement, uint64_t after, struct tf_fault *fault)
{
    sqlite3_bind_int64(statement, 1, (int64_t)after);
    sqlite3_bind_int64(statement, 2, (int64_t)(after + IDENTITIES_AT_ONCE));
    return tf_store_step(store, statement, fault);
}

/* In their order, which touches each page of the tree once; some at a time, for they are sorted in memory. */
enum tf_err tf_store_index_documents(struct tf_store *store, struct tf_fault *fault)
{
    static const char sql[] = "INSERT OR REPLACE INTO identity SELECT coalesce(identity, claim), number FROM document"
                              " WHERE number > ?1 AND number <= ?2 AND counts ORDER BY 1";
    sqlite3_stmt *statement = NULL, *last = NULL;
    if (!store->documents_known) /* none was added */
        return TF_OK;
    TF_TRY(tf_store_prepare(store, "SELECT max(number) FROM document", &last, fault));
    enum tf_err err = sqlite3_step(last) == SQLITE_ROW ? TF_OK : tf_store_fail(store, SQLITE_CORRUPT, fault);
    const uint64_t end = err == TF_OK ? (uint64_t)sqlite3_column_int64(last, 0) : 0;
    sqlite3_finalize(last);
    if (err == TF_OK)
        err = tf_store_prepare(store, sql, &statement, fault);
    for (uint64_t after = store->documents_before; err == TF_OK && after < end; after += IDENTITIES_AT_ONCE)
        err = index_some(store, statement, after, fault);
    sqlite3_finalize(statement);
    return err;
}
