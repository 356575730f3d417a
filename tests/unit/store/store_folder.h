/* What the tests of a store share: a folder that is made and removed with each test, and a store in it. */
#ifndef TAXFLOW_TESTS_STORE_FOLDER_H
#define TAXFLOW_TESTS_STORE_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "taxflow/store.h"

static char folder[64];

static inline int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/taxflow-store-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(rmdir(folder), 0);
    return 0;
}

static inline int remove_folder(void **state)
{
    static const char *const names[] = {"state.db", "state.db-journal"};
    char path[96];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    return 0;
}

static inline enum tf_err try_open(bool read_only, struct tf_store **ret_store, struct tf_fault *fault)
{
    return tf_store_open(&(struct tf_store_options){.folder = folder, .read_only = read_only}, ret_store, fault);
}

static inline struct tf_store *opened(bool read_only)
{
    struct tf_store *store = NULL;
    struct tf_fault fault = {0};
    const enum tf_err err = try_open(read_only, &store, &fault);
    if (err != TF_OK)
        fail_msg("%s", fault.text);
    return store;
}

static inline void commit(struct tf_store *store)
{
    struct tf_fault fault = {0};
    assert_int_equal(tf_store_commit(store, &fault), TF_OK);
    tf_store_close(store);
}

#endif
