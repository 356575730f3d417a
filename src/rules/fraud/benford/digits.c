#include "digits.h"

static uint64_t cut_to_64(struct tf_decimal amount, int *ret_dropped)
{
    tf_int128 units = amount.units < 0 ? -amount.units : amount.units;
    int dropped = 0;
    for (; units > INT64_MAX; units /= 10)
        dropped++;
    *ret_dropped = dropped;
    return (uint64_t)units;
}

bool tf_digits_first(struct tf_decimal amount, struct tf_digits *ret_digits)
{
    int places = 0;
    uint64_t units = cut_to_64(amount, &places);
    if (amount.unknown || units == 0)
        return false;
    for (; units >= 100; units /= 10)
        places++;
    bool single = units < 10;
    *ret_digits = (struct tf_digits){(unsigned)(single ? units * 10 : units), places + (single ? 0 : 1) - amount.scale};
    return true;
}

bool tf_digits_last_two(struct tf_decimal amount, unsigned decimals, unsigned *ret_digits)
{
    tf_int128 wide = amount.units < 0 ? -amount.units : amount.units;
    unsigned scale = amount.scale;
    if (amount.unknown)
        return false;
    for (; wide > INT64_MAX && scale > decimals && wide % 10 == 0; scale--)
        wide /= 10;
    if (wide > INT64_MAX && scale > decimals)
        return false;
    uint64_t units = (uint64_t)(wide > INT64_MAX ? wide % 100 : wide); /* amounts of this world fit; division of 128 bits is slow */
    for (; scale > decimals && units % 10 == 0; scale--)
        units /= 10;
    if (scale > decimals)
        return false;
    unsigned digits = (unsigned)(units % 100);
    for (; scale < decimals; scale++)
        digits = digits * 10 % 100;
    *ret_digits = digits;
    return true;
}
