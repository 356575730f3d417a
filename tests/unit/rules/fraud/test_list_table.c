#include "unit/rules/fraud/sample.h"

#include "list_table.h"

enum { ENTRIES = 100000 };

static struct tf_hash16 hash(uint32_t number)
{
    return tf_hash_table((struct tf_str){(const char *)&number, sizeof number}, 7);
}

static void every_entry_is_found_and_no_other(void **state)
{
    (void)state;
    struct tf_list_table table = {NULL, 0, 0};
    assert_null(tf_list_table_find(&table, hash(1)));
    for (uint32_t i = 0; i < ENTRIES; i++) {
        const struct tf_list_entry entry = {.hash = hash(i), .until_ms = i};
        assert_int_equal(tf_list_table_put(&table, &entry), TF_OK);
    }
    for (int fitted = 0; fitted < 2; fitted++) {
        assert_int_equal(table.count, ENTRIES);
        for (uint32_t i = 0; i < 2 * ENTRIES; i++) {
            const struct tf_list_entry *found = tf_list_table_find(&table, hash(i));
            assert_int_equal(found != NULL, i < ENTRIES);
            if (found)
                assert_int_equal(found->until_ms, i);
        }
        tf_list_table_fit(&table);
    }
    assert_true(table.capacity < ENTRIES * 3 / 2);
    tf_list_table_finish(&table);
}

static void a_later_one_takes_the_place(void **state)
{
    (void)state;
    struct tf_list_table table = {NULL, 0, 0};
    for (int i = 0; i < 3; i++) {
        const struct tf_list_entry entry = {.hash = hash(1), .until_ms = i, .reason = i == 2 ? "r" : NULL};
        assert_int_equal(tf_list_table_put(&table, &entry), TF_OK);
    }
    assert_int_equal(table.count, 1);
    assert_int_equal(tf_list_table_find(&table, hash(1))->until_ms, 2);
    assert_string_equal(tf_list_table_find(&table, hash(1))->reason, "r");
    tf_list_table_finish(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_entry_is_found_and_no_other), cmocka_unit_test(a_later_one_takes_the_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
