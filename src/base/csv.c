#include "taxflow/csv.h"

#include <stdlib.h>
#include <string.h>

enum { CAP_MIN = 1024 };
static const char byte_order_mark[] = "\xef\xbb\xbf";

void tf_csv_init(struct tf_csv *csv, FILE *in, char separator, size_t bytes_max)
{
    *csv = (struct tf_csv){.in = in, .separator = separator, .quote = '"', .bytes_max = bytes_max, .next_line = 1};
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
    free(csv->raw);
    free(csv->again);
    csv->text = csv->raw = csv->again = NULL;
    csv->cap = csv->len = csv->count = csv->raw_cap = csv->raw_len = csv->again_len = csv->again_at = 0;
}

static enum tf_err wrong(struct tf_csv *csv, enum tf_err err, const char *problem)
{
    csv->problem = problem;
    csv->broken = true;
    return err;
}

/* One more byte at the end of a text that grows; false when memory ran out. */
static bool append(char **text, size_t *len, size_t *cap, char c)
{
    if (*len == *cap) {
        size_t wider = *cap ? *cap * 2 : CAP_MIN;
        char *grown = realloc(*text, wider);
        if (!grown)
            return false;
        *text = grown;
        *cap = wider;
    }
    (*text)[(*len)++] = c;
    return true;
}

/* From what is read again, then from the file. */
static int get(struct tf_csv *csv)
{
    if (csv->again_at < csv->again_len)
        return (unsigned char)csv->again[csv->again_at++];
    csv->read_total++;
    return getc_unlocked(csv->in);
}

/* The character that get() will return. */
static int peek(struct tf_csv *csv)
{
    if (csv->again_at < csv->again_len)
        return (unsigned char)csv->again[csv->again_at];
    int c = getc_unlocked(csv->in);
    if (c != EOF)
        ungetc(c, csv->in);
    return c;
}

/* The next character, kept as it is written as well. No more than twice bytes_max and some quotes: put() and end_cell() end the record before. */
static int next_char(struct tf_csv *csv)
{
    int c = get(csv);
    if (c != EOF && !append(&csv->raw, &csv->raw_len, &csv->raw_cap, (char)c))
        csv->out_of_memory = true;
    return c;
}

static enum tf_err put(struct tf_csv *csv, char c)
{
    if (csv->len == csv->bytes_max)
        return wrong(csv, TF_E_TOO_BIG, "the record is longer than a record may be; is a quote missing?");
    return append(&csv->text, &csv->len, &csv->cap, c) ? TF_OK : TF_E_MEMORY;
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
        int c = next_char(csv);
        if (c == EOF)
            return wrong(csv, TF_E_VALUE, "a quote is opened and never closed");
        if (c == '\n' || (c == '\r' && peek(csv) != '\n'))
            csv->next_line++;
        if (c == csv->quote && (c = next_char(csv)) != csv->quote) {
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
    bool quoted = csv->quote && c == csv->quote;
    if (quoted)
        TF_TRY(read_quoted(csv, &c));
    for (; c != EOF && c != '\n' && !separates(csv, c); c = next_char(csv)) {
        if (c == '\0')
            return wrong(csv, TF_E_VALUE, "the file holds a NUL; save it as UTF-8");
        if (c == '\r' && peek(csv) == '\n')
            continue;
        if (c == '\r') { /* the line ends of an old Macintosh, also in between */
            c = '\n';
            break;
        }
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
            c = next_char(csv);
    } while (end != '\n' && end != EOF);
    csv->next_line += end == '\n';
    for (size_t i = 0; i < csv->count; i++)
        csv->cells[i].ptr = (csv->text ? csv->text : "") + (size_t)csv->cells[i].ptr;
    return ferror(csv->in) ? TF_E_IO : TF_OK;
}

/* What is left of a line in which a record was refused; it is kept as far as a record may be long. */
static void take_rest(struct tf_csv *csv)
{
    int c;
    while ((c = get(csv)) != EOF && c != '\n' && (c != '\r' || peek(csv) == '\n'))
        if (csv->raw_len < csv->bytes_max && !append(&csv->raw, &csv->raw_len, &csv->raw_cap, (char)c))
            csv->out_of_memory = true;
    csv->next_line += c != EOF;
}

/* The bytes of the first line of a text, its end included. */
static size_t first_line(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == len || text[i + 1] != '\n')))
            return i + 1;
    return len;
}

