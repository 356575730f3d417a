/*
 * index.xml of a GDPdU (GoBD) package: which tables there are, in which files, and how they are written. Source: Beschreibungsstandard für die
 * Datenträgerüberlassung, version 1.1, gdpdu-01-08-2002.dtd and gdpdu-01-09-2004.dtd.
 */
#ifndef TAXFLOW_IMPORT_LEDGERS_GDPDU_INDEX_H
#define TAXFLOW_IMPORT_LEDGERS_GDPDU_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/arena.h"
#include "taxflow/csv.h"
#include "taxflow/err.h"

enum { TF_GDPDU_TABLES_MAX = 1000 };

struct tf_gdpdu_column {
    struct tf_str name;
    bool numeric;
    unsigned implied_decimals;
    struct tf_str date_form;    /* "DD.MM.YYYY"; absent: no date */
    size_t from, to;            /* of a table of fixed width: characters, from 1, the last one included */
};

struct tf_gdpdu_table {
    struct tf_str name, url;
    uint64_t line;              /* of index.xml */
    const char *encoding;       /* as iconv(3) has it; NULL: to be found */
    char decimal, delimiter, quote; /* quote NUL: none */
    uint64_t first_row;         /* from 1 */
    unsigned epoch;
    bool fixed;
    const char *strange;        /* something of it that is not read, in words; NULL: nothing */
    struct tf_gdpdu_column *columns;
    size_t columns_count;
};

struct tf_gdpdu_index {
    struct tf_gdpdu_table tables[TF_GDPDU_TABLES_MAX];
    size_t count;
};

/** Read it; texts go to the arena. Returns TF_OK; TF_E_XML, TF_E_VALUE, TF_E_TOO_BIG with line and reason; TF_E_IO, TF_E_MEMORY. */
enum tf_err tf_gdpdu_index_read(int fd, const char *name, struct tf_arena *arena, struct tf_gdpdu_index *ret_index, struct tf_fault *fault) TF_MUST_CHECK;
/** Whether a file's place lies in the package: no way up, no root. */
bool tf_gdpdu_index_inside(struct tf_str url);

#endif
