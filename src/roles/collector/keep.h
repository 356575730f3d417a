/* What comes in is kept (collector.archive_dir) before anything of it is sent; while it cannot be, nothing is taken in. */
#ifndef TF_COLLECTOR_KEEP_H
#define TF_COLLECTOR_KEEP_H

#include "taxflow/import.h"
#include "taxflow/originals.h"

struct tf_collector;

/** Open collector.archive_dir, if there is one. TF_OK; TF_E_CONFIG; TF_E_MEMORY. A full disk is none of these: the role waits for room. */
enum tf_err tf_collector_keep_open(struct tf_collector *collector, struct tf_fault *fault) TF_MUST_CHECK;
void tf_collector_keep_close(struct tf_collector *collector);
/** Whether originals are kept at all. */
bool tf_collector_keeps(const struct tf_collector *collector);
/**
 * Keep bodies, or a file: then *ret_fd reads what is kept. Until it works again a failure stands in the role's health, as check "archive".
 * Returns as tf_originals_keep and tf_originals_keep_file. Thread any.
 */
enum tf_err tf_collector_keep(struct tf_collector *collector, const struct tf_str *bodies, size_t count, struct tf_original *ret_originals,
                              struct tf_fault *fault) TF_MUST_CHECK;
enum tf_err tf_collector_keep_file(struct tf_collector *collector, int fd, struct tf_original *ret_original, int *ret_fd, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Every second: after a failure, whether it works again. */
void tf_collector_keep_watch(struct tf_collector *collector);

/** The media type of a file: by the name of its format; NULL: records of ours, by how they begin and whether they are one document. Static. */
struct tf_str tf_collector_media(const char *format, struct tf_str head, bool one_document);

#endif
