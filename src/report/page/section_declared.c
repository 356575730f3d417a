#include "../audit_totals.h"
#include "documents.h"
#include "taxflow/country.h"
#include "taxflow/report_sections.h"

enum { MARKUP_BYTES_MAX = 1 << 20, BYTES_MOST = 96 << 10 /* of rows of a kind: words may grow tenfold when they are escaped */ };

/* ---- Rows, while sums are compared ---- */

void tf_declared_shown_init(struct tf_declared_shown *shown)
{
    tf_buf_init(&shown->differing.markup, MARKUP_BYTES_MAX);
    tf_buf_init(&shown->others.markup, MARKUP_BYTES_MAX);
}

void tf_declared_shown_finish(struct tf_declared_shown *shown)
{
    tf_buf_finish(&shown->differing.markup);
    tf_buf_finish(&shown->others.markup);
}

/* Of what a sum was declared: what the file names beside company and period. */
static void write_scope(struct tf_html *html, const struct tf_declared_line *line)
{
    char country[3] = "", rate[TF_MONEY_TEXT_BYTES] = "";
    if (line->country != TF_COUNTRY_NONE)
        tf_country_text(line->country, country);
    if (line->rated)
        tf_money_format(line->rate, 0, rate);
    const struct tf_str parts[] = {line->code, tf_str_of(country), tf_str_of(line->category), tf_str_of(rate)};
    bool any = false;
    tf_html_raw(html, "<td>");
    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
        if (parts[p].len == 0)
            continue;
        tf_html_raw(html, any ? ", " : "");
        tf_html_text(html, parts[p]);
        any = true;
    }
    tf_html_raw(html, line->rated ? "&nbsp;%</td>" : "</td>");
}

/* Amounts of one cell: net and VAT, as far as there are any. Digits are ours; "" where there is none. */
struct pair { struct tf_str net, vat; };

static void write_digits(struct tf_html *html, const char *what, struct tf_str digits)
{
    if (digits.len == 0)
        return;
    tf_html_rawf(html, "<li data-sum=\"%s\"", what);
    tf_html_attribute(html, "data-v", digits);
    tf_html_rawf(html, "><span class=\"cur\">%s</span> ", what);
    tf_html_digits(html, digits);
    tf_html_raw(html, "</li>");
}

static void write_pair(struct tf_html *html, struct pair pair)
{
    tf_html_raw(html, "<td class=\"n\"");
    tf_html_attribute(html, "data-v", pair.vat.len > 0 ? pair.vat : pair.net);
    tf_html_raw(html, "><ul class=\"amounts\">");
    write_digits(html, "net", pair.net);
    write_digits(html, "VAT", pair.vat);
    tf_html_raw(html, "</ul></td>");
}

static void write_sums(struct tf_html *html, const struct tf_difference *difference)
{
    const struct tf_declared_line *line = difference->line;
    const bool compared = difference->match != TF_MATCH_NOT_COMPARED;
    char net[TF_MONEY_TEXT_BYTES], vat[TF_MONEY_TEXT_BYTES], found[2][TF_SUM_TEXT_BYTES], less[2][TF_SUM_TEXT_BYTES];
    const struct tf_str none = TF_STR("");
    write_pair(html, (struct pair){line->has_net ? tf_money_format(line->net, 2, net) : none, line->has_vat ? tf_money_format(line->vat, 2, vat) : none});
    write_pair(html, (struct pair){compared && line->has_net ? tf_sum_format(&difference->found_net, found[0]) : none,
                                   compared && line->has_vat ? tf_sum_format(&difference->found_vat, found[1]) : none});
    write_pair(html, (struct pair){compared && line->has_net ? tf_sum_format(&difference->net, less[0]) : none,
                                   compared && line->has_vat ? tf_sum_format(&difference->vat, less[1]) : none});
}

static struct tf_declared_rows *place_of(struct tf_declared_shown *shown, enum tf_match match)
{
    struct tf_declared_rows *rows = match == TF_MATCH_DIFFERS || match == TF_MATCH_NOT_COMPARED ? &shown->differing : &shown->others;
    return rows->count < TF_DECLARED_SHOWN_MAX && rows->markup.len < BYTES_MOST ? rows : NULL;
}

void tf_declared_shown_begin(struct tf_declared_shown *shown, const struct tf_difference *difference, const char *result, struct tf_str reason)
{
    shown->open = place_of(shown, difference->match);
    shown->documents = 0;
    if (!shown->open)
        return;
    struct tf_html html = {&shown->open->markup};
    tf_html_row(&html);
    tf_html_cell_text(&html, difference->line->source);
    tf_html_cell_text(&html, difference->line->company);
    tf_html_cell_text(&html, difference->line->period);
    write_scope(&html, difference->line);
    tf_html_cell_text(&html, tf_str_of(difference->currency));
    write_sums(&html, difference);
    tf_html_raw(&html, "<td");
    tf_html_attribute(&html, "data-v", tf_str_of(result));
    tf_html_rawf(&html, "><b>%s</b>%s", result, reason.len > 0 ? ": " : "");
    tf_html_words(&html, reason);
    tf_html_raw(&html, "<ul class=\"reasons\">");
}

static void write_effect(struct tf_html *html, const char *what, const struct tf_sum *sum)
{
    char digits[TF_SUM_TEXT_BYTES];
    tf_html_rawf(html, ", %s&nbsp;", what);
    tf_html_digits(html, tf_sum_format(sum, digits));
}

