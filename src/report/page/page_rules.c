/* What each rule found, and what each could look at. */
#include "page.h"

#include <stdlib.h>

#include "chart.h"

enum { CHART_MOST = 14, CURRENCIES_MOST = 3, WHY_BYTES_MAX = 4096 };

/* A rule with hits, whichever role it is of. */
struct found { const char *id, *title; uint64_t records; size_t rule; };

static int by_records(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->records != y->records)
        return x->records > y->records ? -1 : 1;
    return x->rule < y->rule ? -1 : 1;
}

static size_t fraud_found(const struct tf_report *report, struct found found[TF_FRAUD_RULES_MAX])
{
    size_t count = 0, some = 0;
    const struct tf_fraud_rule *rules = tf_report_fraud_rules(report, &count);
    for (size_t r = 0; r < count; r++)
        if (report->fraud.hits[r] > 0)
            found[some++] = (struct found){rules[r].id, rules[r].title, report->fraud.hits[r], r};
    if (some > 0)
        qsort(found, some, sizeof *found, by_records);
    return some;
}

static size_t tax_found(const struct tf_report *report, struct found found[TF_TAX_RULES_MAX])
{
    size_t count = 0, some = 0;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    for (size_t r = 0; r < count; r++)
        if (report->tax.findings[r] > 0)
            found[some++] = (struct found){rules[r].id, rules[r].text, report->tax.findings[r], r};
    if (some > 0)
        qsort(found, some, sizeof *found, by_records);
    return some;
}

static void write_chart(struct tf_html *html, const char *caption, const struct found *found, size_t count)
{
    struct tf_chart_bar bars[CHART_MOST];
    const struct tf_chart chart = {caption, "Lying bars, one a rule: how many records it found something in.", true};
    for (size_t i = 0; i < count && i < CHART_MOST; i++)
        bars[i] = (struct tf_chart_bar){.label = tf_str_of(found[i].id), .parts = {[TF_FRAUD_APPROVE] = (tf_int128)found[i].records}};
    tf_html_raw(html, "<figure><figcaption>");
    tf_html_words(html, tf_str_of(caption));
    tf_html_raw(html, "</figcaption>\n");
    tf_chart_bars(html, &chart, bars, count < CHART_MOST ? count : CHART_MOST);
    tf_html_raw(html, "</figure>\n");
}

/* The sums of a rule, a line a currency; sorted by the first. */
static void write_amounts(struct tf_page_writing *writing, size_t rule)
{
    const struct tf_amounts *amounts = &writing->page->amounts;
    struct tf_html *html = &writing->html;
    char digits[TF_MONEY_TEXT_BYTES];
    size_t named = 0, more = 0;
    for (size_t c = 0; c < amounts->count; c++) {
        const struct tf_decimal sum = tf_amounts_decimal(amounts->currencies[c]->rules_minor[rule]);
        if (tf_money_sign(sum) == 0)
            continue;
        if (named == CURRENCIES_MOST) {
            more++;
            continue;
        }
        if (named++ == 0) {
            tf_html_raw(html, "<td class=\"n\"");
            tf_html_attribute(html, "data-v", tf_money_format(sum, 2, digits));
            tf_html_raw(html, "><ul class=\"amounts\">");
        }
        tf_html_raw(html, "<li");
        tf_html_attribute(html, "data-currency", tf_str_of(amounts->currencies[c]->code));
        tf_html_raw(html, "><span class=\"cur\">");
        tf_html_words(html, tf_page_currency(amounts->currencies[c]->code));
        tf_html_raw(html, "</span> ");
        tf_html_amount(html, sum);
        tf_html_raw(html, "</li>");
    }
    if (named == 0)
        tf_html_raw(html, "<td class=\"n\" data-v=\"0\">\xe2\x80\x93");
    if (more > 0)
        tf_html_rawf(html, "<li class=\"cur\">and %zu more</li>", more);
    tf_html_raw(html, named > 0 ? "</ul></td>" : "</td>");
}

