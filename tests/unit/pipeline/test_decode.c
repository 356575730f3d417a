#include "script.h"

#define STRUCTURED(id, company)                                                                                          \
    "{\"specversion\":\"1.0\",\"id\":\"" id "\",\"source\":\"urn:other\",\"type\":\"taxflow.account.v1\","               \
    "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\","                                       \
    "\"data\":{\"kind\":\"account\",\"company\":\"" company "\",\"account\":{\"number\":\"1\"}}}"

static void test_headers_say_who_it_is(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e1", account(script, "ACME"))->traceparent = TF_STR("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    const struct tf_item *item = &batch->items[0];
    struct tf_hash16 body = tf_hash_sha256(&item->value, 1), claim = tf_identity_claim(TF_STR("urn:test"), TF_STR("e1"), 0);
    assert_int_equal(item->outcome, TF_OUTCOME_PENDING);
    assert_str(item->event.company, "ACME");
    assert_true(tf_hash16_eq(item->body_hash, body));
    assert_true(tf_hash16_eq(item->id, claim));
    assert_true(item->trace.valid);
    assert_false(item->trace.sampled);
    script_close(script);
}

static void test_an_envelope_says_it_too(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, NULL, STRUCTURED("s1", "ACME"));
    add_record(script, NULL, account(script, "BARE"));
    add_record(script, NULL, STRUCTURED("s2", "ACME"))->traceparent = TF_STR("00-11111111111111111111111111111111-2222222222222222-00");
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    assert_str(batch->items[0].ce_id, "s1");
    assert_str(batch->items[0].ce_source, "urn:other");
    assert_true(batch->items[0].trace.valid);
    assert_true(batch->items[0].trace.sampled);
    assert_str(batch->items[1].ce_source, "urn:taxflow:BARE");
    char hex[2 * TF_HASH16_BYTES + 1];
    tf_hash_hex(batch->items[1].body_hash.bytes, TF_HASH16_BYTES, hex);
    assert_str(batch->items[1].ce_id, hex);
    assert_int_equal(batch->items[2].trace.trace_id[0], 0x11); /* the record's own header comes before the envelope's */
    script_close(script);
}

/* What an envelope said lies in the arena: after a restart it is read again, not taken from there. */
static void test_envelopes_survive_a_restart(void **state)
{
    (void)state;
    struct script *script = script_open(1, 2);
    for (int i = 0; i < 40; i++)
        add_record(script, NULL, i % 2 ? STRUCTURED("odd", "ACME") : account(script, "BARE"));
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    struct tf_hash16 even = batch->items[0].id, odd = batch->items[1].id;
    for (int run = 0; run < 3; run++) {
        tf_batch_restart(batch);
        for (unsigned w = 0; w < 2; w++) /* other bytes where the first run's lay */
            memset(tf_arena_alloc(batch->arenas[w], 30000), 'x', 30000);
        assert_int_equal(script_decode(script), TF_OK);
        for (size_t i = 0; i < batch->count; i++) {
            assert_int_equal(batch->items[i].outcome, TF_OUTCOME_PENDING);
            assert_true(tf_hash16_eq(batch->items[i].id, i % 2 ? odd : even));
        }
        assert_true(batch->items[1].trace.sampled);
        assert_str(batch->items[1].ce_id, "odd");
    }
    script_close(script);
}

static void test_other_roles_replays_are_skipped(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e1", account(script, "A"))->tf_role = TF_STR("fraud");
    add_record(script, "e2", account(script, "A"))->tf_role = TF_STR("tax");
    add_record(script, "e3", "not even JSON")->tf_role = TF_STR("fraud");
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    assert_int_equal(batch->items[0].outcome, TF_OUTCOME_SKIPPED);
    assert_int_equal(batch->items[1].outcome, TF_OUTCOME_PENDING);
    assert_int_equal(batch->items[2].outcome, TF_OUTCOME_SKIPPED);
    script_close(script);
}

static void test_what_cannot_be_read_is_dead(void **state)
{
    (void)state;
    static const struct { const char *id, *value; enum tf_err err; } cases[] = {
        {"e1", "", TF_E_TYPE},
        {"e2", "{\"kind\":\"account\"", TF_E_JSON},
        {NULL, "[1,2]", TF_E_TYPE},
        {"e3", "{\"kind\":\"letter\",\"company\":\"A\",\"letter\":{}}", TF_E_KIND},
        {"e4", "{\"kind\":\"account\",\"kind\":\"account\"}", TF_E_DUPLICATE_KEY},
        {NULL, "{\"kind\":\"account\",\"company\":\"\xff\"}", TF_E_UTF8},
        {NULL, "{\"specversion\":\"2.0\",\"id\":\"x\",\"source\":\"s\",\"type\":\"taxflow.account.v1\",\"data\":{}}", TF_E_CLOUDEVENT},
    };
    enum { CASES = sizeof cases / sizeof cases[0] };
    struct script *script = script_open(1, 2);
    for (size_t i = 0; i < CASES; i++)
        add_record(script, cases[i].id, cases[i].value);
    add_record(script, "good", account(script, "A"));
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    for (size_t i = 0; i < CASES; i++) {
        assert_int_equal(batch->items[i].outcome, TF_OUTCOME_DEAD);
        assert_int_equal(batch->items[i].problem.err, cases[i].err);
    }
    assert_str(batch->items[6].ce_id, "x"); /* known although the rest is not */
    assert_int_equal(batch->items[CASES].outcome, TF_OUTCOME_PENDING);
    script_close(script);
}

static void test_revision_is_part_of_the_claim_alone(void **state)
{
    (void)state;
    struct script *script = script_open(1, 1);
    add_record(script, "e", account(script, "A"));
    add_record(script, "e", "{\"kind\":\"account\",\"company\":\"A\",\"revision\":1,\"account\":{\"number\":\"1\"}}");
    struct tf_batch *batch = fill_batch(script);
    assert_int_equal(script_decode(script), TF_OK);
    assert_false(tf_hash16_eq(batch->items[0].id, batch->items[1].id));
    script_close(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers_say_who_it_is),
        cmocka_unit_test(test_an_envelope_says_it_too),
        cmocka_unit_test(test_envelopes_survive_a_restart),
        cmocka_unit_test(test_other_roles_replays_are_skipped),
        cmocka_unit_test(test_what_cannot_be_read_is_dead),
        cmocka_unit_test(test_revision_is_part_of_the_claim_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
