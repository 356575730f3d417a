/* Which of several processes of a role this is: a lock file a number, held as long as the process lives. */
#ifndef TF_INSTANCE_H
#define TF_INSTANCE_H

#include "taxflow/err.h"

/**
 * Lock the lowest free number, or exactly `wanted` when it is above 0, in $RUNTIME_DIRECTORY, else $XDG_RUNTIME_DIR/taxflow, else
 * a private folder in the temporary folder.
 *
 * role        part of the file's name: ROLE-N.lock
 * ret_number  1…  ret_fd  keep it open; closing it gives the number back
 * Returns TF_OK; TF_E_FENCED when `wanted` is taken; TF_E_PERMISSION when the folder is not ours to write to, TF_E_CONFIG when it cannot be used.
 */
enum tf_err tf_instance_lock(const char *role, int64_t wanted, int64_t *ret_number, int *ret_fd, struct tf_fault *fault) TF_MUST_CHECK;

#endif
