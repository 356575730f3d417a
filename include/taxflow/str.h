/* Views of bytes: a pointer and a length, never an owner. A view with ptr == NULL is absent, which is not the same as empty. */
#ifndef TAXFLOW_STR_H
#define TAXFLOW_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct tf_str {
    const char *ptr; /* bytes, not terminated; NULL = absent */
    size_t len;
};

#define TF_STR(literal) ((struct tf_str){"" literal, sizeof(literal) - 1})
/* The same for a static initializer. */
#define TF_STR_INIT(literal) {"" literal, sizeof(literal) - 1}
#define TF_STR_NONE ((struct tf_str){NULL, 0})
/* For printf: "%.*s", TF_STR_ARGS(s) */
#define TF_STR_ARGS(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/** View of a terminated string; absent for NULL. The bytes stay the caller's. */
static inline struct tf_str tf_str_of(const char *text)
{
    return text ? (struct tf_str){text, strlen(text)} : TF_STR_NONE;
}
static inline bool tf_str_present(struct tf_str s) { return s.ptr != NULL; }
static inline bool tf_str_eq(struct tf_str a, struct tf_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool tf_str_is(struct tf_str s, const char *text) { return tf_str_eq(s, tf_str_of(text)); }

/** Order of the bytes as unsigned, shorter first on a common prefix: the order of UTF-8 code points. */
int tf_str_cmp(struct tf_str a, struct tf_str b);
/** Without leading and trailing space, tab, CR, LF (XPath normalize-space's white space). Absent stays absent. */
struct tf_str tf_str_trim(struct tf_str s);
/** True when absent, or nothing is left after trimming. */
bool tf_str_blank(struct tf_str s);
/** Case-insensitive comparison of ASCII letters. */
bool tf_str_ieq(struct tf_str a, struct tf_str b);
/** Whether s begins with prefix. */
bool tf_str_starts(struct tf_str s, struct tf_str prefix);
/**
 * Decimal digits to a number.
 *
 * s       digits only, no sign, no space.
 * Returns true and *ret_value (0..max) when all of s is digits and within max; *ret_value untouched otherwise.
 */
bool tf_str_to_u64(struct tf_str s, uint64_t max, uint64_t *ret_value);
enum { TF_STR_NUMBER_BYTES = 20 };
/** The decimal digits of a number; they stand at the end of out, without a NUL. For rows: printf is too slow for every record. */
struct tf_str tf_str_of_u64(uint64_t value, char out[TF_STR_NUMBER_BYTES]);
/**
 * Edit distance for "did you mean": Damerau-Levenshtein (optimal string alignment), ASCII case ignored.
 * Returns the distance, or SIZE_MAX when either side is longer than 64 bytes.
 */
size_t tf_str_distance(struct tf_str a, struct tf_str b);
/** Whether the bytes are well-formed UTF-8 (Unicode 15, table 3-7). O(len). */
bool tf_str_utf8_valid(struct tf_str s);
/** Bytes (1..4) of the well-formed UTF-8 sequence that s begins with; 0 when it begins with none, or is empty. O(1). */
size_t tf_str_utf8_len(struct tf_str s);

#endif
