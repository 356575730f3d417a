#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "taxflow/roles.h"

static struct tf_config_source *configured(const char *const *sets, size_t count)
{
    struct tf_config_error errors[4];
    size_t found = 0;
    static char *environment[] = {NULL};
    const struct tf_config_request request = {.file = "/dev/null", .role = "tax", .sets = sets, .sets_count = count, .environment = environment};
    struct tf_config_source *source = NULL;
    if (tf_config_load(&request, &source, errors, 4, &found) != TF_OK)
        fail_msg("%s: %s", errors[0].where, errors[0].text);
    return source;
}

/* Loads with one option set; what it says when it does not. */
static enum tf_err load(const char *set, struct tf_tax_setup *ret_setup, struct tf_fault *fault)
{
    struct tf_config_source *source = configured(&set, set ? 1 : 0);
    *fault = (struct tf_fault){0};
    *ret_setup = (struct tf_tax_setup){.code_lists = NULL};
    const enum tf_err err = tf_tax_setup_load(tf_config_get(source), ret_setup, fault);
    tf_config_destroy(source);
    return err;
}

static void write_lists(const char *path, const char *currency)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    const struct tf_str builtin = tf_code_lists_builtin_text();
    fprintf(file, "currency 2000-01-01\n %s\n%.*s", currency, TF_STR_ARGS(builtin));
    fclose(file);
}

static void test_what_is_built_in_needs_no_file(void **state)
{
    (void)state;
    struct tf_tax_setup setup;
    struct tf_fault fault;
    assert_int_equal(load(NULL, &setup, &fault), TF_OK);
    assert_int_equal(setup.options.profiles, 0); /* as BT-24 says */
    assert_false(setup.options.strict);
    assert_true(tf_code_lists_has(setup.options.code_lists, TF_CODES_CURRENCY, 0, TF_STR("EUR")));
    tf_tax_setup_finish(&setup);
    assert_int_equal(load("tax.mode=strict", &setup, &fault), TF_OK);
    assert_true(setup.options.strict);
    tf_tax_setup_finish(&setup);
}

static void test_profiles_are_names(void **state)
{
    (void)state;
    struct tf_tax_setup setup;
    struct tf_fault fault;
    assert_int_equal(load("tax.profiles=en16931,xrechnung", &setup, &fault), TF_OK);
    assert_int_equal(setup.options.profiles, 1u << TF_TAX_EN16931 | 1u << TF_TAX_XRECHNUNG);
    tf_tax_setup_finish(&setup);
    assert_int_equal(load("tax.profiles=own", &setup, &fault), TF_E_CONFIG); /* they are asked anyhow */
    assert_non_null(strstr(fault.text, "auto"));
}

static void test_code_lists_come_from_a_file(void **state)
{
    (void)state;
    char path[] = "/tmp/taxflow-setup-XXXXXX", set[64];
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    snprintf(set, sizeof set, "tax.code_lists=%s", path);
    struct tf_tax_setup setup;
    struct tf_fault fault;
    write_lists(path, "ABC");
    assert_int_equal(load(set, &setup, &fault), TF_OK);
    assert_true(tf_code_lists_has(setup.options.code_lists, TF_CODES_CURRENCY, 0, TF_STR("ABC")));
    assert_false(tf_code_lists_has(setup.options.code_lists, TF_CODES_CURRENCY, 0, TF_STR("EUR")));
    tf_tax_setup_finish(&setup);
    write_lists(path, "A\x01");
    assert_int_equal(load(set, &setup, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, path));
    assert_non_null(strstr(fault.text, ":2: "));
    unlink(path);
    assert_int_equal(load(set, &setup, &fault), TF_E_NO_INPUT);
    assert_non_null(strstr(fault.text, path));
    assert_int_equal(load("tax.code_lists=/tmp", &setup, &fault), TF_E_NO_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_built_in_needs_no_file),
        cmocka_unit_test(test_profiles_are_names),
        cmocka_unit_test(test_code_lists_come_from_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
