#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "file_opinion.h"

static struct tf_file_opinion opinion;
static struct tf_buf line;
static uint64_t broken[TF_IMPORT_RULES_MAX];

/* The rule of an id, which is no promise of its place. */
static uint32_t rule_of(const char *id)
{
    size_t count;
    const struct tf_import_rule *rules = tf_import_rules(&count);
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(rules[i].id, id) == 0)
            return i;
    fail_msg("there is no rule %s", id);
    return 0;
}

static void find(const char *id, struct tf_str observed, struct tf_str expected)
{
    const struct tf_import_finding finding = {.rule = rule_of(id), .line = 7, .path = TF_STR("A/B"), .observed = observed, .expected = expected};
    tf_file_opinion_add(&opinion, &finding);
    broken[finding.rule]++;
}

static const char *end(enum tf_import_books books, bool *ret_valid)
{
    tf_buf_reset(&line);
    assert_int_equal(tf_file_opinion_end(&opinion, TF_STR("f.xml"), broken, books, &line, ret_valid), TF_OK);
    memset(broken, 0, sizeof broken);
    tf_buf_putc(&line, '\0');
    return line.ptr;
}

static void what_is_fatal_makes_it_invalid(void **state)
{
    bool valid = true;
    (void)state;
    tf_file_opinion_init(&opinion, true);
    find("SAFT-02", TF_STR("10.00"), TF_STR("9.00"));
    find("SAFT-24", TF_STR("3 signatures"), TF_STR_NONE);
    const char *said = end(TF_IMPORT_SAFT_PT, &valid);
    assert_false(valid);
    assert_string_equal(said, "{\"source\":\"f.xml\",\"valid\":false,\"ruleset\":\"files\",\"profile\":\"saf-t-pt\",\"checked\":19,\"not_checked\":[\"SAFT-24\"],"
                              "\"findings_total\":2,\"findings\":[{\"rule\":\"SAFT-02\",\"class\":\"content\",\"severity\":\"fatal\",\"path\":\"A/B\",\"line\":7,"
                              "\"message\":\"the total debit is the sum of the debit lines in the section\",\"observed\":\"10.00\",\"expected\":\"9.00\"},"
                              "{\"rule\":\"SAFT-24\",\"class\":\"content\",\"severity\":\"info\",\"path\":\"A/B\",\"line\":7,\"message\":\"signatures were "
                              "verified with the public key of the program that made them\",\"observed\":\"3 signatures\"}]}");
    tf_file_opinion_finish(&opinion);
}

static void what_was_not_checked_leaves_it_open_and_a_warning_does_not(void **state)
{
    bool valid = true;
    (void)state;
    tf_file_opinion_init(&opinion, true);
    find("SAFT-17", TF_STR("SourceDocuments"), TF_STR_NONE);
    assert_non_null(strstr(end(TF_IMPORT_SAFT_NO, &valid), "\"valid\":null,\"ruleset\":\"files\",\"profile\":\"saf-t-no\",\"checked\":17,\"not_checked\":[\"SAFT-17\"]"));
    assert_false(valid);
    find("SAFT-14", TF_STR("12"), TF_STR("11"));
    assert_non_null(strstr(end(TF_IMPORT_SAFT_NO, &valid), "\"valid\":true,"));
    assert_true(valid);
    tf_file_opinion_finish(&opinion);
}

static void each_file_begins_anew(void **state)
{
    bool valid = true;
    (void)state;
    tf_file_opinion_init(&opinion, true);
    find("SAFT-01", TF_STR("1"), TF_STR("2"));
    (void)end(TF_IMPORT_SAFT_NO, &valid);
    assert_non_null(strstr(end(TF_IMPORT_LEDGER, &valid), "\"valid\":true,\"ruleset\":\"files\",\"profile\":\"ledger\",\"checked\":2,\"not_checked\":[],"
                                                          "\"findings_total\":0,\"findings\":[]}"));
    find("LED-01", TF_STR("1"), TF_STR("2"));
    tf_file_opinion_begin(&opinion); /* that file broke off */
    memset(broken, 0, sizeof broken);
    assert_non_null(strstr(end(TF_IMPORT_LEDGER, &valid), "\"findings\":[]}"));
    assert_true(valid);
    tf_file_opinion_finish(&opinion);
}

static void counts_are_whole_where_findings_are_not(void **state)
{
    bool valid = true;
    (void)state;
    tf_file_opinion_init(&opinion, false);
    find("SAFT-04", TF_STR("1.00"), TF_STR("1.10"));
    broken[rule_of("SAFT-04")] = TF_IMPORT_FINDINGS_MAX + 20;
    assert_string_equal(end(TF_IMPORT_SAFT_NO, &valid), "f.xml: the file as a whole: invalid, 520 findings; SAFT-04 at A/B, line 7: the lines of a transaction are "
                                                        "balanced: debit is credit. Found 1.00. Expected 1.10.");
    assert_string_equal(end(TF_IMPORT_SAFT_NO, &valid), "f.xml: the file as a whole: valid");
    tf_file_opinion_finish(&opinion);
}

static void a_line_that_does_not_fit_is_no_line(void **state)
{
    bool valid;
    struct tf_buf narrow;
    (void)state;
    tf_buf_init(&narrow, 16);
    tf_file_opinion_init(&opinion, true);
    find("SAFT-04", TF_STR("1.00"), TF_STR("1.10"));
    assert_int_equal(tf_file_opinion_end(&opinion, TF_STR("f.xml"), broken, TF_IMPORT_SAFT_NO, &narrow, &valid), TF_E_MEMORY);
    tf_file_opinion_finish(&opinion);
    tf_buf_finish(&narrow);
}

static int setup(void **state)
{
    (void)state;
    tf_buf_init(&line, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tf_buf_finish(&line);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_fatal_makes_it_invalid),
        cmocka_unit_test(what_was_not_checked_leaves_it_open_and_a_warning_does_not),
        cmocka_unit_test(each_file_begins_anew),
        cmocka_unit_test(counts_are_whole_where_findings_are_not),
        cmocka_unit_test(a_line_that_does_not_fit_is_no_line),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
