/* Threads with names that show in logs, metrics and debuggers, and a team that shares one job by number. */
#ifndef TAXFLOW_THREAD_H
#define TAXFLOW_THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include "taxflow/err.h"

/**
 * Start a thread with all signals blocked, so that signals reach the main thread alone; only those that a thread's own
 * fault raises (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS) stay open, so that a crash can be reported.
 *
 * name  at most 15 bytes are shown ("tf-tax-0").
 * Returns TF_OK and *ret_thread; TF_E_LIMIT when the system refuses.
 */
enum tf_err tf_thread_start(pthread_t *ret_thread, const char *name, void *(*run)(void *), void *argument) TF_MUST_CHECK;

struct tf_team;

/** Create count workers (1..64) named NAME-0…; they wait. With count 1 the caller itself does the work. NULL on failure. */
struct tf_team *tf_team_create(const char *name, unsigned count);
/** As tf_team_create, but a thread of its own does the work also where count is 1: so that the caller can go on meanwhile. */
struct tf_team *tf_team_create_apart(const char *name, unsigned count);
struct tf_team *tf_team_destroy(struct tf_team *team);
unsigned tf_team_count(const struct tf_team *team);
/** Run job(argument, worker) once for every worker 0..count-1, side by side, and return when all are done. */
void tf_team_run(struct tf_team *team, void (*job)(void *argument, unsigned worker), void *argument);

/** The two halves of it: begin, and wait until all are done. Nothing else may be begun in between. Waiting for nothing is fine. */
void tf_team_begin(struct tf_team *team, void (*job)(void *argument, unsigned worker), void *argument);
void tf_team_wait(struct tf_team *team);
/** Whether some of it still work. What they wrote can be read once it says no. */
bool tf_team_busy(struct tf_team *team);

#endif
