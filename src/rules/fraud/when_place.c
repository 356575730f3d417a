#include "when_place.h"

#include <stdio.h>
#include <stdlib.h>

#include "taxflow/buf.h"

enum { FILE_BYTES_MAX = 16 << 20, WIDTH_MAX = 76 };

/* A place in a text: where its line begins, and the byte. */
struct place {
    const char *line, *at;
    unsigned number; /* of the line, from 1 */
};

/* libconfig's words, read again for their places: a string is all that stands between quotes, one behind the other. */
struct scan {
    const char *at, *end, *line;
    unsigned number;
};

static void advance(struct scan *scan)
{
    if (*scan->at++ == '\n') {
        scan->number++;
        scan->line = scan->at;
    }
}

static bool starts(const struct scan *scan, const char *word)
{
    size_t len = strlen(word);
    return (size_t)(scan->end - scan->at) >= len && memcmp(scan->at, word, len) == 0;
}

static void skip_until(struct scan *scan, const char *word)
{
    while (scan->at < scan->end && !starts(scan, word))
        advance(scan);
    for (size_t i = 0; i < strlen(word) && scan->at < scan->end; i++)
        advance(scan);
}

/* Blanks and comments. */
static void skip_blank(struct scan *scan)
{
    for (;;) {
        if (starts(scan, "#") || starts(scan, "//"))
            skip_until(scan, "\n");
        else if (starts(scan, "/*"))
            skip_until(scan, "*/");
        else if (scan->at < scan->end && strchr(" \t\r\n\f", *scan->at) && *scan->at)
            advance(scan);
        else
            return;
    }
}

static int hex_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte of a string as it is meant; scan is behind it then. */
static char take_byte(struct scan *scan)
{
    static const char letters[] = "nrtf", meant[] = "\n\r\t\f";
    char c = *scan->at;
    advance(scan);
    if (c != '\\' || scan->at >= scan->end)
        return c;
    c = *scan->at;
    advance(scan);
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter)
        return meant[letter - letters];
    if (c != 'x' || scan->end - scan->at < 2 || hex_of(scan->at[0]) < 0 || hex_of(scan->at[1]) < 0)
        return c;
    c = (char)(hex_of(scan->at[0]) * 16 + hex_of(scan->at[1]));
    advance(scan);
    advance(scan);
    return c;
}

/* Read strings one behind the other; whether they are the text, and where its byte stands. */
static bool read_strings(struct scan *scan, struct tf_str text, size_t byte, struct place *ret_place)
{
    size_t count = 0;
    bool same = true, found = false;
    while (starts(scan, "\"")) {
        advance(scan);
        while (scan->at < scan->end && *scan->at != '"') {
            const struct place here = {scan->line, scan->at, scan->number};
            if (count == byte)
                *ret_place = here, found = true;
            char c = take_byte(scan);
            same = same && count < text.len && c == text.ptr[count];
            count++;
        }
        if (!found)
            *ret_place = (struct place){scan->line, scan->at, scan->number}; /* behind the last byte */
        if (scan->at < scan->end)
            advance(scan);
        skip_blank(scan);
    }
    return same && count == text.len;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*';
}

/* The text behind `when =`; of several alike the last that begins at or before the line libconfig tells, which may be its end. */
static bool find(struct tf_str file, unsigned line, struct tf_str text, size_t byte, struct place *ret_place)
{
    struct scan scan = {file.ptr, file.ptr + file.len, file.ptr, 1};
    bool found = false;
    while (scan.at < scan.end) {
        struct place place = {0};
        skip_blank(&scan);
        bool name = scan.at == file.ptr || !is_name_byte(scan.at[-1]);
        if (starts(&scan, "\"")) {
            read_strings(&scan, text, byte, &place);
            continue;
        }
        if (!name || !starts(&scan, "when")) {
            if (scan.at < scan.end)
                advance(&scan);
            continue;
        }
        for (size_t i = 0; i < strlen("when") && scan.at < scan.end; i++)
            advance(&scan);
        skip_blank(&scan);
        if (!starts(&scan, "=") && !starts(&scan, ":"))
            continue;
        advance(&scan);
        skip_blank(&scan);
        unsigned begun = scan.number;
        if (read_strings(&scan, text, byte, &place) && (!found || begun <= line)) {
            *ret_place = place;
            found = true;
        }
    }
    return found;
}

static struct tf_str read_file(const char *path)
{
    FILE *file = fopen(path, "re");
    char *bytes = file ? malloc(FILE_BYTES_MAX) : NULL;
    size_t len = bytes ? fread(bytes, 1, FILE_BYTES_MAX, file) : 0;
    if (file)
        fclose(file);
    return (struct tf_str){bytes, len};
}

/* Characters, not bytes: what a person counts. */
static unsigned columns(const char *from, const char *to)
{
    unsigned count = 0;
    for (; from < to; from++)
        count += ((unsigned char)*from & 0xc0) != 0x80;
    return count;
}

/* The line, or the part of it around the place, and a caret below. */
static void show(const struct place *place, const char *end, size_t width, struct tf_buf *out)
{
    const char *from = place->line, *to = place->at;
    while (to < end && *to != '\n')
        to++;
    while ((size_t)(to - from) > width && columns(from, place->at) > width * 3 / 4)
        for (from++; from < to && ((unsigned char)*from & 0xc0) == 0x80;)
            from++;
    if ((size_t)(to - from) > width)
        for (to = from + width; to > from && ((unsigned char)*to & 0xc0) == 0x80;)
            to--;
    tf_buf_puts(out, "\n  ");
    for (const char *c = from; c < to; c++)
        tf_buf_putc(out, (unsigned char)*c < ' ' ? ' ' : *c);
    tf_buf_printf(out, "\n  %*s", (int)columns(from, place->at) + 1, "^");
}

static void tell(const char *path, const struct place *place, const char *end, const char *words, struct tf_buf *out)
{
    tf_buf_printf(out, "%s:%u:%u: %s", path, place->number, columns(place->line, place->at) + 1, words);
    size_t left = out->len + 16 < TF_FAULT_TEXT_BYTES ? (TF_FAULT_TEXT_BYTES - out->len - 16) / 2 : 0;
    if (left > 0)
        show(place, end, left < WIDTH_MAX ? left : WIDTH_MAX, out);
}

enum tf_err tf_when_place_wrong(const struct tf_when *when, size_t byte, const char *words, struct tf_fault *fault)
{
    struct tf_str file = read_file(when->path);
    struct place place;
    struct tf_buf out;
    tf_buf_init(&out, 4096);
    if (file.ptr && find(file, when->line, when->text, byte, &place)) {
        tell(when->path, &place, file.ptr + file.len, words, &out);
    } else {
        place = (struct place){when->text.ptr, when->text.ptr + byte, when->line};
        tell(when->path, &place, when->text.ptr + when->text.len, words, &out);
    }
    enum tf_err err = tf_fault_set(fault, TF_E_CONFIG, "%.*s", TF_STR_ARGS(tf_buf_view(&out)));
    tf_buf_finish(&out);
    free((void *)(uintptr_t)file.ptr);
    return err;
}
