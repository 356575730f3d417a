/* The filter never denies what it has, and seldom has what it was never given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filter.h"

enum { IDS = 20000 };

static struct tf_hash16 id_of(uint32_t number)
{
    const struct tf_str text = {(const char *)&number, sizeof number};
    return tf_hash_sha256(&text, 1);
}

static void test_few_strangers_pass(void **state)
{
    (void)state;
    struct tf_filter filter;
    unsigned passed = 0;
    assert_true(tf_filter_init(&filter, IDS));
    for (uint32_t i = 0; i < IDS; i++)
        tf_filter_add(&filter, id_of(i));
    for (uint32_t i = 0; i < IDS; i++)
        assert_true(tf_filter_may_have(&filter, id_of(i)));
    for (uint32_t i = IDS; i < 2 * IDS; i++)
        passed += tf_filter_may_have(&filter, id_of(i));
    assert_true(passed < IDS / 300);
    tf_filter_finish(&filter);
}

static void test_nothing_passes_an_empty_one(void **state)
{
    (void)state;
    struct tf_filter filter;
    assert_true(tf_filter_init(&filter, 0));
    for (uint32_t i = 0; i < IDS; i++)
        assert_false(tf_filter_may_have(&filter, id_of(i)));
    tf_filter_finish(&filter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few_strangers_pass),
        cmocka_unit_test(test_nothing_passes_an_empty_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
