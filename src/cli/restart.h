/* When a role that was started again may begin: what ends again and again does so ever more slowly. systemd 252 restarts at one pace for ever. */
#ifndef TF_RESTART_H
#define TF_RESTART_H

#include <stdbool.h>
#include <stdint.h>

/* In a row: runs that began less than a minute after the one before, which did not end as it was told to. */
struct tf_restart {
    int64_t failures;
    int64_t begun_ms; /* of the last run, on the clock that stands still with the machine; 0: none is known */
};

/** What the instance's lock file says; nothing, or what cannot be read, is no run. Thread: one, which holds the lock. */
struct tf_restart tf_restart_read(int fd);
/**
 * How long the next run waits: counted from the beginning of the last one 0 s after its first failure, then 1, 2, 4 … 30 s.
 *
 * last    overwritten with what holds once the next run has begun, but for begun_ms
 * now_ms  tf_clock_mono_ms()
 * Returns milliseconds, 0 to 30,000. Pure.
 */
int64_t tf_restart_wait_ms(struct tf_restart *last, int64_t now_ms);
/** Write it into the lock file. What cannot be written is lost: the next run then does not wait. */
void tf_restart_write(int fd, const struct tf_restart *run);
/** Whether the service manager starts a role again that ended with this status; those it does not are RestartPreventExitStatus= of the unit. */
bool tf_restart_follows(int status);

#endif
