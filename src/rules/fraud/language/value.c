#include "value.h"

#include <stdio.h>

#include "taxflow/clock.h"

static const int64_t LITERAL_MAX = 1000000000000000000; /* of numbers and amounts, before the point; of milliseconds */

/* Units by which durations are written, the largest first. */
static const struct unit { char letter; int64_t ms; } units[] = {
    {'w', 7 * (int64_t)TF_MS_PER_DAY}, {'d', TF_MS_PER_DAY}, {'h', 3600000}, {'m', 60000}, {'s', 1000}};

const char *tf_value_type_name(enum tf_type type)
{
    static const char *const words[] = {
        [TF_TYPE_NONE] = "nothing",
#define X(name, word) [TF_TYPE_##name] = word,
        TF_TYPE_TABLE(X)
#undef X
    };
    return words[type];
}

/* The smallest number has no counterpart, and no place in any value. */
static bool is_least(tf_int128 a)
{
    static const tf_int128 least = (tf_int128)INT64_MIN << 63 << 1;
    return a == least;
}

struct tf_value tf_value_add(tf_int128 a, tf_int128 b)
{
    struct tf_value sum;
    sum.known = !__builtin_add_overflow(a, b, &sum.number) && !is_least(sum.number);
    return sum;
}

struct tf_value tf_value_subtract(tf_int128 a, tf_int128 b)
{
    struct tf_value difference;
    difference.known = !__builtin_sub_overflow(a, b, &difference.number) && !is_least(difference.number);
    return difference;
}

/* Halves away from zero. by is not 0. Divisions of 128 bits are slow, and most are not needed. */
static tf_int128 divide_rounded(tf_int128 a, tf_int128 by)
{
    tf_int128 quotient, rest;
    if (a == (int64_t)a && by == (int64_t)by && (int64_t)a != INT64_MIN) {
        quotient = (int64_t)a / (int64_t)by;
        rest = (int64_t)a % (int64_t)by;
    } else {
        quotient = a / by;
        rest = a % by;
    }
    tf_int128 size = by < 0 ? -by : by, left = rest < 0 ? -rest : rest;
    if (left >= size - left)
        quotient += (a < 0) == (by < 0) ? 1 : -1;
    return quotient;
}

struct tf_value tf_value_multiply(tf_int128 a, tf_int128 b)
{
    struct tf_value product;
    product.known = !__builtin_mul_overflow(a, b, &product.number) && !is_least(product.number);
    if (product.known)
        product.number = divide_rounded(product.number, TF_VALUE_ONE);
    return product;
}

struct tf_value tf_value_divide(tf_int128 a, tf_int128 b)
{
    struct tf_value quotient;
    quotient.known = b != 0 && !__builtin_mul_overflow(a, (tf_int128)TF_VALUE_ONE, &quotient.number) && !is_least(quotient.number);
    if (quotient.known)
        quotient.number = divide_rounded(quotient.number, b);
    return quotient;
}

static struct tf_value parse_number(struct tf_str text)
{
    struct tf_value value = {.known = false};
    struct tf_decimal decimal;
    if (tf_money_parse(text, &decimal) != TF_OK || decimal.scale > TF_VALUE_PLACES)
        return value;
    if (tf_money_cmp(tf_money_abs(decimal), tf_money_of(LITERAL_MAX, 0)) > 0)
        return value;
    value.number = decimal.units;
    for (unsigned place = decimal.scale; place < TF_VALUE_PLACES; place++)
        value.number *= 10;
    value.known = true;
    return value;
}

static struct tf_value parse_time(struct tf_str text)
{
    int32_t days;
    int64_t ms;
    if (text.len == sizeof "2026-01-31" - 1 && tf_clock_parse_date(text, &days))
        return (struct tf_value){.number = (int64_t)days * TF_MS_PER_DAY, .known = true};
    if (tf_clock_parse_time(text, &ms))
        return (struct tf_value){.number = ms, .known = true};
    return (struct tf_value){.known = false};
}

