/* Temporary files without a name: for what is too long for memory and gone with the process. */
#ifndef TAXFLOW_SCRATCH_H
#define TAXFLOW_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** A new one, read and write, in $TMPDIR or /tmp; it is removed when its last descriptor is closed. -1 with errno. Thread any. */
int tf_scratch_open(void);
/** The same as a stream: tmpfile(3) knows no $TMPDIR. NULL with errno. */
FILE *tf_scratch_stream(void);
/** Write all of it where the file stands; false with errno: no room. */
bool tf_scratch_write(int fd, const char *bytes, size_t len);

#endif
