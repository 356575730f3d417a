/* Map files. */
#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "map.h"

/* What is being read, for words. */
struct reader {
    const char *path;
    struct tf_arena *arena;
    struct tf_map *map;
    struct tf_fault *fault;
};

static enum tf_err wrong(const struct reader *reader, const config_setting_t *at, const char *format, ...) TF_PRINTF(3, 4);
static enum tf_err wrong(const struct reader *reader, const config_setting_t *at, const char *format, ...)
{
    char text[TF_FAULT_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return tf_fault_set(reader->fault, TF_E_CONFIG, "%s:%u: %s", reader->path, at ? config_setting_source_line(at) : 1U, text);
}

/* A text, kept; empty ones are refused. */
static enum tf_err read_text(const struct reader *reader, const config_setting_t *at, struct tf_str *ret_text)
{
    const char *text = config_setting_get_string(at);
    if (!text || tf_str_blank(tf_str_of(text)))
        return wrong(reader, at, "%s must be a text in quotes", config_setting_name(at) ? config_setting_name(at) : "an entry");
    *ret_text = tf_arena_dup(reader->arena, tf_str_of(text));
    return ret_text->ptr ? TF_OK : TF_E_MEMORY;
}

static enum tf_err read_kind(const struct reader *reader, const config_setting_t *at)
{
    struct tf_str word;
    TF_TRY(read_text(reader, at, &word));
    return tf_event_member_kind(word, &reader->map->kind)
               ? TF_OK
               : wrong(reader, at, "kind must be invoice, credit_note, payment, journal, party, return or account");
}

static enum tf_err read_delimiter(const struct reader *reader, const config_setting_t *at)
{
    struct tf_str text;
    TF_TRY(read_text(reader, at, &text));
    bool tab = tf_str_is(text, "tab");
    if (!tab && (text.len != 1 || !strchr(";,|", text.ptr[0])))
        return wrong(reader, at, "delimiter must be \";\", \",\", \"|\" or \"tab\"");
    reader->map->delimiter = tab ? '\t' : text.ptr[0];
    return TF_OK;
}

static enum tf_err read_decimal(const struct reader *reader, const config_setting_t *at)
{
    struct tf_str text;
    TF_TRY(read_text(reader, at, &text));
    if (text.len != 1 || (text.ptr[0] != '.' && text.ptr[0] != ','))
        return wrong(reader, at, "decimal must be \".\" or \",\"");
    reader->map->decimal = text.ptr[0];
    return TF_OK;
}

static enum tf_err read_dates(const struct reader *reader, const config_setting_t *at)
{
    static const struct { const char *word; enum tf_cell_dates dates; } words[] = {
        {"YYYY-MM-DD", TF_DATES_YEAR_FIRST}, {"YYYYMMDD", TF_DATES_YEAR_FIRST},  {"DD.MM.YYYY", TF_DATES_DAY_FIRST},
        {"DD/MM/YYYY", TF_DATES_DAY_FIRST},  {"DD-MM-YYYY", TF_DATES_DAY_FIRST}, {"MM/DD/YYYY", TF_DATES_MONTH_FIRST},
        {"MM-DD-YYYY", TF_DATES_MONTH_FIRST}};
    struct tf_str text;
    TF_TRY(read_text(reader, at, &text));
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!tf_str_is(text, words[i].word))
            continue;
        reader->map->dates = words[i].dates;
        return TF_OK;
    }
    return wrong(reader, at, "dates must be YYYY-MM-DD, YYYYMMDD, DD.MM.YYYY, DD/MM/YYYY, DD-MM-YYYY, MM/DD/YYYY or MM-DD-YYYY");
}

static enum tf_err read_encoding(const struct reader *reader, const config_setting_t *at)
{
    struct tf_str text;
    TF_TRY(read_text(reader, at, &text));
    reader->map->encoding = text.ptr;
    return TF_OK;
}

static enum tf_err read_company(const struct reader *reader, const config_setting_t *at)
{
    struct tf_str text;
    TF_TRY(read_text(reader, at, &text));
    return tf_map_add(reader->map, TF_STR("company"), TF_MEMBER_TEXT, TF_STR_NONE, text) ? TF_OK : wrong(reader, at, "too many members");
}

