/* The one JSON writer (RFC 8259): commas and escapes are its business, so that no text of ours can break out of a string. */
#ifndef TAXFLOW_JSON_H
#define TAXFLOW_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/buf.h"

enum { TF_JSON_DEPTH_MAX = 32 };

struct tf_json {
    struct tf_buf *out;
    uint32_t has_member; /* bit d: level d already has a member, so a comma goes first */
    uint8_t depth;
    bool after_key;
};

/** Start writing one value to out; errors (no room, depth past the maximum, an end or key out of place) are out->failed. */
void tf_json_init(struct tf_json *json, struct tf_buf *out);
void tf_json_object(struct tf_json *json);      /* { */
void tf_json_object_end(struct tf_json *json);  /* } */
void tf_json_array(struct tf_json *json);       /* [ */
void tf_json_array_end(struct tf_json *json);   /* ] */
void tf_json_key(struct tf_json *json, const char *key);
/** A string; bytes that are not UTF-8 become U+FFFD, control characters are escaped. Absent becomes null. */
void tf_json_str(struct tf_json *json, struct tf_str value);
void tf_json_text(struct tf_json *json, const char *value);
void tf_json_i64(struct tf_json *json, int64_t value);
void tf_json_u64(struct tf_json *json, uint64_t value);
/** Shortest form that reads back the same; NaN and infinities become null. For statistics, never for money. */
void tf_json_double(struct tf_json *json, double value);
void tf_json_bool(struct tf_json *json, bool value);
void tf_json_null(struct tf_json *json);
/** Bytes that already are one JSON value. Absent or empty becomes null. */
void tf_json_raw(struct tf_json *json, struct tf_str value);
/* Member shorthands. */
void tf_json_kstr(struct tf_json *json, const char *key, struct tf_str value);
void tf_json_ktext(struct tf_json *json, const char *key, const char *value);
void tf_json_ki64(struct tf_json *json, const char *key, int64_t value);
void tf_json_ku64(struct tf_json *json, const char *key, uint64_t value);
void tf_json_kbool(struct tf_json *json, const char *key, bool value);
/**
 * Append s as the inside of a JSON string with the escapes of RFC 8785 section 3.2.2.2 (shortest forms, lower-case
 * hex, nothing else escaped); a byte that is not part of UTF-8 becomes U+FFFD. Used by the writer and by the canonical body.
 */
void tf_json_escape(struct tf_buf *out, struct tf_str s);

#endif
