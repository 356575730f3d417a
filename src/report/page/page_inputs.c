/* What was read, and what could not be. */
#include "page.h"

enum { FILES_MOST = 200 };

static void write_files(struct tf_page_writing *writing)
{
    static const struct tf_html_column columns[] = {{"File", TF_HTML_WORDS},         {"Read as", TF_HTML_WORDS},      {"Records", TF_HTML_NUMBER},   {"Judged", TF_HTML_NUMBER},
                                                    {"Duplicates", TF_HTML_NUMBER},  {"Not judged", TF_HTML_NUMBER},  {"With findings", TF_HTML_NUMBER}};
    const struct tf_report_page *page = writing->page;
    struct tf_html *html = &writing->html;
    tf_html_table(html, "t-files", "Files, in the order in which they were given", columns, sizeof columns / sizeof columns[0]);
    for (uint32_t f = 0; f < page->files_count && f < FILES_MOST; f++) {
        tf_html_row(html);
        tf_html_cell_text(html, tf_str_of(tf_files_name(page->options.files, f)));
        tf_html_cell_words(html, tf_files_title(page->options.files, f));
        tf_html_cell_count(html, page->files[f].received);
        tf_html_cell_count(html, page->files[f].accepted);
        tf_html_cell_count(html, page->files[f].duplicates);
        tf_html_cell_count(html, page->files[f].dead);
        tf_html_cell_count(html, page->files[f].with_findings);
        tf_html_row_end(html);
    }
    tf_html_table_end(html);
    if (page->files_count > FILES_MOST)
        tf_html_rawf(html, "<p class=\"soft\">and %zu more files</p>\n", page->files_count - FILES_MOST);
}

static void write_reason(struct tf_page_writing *writing, const char *judge, enum tf_err err, const struct tf_page_reason *reason)
{
    struct tf_html *html = &writing->html;
    tf_html_row(html);
    tf_html_raw(html, "<td class=\"id\">");
    tf_html_words(html, tf_str_of(tf_err_reason(err)));
    tf_html_raw(html, "</td>");
    tf_html_cell_words(html, judge);
    tf_html_cell_words(html, tf_err_text(err));
    tf_html_cell_count(html, reason->records);
    tf_html_raw(html, "<td>");
    tf_html_text(html, tf_str_of(tf_files_name(writing->page->options.files, reason->file)));
    tf_html_rawf(html, ":%lld ", (long long)reason->line);
    tf_html_text(html, tf_str_of(reason->path));
    tf_html_raw(html, " ");
    tf_html_text(html, tf_str_of(reason->detail));
    tf_html_raw(html, "</td>");
    tf_html_row_end(html);
}

static bool any_reason(const struct tf_report_page *page)
{
    for (size_t j = 0; j < TF_PAGE_JUDGES; j++)
        for (size_t e = 0; e < TF_ERR_COUNT; e++)
            if (page->reasons[j][e].records > 0)
                return true;
    return false;
}

static void write_reasons(struct tf_page_writing *writing)
{
    static const char *const judges[TF_PAGE_JUDGES] = {"every role", "tax", "fraud"};
    static const struct tf_html_column columns[] = {
        {"Reason", TF_HTML_WORDS}, {"Not judged by", TF_HTML_WORDS}, {"In words", TF_HTML_WORDS}, {"Records", TF_HTML_NUMBER}, {"The first of them", TF_HTML_WORDS}};
    struct tf_html *html = &writing->html;
    tf_html_raw(html, "<h3 id=\"unread\">What could not be judged</h3>\n");
    if (!any_reason(writing->page)) {
        tf_html_raw(html, "<p>Every record could be judged by every role.</p>\n");
        return;
    }
    tf_html_table(html, "t-reasons", "Dead letters by reason; dlq.ndjson has each with its bytes", columns, sizeof columns / sizeof columns[0]);
    for (size_t j = 0; j < TF_PAGE_JUDGES; j++)
        for (size_t e = 0; e < TF_ERR_COUNT; e++)
            if (writing->page->reasons[j][e].records > 0)
                write_reason(writing, judges[j], (enum tf_err)e, &writing->page->reasons[j][e]);
    tf_html_table_end(html);
}

void tf_page_inputs(struct tf_page_writing *writing)
{
    tf_page_section(&writing->html, "inputs", "What was read");
    write_files(writing);
    write_reasons(writing);
    tf_page_section_end(&writing->html);
}
