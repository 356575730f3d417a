/*
 * Markup of report.html, and the text in it. Whatever comes from outside goes through tf_html_text or tf_html_attribute and cannot become
 * markup, turn the direction of writing or hide: characters that do are shown by their number. What is not UTF-8 becomes U+FFFD.
 */
#ifndef TAXFLOW_REPORT_HTML_H
#define TAXFLOW_REPORT_HTML_H

#include "taxflow/buf.h"
#include "taxflow/money.h"

enum { TF_HTML_TEXT_BYTES_MAX = 400 /* of one text; what is longer is cut between characters and ends in "…" */ };

struct tf_html {
    struct tf_buf *out; /* its ceiling is the page's */
};

/** Markup of ours, as it is. */
void tf_html_raw(struct tf_html *html, const char *markup);
/** The same with numbers and words of ours in it: what comes from outside is never among the arguments. */
void tf_html_rawf(struct tf_html *html, const char *format, ...) TF_PRINTF(2, 3);
/** Text from outside, isolated in its direction (<bdi>). Absent and empty give nothing. */
void tf_html_text(struct tf_html *html, struct tf_str text);
/** Words of ours that may hold "<" or "&": escaped, not isolated. */
void tf_html_words(struct tf_html *html, struct tf_str text);
/** ' name="value"', escaped; the name is ours. */
void tf_html_attribute(struct tf_html *html, const char *name, struct tf_str value);
/** "1,234,567". */
void tf_html_count(struct tf_html *html, uint64_t count);
/** An amount as people read it, exact: "-1,234.50", with two decimals or as many as it has. */
void tf_html_amount(struct tf_html *html, struct tf_decimal amount);

/** Decimal text with thousands set apart, as tf_html_amount shows it; "" gives nothing. */
void tf_html_digits(struct tf_html *html, struct tf_str digits);

/* ---- Tables ---- */

enum tf_html_kind { TF_HTML_WORDS, TF_HTML_NUMBER };
struct tf_html_column { const char *title; enum tf_html_kind kind; };
/** Begin a table that can be sorted by its columns; the caption is ours. id NULL: none. */
void tf_html_table(struct tf_html *html, const char *id, const char *caption, const struct tf_html_column *columns, size_t count);
void tf_html_table_end(struct tf_html *html);
void tf_html_row(struct tf_html *html);
void tf_html_row_end(struct tf_html *html);
/** A cell of outside text, of words of ours, of a count or of an amount (sorted by its value); currency absent: none is shown. */
void tf_html_cell_text(struct tf_html *html, struct tf_str text);
void tf_html_cell_words(struct tf_html *html, const char *text);
void tf_html_cell_count(struct tf_html *html, uint64_t count);
void tf_html_cell_amount(struct tf_html *html, struct tf_str currency, struct tf_decimal amount);
/** The same of decimal text of ours; "" gives an empty cell. */
void tf_html_cell_digits(struct tf_html *html, struct tf_str digits);

/* ---- A section of the page that another part of the program fills ---- */

struct tf_report_section {
    const char *id, *title; /* "vat-totals", "VAT totals": ours */
    /** Write what stands below the heading. */
    void (*write)(const void *self, struct tf_html *html);
    const void *self;
    /** Write what the summary says of it: a sentence or two. NULL: nothing. */
    void (*summary)(const void *self, struct tf_html *html);
    bool early; /* stands right after the summary: what has to be done before all else */
};

#endif
