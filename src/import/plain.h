/* Records of ours inside a file of another program, such as an archive, or packed with gzip: as a file of them is read, but handed on one by one. */
#ifndef TAXFLOW_IMPORT_PLAIN_H
#define TAXFLOW_IMPORT_PLAIN_H

#include "taxflow/import.h"

/** As tf_import_format.read: XML or JSON laid out over lines is one record, else each line is. Packed with gzip twice: TF_E_VALUE. */
enum tf_err tf_plain_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Whether what begins so is one record over many lines: XML in UTF-8, UTF-16 or UTF-32, or JSON as people lay it out. Pure. */
bool tf_plain_is_document(struct tf_str head);

#endif
