/*
 * GDPdU (GoBD) packages: index.xml says which tables there are, where, and how they are written; what a table holds is told by its columns' names or by a
 * map with its name. A table that is neither is told as such, and the others are read.
 */
#include <stdlib.h>
#include <string.h>

#include "../file_rules.h"
#include "../table/delimited.h"
#include "gdpdu_index.h"

enum { ARENA_BYTES_MAX = 16 << 20, PATH_BYTES = 4096 };

struct gdpdu {
    const char *name;
    const struct tf_import_options *options;
    const struct tf_import_sink *sink;
    struct tf_arena *arena;
    struct tf_gdpdu_index *index;
    struct tf_map own;          /* the user's */
    size_t read;                /* tables that were */
    struct tf_import_tally tally;
    struct tf_fault *fault;
};

/* One table on its way: the general one first, so that it is found from it. */
struct described {
    struct tf_table table;
    const struct gdpdu *gdpdu;
    const struct tf_gdpdu_table *says;
    bool unknown;               /* its columns say nothing */
};

/* ---- Places ---- */

/* Where a table's file lies: beside the index. False when it would lie elsewhere. */
static bool place_of(const char *index, struct tf_str url, char path[PATH_BYTES])
{
    const char *slash = strrchr(index, '/');
    if (!tf_gdpdu_index_inside(url))
        return false;
    int len = snprintf(path, PATH_BYTES, "%.*s%.*s", slash ? (int)(slash - index + 1) : 0, index, TF_STR_ARGS(url));
    for (char *c = path; *c && len < PATH_BYTES; c++)
        if (*c == '\\')
            *c = '/';
    return len < PATH_BYTES;
}

/* Windows does not tell letters apart. */
static const struct tf_import_file *find_file(const struct gdpdu *g, const struct tf_gdpdu_table *table, uint32_t *ret_number)
{
    char path[PATH_BYTES];
    if (!place_of(g->name, table->url, path))
        return NULL;
    for (size_t i = 1; i < g->options->files_count; i++)
        if (strcasecmp(g->options->files[i].name, path) == 0) {
            *ret_number = (uint32_t)i;
            return &g->options->files[i];
        }
    return NULL;
}

/* ---- Tables ---- */

static bool is_users(const struct gdpdu *g, const struct tf_gdpdu_table *table)
{
    return g->own.count > 0 && !g->own.settings_only
           && (tf_str_ieq(g->own.table, table->name) || tf_str_ieq(g->own.table, table->url) || (!tf_str_present(g->own.table) && g->index->count == 1));
}

static const struct tf_gdpdu_column *column_of(const struct tf_gdpdu_table *table, struct tf_str name)
{
    for (size_t i = 0; i < table->columns_count; i++)
        if (tf_str_ieq(table->columns[i].name, name))
            return &table->columns[i];
    return NULL;
}

/* How the index says cells are written. */
static void declare(struct tf_map *map, const struct tf_gdpdu_table *table)
{
    map->header_line = 0;
    map->delimiter = table->fixed ? '\x01' : table->delimiter; /* nothing parts what has its width */
    map->quote = table->fixed ? '\0' : table->quote;
    map->encoding = table->encoding;
    map->decimal = table->decimal;
    for (size_t i = 0; i < map->count; i++) {
        const struct tf_gdpdu_column *column = column_of(table, map->columns[i].header);
        if (!column)
            continue;
        map->columns[i].implied_decimals = (uint8_t)column->implied_decimals;
        map->columns[i].date_form = column->date_form.ptr;
        map->columns[i].date_epoch = table->epoch;
    }
}

static enum tf_err recognise(struct tf_table *table, const struct tf_str *names, size_t count, struct tf_fault *fault)
{
    struct described *d = (struct described *)table;
    if (is_users(d->gdpdu, d->says))
        table->map = d->gdpdu->own;
    else
        d->unknown = !tf_map_of_header(names, count, table->arena, &table->map);
    if (d->unknown)
        return tf_fault_set(fault, TF_E_VALUE, "%s: no column is known", table->name);
    if (!is_users(d->gdpdu, d->says))
        TF_TRY(tf_table_ask(table, names, count, fault));
    if (d->gdpdu->own.settings_only)
        tf_map_take_settings(&table->map, &d->gdpdu->own);
    declare(&table->map, d->says);
    return TF_OK;
}

static void tell_index(const struct gdpdu *g)
{
    if (g->options->of_file)
        g->options->of_file(g->sink->self, 0);
}

/* Packages hold master data and more beside ledgers: that a table is not read is told, and no fault of the package. */
static enum tf_err skip(struct gdpdu *g, const struct tf_gdpdu_table *table, const char *why)
{
    const struct tf_import_finding finding = {.rule = TF_FILE_RULE_LEDGER_UNREAD, .line = table->line, .path = table->name, .observed = tf_str_of(why)};
    tell_index(g);
    return tf_import_tell(&g->tally, &finding, g->sink);
}

