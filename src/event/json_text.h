/* The lexical level of JSON (RFC 8259): what stands inside a string, and what a number may look like. */
#ifndef TAXFLOW_EVENT_JSON_TEXT_H
#define TAXFLOW_EVENT_JSON_TEXT_H

#include <stdbool.h>

#include "taxflow/err.h"
#include "taxflow/str.h"

/** Whether the characters are a number of RFC 8259 section 6, of any magnitude. */
bool tf_json_text_is_number(struct tf_str token);
/** Whether the characters are one string, quotes included; its escapes are not judged. */
bool tf_json_text_is_string(struct tf_str token);
/**
 * Resolve the escapes of a string's inside in place: the text never grows.
 *
 * bytes    len bytes between the quotes, already known to be UTF-8 and free of control characters.
 * ret_len  length of the result on TF_OK; the offset of the offending escape otherwise.
 * Returns TF_OK; TF_E_JSON for an unknown escape; TF_E_UTF8 for a lone surrogate; TF_E_VALUE for U+0000, which would
 * let two identities that differ look the same where bytes are joined by NUL.
 */
enum tf_err tf_json_text_unescape(char *bytes, size_t len, size_t *ret_len) TF_MUST_CHECK;
/**
 * Why a text that the parser refused is refused. Failure path only: O(len), one byte at a time.
 *
 * ret_at  in: where the parser stopped; out: the better known place, when there is one.
 * Returns TF_E_UTF8, TF_E_DEPTH or TF_E_JSON.
 */
enum tf_err tf_json_text_diagnose(struct tf_str text, size_t depth_max, size_t *ret_at) TF_MUST_CHECK;

#endif
