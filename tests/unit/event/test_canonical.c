#include "reading.h"

#include "canonical.h"

struct fixture {
    struct tf_json_tree *tree;
    struct tf_arena *arena;
    struct tf_buf scratch;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->tree = tf_json_tree_create();
    f->arena = tf_arena_create(READING_ARENA_BYTES);
    tf_buf_init(&f->scratch, 1 << 20);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    tf_json_tree_destroy(f->tree);
    tf_arena_destroy(f->arena);
    tf_buf_finish(&f->scratch);
    free(f);
    return 0;
}

static enum tf_err canonical(struct fixture *f, const char *text, size_t max, struct tf_str *ret_body)
{
    struct tf_json_path base = {0};
    struct tf_json_node *root;
    struct tf_problem problem;
    assert_int_equal(tf_json_tree_parse(f->tree, tf_str_of(text), &base, f->arena, &root, &problem), TF_OK);
    return tf_canonical_body(root, max, &f->scratch, f->arena, ret_body);
}

static void expect(struct fixture *f, const char *text, const char *expected)
{
    struct tf_str body, again;
    assert_int_equal(canonical(f, text, 1 << 20, &body), TF_OK);
    reading_str(body, expected);
    assert_int_equal(canonical(f, expected, 1 << 20, &again), TF_OK);
    reading_str(again, expected); /* the canonical form is its own canonical form */
}

static void test_white_space_goes_and_values_stay(void **state)
{
    struct fixture *f = *state;
    expect(f, " { \"a\" : [ 1 , true , false , null , { } , [ ] ] }\n", "{\"a\":[1,true,false,null,{},[]]}");
    expect(f, "[]", "[]");
    expect(f, "{\"\":\"\"}", "{\"\":\"\"}");
}

static void test_numbers_keep_their_own_characters(void **state)
{
    struct fixture *f = *state;
    expect(f, "[1.0,1.00,1e2,-0,0.10,1E+30,123456789012345678901234567890]", "[1.0,1.00,1e2,-0,0.10,1E+30,123456789012345678901234567890]");
}

/* RFC 8785 section 3.2.2: the string of its example, whose numbers are not ours. */
static void test_strings_are_escaped_as_rfc_8785_does(void **state)
{
    struct fixture *f = *state;
    expect(f, "{\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"}",
           "{\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    expect(f, "[\"\\b\\t\\n\\f\\r\\u0001\\u001F\\u007f\"]", "[\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f\"]");
    expect(f, "[\"\\ud83d\\ude02\",\"\xF0\x9F\x98\x82\"]", "[\"\xF0\x9F\x98\x82\",\"\xF0\x9F\x98\x82\"]");
}

/* The members of RFC 8785 section 3.2.3, in the order of their UTF-8 bytes (ours; RFC 8785 sorts UTF-16 units). */
static void test_members_are_sorted_by_utf8_bytes(void **state)
{
    struct fixture *f = *state;
    expect(f,
           "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\","
           "\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
           "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"\xC3\xB6\":\"Latin Small Letter O With Diaeresis\","
           "\"\xE2\x82\xAC\":\"Euro Sign\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\",\"\xF0\x9F\x98\x80\":\"Emoji: Grinning Face\"}");
    expect(f, "{\"b\":{\"z\":1,\"y\":2},\"a\":[{\"d\":1,\"c\":2}],\"ab\":3,\"B\":4}", "{\"B\":4,\"a\":[{\"c\":2,\"d\":1}],\"ab\":3,\"b\":{\"y\":2,\"z\":1}}");
}

static void test_the_ceiling_is_exact(void **state)
{
    struct fixture *f = *state;
    struct tf_str body;
    const char *text = "{ \"a\" : \"\\u000f\\u00e9\" }"; /* 16 bytes when canonical */
    assert_int_equal(canonical(f, text, 16, &body), TF_OK);
    assert_int_equal(body.len, 16);
    assert_int_equal(canonical(f, text, 15, &body), TF_E_TOO_BIG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_white_space_goes_and_values_stay),
        TEST(test_numbers_keep_their_own_characters),
        TEST(test_strings_are_escaped_as_rfc_8785_does),
        TEST(test_members_are_sorted_by_utf8_bytes),
        TEST(test_the_ceiling_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
