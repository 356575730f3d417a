/* What files of other programs break as wholes: no record's findings, and in none of their counts. */
#include "page.h"

#include "taxflow/files_findings.h"

enum { ROWS_MOST = 100 };

static void write_rules(struct tf_html *html, const uint64_t *broken)
{
    static const struct tf_html_column columns[] = {{"Rule", TF_HTML_WORDS}, {"What must hold", TF_HTML_WORDS}, {"Severity", TF_HTML_WORDS}, {"Broken", TF_HTML_NUMBER}};
    size_t count;
    const struct tf_import_rule *rules = tf_import_rules(&count);
    tf_html_table(html, "t-file-rules", "Rules about whole files that were broken", columns, sizeof columns / sizeof columns[0]);
    for (size_t r = 0; r < count; r++) {
        if (broken[r] == 0)
            continue;
        tf_html_row(html);
        tf_html_raw(html, "<td class=\"id\">");
        tf_html_words(html, tf_str_of(rules[r].id));
        tf_html_raw(html, "</td>");
        tf_html_cell_words(html, rules[r].text);
        tf_html_cell_words(html, rules[r].severity);
        tf_html_cell_count(html, broken[r]);
        tf_html_row_end(html);
    }
    tf_html_table_end(html);
}

static void write_finding(struct tf_html *html, const char *file, const struct tf_import_finding *finding)
{
    size_t count;
    tf_html_row(html);
    tf_html_raw(html, "<td class=\"id\">");
    tf_html_words(html, tf_str_of(tf_import_rules(&count)[finding->rule].id));
    tf_html_raw(html, "</td><td>");
    tf_html_text(html, tf_str_of(file));
    tf_html_rawf(html, ":%llu</td>", (unsigned long long)finding->line);
    tf_html_cell_text(html, finding->path);
    tf_html_cell_text(html, finding->observed);
    tf_html_cell_text(html, finding->expected);
    tf_html_row_end(html);
}

static void write_findings(struct tf_html *html, const struct tf_files *files, const struct tf_file_finding *findings, size_t count)
{
    static const struct tf_html_column columns[] = {
        {"Rule", TF_HTML_WORDS}, {"File and line", TF_HTML_WORDS}, {"Element", TF_HTML_WORDS}, {"Found", TF_HTML_WORDS}, {"Expected", TF_HTML_WORDS}};
    tf_html_table(html, "t-file-findings", "The first of them; files.ndjson has more", columns, sizeof columns / sizeof columns[0]);
    for (size_t f = 0; f < count && f < ROWS_MOST; f++)
        write_finding(html, tf_files_name(files, findings[f].file), &findings[f].finding);
    tf_html_table_end(html);
}

void tf_page_files(struct tf_page_writing *writing)
{
    size_t count;
    const struct tf_files *files = writing->page->options.files;
    const struct tf_file_finding *findings = tf_files_findings(files, &count);
    if (count == 0)
        return;
    tf_page_section(&writing->html, "files", "Files as wholes");
    tf_html_raw(&writing->html, "<p>These say something of a file, its control totals, references or numbers, and not of one of its records.</p>\n");
    write_rules(&writing->html, tf_files_broken(files));
    write_findings(&writing->html, files, findings, count);
    tf_page_section_end(&writing->html);
}
