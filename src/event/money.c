#include "taxflow/money.h"

#include <limits.h>
#include <math.h>

#include "json_text.h"

enum {
    SCALE_LIMIT = 36,        /* products of products; 10^36 leaves room in 128 bits */
    EXPONENT_MAX = 20,       /* of a JSON number */
    CHUNK_DIGITS = 18,       /* gathered in 64 bits */
    MINOR_DECIMALS = 2,
};

static tf_int128 int128_max(void) { return ((((tf_int128)1 << 126) - 1) << 1) + 1; }

/* 10^exponent; past 10^38, which 128 bits do not hold, the largest number, so that scaling up overflows. */
static tf_int128 power_of_ten(unsigned exponent)
{
    static const uint64_t small[] = {
        1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
        10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
        10000000000000000000U};
    if (exponent <= 19)
        return small[exponent];
    if (exponent <= 38)
        return (tf_int128)small[19] * small[exponent - 19];
    return int128_max();
}

/* The digits of a decimal as written: sign, digits with at most one point among them, exponent. */
struct written {
    const char *ptr; /* digits and the point */
    size_t len;
    size_t digits;   /* count of digits */
    size_t fraction; /* of them, behind the point */
    int exponent;
    bool negative;
};

/* Drop zeros that do not count: leading ones, and trailing ones, which only move the point. */
static void strip_zeros(struct written *w, int *ret_exponent)
{
    *ret_exponent = w->exponent - (int)w->fraction;
    while (w->len > 0 && (w->ptr[w->len - 1] == '0' || w->ptr[w->len - 1] == '.')) {
        if (w->ptr[w->len - 1] == '0') {
            w->digits--;
            ++*ret_exponent;
        }
        w->len--;
    }
    while (w->len > 0 && (w->ptr[0] == '0' || w->ptr[0] == '.')) {
        w->digits -= w->ptr[0] == '0';
        w->ptr++;
        w->len--;
    }
}

static tf_int128 gather(const struct written *w)
{
    tf_int128 units = 0;
    uint64_t chunk = 0;
    unsigned chunk_digits = 0;
    for (size_t i = 0; i < w->len; i++) {
        if (w->ptr[i] == '.')
            continue;
        chunk = chunk * 10 + (uint64_t)(w->ptr[i] - '0');
        if (++chunk_digits == CHUNK_DIGITS) {
            units = units * power_of_ten(CHUNK_DIGITS) + chunk;
            chunk = chunk_digits = 0;
        }
    }
    return units * power_of_ten(chunk_digits) + chunk;
}

static enum tf_err to_decimal(struct written w, struct tf_decimal *ret_value)
{
    if (w.len > INT_MAX / 2)
        return TF_E_NUMBER;
    int exponent;
    strip_zeros(&w, &exponent);
    if (w.digits == 0) {
        *ret_value = (struct tf_decimal){0};
        return TF_OK;
    }
    if (exponent < -TF_DECIMAL_SCALE_MAX || w.digits > TF_DECIMAL_DIGITS_MAX)
        return TF_E_NUMBER;
    if (exponent > 0 && w.digits + (size_t)exponent > TF_DECIMAL_DIGITS_MAX)
        return TF_E_NUMBER;
    tf_int128 units = gather(&w) * power_of_ten(exponent > 0 ? (unsigned)exponent : 0);
    *ret_value = (struct tf_decimal){
        .units = w.negative ? -units : units,
        .scale = (uint8_t)(exponent < 0 ? -exponent : 0),
    };
    return TF_OK;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Digits with at most one point from *at on. */
static void read_digits(struct tf_str s, size_t *at, struct written *w)
{
    bool point = false;
    w->ptr = s.ptr + *at;
    for (; *at < s.len; ++*at) {
        if (is_digit(s.ptr[*at])) {
            w->digits++;
            w->fraction += point;
        } else if (s.ptr[*at] == '.' && !point) {
            point = true;
        } else {
            break;
        }
    }
    w->len = (size_t)(s.ptr + *at - w->ptr);
}

/* A sign, and up to 18 digits with a point among them: nearly every amount. False: not that short, or not that plain; nothing is said of it then. */
static bool read_short(struct tf_str s, struct tf_decimal *ret_value)
{
    const char *at = s.ptr, *end = s.ptr + s.len, *point = NULL;
    bool negative = s.len > 0 && *at == '-';
    uint64_t units = 0;
    at += negative;
    if (end - at > CHUNK_DIGITS || end - at == 0)
        return false;
    for (; at < end; at++) {
        unsigned digit = (unsigned char)*at - (unsigned)'0';
        if (digit < 10)
            units = units * 10 + digit;
        else if (*at == '.' && !point)
            point = at;
        else
            return false;
    }
    if (point && s.len == 1U + negative)
        return false; /* nothing but the point */
    uint8_t scale = point ? (uint8_t)(end - point - 1) : 0;
    for (; scale > 0 && units % 10 == 0; scale--)
        units /= 10;
    *ret_value = (struct tf_decimal){.units = negative ? -(tf_int128)units : (tf_int128)units, .scale = scale};
    return true;
}

enum tf_err tf_money_parse(struct tf_str text, struct tf_decimal *ret_value)
{
    if (read_short(text, ret_value))
        return TF_OK;
    struct tf_str s = tf_str_trim(text);
    struct written w = {0};
    if (s.len == 0)
        return TF_E_NUMBER;
    w.negative = s.ptr[0] == '-';
    size_t at = s.ptr[0] == '-' || s.ptr[0] == '+';
    read_digits(s, &at, &w);
    if (w.digits == 0 || at != s.len)
        return TF_E_NUMBER;
    return to_decimal(w, ret_value);
}

/* What follows "e": -20..20. */
static bool read_exponent(struct tf_str s, int *ret_exponent)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t sign = s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+');
    uint64_t value;
    if (!tf_str_to_u64((struct tf_str){s.ptr + sign, s.len - sign}, EXPONENT_MAX, &value))
        return false;
    *ret_exponent = negative ? -(int)value : (int)value;
    return true;
}

