#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "taxflow/report_html.h"

static struct tf_buf out;
static struct tf_html html = {&out};

static int set_up(void **state)
{
    (void)state;
    tf_buf_init(&out, 1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tf_buf_finish(&out);
    return 0;
}

static void assert_out(const char *expected)
{
    if (!tf_str_is(tf_buf_view(&out), expected))
        fail_msg("%.*s is not %s", (int)out.len, out.ptr, expected);
    tf_buf_reset(&out);
}

static void assert_text(struct tf_str text, const char *expected)
{
    char whole[2048];
    snprintf(whole, sizeof whole, "<bdi>%s</bdi>", expected);
    tf_html_text(&html, text);
    assert_out(whole);
}

static void text_cannot_become_markup(void **state)
{
    (void)state;
    assert_text(TF_STR("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
    assert_text(TF_STR("a & b"), "a &amp; b");
    assert_text(TF_STR("\" onload='x'"), "&quot; onload=&#39;x&#39;");
    assert_text(TF_STR("</bdi><!--"), "&lt;/bdi&gt;&lt;!--");
    assert_text(TF_STR("&amp;"), "&amp;amp;");
    tf_html_attribute(&html, "data-id", TF_STR("\"><img src=x onerror=alert(1)>"));
    assert_out(" data-id=\"&quot;&gt;&lt;img src=x onerror=alert(1)&gt;\"");
    tf_html_text(&html, TF_STR_NONE);
    tf_html_text(&html, TF_STR(""));
    assert_out("");
}

static void what_is_not_seen_is_shown(void **state)
{
    (void)state;
    assert_text(TF_STR("a\tb\r\nc"), "a b  c");
    assert_text((struct tf_str){"a\0b", 3}, "a\xe2\x9f\xa8U+0000\xe2\x9f\xa9" "b");
    assert_text(TF_STR("\x1b[31m"), "\xe2\x9f\xa8U+001B\xe2\x9f\xa9[31m");
    assert_text(TF_STR("\xe2\x80\xae" "cod.exe"), "\xe2\x9f\xa8U+202E\xe2\x9f\xa9" "cod.exe");         /* right-to-left override */
    assert_text(TF_STR("\xe2\x81\xa7x\xe2\x81\xa9"), "\xe2\x9f\xa8U+2067\xe2\x9f\xa9x\xe2\x9f\xa8U+2069\xe2\x9f\xa9"); /* an isolate */
    assert_text(TF_STR("A\xe2\x80\x8b" "CME"), "A\xe2\x9f\xa8U+200B\xe2\x9f\xa9" "CME");                 /* a space of no width */
    assert_text(TF_STR("\xc2\x85"), "\xe2\x9f\xa8U+0085\xe2\x9f\xa9");
    assert_text(TF_STR("\xf3\xa0\x81\x81"), "\xe2\x9f\xa8U+E0041\xe2\x9f\xa9");                          /* a tag */
}

static void other_scripts_stay(void **state)
{
    (void)state;
    static const char *const kept[] = {"gr\xc3\xbc\xc3\x9f", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x98\x80"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        assert_text(tf_str_of(kept[i]), kept[i]);
}

static void bytes_that_are_no_text(void **state)
{
    (void)state;
    assert_text(TF_STR("a\xff" "b"), "a\xef\xbf\xbd" "b");
    assert_text(TF_STR("\xc3"), "\xef\xbf\xbd");
    assert_text(TF_STR("\xc0\xbc"), "\xef\xbf\xbd\xef\xbf\xbd"); /* an overlong "<" */
    assert_text(TF_STR("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void long_text_is_cut_between_characters(void **state)
{
    (void)state;
    char text[2 * TF_HTML_TEXT_BYTES_MAX], whole[2 * TF_HTML_TEXT_BYTES_MAX];
    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xbc", 2);
    tf_html_text(&html, (struct tf_str){text + 1, sizeof text - 1}); /* the limit falls into a character */
    assert_true(tf_str_utf8_valid(tf_buf_view(&out)));
    assert_true(out.len < TF_HTML_TEXT_BYTES_MAX + 32);
    tf_buf_reset(&out);
    snprintf(whole, sizeof whole, "%.*s", TF_HTML_TEXT_BYTES_MAX, text);
    assert_text((struct tf_str){text, TF_HTML_TEXT_BYTES_MAX}, whole); /* just fits */
}

static void numbers_as_people_read_them(void **state)
{
    (void)state;
    static const struct { int64_t units; uint8_t scale; const char *text; } cases[] = {
        {0, 2, "0.00"}, {-5, 2, "\xe2\x88\x92" "0.05"}, {99999, 2, "999.99"}, {100000, 2, "1,000.00"}, {-123456789, 2, "\xe2\x88\x92" "1,234,567.89"}, {1234567, 3, "1,234.567"}, {1, 0, "1.00"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tf_html_amount(&html, tf_money_of(cases[i].units, cases[i].scale));
        assert_out(cases[i].text);
    }
    tf_html_digits(&html, TF_STR("1234567"));
    assert_out("1,234,567");
    tf_html_digits(&html, TF_STR(""));
    assert_out("");
    tf_html_count(&html, 1000000);
    assert_out("1,000,000");
}

static void a_table(void **state)
{
    (void)state;
    static const struct tf_html_column columns[] = {{"Name", TF_HTML_WORDS}, {"At < risk", TF_HTML_NUMBER}};
    tf_html_table(&html, "t", "All & more", columns, 2);
    tf_html_row(&html);
    tf_html_cell_text(&html, TF_STR("<b>"));
    tf_html_cell_amount(&html, TF_STR("EUR"), tf_money_of(-123456, 2));
    tf_html_row_end(&html);
    tf_html_table_end(&html);
    assert_out("<div class=\"wide\"><table class=\"sort\" id=\"t\"><caption>All &amp; more</caption><thead><tr><th scope=\"col\">Name</th>"
               "<th scope=\"col\" class=\"n\">At &lt; risk</th></tr></thead><tbody>\n<tr><td><bdi>&lt;b&gt;</bdi></td>"
               "<td class=\"n\" data-v=\"-1234.56\"><span class=\"cur\">EUR</span> \xe2\x88\x92" "1,234.56</td></tr>\n</tbody></table></div>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_cannot_become_markup, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_seen_is_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_scripts_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bytes_that_are_no_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_text_is_cut_between_characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_as_people_read_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_table, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
