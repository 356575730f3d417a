#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base64.h"

static void test_decodes_the_vectors_of_rfc_4648(void **state)
{
    (void)state;
    static const struct { const char *text, *bytes; } rows[] = {
        {"", ""}, {"Zg==", "f"}, {"Zm8=", "fo"}, {"Zm9v", "foo"}, {"Zm9vYg==", "foob"}, {"Zm9vYmE=", "fooba"}, {"Zm9vYmFy", "foobar"},
        {" Zm9v\r\n\tYmFy \n", "foobar"}, {"+/+/", "\xFB\xFF\xBF"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[64];
        size_t len = 0;
        assert_true(tf_base64_decode(tf_str_of(rows[i].text), out, &len));
        assert_int_equal(len, strlen(rows[i].bytes));
        assert_memory_equal(out, rows[i].bytes, len);
    }
}

static void test_decodes_in_place(void **state)
{
    (void)state;
    char text[] = "Zm9v YmFy Zm8=";
    size_t len = 0;
    assert_true(tf_base64_decode(tf_str_of(text), text, &len));
    assert_int_equal(len, 8);
    assert_memory_equal(text, "foobarfo", 8);
}

static void test_refuses_what_is_no_base64(void **state)
{
    (void)state;
    static const char *const rows[] = {"Z", "Zg", "Zg=", "Zm9", "Zg===", "====", "A===", "=", "Zm9v=", "Zg==Zg==", "Zm=v", "Z*9v", "Zm_v",
                                       "Zh==", "Zm9=", "Zg==x", "\xC3\xA9\xC3\xA9"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[64];
        size_t len;
        if (tf_base64_decode(tf_str_of(rows[i]), out, &len))
            fail_msg("taken: %s", rows[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decodes_the_vectors_of_rfc_4648),
        cmocka_unit_test(test_decodes_in_place),
        cmocka_unit_test(test_refuses_what_is_no_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
