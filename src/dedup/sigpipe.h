/*
 * hiredis writes with write(2), so a server that dies in mid-pipeline raises SIGPIPE. A library room must not change the
 * process's disposition: the signal is held back in the calling thread and taken off its queue afterwards.
 */
#ifndef TF_DEDUP_SIGPIPE_H
#define TF_DEDUP_SIGPIPE_H

#include <signal.h>
#include <stdbool.h>

struct tf_sigpipe {
    sigset_t before;
    bool pending; /* one was waiting already: it is not ours to take */
};

/** Hold SIGPIPE back in this thread until tf_sigpipe_release. Two system calls. */
void tf_sigpipe_hold(struct tf_sigpipe *hold);
/** Take off what was raised since, and restore the mask. */
void tf_sigpipe_release(struct tf_sigpipe *hold);

#endif
