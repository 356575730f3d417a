#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hold.h"
#include "taxflow/report_sections.h"

static struct tf_buf out;
static struct tf_html html = {&out};

static int set_up(void **state)
{
    (void)state;
    tf_buf_init(&out, 2 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tf_buf_finish(&out);
    return 0;
}

static void assert_says(const char *what)
{
    tf_buf_putc(&out, '\0');
    out.len--;
    if (!strstr(out.ptr, what))
        fail_msg("nowhere: %s in %s", what, out.ptr);
}

static size_t count_of(const char *what)
{
    size_t count = 0;
    tf_buf_putc(&out, '\0');
    out.len--;
    for (const char *at = out.ptr; (at = strstr(at, what)); at++)
        count++;
    return count;
}

static struct tf_held held(struct tf_held_reason *reasons, uint32_t count)
{
    return (struct tf_held){.decision = TF_FRAUD_REVIEW, .end_to_end_id = TF_STR("E-<1>"), .supplier = TF_STR("A & B"), .account = TF_STR("DE00"),
                            .amount = TF_STR("1234.5"), .currency = TF_STR("EUR"), .reasons = reasons, .reasons_count = count};
}

static void test_none_is_held(void **state)
{
    (void)state;
    const struct tf_hold hold = {.count = 0};
    assert_null(tf_report_section_hold(NULL).write);
    assert_null(tf_report_section_hold(&hold).write);
}

static void test_a_payment_and_its_reasons(void **state)
{
    (void)state;
    struct tf_held_reason reasons[] = {{TF_STR("DUP1"), TF_STR("paid <before>")}, {TF_STR("BNK1"), TF_STR("changed")}};
    struct tf_held rows[] = {held(reasons, 2)};
    const struct tf_hold hold = {.rows = rows, .count = 1, .orders = 1};
    const struct tf_report_section section = tf_report_section_hold(&hold);
    assert_true(section.early);
    section.write(section.self, &html);
    assert_says("<tr><td><bdi>E-&lt;1&gt;</bdi></td><td><bdi>A &amp; B</bdi></td><td class=\"n\" data-v=\"1234.50\">1,234.50</td><td><bdi>EUR</bdi></td>"
                "<td data-v=\"review\"><span class=\"badge review\">review</span></td><td><ul class=\"reasons\"><li><b><bdi>DUP1</bdi></b> "
                "<bdi>paid &lt;before&gt;</bdi></li><li><b><bdi>BNK1</bdi></b> <bdi>changed</bdi></li></ul></td></tr>");
    assert_int_equal(count_of("more stand"), 0);
    tf_buf_reset(&out);
    section.summary(section.self, &html);
    assert_says("1 payment to hold</strong>: do not carry the run out as it is.");
}

/* What is no decimal is shown as it was written, and escaped as everything else. */
static void test_an_amount_that_is_none(void **state)
{
    (void)state;
    struct tf_held rows[] = {held(NULL, 0)};
    rows[0].amount = TF_STR("<b>7");
    const struct tf_hold hold = {.rows = rows, .count = 1};
    const struct tf_report_section section = tf_report_section_hold(&hold);
    section.write(section.self, &html);
    assert_says("<td><bdi>&lt;b&gt;7</bdi></td>");
}

enum { MANY = 150, REASONS = 9 };

static void write_many(struct tf_held_reason *reasons, uint64_t left_out)
{
    struct tf_held rows[MANY];
    for (size_t r = 0; r < MANY; r++)
        rows[r] = held(reasons, REASONS);
    const struct tf_hold hold = {.rows = rows, .count = MANY, .left_out = left_out};
    const struct tf_report_section section = tf_report_section_hold(&hold);
    section.write(section.self, &html);
    assert_false(out.failed);
}

static void test_rows_and_reasons_are_bounded(void **state)
{
    (void)state;
    struct tf_held_reason reasons[REASONS];
    for (size_t r = 0; r < REASONS; r++)
        reasons[r] = (struct tf_held_reason){TF_STR("DUP1"), TF_STR("again")};
    write_many(reasons, 1234);
    assert_int_equal(count_of("<tr><td>"), 100);
    assert_int_equal(count_of("and 3 more: see hold.csv"), 100);
    assert_says(">50 more stand in hold.csv.<");
    assert_says("And 1,234 beyond these");
}

/* Words that grow when they are escaped leave room for the rest of the page. */
static void test_bytes_are_bounded(void **state)
{
    (void)state;
    enum { LONG = 3000 };
    char words[LONG];
    struct tf_held_reason reasons[REASONS];
    for (size_t i = 0; i + 3 <= LONG; i += 3)
        memcpy(words + i, "\xe2\x80\xae", 3);
    for (size_t r = 0; r < REASONS; r++)
        reasons[r] = (struct tf_held_reason){TF_STR("DUP1"), {words, LONG}};
    write_many(reasons, 0);
    assert_true(out.len < 200 << 10);
    assert_true(count_of("<tr><td>") > 10);
    assert_int_equal(count_of("\xe2\x80\xae"), 0);
    assert_int_equal(count_of("more stand in hold.csv."), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_none_is_held),
        TEST(test_a_payment_and_its_reasons),
        TEST(test_an_amount_that_is_none),
        TEST(test_rows_and_reasons_are_bounded),
        TEST(test_bytes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
