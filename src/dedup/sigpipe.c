#include "sigpipe.h"

#include <errno.h>
#include <time.h>

static sigset_t only_sigpipe(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

static bool is_pending(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

void tf_sigpipe_hold(struct tf_sigpipe *hold)
{
    sigset_t set = only_sigpipe();
    hold->pending = is_pending();
    pthread_sigmask(SIG_BLOCK, &set, &hold->before);
}

void tf_sigpipe_release(struct tf_sigpipe *hold)
{
    if (!hold->pending && is_pending()) {
        const struct timespec at_once = {0};
        sigset_t set = only_sigpipe();
        while (sigtimedwait(&set, NULL, &at_once) < 0 && errno == EINTR)
            ;
    }
    pthread_sigmask(SIG_SETMASK, &hold->before, NULL);
}
