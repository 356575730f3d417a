#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "taxflow/json.h"

static struct tf_buf out;
static struct tf_json json;

static int begin(void **state)
{
    (void)state;
    tf_buf_init(&out, 1 << 20);
    tf_json_init(&json, &out);
    return 0;
}

static int end(void **state)
{
    (void)state;
    tf_buf_finish(&out);
    return 0;
}

static void assert_out(const char *expected)
{
    assert_false(out.failed);
    tf_buf_putc(&out, '\0');
    assert_string_equal(out.ptr, expected);
    tf_buf_reset(&out);
    tf_json_init(&json, &out);
}

static void commas_go_where_they_belong(void **state)
{
    (void)state;
    tf_json_object(&json);
    tf_json_ktext(&json, "a", "x");
    tf_json_key(&json, "b");
    tf_json_array(&json);
    tf_json_i64(&json, -1);
    tf_json_object(&json);
    tf_json_object_end(&json);
    tf_json_array(&json);
    tf_json_null(&json);
    tf_json_array_end(&json);
    tf_json_raw(&json, TF_STR("{\"r\":1}"));
    tf_json_array_end(&json);
    tf_json_kbool(&json, "c", true);
    tf_json_kbool(&json, "d", false);
    tf_json_kstr(&json, "e", TF_STR_NONE);
    tf_json_ki64(&json, "f", 2);
    tf_json_ku64(&json, "g", 3);
    tf_json_key(&json, "h");
    tf_json_raw(&json, TF_STR_NONE);
    tf_json_object_end(&json);
    assert_out("{\"a\":\"x\",\"b\":[-1,{},[null],{\"r\":1}],\"c\":true,\"d\":false,\"e\":null,\"f\":2,\"g\":3,\"h\":null}");
}

static void a_value_stands_alone(void **state)
{
    (void)state;
    tf_json_text(&json, "x");
    assert_out("\"x\"");
    tf_json_array(&json);
    tf_json_array_end(&json);
    assert_out("[]");
}

static void integers_to_their_ends(void **state)
{
    (void)state;
    tf_json_array(&json);
    tf_json_i64(&json, INT64_MIN);
    tf_json_i64(&json, INT64_MAX);
    tf_json_u64(&json, UINT64_MAX);
    tf_json_u64(&json, 0);
    tf_json_array_end(&json);
    assert_out("[-9223372036854775808,9223372036854775807,18446744073709551615,0]");
}

static void strings_use_the_shortest_escapes(void **state)
{
    (void)state;
    tf_json_str(&json, TF_STR("\"\\/\b\f\n\r\t\0\x1f\x7f\xe2\x82\xac\xf0\x9f\x98\x80"));
    assert_out("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\xe2\x82\xac\xf0\x9f\x98\x80\"");
    tf_json_object(&json);
    tf_json_ki64(&json, "a\"b", 1);
    tf_json_object_end(&json);
    assert_out("{\"a\\\"b\":1}");
    tf_json_str(&json, TF_STR(""));
    assert_out("\"\"");
}

static void bytes_outside_utf8_are_replaced(void **state)
{
    (void)state;
#define BAD "\xef\xbf\xbd"
    tf_json_str(&json, TF_STR("a\xff" "b\xed\xa0\x80" "c\xc0\x80"));
    assert_out("\"a" BAD "b" BAD BAD BAD "c" BAD BAD "\"");
    tf_json_str(&json, TF_STR("cut\xe2\x82"));
    assert_out("\"cut" BAD BAD "\"");
    tf_json_str(&json, TF_STR("\xe2\"\n"));
    assert_out("\"" BAD "\\\"\\n\"");
    assert_true(tf_str_utf8_valid(TF_STR(BAD)));
}

static void doubles_read_back_the_same(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.1, "0.1"}, {1.0, "1"}, {-0.0, "-0"}, {0.1 + 0.2, "0.30000000000000004"}, {1e22, "1e+22"}, {123456.789, "123456.789"},
        {5e-7, "5e-07"}, {1.0 / 3, "0.3333333333333333"}, {NAN, "null"}, {INFINITY, "null"}, {-INFINITY, "null"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tf_json_double(&json, rows[i].value);
        assert_out(rows[i].text);
    }
    static const double ends[] = {DBL_MAX, -DBL_MAX, DBL_MIN, 4.9406564584124654e-324, 1 + DBL_EPSILON};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        tf_json_double(&json, ends[i]);
        tf_buf_putc(&out, '\0');
        assert_true(strtod(out.ptr, NULL) == ends[i]);
        tf_buf_reset(&out);
    }
}

static void depth_has_a_limit(void **state)
{
    (void)state;
    for (int i = 0; i < TF_JSON_DEPTH_MAX; i++) {
        tf_json_array(&json);
        tf_json_i64(&json, i);
    }
    for (int i = 0; i < TF_JSON_DEPTH_MAX; i++) {
        tf_json_i64(&json, i);
        tf_json_array_end(&json);
    }
    assert_false(out.failed);
    assert_true(tf_str_starts(tf_buf_view(&out), TF_STR("[0,[1,[2,")));
    tf_buf_reset(&out);
    tf_json_init(&json, &out);
    for (int i = 0; i <= TF_JSON_DEPTH_MAX; i++)
        tf_json_array(&json);
    assert_true(out.failed);
}

static void misuse_fails(void **state)
{
    (void)state;
    tf_json_array_end(&json);
    assert_true(out.failed);
    begin(state);
    tf_json_key(&json, "nowhere");
    assert_true(out.failed);
    begin(state);
    tf_json_object(&json);
    tf_json_key(&json, "a");
    tf_json_object_end(&json);
    assert_true(out.failed);
    end(state);
    begin(state);
    tf_json_object(&json);
    tf_json_key(&json, "a");
    tf_json_key(&json, "b");
    assert_true(out.failed);
}

static void no_room_is_the_buffers_failure(void **state)
{
    (void)state;
    tf_buf_finish(&out);
    tf_buf_init(&out, 4);
    tf_json_text(&json, "12");
    assert_false(out.failed);
    tf_buf_reset(&out);
    tf_json_init(&json, &out);
    tf_json_text(&json, "123");
    assert_true(out.failed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(commas_go_where_they_belong),
        TEST(a_value_stands_alone),
        TEST(integers_to_their_ends),
        TEST(strings_use_the_shortest_escapes),
        TEST(bytes_outside_utf8_are_replaced),
        TEST(doubles_read_back_the_same),
        TEST(depth_has_a_limit),
        TEST(misuse_fails),
        TEST(no_room_is_the_buffers_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
