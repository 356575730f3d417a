#include "reading.h"

#include "json_members.h"
#include "json_tree.h"

enum { BOMB = 100000, MANY = 20000 };

struct fixture {
    struct tf_json_tree *tree;
    struct tf_arena *arena;
    struct tf_json_node *root;
    struct tf_problem problem;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->tree = tf_json_tree_create();
    f->arena = tf_arena_create(READING_ARENA_BYTES);
    assert_non_null(f->tree);
    assert_non_null(f->arena);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    assert_null(tf_json_tree_destroy(f->tree));
    tf_arena_destroy(f->arena);
    free(f);
    return 0;
}

static enum tf_err parse_bytes(struct fixture *f, const char *text, size_t len)
{
    struct tf_json_path base = {0};
    char *exact = malloc(len + 1); /* without padding of its own, so that a sanitizer sees any read past the end */
    assert_non_null(exact);
    memcpy(exact, text != NULL ? text : "", len);
    enum tf_err err = tf_json_tree_parse(f->tree, (struct tf_str){exact, len}, &base, f->arena, &f->root, &f->problem);
    free(exact);
    assert_true(err == TF_OK || f->problem.err == err);
    return err;
}

static const struct tf_json_node *parsed(struct fixture *f, const char *text)
{
    if (parse_bytes(f, text, strlen(text)) != TF_OK) {
        reading_print(&f->problem);
        fail();
    }
    return f->root;
}

static void refused(struct fixture *f, const char *text, enum tf_err err, const char *path, size_t offset)
{
    enum tf_err got = parse_bytes(f, text, strlen(text));
    if (got != err || f->problem.offset != offset || !tf_str_is(f->problem.path, path)) {
        print_error("%s: expected %s at %s, byte %zu\n", text, tf_err_reason(err), path, offset);
        reading_print(&f->problem);
        fail();
    }
}

static void test_every_type_becomes_a_node(void **state)
{
    struct fixture *f = *state;
    const struct tf_json_node *root = parsed(f, " {\"s\":\"x\",\"n\": -1.50e3 ,\"t\":true,\"f\":false,\"z\":null,\"a\":[1,\"2\",[]],\"o\":{}} \n");
    assert_int_equal(root->type, TF_JSON_OBJECT);
    assert_int_equal(root->count, 7);
    assert_int_equal(root->offset, 1);
    const struct tf_json_node *a = tf_json_members_find(root, TF_STR("a"));
    assert_int_equal(a->type, TF_JSON_ARRAY);
    assert_int_equal(a->count, 3);
    assert_int_equal(a->as.items[0].type, TF_JSON_NUMBER);
    assert_int_equal(a->as.items[2].type, TF_JSON_ARRAY);
    assert_int_equal(a->as.items[2].count, 0);
    reading_str(a->as.items[1].as.text, "2");
    const struct tf_json_node *n = tf_json_members_find(root, TF_STR("n"));
    reading_str(n->as.text, "-1.50e3");
    assert_int_equal(n->offset, 15);
    assert_int_equal(tf_json_members_find(root, TF_STR("t"))->type, TF_JSON_TRUE);
    assert_int_equal(tf_json_members_find(root, TF_STR("f"))->type, TF_JSON_FALSE);
    assert_int_equal(tf_json_members_find(root, TF_STR("o"))->count, 0);
    assert_null(tf_json_members_find(root, TF_STR("z")));
    assert_int_equal(root->as.items[6].type, TF_JSON_NULL);
}

static void test_members_come_in_order_of_their_bytes(void **state)
{
    struct fixture *f = *state;
    const struct tf_json_node *root = parsed(f, "{\"b\":1,\"\\u0061\":2,\"\xC3\xA9\":3,\"B\":4,\"\":5}");
    static const char *const order[] = {"", "B", "a", "b", "\xC3\xA9"};
    for (size_t i = 0; i < 5; i++)
        assert_true(tf_str_is(root->as.items[i].name, order[i]));
    assert_false(root->as.items[2].name_plain);
    assert_true(root->as.items[3].name_plain);
}

static void test_strings_are_unescaped(void **state)
{
    struct fixture *f = *state;
    const struct tf_json_node *root = parsed(f, "{\"a\":\"x\\\"\\\\\\n\\u00e9\\ud83d\\ude02\",\"b\":\"\",\"c\\\"d\":\"{[,:]}\"}");
    reading_str(root->as.items[0].as.text, "x\"\\\n\xC3\xA9\xF0\x9F\x98\x82");
    assert_false(root->as.items[0].text_plain);
    reading_str(root->as.items[1].as.text, "");
    assert_true(root->as.items[1].text_plain);
    reading_str(root->as.items[2].name, "c\"d");
    reading_str(root->as.items[2].as.text, "{[,:]}");
}