static enum tf_err read_id(const struct reader *reader, const config_setting_t *at)
{
    struct tf_str text;
    TF_TRY(read_text(reader, at, &text));
    return tf_str_is(text, "content") ? TF_OK : wrong(reader, at, "id must be \"content\": a row's content and which occurrence of it this is");
}

static enum tf_err read_header_line(const struct reader *reader, const config_setting_t *at)
{
    int line = config_setting_get_int(at);
    if (config_setting_type(at) != CONFIG_TYPE_INT || line < 1 || line > 1000)
        return wrong(reader, at, "header_line must be within 1..1000");
    reader->map->header_line = (uint64_t)line;
    return TF_OK;
}

static enum tf_err read_negative(const struct reader *reader, const config_setting_t *at)
{
    const config_setting_t *column = config_setting_get_member(at, "column"), *values = config_setting_get_member(at, "values");
    if (!column || !values || config_setting_length(values) < 1 || config_setting_length(values) > TF_MAP_WORDS_MAX)
        return wrong(reader, at, "negative must be a group: { column = \"D/C\"; values = [ \"C\" ]; }");
    TF_TRY(read_text(reader, column, &reader->map->sign_header));
    reader->map->negative_count = (size_t)config_setting_length(values);
    for (size_t i = 0; i < reader->map->negative_count; i++)
        TF_TRY(read_text(reader, config_setting_get_elem(values, (unsigned)i), &reader->map->negative[i]));
    return TF_OK;
}

static enum tf_err read_table(const struct reader *reader, const config_setting_t *at)
{
    return read_text(reader, at, &reader->map->table);
}

static enum tf_err read_amounts(const struct reader *reader, const config_setting_t *at)
{
    struct tf_str text;
    TF_TRY(read_text(reader, at, &text));
    if (!tf_str_is(text, "stored") && !tf_str_is(text, "shown"))
        return wrong(reader, at, "amounts must be \"stored\" (as SAP keeps them: 1,000 yen are 10.00) or \"shown\"");
    reader->map->scale = tf_str_is(text, "stored") ? TF_SCALE_STORED : TF_SCALE_SHOWN;
    return TF_OK;
}

/* Columns are read once the kind is known. */
static enum tf_err read_later(const struct reader *reader, const config_setting_t *at)
{
    (void)reader;
    (void)at;
    return TF_OK;
}

static const struct { const char *name; enum tf_err (*read)(const struct reader *reader, const config_setting_t *at); } members[] = {
    {"kind", read_kind},         {"company", read_company}, {"columns", read_later},   {"delimiter", read_delimiter},
    {"decimal", read_decimal},   {"dates", read_dates},     {"encoding", read_encoding}, {"header_line", read_header_line},
    {"negative", read_negative}, {"id", read_id},           {"amounts", read_amounts},
    {"table", read_table},
};

static enum tf_err read_root_member(const struct reader *reader, const config_setting_t *at)
{
    const char *name = config_setting_name(at), *best = NULL;
    size_t distance = 4;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(members[i].name, name) == 0)
            return members[i].read(reader, at);
        size_t off = tf_str_distance(tf_str_of(name), tf_str_of(members[i].name));
        if (off < distance) {
            distance = off;
            best = members[i].name;
        }
    }
    return best ? wrong(reader, at, "unknown setting \"%s\"; did you mean \"%s\"?", name, best) : wrong(reader, at, "unknown setting \"%s\"", name);
}

/* The nearest member's path, for words. */
struct guess {
    struct tf_str word;
    char best[128];
    size_t distance;
};

static void guess_member(void *self, const char *path, enum tf_member_type type)
{
    struct guess *guess = self;
    const char *last = strrchr(path, '.');
    size_t whole = tf_str_distance(guess->word, tf_str_of(path)), tail = last ? tf_str_distance(guess->word, tf_str_of(last + 1)) : whole;
    size_t distance = whole < tail ? whole : tail;
    (void)type;
    if (distance >= guess->distance || distance * 2 > guess->word.len)
        return;
    guess->distance = distance;
    snprintf(guess->best, sizeof guess->best, "%s", path);
}

