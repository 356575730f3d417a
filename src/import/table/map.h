/* What the columns of a table mean: members of one kind of record, from a map file or from well-known headers. */
#ifndef TAXFLOW_IMPORT_TABLE_MAP_H
#define TAXFLOW_IMPORT_TABLE_MAP_H

#include "cell.h"
#include "taxflow/arena.h"
#include "taxflow/event_member.h"

enum { TF_MAP_COLUMNS_MAX = 128, TF_MAP_WORDS_MAX = 8, TF_MAP_NO_COLUMN = -1 };

/* One member, and where its value comes from. */
struct tf_map_column {
    struct tf_str member;       /* its path: "payment.amount" */
    enum tf_member_type type;
    struct tf_str header;       /* of the column; absent: a constant */
    struct tf_str value;        /* the constant */
    int index;                  /* of the column, once the header is read; TF_MAP_NO_COLUMN for constants */
    struct tf_cell_signs signs; /* what its cells showed */
    char decimal;               /* of a DECIMAL: '.' or ',' */
    enum tf_cell_dates dates;   /* of a DATE or TIME */
};

struct tf_map {
    enum tf_kind kind;
    struct tf_map_column columns[TF_MAP_COLUMNS_MAX]; /* in the order of their members' parts */
    size_t count;
    char delimiter;             /* 0: found */
    const char *encoding;       /* NULL: found */
    char decimal;               /* of all amounts; 0: found, a column at a time */
    enum tf_cell_dates dates;   /* of all dates; UNKNOWN: found */
    struct tf_str sign_header;  /* column whose words turn amounts negative; absent: none */
    int sign_index;
    struct tf_str negative[TF_MAP_WORDS_MAX];
    size_t negative_count;
    uint64_t header_line;       /* 1 unless a title stands above */
};

/**
 * Read a map file (libconfig; README "Maps"). arena: for its texts.
 * Returns TF_OK; TF_E_CONFIG with file:line, reason and remedy; TF_E_NO_INPUT, TF_E_MEMORY.
 */
enum tf_err tf_map_read(const char *path, struct tf_arena *arena, struct tf_map *ret_map, struct tf_fault *fault) TF_MUST_CHECK;
/** Make the map of a well-known header; false when the names do not suffice for any kind. */
bool tf_map_of_header(const struct tf_str *names, size_t count, struct tf_map *ret_map);
/** Find the columns in a header. TF_E_VALUE naming the one that is missing, with the nearest there is. */
enum tf_err tf_map_bind(struct tf_map *map, const struct tf_str *names, size_t count, const char *file, struct tf_fault *fault) TF_MUST_CHECK;
/** Put the columns in the order in which a record's members are written. */
void tf_map_sort(struct tf_map *map);
/** Add a column; false past TF_MAP_COLUMNS_MAX. Absent header: a constant. */
bool tf_map_add(struct tf_map *map, struct tf_str member, enum tf_member_type type, struct tf_str header, struct tf_str value);

#endif
