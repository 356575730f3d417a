/* Records of ours inside a file of another program, such as an archive: as a file of them is read, but handed on one by one. */
#ifndef TAXFLOW_IMPORT_PLAIN_H
#define TAXFLOW_IMPORT_PLAIN_H

#include "taxflow/import.h"

/** As tf_import_format.read: XML or JSON laid out over lines is one record, else each line is. */
enum tf_err tf_plain_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
    TF_MUST_CHECK;

#endif
