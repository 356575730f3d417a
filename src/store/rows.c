/* Rows of state. They are appended, so that a run writes its pages one after another whatever the keys are; where a key stood is taken away. */
#include "store_internal.h"

static enum tf_err visit_row(struct tf_store *store, unsigned stream, sqlite3_stmt *statement, enum tf_err (*visit)(void *, struct tf_str, struct tf_str),
                             void *self, struct tf_fault *fault)
{
    const struct tf_str key = {sqlite3_column_blob(statement, 1), (size_t)sqlite3_column_bytes(statement, 1)};
    const struct tf_str value = {sqlite3_column_blob(statement, 2), (size_t)sqlite3_column_bytes(statement, 2)};
    int64_t before;
    if (key.len == 0 || key.len > TF_STORE_KEY_BYTES_MAX || value.len == 0)
        return tf_store_fail(store, SQLITE_CORRUPT, fault);
    if (!tf_row_index_put(&store->rows, stream, key, sqlite3_column_int64(statement, 0), &before))
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the rows of %s", store->folder);
    return visit(self, key, value);
}

enum tf_err tf_store_read_rows(struct tf_store *store, unsigned stream, enum tf_err (*visit)(void *self, struct tf_str key, struct tf_str value), void *self,
                               struct tf_fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int code = SQLITE_DONE;
    pthread_mutex_lock(&store->lock);
    enum tf_err err = tf_store_prepare(store, "SELECT sequence, key, value FROM state WHERE stream = ? ORDER BY sequence", &statement, fault);
    sqlite3_bind_int64(statement, 1, stream);
    while (err == TF_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
        err = visit_row(store, stream, statement, visit, self, fault);
    if (err == TF_OK && code != SQLITE_DONE)
        err = tf_store_fail(store, code, fault);
    sqlite3_finalize(statement);
    pthread_mutex_unlock(&store->lock);
    return err;
}

static enum tf_err drop(struct tf_store *store, int64_t sequence, struct tf_fault *fault)
{
    sqlite3_stmt *statement;
    if (sequence == 0)
        return TF_OK;
    TF_TRY(tf_store_statement(store, TF_STATEMENT_DROP_ROW, &statement, fault));
    sqlite3_bind_int64(statement, 1, sequence);
    return tf_store_step(store, statement, fault);
}

static enum tf_err append(struct tf_store *store, unsigned stream, struct tf_str key, struct tf_str value, struct tf_fault *fault)
{
    sqlite3_stmt *statement;
    int64_t before;
    TF_TRY(tf_store_statement(store, TF_STATEMENT_ADD_ROW, &statement, fault));
    sqlite3_bind_int64(statement, 1, stream);
    sqlite3_bind_blob(statement, 2, key.ptr, (int)key.len, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 3, value.ptr, (int)value.len, SQLITE_STATIC);
    TF_TRY(tf_store_step(store, statement, fault));
    if (!tf_row_index_put(&store->rows, stream, key, sqlite3_last_insert_rowid(store->db), &before))
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for the rows of %s", store->folder);
    return drop(store, before, fault);
}

enum tf_err tf_store_put_row(struct tf_store *store, unsigned stream, struct tf_str key, struct tf_str value, struct tf_fault *fault)
{
    pthread_mutex_lock(&store->lock);
    const enum tf_err err = tf_str_present(value) ? append(store, stream, key, value, fault)
                                                  : drop(store, tf_row_index_take(&store->rows, stream, key), fault);
    pthread_mutex_unlock(&store->lock);
    return err;
}