static struct tf_value parse_duration(struct tf_str text)
{
    uint64_t count;
    for (size_t i = 0; text.len > 1 && i < sizeof units / sizeof units[0]; i++) {
        struct tf_str digits = {text.ptr, text.len - 1};
        if (text.ptr[text.len - 1] == units[i].letter && tf_str_to_u64(digits, (uint64_t)(LITERAL_MAX / units[i].ms), &count))
            return (struct tf_value){.number = (tf_int128)count * units[i].ms, .known = true};
    }
    return (struct tf_value){.known = false};
}

struct tf_value tf_value_parse(struct tf_str text, enum tf_type type)
{
    switch (type) {
    case TF_TYPE_NUMBER:
    case TF_TYPE_AMOUNT:
        return parse_number(text);
    case TF_TYPE_TIME:
        return parse_time(text);
    case TF_TYPE_DURATION:
        return parse_duration(text);
    case TF_TYPE_TEXT:
        return (struct tf_value){.text = text, .known = true};
    default:
        return (struct tf_value){.known = false};
    }
}

static void write_decimal(tf_int128 number, unsigned places, const char *currency, char out[TF_VALUE_WORDS_BYTES])
{
    char digits[TF_MONEY_TEXT_BYTES];
    const struct tf_decimal decimal = {.units = number, .scale = TF_VALUE_PLACES};
    struct tf_str text = tf_money_format(decimal, (uint8_t)places, digits);
    snprintf(out, TF_VALUE_WORDS_BYTES, "%.*s%s%s", TF_STR_ARGS(text), currency[0] ? " " : "", currency);
}

static void write_time(tf_int128 ms, char out[TF_VALUE_WORDS_BYTES])
{
    static const int64_t farthest = (int64_t)TF_MS_PER_DAY * 4000000; /* past every year of the calendar, on both sides */
    int64_t near = ms > farthest ? farthest : ms < -farthest ? -farthest : (int64_t)ms;
    int64_t day = near / TF_MS_PER_DAY - (near % TF_MS_PER_DAY < 0);
    if (near % TF_MS_PER_DAY == 0)
        tf_clock_format_date((int32_t)day, out);
    else
        tf_clock_format_time(near, out);
}

static void write_duration(tf_int128 ms, char out[TF_VALUE_WORDS_BYTES])
{
    char digits[TF_MONEY_TEXT_BYTES];
    const char *unit = "ms";
    int64_t by = 1;
    char letter[2] = "";
    for (size_t i = 1; i < sizeof units / sizeof units[0] && by == 1; i++) /* weeks are read, and written as days */
        if (ms % units[i].ms == 0) {
            by = units[i].ms;
            letter[0] = units[i].letter;
            unit = letter;
        }
    struct tf_str text = tf_money_format((struct tf_decimal){.units = ms / by}, 0, digits);
    snprintf(out, TF_VALUE_WORDS_BYTES, "%.*s%s", TF_STR_ARGS(text), unit);
}

static void write_text(struct tf_str text, char out[TF_VALUE_WORDS_BYTES])
{
    enum { SHOWN_MAX = TF_VALUE_WORDS_BYTES - 8 };
    size_t len = 0;
    while (len < text.len) {
        struct tf_str rest = {text.ptr + len, text.len - len};
        size_t bytes = tf_str_utf8_len(rest);
        if (bytes == 0 || len + bytes > SHOWN_MAX)
            break;
        len += bytes;
    }
    snprintf(out, TF_VALUE_WORDS_BYTES, "'%.*s%s'", (int)len, text.len ? text.ptr : "", len < text.len ? "…" : "");
}

const char *tf_value_words(const struct tf_value *value, enum tf_type type, const char *currency, char out[TF_VALUE_WORDS_BYTES])
{
    if (!value->known)
        snprintf(out, TF_VALUE_WORDS_BYTES, "unknown");
    else if (type == TF_TYPE_NUMBER)
        write_decimal(value->number, 0, "", out);
    else if (type == TF_TYPE_AMOUNT)
        write_decimal(value->number, 2, currency, out);
    else if (type == TF_TYPE_TIME)
        write_time(value->number, out);
    else if (type == TF_TYPE_DURATION)
        write_duration(value->number, out);
    else if (type == TF_TYPE_TEXT)
        write_text(value->text, out);
    else
        snprintf(out, TF_VALUE_WORDS_BYTES, "%s", value->truth ? "true" : "false");
    return out;
}
