#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/json_data.h"

static struct tf_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = tf_arena_create(1 << 20);
    return arena ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena = tf_arena_destroy(arena);
    return 0;
}

static void test_members_and_their_lines(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    const struct tf_json_data data = {TF_STR("{\n \"b\": [1,\n  \"x\"],\n \"a\": null\n}"), "f.json", &fault};
    const struct tf_json_node *root;
    assert_int_equal(tf_json_data_parse(&data, arena, &root), TF_OK);
    const struct tf_json_node *list = tf_json_data_member(root, "b");
    assert_non_null(list);
    assert_null(tf_json_data_member(root, "a"));
    assert_null(tf_json_data_member(root, "c"));
    assert_int_equal(list->count, 2);
    assert_int_equal(tf_json_data_wrong(&data, &list->as.items[1], "%s is wrong", "it"), TF_E_CONFIG);
    assert_string_equal(fault.text, "f.json:3: it is wrong");
}

static void test_what_is_no_json_is_told_with_its_line(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\n\"a\": 1,\n\"b\" 2\n}", "{\n\n\"a\": tru }", "{\"a\": 1,\n\"c\": 2,\n\"a\": 3}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tf_fault fault = {0};
        const struct tf_json_data data = {tf_str_of(texts[i]), "f.json", &fault};
        const struct tf_json_node *root;
        assert_int_equal(tf_json_data_parse(&data, arena, &root), TF_E_CONFIG);
        if (strncmp(fault.text, "f.json:3: ", 10) != 0)
            fail_msg("%s", fault.text);
    }
}

static void test_the_root_is_an_object(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    const struct tf_json_data list = {TF_STR("\n[]"), "f.json", &fault}, nothing = {TF_STR(""), "f.json", &fault};
    const struct tf_json_node *root;
    assert_int_equal(tf_json_data_parse(&list, arena, &root), TF_E_CONFIG);
    assert_string_equal(fault.text, "f.json:2: the file must be one object: { … }");
    assert_int_equal(tf_json_data_parse(&nothing, arena, &root), TF_E_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_and_their_lines),
        cmocka_unit_test(test_what_is_no_json_is_told_with_its_line),
        cmocka_unit_test(test_the_root_is_an_object),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
