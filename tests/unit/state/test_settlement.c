/* A payment that was ordered and is booked is one: the second record takes the place of the first, in every order, and closes the pair. */
#include "one_store.h"

#include "state_internal.h"

/* A payment of 119.00 for invoice 12, on a day. */
static void pay(const char *id, const char *status, const char *end_to_end_id, const char *account, int day)
{
    sample_payment(&sample, "S1", "12", "119.00", "EUR", day);
    sample.event.as.payment->status = tf_str_of(status);
    sample.event.as.payment->end_to_end_id = tf_str_of(end_to_end_id);
    sample.event.as.payment->account = tf_str_of(account);
    assert_int_equal(judge_event(store, ruleset, &sample.event, tf_str_of(id), false, arena, &verdict), TF_OK);
}

static bool hits(const char *rule)
{
    return tf_fraud_bit(&verdict->hit, sample_rule(rule));
}

static bool holds(const char *id)
{
    const struct tf_str text = tf_str_of(id);
    return tf_state_holds(store, tf_hash_sha256(&text, 1));
}

static void a_booking_takes_the_place_of_its_order(void **state)
{
    (void)state;
    pay("order", "ordered", "E1", "DE1", 10);
    assert_false(hits("DUP1"));
    pay("entry", "booked", "E1", "DE1", 12);
    assert_false(hits("DUP1"));
    assert_true(holds("entry") && !holds("order"));
    assert_int_equal(store->stage.records.count, 1);
    tf_state_commit(store, INT64_MIN);
    pay("copy", "", "", "DE1", 13); /* meets one payment, not two */
    assert_true(hits("DUP1"));
    assert_int_equal(verdict->hits[0].related_count, 1);
    assert_text(verdict->hits[0].related[0], "entry");
}

static void an_order_that_is_read_after_its_booking_is_no_copy(void **state)
{
    (void)state;
    pay("entry", "booked", "E1", "DE1", 12);
    pay("order", "ordered", "E1", "", 10);
    assert_false(hits("DUP1"));
    assert_int_equal(store->stage.records.count, 1);
}

static void a_pair_settles_nothing_else(void **state)
{
    (void)state;
    pay("order", "ordered", "RENT", "DE1", 1);
    pay("entry", "booked", "RENT", "DE1", 2);
    pay("order2", "ordered", "RENT", "DE1", 3); /* of the same invoice: a copy */
    assert_true(hits("DUP1"));
    pay("entry2", "booked", "RENT", "DE1", 4);
    assert_true(holds("entry") && holds("entry2") && !holds("order2"));
    pay("entry3", "booked", "RENT", "DE1", 5);
    assert_int_equal(store->stage.records.count, 3);
}

static void the_nearest_order_is_taken(void **state)
{
    (void)state;
    pay("first", "ordered", "RENT", "DE1", 1);
    pay("second", "ordered", "RENT", "DE1", 8);
    pay("entry", "booked", "RENT", "DE1", 9);
    assert_true(holds("first") && !holds("second"));
}

static void what_does_not_belong_together_stays_two(void **state)
{
    static const struct { const char *id, *account; int day; } others[] = {
        {"E2", "DE1", 11}, {"E1", "DE2", 11}, {"E1", "DE1", 10 + 15}, {"E1", "DE1", 10 - 4}};
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        close_store(NULL);
        open_store(NULL);
        pay("order", "ordered", "E1", "DE1", 10);
        pay("entry", "booked", others[i].id, others[i].account, others[i].day);
        assert_true(holds("order") && holds("entry"));
    }
    pay("none", "ordered", "NOTPROVIDED", "DE1", 40);
    pay("none2", "booked", "NOTPROVIDED", "DE1", 41);
    assert_true(holds("none") && holds("none2"));
}

static void come_back(const char *id, const char *end_to_end_id, const char *account, int day)
{
    sample_payment(&sample, "S1", "12", "119.00", "EUR", day);
    sample.event.as.payment->status = TF_STR("booked");
    sample.event.as.payment->end_to_end_id = tf_str_of(end_to_end_id);
    sample.event.as.payment->account = tf_str_of(account);
    sample.event.as.payment->returned = true;
    assert_int_equal(judge_event(store, ruleset, &sample.event, tf_str_of(id), false, arena, &verdict), TF_OK);
}

static void money_that_came_back_was_not_spent(void **state)
{
    (void)state;
    pay("order", "ordered", "E1", "DE1", 10);
    pay("entry", "booked", "E1", "DE1", 12);
    come_back("return", "E1", "DE-OURS", 15);
    assert_true(holds("return") && !holds("entry"));
    pay("again", "ordered", "E2", "DE1", 20); /* it is paid again, and that once */
    assert_false(hits("DUP1"));
    pay("entry2", "booked", "E2", "DE1", 21);
    pay("twice", "ordered", "E3", "DE1", 22);
    assert_true(hits("DUP1"));
}

static void a_return_is_of_one_payment_before_it(void **state)
{
    (void)state;
    pay("entry", "booked", "RENT", "DE1", 10);
    pay("entry2", "booked", "RENT", "DE1", 40);
    come_back("early", "RENT", "DE1", 9);
    assert_true(holds("entry") && holds("entry2"));
    come_back("return", "RENT", "DE1", 41);
    assert_true(holds("entry") && !holds("entry2"));
    come_back("other", "ELSE", "DE1", 41);
    assert_true(holds("entry"));
}

static void an_abort_brings_the_order_back(void **state)
{
    (void)state;
    pay("order", "ordered", "E1", "DE1", 10);
    tf_state_commit(store, INT64_MIN);
    const size_t entries = tf_state_entries(store);
    for (int again = 0; again < 2; again++) {
        pay("entry", "booked", "E1", "DE1", 12);
        assert_true(!holds("order") && holds("entry"));
        tf_state_abort(store);
        assert_true(holds("order") && !holds("entry"));
        assert_int_equal(tf_state_entries(store), entries);
    }
}

static void a_booking_that_is_amended_stays_whole(void **state)
{
    (void)state;
    pay("order", "ordered", "E1", "DE1", 10);
    pay("entry", "booked", "E1", "DE1", 12);
    sample.event.revision = 1;
    assert_int_equal(judge_event(store, ruleset, &sample.event, TF_STR("entry"), false, arena, &verdict), TF_OK);
    pay("late", "ordered", "E1", "DE1", 11);
    assert_true(holds("entry") && holds("late"));
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_booking_takes_the_place_of_its_order), WITH_STORE(an_order_that_is_read_after_its_booking_is_no_copy),
        WITH_STORE(a_pair_settles_nothing_else),            WITH_STORE(the_nearest_order_is_taken),
        WITH_STORE(what_does_not_belong_together_stays_two), WITH_STORE(money_that_came_back_was_not_spent), WITH_STORE(a_return_is_of_one_payment_before_it),
        WITH_STORE(an_abort_brings_the_order_back),         WITH_STORE(a_booking_that_is_amended_stays_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