static void test_malformed_texts_are_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const rows[] = {
        "{", "[", "{]", "[}", "{}{}", "{} {}", "[] x", "{}x", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{a:1}", "{1:2}",
        "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "[1,]", "[,1]", "[1 2]", "[1,2", "[[1]", "{\"a\":[1]", "{\"a\":{\"b\":1}", "[\"a]",
        "[01]", "[1.]", "[.5]", "[+1]", "[1e]", "[0x1]", "[1a]", "[-]", "[NaN]", "[Infinity]", "[tru]", "[truee]", "[nul]", "[nulll]",
        "[True]", "['a']", "[\"a\"b]", "[1\"a\"]", "[\"a\"\"b\"]", "[true\"a\"]", "[\"\\x\"]", "[\"\\u12\"]", "[\"\t\"]", "{\"a\nb\":1}",
        "[1]]", "{\"a\":1}}", "[\"a\":1]", "{\"a\":1:2}", "garbage", "\"a\":\"b\"", "kind=invoice", "[/*c*/1]", "\xEF\xBB\xBF{}", "[1}", "{\"a\":[}]",
        "{\"a\":[1,2}", "[{\"a\":1]", "{\"a\":tru}", "[\"\\\"]", "{\"\":}", "{\"a\":\"b\":\"c\"}", "{\"a\":\"b\":{\"c\":1}}}",
        "[\"a\",\"b\":{\"c\":1}},1]", "[\"a\":\"b\":[1]],1]", ":", ",", "]", "}", "[:]", "[{]}",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (parse_bytes(f, rows[i], strlen(rows[i])) != TF_E_JSON) {
            print_error("text: %s\n", rows[i]);
            reading_print(&f->problem);
            fail();
        }
    }
}

static void test_nul_bytes_end_nothing(void **state)
{
    struct fixture *f = *state;
    refused(f, "Payments of 2026", TF_E_JSON, "$", 0);
    assert_non_null(strstr(f->problem.detail.ptr, "header_line")); /* of a table that nobody recognised */
    assert_int_equal(parse_bytes(f, "{}\0", 3), TF_E_JSON);
    assert_int_equal(parse_bytes(f, "[1\0]", 4), TF_E_JSON);
    assert_int_equal(parse_bytes(f, "[\"a\0\"]", 6), TF_E_JSON);
    assert_int_equal(parse_bytes(f, "\0", 1), TF_E_JSON);
}

static void test_roots_that_are_no_container_have_the_wrong_type(void **state)
{
    struct fixture *f = *state;
    static const char *const rows[] = {"", " ", "\n\t\r ", "1", "-1.5e3", "\"text\"", "true", "false", " null "};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(parse_bytes(f, rows[i], strlen(rows[i])), TF_E_TYPE);
    assert_int_equal(parse_bytes(f, NULL, 0), TF_E_TYPE);
}

static void test_problems_carry_path_and_offset(void **state)
{
    struct fixture *f = *state;
    refused(f, "{\"invoice\":{\"lines\":[{},{\"net\":01}]}}", TF_E_JSON, "$.invoice.lines[1].net", 31);
    refused(f, "{\"a\":[1,{\"b\":\"\\u0000\"}]}", TF_E_VALUE, "$.a[1].b", 14);
    refused(f, "{\"a\":\"x\\ud800\"}", TF_E_UTF8, "$.a", 7);
    refused(f, "{\"a\":1,\"b\":{\"c\":2,\"d\":3,\"c\":4}}", TF_E_DUPLICATE_KEY, "$.b.c", 28);
    refused(f, "{\"a\":\"x\xFFy\"}", TF_E_UTF8, "$", 7);
    refused(f, "{\"a\":\"open}", TF_E_JSON, "$", 5);
    refused(f, "{\"a\":tru}", TF_E_JSON, "$.a", 5);
}

static void test_doubled_names_are_refused_after_unescaping(void **state)
{
    struct fixture *f = *state;
    refused(f, "{\"a\":1,\"a\":1}", TF_E_DUPLICATE_KEY, "$.a", 11);
    refused(f, "{\"a\":1,\"\\u0061\":2}", TF_E_DUPLICATE_KEY, "$.a", 16);
    refused(f, "[{\"b\":1,\"a\":1,\"b\":null}]", TF_E_DUPLICATE_KEY, "$[0].b", 18);
    assert_int_equal(parse_bytes(f, "{\"a\":{\"a\":1},\"A\":1}", 19), TF_OK);
}

static void test_invalid_utf8_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const rows[] = {"\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\xE2\x82", "\x80", "\xF8\x88\x80\x80\x80"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *value = reading_printf("{\"a\":\"%s\"}", rows[i]);
        assert_int_equal(parse_bytes(f, value, strlen(value)), TF_E_UTF8);
        const char *name = reading_printf("{\"%s\":1}", rows[i]);
        assert_int_equal(parse_bytes(f, name, strlen(name)), TF_E_UTF8);
    }
}

static void test_depth_has_a_limit(void **state)
{
    struct fixture *f = *state;
    char text[2 * TF_EVENT_DEPTH_MAX + 3];
    memset(text, '[', TF_EVENT_DEPTH_MAX);
    memset(text + TF_EVENT_DEPTH_MAX, ']', TF_EVENT_DEPTH_MAX);
    assert_int_equal(parse_bytes(f, text, 2 * TF_EVENT_DEPTH_MAX), TF_OK);
    memset(text, '[', TF_EVENT_DEPTH_MAX + 1);
    memset(text + TF_EVENT_DEPTH_MAX + 1, ']', TF_EVENT_DEPTH_MAX + 1);
    assert_int_equal(parse_bytes(f, text, 2 * TF_EVENT_DEPTH_MAX + 2), TF_E_DEPTH);
    assert_int_equal(f->problem.offset, TF_EVENT_DEPTH_MAX);
}

static void test_depth_bombs_do_nothing(void **state)
{
    struct fixture *f = *state;
    char *bomb = malloc(2 * BOMB);
    assert_non_null(bomb);
    memset(bomb, '[', BOMB);
    assert_int_equal(parse_bytes(f, bomb, BOMB), TF_E_DEPTH);
    memset(bomb + BOMB, ']', BOMB);
    assert_int_equal(parse_bytes(f, bomb, 2 * BOMB), TF_E_DEPTH);
    for (size_t i = 0; i + 5 <= 2 * BOMB; i += 5)
        memcpy(bomb + i, "{\"a\":", 5);
    assert_int_equal(parse_bytes(f, bomb, 2 * BOMB), TF_E_DEPTH);
    free(bomb);
}

static void test_large_objects_are_sorted_and_searched(void **state)
{
    struct fixture *f = *state;
    struct tf_str text = TF_STR_NONE;
    char *bytes = malloc(MANY * 16 + 2);
    assert_non_null(bytes);
    size_t len = 0;
    for (size_t i = 0; i < MANY; i++)
        len += (size_t)sprintf(bytes + len, "%c\"k%zu\":%zu", i == 0 ? '{' : ',', i * 7 % MANY, i);
    bytes[len++] = '}';
    text = (struct tf_str){bytes, len};
    assert_int_equal(parse_bytes(f, text.ptr, text.len), TF_OK);
    assert_int_equal(f->root->count, MANY);
    assert_non_null(tf_json_members_find(f->root, TF_STR("k19999")));
    assert_int_equal(parse_bytes(f, "{\"a\":1}", 7), TF_OK); /* and the buffers serve the next text */
    free(bytes);
}

static void test_values_and_bytes_have_limits(void **state)
{
    struct fixture *f = *state;
    size_t len = 2 * (TF_JSON_TREE_NODES_MAX + 1) + 1;
    char *bytes = malloc(len);
    assert_non_null(bytes);
    memset(bytes, ',', len);
    for (size_t i = 1; i < len; i += 2)
        bytes[i] = '1';
    bytes[0] = '[';
    bytes[len - 1] = ']';
    assert_int_equal(parse_bytes(f, bytes, len), TF_E_TOO_MANY);
    bytes[len - 3] = ']';
    assert_int_equal(parse_bytes(f, bytes, len - 2), TF_OK);
    free(bytes);
    char *space = calloc(TF_JSON_TREE_BYTES_MAX + 1, 1);
    assert_non_null(space);
    memset(space, ' ', TF_JSON_TREE_BYTES_MAX + 1);
    memcpy(space, "{}", 2);
    assert_int_equal(parse_bytes(f, space, TF_JSON_TREE_BYTES_MAX + 1), TF_E_TOO_BIG);
    tf_arena_rewind(f->arena);
    assert_int_equal(parse_bytes(f, space, TF_JSON_TREE_BYTES_MAX), TF_OK);
    free(space);
}

static void test_a_full_arena_is_a_limit(void **state)
{
    struct fixture *f = *state;
    struct tf_json_path base = {0};
    struct tf_arena *small = tf_arena_create(4096);
    assert_non_null(small);
    char text[8192];
    memset(text, ' ', sizeof text);
    memcpy(text, "{}", 2);
    assert_int_equal(tf_json_tree_parse(f->tree, (struct tf_str){text, sizeof text}, &base, small, &f->root, &f->problem), TF_E_LIMIT);
    struct tf_str many = TF_STR("[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
                                "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]");
    assert_int_equal(tf_json_tree_parse(f->tree, many, &base, small, &f->root, &f->problem), TF_E_LIMIT);
    tf_arena_destroy(small);
}

static enum tf_err split_text(struct fixture *f, const char *text, size_t max, struct tf_str **elements, size_t *count)
{
    return tf_json_tree_split(f->tree, tf_str_of(text), max, f->arena, elements, count, &f->problem);
}

static void test_split_gives_the_text_of_each_element(void **state)
{
    struct fixture *f = *state;
    struct tf_str *elements;
    size_t count;
    assert_int_equal(split_text(f, " [ {\"a\":[1,{}]} , 5, [1, 2] ,\"x\\\"]\" , null,{}]\n", 10, &elements, &count), TF_OK);
    static const char *const expected[] = {"{\"a\":[1,{}]}", "5", "[1, 2]", "\"x\\\"]\"", "null", "{}"};
    assert_int_equal(count, 6);
    for (size_t i = 0; i < count; i++)
        reading_str(elements[i], expected[i]);
    assert_int_equal(split_text(f, "[]", 10, &elements, &count), TF_OK);
    assert_int_equal(count, 0);
}

static void test_split_leaves_the_inside_of_elements_to_their_reader(void **state)
{
    struct fixture *f = *state;
    struct tf_str *elements;
    size_t count;
    assert_int_equal(split_text(f, "[{\"a\":1,\"a\":2},{\"b\":01},{}]", 10, &elements, &count), TF_OK);
    assert_int_equal(count, 3);
    reading_str(elements[1], "{\"b\":01}");
}

static void test_split_refuses_what_is_no_array(void **state)
{
    struct fixture *f = *state;
    struct tf_str *elements;
    size_t count;
    assert_int_equal(split_text(f, "{}", 10, &elements, &count), TF_E_TYPE);
    assert_int_equal(split_text(f, "", 10, &elements, &count), TF_E_TYPE);
    assert_int_equal(split_text(f, "7", 10, &elements, &count), TF_E_TYPE);
    static const char *const rows[] = {"[", "[{}", "[{},]", "[,{}]", "[{} {}]", "[{}]]", "[{}] x", "[{}}]", "[1:2]", "[}", "[{\"a\":[}]"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (split_text(f, rows[i], 10, &elements, &count) == TF_OK)
            for (size_t j = 0; j < count; j++) /* a lopsided element is the reader's to refuse, and must be */
                assert_int_not_equal(parse_bytes(f, elements[j].ptr, elements[j].len), TF_OK);
    assert_int_equal(split_text(f, "[1,2,3]", 2, &elements, &count), TF_E_TOO_MANY);
    assert_int_equal(split_text(f, "[1,2]", 2, &elements, &count), TF_OK);
    assert_int_equal(split_text(f, "[\"\xFF\"]", 2, &elements, &count), TF_E_UTF8);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_type_becomes_a_node),
        TEST(test_members_come_in_order_of_their_bytes),
        TEST(test_strings_are_unescaped),
        TEST(test_malformed_texts_are_refused),
        TEST(test_nul_bytes_end_nothing),
        TEST(test_roots_that_are_no_container_have_the_wrong_type),
        TEST(test_problems_carry_path_and_offset),
        TEST(test_doubled_names_are_refused_after_unescaping),
        TEST(test_invalid_utf8_is_refused),
        TEST(test_depth_has_a_limit),
        TEST(test_depth_bombs_do_nothing),
        TEST(test_large_objects_are_sorted_and_searched),
        TEST(test_values_and_bytes_have_limits),
        TEST(test_a_full_arena_is_a_limit),
        TEST(test_split_gives_the_text_of_each_element),
        TEST(test_split_leaves_the_inside_of_elements_to_their_reader),
        TEST(test_split_refuses_what_is_no_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
