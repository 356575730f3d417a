#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "party_sums.h"

enum { PARTIES = 500, CURRENCIES = 2, ADDITIONS = 20000, LEAST = 16 };

/* What is to come out, in plain arrays. */
static struct tf_party_sum expected[PARTIES][CURRENCIES];
static size_t seen;
static struct tf_party_sum last;

static struct tf_party_sum addition(unsigned party, unsigned currency, int64_t minor)
{
    struct tf_party_sum sum = {.records = 1, .block = minor % 3 == 0, .review = minor % 3 == 1, .at_risk_minor = minor};
    char name[32];
    snprintf(name, sizeof name, "party %u", party);
    const struct tf_str text = tf_str_of(name);
    sum.party = tf_hash_sha256(&text, 1);
    memcpy(sum.currency, currency ? "SEK" : "EUR", 4);
    tf_party_sum_name(&sum, text);
    return sum;
}

static void see(void *self, const struct tf_party_sum *sum)
{
    (void)self;
    unsigned party = PARTIES;
    char name[TF_PARTY_NAME_BYTES + 1];
    snprintf(name, sizeof name, "%.*s", sum->name_len, sum->name);
    assert_int_equal(sscanf(name, "party %u", &party), 1);
    assert_true(party < PARTIES);
    struct tf_party_sum *wanted = &expected[party][strcmp(sum->currency, "SEK") == 0];
    assert_true(wanted->records == sum->records && wanted->block == sum->block && wanted->review == sum->review && wanted->at_risk_minor == sum->at_risk_minor);
    if (seen++ > 0) {
        int order = memcmp(last.party.bytes, sum->party.bytes, TF_HASH16_BYTES);
        assert_true(order < 0 || (order == 0 && memcmp(last.currency, sum->currency, 4) < 0));
    }
    last = *sum;
    wanted->records = 0; /* told once */
}

static void add_all(struct tf_party_sums *sums)
{
    uint64_t random = 88172645463325252U;
    memset(expected, 0, sizeof expected);
    seen = 0;
    for (size_t i = 0; i < ADDITIONS; i++) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17; /* xorshift64 */
        const unsigned party = (unsigned)(random % PARTIES), currency = (unsigned)(random >> 32) % CURRENCIES;
        const int64_t minor = (int64_t)(random >> 1);
        const struct tf_party_sum sum = addition(party, currency, minor);
        struct tf_party_sum *wanted = &expected[party][currency];
        wanted->records += 1, wanted->block += sum.block, wanted->review += sum.review, wanted->at_risk_minor += minor; /* beyond 64 bits in all */
        assert_int_equal(tf_party_sums_add(sums, &sum), TF_OK);
    }
}

static void check(size_t most)
{
    struct tf_party_sums *sums = tf_party_sums_create(most);
    size_t all = 0;
    assert_non_null(sums);
    add_all(sums);
    for (size_t p = 0; p < PARTIES; p++)
        for (size_t c = 0; c < CURRENCIES; c++)
            all += expected[p][c].records > 0;
    assert_int_equal(tf_party_sums_each(sums, see, NULL), TF_OK);
    assert_int_equal(seen, all);
    for (size_t p = 0; p < PARTIES; p++)
        for (size_t c = 0; c < CURRENCIES; c++)
            assert_int_equal(expected[p][c].records, 0);
    tf_party_sums_destroy(sums);
}

static void sums_in_memory(void **state)
{
    (void)state;
    check(PARTIES * CURRENCIES);
}

static void sums_that_do_not_fit_are_exact_too(void **state)
{
    (void)state;
    check(0);      /* the least: over a thousand pieces */
    check(100);
    check(PARTIES * CURRENCIES - 1); /* the last one that comes is too many */
}

static void nothing_was_added(void **state)
{
    (void)state;
    struct tf_party_sums *sums = tf_party_sums_create(LEAST);
    seen = 0;
    assert_int_equal(tf_party_sums_each(sums, see, NULL), TF_OK);
    assert_int_equal(seen, 0);
    tf_party_sums_destroy(sums);
    assert_null(tf_party_sums_destroy(NULL));
}

static void the_first_name_counts_and_is_cut_between_characters(void **state)
{
    (void)state;
    struct tf_party_sum sum;
    char name[TF_PARTY_NAME_BYTES + 8];
    memset(name, 'x', sizeof name);
    memcpy(name + TF_PARTY_NAME_BYTES - 1, "\xc3\xbc", 2);
    tf_party_sum_name(&sum, (struct tf_str){name, sizeof name});
    assert_int_equal(sum.name_len, TF_PARTY_NAME_BYTES - 1);
    tf_party_sum_name(&sum, TF_STR_NONE);
    assert_int_equal(sum.name_len, 0);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    struct tf_party_sums *sums = tf_party_sums_create(LEAST);
    enum tf_err err = TF_OK;
    setenv("TMPDIR", "/nowhere", 1);
    for (unsigned p = 0; p <= LEAST && err == TF_OK; p++) {
        const struct tf_party_sum sum = addition(p, 0, 1);
        err = tf_party_sums_add(sums, &sum);
    }
    unsetenv("TMPDIR");
    assert_int_equal(err, TF_E_IO);
    tf_party_sums_destroy(sums);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_in_memory),
        cmocka_unit_test(sums_that_do_not_fit_are_exact_too),
        cmocka_unit_test(nothing_was_added),
        cmocka_unit_test(the_first_name_counts_and_is_cut_between_characters),
        cmocka_unit_test(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
