/* Who the records with findings are of, by currency. */
#include "page.h"

#include <stdlib.h>

#include "chart.h"

enum { BEST_MOST = 25, BARS_MOST = 12, CURRENCIES_MOST = 4 };

/* The largest sums of one currency, best first, and how many there are. */
struct best { char currency[4]; uint64_t parties; size_t count; struct tf_party_sum sums[BEST_MOST]; };
struct all_best { struct best *lists; size_t count; };

/* More at risk first, then more to block, more records; of equal ones by hash, which no order of lines changes. */
static bool better(const struct tf_party_sum *a, const struct tf_party_sum *b)
{
    if (a->at_risk_minor != b->at_risk_minor)
        return a->at_risk_minor > b->at_risk_minor;
    if (a->block != b->block)
        return a->block > b->block;
    if (a->records != b->records)
        return a->records > b->records;
    return memcmp(a->party.bytes, b->party.bytes, TF_HASH16_BYTES) < 0;
}

static void take(void *self, const struct tf_party_sum *sum)
{
    struct all_best *all = self;
    struct best *best = NULL;
    for (size_t l = 0; l < all->count && !best; l++)
        if (memcmp(all->lists[l].currency, sum->currency, sizeof sum->currency) == 0)
            best = &all->lists[l];
    if (!best)
        return;
    best->parties++;
    if (best->count == BEST_MOST && !better(sum, &best->sums[BEST_MOST - 1]))
        return;
    size_t at = best->count < BEST_MOST ? best->count++ : BEST_MOST - 1;
    for (; at > 0 && better(sum, &best->sums[at - 1]); at--)
        best->sums[at] = best->sums[at - 1];
    best->sums[at] = *sum;
}

static struct tf_str name_of(const struct tf_party_sum *sum) { return (struct tf_str){sum->name, sum->name_len}; }

static void write_chart(struct tf_html *html, const struct best *best, struct tf_str currency)
{
    struct tf_chart_bar bars[BARS_MOST];
    static const struct tf_chart chart = {"Amount at risk by supplier", "Lying bars, one a supplier: the amount at risk in records to block or review. The table below has the numbers.", true};
    size_t count = 0;
    for (; count < best->count && count < BARS_MOST && best->sums[count].at_risk_minor > 0; count++)
        bars[count] = (struct tf_chart_bar){.label = name_of(&best->sums[count]), .parts = {[TF_FRAUD_APPROVE] = best->sums[count].at_risk_minor}, .money = true};
    if (count == 0)
        return;
    tf_html_raw(html, "<figure><figcaption>Amount at risk by supplier, ");
    tf_html_words(html, currency);
    tf_html_raw(html, "</figcaption>\n");
    tf_chart_bars(html, &chart, bars, count);
    tf_html_raw(html, "</figure>\n");
}

static void write_table(struct tf_html *html, const struct best *best, const char *id)
{
    static const struct tf_html_column columns[] = {
        {"Supplier or customer", TF_HTML_WORDS}, {"Records with findings", TF_HTML_NUMBER}, {"To block", TF_HTML_NUMBER}, {"To review", TF_HTML_NUMBER}, {"At risk", TF_HTML_NUMBER}};
    tf_html_table(html, id, "The largest amounts at risk, in records to block or review", columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < best->count; i++) {
        tf_html_row(html);
        tf_html_cell_text(html, name_of(&best->sums[i]));
        tf_html_cell_count(html, best->sums[i].records);
        tf_html_cell_count(html, best->sums[i].block);
        tf_html_cell_count(html, best->sums[i].review);
        tf_html_cell_amount(html, TF_STR_NONE, tf_amounts_decimal(best->sums[i].at_risk_minor));
        tf_html_row_end(html);
    }
    tf_html_table_end(html);
}

static void write_currency(struct tf_html *html, const struct best *best)
{
    const struct tf_str currency = tf_page_currency(best->currency);
    char id[32];
    if (best->count == 0)
        return;
    tf_html_raw(html, "<h3>");
    tf_html_words(html, currency);
    tf_html_raw(html, "</h3>\n");
    write_chart(html, best, currency);
    snprintf(id, sizeof id, "t-suppliers-%s", best->currency[0] ? best->currency : "none");
    write_table(html, best, id);
    if (best->parties > best->count) {
        tf_html_raw(html, "<p class=\"soft\">");
        tf_html_count(html, best->parties - best->count);
        tf_html_raw(html, " more stand in findings.csv.</p>\n");
    }
}

enum tf_err tf_page_suppliers(struct tf_page_writing *writing)
{
    struct tf_report_page *page = writing->page;
    struct tf_html *html = &writing->html;
    struct all_best all = {.count = page->amounts.count < CURRENCIES_MOST ? page->amounts.count : CURRENCIES_MOST};
    all.lists = calloc(CURRENCIES_MOST, sizeof *all.lists);
    if (!all.lists)
        return TF_E_MEMORY;
    for (size_t l = 0; l < all.count; l++)
        memcpy(all.lists[l].currency, page->amounts.currencies[l]->code, sizeof all.lists[l].currency);
    enum tf_err err = tf_party_sums_each(page->parties, take, &all);
    tf_page_section(html, "by-supplier", "By supplier");
    if (all.count == 0)
        tf_html_raw(html, "<p>No record has a finding.</p>\n");
    for (size_t l = 0; l < all.count; l++)
        write_currency(html, &all.lists[l]);
    if (page->amounts.count > CURRENCIES_MOST)
        tf_html_raw(html, "<p class=\"soft\">Further currencies stand in findings.csv.</p>\n");
    tf_page_section_end(html);
    free(all.lists);
    return err;
}