enum tf_err tf_money_parse_json(struct tf_str token, struct tf_decimal *ret_value)
{
    struct written w = {0};
    if (!tf_json_text_is_number(token))
        return TF_E_NUMBER;
    if (read_short(token, ret_value))
        return TF_OK;
    w.negative = token.ptr[0] == '-';
    size_t at = w.negative;
    read_digits(token, &at, &w);
    if (at < token.len && !read_exponent((struct tf_str){token.ptr + at + 1, token.len - at - 1}, &w.exponent))
        return TF_E_NUMBER;
    return to_decimal(w, ret_value);
}

struct tf_decimal tf_money_of(int64_t units, uint8_t scale) { return (struct tf_decimal){.units = units, .scale = scale}; }

int tf_money_sign(struct tf_decimal a) { return (a.units > 0) - (a.units < 0); }

struct tf_decimal tf_money_neg(struct tf_decimal a) { return (struct tf_decimal){.units = -a.units, .scale = a.scale}; }

struct tf_decimal tf_money_abs(struct tf_decimal a) { return a.units < 0 ? tf_money_neg(a) : a; }

static int cmp_units(tf_int128 a, tf_int128 b) { return (a > b) - (a < b); }

static bool fits_64(tf_int128 units) { return units == (int64_t)units; }

/* Of two numbers of 64 bits, as nearly all are, the product needs no check. */
static bool multiply(tf_int128 a, tf_int128 b, tf_int128 *ret_product)
{
    if (fits_64(a) && fits_64(b)) {
        *ret_product = (tf_int128)(int64_t)a * (int64_t)b;
        return true;
    }
    return !__builtin_mul_overflow(a, b, ret_product);
}

/* The quotient, and what is left; as / and % of 128 bits, which take a call. */
static tf_int128 divide(tf_int128 units, tf_int128 unit, tf_int128 *ret_rest)
{
    if (fits_64(units) && fits_64(unit) && units != INT64_MIN) {
        *ret_rest = (int64_t)units % (int64_t)unit;
        return (int64_t)units / (int64_t)unit;
    }
    *ret_rest = units % unit;
    return units / unit;
}

/* Whole parts first, then the fractions at the finer scale: neither can overflow. */
int tf_money_cmp(struct tf_decimal a, struct tf_decimal b)
{
    if (a.scale == b.scale)
        return cmp_units(a.units, b.units);
    tf_int128 rest_a, rest_b;
    tf_int128 whole_a = divide(a.units, power_of_ten(a.scale), &rest_a), whole_b = divide(b.units, power_of_ten(b.scale), &rest_b);
    if (whole_a != whole_b)
        return cmp_units(whole_a, whole_b);
    if (a.scale < b.scale)
        return cmp_units(rest_a * power_of_ten((unsigned)(b.scale - a.scale)), rest_b);
    return cmp_units(rest_a, rest_b * power_of_ten((unsigned)(a.scale - b.scale)));
}

