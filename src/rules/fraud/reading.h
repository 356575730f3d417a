/* What the readers of rule files share: what is read, words for what is wrong with it, and values with their ranges. */
#ifndef TAXFLOW_RULES_FRAUD_READING_H
#define TAXFLOW_RULES_FRAUD_READING_H

#include <libconfig.h>

#include "taxflow/fraud.h"

/* A file, where its texts go, and where its errors are told. */
struct tf_reading {
    const char *path;
    struct tf_arena *arena;
    struct tf_fault *fault;
};

/** Say "FILE:LINE: words" (255 bytes of them). Always TF_E_CONFIG. */
enum tf_err tf_reading_wrong(const struct tf_reading *reading, const config_setting_t *at, const char *format, ...) TF_PRINTF(3, 4);

/* The nearest of the words that were tried, to be offered. distance is SIZE_MAX at first. */
struct tf_guess {
    struct tf_str word;
    const char *best;
    size_t distance;
};
void tf_guess_try(struct tf_guess *guess, const char *candidate);
/** Say that a word is not known, with the guess. Always TF_E_CONFIG. */
enum tf_err tf_reading_unknown(const struct tf_reading *reading, const config_setting_t *at, const char *what, const struct tf_guess *guess);

/* Each returns TF_OK, or TF_E_CONFIG with words and the value as it was. */
enum tf_err tf_reading_whole(const struct tf_reading *reading, const config_setting_t *at, int64_t min, int64_t max, int64_t *ret_value) TF_MUST_CHECK;
/** A whole number, 0..max. */
enum tf_err tf_reading_points(const struct tf_reading *reading, const config_setting_t *at, int64_t max, uint32_t *ret_points) TF_MUST_CHECK;
/** An amount above 0 with two decimals at most, as minor units. */
enum tf_err tf_reading_amount(const struct tf_reading *reading, const config_setting_t *at, int64_t *ret_minor) TF_MUST_CHECK;
/** A text that is not blank, of at most bytes_max bytes, trimmed, in the arena. */
enum tf_err tf_reading_text(const struct tf_reading *reading, const config_setting_t *at, size_t bytes_max, struct tf_str *ret_text) TF_MUST_CHECK;
/** The first moment (Unix ms) at which something no longer holds: as tf_reading_end_of. */
enum tf_err tf_reading_until(const struct tf_reading *reading, const config_setting_t *at, int64_t *ret_ms) TF_MUST_CHECK;
/** A date is the last day that something holds (UTC), an RFC 3339 time the moment it ends. False: neither. */
bool tf_reading_end_of(struct tf_str text, int64_t *ret_ms);

#endif
