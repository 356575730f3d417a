#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control_record.h"

static void test_round_trip(void **state)
{
    (void)state;
    struct tf_control control = {"0123456789abcdef", "MkU3OEVBNTcwNTJENDM2Qk", "fedcba9876543210", 12, 1700000000123}, back;
    struct tf_buf out;
    tf_buf_init(&out, 4096);
    tf_control_record_encode(&control, &out);
    assert_true(tf_str_is(tf_buf_view(&out), "{\"generation\":\"0123456789abcdef\",\"cluster_id\":\"MkU3OEVBNTcwNTJENDM2Qk\","
                                             "\"key_fingerprint\":\"fedcba9876543210\",\"partitions\":12,\"since_ms\":\"1700000000123\"}"));
    assert_true(tf_control_record_decode(tf_buf_view(&out), &back));
    assert_memory_equal(&back, &control, sizeof control);
    tf_buf_finish(&out);
}

static void test_reads_what_is_valid(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"generation\":\"a\"}",
        " { \"generation\" : \"a\" ,\n\"partitions\": 3 } ",
        "{\"later\":true,\"generation\":\"a\",\"note\":\"x\",\"number\":7,\"gone\":null}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tf_control control;
        assert_true(tf_control_record_decode(tf_str_of(texts[i]), &control));
        assert_string_equal(control.generation, "a");
        assert_string_equal(control.key_fingerprint, "");
        assert_int_equal(control.since_ms, 0);
    }
}

static void test_refuses_what_is_not(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "{", "{}", "[]", "null", "{\"generation\":\"\"}", "{\"generation\":\"a\"", "{\"generation\":\"a\"}x", "{\"generation\":\"a\",}",
        "{\"generation\":a}", "{\"generation\":7}", "{\"generation\":\"a\\u0041\"}", "{\"generation\":\"0123456789abcdef0\"}",
        "{\"generation\":\"a\",\"partitions\":\"3\"}", "{\"generation\":\"a\",\"partitions\":4294967296}", "{\"generation\":\"a\",\"partitions\":}",
        "{\"generation\":\"a\",\"since_ms\":3}", "{\"generation\":\"a\",\"since_ms\":\"9223372036854775808\"}",
        "{\"generation\":\"a\",\"x\":{}}", "{\"generation\":\"a\" \"x\":1}",
        "{\"generation\" \"a\"}", "{\"generation\":\"a\nb\"}", "{\"partitions\":3}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tf_control control = {.generation = "untouched"};
        assert_false(tf_control_record_decode(tf_str_of(texts[i]), &control));
        assert_string_equal(control.generation, "untouched");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_reads_what_is_valid),
        cmocka_unit_test(test_refuses_what_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
