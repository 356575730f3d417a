/* Rows on their way: their order, their bytes, and what becomes of those that are given up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flights.h"

static void test_the_oldest_stands_first(void **state)
{
    (void)state;
    struct tf_flights flights = {0};
    struct tf_flight *rows[4];
    for (int i = 0; i < 4; i++)
        rows[i] = tf_flights_board(&flights, TF_STREAM_AUDIT, 10, NULL, 100 + i);
    assert_ptr_equal(flights.oldest, rows[0]);
    assert_int_equal(flights.bytes, 40);
    tf_flights_land(&flights, rows[1]); /* from the middle */
    tf_flights_land(&flights, rows[0]);
    assert_ptr_equal(flights.oldest, rows[2]);
    assert_int_equal(flights.oldest->boarded_ms, 102);
    tf_flights_land(&flights, rows[3]); /* the newest */
    struct tf_flight *next = tf_flights_board(&flights, TF_STREAM_AUDIT, 7, NULL, 200);
    assert_ptr_equal(flights.newest, next);
    assert_int_equal(flights.bytes, 17);
    tf_flights_land(&flights, rows[2]);
    tf_flights_land(&flights, next);
    assert_null(flights.oldest);
    assert_null(flights.newest);
    assert_int_equal(flights.bytes, 0);
    tf_flights_finish(&flights);
}

static void test_the_stranded_are_done_and_land_once(void **state)
{
    (void)state;
    struct tf_flights flights = {0};
    struct tf_ticket ticket = {0};
    struct tf_flight *waited = tf_flights_board(&flights, TF_STREAM_AUDIT, 5, &ticket, 1);
    struct tf_flight *alone = tf_flights_board(&flights, TF_STREAM_STATUS, 6, NULL, 2);
    assert_int_equal(tf_flights_strand(&flights), 2);
    assert_true(ticket.done);
    assert_int_equal(ticket.err, TF_E_UNAVAILABLE);
    assert_int_equal(flights.bytes, 0);
    struct tf_flight *later = tf_flights_board(&flights, TF_STREAM_AUDIT, 3, NULL, 3);
    tf_flights_land(&flights, alone); /* its report came after all */
    tf_flights_land(&flights, waited);
    assert_ptr_equal(flights.oldest, later);
    assert_int_equal(flights.bytes, 3);
    assert_int_equal(tf_flights_strand(&flights), 1);
    assert_int_equal(tf_flights_strand(&flights), 0);
    tf_flights_finish(&flights);
}

static struct tf_ticket board(struct tf_flights *flights, struct tf_ticket *ticket)
{
    return (struct tf_ticket){.flight = tf_flights_board(flights, TF_STREAM_AUDIT, 1, ticket, 1)};
}

static void report(struct tf_flights *flights, const struct tf_ticket *ticket, enum tf_err err)
{
    ticket->flight->outcome = (struct tf_ticket){.err = err, .partition = 3, .offset = 7, .done = true};
    tf_flights_report(flights, ticket->flight);
}

static void test_a_waiter_is_complete_with_its_last_ticket(void **state)
{
    (void)state;
    struct tf_flights flights = {0};
    struct tf_ticket tickets[4];
    struct tf_waiter waiter = {.left = 0}, other = {.left = 0};
    for (int i = 0; i < 4; i++)
        tickets[i] = board(&flights, &tickets[i]);
    report(&flights, &tickets[3], TF_OK); /* before anyone waits */
    assert_null(tf_flights_take_complete(&flights));
    tf_flights_await(&waiter, &tickets[0]);
    tf_flights_await(&waiter, &tickets[1]);
    tf_flights_await(&waiter, &tickets[3]);
    tf_flights_await(&other, &tickets[2]);
    assert_int_equal(waiter.left, 2);
    report(&flights, &tickets[1], TF_E_TOO_BIG);
    assert_null(tf_flights_take_complete(&flights));
    report(&flights, &tickets[0], TF_OK);
    assert_ptr_equal(tf_flights_take_complete(&flights), &waiter);
    assert_null(waiter.next);
    assert_null(tf_flights_take_complete(&flights));
    assert_int_equal(tickets[1].err, TF_E_TOO_BIG);
    assert_int_equal(tickets[0].offset, 7);
    assert_int_equal(tickets[0].partition, 3);
    assert_int_equal(tf_flights_strand(&flights), 1); /* what is given up is done, too */
    assert_ptr_equal(tf_flights_take_complete(&flights), &other);
    assert_int_equal(tickets[2].err, TF_E_UNAVAILABLE);
    tf_flights_finish(&flights);
}

static void test_a_ticket_let_go_is_left_alone(void **state)
{
    (void)state;
    struct tf_flights flights = {0};
    struct tf_ticket ticket = board(&flights, &ticket), never_sent = {0};
    struct tf_flight *flight = ticket.flight;
    struct tf_waiter waiter = {.left = 0};
    tf_flights_await(&waiter, &ticket);
    tf_flights_await(&waiter, &never_sent);
    assert_int_equal(waiter.left, 2);
    tf_flights_let_go(&ticket);
    tf_flights_let_go(&never_sent);
    assert_true(ticket.done);
    assert_false(never_sent.done);
    assert_int_equal(ticket.err, TF_E_TIMEOUT);
    flight->outcome = (struct tf_ticket){.done = true};
    tf_flights_report(&flights, flight);
    assert_int_equal(ticket.err, TF_E_TIMEOUT);
    assert_null(tf_flights_take_complete(&flights));
    tf_flights_finish(&flights);
}

static void test_flights_are_used_again(void **state)
{
    (void)state;
    struct tf_flights flights = {0};
    for (int i = 0; i < 1000; i++) {
        struct tf_flight *one = tf_flights_board(&flights, TF_STREAM_AUDIT, 1, NULL, i);
        struct tf_flight *two = tf_flights_board(&flights, TF_STREAM_AUDIT, 1, NULL, i);
        assert_non_null(one);
        assert_non_null(two);
        assert_false(two->stranded);
        tf_flights_land(&flights, one);
        if (i % 2)
            tf_flights_strand(&flights);
        tf_flights_land(&flights, two);
        assert_int_equal(flights.bytes, 0);
    }
    tf_flights_finish(&flights);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_oldest_stands_first),
        cmocka_unit_test(test_the_stranded_are_done_and_land_once),
        cmocka_unit_test(test_a_waiter_is_complete_with_its_last_ticket),
        cmocka_unit_test(test_a_ticket_let_go_is_left_alone),
        cmocka_unit_test(test_flights_are_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
