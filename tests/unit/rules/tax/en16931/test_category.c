#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "en16931/category.h"

static struct tf_amount amount(const char *text)
{
    struct tf_amount a = {.text = tf_str_of(text)};
    if (text)
        assert_int_equal(tf_money_parse(a.text, &a.value), TF_OK);
    return a;
}

static void test_codes_are_trimmed_and_keep_their_case(void **state)
{
    (void)state;
    assert_int_equal(tf_category_of(TF_STR("S")), TF_CATEGORY_S);
    assert_int_equal(tf_category_of(TF_STR(" Z\r\n")), TF_CATEGORY_Z);
    assert_int_equal(tf_category_of(TF_STR("E\t")), TF_CATEGORY_E);
    assert_int_equal(tf_category_of(TF_STR("s")), TF_CATEGORY_OTHER);
    assert_int_equal(tf_category_of(TF_STR("SS")), TF_CATEGORY_OTHER);
    assert_int_equal(tf_category_of(TF_STR("")), TF_CATEGORY_OTHER);
    assert_int_equal(tf_category_of(TF_STR_NONE), TF_CATEGORY_OTHER);
}

static void test_rules_follow_the_first(void **state)
{
    (void)state;
    assert_int_equal(tf_category_rule(TF_CATEGORY_S, 1), TF_RULE_BR_S_01);
    assert_int_equal(tf_category_rule(TF_CATEGORY_Z, 10), TF_RULE_BR_Z_10);
}

static void test_rates(void **state)
{
    (void)state;
    static const struct { enum tf_category_rate need; const char *rate; bool fits; } cases[] = {
        {TF_CATEGORY_RATE_ZERO, "0", true},           {TF_CATEGORY_RATE_ZERO, "-0.00", true},
        {TF_CATEGORY_RATE_ZERO, "0.0000000001", false}, {TF_CATEGORY_RATE_ZERO, NULL, false},
        {TF_CATEGORY_RATE_POSITIVE, "19", true},      {TF_CATEGORY_RATE_POSITIVE, "0", false},
        {TF_CATEGORY_RATE_POSITIVE, "-1", false},     {TF_CATEGORY_RATE_POSITIVE, NULL, false},
        {TF_CATEGORY_RATE_NOT_NEGATIVE, "0", true},   {TF_CATEGORY_RATE_NOT_NEGATIVE, "7", true},
        {TF_CATEGORY_RATE_NOT_NEGATIVE, "-7", false}, {TF_CATEGORY_RATE_NOT_NEGATIVE, NULL, false},
        {TF_CATEGORY_RATE_ABSENT, NULL, true},        {TF_CATEGORY_RATE_ABSENT, "0", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(tf_category_rate_fits(cases[i].need, amount(cases[i].rate)), cases[i].fits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_are_trimmed_and_keep_their_case),
        cmocka_unit_test(test_rules_follow_the_first),
        cmocka_unit_test(test_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
