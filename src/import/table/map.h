/* What the columns of a table mean: members of one kind of record, from a map file or from well-known headers. */
#ifndef TAXFLOW_IMPORT_TABLE_MAP_H
#define TAXFLOW_IMPORT_TABLE_MAP_H

#include "cell.h"
#include "taxflow/arena.h"
#include "taxflow/event_member.h"

enum { TF_MAP_COLUMNS_MAX = 128, TF_MAP_WORDS_MAX = 8, TF_MAP_RATES_MAX = 8, TF_MAP_NO_COLUMN = -1 };

/* Whether amounts stand as SAP stores them, with two decimals whatever their currency, or as it shows them. */
enum tf_map_scale { TF_SCALE_UNKNOWN, TF_SCALE_STORED, TF_SCALE_SHOWN };

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
    const char *date_form;      /* of a DATE whose file declares how dates are written: "DD.MM.YYYY"; NULL: as dates says */
    unsigned date_epoch;        /* years of two digits below it are of this century */
    uint8_t implied_decimals;   /* digits of a DECIMAL that stand behind a point nobody writes */
    bool unsigned_amount;       /* what turns amounts negative does not mean this one: a rate */
    bool percent;               /* a % behind it is no part of it */
    bool inner;                 /* no member of records: what a reader makes members of */
    bool key;                   /* rows whose keys agree are one document */
};

struct tf_map {
    enum tf_kind kind;
    struct tf_map_column columns[TF_MAP_COLUMNS_MAX]; /* in the order of their members' parts */
    size_t count;
    char delimiter;             /* 0: found */
    const char *encoding;       /* NULL: found */
    char decimal;               /* of all amounts; 0: found */
    char decimal_of_form;       /* what the form of the file prescribes where no amount shows it; 0: nothing */
    enum tf_cell_dates dates;   /* of all dates; UNKNOWN: found */
    struct tf_str sign_header;  /* column whose words turn amounts negative; absent: none */
    int sign_index;
    struct tf_str negative[TF_MAP_WORDS_MAX];
    size_t negative_count;
    struct tf_str positive[TF_MAP_WORDS_MAX]; /* the words that leave them as they are; none: all others do */
    size_t positive_count;
    uint64_t header_line;       /* 1 unless a title stands above; 0: there is none, the columns are declared elsewhere */
    char quote;                 /* around cells; NUL: none */
    bool quoted_as_header;      /* none where the header has none: the form knows no quotes, and some write them */
    struct tf_str table;        /* of a package: the one whose columns these are; absent: any */
    enum tf_map_scale scale;    /* as a user says */
    bool gathers;               /* several rows are one document: their "lines.0" are its lines */
    bool settings_only;         /* a map file that names no columns: how a known format is written */
    int contra_debit_at, contra_credit_at; /* of a row that is a booking on two accounts: the sides of the second one; TF_MAP_NO_COLUMN: none */
    int amount_at, debit_at, credit_at; /* once complete: the inner amount of a line, and the sides it goes to; TF_MAP_NO_COLUMN: none */
    int rates[TF_MAP_RATES_MAX][4];     /* once complete, of each element of an invoice's VAT breakdown: rate, net, tax, category (rates.h) */
    size_t rates_count;
    int net_at, vat_at;                 /* where rates_count > 0: the totals */
    bool rate_has_totals, sums_net, sums_vat;
};

#define TF_MAP_EMPTY ((struct tf_map){.header_line = 1, .quote = '"'})

/**
 * Read a map file (libconfig; README "Maps"). arena: for its texts.
 * Returns TF_OK; TF_E_CONFIG with file:line, reason and remedy; TF_E_NO_INPUT, TF_E_MEMORY.
 */
enum tf_err tf_map_read(const char *path, struct tf_arena *arena, struct tf_map *ret_map, struct tf_fault *fault) TF_MUST_CHECK;
/** Whether a column's name is one of the names between bars: "|amount|betrag|", in lower case. */
bool tf_map_is_named(struct tf_str name, const char *names);
/** Make the map of a well-known header; false when the names do not suffice for any kind. arena: for texts that no header has as they are needed. */
bool tf_map_of_header(const struct tf_str *names, size_t count, struct tf_arena *arena, struct tf_map *ret_map);
/** Whether two columns are one amount by their names, so that nobody but a user knows which is meant. */
bool tf_map_is_open(const struct tf_map *map, const struct tf_str *names, size_t count, struct tf_str *ret_first, struct tf_str *ret_second);
/** Whether a column tells debit from credit and the map does not say what its words mean. */
bool tf_map_lacks_side(const struct tf_map *map, const struct tf_str *names, size_t count, struct tf_str *ret_name);
/** What a user says of how a file is written, and whose it is, into the map of its form. */
void tf_map_take_settings(struct tf_map *map, const struct tf_map *settings);
/** What a user says of the column that makes amounts negative goes before what its name says. */
void tf_map_take_sign(struct tf_map *map, const struct tf_map *settings);
/** As tf_event_member, for inner members too: "journal.lines.0.amount" (a line's amount, credits negative), "journal.lines.0.number". */
enum tf_member_type tf_map_member_type(enum tf_kind kind, struct tf_str member);
/** Find the columns in a header. TF_E_VALUE naming the one that is missing, with the nearest there is. */
enum tf_err tf_map_bind(struct tf_map *map, const struct tf_str *names, size_t count, const char *file, struct tf_fault *fault) TF_MUST_CHECK;
/** TF_E_VALUE naming a column that was found and stands in the header a second time. */
enum tf_err tf_map_refuse_twins(const struct tf_map *map, const struct tf_str *names, size_t count, const char *file, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Add what records have beside their columns: their kind, a company, the sides of an amount, the keys of documents; and put the columns in the order in
 * which members are written. False past TF_MAP_COLUMNS_MAX.
 */
bool tf_map_complete(struct tf_map *map, const char *company);
/** Where the column of a member stands; TF_MAP_NO_COLUMN: nowhere. Inner members too. */
int tf_map_find(const struct tf_map *map, const char *member);
/** Add a column; false past TF_MAP_COLUMNS_MAX. Absent header: a constant, or, where it is absent too, what a reader puts there. */
bool tf_map_add(struct tf_map *map, struct tf_str member, enum tf_member_type type, struct tf_str header, struct tf_str value);

#endif
