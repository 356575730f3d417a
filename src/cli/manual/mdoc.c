#include "mdoc.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { LINE_BYTES = 76 };

/* The date belongs to the text and not to the day it is built, so that two builds give the same page. */
static const char page_date[] = "November 27, 2026";

/* A hyphen that somebody will type must not become a typographic one. */
static void put_word(FILE *out, const char *word, size_t len, bool typed)
{
    if (len > 0 && (word[0] == '.' || word[0] == '\''))
        fputs("\\&", out);
    for (size_t i = 0; i < len; i++) {
        bool inside = i > 0 && isalnum((unsigned char)word[i - 1]) && i + 1 < len && isalpha((unsigned char)word[i + 1]);
        if (word[i] == '\\')
            fputs("\\e", out);
        else if (word[i] == '-' && (typed || !inside))
            fputs("\\-", out);
        else
            fputc(word[i], out);
    }
}

static void put_typed(FILE *out, const char *word)
{
    put_word(out, word, strlen(word), true);
}

void tf_mdoc_begin(FILE *out, const char *name, const char *section, const char *about)
{
    fprintf(out, ".Dd %s\n.Dt ", page_date);
    for (const char *c = name; *c; c++)
        fputc(toupper((unsigned char)*c), out);
    fprintf(out, " %s\n.Os\n", section);
    tf_mdoc_section(out, "NAME");
    fprintf(out, ".Nm %s\n.Nd %s\n", name, about);
}

void tf_mdoc_section(FILE *out, const char *title)
{
    fprintf(out, ".Sh %s\n", title);
}

/* A sentence ends with a full stop behind which another one begins. */
static bool ends_sentence(const char *word, size_t len)
{
    const char *next = word + len + strspn(word + len, " ");
    while (len > 0 && (word[len - 1] == ')' || word[len - 1] == '"'))
        len--;
    return len > 1 && strchr(".?!", word[len - 1]) && !islower((unsigned char)*next);
}

void tf_mdoc_text(FILE *out, const char *text)
{
    size_t column = 0;
    while (*(text += strspn(text, " "))) {
        size_t len = strcspn(text, " ");
        if (column > 0 && column + 1 + len > LINE_BYTES) {
            fputc('\n', out);
            column = 0;
        }
        if (column > 0)
            fputc(' ', out);
        put_word(out, text, len, false);
        column += len + 1;
        if (ends_sentence(text, len)) {
            fputc('\n', out);
            column = 0;
        }
        text += len;
    }
    if (column > 0)
        fputc('\n', out);
}

void tf_mdoc_paragraph(FILE *out, const char *text)
{
    fputs(".Pp\n", out);
    tf_mdoc_text(out, text);
}

void tf_mdoc_literal(FILE *out, const char *lines)
{
    fputs(".Bd -literal -offset indent\n", out);
    while (*lines) {
        size_t len = strcspn(lines, "\n");
        put_word(out, lines, len, true);
        fputc('\n', out);
        lines += len + (lines[len] == '\n');
    }
    fputs(".Ed\n", out);
}

void tf_mdoc_list(FILE *out)
{
    fputs(".Bl -tag -width Ds\n", out);
}

void tf_mdoc_item(FILE *out, const char *macro, const char *term, const char *between, const char *placeholder)
{
    fprintf(out, ".It %s ", macro);
    put_typed(out, term);
    if (placeholder) {
        fputs(strcmp(between, "=") == 0 ? " Ns = Ns Ar " : " Ar ", out);
        put_typed(out, placeholder);
    }
    fputc('\n', out);
}

void tf_mdoc_list_end(FILE *out)
{
    fputs(".El\n", out);
}

void tf_mdoc_rows(FILE *out, const char *macro, const struct tf_mdoc_row *rows, size_t count)
{
    tf_mdoc_list(out);
    for (size_t i = 0; i < count; i++) {
        tf_mdoc_item(out, macro, rows[i].term, NULL, NULL);
        tf_mdoc_text(out, rows[i].text);
    }
    tf_mdoc_list_end(out);
}

void tf_mdoc_see_also(FILE *out, const char *const *pages, size_t count)
{
    tf_mdoc_section(out, "SEE ALSO");
    for (size_t i = 0; i < count; i++)
        fprintf(out, ".Xr %s%s\n", pages[i], i + 1 < count ? " ," : "");
}
