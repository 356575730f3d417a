#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/event.h"

static void test_kinds_have_their_words(void **state)
{
    (void)state;
    static const char *const words[TF_KIND_COUNT] = {"invoice", "credit_note", "payment", "journal", "party", "return", "account"};
    for (int kind = 0; kind < TF_KIND_COUNT; kind++)
        assert_string_equal(tf_event_kind_name((enum tf_kind)kind), words[kind]);
    assert_string_equal(tf_event_kind_name(TF_KIND_COUNT), "unknown");
}

static void test_directions_have_their_words(void **state)
{
    (void)state;
    assert_string_equal(tf_event_direction_name(TF_DIRECTION_PURCHASE), "purchase");
    assert_string_equal(tf_event_direction_name(TF_DIRECTION_SALE), "sale");
    assert_string_equal(tf_event_direction_name(TF_DIRECTION_INTERCOMPANY), "intercompany");
    assert_string_equal(tf_event_direction_name(TF_DIRECTION_UNKNOWN), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_have_their_words),
        cmocka_unit_test(test_directions_have_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
