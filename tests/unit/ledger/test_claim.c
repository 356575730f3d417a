/* Which record of several with one id is judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/ledger.h"
#include "taxflow/metrics.h"

enum { ITEMS_MAX = 8 };

struct setting {
    struct tf_dedup *dedup;
    struct tf_ledger *ledger;
    struct tf_item items[ITEMS_MAX];
    struct tf_batch batch;
};

static int set_up(void **state)
{
    static struct setting setting;
    setting = (struct setting){0};
    setting.batch.items = setting.items;
    setting.batch.capacity = ITEMS_MAX;
    if (tf_dedup_create_table(100, &setting.dedup) != TF_OK)
        return -1;
    setting.ledger = tf_ledger_create(&(struct tf_ledger_options){.dedup = setting.dedup, .role = "tax"});
    *state = &setting;
    return setting.ledger ? 0 : -1;
}

static int tear_down(void **state)
{
    struct setting *setting = *state;
    setting->ledger = tf_ledger_destroy(setting->ledger);
    setting->dedup = tf_dedup_destroy(setting->dedup);
    return 0;
}

static void empty(struct setting *setting)
{
    memset(setting->items, 0, sizeof setting->items);
    setting->batch.count = 0;
}

static struct tf_item *add(struct setting *setting, uint8_t id, uint8_t body, uint32_t partition, int64_t offset)
{
    struct tf_item *item = &setting->items[setting->batch.count++];
    memset(item->id.bytes, id, sizeof item->id.bytes);
    memset(item->body_hash.bytes, body, sizeof item->body_hash.bytes);
    item->position = (struct tf_position){.partition = partition, .offset = offset, .timestamp_ms = 1000 + offset};
    return item;
}

static enum tf_err claim_whole(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault)
{
    TF_TRY(tf_ledger_claim_begin(ledger, batch, tf_batch_whole(batch), fault));
    return tf_ledger_claim_end(ledger, batch, fault);
}

static void claim(struct setting *setting)
{
    assert_int_equal(claim_whole(setting->ledger, &setting->batch, NULL), TF_OK);
}

static double counted(const char *result)
{
    return tf_metrics_value(tf_metrics_series(TF_METRIC_claims_total, "tax", result, NULL));
}

static void test_new_then_redelivered(void **state)
{
    struct setting *setting = *state;
    double before_new = counted("new"), before_own = counted("own");
    struct tf_item *item = add(setting, 1, 7, 3, 40);
    struct tf_owner owner;
    claim(setting);
    assert_int_equal(item->outcome, TF_OUTCOME_PROCESS);
    assert_true(tf_owner_decode(item->owner, &owner));
    assert_int_equal(owner.partition, 3);
    assert_int_equal(owner.offset, 40);
    assert_int_equal(owner.timestamp_ms, 1040);
    assert_int_equal(owner.body_hash[7], 7);

    item->outcome = TF_OUTCOME_PENDING; /* the same record after an abort */
    claim(setting);
    assert_int_equal(item->outcome, TF_OUTCOME_PROCESS);
    assert_true(counted("new") == before_new + 1);
    assert_true(counted("own") == before_own + 1);
}

static void test_sent_again(void **state)
{
    struct setting *setting = *state;
    double before = counted("duplicate");
    struct tf_item *first = add(setting, 1, 7, 3, 40);
    claim(setting);
    uint8_t owner[TF_EVENT_OWNER_BYTES];
    memcpy(owner, first->owner, sizeof owner);
    empty(setting);
    struct tf_item *again = add(setting, 1, 7, 3, 41);
    claim(setting);
    assert_int_equal(again->outcome, TF_OUTCOME_DUPLICATE);
    assert_int_equal(again->problem.err, TF_OK);
    assert_memory_equal(again->other, owner, sizeof owner);
    assert_memory_not_equal(again->owner, owner, sizeof owner);
    assert_true(counted("duplicate") == before + 1);
}

static void test_same_id_other_body(void **state)
{
    struct setting *setting = *state;
    double before = counted("conflict");
    add(setting, 1, 7, 3, 40);
    claim(setting);
    empty(setting);
    struct tf_item *other = add(setting, 1, 8, 5, 2);
    claim(setting);
    assert_int_equal(other->outcome, TF_OUTCOME_DEAD);
    assert_int_equal(other->problem.err, TF_E_CONFLICT);
    assert_true(tf_str_present(other->problem.path));
    assert_true(other->problem.detail.len > 0);
    assert_true(counted("conflict") == before + 1);
}

