/* The beginning of the page, up to the first section, and its end. */
#include "page.h"

#include "taxflow/clock.h"
#include "taxflow/files_findings.h"

struct tf_str tf_report_style(void);
struct tf_str tf_report_script(void);

enum { SHA256_BYTES = 32, SHA256_BASE64_BYTES = 45 };

/* Nothing is fetched, sent or embedded; the style and the script are these and no others (Content Security Policy Level 3, section 6.7). */
static void write_policy(struct tf_html *html)
{
    const struct tf_str parts[] = {tf_report_style(), tf_report_script()};
    char text[2][SHA256_BASE64_BYTES];
    for (size_t p = 0; p < 2; p++) {
        uint8_t digest[SHA256_BYTES];
        tf_hash_sha256_full(parts[p], digest);
        tf_hash_base64(digest, sizeof digest, text[p]);
    }
    tf_html_rawf(html,
                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; "
                 "base-uri 'none'; form-action 'none'\">\n",
                 text[0], text[1]);
}

static void write_companies(struct tf_page_writing *writing)
{
    const struct tf_report_page *page = writing->page;
    enum { NAMED = 3 };
    for (size_t c = 0; c < page->companies_count && c < NAMED; c++) {
        tf_html_raw(&writing->html, c > 0 ? ", " : "");
        tf_html_text(&writing->html, (struct tf_str){page->companies[c].name, page->companies[c].len});
    }
    if (page->companies_count == 0)
        tf_html_raw(&writing->html, "Records without a company");
    if (page->more_companies)
        tf_html_raw(&writing->html, " and others");
    else if (page->companies_count > NAMED)
        tf_html_rawf(&writing->html, " and %zu more", page->companies_count - NAMED);
}

static void write_day(struct tf_html *html, int64_t ms)
{
    char day[11];
    const int64_t days = ms >= 0 ? ms / TF_MS_PER_DAY : -((-ms + TF_MS_PER_DAY - 1) / TF_MS_PER_DAY);
    tf_clock_format_date((int32_t)days, day);
    tf_html_rawf(html, "<time datetime=\"%s\">%s</time>", day, day);
}

static void write_made(struct tf_page_writing *writing)
{
    char made[25];
    struct tf_html *html = &writing->html;
    tf_clock_format_time(writing->made_ms, made);
    if (writing->page->first_ms <= writing->page->last_ms) {
        tf_html_raw(html, "<p class=\"made\" id=\"span\">Records dated ");
        write_day(html, writing->page->first_ms);
        tf_html_raw(html, " to ");
        write_day(html, writing->page->last_ms);
        tf_html_raw(html, "</p>\n");
    }
    tf_html_rawf(html, "<p class=\"made\" id=\"made\">Made <time datetime=\"%s\">%.10s %.5s UTC</time> in %.2f s</p>\n", made, made, made + 11,
                 writing->report->seconds);
    tf_html_rawf(html, "<p class=\"made\">taxflow %s, rules %s and %s</p>\n", TAXFLOW_VERSION, tf_tax_ruleset(),
                 tf_fraud_ruleset_name(writing->page->options.ruleset));
}

static void link_to(struct tf_html *html, const char *id, const char *title) { tf_html_rawf(html, "<li><a href=\"#%s\">%s</a></li>", id, title); }

static void link_to_foreign(struct tf_page_writing *writing, bool early)
{
    for (size_t s = 0; s < writing->sections_count; s++)
        if (writing->sections[s].write && writing->sections[s].early == early)
            link_to(&writing->html, writing->sections[s].id, writing->sections[s].title);
}

static void write_contents(struct tf_page_writing *writing, bool files)
{
    static const char *const before[][2] = {{"amounts", "Amounts at risk"}, {"by-supplier", "By supplier"}, {"by-rule", "By rule"},
                                            {"findings", "Findings"},       {"documents", "Related documents"}};
    static const char *const after[][2] = {{"inputs", "What was read"}, {"coverage", "Rules and their coverage"}, {"notes", "How to read this"}};
    struct tf_html *html = &writing->html;
    tf_html_raw(html, "<nav aria-label=\"Contents\"><ol>");
    link_to(html, "summary", "Summary");
    link_to_foreign(writing, true);
    for (size_t s = 0; s < sizeof before / sizeof before[0]; s++)
        link_to(html, before[s][0], before[s][1]);
    if (writing->page->groups_count > 0)
        link_to(html, "groups", "Digits of groups");
    link_to_foreign(writing, false);
    if (files)
        link_to(html, "files", "Files as wholes");
    for (size_t s = 0; s < sizeof after / sizeof after[0]; s++)
        link_to(html, after[s][0], after[s][1]);
    tf_html_raw(html, "</ol></nav>\n");
}

void tf_page_head(struct tf_page_writing *writing)
{
    struct tf_html *html = &writing->html;
    size_t about_files;
    tf_html_raw(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    write_policy(html);
    tf_html_raw(html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
                      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Audit report</title>\n<style>");
    tf_buf_str(html->out, tf_report_style());
    tf_html_raw(html, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#summary\">To the summary</a>\n<header>\n<p class=\"kicker\">Audit report</p>\n<h1>");
    write_companies(writing);
    tf_html_raw(html, "</h1>\n");
    write_made(writing);
    tf_html_raw(html, "</header>\n");
    (void)tf_files_findings(writing->page->options.files, &about_files);
    write_contents(writing, about_files > 0);
    tf_html_raw(html, "<main>\n");
}

void tf_page_notes(struct tf_page_writing *writing)
{
    struct tf_html *html = &writing->html;
    tf_page_section(html, "notes", "How to read this");
    tf_html_raw(html,
                "<dl class=\"notes\">"
                "<dt>Block, review, approve</dt><dd>What the fraud rules advise for a record, by the points of the rules that hit and the lists it stands on. "
                "An advice is no proof: it says where to look first.</dd>"
                "<dt>Amount at risk</dt><dd>Of a record the largest amount that one of its live hits names, counted once; of a currency or a supplier the sum over "
                "the records to block or review. Of a rule the sum over its hits: a record that two rules hit counts in both lines. Amounts of different "
                "currencies are never added.</dd>"
                "<dt>Numbers</dt><dd>A point begins the decimals and commas part thousands: 1,234.50 is one thousand two hundred thirty-four and a half. Days are "
                "year-month-day.</dd>"
                "<dt>Valid, invalid</dt><dd>An invoice is invalid when it breaks a rule that its own specification calls fatal.</dd>"
                "<dt>Not evaluated</dt><dd>A rule whose field is missing in a record says nothing of it. That is neither a hit nor a clean bill.</dd>"
                "<dt>The other files</dt><dd><code>findings.csv</code> has every finding, a row each, with a last column for your own verdict "
                "(<code>taxflow verdict --csv=findings.csv</code> reads it back). <code>taxflow explain --in=DIR ID</code> says all about one record.</dd>"
                "</dl>\n");
    tf_page_section_end(html);
    tf_html_raw(html, "</main>\n<footer><p>Made by taxflow. This file holds everything it shows and fetches nothing.</p></footer>\n<script>");
    tf_buf_str(html->out, tf_report_script());
    tf_html_raw(html, "</script>\n</body>\n</html>\n");
}
