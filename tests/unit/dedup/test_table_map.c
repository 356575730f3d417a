#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "table_map.h"

static struct tf_str number(char out[16], int value)
{
    return (struct tf_str){out, (size_t)snprintf(out, 16, "k%d", value)};
}

static void test_many_keys_survive_growing(void **state)
{
    (void)state;
    struct tf_table_map map;
    char key[16], value[16];
    tf_table_map_init(&map, 10000, 42);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(tf_table_map_put(&map, number(key, i), number(value, i * 3)), TF_OK);
    for (int i = 0; i < 10000; i++)
        assert_true(tf_str_eq(tf_table_map_get(&map, number(key, i)), number(value, i * 3)));
    assert_false(tf_str_present(tf_table_map_get(&map, number(key, 10000))));
    tf_table_map_finish(&map);
}

static void test_keys_are_bytes(void **state)
{
    (void)state;
    struct tf_table_map map;
    tf_table_map_init(&map, 10, 1);
    assert_int_equal(tf_table_map_put(&map, TF_STR("a\0b"), TF_STR("1")), TF_OK);
    assert_int_equal(tf_table_map_put(&map, TF_STR("a\0c"), TF_STR("2")), TF_OK);
    assert_int_equal(tf_table_map_put(&map, TF_STR("a"), TF_STR("")), TF_OK);
    assert_true(tf_str_is(tf_table_map_get(&map, TF_STR("a\0b")), "1"));
    assert_true(tf_str_is(tf_table_map_get(&map, TF_STR("a\0c")), "2"));
    struct tf_str empty = tf_table_map_get(&map, TF_STR("a"));
    assert_true(tf_str_present(empty));
    assert_int_equal(empty.len, 0);
    tf_table_map_finish(&map);
}

static void test_full_still_overwrites(void **state)
{
    (void)state;
    struct tf_table_map map;
    tf_table_map_init(&map, 1, 1);
    assert_false(tf_str_present(tf_table_map_get(&map, TF_STR("a"))));
    assert_int_equal(tf_table_map_put(&map, TF_STR("a"), TF_STR("1")), TF_OK);
    assert_int_equal(tf_table_map_put(&map, TF_STR("b"), TF_STR("1")), TF_E_FULL);
    assert_int_equal(tf_table_map_put(&map, TF_STR("a"), TF_STR("22")), TF_OK);
    assert_true(tf_str_is(tf_table_map_get(&map, TF_STR("a")), "22"));
    assert_int_equal(map.count, 1);
    tf_table_map_finish(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_keys_survive_growing),
        cmocka_unit_test(test_keys_are_bytes),
        cmocka_unit_test(test_full_still_overwrites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
