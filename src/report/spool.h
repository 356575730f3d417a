/* A temporary file without a name, in $TMPDIR or /tmp; tmpfile(3) knows no TMPDIR. */
#ifndef TAXFLOW_REPORT_SPOOL_H
#define TAXFLOW_REPORT_SPOOL_H

#include <stdio.h>

/** Open one for writing and reading; NULL with errno. It is gone when it is closed. */
FILE *tf_spool_open(void);

#endif
