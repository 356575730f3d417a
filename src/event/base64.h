/* Base64 of RFC 4648 section 4, as XML and CloudEvents carry it: white space between the characters is skipped. */
#ifndef TAXFLOW_EVENT_BASE64_H
#define TAXFLOW_EVENT_BASE64_H

#include <stdint.h>

#include "taxflow/str.h"

/* Text that comes in pieces: what is left of the last quad. All zero at the start. */
struct tf_base64 {
    uint8_t digits[4];
    uint8_t count, padding;
};

/**
 * Decode the next piece of a text.
 *
 * out      room for text.len / 4 * 3 + 3 bytes; where text is the whole, it may be text's own bytes, since the result never overtakes
 *          what is read.
 * Returns true and *ret_len; false for other characters, or bits left over behind the end.
 */
bool tf_base64_feed(struct tf_base64 *base64, struct tf_str text, char *out, size_t *ret_len);
/** Whether the text may end here: no padding is missing. */
static inline bool tf_base64_complete(const struct tf_base64 *base64) { return base64->count == 0; }

/**
 * Decode text.
 *
 * out      room for text.len / 4 * 3 bytes; may be text's own bytes, since the result never overtakes what is read.
 * Returns true and *ret_len; false for other characters, missing padding, or bits left over behind the end.
 */
bool tf_base64_decode(struct tf_str text, char *out, size_t *ret_len);

#endif