/* Cut short: there may be a thousand of them on the page. */
static void write_short(struct tf_html *html, const char *before, struct tf_str text)
{
    char cut[TF_DOCUMENT_NUMBER_BYTES];
    if (text.len == 0)
        return;
    tf_document_number(text, cut);
    tf_html_raw(html, before);
    tf_html_text(html, tf_str_of(cut));
}

void tf_declared_shown_document(struct tf_declared_shown *shown, const struct tf_difference *difference, const struct tf_suspect *suspect,
                                const struct tf_about *about, struct tf_str why)
{
    if (!shown->open || !suspect->candidate || shown->documents == TF_DECLARED_SHOWN_DOCUMENTS_MAX)
        return;
    struct tf_html html = {&shown->open->markup};
    shown->documents++;
    tf_html_raw(&html, "<li><b>");
    write_short(&html, "", about->number.len > 0 ? about->number : TF_STR("without number"));
    tf_html_raw(&html, "</b>");
    write_short(&html, " of ", about->date);
    write_short(&html, ", ", about->counterparty);
    if (difference->line->has_net)
        write_effect(&html, "net", &suspect->net);
    if (difference->line->has_vat)
        write_effect(&html, "VAT", &suspect->vat);
    if (why.len > 0) {
        tf_html_raw(&html, ": ");
        tf_html_words(&html, why);
    }
    tf_html_raw(&html, "</li>");
}

void tf_declared_shown_end(struct tf_declared_shown *shown, const struct tf_difference *difference)
{
    if (!shown->open)
        return;
    struct tf_html html = {&shown->open->markup};
    const size_t more = difference->suspects_count - shown->documents;
    if (more > 0)
        tf_html_rawf(&html, "<li class=\"soft\">declared.csv names %zu%s</li>", more, shown->documents > 0 ? " more" : " about which something is particular");
    tf_html_raw(&html, "</ul></td>");
    tf_html_row_end(&html);
    shown->open->ends[shown->open->count++] = shown->open->markup.len;
    shown->open = NULL;
}

/* ---- The section ---- */

static uint64_t lines_of(const struct tf_declared_counts *counts)
{
    uint64_t lines = 0;
    for (size_t m = 0; m <= TF_MATCH_NOT_COMPARED; m++)
        lines += counts->lines[m];
    return lines;
}

static size_t write_rows(struct tf_html *html, const struct tf_declared_rows *rows, size_t most)
{
    const size_t count = rows->count < most ? rows->count : most;
    html->out->failed = html->out->failed || rows->markup.failed;
    if (count > 0)
        tf_buf_put(html->out, rows->markup.ptr, rows->ends[count - 1]);
    return count;
}

static void write_declared(const void *self, struct tf_html *html)
{
    static const struct tf_html_column columns[] = {{"Declared in", TF_HTML_WORDS}, {"Company", TF_HTML_WORDS},   {"Period", TF_HTML_WORDS},
                                                    {"Of", TF_HTML_WORDS},          {"Currency", TF_HTML_WORDS},  {"Declared", TF_HTML_NUMBER},
                                                    {"Records", TF_HTML_NUMBER},    {"Difference", TF_HTML_NUMBER}, {"Result", TF_HTML_WORDS}};
    const struct tf_audit_totals *totals = self;
    const struct tf_declared_shown *shown = &totals->shown;
    const uint64_t all = lines_of(&totals->counts);
    tf_html_raw(html, "<p>The difference is what the records add up to less what was declared. Documents below a sum are candidates: together they are the "
                      "difference to the cent, which may be chance.</p>\n");
    tf_html_table(html, "t-declared", "Declared sums against the VAT totals; those that differ or could not be compared first", columns,
                  sizeof columns / sizeof columns[0]);
    const size_t differing = write_rows(html, &shown->differing, TF_DECLARED_SHOWN_MAX);
    const size_t written = differing + write_rows(html, &shown->others, TF_DECLARED_SHOWN_MAX - differing);
    tf_html_table_end(html);
    if (written < all) {
        tf_html_raw(html, "<p class=\"soft\">");
        tf_html_count(html, all - written);
        tf_html_raw(html, " more sums stand in declared.csv.</p>\n");
    }
}

/* "Of 12 declared sums 9 are what the records add up to, 2 differ, 1 could not be compared." */
static void write_summary(const void *self, struct tf_html *html)
{
    const struct tf_audit_totals *totals = self;
    const uint64_t *lines = totals->counts.lines, all = lines_of(&totals->counts), right = lines[TF_MATCH_EQUAL] + lines[TF_MATCH_ROUNDED];
    tf_html_raw(html, "Of ");
    tf_html_count(html, all);
    tf_html_rawf(html, " declared sum%s ", all == 1 ? "" : "s");
    tf_html_count(html, right);
    tf_html_rawf(html, " %s what the records add up to, <strong class=\"review\">", right == 1 ? "is" : "are");
    tf_html_count(html, lines[TF_MATCH_DIFFERS]);
    tf_html_rawf(html, " %s</strong>", lines[TF_MATCH_DIFFERS] == 1 ? "differs" : "differ");
    if (lines[TF_MATCH_NOT_COMPARED] > 0) {
        tf_html_raw(html, ", ");
        tf_html_count(html, lines[TF_MATCH_NOT_COMPARED]);
        tf_html_raw(html, " could not be compared");
    }
    tf_html_raw(html, ".");
}

struct tf_report_section tf_report_section_declared(const struct tf_audit_totals *totals)
{
    const bool any = totals->shown.differing.count + totals->shown.others.count > 0;
    return (struct tf_report_section){
        .id = "declared", .title = "Declared sums", .write = any ? write_declared : NULL, .self = totals, .summary = write_summary};
}
