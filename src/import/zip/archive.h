/* An archive on its way, for the files that read it. */
#ifndef TAXFLOW_IMPORT_ZIP_ARCHIVE_H
#define TAXFLOW_IMPORT_ZIP_ARCHIVE_H

#include "../import_internal.h"
#include "zip/member.h"

enum { TF_ZIP_LABEL_BYTES = TF_ZIP_NAME_BYTES + 256 };

struct tf_zip_archive {
    const char *name;
    const struct tf_import_options *options;
    const struct tf_import_sink *sink;
    struct tf_fault *fault;
    zip_t *zip;
    struct tf_zip_room room;
    size_t parts; /* told so far */
};

/** ARCHIVE/MEMBER, cut where it is too long. */
void tf_zip_label(const struct tf_zip_archive *archive, const char *member, char into[TF_ZIP_LABEL_BYTES]);
/** Tell what cannot be read of the part that was begun last; text may be empty. Returns what the sink does. */
enum tf_err tf_zip_tell(const struct tf_zip_archive *archive, struct tf_str text, enum tf_err why, const char *detail) TF_MUST_CHECK;
/** Begin a part. Returns what the sink does. */
enum tf_err tf_zip_begin_part(struct tf_zip_archive *archive, const struct tf_zip_stat *member, const struct tf_import_format *format, bool one_document)
    TF_MUST_CHECK;
/** A failure to unpack that is ours: the fault, with the way out. Other codes as they are. */
enum tf_err tf_zip_our_fault(const struct tf_zip_archive *archive, enum tf_err err, const char *label);

#endif
