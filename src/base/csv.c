#include "taxflow/csv.h"

#include <stdlib.h>

enum { CAP_MIN = 1024 };
static const char byte_order_mark[] = "\xef\xbb\xbf";

void tf_csv_init(struct tf_csv *csv, FILE *in, char separator, size_t bytes_max)
{
    *csv = (struct tf_csv){.in = in, .separator = separator, .bytes_max = bytes_max, .next_line = 1};
    for (size_t i = 0; i < sizeof byte_order_mark - 1; i++) {
        int c = getc_unlocked(in);
        if (c == (unsigned char)byte_order_mark[i])
            continue;
        ungetc(c, in); /* no text begins with a part of the mark: it would not be UTF-8 */
        break;
    }
}

void tf_csv_finish(struct tf_csv *csv)
{
    free(csv->text);
    csv->text = NULL;
    csv->cap = csv->len = csv->count = 0;
}

static enum tf_err wrong(struct tf_csv *csv, enum tf_err err, const char *problem)
{
    csv->problem = problem;
    return err;
}

static enum tf_err put(struct tf_csv *csv, char c)
{
    if (csv->len == csv->bytes_max)
        return wrong(csv, TF_E_TOO_BIG, "the record is longer than a record may be; is a quote missing?");
    if (csv->len == csv->cap) {
        size_t cap = csv->cap ? csv->cap * 2 : CAP_MIN;
        char *text = realloc(csv->text, cap);
        if (!text)
            return TF_E_MEMORY;
        csv->text = text;
        csv->cap = cap;
    }
    csv->text[csv->len++] = c;
    return TF_OK;
}

/* Cells are offsets while the text may still move. */
static enum tf_err end_cell(struct tf_csv *csv, size_t start)
{
    if (csv->count == TF_CSV_CELLS_MAX)
        return wrong(csv, TF_E_VALUE, "the record has more cells than a record may have");
    csv->cells[csv->count++] = (struct tf_str){(const char *)start, csv->len - start};
    return TF_OK;
}

static bool separates(struct tf_csv *csv, int c)
{
    if (!csv->separator && (c == ',' || c == ';' || c == '\t'))
        csv->separator = (char)c;
    return csv->separator && c == csv->separator;
}

/* What stands between quotes; a doubled one is one. Ends behind the closing quote, with the character that follows. */
static enum tf_err read_quoted(struct tf_csv *csv, int *ret_next)
{
    for (;;) {
        int c = getc_unlocked(csv->in);
        if (c == EOF)
            return wrong(csv, TF_E_VALUE, "a quote is opened and never closed");
        if (c == '\n')
            csv->next_line++;
        if (c == '"' && (c = getc_unlocked(csv->in)) != '"') {
            *ret_next = c;
            return TF_OK;
        }
        if (c == '\0')
            return wrong(csv, TF_E_VALUE, "the file holds a NUL; save it as UTF-8");
        TF_TRY(put(csv, (char)c));
    }
}

/* One cell; *ret_end is what it ended with: the separator, LF or EOF. */
static enum tf_err read_cell(struct tf_csv *csv, int c, int *ret_end)
{
    size_t start = csv->len;
    bool quoted = c == '"';
    if (quoted)
        TF_TRY(read_quoted(csv, &c));
    for (; c != EOF && c != '\n' && !separates(csv, c); c = getc_unlocked(csv->in)) {
        if (c == '\0')
            return wrong(csv, TF_E_VALUE, "the file holds a NUL; save it as UTF-8");
        if (c == '\r')
            continue; /* of CR LF */
        if (quoted)
            return wrong(csv, TF_E_VALUE, "text stands behind a closing quote; double the quotes inside a cell");
        TF_TRY(put(csv, (char)c));
    }
    *ret_end = c;
    return end_cell(csv, start);
}

static enum tf_err read_record(struct tf_csv *csv, int c)
{
    int end = '\0';
    do {
        TF_TRY(read_cell(csv, c, &end));
        if (end != '\n' && end != EOF)
            c = getc_unlocked(csv->in);
    } while (end != '\n' && end != EOF);
    csv->next_line += end == '\n';
    for (size_t i = 0; i < csv->count; i++)
        csv->cells[i].ptr = (csv->text ? csv->text : "") + (size_t)csv->cells[i].ptr;
    return ferror(csv->in) ? TF_E_IO : TF_OK;
}

enum tf_err tf_csv_next(struct tf_csv *csv, bool *ret_more)
{
    int c;
    *ret_more = false;
    csv->len = csv->count = 0;
    while ((c = getc_unlocked(csv->in)) == '\n' || c == '\r')
        csv->next_line += c == '\n';
    csv->line = csv->next_line;
    if (c == EOF)
        return ferror(csv->in) ? TF_E_IO : TF_OK;
    TF_TRY(read_record(csv, c));
    *ret_more = true;
    return TF_OK;
}