static void write_id(struct tf_html *html, const char *prefix, const char *id)
{
    tf_html_raw(html, "<td class=\"id\"");
    if (prefix) { /* what findings point to */
        char anchor[64];
        snprintf(anchor, sizeof anchor, "%s%s", prefix, id);
        tf_html_attribute(html, "id", tf_str_of(anchor));
    }
    tf_html_raw(html, ">");
    tf_html_words(html, tf_str_of(id));
    tf_html_raw(html, "</td>");
}

static void write_fraud_rules(struct tf_page_writing *writing, const struct found *found, size_t count)
{
    static const struct tf_html_column columns[] = {
        {"Rule", TF_HTML_WORDS}, {"What it looks for", TF_HTML_WORDS}, {"Records", TF_HTML_NUMBER}, {"At risk, sum of its hits", TF_HTML_NUMBER}};
    struct tf_html *html = &writing->html;
    tf_html_table(html, "t-fraud-rules", "Fraud rules that hit; a record that two rules hit is counted by both", columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        tf_html_row(html);
        write_id(html, NULL, found[i].id);
        tf_html_cell_words(html, found[i].title);
        tf_html_cell_count(html, found[i].records);
        write_amounts(writing, found[i].rule);
        tf_html_row_end(html);
    }
    tf_html_table_end(html);
}

static void write_tax_rules(struct tf_html *html, const struct found *found, size_t count)
{
    static const struct tf_html_column columns[] = {
        {"Rule", TF_HTML_WORDS}, {"What must hold", TF_HTML_WORDS}, {"Severity", TF_HTML_WORDS}, {"Documents", TF_HTML_NUMBER}};
    size_t all;
    const struct tf_tax_rule *rules = tf_tax_rules(&all);
    tf_html_table(html, "t-tax-rules", "Tax rules that documents break", columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        tf_html_row(html);
        write_id(html, NULL, found[i].id);
        tf_html_cell_words(html, found[i].title);
        tf_html_cell_words(html, tf_tax_severity_name(rules[found[i].rule].severity));
        tf_html_cell_count(html, found[i].records);
        tf_html_row_end(html);
    }
    tf_html_table_end(html);
}

void tf_page_rules_hit(struct tf_page_writing *writing)
{
    struct found fraud[TF_FRAUD_RULES_MAX], tax[TF_TAX_RULES_MAX];
    const size_t fraud_count = fraud_found(writing->report, fraud), tax_count = tax_found(writing->report, tax);
    struct tf_html *html = &writing->html;
    tf_page_section(html, "by-rule", "By rule");
    if (fraud_count + tax_count == 0)
        tf_html_raw(html, "<p>No rule found anything.</p>\n");
    if (fraud_count > 0) {
        write_chart(html, "Records by fraud rule", fraud, fraud_count);
        write_fraud_rules(writing, fraud, fraud_count);
    }
    if (tax_count > 0) {
        write_chart(html, "Documents by tax rule", tax, tax_count);
        write_tax_rules(html, tax, tax_count);
    }
    if (writing->page->form_findings > 0) {
        tf_html_raw(html, "<p>");
        tf_html_count(html, writing->page->form_findings);
        tf_html_raw(html, " more findings are about the form of XML documents: findings.csv has them.</p>\n");
    }
    tf_page_section_end(html);
}

/* ---- Coverage ---- */

static void add_kinds(uint32_t kinds, struct tf_buf *why)
{
    for (size_t k = 0, named = 0; k < TF_KIND_COUNT; k++)
        if (kinds >> k & 1)
            tf_buf_printf(why, "%s%s", named++ > 0 ? ", " : "", tf_event_kind_name((enum tf_kind)k));
}

static void write_why(const struct tf_report *report, const struct tf_fraud_rule *rule, size_t r, const struct tf_fraud_setting *setting, struct tf_buf *why)
{
    const struct tf_report_rule *counts = &report->fraud_rules[r];
    tf_report_gap_words(report, r, why);
    if (why->len > 0)
        return;
    if (setting->mode == TF_FRAUD_OFF) {
        tf_buf_puts(why, "switched off");
    } else if (rule->group) {
        tf_buf_puts(why, "judges groups of records, not single ones");
    } else if (counts->evaluated == 0) {
        tf_buf_puts(why, "no record of its kinds: ");
        add_kinds(rule->kinds, why);
    }
}

