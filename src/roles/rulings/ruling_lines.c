/* Rulings from files: rows of taxflow.verdicts, or a findings.csv in which people filled in the column "verdict". */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "taxflow/csv.h"
#include "taxflow/rulings.h"

enum { RECORD_BYTES_MAX = 1 << 20, ARENA_BYTES_MAX = 1 << 20 };

struct columns { size_t event_id, rule, related, verdict; }; /* SIZE_MAX: not there */

static enum tf_err fail(struct tf_fault *fault, const char *path, uint64_t line, const char *words)
{
    return tf_fault_set(fault, TF_E_VALUE, "%s:%llu: %s", path, (unsigned long long)line, words);
}

static bool find_columns(const struct tf_csv *csv, struct columns *columns)
{
    const struct { const char *name; size_t *column; } wanted[] = {
        {"event id", &columns->event_id}, {"rule", &columns->rule}, {"related ids", &columns->related}, {"verdict", &columns->verdict}};
    for (size_t w = 0; w < sizeof wanted / sizeof wanted[0]; w++) {
        *wanted[w].column = SIZE_MAX;
        for (size_t c = 0; c < csv->count; c++)
            if (tf_str_ieq(tf_str_trim(csv->cells[c]), tf_str_of(wanted[w].name)))
                *wanted[w].column = c;
    }
    return columns->event_id != SIZE_MAX && columns->rule != SIZE_MAX && columns->verdict != SIZE_MAX;
}

/* findings.csv puts an apostrophe before what a spreadsheet would run. */
static struct tf_str cell(const struct tf_csv *csv, size_t column)
{
    if (column >= csv->count)
        return TF_STR_NONE;
    return tf_csv_undefused(tf_str_trim(csv->cells[column]));
}

static enum tf_err take_record(const struct tf_csv *csv, const struct columns *columns, const char *path,
                               enum tf_err (*visit)(void *self, const struct tf_ruling_line *line, struct tf_fault *fault), void *self,
                               struct tf_fault *fault)
{
    struct tf_ruling_line line = {.path = path,
                                  .line = csv->line,
                                  .event_id = cell(csv, columns->event_id),
                                  .rule = cell(csv, columns->rule),
                                  .related = cell(csv, columns->related)};
    struct tf_str verdict = cell(csv, columns->verdict);
    if (verdict.len == 0)
        return TF_OK;
    if (!tf_ruling_word(verdict, &line.dismissed))
        return fail(fault, path, csv->line, "the verdict must be confirmed or dismissed, or left empty");
    if (line.event_id.len == 0 || line.rule.len == 0)
        return fail(fault, path, csv->line, "a verdict stands beside no event id or no rule; leave the columns as `taxflow audit --out` wrote them");
    return visit(self, &line, fault);
}

static enum tf_err take_records(struct tf_csv *csv, const char *path,
                                enum tf_err (*visit)(void *self, const struct tf_ruling_line *line, struct tf_fault *fault), void *self,
                                struct tf_fault *fault)
{
    struct columns columns;
    bool more;
    enum tf_err err = tf_csv_next(csv, &more);
    if (err == TF_OK && (!more || !find_columns(csv, &columns)))
        return fail(fault, path, 1, "the first line must name the columns \"event id\", \"rule\" and \"verdict\", as findings.csv does");
    while (err == TF_OK) {
        err = tf_csv_next(csv, &more);
        if (err != TF_OK || !more)
            break;
        TF_TRY(take_record(csv, &columns, path, visit, self, fault));
    }
    if (err == TF_E_IO)
        return tf_fault_set(fault, err, "%s: cannot be read: %s", path, strerror(errno));
    return err == TF_OK || err == TF_E_MEMORY ? err : fail(fault, path, csv->line, csv->problem);
}

