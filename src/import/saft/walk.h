/* A SAF-T file element by element, in bounded memory. A table says which elements are looked at; what stands in none of its rows is passed over. */
#ifndef TAXFLOW_IMPORT_SAFT_WALK_H
#define TAXFLOW_IMPORT_SAFT_WALK_H

#include "taxflow/err.h"
#include "taxflow/str.h"

#define TF_SAFT_STATES(X)                                                                                                                            \
    X(ROOT)                                                                                                                                          \
    X(FILE) X(HEADER) X(COMPANY) X(COMPANY_TAX) X(COMPANY_ADDRESS) X(SELECTION) X(MASTERS) X(ACCOUNTS) X(ACCOUNT) X(CUSTOMERS) X(SUPPLIERS)          \
        X(CUSTOMER) X(SUPPLIER) X(PARTY_ADDRESS) X(BALANCE) X(TAX_TABLE) X(TAX_ENTRY) X(TAX_DETAILS) X(ENTRIES) X(JOURNAL) X(TRANSACTION) X(LINES)   \
            X(LINE) X(DEBIT) X(CREDIT) X(TAX_INFORMATION) X(TAX_AMOUNT) X(SOURCES) X(SALES) X(MOVEMENTS) X(WORKING) X(PAYMENTS) X(INVOICE)           \
                X(STOCK_MOVEMENT) X(WORK_DOCUMENT) X(PAYMENT) X(STATUS) X(DOCUMENT_LINE) X(PAID) X(REFERENCES) X(LINE_TAX) X(TOTALS)       \
                    X(PURCHASES) X(ASSETS) X(CUSTOMER_INFO) X(SUPPLIER_INFO) X(LINE_AMOUNT) X(DOCUMENT_TAX) X(TOTAL_TAX) X(TAX_DEBIT) X(TAX_CREDIT)  \
                        X(CREDITED) X(BANK_ACCOUNT) X(PARTY_TAX) X(TEXT_ONLY)

enum tf_saft_state {
#define X(name) TF_SAFT_##name,
    TF_SAFT_STATES(X)
#undef X
        TF_SAFT_STATE_COUNT
};

enum { TF_SAFT_DEPTH_MAX = 64, TF_SAFT_TEXT_BYTES = 64 * 1024 };

/* What is told; any failure ends the walk. line: of the file, from 1. */
struct tf_saft_calls {
    void *self;
    /* The root: its local name and its namespace, which says whose SAF-T it is. */
    enum tf_err (*root)(void *self, const char *name, const char *space);
    /* An element of the table that holds elements; state is what is inside of it. */
    enum tf_err (*begin)(void *self, enum tf_saft_state state, uint64_t line);
    enum tf_err (*end)(void *self, enum tf_saft_state state, uint64_t line);
    /* Text that is kept, trimmed and not empty: scope and offset as the row says. Up to the next call. */
    enum tf_err (*text)(void *self, int scope, size_t offset, struct tf_str text);
};

/**
 * Walk through a file, packed with gzip or not, in the encoding that its first line declares (Windows-1252 in Portugal).
 * fd      at its beginning; the caller's.
 * Returns TF_OK; TF_E_XML, TF_E_TOO_BIG (64 levels, 64 KiB of text in an element), TF_E_VALUE for a broken archive, each with line and reason; what a
 *         call returned.  No document type, no entities but XML's five, nothing from the network.   Cost  O(bytes), memory some 300 KiB.
 */
enum tf_err tf_saft_walk(int fd, const char *name, const struct tf_saft_calls *calls, struct tf_fault *fault) TF_MUST_CHECK;

#endif