static void write_covered(struct tf_page_writing *writing, const struct tf_fraud_rule *rule, size_t r)
{
    static const char *const modes[] = {[TF_FRAUD_OFF] = "off", [TF_FRAUD_SHADOW] = "shadow", [TF_FRAUD_LIVE] = "live"};
    const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(writing->page->options.ruleset, r);
    const struct tf_report_rule *counts = &writing->report->fraud_rules[r];
    struct tf_html *html = &writing->html;
    struct tf_buf why;
    tf_buf_init(&why, WHY_BYTES_MAX);
    write_why(writing->report, rule, r, setting, &why);
    tf_html_row(html);
    write_id(html, "r-", rule->id);
    tf_html_cell_words(html, modes[setting->mode]);
    tf_html_cell_count(html, counts->evaluated);
    tf_html_cell_count(html, counts->hit);
    tf_html_cell_count(html, counts->unknown);
    tf_html_raw(html, "<td class=\"why-not\">");
    tf_html_words(html, tf_buf_view(&why));
    tf_html_raw(html, "</td>");
    tf_html_row_end(html);
    tf_buf_finish(&why);
}

static void write_fraud_coverage(struct tf_page_writing *writing)
{
    static const struct tf_html_column columns[] = {{"Rule", TF_HTML_WORDS}, {"Mode", TF_HTML_WORDS},     {"Evaluated", TF_HTML_NUMBER},
                                                    {"Hit", TF_HTML_NUMBER}, {"Unknown", TF_HTML_NUMBER}, {"Why not all", TF_HTML_WORDS}};
    size_t count = 0;
    const struct tf_fraud_rule *rules = tf_report_fraud_rules(writing->report, &count);
    tf_html_table(&writing->html, "t-coverage", "Fraud rules: how many records each could judge", columns, sizeof columns / sizeof columns[0]);
    for (size_t r = 0; r < count; r++)
        write_covered(writing, &rules[r], r);
    tf_html_table_end(&writing->html);
}

static void write_tax_coverage(struct tf_page_writing *writing)
{
    static const struct tf_html_column columns[] = {{"Rule", TF_HTML_WORDS}, {"Rules", TF_HTML_WORDS}, {"Evaluated", TF_HTML_NUMBER}, {"Documents that break it", TF_HTML_NUMBER}};
    const struct tf_report *report = writing->report;
    struct tf_html *html = &writing->html;
    size_t count = 0, asked = 0;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    for (size_t r = 0; r < count; r++)
        asked += report->tax_rules[r].evaluated > 0;
    tf_html_rawf(html, "<p><span id=\"n-tax-asked\">%zu</span> of %zu tax rules were asked; the others are of specifications that no document names.</p>\n", asked,
                 count);
    if (asked == 0)
        return;
    tf_html_raw(html, "<details><summary>Tax rules that were asked</summary>\n");
    tf_html_table(html, "t-tax-coverage", "Tax rules: how many documents each judged", columns, sizeof columns / sizeof columns[0]);
    for (size_t r = 0; r < count; r++) {
        if (report->tax_rules[r].evaluated == 0)
            continue;
        tf_html_row(html);
        write_id(html, NULL, rules[r].id);
        tf_html_cell_words(html, tf_tax_profiles()[rules[r].profile].name);
        tf_html_cell_count(html, report->tax_rules[r].evaluated);
        tf_html_cell_count(html, report->tax_rules[r].hit);
        tf_html_row_end(html);
    }
    tf_html_table_end(html);
    tf_html_raw(html, "</details>\n");
}

void tf_page_coverage(struct tf_page_writing *writing)
{
    tf_page_section(&writing->html, "coverage", "Rules and their coverage");
    tf_html_raw(&writing->html, "<p>A rule that lacks a field it needs says nothing of the record: that is counted as unknown, never as clean.</p>\n");
    write_fraud_coverage(writing);
    write_tax_coverage(writing);
    tf_page_section_end(&writing->html);
}
