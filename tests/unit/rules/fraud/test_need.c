#include "unit/rules/fraud/sample.h"

#include "taxflow/fraud_need.h"

static struct sample sample;

static uint32_t set_of(const char *const *words)
{
    uint32_t set = 0;
    for (; *words; words++) {
        size_t n = 0;
        while (n < tf_fraud_needs_count() && strcmp(tf_fraud_need_word(n), *words) != 0)
            n++;
        if (n == tf_fraud_needs_count())
            fail_msg("%s is no field", *words);
        set |= UINT32_C(1) << n;
    }
    return set;
}
#define SET(...) set_of((const char *const[]){__VA_ARGS__, NULL})

static uint32_t needs_of(const char *id)
{
    size_t count;
    return tf_fraud_needs_of(&tf_fraud_rules(&count)[sample_rule(id)]);
}

static void rules_name_their_fields(void **state)
{
    (void)state;
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    assert_int_equal(needs_of("SOD1"), SET("user", "approver"));
    assert_int_equal(needs_of("DUP1"), SET("party", "number", "amount", "currency", "date"));
    assert_int_equal(needs_of("TIM1"), SET("manual")); /* the rest is needed at times */
    assert_int_equal(needs_of("JE2"), SET("lines with accounts", "date"));
    assert_int_equal(needs_of("VAT1"), SET("VAT breakdown"));
    for (size_t r = 0; r < count; r++) /* a row with other words would tell nobody what is missing */
        if (tf_fraud_needs_of(&rules[r]) == 0)
            fail_msg("%s needs \"%s\", of which nothing is known", rules[r].id, rules[r].needs);
}

static void what_is_needed_at_times_stands_behind_a_semicolon(void **state)
{
    (void)state;
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    assert_text(tf_fraud_needs_sometimes(&rules[sample_rule("TIM1")]), "recorded_at, or a date with hours");
    assert_false(tf_str_present(tf_fraud_needs_sometimes(&rules[sample_rule("SOD1")])));
    static const struct tf_fraud_rule nothing = {.id = "X"}, odd = {.id = "Y", .needs = " ,, user :approver, amounts;date"};
    assert_int_equal(tf_fraud_needs_of(&nothing), 0);
    assert_false(tf_str_present(tf_fraud_needs_sometimes(&nothing)));
    assert_int_equal(tf_fraud_needs_of(&odd), SET("user"));
    assert_text(tf_fraud_needs_sometimes(&odd), "date");
}

static uint32_t missing(void)
{
    const struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    return tf_fraud_needs_missing(&facts);
}

static void an_invoice_lacks_what_is_blank(void **state)
{
    (void)state;
    sample_invoice(&sample, "DE1", "12", "70.00", "EUR", 0);
    const uint32_t always = SET("approver", "manual", "recorded_at", "approved_at", "seller", "buyer", "VAT breakdown");
    assert_int_equal(missing(), always);
    sample.event.approver = TF_STR("u3");
    assert_int_equal(missing(), always & ~SET("approver"));
    sample.event.approver = TF_STR(" \t");
    sample.event.user = TF_STR(" ");
    sample.invoice.number = TF_STR("");
    sample.event.direction = TF_DIRECTION_UNKNOWN;
    assert_int_equal(missing(), always | SET("user", "number", "direction"));
    sample_invoice(&sample, "", NULL, NULL, "EURO", 0);
    sample.event.event_time_present = false;
    assert_int_equal(missing(), always | SET("party", "supplier", "number", "amount", "currency", "date"));
}

static void other_kinds_lack_what_they_can_have(void **state)
{
    (void)state;
    sample_base(&sample, TF_KIND_PAYMENT, "DE1", 0);
    sample.event.as.payment = &sample.payment;
    assert_int_equal(missing() & SET("number", "account", "amount", "currency", "VAT breakdown", "code"), SET("number", "account", "amount", "currency"));
    sample_journal(&sample, "119.00");
    assert_int_equal(missing() & SET("amount", "number", "account", "posting_date", "text of journals", "code"), SET("posting_date", "text of journals"));
    sample.lines[1].text = TF_STR("why");
    assert_int_equal(missing() & SET("text of journals"), 0);
    struct tf_return declared = {.code = TF_STR("81")};
    sample_base(&sample, TF_KIND_RETURN, "DE1", 0);
    sample.event.as.tax_return = &declared;
    assert_int_equal(missing() & SET("code", "declared", "period of whole months", "amount"), SET("code", "declared", "period of whole months")); /* a box of a form */
    declared.code = TF_STR(" Output-VAT ");
    assert_int_equal(missing() & SET("code", "declared", "period of whole months", "amount"), SET("declared", "period of whole months"));
}

static void what_can_be_wrong_is_said_with_its_remedy(void **state)
{
    (void)state;
    size_t with_more = 0;
    for (size_t n = 0; n < tf_fraud_needs_count(); n++)
        with_more += tf_fraud_need_how(n) != NULL;
    assert_int_equal(with_more, 1);
    assert_non_null(strstr(tf_fraud_need_how((size_t)__builtin_ctz(SET("code"))), "output-vat"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_name_their_fields),
        cmocka_unit_test(what_can_be_wrong_is_said_with_its_remedy),
        cmocka_unit_test(what_is_needed_at_times_stands_behind_a_semicolon),
        cmocka_unit_test(an_invoice_lacks_what_is_blank),
        cmocka_unit_test(other_kinds_lack_what_they_can_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
