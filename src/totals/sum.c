#include "taxflow/sum.h"

#include <stdio.h>

enum { CENT_DECIMALS = 2, REST_DIGITS = 18, WHOLE_DIGITS_MAX = 40 };

static const int64_t powers[REST_DIGITS + 1] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
    100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000};
#define REST_UNIT (powers[REST_DIGITS])

/* The decimal in the two parts of a sum; the rest is never negative. */
static bool split(struct tf_decimal value, struct tf_sum *ret_parts)
{
    *ret_parts = (struct tf_sum){.rest = 0};
    if (value.scale <= CENT_DECIMALS)
        return !__builtin_mul_overflow(value.units, (tf_int128)powers[CENT_DECIMALS - value.scale], &ret_parts->cents);
    const unsigned fine = value.scale - CENT_DECIMALS;
    const tf_int128 unit = powers[fine];
    tf_int128 rest = value.units % unit;
    ret_parts->cents = value.units / unit;
    if (rest < 0) {
        rest += unit;
        ret_parts->cents--;
    }
    ret_parts->rest = (int64_t)rest * powers[REST_DIGITS - fine];
    return true;
}

bool tf_sum_join(struct tf_sum *sum, const struct tf_sum *other)
{
    tf_int128 cents;
    int64_t rest = sum->rest - REST_UNIT + other->rest; /* both below 10^18: no overflow */
    const bool carry = rest >= 0;
    if (__builtin_add_overflow(sum->cents, other->cents, &cents) || __builtin_add_overflow(cents, (tf_int128)carry, &cents))
        return false;
    *sum = (struct tf_sum){cents, carry ? rest : rest + REST_UNIT};
    return true;
}

bool tf_sum_add(struct tf_sum *sum, struct tf_decimal value)
{
    struct tf_sum parts;
    return split(value, &parts) && tf_sum_join(sum, &parts);
}

struct tf_sum tf_sum_negated(const struct tf_sum *sum)
{
    if (sum->rest == 0)
        return (struct tf_sum){-sum->cents, 0};
    return (struct tf_sum){-sum->cents - 1, REST_UNIT - sum->rest};
}

bool tf_sum_to_minor(const struct tf_sum *sum, int64_t *ret_minor)
{
    if (sum->rest != 0 || sum->cents < INT64_MIN || sum->cents > INT64_MAX)
        return false;
    *ret_minor = (int64_t)sum->cents;
    return true;
}

/* Digits of a number that is not negative, before end; returns where they begin. */
static char *put_digits(tf_int128 number, char *end)
{
    do
        *--end = (char)('0' + (int)(number % 10));
    while ((number /= 10) != 0);
    return end;
}

struct tf_str tf_sum_format(const struct tf_sum *sum, char out[TF_SUM_TEXT_BYTES])
{
    const bool negative = sum->cents < 0;
    const struct tf_sum size = negative ? tf_sum_negated(sum) : *sum;
    char whole[WHOLE_DIGITS_MAX], fraction[CENT_DECIMALS + REST_DIGITS + 1];
    const char *const digits = put_digits(size.cents / powers[CENT_DECIMALS], whole + sizeof whole);
    size_t len = (size_t)snprintf(fraction, sizeof fraction, "%02d%018lld", (int)(size.cents % powers[CENT_DECIMALS]), (long long)size.rest);
    while (len > CENT_DECIMALS && fraction[len - 1] == '0')
        len--;
    const int written = snprintf(out, TF_SUM_TEXT_BYTES, "%s%.*s.%.*s", negative ? "-" : "", (int)(whole + sizeof whole - digits), digits, (int)len,
                                 fraction);
    return (struct tf_str){out, (size_t)written};
}