static void test_repetition_inside_a_batch(void **state)
{
    struct setting *setting = *state;
    const struct tf_item *first = add(setting, 1, 7, 0, 1), *copy = add(setting, 1, 7, 0, 2), *conflict = add(setting, 1, 8, 0, 3),
                         *other = add(setting, 2, 7, 0, 4);
    claim(setting);
    assert_int_equal(first->outcome, TF_OUTCOME_PROCESS);
    assert_int_equal(copy->outcome, TF_OUTCOME_DUPLICATE);
    assert_memory_equal(copy->other, first->owner, sizeof first->owner);
    assert_int_equal(conflict->outcome, TF_OUTCOME_DEAD);
    assert_int_equal(other->outcome, TF_OUTCOME_PROCESS);
}

static void test_a_batch_that_runs_again_decides_the_same(void **state)
{
    struct setting *setting = *state;
    enum tf_outcome outcomes[4];
    add(setting, 1, 7, 0, 1);
    add(setting, 1, 7, 0, 2);
    add(setting, 1, 8, 0, 3);
    add(setting, 2, 7, 0, 4);
    claim(setting);
    for (size_t i = 0; i < 4; i++) {
        outcomes[i] = setting->items[i].outcome;
        setting->items[i].outcome = TF_OUTCOME_PENDING;
        setting->items[i].problem = (struct tf_problem){0};
    }
    claim(setting);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(setting->items[i].outcome, outcomes[i]);
}

static void test_decided_items_are_left_alone(void **state)
{
    struct setting *setting = *state;
    struct tf_item *dead = add(setting, 1, 7, 0, 1), *broken = add(setting, 2, 7, 0, 2), *skipped = add(setting, 3, 7, 0, 3);
    dead->outcome = TF_OUTCOME_DEAD;
    broken->problem.err = TF_E_JSON;
    skipped->outcome = TF_OUTCOME_SKIPPED;
    const struct tf_item *good = add(setting, 4, 7, 0, 4);
    claim(setting);
    assert_int_equal(dead->outcome, TF_OUTCOME_DEAD);
    assert_int_equal(broken->outcome, TF_OUTCOME_PENDING);
    assert_int_equal(broken->problem.err, TF_E_JSON);
    assert_int_equal(skipped->outcome, TF_OUTCOME_SKIPPED);
    assert_int_equal(good->outcome, TF_OUTCOME_PROCESS);
    empty(setting); /* and their ids are still free */
    for (uint8_t id = 1; id <= 3; id++)
        add(setting, id, 9, 1, id);
    claim(setting);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(setting->items[i].outcome, TF_OUTCOME_PROCESS);
}

static void test_failure_touches_no_outcome(void **state)
{
    struct setting *setting = *state;
    struct tf_dedup *small = NULL;
    struct tf_fault fault = {0};
    assert_int_equal(tf_dedup_create_table(1, &small), TF_OK);
    struct tf_ledger *ledger = tf_ledger_create(&(struct tf_ledger_options){.dedup = small, .role = "tax"});
    add(setting, 1, 7, 0, 1);
    add(setting, 2, 7, 0, 2);
    assert_int_equal(claim_whole(ledger, &setting->batch, &fault), TF_E_FULL);
    assert_int_equal(setting->items[0].outcome, TF_OUTCOME_PENDING);
    assert_int_equal(setting->items[1].outcome, TF_OUTCOME_PENDING);
    tf_ledger_destroy(ledger);
    tf_dedup_destroy(small);
}

static void test_a_value_that_is_no_owner(void **state)
{
    struct setting *setting = *state;
    struct tf_claim foreign = {0};
    struct tf_fault fault = {0};
    memset(foreign.id.bytes, 2, sizeof foreign.id.bytes);
    assert_int_equal(tf_dedup_claim(setting->dedup, &foreign, 1, NULL), TF_OK);
    add(setting, 1, 7, 0, 1);
    add(setting, 2, 7, 0, 2);
    assert_int_equal(claim_whole(setting->ledger, &setting->batch, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "format 0"));
    assert_int_equal(setting->items[0].outcome, TF_OUTCOME_PENDING);
    assert_int_equal(setting->items[1].outcome, TF_OUTCOME_PENDING);
}

