#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_totals.h"
#include "taxflow/country.h"
#include "taxflow/report_sections.h"

static struct tf_audit_totals totals;
static struct tf_buf out;
static struct tf_html html = {&out};

static int set_up(void **state)
{
    (void)state;
    totals = (struct tf_audit_totals){.err = TF_OK};
    tf_declared_shown_init(&totals.shown);
    tf_buf_init(&out, 2 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tf_declared_shown_finish(&totals.shown);
    tf_buf_finish(&out);
    return 0;
}

static const char *text(void)
{
    tf_buf_putc(&out, '\0');
    out.len--;
    return out.ptr;
}

static void assert_says(const char *what)
{
    if (!strstr(text(), what))
        fail_msg("nowhere: %s in %s", what, out.ptr);
}

static size_t count_of(const char *what)
{
    size_t count = 0;
    for (const char *at = text(); (at = strstr(at, what)); at++)
        count++;
    return count;
}

static struct tf_declared_line line(void)
{
    return (struct tf_declared_line){
        .source = TF_STR("d.csv:2"), .company = TF_STR("<A>"), .period = TF_STR("2026-03"), .code = TF_STR("81"), .country = TF_COUNTRY_NONE, .category = "S",
        .rated = true, .rate = {.units = 19}, .has_vat = true, .vat = {.units = 190000, .scale = 2}};
}

/* As tf_compare tells it, with that many documents, of which the first ones are candidates. */
static void tell_of(const struct tf_declared_line *declared, enum tf_match match, size_t documents, size_t candidates, struct tf_str name)
{
    static const char *const words[] = {"equal", "equal but for rounding", "differs", "not compared"};
    const struct tf_about about = {.number = name, .date = TF_STR("2026-03-12"), .counterparty = name};
    const struct tf_difference difference = {.line = declared, .match = match, .currency = "EUR", .found_vat = {.cents = 195700}, .vat = {.cents = 5700},
                                             .suspects_count = documents};
    totals.counts.lines[match]++;
    tf_declared_shown_begin(&totals.shown, &difference, words[match], match == TF_MATCH_DIFFERS ? TF_STR("one <document>") : TF_STR(""));
    for (size_t d = 0; d < documents; d++) {
        const struct tf_suspect suspect = {.candidate = d < candidates, .vat = {.cents = -950}};
        tf_declared_shown_document(&totals.shown, &difference, &suspect, &about, TF_STR("a duplicate"));
    }
    tf_declared_shown_end(&totals.shown, &difference);
}

static void tell(enum tf_match match, size_t documents, size_t candidates, struct tf_str name)
{
    const struct tf_declared_line declared = line();
    tell_of(&declared, match, documents, candidates, name);
}

static void write_section(void)
{
    const struct tf_report_section section = tf_report_section_declared(&totals);
    assert_non_null(section.write);
    section.write(section.self, &html);
    assert_false(out.failed);
}

static void test_nothing_was_declared(void **state)
{
    (void)state;
    assert_null(tf_report_section_declared(&totals).write);
}

static void test_a_difference_and_its_candidates(void **state)
{
    (void)state;
    tell(TF_MATCH_DIFFERS, 3, 1, TF_STR("R<1>"));
    write_section();
    assert_says("<tr><td><bdi>d.csv:2</bdi></td><td><bdi>&lt;A&gt;</bdi></td><td><bdi>2026-03</bdi></td><td><bdi>81</bdi>, <bdi>S</bdi>, <bdi>19</bdi>&nbsp;%</td>");
    assert_says("<td class=\"n\" data-v=\"1900.00\"><ul class=\"amounts\"><li data-sum=\"VAT\" data-v=\"1900.00\"><span class=\"cur\">VAT</span> 1,900.00</li></ul></td>");
    assert_says("data-v=\"57.00\"");
    assert_says("<b>differs</b>: one &lt;document&gt;");
    assert_says("<li><b><bdi>R&lt;1&gt;</bdi></b> of <bdi>2026-03-12</bdi>, <bdi>R&lt;1&gt;</bdi>, VAT&nbsp;\xe2\x88\x92" "9.50: a duplicate</li>");
    assert_says("declared.csv names 2 more<");
    assert_null(strstr(text(), "data-sum=\"net\""));
}

static void test_what_is_not_compared_has_no_difference(void **state)
{
    (void)state;
    tell(TF_MATCH_NOT_COMPARED, 0, 0, TF_STR(""));
    write_section();
    assert_int_equal(count_of("data-v=\"1900.00\""), 2); /* the cell and what stands in it */
    assert_int_equal(count_of("57.00"), 0);
}

/* However late a difference comes, it is shown before what is equal. */
static void test_those_that_differ_come_first(void **state)
{
    (void)state;
    enum { EQUAL = 130 };
    for (int i = 0; i < EQUAL; i++)
        tell(TF_MATCH_EQUAL, 0, 0, TF_STR(""));
    tell(TF_MATCH_DIFFERS, 0, 0, TF_STR(""));
    write_section();
    assert_int_equal(count_of("<tr><td>"), 100);
    assert_int_equal(count_of("<b>differs</b>"), 1);
    assert_true(strstr(text(), "<b>differs</b>") < strstr(text(), "<b>equal</b>"));
    assert_says(">31 more sums stand in declared.csv.<");
    tf_buf_reset(&out);
    const struct tf_report_section section = tf_report_section_declared(&totals);
    section.summary(section.self, &html);
    assert_says("Of 131 declared sums 130 are what the records add up to, <strong class=\"review\">1 differs</strong>.");
}

/* Names that grow tenfold when they are escaped, 200 of them a sum. */
static void test_it_is_bounded(void **state)
{
    (void)state;
    enum { LONG = 3000, SUMS = 300 };
    char words[LONG];
    for (size_t i = 0; i + 3 <= LONG; i += 3)
        memcpy(words + i, "\xe2\x80\xae", 3);
    struct tf_declared_line wide = line();
    wide.company = wide.code = wide.source = (struct tf_str){words, LONG};
    for (size_t s = 0; s < SUMS; s++)
        tell_of(&wide, TF_MATCH_DIFFERS, TF_SUSPECTS_MAX, TF_SUSPECTS_MAX, (struct tf_str){words, LONG});
    write_section();
    const size_t shown = count_of("<tr><td>");
    char rest[64];
    snprintf(rest, sizeof rest, ">%zu more sums stand", SUMS - shown);
    assert_says(rest);
    assert_says("declared.csv names 190 more<");
    assert_true(shown > 2 && out.len < 160 << 10);
    assert_null(strstr(text(), "\xe2\x80\xae"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_was_declared),
        TEST(test_a_difference_and_its_candidates),
        TEST(test_what_is_not_compared_has_no_difference),
        TEST(test_those_that_differ_come_first),
        TEST(test_it_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
