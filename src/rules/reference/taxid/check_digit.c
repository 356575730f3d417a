#include "check_digit.h"

static int32_t cross_sum(int32_t product) { return product / 10 + product % 10; }

int32_t tf_taxid_weigh(const uint8_t *c, const int16_t *weights, size_t count)
{
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (c[i] - '0') * weights[i];
    return sum;
}

static int32_t weigh_cross(const uint8_t *c, const int16_t *weights, size_t count)
{
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += cross_sum((c[i] - '0') * weights[i]);
    return sum;
}

static char character_for(int32_t sum, const char *map)
{
    int32_t modulus = (int32_t)strlen(map);
    return map[(sum % modulus + modulus) % modulus];
}

bool tf_taxid_sum_holds(const struct tf_taxid_sum *sum, const uint8_t *c)
{
    const uint8_t *first = c + sum->from;
    int32_t total = sum->cross ? weigh_cross(first, sum->weights, sum->count) : tf_taxid_weigh(first, sum->weights, sum->count);
    char expected = character_for(total, sum->map);
    if (expected == '+')
        expected = character_for(tf_taxid_weigh(first, sum->second, sum->count), sum->map_second);
    return expected != '-' && c[sum->at] == (uint8_t)expected;
}

bool tf_taxid_luhn(const uint8_t *c, size_t count)
{
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t digit = c[count - 1 - i] - '0';
        sum += i % 2 ? cross_sum(2 * digit) : digit;
    }
    return sum % 10 == 0;
}

bool tf_taxid_mod_11_10(const uint8_t *c, size_t count)
{
    uint32_t product = 10;
    for (size_t i = 0; i + 1 < count; i++) {
        uint32_t sum = (product + (uint32_t)(c[i] - '0')) % 10;
        product = 2 * (sum ? sum : 10) % 11;
    }
    return (product + (uint32_t)(c[count - 1] - '0')) % 10 == 1;
}

uint32_t tf_taxid_mod(const uint8_t *c, size_t count, uint32_t m)
{
    uint32_t remainder = 0;
    for (size_t i = 0; i < count; i++)
        remainder = (remainder * 10 + (uint32_t)(c[i] - '0')) % m;
    return remainder;
}

uint32_t tf_taxid_mod_97(uint32_t remainder, const uint8_t *c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        remainder = tf_taxid_is_digit(c[i]) ? (remainder * 10 + (uint32_t)(c[i] - '0')) % 97 : (remainder * 100 + (uint32_t)(c[i] - 'A') + 10) % 97;
    return remainder;
}
