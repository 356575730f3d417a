#include "reading.h"

#include <stdarg.h>
#include <stdio.h>

#include "settings.h"
#include "taxflow/clock.h"

enum tf_err tf_reading_wrong(const struct tf_reading *reading, const config_setting_t *at, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *file = config_setting_source_file(at);
    return tf_fault_set(reading->fault, TF_E_CONFIG, "%s:%u: %s", file ? file : reading->path, config_setting_source_line(at), text);
}

void tf_guess_try(struct tf_guess *guess, const char *candidate)
{
    size_t distance = tf_str_distance(guess->word, tf_str_of(candidate));
    if (distance <= 3 && distance < guess->distance && distance < guess->word.len) {
        guess->best = candidate;
        guess->distance = distance;
    }
}

enum tf_err tf_reading_unknown(const struct tf_reading *reading, const config_setting_t *at, const char *what, const struct tf_guess *guess)
{
    if (guess->best)
        return tf_reading_wrong(reading, at, "unknown %s \"%.*s\"; did you mean \"%s\"?", what, TF_STR_ARGS(guess->word), guess->best);
    return tf_reading_wrong(reading, at, "unknown %s \"%.*s\"; `taxflow rules` lists what there is", what, TF_STR_ARGS(guess->word));
}

enum tf_err tf_reading_whole(const struct tf_reading *reading, const config_setting_t *at, int64_t min, int64_t max, int64_t *ret_value)
{
    int type = config_setting_type(at);
    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
        return tf_reading_wrong(reading, at, "%s must be a whole number", config_setting_name(at));
    int64_t value = config_setting_get_int64(at);
    if (value < min || value > max)
        return tf_reading_wrong(reading, at, "%s must be within %lld..%lld", config_setting_name(at), (long long)min, (long long)max);
    *ret_value = value;
    return TF_OK;
}

enum tf_err tf_reading_amount(const struct tf_reading *reading, const config_setting_t *at, int64_t *ret_minor)
{
    struct tf_decimal value;
    int64_t minor;
    if (config_setting_type(at) != CONFIG_TYPE_STRING)
        return tf_reading_wrong(reading, at, "%s must be an amount in quotes: \"10000.00\"", config_setting_name(at));
    if (tf_money_parse(tf_str_of(config_setting_get_string(at)), &value) != TF_OK || !tf_money_to_minor(value, &minor) || minor <= 0
        || minor > TF_SETTINGS_THRESHOLD_MINOR_MAX || tf_money_cmp(value, tf_money_of(minor, 2)) != 0)
        return tf_reading_wrong(reading, at, "%s must be an amount above 0 with two decimals at most", config_setting_name(at));
    *ret_minor = minor;
    return TF_OK;
}

enum tf_err tf_reading_points(const struct tf_reading *reading, const config_setting_t *at, int64_t max, uint32_t *ret_points)
{
    int64_t value = 0;
    TF_TRY(tf_reading_whole(reading, at, 0, max, &value));
    *ret_points = (uint32_t)value;
    return TF_OK;
}

enum tf_err tf_reading_text(const struct tf_reading *reading, const config_setting_t *at, size_t bytes_max, struct tf_str *ret_text)
{
    const char *text = config_setting_get_string(at);
    if (!text || tf_str_blank(tf_str_of(text)))
        return tf_reading_wrong(reading, at, "%s must be a text", config_setting_name(at));
    if (strlen(text) > bytes_max)
        return tf_reading_wrong(reading, at, "%s has more than %zu bytes", config_setting_name(at), bytes_max);
    *ret_text = tf_arena_dup(reading->arena, tf_str_trim(tf_str_of(text)));
    return tf_str_present(*ret_text) ? TF_OK : tf_reading_wrong(reading, at, "the rule files hold more text than there is room for");
}

bool tf_reading_end_of(struct tf_str text, int64_t *ret_ms)
{
    int32_t days;
    if (tf_clock_parse_time(text, ret_ms))
        return true;
    if (!tf_clock_parse_date(text, &days))
        return false;
    *ret_ms = ((int64_t)days + 1) * TF_MS_PER_DAY;
    return true;
}

enum tf_err tf_reading_until(const struct tf_reading *reading, const config_setting_t *at, int64_t *ret_ms)
{
    struct tf_str text;
    TF_TRY(tf_reading_text(reading, at, 64, &text));
    if (!tf_reading_end_of(text, ret_ms))
        return tf_reading_wrong(reading, at, "%s must be a date, the last day it holds, or an RFC 3339 time: \"2027-01-31\"", config_setting_name(at));
    return TF_OK;
}
