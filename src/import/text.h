/* A file as UTF-8 text: unpacked, its encoding told or found, its line ends left as they are. */
#ifndef TAXFLOW_IMPORT_TEXT_H
#define TAXFLOW_IMPORT_TEXT_H

#include <stdio.h>

#include "taxflow/err.h"
#include "taxflow/str.h"

struct tf_import_text;

/**
 * Open a file that may be packed with gzip (RFC 1952). Encoding: as named (iconv(3) knows it), unless the mark of UTF-8 stands there; NULL: by byte order mark, else UTF-16 where every
 * other of the first bytes is NUL, else UTF-8 where the first 64 KiB are, else Windows-1252. Of a
 * file that is UTF-8 so far, bytes that are none later on are read as Windows-1252.
 *
 * fd  the caller's; read from where it stands.
 * Returns TF_OK; TF_E_CONFIG for an encoding nobody knows; TF_E_IO, TF_E_MEMORY.
 */
enum tf_err tf_import_text_open(int fd, const char *name, const char *encoding, struct tf_import_text **ret_text, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_import_text *tf_import_text_close(struct tf_import_text *text);
/** To read from; belongs to the text. An error of it is told by tf_import_text_check. */
FILE *tf_import_text_stream(struct tf_import_text *text);
/** What ended the stream: TF_OK at the end; TF_E_VALUE for a truncated or damaged archive, one that unpacks without end, a broken sequence. */
enum tf_err tf_import_text_check(const struct tf_import_text *text, struct tf_fault *fault) TF_MUST_CHECK;
/** The first bytes (64 KiB at most, all there is if less), unpacked but not recoded; until the stream is read. */
struct tf_str tf_import_text_head(const struct tf_import_text *text);

#endif
