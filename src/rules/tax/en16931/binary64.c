#include "binary64.h"

enum { MANTISSA_BITS = 53, WIDE_BITS = 126, FAR_BITS = 70 };

static int bits_of(tf_int128 a)
{
    const uint64_t high = (uint64_t)(a >> 64), low = (uint64_t)a;
    if (high != 0)
        return 128 - __builtin_clzll(high);
    return low != 0 ? 64 - __builtin_clzll(low) : 0;
}

/* magnitude × 2^exponent, and a little more where `more`, to the nearest; ties to even. */
static struct tf_binary64 nearest(bool negative, tf_int128 magnitude, int exponent, bool more)
{
    const int surplus = bits_of(magnitude) - MANTISSA_BITS;
    if (magnitude == 0)
        return (struct tf_binary64){0, 0};
    if (surplus <= 0) {
        magnitude <<= -surplus;
    } else {
        const tf_int128 half = (tf_int128)1 << (surplus - 1), rest = magnitude & (2 * half - 1);
        magnitude >>= surplus;
        if (rest > half || (rest == half && (more || (magnitude & 1))))
            magnitude++;
    }
    exponent += surplus;
    if (bits_of(magnitude) > MANTISSA_BITS) {
        magnitude >>= 1;
        exponent++;
    }
    return (struct tf_binary64){negative ? -(int64_t)magnitude : (int64_t)magnitude, exponent};
}

/* magnitude / divisor: the quotient is given so many bits that what is cut off can only break a tie. */
static struct tf_binary64 quotient(bool negative, tf_int128 magnitude, tf_int128 divisor)
{
    if (magnitude == 0)
        return (struct tf_binary64){0, 0};
    const int shift = WIDE_BITS - bits_of(magnitude);
    magnitude <<= shift;
    return nearest(negative, magnitude / divisor, -shift, magnitude % divisor != 0);
}

struct tf_binary64 tf_binary64_of(struct tf_decimal a)
{
    tf_int128 divisor = 1;
    for (unsigned i = 0; i < a.scale; i++)
        divisor *= 10;
    const bool negative = a.units < 0;
    return quotient(negative, negative ? -a.units : a.units, divisor);
}

struct tf_binary64 tf_binary64_of_amount(struct tf_amount a)
{
    const struct tf_str bare = tf_str_trim(a.text);
    if (a.value.units == 0 && bare.len > 0 && bare.ptr[0] == '-')
        return TF_BINARY64_NEGATIVE_ZERO;
    return tf_binary64_of(a.value);
}

static bool is_negative(struct tf_binary64 a)
{
    return a.mantissa != 0 ? a.mantissa < 0 : a.exponent != 0;
}

static struct tf_binary64 zero(bool negative)
{
    return negative ? TF_BINARY64_NEGATIVE_ZERO : (struct tf_binary64){0, 0};
}

struct tf_binary64 tf_binary64_add(struct tf_binary64 a, struct tf_binary64 b)
{
    if (a.mantissa == 0 && b.mantissa == 0)
        return zero(is_negative(a) && is_negative(b));
    if (a.mantissa == 0 || (b.mantissa != 0 && b.exponent > a.exponent)) {
        const struct tf_binary64 other = a;
        a = b;
        b = other;
    }
    const int distance = a.exponent - b.exponent;
    if (b.mantissa == 0 || distance > FAR_BITS)
        return a;
    const tf_int128 sum = (tf_int128)a.mantissa * ((tf_int128)1 << distance) + b.mantissa;
    return nearest(sum < 0, sum < 0 ? -sum : sum, b.exponent, false);
}

struct tf_binary64 tf_binary64_mul(struct tf_binary64 a, struct tf_binary64 b)
{
    const tf_int128 product = (tf_int128)a.mantissa * b.mantissa;
    if (product == 0)
        return zero(is_negative(a) != is_negative(b));
    return nearest(product < 0, product < 0 ? -product : product, a.exponent + b.exponent, false);
}

bool tf_binary64_less(struct tf_binary64 a, struct tf_binary64 b)
{
    /* The difference of two unequal numbers never rounds to nothing. */
    return tf_binary64_add(a, (struct tf_binary64){-b.mantissa, b.exponent}).mantissa < 0;
}

bool tf_binary64_eq(struct tf_binary64 a, struct tf_binary64 b)
{
    return a.mantissa == b.mantissa && a.exponent == b.exponent;
}

int tf_binary64_cmp(struct tf_binary64 a, struct tf_decimal b)
{
    if (a.exponent >= 0) {
        const struct tf_decimal whole = {.units = (tf_int128)a.mantissa * ((tf_int128)1 << (a.exponent < FAR_BITS ? a.exponent : FAR_BITS))};
        return tf_money_cmp(whole, b);
    }
    tf_int128 scaled = a.mantissa;
    for (unsigned i = 0; i < b.scale; i++)
        scaled *= 10;
    const int bits = -a.exponent < WIDE_BITS ? -a.exponent : WIDE_BITS;
    const tf_int128 floor = scaled >> bits;
    const bool more = (scaled & (((tf_int128)1 << bits) - 1)) != 0;
    if (floor != b.units)
        return floor < b.units ? -1 : 1;
    return more;
}

/* scaled × 2^exponent to a whole number, halves toward plus infinity; what no sum of amounts can reach is cut off. */
static tf_int128 whole(tf_int128 scaled, int exponent)
{
    const int room = WIDE_BITS - bits_of(scaled < 0 ? -scaled : scaled);
    if (exponent >= 0)
        return scaled * ((tf_int128)1 << (exponent < room ? exponent : room));
    if (-exponent >= WIDE_BITS)
        return 0;
    const tf_int128 half = (tf_int128)1 << (-exponent - 1);
    return (scaled + half) >> -exponent; /* a shift to the right rounds down */
}

struct tf_binary64 tf_binary64_round_hundredth(struct tf_binary64 a)
{
    const tf_int128 rounded = whole(a.mantissa, a.exponent);
    if (rounded == 0)
        return zero(is_negative(a));
    return quotient(rounded < 0, rounded < 0 ? -rounded : rounded, 100);
}

struct tf_decimal tf_binary64_cents(struct tf_binary64 a)
{
    return (struct tf_decimal){.units = whole((tf_int128)a.mantissa * 100, a.exponent), .scale = 2};
}
