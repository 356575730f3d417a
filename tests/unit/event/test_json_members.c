#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "json_members.h"

enum { MANY = 5000, NAME_BYTES = 32 };

static struct tf_json_node member(const char *name, enum tf_json_type type)
{
    return (struct tf_json_node){.name = tf_str_of(name), .type = (uint8_t)type};
}

static void test_cmp_is_by_unsigned_bytes_then_length(void **state)
{
    (void)state;
    assert_true(tf_json_members_cmp(TF_STR("a"), TF_STR("b")) < 0);
    assert_true(tf_json_members_cmp(TF_STR("a"), TF_STR("ab")) < 0);
    assert_true(tf_json_members_cmp(TF_STR(""), TF_STR("a")) < 0);
    assert_true(tf_json_members_cmp(TF_STR("Z"), TF_STR("a")) < 0);
    assert_true(tf_json_members_cmp(TF_STR("z"), TF_STR("\xC3\xA9")) < 0);
    assert_true(tf_json_members_cmp(TF_STR("az"), TF_STR("a\xC3\xA9")) < 0);
    assert_int_equal(tf_json_members_cmp(TF_STR("same"), TF_STR("same")), 0);
    assert_int_equal(tf_json_members_cmp(TF_STR(""), TF_STR("")), 0);
}

/* A permutation without randomness: 37 has no factor in common with the counts used. */
static void check_permutation(size_t count)
{
    struct tf_json_node *items = calloc(count, sizeof *items);
    char (*names)[NAME_BYTES] = calloc(count, sizeof *names);
    assert_non_null(items);
    assert_non_null(names);
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], "n%06zu", i * 37 % count);
        items[i] = member(names[i], TF_JSON_TRUE);
    }
    assert_null(tf_json_members_sort(items, count));
    for (size_t i = 1; i < count; i++)
        assert_true(tf_json_members_cmp(items[i - 1].name, items[i].name) < 0);
    free(items);
    free(names);
}

static void test_sort_orders_small_and_large_objects(void **state)
{
    (void)state;
    check_permutation(1);
    check_permutation(2);
    check_permutation(15);
    check_permutation(16);
    check_permutation(17);
    check_permutation(MANY);
    assert_null(tf_json_members_sort(NULL, 0));
}

static void test_sort_finds_doubled_names(void **state)
{
    (void)state;
    struct tf_json_node few[] = {member("b", TF_JSON_TRUE), member("a", TF_JSON_TRUE), member("b", TF_JSON_NULL)};
    const struct tf_json_node *doubled = tf_json_members_sort(few, 3);
    assert_non_null(doubled);
    assert_true(tf_str_is(doubled->name, "b"));
    struct tf_json_node many[40];
    char names[40][NAME_BYTES];
    for (size_t i = 0; i < 40; i++) {
        snprintf(names[i], sizeof names[i], "n%02zu", (size_t)(i == 39 ? 7 : 39 - i));
        many[i] = member(names[i], TF_JSON_TRUE);
    }
    doubled = tf_json_members_sort(many, 40);
    assert_non_null(doubled);
    assert_true(tf_str_is(doubled->name, "n07"));
}

static void test_find_treats_null_as_absent(void **state)
{
    (void)state;
    struct tf_json_node items[] = {member("a", TF_JSON_TRUE), member("b", TF_JSON_NULL), member("c", TF_JSON_FALSE)};
    struct tf_json_node object = {.type = TF_JSON_OBJECT, .count = 3, .as.items = items};
    assert_ptr_equal(tf_json_members_find(&object, TF_STR("a")), &items[0]);
    assert_ptr_equal(tf_json_members_find(&object, TF_STR("c")), &items[2]);
    assert_null(tf_json_members_find(&object, TF_STR("b")));
    assert_null(tf_json_members_find(&object, TF_STR("d")));
    assert_null(tf_json_members_find(&object, TF_STR("")));
    object.type = TF_JSON_ARRAY;
    assert_null(tf_json_members_find(&object, TF_STR("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cmp_is_by_unsigned_bytes_then_length),
        cmocka_unit_test(test_sort_orders_small_and_large_objects),
        cmocka_unit_test(test_sort_finds_doubled_names),
        cmocka_unit_test(test_find_treats_null_as_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
