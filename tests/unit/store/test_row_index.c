/* Places of rows: against a plain list over many puts and takes, so that gaps and growth come up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "row_index.h"

enum { KEYS = 3000, STEPS = 60000 };

static struct tf_str key_of(uint32_t number, uint8_t bytes[4])
{
    memcpy(bytes, &number, 4);
    return (struct tf_str){(const char *)bytes, 4};
}

static void test_agrees_with_a_list(void **state)
{
    (void)state;
    static int64_t list[KEYS];
    struct tf_row_index index = {.places = NULL};
    uint32_t random = 1;
    uint8_t bytes[4];
    memset(list, 0, sizeof list);
    for (int64_t step = 1; step <= STEPS; step++) {
        random = random * 1664525 + 1013904223;
        const uint32_t key = (random >> 8) % KEYS;
        int64_t before;
        if (random >> 31) {
            assert_true(tf_row_index_put(&index, 7, key_of(key, bytes), step, &before));
            assert_int_equal(before, list[key]);
            list[key] = step;
        } else {
            assert_int_equal(tf_row_index_take(&index, 7, key_of(key, bytes)), list[key]);
            list[key] = 0;
        }
    }
    for (uint32_t key = 0; key < KEYS; key++)
        assert_int_equal(tf_row_index_take(&index, 7, key_of(key, bytes)), list[key]);
    assert_int_equal(index.used, 0);
    tf_row_index_finish(&index);
}

static void test_streams_and_lengths_are_apart(void **state)
{
    (void)state;
    struct tf_row_index index = {.places = NULL};
    int64_t before;
    assert_true(tf_row_index_put(&index, 1, TF_STR("w"), 10, &before));
    assert_int_equal(before, 0);
    assert_true(tf_row_index_put(&index, 2, TF_STR("w"), 11, &before));
    assert_int_equal(before, 0);
    assert_true(tf_row_index_put(&index, 1, (struct tf_str){"w\0", 2}, 12, &before));
    assert_int_equal(before, 0);
    assert_int_equal(tf_row_index_take(&index, 1, TF_STR("w")), 10);
    assert_int_equal(tf_row_index_take(&index, 1, TF_STR("w")), 0);
    tf_row_index_finish(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_a_list),
        cmocka_unit_test(test_streams_and_lengths_are_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