/* Reading again costs no more than a few times what reading costs. */
static bool may_read_again(const struct tf_csv *csv)
{
    enum { TIMES = 4, FREE_BYTES = 16 << 20 };
    return csv->again_total + csv->raw_len <= TIMES * csv->read_total + FREE_BYTES;
}

/*
 * A quote that nobody closes takes the lines behind it into its record. Only its own line is refused then, the others are read again, as if they stood alone.
 * When all of the record was read again already (started at begun), it is enough to go back.
 */
static enum tf_err give_back(struct tf_csv *csv, size_t begun, enum tf_err why)
{
    const size_t own = first_line(csv->raw, csv->raw_len), rest = csv->raw_len - own;
    csv->again_total += rest;
    if (begun + csv->raw_len == csv->again_at) {
        csv->again_at -= rest;
    } else {
        char *again = malloc(rest + 1);
        if (!again) {
            csv->out_of_memory = true;
            return why;
        }
        memcpy(again, csv->raw + own, rest);
        free(csv->again);
        csv->again = again;
        csv->again_at = 0;
        csv->again_len = rest;
    }
    csv->raw_len = own;
    csv->next_line = csv->line + 1;
    return why;
}

/* The record as it is shown: without its line end, and no longer than records may be. */
static void cut_raw(struct tf_csv *csv)
{
    while (csv->raw_len > 0 && (csv->raw[csv->raw_len - 1] == '\n' || csv->raw[csv->raw_len - 1] == '\r'))
        csv->raw_len--;
    if (csv->raw_len > csv->bytes_max)
        csv->raw_len = csv->bytes_max;
}

/* Behind empty lines: the first character of a record, kept. */
static int first_char(struct tf_csv *csv)
{
    int c;
    do {
        csv->raw_len = 0;
        c = next_char(csv);
        csv->next_line += c == '\n' || (c == '\r' && peek(csv) != '\n');
    } while (c == '\n' || c == '\r');
    return c;
}

enum tf_err tf_csv_next(struct tf_csv *csv, bool *ret_more)
{
    *ret_more = false;
    csv->broken = false;
    csv->len = csv->count = 0;
    int c = first_char(csv);
    const size_t begun = csv->again_at - (csv->again_at > 0);
    csv->line = csv->next_line;
    if (c == EOF)
        return ferror(csv->in) ? TF_E_IO : TF_OK;
    enum tf_err err = read_record(csv, c);
    if (csv->broken && csv->next_line > csv->line && may_read_again(csv))
        err = give_back(csv, begun, err);
    else if (csv->broken)
        take_rest(csv);
    cut_raw(csv);
    if (csv->out_of_memory) {
        csv->broken = false;
        return TF_E_MEMORY;
    }
    *ret_more = err == TF_OK;
    return err;
}

static struct tf_str without(struct tf_str text, size_t len) { return (struct tf_str){text.ptr + len, text.len - len}; }

bool tf_csv_runs(struct tf_str text)
{
    static const struct tf_str space = TF_STR_INIT("\xc2\xa0"), wide[] = {TF_STR_INIT("\xef\xbc\x9d"), TF_STR_INIT("\xef\xbc\x8b"), TF_STR_INIT("\xef\xbc\x8d"), TF_STR_INIT("\xef\xbc\xa0")};
    while (text.len > 0 && (memchr(" \"'", text.ptr[0], 3) || tf_str_starts(text, space)))
        text = without(text, text.ptr[0] == space.ptr[0] ? space.len : 1);
    if (text.len > 0 && memchr("=+-@\t\r\n", text.ptr[0], 7))
        return true;
    for (size_t w = 0; w < sizeof wide / sizeof wide[0]; w++)
        if (tf_str_starts(text, wide[w]))
            return true;
    return false;
}

struct tf_str tf_csv_undefused(struct tf_str text)
{
    return text.len > 1 && text.ptr[0] == '\'' && tf_csv_runs(without(text, 1)) ? without(text, 1) : text;
}
