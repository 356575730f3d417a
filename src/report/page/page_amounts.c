/* Amounts at risk, a line a currency. */
#include "page.h"

enum { ROWS_MOST = 40 };

static void write_row(struct tf_html *html, const struct tf_currency_amounts *currency)
{
    tf_html_row(html);
    tf_html_raw(html, "<td class=\"id\">");
    tf_html_words(html, tf_page_currency(currency->code));
    tf_html_raw(html, "</td>");
    tf_html_cell_count(html, tf_amounts_records(currency));
    tf_html_cell_count(html, currency->records[TF_FRAUD_BLOCK]);
    tf_html_cell_amount(html, TF_STR_NONE, tf_amounts_decimal(currency->at_risk_minor[TF_FRAUD_BLOCK]));
    tf_html_cell_count(html, currency->records[TF_FRAUD_REVIEW]);
    tf_html_cell_amount(html, TF_STR_NONE, tf_amounts_decimal(currency->at_risk_minor[TF_FRAUD_REVIEW]));
    tf_html_cell_amount(html, TF_STR_NONE, tf_amounts_at_risk(currency));
    tf_html_row_end(html);
}

void tf_page_amounts(struct tf_page_writing *writing)
{
    static const struct tf_html_column columns[] = {
        {"Currency", TF_HTML_WORDS},          {"Records with findings", TF_HTML_NUMBER}, {"To block", TF_HTML_NUMBER},       {"At risk, to block", TF_HTML_NUMBER},
        {"To review", TF_HTML_NUMBER},        {"At risk, to review", TF_HTML_NUMBER},    {"At risk in all", TF_HTML_NUMBER},
    };
    const struct tf_amounts *amounts = &writing->page->amounts;
    struct tf_html *html = &writing->html;
    tf_page_section(html, "amounts", "Amounts at risk");
    if (amounts->count == 0)
        tf_html_raw(html, "<p>No record has a finding.</p>\n");
    else
        tf_html_table(html, "t-amounts", "By currency; currencies are never added together", columns, sizeof columns / sizeof columns[0]);
    for (size_t c = 0; c < amounts->count && c < ROWS_MOST; c++)
        write_row(html, amounts->currencies[c]);
    if (amounts->count > 0)
        tf_html_table_end(html);
    if (amounts->count > ROWS_MOST || amounts->left_out > 0)
        tf_html_raw(html, "<p class=\"soft\">There are more currencies than stand here: findings.csv has them all.</p>\n");
    tf_page_section_end(html);
}
