/* Files of delimited text that have a form of their own. */
#ifndef TAXFLOW_IMPORT_TABLE_DELIMITED_H
#define TAXFLOW_IMPORT_TABLE_DELIMITED_H

#include "gather.h"
#include "table.h"

/* One column of a form: the names it may have, between bars, and the member it is. */
struct tf_form_column {
    const char *names, *member;
    enum tf_member_type type;   /* of inner columns; NONE: text */
    bool key, inner, required;
    bool unsigned_amount;       /* the column of sides does not turn it negative */
    const char *constant;       /* names NULL: of every row; both NULL: what shape puts there */
};

struct tf_form {
    const char *title;          /* "FEC" */
    enum tf_kind kind;
    const struct tf_form_column *columns;
    size_t count;
    const char *amounts;        /* the column that is missed where a ledger has no amounts */
    /* How such files are written, before their header is read. NULL: nothing is told. */
    void (*settings)(struct tf_map *map);
    /* As tf_gather_options; of forms whose rows are records each row, whole (line true). NULL: nothing to do. */
    enum tf_err (*shape)(void *self, struct tf_row *row, bool line, struct tf_problem *problem);
    void *self;
    /* What the form says of a file's name. Returns what the sink does. NULL: nothing. */
    enum tf_err (*look)(const char *path, struct tf_import_tally *tally, const struct tf_import_sink *sink);
};

/** Read a file of a form. Returns as tf_import_read. */
enum tf_err tf_form_read(const struct tf_form *form, int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink,
                         struct tf_fault *fault) TF_MUST_CHECK;
/** Hand on the rows of a table that was learnt, of its form if it has one; what its entries break is counted. Returns as tf_import_read. */
enum tf_err tf_table_convert(struct tf_table *table, struct tf_import_tally *tally, const struct tf_import_sink *sink, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Make the map of a form and a header, or of several tables' headers that are one form together: columns that are not in it have no header.
 * settings  what the user says; its company too.
 * Returns false past TF_MAP_COLUMNS_MAX, or, with the names that are missing, where a required one is.
 */
bool tf_form_map(const struct tf_form *form, const struct tf_str *names, size_t count, const struct tf_map *settings, struct tf_map *ret_map,
                 const char **ret_missing);
/** The first of names between bars, for words. */
struct tf_str tf_form_name(const char *names);
/** Put a text into a column, for shape; one that is longer than cells are leaves it as it is. */
void tf_form_set(struct tf_row *row, int column, struct tf_str text);
/** The value of a member; absent when the map has none. */
struct tf_str tf_form_value(const struct tf_row *row, const char *member);
/** After tf_map_of_header: TF_E_VALUE with a question that no header answers and nobody may guess. */
enum tf_err tf_table_ask(const struct tf_table *table, const struct tf_str *names, size_t count, struct tf_fault *fault) TF_MUST_CHECK;
/** The first line, as much of it as room holds, without what UTF-16 puts between its letters. */
struct tf_str tf_form_first_line(struct tf_str head, char *room, size_t size);
/** Whether the first line of a file has columns of these names; head may be UTF-16. names: each between bars, NULL at the end. */
bool tf_form_begins(struct tf_str head, const char *const names[]);

#endif
