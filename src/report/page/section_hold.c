#include "../hold.h"
#include "taxflow/report_sections.h"

enum { ROWS_MOST = 100, REASONS_MOST = 6, BYTES_MOST = 160 << 10 /* of rows: words may grow tenfold when they are escaped */ };

/* Where a record has no id of its own, as one that cannot be read, people find it by its line. */
static void write_id(struct tf_html *html, const struct tf_hold *hold, const struct tf_held *row)
{
    if (row->end_to_end_id.len > 0) {
        tf_html_cell_text(html, row->end_to_end_id);
        return;
    }
    tf_html_rawf(html, "<td><span class=\"soft\">line %lld of ", (long long)row->line);
    tf_html_text(html, tf_str_of(tf_files_name(hold->files, row->file)));
    tf_html_raw(html, "</span></td>");
}

static void write_amount(struct tf_html *html, const struct tf_held *row)
{
    struct tf_decimal amount;
    if (tf_money_parse(row->amount, &amount) == TF_OK)
        tf_html_cell_amount(html, TF_STR_NONE, amount);
    else
        tf_html_cell_text(html, row->amount);
}

static void write_reasons(struct tf_html *html, const struct tf_held *row)
{
    tf_html_raw(html, "<td><ul class=\"reasons\">");
    for (uint32_t r = 0; r < row->reasons_count && r < REASONS_MOST; r++) {
        tf_html_raw(html, "<li><b>");
        tf_html_text(html, row->reasons[r].rule);
        tf_html_raw(html, "</b> ");
        tf_html_text(html, row->reasons[r].text);
        tf_html_raw(html, "</li>");
    }
    if (row->reasons_count > REASONS_MOST)
        tf_html_rawf(html, "<li class=\"soft\">and %u more: see hold.csv</li>", row->reasons_count - REASONS_MOST);
    tf_html_raw(html, "</ul></td>");
}

static void write_row(struct tf_html *html, const struct tf_hold *hold, const struct tf_held *row)
{
    const char *decision = tf_held_decision(row);
    tf_html_row(html);
    write_id(html, hold, row);
    tf_html_cell_text(html, row->supplier);
    write_amount(html, row);
    tf_html_cell_text(html, row->currency);
    tf_html_rawf(html, "<td data-v=\"%s\"><span class=\"badge %s\">%s</span></td>", decision, decision, decision);
    write_reasons(html, row);
    tf_html_row_end(html);
}

static void write_rest(struct tf_html *html, const struct tf_hold *hold, size_t shown)
{
    if (shown < hold->count) {
        tf_html_raw(html, "<p class=\"soft\">");
        tf_html_count(html, hold->count - shown);
        tf_html_raw(html, " more stand in hold.csv.</p>\n");
    }
    if (hold->left_out > 0) {
        tf_html_raw(html, "<p>And ");
        tf_html_count(html, hold->left_out);
        tf_html_raw(html, " beyond these, which are listed nowhere: the run is not what it should be.</p>\n");
    }
}

static void write_hold(const void *self, struct tf_html *html)
{
    static const struct tf_html_column columns[] = {{"End-to-end id", TF_HTML_WORDS}, {"Supplier", TF_HTML_WORDS}, {"Amount", TF_HTML_NUMBER},
                                                    {"Currency", TF_HTML_WORDS},      {"Decision", TF_HTML_WORDS}, {"Why", TF_HTML_WORDS}};
    const struct tf_hold *hold = self;
    const size_t begun = html->out->len;
    size_t shown = 0;
    tf_html_raw(html, "<p>Each needs somebody's word before it is paid. Of a payment that is only ordered, a changed or shared account, a copy, a split or a new "
                      "supplier suffices, whatever its score: money that is gone is hard to get back.</p>\n");
    tf_html_table(html, "t-hold", "Payments to hold, in the order of files and lines", columns, sizeof columns / sizeof columns[0]);
    for (; shown < hold->count && shown < ROWS_MOST && html->out->len - begun < BYTES_MOST; shown++)
        write_row(html, hold, &hold->rows[shown]);
    tf_html_table_end(html);
    write_rest(html, hold, shown);
}

static void write_summary(const void *self, struct tf_html *html)
{
    const struct tf_hold *hold = self;
    const uint64_t all = hold->count + hold->left_out;
    tf_html_raw(html, "<strong class=\"block\">");
    tf_html_count(html, all);
    tf_html_rawf(html, " payment%s to hold</strong>%s.", all == 1 ? "" : "s", hold->orders > 0 ? ": do not carry the run out as it is" : "");
}

struct tf_report_section tf_report_section_hold(const struct tf_hold *hold)
{
    const bool any = hold && hold->count > 0;
    return (struct tf_report_section){
        .id = "hold", .title = "Payments to hold", .write = any ? write_hold : NULL, .self = hold, .summary = write_summary, .early = true};
}
