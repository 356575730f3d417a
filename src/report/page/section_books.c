#include <string.h>

#include "taxflow/files_watch.h"
#include "taxflow/report_sections.h"

enum { ROWS_MOST = 300, FILE_ROWS_MOST = 12 };

static void write_sum(struct tf_html *html, const struct tf_book *book, const char *currency, enum tf_book_amount amount)
{
    char digits[TF_SUM_TEXT_BYTES];
    const struct tf_sum sum = tf_book_sum(book, currency, amount);
    tf_html_cell_digits(html, tf_sum_format(&sum, digits));
}

static void write_row(struct tf_html *html, const char *file, const struct tf_file_books *books, const struct tf_book_sums *sums, enum tf_book_amount amount)
{
    tf_html_row(html);
    tf_html_cell_text(html, tf_str_of(file));
    tf_html_cell_words(html, tf_book_amount_name(amount));
    tf_html_cell_words(html, sums->currency);
    write_sum(html, &books->read, sums->currency, amount);
    for (size_t fate = 0; fate < TF_FATE_COUNT; fate++)
        write_sum(html, &books->judged[fate], sums->currency, amount);
    tf_html_row_end(html);
}

/* As many currencies of a file as leave room for other files. */
static size_t write_file(struct tf_html *html, const char *file, const struct tf_file_books *books)
{
    size_t rows = 0;
    for (uint32_t c = 0; c < books->read.count; c++)
        for (size_t a = 0; a < TF_BOOK_AMOUNT_COUNT && rows < FILE_ROWS_MOST; a++) {
            if (!books->read.currencies[c].present[a])
                continue;
            write_row(html, file, books, &books->read.currencies[c], (enum tf_book_amount)a);
            rows++;
        }
    return rows;
}

static void write_books(const void *self, struct tf_html *html)
{
    static const struct tf_html_column columns[] = {{"File", TF_HTML_WORDS},       {"Sum of", TF_HTML_WORDS},        {"Currency", TF_HTML_WORDS},      {"Read", TF_HTML_NUMBER},
                                                    {"Accepted", TF_HTML_NUMBER},  {"Duplicates", TF_HTML_NUMBER},   {"Not judged", TF_HTML_NUMBER}};
    const struct tf_report_books *from = self;
    const struct tf_books *books = tf_audit_totals_books(from->totals);
    size_t rows = 0;
    tf_html_raw(html, "<p>Every file was added up while it was read and again when its records had been judged: of each, records and sums read equal those "
                      "accepted, found to be duplicates and not judged, to the last digit; otherwise the program would have ended with an error.</p>\n");
    tf_html_table(html, "t-books", "Control sums by file and currency; run.json has them all, with the SHA-256 of each file", columns, sizeof columns / sizeof columns[0]);
    for (size_t f = 0; f < tf_books_files(books) && rows < ROWS_MOST; f++)
        rows += write_file(html, tf_files_name(from->files, (uint32_t)f), tf_books_file(books, f));
    tf_html_table_end(html);
}

struct tf_report_section tf_report_section_books(const struct tf_report_books *books)
{
    return (struct tf_report_section){.id = "reconciliation", .title = "Reconciliation", .write = write_books, .self = books};
}
