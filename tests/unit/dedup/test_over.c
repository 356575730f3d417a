/* Claims over those of earlier runs: what is remembered is not claimed again, the rest is handed out in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "taxflow/dedup.h"

enum { OLD_OWNER = 0xee };

static struct tf_claim claim_of(uint8_t id, uint8_t owner)
{
    struct tf_claim claim = {.id = {{id}}};
    memset(claim.owner, owner, sizeof claim.owner);
    return claim;
}

/* Even ids were claimed before. */
static enum tf_err find_even(void *self, struct tf_hash16 id, uint8_t owner[TF_EVENT_OWNER_BYTES], bool *ret_found, struct tf_fault *fault)
{
    const enum tf_err *err = self;
    *ret_found = id.bytes[0] % 2 == 0;
    memset(owner, OLD_OWNER, TF_EVENT_OWNER_BYTES);
    return *err == TF_OK ? TF_OK : tf_fault_set(fault, *err, "no answer");
}

static enum tf_err collect(void *self, struct tf_hash16 id, const uint8_t *owner)
{
    char *text = self;
    const size_t len = strlen(text);
    text[len] = (char)('0' + id.bytes[0]);
    text[len + 1] = (char)('a' + owner[0]);
    return TF_OK;
}

static void test_what_is_remembered_is_not_claimed(void **state)
{
    (void)state;
    enum tf_err err = TF_OK;
    struct tf_dedup *dedup = NULL;
    char handed_out[32] = "";
    assert_int_equal(tf_dedup_create_over(100, &(struct tf_dedup_past){&err, find_even}, &dedup), TF_OK);
    struct tf_claim claims[] = {claim_of(7, 1), claim_of(2, 1), claim_of(3, 2), claim_of(7, 3), claim_of(4, 1)};
    assert_int_equal(tf_dedup_claim(dedup, claims, 5, NULL), TF_OK);
    assert_false(claims[0].was_owned);
    assert_true(claims[1].was_owned);
    assert_int_equal(claims[1].found[0], OLD_OWNER);
    assert_false(claims[2].was_owned);
    assert_true(claims[3].was_owned);
    assert_int_equal(claims[3].found[0], 1);
    assert_true(claims[4].was_owned);
    assert_int_equal(tf_dedup_hand_out(dedup, collect, handed_out), TF_OK);
    assert_string_equal(handed_out, "3c7b");
    tf_dedup_destroy(dedup);
}

static void test_a_past_that_cannot_be_asked_is_told(void **state)
{
    (void)state;
    enum tf_err err = TF_E_IO;
    struct tf_fault fault = {0};
    struct tf_dedup *dedup = NULL;
    assert_int_equal(tf_dedup_create_over(100, &(struct tf_dedup_past){&err, find_even}, &dedup), TF_OK);
    struct tf_claim claim = claim_of(1, 1);
    assert_int_equal(tf_dedup_claim(dedup, &claim, 1, &fault), TF_E_IO);
    assert_string_equal(fault.text, "no answer");
    tf_dedup_destroy(dedup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_remembered_is_not_claimed),
        cmocka_unit_test(test_a_past_that_cannot_be_asked_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
