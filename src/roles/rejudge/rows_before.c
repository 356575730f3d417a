#include "rows_before.h"

#include <stdio.h>
#include <stdlib.h>

enum { PATH_BYTES = 4096, ARENA_BYTES_MAX = 64 << 20, BUFFER_BYTES = 1 << 18 };

struct tf_rows_before {
    struct tf_rejudge_totals *totals;
    struct tf_opinions *opinions;
    struct tf_arena *arena; /* of the row being read */
    FILE *in;
    char path[PATH_BYTES];
    char *line;
    size_t line_cap;
    struct tf_str next;     /* the row that comes next; absent: it was not fetched, or there is none */
    bool apart;             /* they do not come in step: what was left lies in `opinions` */
    char ruleset[TF_REJUDGE_RULESET_BYTES]; /* of the last row that was the same */
};

enum tf_err tf_rows_before_open(const char *folder, struct tf_rejudge_totals *totals, struct tf_opinions *opinions, struct tf_rows_before **ret_rows,
                                struct tf_fault *fault)
{
    struct tf_rows_before *rows = calloc(1, sizeof *rows);
    if (!rows)
        return TF_E_MEMORY;
    rows->totals = totals;
    rows->opinions = opinions;
    rows->arena = tf_arena_create(ARENA_BYTES_MAX);
    enum tf_err err = rows->arena ? TF_OK : TF_E_MEMORY;
    if (err == TF_OK && snprintf(rows->path, sizeof rows->path, "%s/fraud.ndjson", folder) >= (int)sizeof rows->path)
        err = tf_fault_set(fault, TF_E_NO_INPUT, "%s: the path is too long", folder);
    if (err == TF_OK && !(rows->in = fopen(rows->path, "re")))
        err = tf_fault_set(fault, TF_E_NO_INPUT, "%s cannot be read; --in is the folder that `taxflow audit --out` wrote", rows->path);
    if (err != TF_OK) {
        tf_rows_before_close(rows);
        return err;
    }
    setvbuf(rows->in, NULL, _IOFBF, BUFFER_BYTES);
    *ret_rows = rows;
    return TF_OK;
}

struct tf_rows_before *tf_rows_before_close(struct tf_rows_before *rows)
{
    if (!rows)
        return NULL;
    if (rows->in)
        fclose(rows->in);
    tf_arena_destroy(rows->arena);
    free(rows->line);
    free(rows);
    return NULL;
}

/* The next row into `next`, which is absent behind the last one. */
static enum tf_err fetch(struct tf_rows_before *rows, struct tf_fault *fault)
{
    if (tf_str_present(rows->next))
        return TF_OK;
    ssize_t len = getline(&rows->line, &rows->line_cap, rows->in);
    if (len > 0)
        rows->next = tf_str_trim((struct tf_str){rows->line, (size_t)len});
    else if (ferror(rows->in))
        return tf_fault_set(fault, TF_E_IO, "%s could not be read to its end", rows->path);
    return TF_OK;
}

static enum tf_err keep(struct tf_rows_before *rows)
{
    struct tf_opinion_row row;
    uint32_t n = 0;
    tf_arena_rewind(rows->arena);
    if (!tf_opinion_read(rows->totals, rows->next, rows->arena, &row)) {
        rows->totals->unreadable++;
        return TF_OK;
    }
    while (tf_opinions_find(rows->opinions, tf_opinion_nth(row.event_id, n)))
        n++;
    return tf_opinions_put(rows->opinions, tf_opinion_nth(row.event_id, n), &row.opinion);
}

/* All rows left go into the table. */
static enum tf_err keep_all(struct tf_rows_before *rows, struct tf_fault *fault)
{
    rows->apart = true;
    for (;;) {
        TF_TRY(fetch(rows, fault));
        if (!tf_str_present(rows->next))
            return TF_OK;
        TF_TRY(keep(rows));
        rows->next = TF_STR_NONE;
    }
}

