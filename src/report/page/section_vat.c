#include <stdlib.h>

#include "taxflow/report_sections.h"

enum { ROWS_MOST = 200 };

enum { COLUMNS_OF_RUN = 2 };

static void write_row(struct tf_html *html, const struct tf_vat_group *group, bool goes_on)
{
    struct tf_vat_cells cells;
    tf_vat_cells_of(group, &cells);
    tf_html_row(html);
    tf_html_cell_text(html, tf_str_of(cells.company));
    tf_html_cell_words(html, cells.period);
    tf_html_cell_words(html, cells.direction);
    tf_html_cell_text(html, tf_str_of(cells.country));
    tf_html_cell_text(html, tf_str_of(cells.category));
    tf_html_cell_text(html, tf_str_of(cells.rate));
    tf_html_cell_words(html, cells.part);
    tf_html_cell_count(html, cells.documents);
    tf_html_cell_text(html, tf_str_of(cells.currency));
    tf_html_cell_digits(html, tf_str_of(cells.net));
    tf_html_cell_digits(html, tf_str_of(cells.vat));
    if (goes_on) {
        tf_html_cell_digits(html, tf_str_of(cells.run_net));
        tf_html_cell_digits(html, tf_str_of(cells.run_vat));
    }
    tf_html_row_end(html);
}

static void write_vat(const void *self, struct tf_html *html)
{
    static const struct tf_html_column columns[] = {
        {"Company", TF_HTML_WORDS}, {"Period", TF_HTML_WORDS}, {"Direction", TF_HTML_WORDS}, {"Country", TF_HTML_WORDS}, {"Category", TF_HTML_WORDS}, {"Rate", TF_HTML_WORDS},
        {"Part", TF_HTML_WORDS}, {"Documents", TF_HTML_NUMBER}, {"Currency", TF_HTML_WORDS}, {"Net", TF_HTML_NUMBER}, {"VAT", TF_HTML_NUMBER},
        {"Net of this run", TF_HTML_NUMBER}, {"VAT of this run", TF_HTML_NUMBER}}; /* the last two where there may be earlier runs */
    const struct tf_vat_sums *sums = tf_audit_totals_vat(self);
    const bool goes_on = tf_vat_sums_goes_on(sums);
    size_t count = 0;
    const struct tf_vat_group **groups = tf_vat_sums_sorted(sums, &count);
    html->out->failed = html->out->failed || !groups;
    if (groups && count == 0)
        tf_html_raw(html, "<p>No invoice was judged.</p>\n");
    if (groups && count > 0 && goes_on)
        tf_html_raw(html, "<p>These are the totals of all runs with this state, this one included. What this run made of them stands in the last two columns.</p>\n");
    if (groups && count > 0) {
        tf_html_table(html, "t-vat", "What a return is made from; credit notes are taken off, and rows of a currency add up to its documents to the cent", columns,
                      sizeof columns / sizeof columns[0] - (goes_on ? 0 : COLUMNS_OF_RUN));
        for (size_t g = 0; g < count && g < ROWS_MOST; g++)
            write_row(html, groups[g], goes_on);
        tf_html_table_end(html);
    }
    if (count > ROWS_MOST) {
        tf_html_raw(html, "<p class=\"soft\">");
        tf_html_count(html, count - ROWS_MOST);
        tf_html_raw(html, " more rows stand in vat.csv.</p>\n");
    }
    free(groups);
}

struct tf_report_section tf_report_section_vat(const struct tf_audit_totals *totals)
{
    return (struct tf_report_section){.id = "vat-totals", .title = "VAT totals", .write = write_vat, .self = totals};
}
