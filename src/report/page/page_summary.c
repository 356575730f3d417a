/* What a reader learns who reads nothing else. */
#include "page.h"

#include "chart.h"
#include "taxflow/files_findings.h"

enum { NAMED_CURRENCIES = 4, MONTHS_MOST = 36, BARS_MOST = 60 };

static void write_at_risk(struct tf_page_writing *writing)
{
    const struct tf_amounts *amounts = &writing->page->amounts;
    struct tf_html *html = &writing->html;
    size_t named = 0, more = 0;
    for (size_t c = 0; c < amounts->count; c++) {
        const struct tf_decimal sum = tf_amounts_at_risk(amounts->currencies[c]);
        if (tf_money_sign(sum) == 0)
            continue;
        if (named == NAMED_CURRENCIES) {
            more++;
            continue;
        }
        tf_html_raw(html, named++ > 0 ? ", " : " At risk in them: ");
        tf_html_words(html, tf_page_currency(amounts->currencies[c]->code));
        tf_html_raw(html, "&nbsp;");
        tf_html_amount(html, sum);
    }
    if (more > 0)
        tf_html_rawf(html, " and %zu more currencies", more);
    tf_html_raw(html, named > 0 ? "." : "");
}

static void count_of(struct tf_html *html, uint64_t count, const char *one, const char *many)
{
    tf_html_count(html, count);
    tf_html_rawf(html, " %s", count == 1 ? one : many);
}

static void write_lead(struct tf_page_writing *writing)
{
    const struct tf_report *r = writing->report;
    struct tf_html *html = &writing->html;
    tf_html_raw(html, "<p class=\"lead\">");
    count_of(html, r->received, "record was", "records were");
    tf_html_raw(html, " read from ");
    count_of(html, writing->page->files_count, "file", "files");
    tf_html_raw(html, " and ");
    count_of(html, r->accepted, "was", "were");
    tf_html_raw(html, " judged. ");
    if (r->fraud.block + r->fraud.review == 0) {
        tf_html_raw(html, "None is to be blocked or reviewed.");
    } else {
        tf_html_raw(html, "<strong class=\"block\">");
        tf_html_count(html, r->fraud.block);
        tf_html_raw(html, " to block</strong>, <strong class=\"review\">");
        tf_html_count(html, r->fraud.review);
        tf_html_raw(html, " to review</strong>.");
        write_at_risk(writing);
    }
    if (r->tax.invalid > 0) {
        tf_html_raw(html, " Of the invoices ");
        count_of(html, r->tax.invalid, "is", "are");
        tf_html_raw(html, " invalid.");
    }
    if (r->dead_lettered > 0) {
        tf_html_raw(html, " <a href=\"#unread\">");
        count_of(html, r->dead_lettered, "record", "records");
        tf_html_raw(html, "</a> could not be judged at all.");
    }
    tf_html_raw(html, "</p>\n");
}

/* What other sections hold that nobody may miss. */
static void write_foreign(struct tf_page_writing *writing)
{
    for (size_t s = 0; s < writing->sections_count; s++) {
        const struct tf_report_section *section = &writing->sections[s];
        if (!section->write || !section->summary)
            continue;
        tf_html_rawf(&writing->html, "<p class=\"lead\" id=\"s-%s\">", section->id);
        section->summary(section->self, &writing->html);
        tf_html_rawf(&writing->html, " See <a href=\"#%s\">%s</a>.</p>\n", section->id, section->title);
    }
}

static void tile(struct tf_html *html, const char *id, const char *class_, const char *title, uint64_t count, const char *note)
{
    tf_html_rawf(html, "<div><dt>%s</dt><dd id=\"%s\" class=\"%s\" data-v=\"%llu\">", title, id, class_, (unsigned long long)count);
    tf_html_count(html, count);
    tf_html_rawf(html, "<small>%s</small></dd></div>\n", note);
}

/* Findings about files as wholes are rows of findings.csv, too. */
static uint64_t about_files(const struct tf_page_writing *writing)
{
    size_t count;
    (void)tf_files_findings(writing->page->options.files, &count);
    return count;
}

