/* A progress bar on standard error, only where that is a terminal. */
#ifndef TF_PROGRESS_H
#define TF_PROGRESS_H

#include <stdint.h>

struct tf_progress { const char *what; int64_t drawn_ms; int shown; };

/** Draw at most ten times a second; total 0 shows the count alone. Fits tf_files_create's callback. */
void tf_progress_tell(void *progress, uint64_t done, uint64_t total);
/** Remove the bar. */
void tf_progress_end(struct tf_progress *progress);

#endif
