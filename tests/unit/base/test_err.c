#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "taxflow/err.h"

static void every_code_has_its_row(void **state)
{
    (void)state;
    for (int i = 0; i < TF_ERR_COUNT; i++) {
        enum tf_err err = (enum tf_err)i;
        assert_true(strlen(tf_err_reason(err)) > 0);
        assert_true(strlen(tf_err_text(err)) > 0);
        assert_int_equal(tf_err_class(err) == TF_CLASS_OK, err == TF_OK);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(tf_err_reason(err), tf_err_reason((enum tf_err)j));
    }
}

static void classes_and_words(void **state)
{
    (void)state;
    assert_int_equal(tf_err_class(TF_E_TIMEOUT), TF_CLASS_RETRY);
    assert_int_equal(tf_err_class(TF_E_JSON), TF_CLASS_DROP);
    assert_int_equal(tf_err_class(TF_E_BREACH), TF_CLASS_FATAL);
    assert_string_equal(tf_err_reason(TF_OK), "ok");
    assert_string_equal(tf_err_reason(TF_E_CONFLICT), "id-conflict");
}

static void a_code_from_outside_is_a_breach(void **state)
{
    (void)state;
    assert_int_equal(tf_err_class((enum tf_err)TF_ERR_COUNT), TF_CLASS_FATAL);
    assert_string_equal(tf_err_reason((enum tf_err)999), "breach");
    assert_int_equal(tf_err_exit_status((enum tf_err)999), 70);
}

static void exit_statuses_are_sysexits(void **state)
{
    (void)state;
    static const struct {
        enum tf_err err;
        int status;
    } rows[] = {
        {TF_OK, 0},           {TF_E_USAGE, 64},      {TF_E_JSON, 65},    {TF_E_CRASHED, 65}, {TF_E_NO_INPUT, 66},
        {TF_E_UNAVAILABLE, 69}, {TF_E_FULL, 69},     {TF_E_FATAL, 70},   {TF_E_BREACH, 70},  {TF_E_MEMORY, 70},
        {TF_E_LIMIT, 70},     {TF_E_PERMISSION, 77}, {TF_E_IO, 77}, {TF_E_CONFIG, 78},  {TF_E_FENCED, 78},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(tf_err_exit_status(rows[i].err), rows[i].status);
}

static void a_fault_keeps_code_and_words(void **state)
{
    (void)state;
    struct tf_fault fault;
    assert_int_equal(tf_fault_set(&fault, TF_E_CONFIG, "line %d", 7), TF_E_CONFIG);
    assert_int_equal(fault.code, TF_E_CONFIG);
    assert_string_equal(fault.text, "line 7");
    assert_int_equal(tf_fault_set(NULL, TF_E_IO, "nobody reads this"), TF_E_IO);
    assert_int_equal(tf_fault_set(&fault, TF_OK, "not a failure"), TF_E_BREACH);
    assert_int_equal(fault.code, TF_E_BREACH);
}

static void long_words_end_in_an_ellipsis(void **state)
{
    (void)state;
    struct tf_fault fault;
    char text[600];
    memset(text, 'a', sizeof text);
    text[TF_FAULT_TEXT_BYTES - 1] = '\0';
    tf_fault_set(&fault, TF_E_IO, "%s", text);
    assert_string_equal(fault.text, text); /* fits to the byte */
    text[TF_FAULT_TEXT_BYTES - 1] = 'a';
    text[sizeof text - 1] = '\0';
    tf_fault_set(&fault, TF_E_IO, "%s", text);
    assert_int_equal(strlen(fault.text), TF_FAULT_TEXT_BYTES - 1);
    assert_string_equal(fault.text + TF_FAULT_TEXT_BYTES - 5, "a\xe2\x80\xa6");
}

static void the_ellipsis_never_splits_a_character(void **state)
{
    (void)state;
    for (int shift = 0; shift < 3; shift++) {
        struct tf_fault fault;
        char text[601] = {0};
        memset(text, 'a', 3);
        for (int i = shift; i + 3 <= 600; i += 3)
            memcpy(text + i, "\xe2\x82\xac", 3);
        tf_fault_set(&fault, TF_E_IO, "%s", text);
        size_t len = strlen(fault.text);
        assert_string_equal(fault.text + len - 3, "\xe2\x80\xa6");
        assert_memory_equal(fault.text + len - 6, "\xe2\x82\xac", 3);
        assert_true(len >= TF_FAULT_TEXT_BYTES - 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_row),
        cmocka_unit_test(classes_and_words),
        cmocka_unit_test(a_code_from_outside_is_a_breach),
        cmocka_unit_test(exit_statuses_are_sysexits),
        cmocka_unit_test(a_fault_keeps_code_and_words),
        cmocka_unit_test(long_words_end_in_an_ellipsis),
        cmocka_unit_test(the_ellipsis_never_splits_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
