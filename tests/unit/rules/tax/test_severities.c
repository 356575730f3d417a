#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "severities.h"

static struct tf_tax_severities *loaded(const char *const *rows, size_t count)
{
    struct tf_tax_severities *severities = NULL;
    struct tf_fault fault = {0};
    const struct tf_string_list list = {.items = rows, .count = count};
    assert_int_equal(tf_tax_severities_create(&list, &severities, &fault), TF_OK);
    return severities;
}

static void test_without_rows_a_rule_keeps_its_own(void **state)
{
    (void)state;
    assert_int_equal(tf_tax_severities_of(NULL, TF_STR("ACME"), TF_STR("BR-01"), TF_TAX_FATAL), TF_TAX_FATAL);
    struct tf_tax_severities *none = loaded(NULL, 0);
    assert_int_equal(tf_tax_severities_of(none, TF_STR("ACME"), TF_STR("TF-15"), TF_TAX_WARNING), TF_TAX_WARNING);
    tf_tax_severities_destroy(none);
}

static void test_the_last_row_that_fits_wins(void **state)
{
    (void)state;
    static const char *const rows[] = {"BR-CO-10 = warning", "BR-*=info", "ACME/BR-01=off", "UBL-CR-*=off"};
    struct tf_tax_severities *s = loaded(rows, 4);
    assert_int_equal(tf_tax_severities_of(s, TF_STR("OTHER"), TF_STR("BR-CO-10"), TF_TAX_FATAL), TF_TAX_INFO);
    assert_int_equal(tf_tax_severities_of(s, TF_STR("ACME"), TF_STR("BR-01"), TF_TAX_FATAL), TF_TAX_OFF);
    assert_int_equal(tf_tax_severities_of(s, TF_STR("OTHER"), TF_STR("BR-01"), TF_TAX_FATAL), TF_TAX_INFO);
    assert_int_equal(tf_tax_severities_of(s, TF_STR("OTHER"), TF_STR("TF-15"), TF_TAX_WARNING), TF_TAX_WARNING);
    assert_int_equal(tf_tax_severities_of(s, TF_STR_NONE, TF_STR("UBL-CR-561"), TF_TAX_WARNING), TF_TAX_OFF);
    tf_tax_severities_destroy(s);
}

static void test_wrong_rows_are_named_with_the_remedy(void **state)
{
    (void)state;
    static const struct { const char *row, *words; } cases[] = {
        {"BR-CO-1=off", "did you mean"}, {"NOSUCH=off", "`taxflow rules`"}, {"BR-01", "RULE=WORD"},
        {"BR-01=loud", "fatal, warning, info, off"}, {"/BR-01=off", "COMPANY/RULE"}, {"=off", "RULE=WORD"}, {"ZZ*=off", "no rule has this id"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_tax_severities *severities = NULL;
        struct tf_fault fault = {0};
        const struct tf_string_list list = {.items = &cases[i].row, .count = 1};
        assert_int_equal(tf_tax_severities_create(&list, &severities, &fault), TF_E_CONFIG);
        assert_null(severities);
        assert_non_null(strstr(fault.text, cases[i].words));
        assert_non_null(strstr(fault.text, cases[i].row));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_rows_a_rule_keeps_its_own),
        cmocka_unit_test(test_the_last_row_that_fits_wins),
        cmocka_unit_test(test_wrong_rows_are_named_with_the_remedy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
