/*
 * Who waits for rows of a feed, however many: woken once, when the last of them is done, and alone. With a condition that all of a feed's
 * senders share each report would wake every one of them.
 */
#ifndef TAXFLOW_KAFKA_WAITER_H
#define TAXFLOW_KAFKA_WAITER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tf_waiter {
    size_t left;            /* rows that are not done; the feed's lock guards it and next */
    struct tf_waiter *next; /* of those that are to be woken */
    pthread_mutex_t lock;   /* guards woken */
    pthread_cond_t wake;
    bool woken;
};

void tf_waiter_init(struct tf_waiter *waiter);
void tf_waiter_finish(struct tf_waiter *waiter);
/** Wait to be woken, at most timeout_ms; negative: until then, however long. False: not woken. */
bool tf_waiter_wait(struct tf_waiter *waiter, int64_t timeout_ms);
/** Wake all of a list; each is its owner's again at once. */
void tf_waiter_wake_all(struct tf_waiter *first);

#endif
