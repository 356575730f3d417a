/* The check digit algorithms that kinds of numbers share. All take characters that were matched before: digits where digits are expected. */
#ifndef TAXFLOW_RULES_REFERENCE_TAXID_CHECK_DIGIT_H
#define TAXFLOW_RULES_REFERENCE_TAXID_CHECK_DIGIT_H

#include "number.h"

enum { TF_TAXID_WEIGHTS_MAX = 16 };

/*
 * A weighted sum: of count characters from place `from`, each times its weight; map[sum modulo strlen(map)] is the character that must stand at `at`.
 * In map, - says that no number has this remainder; + that the second weights decide (with map_second).
 */
struct tf_taxid_sum {
    uint8_t from, at, count;
    bool cross; /* of each product the sum of its digits, as in Luhn's */
    const char *map, *map_second;
    int16_t weights[TF_TAXID_WEIGHTS_MAX], second[TF_TAXID_WEIGHTS_MAX];
};

/** Whether the check character is the one that the sum asks for. */
bool tf_taxid_sum_holds(const struct tf_taxid_sum *sum, const uint8_t *c);

/** Sum of digit times weight over count digits; a letter has the value of its code less that of 0, as in Brazil's CNPJ. */
int32_t tf_taxid_weigh(const uint8_t *c, const int16_t *weights, size_t count);

/** Luhn (ISO/IEC 7812-1 annex B): from the right every second digit doubled, the sum of all digits a multiple of 10. */
bool tf_taxid_luhn(const uint8_t *c, size_t count);
/** ISO/IEC 7064 MOD 11,10; the last digit is the check digit. */
bool tf_taxid_mod_11_10(const uint8_t *c, size_t count);
/** The decimal number that count digits write, modulo m (below 2^24). */
uint32_t tf_taxid_mod(const uint8_t *c, size_t count, uint32_t m);
/** The same modulo 97 where letters stand for 10 to 35 (ISO/IEC 7064 MOD 97-10), going on from remainder. Only digits and letters. */
uint32_t tf_taxid_mod_97(uint32_t remainder, const uint8_t *c, size_t count);

#endif
