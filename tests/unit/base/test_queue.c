#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "taxflow/clock.h"
#include "taxflow/queue.h"

enum { PATIENCE_MS = 10000 }; /* long past any wait that ends as it should */

static int items[8];

static void order_is_kept_past_the_end(void **state)
{
    (void)state;
    struct tf_queue *queue = tf_queue_create(3);
    for (int round = 0; round < 10; round++) {
        assert_int_equal(tf_queue_push(queue, &items[round % 8], 0), TF_OK);
        assert_int_equal(tf_queue_push(queue, &items[(round + 1) % 8], 0), TF_OK);
        assert_int_equal(tf_queue_length(queue), 2);
        assert_ptr_equal(tf_queue_pop(queue, 0), &items[round % 8]);
        assert_ptr_equal(tf_queue_pop(queue, 0), &items[(round + 1) % 8]);
    }
    assert_int_equal(tf_queue_length(queue), 0);
    assert_null(tf_queue_destroy(queue));
    assert_null(tf_queue_destroy(NULL));
}

static void capacities(void **state)
{
    (void)state;
    assert_null(tf_queue_create(0));
    assert_null(tf_queue_create(1000001));
    struct tf_queue *queue = tf_queue_create(1000000);
    assert_non_null(queue);
    assert_int_equal(tf_queue_push(queue, NULL, 0), TF_E_BREACH);
    assert_int_equal(tf_queue_length(queue), 0);
    tf_queue_destroy(queue);
}

static void waits_end_in_time(void **state)
{
    (void)state;
    struct tf_queue *queue = tf_queue_create(1);
    assert_null(tf_queue_pop(queue, 0));
    int64_t before = tf_clock_mono_ms();
    assert_null(tf_queue_pop(queue, 30));
    assert_true(tf_clock_mono_ms() - before >= 29);
    assert_int_equal(tf_queue_push(queue, &items[0], 0), TF_OK);
    assert_int_equal(tf_queue_push(queue, &items[1], 0), TF_E_FULL);
    before = tf_clock_mono_ms();
    assert_int_equal(tf_queue_push(queue, &items[1], 30), TF_E_FULL);
    assert_true(tf_clock_mono_ms() - before >= 29);
    assert_ptr_equal(tf_queue_pop(queue, INT64_MAX), &items[0]);
    tf_queue_destroy(queue);
}

static void a_closed_queue_drains(void **state)
{
    (void)state;
    struct tf_queue *queue = tf_queue_create(2);
    assert_int_equal(tf_queue_push(queue, &items[0], 0), TF_OK);
    tf_queue_close(queue);
    assert_int_equal(tf_queue_push(queue, &items[1], -1), TF_E_UNAVAILABLE);
    assert_ptr_equal(tf_queue_pop(queue, -1), &items[0]);
    assert_null(tf_queue_pop(queue, -1));
    tf_queue_close(queue);
    tf_queue_destroy(queue);
}

struct side {
    struct tf_queue *queue;
    int64_t timeout_ms;
    enum tf_err pushed;
    void *popped;
};

static void *pop_one(void *argument)
{
    struct side *side = argument;
    side->popped = tf_queue_pop(side->queue, side->timeout_ms);
    return NULL;
}

static void *push_one(void *argument)
{
    struct side *side = argument;
    side->pushed = tf_queue_push(side->queue, &items[1], side->timeout_ms);
    return NULL;
}

static void closing_wakes_those_who_wait(void **state)
{
    (void)state;
    for (int64_t timeout_ms = -1; timeout_ms < 2 * PATIENCE_MS; timeout_ms += 2 * PATIENCE_MS) {
        struct side taker = {.queue = tf_queue_create(1), .timeout_ms = timeout_ms, .popped = &taker};
        struct side giver = {.queue = tf_queue_create(1), .timeout_ms = timeout_ms};
        assert_int_equal(tf_queue_push(giver.queue, &items[0], 0), TF_OK);
        pthread_t threads[2];
        assert_int_equal(pthread_create(&threads[0], NULL, pop_one, &taker), 0);
        assert_int_equal(pthread_create(&threads[1], NULL, push_one, &giver), 0);
        int64_t before = tf_clock_mono_ms();
        tf_queue_close(taker.queue);
        tf_queue_close(giver.queue);
        pthread_join(threads[0], NULL);
        pthread_join(threads[1], NULL);
        assert_true(tf_clock_mono_ms() - before < PATIENCE_MS);
        assert_null(taker.popped);
        assert_int_equal(giver.pushed, TF_E_UNAVAILABLE);
        tf_queue_destroy(taker.queue);
        tf_queue_destroy(giver.queue);
    }
}

static void a_freed_place_wakes_a_pusher(void **state)
{
    (void)state;
    struct side giver = {.queue = tf_queue_create(1), .timeout_ms = PATIENCE_MS};
    assert_int_equal(tf_queue_push(giver.queue, &items[0], 0), TF_OK);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, push_one, &giver), 0);
    assert_ptr_equal(tf_queue_pop(giver.queue, PATIENCE_MS), &items[0]);
    assert_ptr_equal(tf_queue_pop(giver.queue, PATIENCE_MS), &items[1]);
    pthread_join(thread, NULL);
    assert_int_equal(giver.pushed, TF_OK);
    tf_queue_destroy(giver.queue);
}

enum { PRODUCERS = 3, CONSUMERS = 3, EACH = 5000 };
static uint8_t taken[PRODUCERS * EACH]; /* the element's address says which one it is */

struct producer {
    struct tf_queue *queue;
    int number;
};

static void *produce(void *argument)
{
    struct producer *self = argument;
    for (int i = 0; i < EACH; i++)
        if (tf_queue_push(self->queue, &taken[self->number * EACH + i], -1) != TF_OK)
            return self;
    return NULL;
}

static void *consume(void *argument)
{
    uint8_t *element;
    while ((element = tf_queue_pop(argument, -1)))
        __atomic_add_fetch(element, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void every_element_arrives_once(void **state)
{
    (void)state;
    struct tf_queue *queue = tf_queue_create(4);
    pthread_t givers[PRODUCERS], takers[CONSUMERS];
    struct producer producers[PRODUCERS];
    for (int i = 0; i < CONSUMERS; i++)
        assert_int_equal(pthread_create(&takers[i], NULL, consume, queue), 0);
    for (int i = 0; i < PRODUCERS; i++) {
        producers[i] = (struct producer){queue, i};
        assert_int_equal(pthread_create(&givers[i], NULL, produce, &producers[i]), 0);
    }
    for (int i = 0; i < PRODUCERS; i++) {
        void *failed;
        pthread_join(givers[i], &failed);
        assert_null(failed);
    }
    tf_queue_close(queue);
    for (int i = 0; i < CONSUMERS; i++)
        pthread_join(takers[i], NULL);
    for (size_t i = 0; i < sizeof taken; i++)
        assert_int_equal(taken[i], 1);
    tf_queue_destroy(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_kept_past_the_end),
        cmocka_unit_test(capacities),
        cmocka_unit_test(waits_end_in_time),
        cmocka_unit_test(a_closed_queue_drains),
        cmocka_unit_test(closing_wakes_those_who_wait),
        cmocka_unit_test(a_freed_place_wakes_a_pusher),
        cmocka_unit_test(every_element_arrives_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
