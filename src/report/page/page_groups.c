/* Populations whose digits do not fall as they should. */
#include "page.h"

#include <jansson.h>
#include <stdlib.h>

#include "chart.h"

enum { CHARTS_MOST = 6 };

static struct tf_str member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? (struct tf_str){json_string_value(value), json_string_length(value)} : TF_STR_NONE;
}

static double over_limit(const json_t *row)
{
    const double limit = json_number_value(json_object_get(row, "limit"));
    return limit > 0 ? json_number_value(json_object_get(row, "value")) / limit : 0;
}

static int by_excess(const void *a, const void *b)
{
    const double x = over_limit(*(json_t *const *)a), y = over_limit(*(json_t *const *)b);
    return x > y ? -1 : x < y ? 1 : tf_str_cmp(member(*(json_t *const *)a, "id"), member(*(json_t *const *)b, "id"));
}

static void write_row(struct tf_html *html, const json_t *row)
{
    tf_html_row(html);
    tf_html_raw(html, "<td class=\"id\">");
    tf_html_words(html, member(row, "rule"));
    tf_html_raw(html, "</td>");
    tf_html_cell_text(html, member(row, "company"));
    tf_html_cell_text(html, member(row, "population"));
    tf_html_cell_text(html, member(row, "period"));
    tf_html_cell_count(html, (uint64_t)json_integer_value(json_object_get(row, "n")));
    tf_html_cell_text(html, member(row, "statistic"));
    tf_html_rawf(html, "<td class=\"n\" data-v=\"%.9f\">%.4f</td><td class=\"n\">%.4f</td>", json_number_value(json_object_get(row, "value")),
                 json_number_value(json_object_get(row, "value")), json_number_value(json_object_get(row, "limit")));
    tf_html_cell_text(html, member(row, "class"));
    tf_html_row_end(html);
}

static int by_digits(const void *a, const void *b)
{
    const struct tf_chart_pair *x = a, *y = b;
    return tf_str_cmp(x->label, y->label);
}

static void write_chart(struct tf_html *html, const json_t *row)
{
    struct tf_chart_pair pairs[20];
    const struct tf_chart chart = {"Digits that stand out", "Standing bars: how often amounts begin or end with these digits; a line over each: how often they should.", true};
    size_t i, count = 0;
    const json_t *cell;
    json_array_foreach(json_object_get(row, "cells"), i, cell) {
        if (count < sizeof pairs / sizeof pairs[0])
            pairs[count++] = (struct tf_chart_pair){member(cell, "digits"), json_number_value(json_object_get(cell, "observed")),
                                                    json_number_value(json_object_get(cell, "expected"))};
    }
    if (count == 0)
        return;
    qsort(pairs, count, sizeof pairs[0], by_digits);
    tf_html_raw(html, "<figure><figcaption>");
    tf_html_words(html, member(row, "rule"));
    tf_html_raw(html, ", ");
    tf_html_text(html, member(row, "company"));
    tf_html_raw(html, ", ");
    tf_html_text(html, member(row, "population"));
    tf_html_raw(html, ": digits that stand out (1 %), records seen and, as a line, expected</figcaption>\n");
    tf_chart_pairs(html, &chart, pairs, count);
    tf_html_raw(html, "</figure>\n");
}

static void write_all(struct tf_page_writing *writing, json_t *const *rows, size_t count)
{
    static const struct tf_html_column columns[] = {{"Rule", TF_HTML_WORDS},     {"Company", TF_HTML_WORDS}, {"Population", TF_HTML_WORDS}, {"Until", TF_HTML_WORDS},
                                                    {"Records", TF_HTML_NUMBER}, {"Measure", TF_HTML_WORDS}, {"Value", TF_HTML_NUMBER},     {"Limit", TF_HTML_NUMBER},
                                                    {"Class", TF_HTML_WORDS}};
    struct tf_html *html = &writing->html;
    tf_page_section(html, "groups", "Digits of groups");
    tf_html_raw(html, "<p>Amounts that grow by themselves begin with 1 more often than with 9 (Benford\xe2\x80\x99s law), and of their last two digits "
                      "none is more frequent than another. Where the digits of a whole population fall otherwise, somebody may have made amounts up: it is said of the population, never of one record.</p>\n");
    tf_html_table(html, "t-groups", "The newest finding of each population and rule", columns, sizeof columns / sizeof columns[0]);
    for (size_t r = 0; r < count; r++)
        write_row(html, rows[r]);
    tf_html_table_end(html);
    for (size_t r = 0; r < count && r < CHARTS_MOST; r++)
        write_chart(html, rows[r]);
    if (writing->page->groups_left_out > 0)
        tf_html_raw(html, "<p class=\"soft\">More populations stand in groups.ndjson.</p>\n");
    tf_page_section_end(html);
}

void tf_page_groups(struct tf_page_writing *writing)
{
    json_t *rows[TF_PAGE_GROUPS_MAX];
    size_t count = 0;
    for (size_t g = 0; g < writing->page->groups_count; g++) {
        json_t *row = writing->page->groups[g].json ? json_loads(writing->page->groups[g].json, 0, NULL) : NULL;
        if (row)
            rows[count++] = row;
    }
    if (count == 0)
        return;
    qsort(rows, count, sizeof rows[0], by_excess);
    write_all(writing, rows, count);
    for (size_t r = 0; r < count; r++)
        json_decref(rows[r]);
}
