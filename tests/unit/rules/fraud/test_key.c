#include "unit/rules/fraud/sample.h"

#include "key.h"

static struct sample sample;

static struct tf_hash16 key_of(const char *rule, char about, const char *company, const char *a, const char *b)
{
    struct tf_key key;
    sample.event.company = tf_str_of(company);
    const struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    tf_key_begin(&key, tf_str_of(rule), about, &facts);
    tf_key_str(&key, tf_str_of(a));
    tf_key_str(&key, tf_str_of(b));
    return tf_key_end(&key);
}

static void every_part_counts_and_so_does_its_border(void **state)
{
    (void)state;
    sample_invoice(&sample, "DE1", "1", "1", "EUR", 0);
    struct tf_hash16 keys[8] = {
        key_of("R1", 'a', "C", "ab", "c"), key_of("R2", 'a', "C", "ab", "c"), key_of("R1", 'b', "C", "ab", "c"),
        key_of("R1", 'a', "D", "ab", "c"), key_of("R1", 'a', "C", "a", "bc"), key_of("R1", 'a', "C", "abc", ""),
        key_of("R1", 'a', "Ca", "b", "c"),
    };
    sample.event.kind = TF_KIND_CREDIT_NOTE;
    keys[7] = key_of("R1", 'a', "C", "ab", "c");
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(tf_hash16_eq(keys[i], keys[j]));
    sample.event.kind = TF_KIND_INVOICE;
    assert_true(tf_hash16_eq(key_of("R1", 'a', "C", "ab", "c"), keys[0]));
    assert_true(tf_hash16_eq(key_of("R1", 'a', " C ", "abc", NULL), keys[5])); /* absent counts as empty */
}

static void long_parts_differ_to_the_last_character(void **state)
{
    (void)state;
    static char left[5000], right[5000];
    memset(left, 'x', sizeof left - 1);
    memset(right, 'x', sizeof right - 1);
    sample_invoice(&sample, "DE1", "1", "1", "EUR", 0);
    assert_true(tf_hash16_eq(key_of("R1", 'a', left, left, left), key_of("R1", 'a', right, right, right)));
    right[sizeof right - 2] = 'y';
    assert_false(tf_hash16_eq(key_of("R1", 'a', left, left, left), key_of("R1", 'a', left, left, right)));
    assert_false(tf_hash16_eq(key_of("R1", 'a', left, left, left), key_of("R1", 'a', right, left, left)));
}

/* Kept windows are found again only while these stay. */
static void keys_are_the_same_in_every_process(void **state)
{
    (void)state;
    char hex[2 * TF_HASH16_BYTES + 1];
    sample_invoice(&sample, "DE1", "1", "1", "EUR", 0);
    tf_hash_hex(key_of("DUP1", 'n', "ACME-DE", "DE1", "12").bytes, TF_HASH16_BYTES, hex);
    assert_string_equal(hex, "863aaf8fe4d3059ed23ba81a0379aad5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_part_counts_and_so_does_its_border),
                                       cmocka_unit_test(long_parts_differ_to_the_last_character),
                                       cmocka_unit_test(keys_are_the_same_in_every_process)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