static void write_tiles(struct tf_page_writing *writing)
{
    const struct tf_report *r = writing->report;
    struct tf_html *html = &writing->html;
    tf_html_raw(html, "<dl class=\"tiles\">\n");
    tile(html, "n-received", "", "Records read", r->received, "accepted, duplicate and unreadable");
    tile(html, "n-accepted", "", "Judged", r->accepted, "by the tax and the fraud rules");
    tile(html, "n-block", "block", "To block", r->fraud.block, "do not pay before it is settled");
    tile(html, "n-review", "review", "To review", r->fraud.review, "look at them");
    tile(html, "n-approve", "", "To approve", r->fraud.approve, "nothing, or little, speaks against them");
    tile(html, "n-invalid", "", "Invalid invoices", r->tax.invalid, "break a fatal rule");
    tile(html, "n-valid", "", "Valid invoices", r->tax.valid, "of their own specification");
    tile(html, "n-findings", "", "Findings", writing->page->findings + about_files(writing), "rows of findings.csv");
    tile(html, "n-duplicates", "", "Duplicates", r->duplicates, "the same record again: counted once");
    tile(html, "n-dead", "", "Not judged", r->dead_lettered, "see what could not be read");
    tf_html_raw(html, "</dl>\n");
}

static void write_legend(struct tf_html *html)
{
    static const char *const entries[][2] = {{"c-b", "to block"}, {"c-r", "to review"}, {"c-a", "to approve"}};
    tf_html_raw(html, "<ul class=\"legend\">");
    for (size_t e = 0; e < 3; e++)
        tf_html_rawf(html, "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect class=\"%s\" width=\"1\" height=\"1\"/></svg>%s</li>", entries[e][0],
                     entries[e][1]);
    tf_html_raw(html, "</ul>\n");
}

static void write_decisions(struct tf_page_writing *writing)
{
    const struct tf_report *r = writing->report;
    const struct tf_chart chart = {"Decisions", "One bar of all judged records: to block, to review, to approve.", false};
    const struct tf_chart_bar bar = {.parts = {[TF_FRAUD_APPROVE] = (tf_int128)r->fraud.approve, [TF_FRAUD_REVIEW] = (tf_int128)r->fraud.review,
                                               [TF_FRAUD_BLOCK] = (tf_int128)r->fraud.block}};
    tf_html_raw(&writing->html, "<figure><figcaption>Decisions over all judged records</figcaption>\n");
    tf_chart_share(&writing->html, &chart, &bar);
    write_legend(&writing->html);
    tf_html_raw(&writing->html, "</figure>\n");
}

/* ---- Over time ---- */

struct span { size_t first, count; size_t months; /* of a bar */ };

/* Months as long as they can be told apart, then years; of more of those the last ones. */
static struct span span_of(size_t first, size_t last)
{
    if (last - first < MONTHS_MOST)
        return (struct span){first, last - first + 1, 1};
    const size_t years = last / 12 - first / 12 + 1, shown = years < BARS_MOST ? years : BARS_MOST;
    return (struct span){(last / 12 + 1 - shown) * 12, shown, 12};
}

static void write_columns(struct tf_page_writing *writing, struct span span)
{
    const struct tf_months *months = &writing->page->months;
    static const struct tf_chart chart = {"Records with findings over time", "Standing bars, one a month or year: records with findings, to block, to review, to approve.", false};
    struct tf_chart_bar bars[BARS_MOST] = {0};
    char labels[BARS_MOST][48];
    for (size_t b = 0; b < span.count; b++) {
        const size_t month = span.first + b * span.months, year = month / 12 + TF_MONTHS_FIRST_YEAR;
        if (span.months == 1)
            snprintf(labels[b], sizeof labels[b], "%zu-%02zu", year, month % 12 + 1);
        else
            snprintf(labels[b], sizeof labels[b], "%zu", year);
        bars[b].label = tf_str_of(labels[b]);
        for (size_t m = month; m < month + span.months && m < TF_MONTHS; m++)
            for (size_t d = 0; d < TF_DECISIONS; d++)
                bars[b].parts[d] += (tf_int128)months->records[m][d];
    }
    tf_html_rawf(&writing->html, "<figure id=\"months\"><figcaption>Records with findings, by %s of the document</figcaption>\n", span.months == 1 ? "month" : "year");
    tf_chart_columns(&writing->html, &chart, bars, span.count);
    write_legend(&writing->html);
    tf_html_raw(&writing->html, "</figure>\n");
}

void tf_page_summary(struct tf_page_writing *writing)
{
    size_t first, last;
    tf_page_section(&writing->html, "summary", "Summary");
    write_lead(writing);
    write_foreign(writing);
    write_tiles(writing);
    write_decisions(writing);
    if (tf_months_span(&writing->page->months, &first, &last))
        write_columns(writing, span_of(first, last));
    tf_page_section_end(&writing->html);
}