/* A row in its parts: a quote inside of a string has a backslash before it, so each mark stands only where the member does. */
struct parts {
    struct tf_str about;   /* the event's id, as JSON writes it */
    struct tf_str ruleset; /* its name */
    struct tf_str said;    /* from the score on */
};

static bool cut_off(struct tf_str *rest, struct tf_str mark, struct tf_str *ret_before)
{
    const char *at = memmem(rest->ptr, rest->len, mark.ptr, mark.len);
    if (!at)
        return false;
    *ret_before = (struct tf_str){rest->ptr, (size_t)(at - rest->ptr)};
    *rest = (struct tf_str){at + mark.len, rest->len - ret_before->len - mark.len};
    return true;
}

static bool take_apart(struct tf_str row, struct parts *parts)
{
    struct tf_str position, rest = row;
    if (!cut_off(&rest, TF_STR(",\"position\":\""), &parts->about) || !cut_off(&rest, TF_STR(",\"ruleset\":\""), &position) ||
        !cut_off(&rest, TF_STR("\",\"score\":"), &parts->ruleset))
        return false;
    parts->said = rest;
    return true;
}

/* Rows come in times of one ruleset each. */
static bool note_ruleset(struct tf_rows_before *rows, struct tf_str ruleset)
{
    if (tf_str_is(ruleset, rows->ruleset))
        return true;
    if (memchr(ruleset.ptr, '"', ruleset.len)) /* there are members between the two */
        return false;
    if (ruleset.len >= sizeof rows->ruleset || tf_opinion_ruleset(rows->totals, ruleset) == UINT16_MAX)
        return false;
    memcpy(rows->ruleset, ruleset.ptr, ruleset.len);
    rows->ruleset[ruleset.len] = '\0';
    return true;
}

/* The next row, where it is about the record; it is used up then. */
static bool find_in_step(struct tf_rows_before *rows, struct tf_str now, struct tf_row_before *ret_row)
{
    struct parts before, after;
    struct tf_opinion_row row;
    if (!tf_str_present(rows->next) || !take_apart(rows->next, &before) || !take_apart(now, &after) || !tf_str_eq(before.about, after.about))
        return false;
    if (tf_str_eq(before.said, after.said) && note_ruleset(rows, before.ruleset)) {
        *ret_row = (struct tf_row_before){.found = true, .same = true};
    } else {
        tf_arena_rewind(rows->arena);
        if (!tf_opinion_read(rows->totals, rows->next, rows->arena, &row))
            return false;
        *ret_row = (struct tf_row_before){.found = true, .opinion = row.opinion};
    }
    rows->next = TF_STR_NONE;
    return true;
}

/* Rows of one id stand in the order in which its records were judged, and so they are judged again. */
static void find_apart(const struct tf_rows_before *rows, struct tf_str event_id, struct tf_row_before *ret_row)
{
    struct tf_opinion *opinion;
    *ret_row = (struct tf_row_before){.found = false};
    for (uint32_t n = 0; (opinion = tf_opinions_find(rows->opinions, tf_opinion_nth(event_id, n))); n++) {
        if (opinion->taken)
            continue;
        opinion->taken = true;
        *ret_row = (struct tf_row_before){.found = true, .opinion = *opinion};
        return;
    }
}

enum tf_err tf_rows_before_find(struct tf_rows_before *rows, struct tf_str event_id, struct tf_str now, struct tf_row_before *ret_row,
                                struct tf_fault *fault)
{
    if (!rows->apart) {
        TF_TRY(fetch(rows, fault));
        if (find_in_step(rows, now, ret_row))
            return TF_OK;
        TF_TRY(keep_all(rows, fault));
    }
    find_apart(rows, event_id, ret_row);
    return TF_OK;
}

enum tf_err tf_rows_before_end(struct tf_rows_before *rows, struct tf_fault *fault)
{
    return rows->apart ? TF_OK : keep_all(rows, fault);
}
