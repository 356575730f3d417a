/* Base64 of RFC 4648 section 4, as XML and CloudEvents carry it: white space between the characters is skipped. */
#ifndef TAXFLOW_EVENT_BASE64_H
#define TAXFLOW_EVENT_BASE64_H

#include "taxflow/str.h"

/**
 * Decode text.
 *
 * out      room for text.len / 4 * 3 bytes; may be text's own bytes, since the result never overtakes what is read.
 * Returns true and *ret_len; false for other characters, missing padding, or bits left over behind the end.
 */
bool tf_base64_decode(struct tf_str text, char *out, size_t *ret_len);

#endif
