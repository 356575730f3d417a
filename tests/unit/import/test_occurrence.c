#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "occurrence.h"

static struct tf_hash16 content(uint32_t number)
{
    struct tf_str text = {(const char *)&number, sizeof number};
    return tf_hash_table(text, 7);
}

static void test_each_content_is_counted_apart(void **state)
{
    struct tf_occurrences occurrences = {.slots = NULL};
    (void)state;
    for (uint64_t round = 1; round <= 3; round++)
        for (uint32_t i = 0; i < 5000; i++)
            assert_int_equal(tf_occurrences_count(&occurrences, content(i)), round);
    assert_int_equal(occurrences.used, 5000);
    tf_occurrences_finish(&occurrences);
    assert_null(occurrences.slots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_content_is_counted_apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
