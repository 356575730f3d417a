/* Manual pages in mdoc(7), as mandoc and groff read them. Nothing is escaped by the caller. Thread: one at a time a stream. */
#ifndef TF_CLI_MDOC_H
#define TF_CLI_MDOC_H

#include <stdio.h>

/** The first lines of a page: its name as it is called ("taxflow.conf"), section ("5") and one line of what it is, without a full stop. */
void tf_mdoc_begin(FILE *out, const char *name, const char *section, const char *about);
void tf_mdoc_section(FILE *out, const char *title);
/** A paragraph's text: every sentence on a line of its own, as groff(7) spaces them, and no line past 80 bytes. */
void tf_mdoc_text(FILE *out, const char *text);
void tf_mdoc_paragraph(FILE *out, const char *text);
/** Text that stays as it is, line by line: an example. Lines end in '\n'. */
void tf_mdoc_literal(FILE *out, const char *lines);
/** A list of terms and what they mean. */
void tf_mdoc_list(FILE *out);
/** One term: a macro of mdoc ("Fl", "Cm", "Va") and what it marks; then, unless NULL, "=" or a space and a placeholder ("FILE"). */
void tf_mdoc_item(FILE *out, const char *macro, const char *term, const char *between, const char *placeholder);
void tf_mdoc_list_end(FILE *out);
/* One term of a list. */
struct tf_mdoc_row {
    const char *term, *text;
};
/** A list of such terms, all marked by one macro. */
void tf_mdoc_rows(FILE *out, const char *macro, const struct tf_mdoc_row *rows, size_t count);
#define TF_MDOC_ROWS(out, macro, rows) tf_mdoc_rows(out, macro, rows, sizeof rows / sizeof rows[0])
/** Other pages: "NAME SECTION" each. count 1 or more. */
void tf_mdoc_see_also(FILE *out, const char *const *pages, size_t count);

#endif