/* Upgrade and rollback: what a later version wrote is compared by what both know. */
static void test_an_owner_of_a_later_version(void **state)
{
    struct setting *setting = *state;
    struct tf_item *own = add(setting, 1, 7, 0, 1), *other = add(setting, 2, 7, 0, 2);
    claim(setting);
    struct tf_claim newer[2] = {{.id = {{0}}}, {.id = {{0}}}};
    memset(newer[0].id.bytes, 3, sizeof newer[0].id.bytes);
    memset(newer[1].id.bytes, 4, sizeof newer[1].id.bytes);
    memcpy(newer[0].owner, own->owner, sizeof newer[0].owner);
    memcpy(newer[1].owner, other->owner, sizeof newer[1].owner);
    newer[0].owner[0] = newer[1].owner[0] = 2;
    assert_int_equal(tf_dedup_claim(setting->dedup, newer, 2, NULL), TF_OK);
    empty(setting);
    own = add(setting, 3, 7, 0, 1);
    other = add(setting, 4, 7, 0, 9);
    claim(setting);
    assert_int_equal(own->outcome, TF_OUTCOME_PROCESS);
    assert_int_equal(other->outcome, TF_OUTCOME_DUPLICATE);
}

static void test_a_replay_is_claimed_under_its_own_key(void **state)
{
    struct setting *setting = *state;
    add(setting, 1, 7, 3, 40);
    claim(setting);
    empty(setting);
    struct tf_item *replay = add(setting, 1, 7, 3, 50);
    replay->tf_role = TF_STR("tax");
    replay->tf_origin = TF_STR("taxflow.audit:3:40");
    claim(setting);
    assert_int_equal(replay->outcome, TF_OUTCOME_PROCESS);
    empty(setting);
    struct tf_item *again = add(setting, 1, 7, 3, 51);
    again->tf_role = TF_STR("tax");
    again->tf_origin = TF_STR("taxflow.audit:3:40");
    claim(setting);
    assert_int_equal(again->outcome, TF_OUTCOME_DUPLICATE);
}

static void test_empty_batch(void **state)
{
    struct setting *setting = *state;
    claim(setting);
    assert_null(tf_ledger_destroy(NULL));
}

/* Records that were accepted before: each is to be judged, also a second one of an id, and nobody is asked. */
static void test_without_claims_all_are_ours(void **state)
{
    struct setting *setting = *state;
    struct tf_ledger *ledger = tf_ledger_create(&(struct tf_ledger_options){.role = "fraud"});
    assert_non_null(ledger);
    empty(setting);
    add(setting, 1, 1, 0, 10);
    add(setting, 1, 1, 0, 11);
    add(setting, 2, 1, 0, 12)->outcome = TF_OUTCOME_SKIPPED;
    add(setting, 3, 1, 0, 13)->outcome = TF_OUTCOME_DEAD;
    assert_true(tf_ledger_ready(ledger));
    assert_int_equal(tf_ledger_attempt(ledger, &setting->batch, NULL), TF_OK);
    assert_int_equal(claim_whole(ledger, &setting->batch, NULL), TF_OK);
    static const enum tf_outcome expected[] = {TF_OUTCOME_PROCESS, TF_OUTCOME_PROCESS, TF_OUTCOME_SKIPPED, TF_OUTCOME_DEAD};
    for (size_t i = 0; i < setting->batch.count; i++)
        assert_int_equal(setting->items[i].outcome, expected[i]);
    struct tf_owner owner;
    assert_true(tf_owner_decode(setting->items[1].owner, &owner));
    assert_int_equal(owner.offset, 11);
    assert_int_equal(tf_ledger_confirm(ledger, NULL), TF_OK);
    assert_int_equal(tf_ledger_checkpoint(ledger, &setting->batch, NULL, NULL, NULL), TF_OK);
    tf_ledger_destroy(ledger);
}

int main(void)
{
#define CLAIM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLAIM(test_new_then_redelivered),
        CLAIM(test_sent_again),
        CLAIM(test_same_id_other_body),
        CLAIM(test_repetition_inside_a_batch),
        CLAIM(test_a_batch_that_runs_again_decides_the_same),
        CLAIM(test_decided_items_are_left_alone),
        CLAIM(test_failure_touches_no_outcome),
        CLAIM(test_a_value_that_is_no_owner),
        CLAIM(test_an_owner_of_a_later_version),
        CLAIM(test_a_replay_is_claimed_under_its_own_key),
        CLAIM(test_empty_batch),
        CLAIM(test_without_claims_all_are_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
