#include "unit/config/config_fixture.h"

#include "config_text.h"

struct row {
    const char *text, *wanted; /* wanted NULL: refused */
    unsigned line;
    const char *needle;
};

static void numbers_get_their_suffix_and_nothing_else_changes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a = 2147483647;", "a = 2147483647;", 0, NULL},
        {"a = 2147483648;", "a = 2147483648L;", 0, NULL},
        {"a = -2147483648;", "a = -2147483648;", 0, NULL},
        {"a = -2147483649;", "a = -2147483649L;", 0, NULL},
        {"a=4294967296L;", "a=4294967296L;", 0, NULL},
        {"a=0xFFFFFFFF", "a=0xFFFFFFFFL", 0, NULL},
        {"a=(1,99999999999)", "a=(1,99999999999L)", 0, NULL},
        {"a = 99999999999.5; b = .99999999999; c = -1e99999999999;", "a = 99999999999.5; b = .99999999999; c = -1e99999999999;", 0, NULL},
        {"# 99999999999\n// 99999999999\n/* 99999999999\n */ x99999999999 = 1",
         "# 99999999999\n// 99999999999\n/* 99999999999\n */ x99999999999 = 1", 0, NULL},
        {"a = \"99999999999 \\\" 99999999999\";", "a = \"99999999999 \\\" 99999999999\";", 0, NULL},
        {"a = \"# no comment\"; b = 99999999999;", "a = \"# no comment\"; b = 99999999999L;", 0, NULL},
        {"", "", 0, NULL},
        {"\n\na = 99999999999999999999;", NULL, 3, "64 bits"},
        {"a = 0xFFFFFFFFFFFFFFFF;", NULL, 1, "64 bits"},
        {"a = 11111111111111111111111111111111111111111111111;", NULL, 1, "64 bits"},
        {"a = 1;\n/* open\n\n", NULL, 2, "never closed"},
        {"a = 1;\nb = \"open;\n\n", NULL, 2, "never closed"},
        {"a = \"x\\", NULL, 1, "never closed"},
        {"\n  @include \"other.conf\"\n", NULL, 2, "@include"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tf_buf out;
        tf_buf_init(&out, 4096);
        struct tf_config_text_problem problem = {0, ""};
        enum tf_err err = tf_config_text_copy(tf_str_of(rows[i].text), &out, &problem);
        assert_int_equal(err, rows[i].wanted ? TF_OK : TF_E_CONFIG);
        if (rows[i].wanted) {
            size_t len = strlen(rows[i].wanted);
            assert_int_equal(out.len, len + 2);
            assert_memory_equal(out.ptr, rows[i].wanted, len);
            assert_string_equal(out.ptr + len, "\n");
        } else {
            assert_int_equal(problem.line, rows[i].line);
            assert_non_null(strstr(problem.text, rows[i].needle));
        }
        tf_buf_finish(&out);
    }
}

static void nul_bytes_are_refused_with_their_line(void **state)
{
    (void)state;
    struct tf_buf out;
    tf_buf_init(&out, 4096);
    struct tf_config_text_problem problem;
    assert_int_equal(tf_config_text_copy(TF_STR("a = 1;\n\nb\0 = 2;\n"), &out, &problem), TF_E_CONFIG);
    assert_int_equal(problem.line, 3);
    tf_buf_finish(&out);
}

static void a_full_buffer_is_an_error(void **state)
{
    (void)state;
    struct tf_buf out;
    tf_buf_init(&out, 8);
    struct tf_config_text_problem problem;
    assert_int_equal(tf_config_text_copy(TF_STR("a = \"0123456789\";"), &out, &problem), TF_E_MEMORY);
    tf_buf_finish(&out);
}

static void lines_are_found(void **state)
{
    (void)state;
    struct tf_str text = TF_STR("one\n\nthree");
    assert_true(tf_str_is(tf_config_text_line(text, 1), "one"));
    assert_int_equal(tf_config_text_line(text, 2).len, 0);
    assert_true(tf_str_is(tf_config_text_line(text, 3), "three"));
    assert_false(tf_str_present(tf_config_text_line(text, 4)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_get_their_suffix_and_nothing_else_changes),
        cmocka_unit_test(nul_bytes_are_refused_with_their_line),
        cmocka_unit_test(a_full_buffer_is_an_error),
        cmocka_unit_test(lines_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
