#include "syntax_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CONTEXT(where) {.form = TF_SYNTAX_CONTEXT, .text = where}
#define RULE(path) {.form = TF_SYNTAX_RULE, .id = "X-1", .bound = TF_BOUND_none, .text = path}

/* The text that was found wrong; NULL: none. */
static const char *wrong_text(const struct tf_syntax_row *rows, size_t count)
{
    const struct tf_syntax_rows all = {rows, count, 1, NULL};
    struct tf_xml_names *names = tf_xml_names_create();
    const char *wrong = "";
    struct tf_syntax_table *table = tf_syntax_table_create(&all, names, &wrong);
    assert_true((table == NULL) == (wrong != NULL));
    tf_syntax_table_destroy(table);
    tf_xml_names_destroy(names);
    return wrong;
}

static void a_row_that_cannot_be_read_is_named(void **state)
{
    static const struct { struct tf_syntax_row rows[2]; bool fine; } cases[] = {
        {{CONTEXT("/ubl:Invoice"), RULE("cac:Delivery/cbc:ID")}, true},
        {{CONTEXT("/ubl:Invoice"), RULE("(cac:Delivery|cac:Party)/cbc:ID/@schemeID{is a}")}, true},
        {{CONTEXT("/ubl:Invoice"), RULE("//@schemeID")}, true},
        {{CONTEXT("cac:Party"), RULE("cbc:ID")}, true},
        {{CONTEXT("/ubl:Invoice"), RULE("nonsense:ID")}, false},      /* no such prefix */
        {{CONTEXT("/ubl:Invoice"), RULE("cbc:ID{perhaps}")}, false},  /* no such condition */
        {{CONTEXT("/ubl:Invoice"), RULE("(cbc:ID)")}, false},         /* nothing to choose from */
        {{CONTEXT("cac:Party"), RULE("//cbc:ID")}, false},            /* anywhere, but not of the document */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *wrong = wrong_text(cases[i].rows, 2);
        if (cases[i].fine)
            assert_null(wrong);
        else
            assert_string_equal(wrong, cases[i].rows[1].text);
    }
}

static void an_element_has_the_first_suffix_that_fits(void **state)
{
    static const struct tf_syntax_row rows[] = {CONTEXT("/rsm:CrossIndustryInvoice"), CONTEXT("ram:*Amount"), CONTEXT("*Amount"), CONTEXT("*ID")};
    static const struct tf_syntax_rows all = {rows, 4, 1, NULL};
    struct tf_xml_names *names = tf_xml_names_create();
    const char *wrong;
    struct tf_syntax_table *table = tf_syntax_table_create(&all, names, &wrong);
    (void)state;
    assert_non_null(table);
    struct tf_str ram = TF_STR("urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100");
    assert_int_equal(tf_syntax_table_suffix(table, ram, TF_STR("TaxAmount")), 2);
    assert_int_equal(tf_syntax_table_suffix(table, TF_STR("urn:x"), TF_STR("TaxAmount")), 3);
    assert_int_equal(tf_syntax_table_suffix(table, TF_STR_NONE, TF_STR("GlobalID")), 4);
    assert_int_equal(tf_syntax_table_suffix(table, ram, TF_STR("mount")), 0);
    tf_syntax_table_destroy(table);
    tf_xml_names_destroy(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_that_cannot_be_read_is_named),
        cmocka_unit_test(an_element_has_the_first_suffix_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