enum tf_err tf_ruling_lines(const char *path, enum tf_err (*visit)(void *self, const struct tf_ruling_line *line, struct tf_fault *fault), void *self,
                            struct tf_fault *fault)
{
    TF_CLEANUP(tf_csv_finish) struct tf_csv csv = {.text = NULL};
    FILE *in = fopen(path, "re");
    if (!in)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    tf_csv_init(&csv, in, 0, RECORD_BYTES_MAX);
    enum tf_err err = take_records(&csv, path, visit, self, fault);
    fclose(in);
    return err;
}

/* ---- Into a set, for audit ---- */

struct filling {
    struct tf_rulings *rulings;
    struct tf_arena *arena;
};

static enum tf_err put(const struct filling *filling, const struct tf_ruling *ruling, const char *path, uint64_t line, struct tf_fault *fault)
{
    enum tf_err err = tf_rulings_add(filling->rulings, ruling);
    return err == TF_OK ? err : tf_fault_set(fault, err == TF_E_FULL ? TF_E_LIMIT : err, "%s:%llu: more verdicts than can be kept", path, (unsigned long long)line);
}

/* The cell is what findings.csv wrote there: a JSON array of ids. */
static enum tf_err read_related(const struct tf_ruling_line *line, json_t *list, struct tf_ruling *ruling, struct tf_fault *fault)
{
    if (line->related.len == 0)
        return TF_OK;
    if (!json_is_array(list) || json_array_size(list) > TF_FRAUD_RELATED_MAX)
        return fail(fault, line->path, line->line, "\"related ids\" is not as `taxflow audit --out` wrote it");
    for (size_t i = 0; i < json_array_size(list); i++)
        ruling->related[ruling->related_count++] = tf_str_of(json_string_value(json_array_get(list, i)));
    return TF_OK;
}

static enum tf_err put_line(void *self, const struct tf_ruling_line *line, struct tf_fault *fault)
{
    struct tf_ruling ruling = {.event_id = line->event_id, .rule = line->rule, .dismissed = line->dismissed};
    json_t *list = line->related.len > 0 ? json_loadb(line->related.ptr, line->related.len, 0, NULL) : NULL;
    enum tf_err err = read_related(line, list, &ruling, fault);
    if (err == TF_OK)
        err = put(self, &ruling, line->path, line->line, fault);
    json_decref(list);
    return err;
}

static enum tf_err put_rows(const struct filling *filling, FILE *in, const char *path, struct tf_fault *fault)
{
    char *text = NULL;
    size_t cap = 0;
    ssize_t len;
    enum tf_err err = TF_OK;
    for (uint64_t line = 1; err == TF_OK && (len = getline(&text, &cap, in)) >= 0; line++) {
        struct tf_ruling ruling;
        struct tf_str row = tf_str_trim((struct tf_str){text, (size_t)len});
        tf_arena_rewind(filling->arena);
        if (row.len == 0)
            continue;
        if (tf_ruling_read(row, filling->arena, &ruling) != TF_OK)
            err = fail(fault, path, line, "no row of taxflow.verdicts: event_id, rule, related, verdict, by, reason, at");
        else
            err = put(filling, &ruling, path, line, fault);
    }
    free(text);
    return err;
}

static bool is_json(FILE *in)
{
    int c;
    while ((c = getc(in)) == ' ' || c == '\n' || c == '\r' || c == '\t')
        ;
    rewind(in);
    return c == '{';
}

enum tf_err tf_rulings_read_file(struct tf_rulings *rulings, const char *path, struct tf_fault *fault)
{
    struct filling filling = {rulings, tf_arena_create(ARENA_BYTES_MAX)};
    FILE *in = fopen(path, "re");
    enum tf_err err = TF_OK;
    if (!in)
        err = tf_fault_set(fault, TF_E_NO_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    else if (!filling.arena)
        err = TF_E_MEMORY;
    else if (is_json(in))
        err = put_rows(&filling, in, path, fault);
    else
        err = tf_ruling_lines(path, put_line, &filling, fault);
    if (in)
        fclose(in);
    tf_arena_destroy(filling.arena);
    return err;
}
