#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "taxflow/report_words.h"

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

/* ---- Rows ---- */

/* Findings about a group stand by their own id, and all of a group's by the group's. */
static bool speaks_of(const json_t *row, enum tf_stream stream, const char *wanted)
{
    if (stream == TF_STREAM_GROUPS)
        return strcmp(text(row, "id"), wanted) == 0 || strcmp(text(row, "group"), wanted) == 0;
    return strcmp(text(row, "event_id"), wanted) == 0;
}

enum tf_err tf_explained_take(struct tf_explained *explained, enum tf_stream stream, struct tf_str line, struct tf_str id)
{
    const char *wanted = explained->cli->args[0];
    bool perhaps = memmem(line.ptr, line.len, wanted, strlen(wanted)) || memchr(line.ptr, '\\', line.len); /* an id may be written with escapes */
    if (!perhaps)
        return TF_OK;
    json_t *row = json_loadb(line.ptr, line.len, 0, NULL);
    if (!speaks_of(row, stream, wanted)) {
        json_decref(row);
        return TF_OK;
    }
    if (explained->count == explained->capacity) {
        size_t capacity = explained->capacity ? explained->capacity * 2 : 16;
        struct tf_explained_row *rows = reallocarray(explained->rows, capacity, sizeof *rows);
        if (!rows) {
            json_decref(row);
            return TF_E_MEMORY;
        }
        explained->rows = rows;
        explained->capacity = capacity;
    }
    struct tf_explained_row *kept = &explained->rows[explained->count++];
    *kept = (struct tf_explained_row){.stream = stream, .row = row};
    if (id.len < sizeof kept->id)
        memcpy(kept->id, id.ptr ? id.ptr : "", id.len);
    return TF_OK;
}

void tf_explained_finish(struct tf_explained *explained)
{
    for (size_t i = 0; i < explained->count; i++)
        json_decref(explained->rows[i].row);
    free(explained->rows);
}

/* ---- Words ---- */

static void print_line(void *self, unsigned depth, const char *label, struct tf_str line)
{
    (void)self;
    printf("%*s%s%s%.*s\n", (int)depth * 2, "", label ? label : "", label ? ": " : "", TF_STR_ARGS(line));
}

static const char *superseded_by(const struct tf_explained *explained, const struct tf_explained_row *row)
{
    for (size_t i = 0; row->id[0] && i < explained->count; i++)
        if (strcmp(text(explained->rows[i].row, "supersedes"), row->id) == 0)
            return explained->rows[i].id;
    return NULL;
}

static void print_row(const struct tf_explained *explained, const struct tf_explained_row *row)
{
    const struct tf_words words = {.ruleset = explained->ruleset, .line = print_line};
    if (row->stream == TF_STREAM_GROUPS) {
        printf("finding %s\n", text(row->row, "id"));
        tf_words_group(&words, row->row);
        return;
    }
    printf("%s\n", text(row->row, "position"));
    if (*text(row->row, "original"))
        printf("came in: %s\n", text(row->row, "original"));
    if (row->stream == TF_STREAM_TAX)
        tf_words_tax(&words, row->row);
    else if (row->stream == TF_STREAM_FRAUD)
        tf_words_fraud(&words, row->row, superseded_by(explained, row));
    else if (row->stream == TF_STREAM_DUPLICATES)
        printf("duplicate (%s): the record at %s owns this id\n", text(row->row, "role"), text(row->row, "owner"));
    else
        printf("dead letter (%s): %s at %s: %s\n", text(row->row, "role"), text(row->row, "reason"), text(row->row, "path"), text(row->row, "detail"));
}

void tf_explained_print(const struct tf_explained *explained)
{
    for (size_t i = 0; i < explained->count; i++) {
        if (!explained->cli->json) {
            print_row(explained, &explained->rows[i]);
            continue;
        }
        json_dumpf(explained->rows[i].row, stdout, JSON_COMPACT);
        putchar('\n');
    }
}