static bool rescale(struct tf_decimal a, uint8_t scale, tf_int128 *ret_units)
{
    *ret_units = a.units;
    return scale == a.scale || multiply(a.units, power_of_ten((unsigned)(scale - a.scale)), ret_units);
}

/* The least 128-bit number has no opposite, so no result may be it. */
static bool keep(tf_int128 units, uint8_t scale, struct tf_decimal *ret_value)
{
    if (units < -int128_max())
        return false;
    *ret_value = (struct tf_decimal){.units = units, .scale = scale};
    return true;
}

bool tf_money_add(struct tf_decimal a, struct tf_decimal b, struct tf_decimal *ret_sum)
{
    uint8_t scale = a.scale > b.scale ? a.scale : b.scale;
    tf_int128 units_a, units_b, sum;
    if (!rescale(a, scale, &units_a) || !rescale(b, scale, &units_b) || __builtin_add_overflow(units_a, units_b, &sum))
        return false;
    return keep(sum, scale, ret_sum);
}

bool tf_money_sub(struct tf_decimal a, struct tf_decimal b, struct tf_decimal *ret_difference)
{
    return tf_money_add(a, tf_money_neg(b), ret_difference);
}

bool tf_money_mul(struct tf_decimal a, struct tf_decimal b, struct tf_decimal *ret_product)
{
    tf_int128 product;
    if (a.scale + b.scale > SCALE_LIMIT || !multiply(a.units, b.units, &product))
        return false;
    return keep(product, (uint8_t)(a.scale + b.scale), ret_product);
}

struct tf_decimal tf_money_percent(struct tf_decimal a)
{
    return (struct tf_decimal){.units = a.units, .scale = (uint8_t)(a.scale + 2)};
}

struct tf_decimal tf_money_round_half_up(struct tf_decimal a, uint8_t decimals)
{
    if (decimals >= a.scale)
        return a;
    tf_int128 unit = power_of_ten((unsigned)(a.scale - decimals));
    tf_int128 rest, whole = divide(a.units, unit, &rest);
    if (rest < 0) { /* the floor, not the number nearer to zero */
        rest += unit;
        whole--;
    }
    return (struct tf_decimal){.units = whole + (rest >= unit - rest), .scale = decimals};
}

bool tf_money_to_minor(struct tf_decimal a, int64_t *ret_minor)
{
    struct tf_decimal rounded = tf_money_round_half_up(a, MINOR_DECIMALS);
    tf_int128 minor;
    if (!rescale(rounded, MINOR_DECIMALS, &minor) || minor < INT64_MIN || minor > INT64_MAX)
        return false;
    *ret_minor = (int64_t)minor;
    return true;
}

/* Digits of a non-negative number from the end of out backwards; returns how many. */
static size_t put_digits(tf_int128 units, char *end)
{
    size_t len = 0;
    do
        end[-(ptrdiff_t)++len] = (char)('0' + (int)(units % 10));
    while ((units /= 10) != 0);
    return len;
}

struct tf_str tf_money_format(struct tf_decimal a, uint8_t min_decimals, char out[TF_MONEY_TEXT_BYTES])
{
    char digits[2 * TF_MONEY_TEXT_BYTES];
    bool negative = a.units < 0;
    tf_int128 units = negative ? -a.units : a.units;
    uint8_t scale = a.scale;
    for (; scale > min_decimals && units % 10 == 0; scale--)
        units /= 10;
    char *end = digits + sizeof digits;
    size_t len = put_digits(units, end);
    for (; len <= scale; len++) /* "0.05" */
        end[-(ptrdiff_t)(len + 1)] = '0';
    size_t at = 0, whole = len - scale;
    if (negative)
        out[at++] = '-';
    memcpy(out + at, end - len, whole);
    at += whole;
    if (scale > 0 || min_decimals > 0)
        out[at++] = '.';
    memcpy(out + at, end - scale, scale);
    at += scale;
    for (; scale < min_decimals && at < TF_MONEY_TEXT_BYTES - 1; scale++)
        out[at++] = '0';
    out[at] = '\0';
    return (struct tf_str){out, at};
}

double tf_money_ln(struct tf_decimal a)
{
    if (a.units <= 0)
        return NAN;
    return log((double)a.units) - a.scale * log(10.0);
}