/* The path as it is, or within the kind's own member: "amount" for "payment.amount". */
static enum tf_err resolve(const struct reader *reader, const config_setting_t *at, struct tf_str *path, enum tf_member_type *ret_type)
{
    *ret_type = tf_map_member_type(reader->map->kind, *path);
    if (*ret_type != TF_MEMBER_NONE)
        return TF_OK;
    struct tf_str whole = tf_arena_printf(reader->arena, "%.*s.%.*s", TF_STR_ARGS(tf_event_member_of_kind(reader->map->kind)), TF_STR_ARGS(*path));
    *ret_type = whole.ptr ? tf_map_member_type(reader->map->kind, whole) : TF_MEMBER_NONE;
    if (*ret_type != TF_MEMBER_NONE) {
        *path = whole;
        return TF_OK;
    }
    struct guess guess = {.word = *path, .distance = 5};
    tf_event_member_each(reader->map->kind, guess_member, &guess);
    if (guess.best[0])
        return wrong(reader, at, "\"%.*s\" is no member of such a record; did you mean \"%s\"?", TF_STR_ARGS(*path), guess.best);
    return wrong(reader, at, "\"%.*s\" is no member of such a record; see README, \"Records\"", TF_STR_ARGS(*path));
}

static enum tf_err read_column(const struct reader *reader, const config_setting_t *at)
{
    const config_setting_t *member = config_setting_get_member(at, "member"), *column = config_setting_get_member(at, "column"),
                           *value = config_setting_get_member(at, "value");
    struct tf_str path, header = TF_STR_NONE, constant = TF_STR_NONE;
    enum tf_member_type type;
    if (!member || (column != NULL) == (value != NULL))
        return wrong(reader, at, "a column is { member = \"amount\"; column = \"Betrag\"; } or { member = \"currency\"; value = \"EUR\"; }");
    TF_TRY(read_text(reader, member, &path));
    TF_TRY(column ? read_text(reader, column, &header) : read_text(reader, value, &constant));
    TF_TRY(resolve(reader, member, &path, &type));
    for (size_t i = 0; i < reader->map->count; i++)
        if (tf_str_eq(reader->map->columns[i].member, path))
            return wrong(reader, member, "the member \"%.*s\" stands twice; leave one of them", TF_STR_ARGS(path));
    return tf_map_add(reader->map, path, type, header, constant) ? TF_OK : wrong(reader, at, "more than %d columns", TF_MAP_COLUMNS_MAX);
}

static enum tf_err read_root(const struct reader *reader, const config_t *config)
{
    const config_setting_t *root = config_root_setting(config), *columns = config_lookup(config, "columns");
    reader->map->settings_only = !columns && !config_lookup(config, "kind") && config_setting_length(root) > 0;
    for (int i = 0; reader->map->settings_only && i < config_setting_length(root); i++)
        TF_TRY(read_root_member(reader, config_setting_get_elem(root, (unsigned)i)));
    if (reader->map->settings_only)
        return TF_OK;
    if (!config_lookup(config, "kind"))
        return wrong(reader, NULL, "kind is missing: kind = \"payment\";");
    if (!columns || config_setting_length(columns) == 0 || !config_setting_is_list(columns))
        return wrong(reader, columns, "columns must be a list: columns = ( { member = \"amount\"; column = \"Betrag\"; } );");
    for (int i = 0; i < config_setting_length(root); i++)
        TF_TRY(read_root_member(reader, config_setting_get_elem(root, (unsigned)i)));
    for (int i = 0; i < config_setting_length(columns); i++)
        TF_TRY(read_column(reader, config_setting_get_elem(columns, (unsigned)i)));
    return TF_OK;
}

enum tf_err tf_map_read(const char *path, struct tf_arena *arena, struct tf_map *ret_map, struct tf_fault *fault)
{
    TF_CLEANUP(config_destroy) config_t config;
    const struct reader reader = {path, arena, ret_map, fault};
    *ret_map = TF_MAP_EMPTY;
    config_init(&config);
    FILE *file = fopen(path, "re");
    if (!file)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s: the map cannot be read; give the path of a readable file to --map", path);
    int read = config_read(&config, file);
    fclose(file);
    if (!read)
        return tf_fault_set(fault, TF_E_CONFIG, "%s:%d: %s", path, config_error_line(&config), config_error_text(&config));
    return read_root(&reader, &config);
}