static bool describe(struct described *d)
{
    const struct tf_gdpdu_table *says = d->says;
    struct tf_str *names = tf_arena_calloc(d->table.arena, says->columns_count + 1, sizeof *names);
    struct tf_table_cut *cuts = tf_arena_calloc(d->table.arena, says->columns_count + 1, sizeof *cuts);
    for (size_t i = 0; names && cuts && i < says->columns_count; i++) {
        names[i] = says->columns[i].name;
        cuts[i] = (struct tf_table_cut){says->columns[i].from, says->columns[i].to};
    }
    d->table.names = names;
    d->table.names_count = says->columns_count;
    d->table.cuts = says->fixed ? cuts : NULL;
    d->table.first_line = says->first_row;
    d->table.map = TF_MAP_EMPTY;
    declare(&d->table.map, says);
    return names && cuts;
}

static enum tf_err read_table(struct gdpdu *g, const struct tf_gdpdu_table *says)
{
    struct described d = {.gdpdu = g, .says = says};
    const struct tf_import_file *file = find_file(g, says, &d.table.file);
    if (says->strange)
        return skip(g, says, says->strange);
    if (!file)
        return skip(g, says, "the table's file is not there; give the folder or the ZIP archive that holds index.xml and all its files");
    enum tf_err err = tf_import_file_open(g->options, g->sink, d.table.file, &d.table.fd, g->fault);
    if (tf_err_class(err) == TF_CLASS_DROP)
        return skip(g, says, "the table's file cannot be read where it lies");
    TF_TRY(err);
    d.table.name = file->name;
    d.table.options = g->options;
    d.table.arena = g->arena;
    d.table.recognise = recognise;
    if (!describe(&d))
        return tf_fault_set(g->fault, TF_E_LIMIT, "%s: the index is longer than indexes are", g->name);
    err = tf_table_learn(&d.table, g->fault);
    if (d.unknown)
        return skip(g, says, "its columns say neither payments, invoices nor a ledger; say with --map=FILE what they mean, with table = its name");
    TF_TRY(err);
    g->read++;
    if (g->options->of_file)
        g->options->of_file(g->sink->self, d.table.file);
    return tf_table_convert(&d.table, &g->tally, g->sink, g->fault);
}

static enum tf_err read_all(struct gdpdu *g)
{
    if (g->options->map)
        TF_TRY(tf_map_read(g->options->map, g->arena, &g->own, g->fault));
    for (size_t i = 0; i < g->index->count; i++)
        TF_TRY(read_table(g, &g->index->tables[i]));
    if (g->read > 0) {
        tell_index(g);
        return tf_import_tell_tally(&g->tally, g->sink);
    }
    return tf_fault_set(g->fault, TF_E_VALUE, "%s: none of its %zu tables is read; give the folder or the ZIP archive with their files, and say with --map=FILE what "
                                              "the columns of one mean, with table = its name", g->name, g->index->count);
}

bool tf_gdpdu_begins(struct tf_str head) { return tf_signs_xml(head, "DataSet", NULL) && memmem(head.ptr, head.len, "<Media", 6) != NULL; }

enum tf_err tf_gdpdu_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct gdpdu *g = calloc(1, sizeof *g);
    if (!g)
        return TF_E_MEMORY;
    g->name = name;
    g->options = options;
    g->sink = sink;
    g->fault = fault;
    g->arena = tf_arena_create(ARENA_BYTES_MAX);
    g->index = g->arena ? tf_arena_alloc(g->arena, sizeof *g->index) : NULL;
    enum tf_err err = g->index ? tf_gdpdu_index_read(fd, name, g->arena, g->index, fault) : TF_E_MEMORY;
    if (err == TF_OK)
        err = read_all(g);
    tf_arena_destroy(g->arena);
    free(g);
    return err;
}

enum tf_err tf_gdpdu_parts(int fd, const char *name, enum tf_err (*part)(void *self, const char *path), void *self, struct tf_fault *fault)
{
    static const char *const grammars[] = {"gdpdu-01-08-2002.dtd", "gdpdu-01-09-2004.dtd"}; /* lie beside it, and nobody reads them */
    struct tf_arena *arena = tf_arena_create(ARENA_BYTES_MAX);
    struct tf_gdpdu_index *index = arena ? tf_arena_alloc(arena, sizeof *index) : NULL;
    enum tf_err err = index ? tf_gdpdu_index_read(fd, name, arena, index, fault) : TF_E_MEMORY;
    for (size_t i = 0; err == TF_OK && i < index->count + sizeof grammars / sizeof grammars[0]; i++) {
        char path[PATH_BYTES];
        if (place_of(name, i < index->count ? index->tables[i].url : tf_str_of(grammars[i - index->count]), path))
            err = part(self, path);
    }
    tf_arena_destroy(arena);
    return err;
}
