/* VAT numbers of the European Union, A to L by country. */
#include "check_digit.h"
#include "kinds.h"

/* Belgium: 0 or 1 and nine digits; the last two are 97 less the rest of the others modulo 97. Older numbers have lost the 0, or print it as (0). */
enum tf_taxid tf_taxid_be_vat(struct tf_taxid_number *n)
{
    if (tf_taxid_number_starts(n, "(0)")) {
        tf_taxid_number_drop(n, 2);
        n->c[0] = '0';
    }
    if (n->len == 9)
        tf_taxid_number_pad(n, 10);
    if (!tf_taxid_digits(n->c, n->len) || tf_taxid_zeros(n->c, n->len))
        return TF_TAXID_FORMAT;
    if (n->len != 10)
        return TF_TAXID_LENGTH;
    if (n->c[0] > '1')
        return TF_TAXID_COMPONENT;
    return tf_taxid_checksum_if_not((tf_taxid_mod(n->c, 8, 97) + tf_taxid_value(n->c + 8, 2)) % 97 == 0);
}

/* Bulgarian personal number (EGN): day of birth, the month with 20 for the 19th and 40 for the 21st century. */
static bool bg_person(const uint8_t *c)
{
    static const struct tf_taxid_sum sum = {.at = 9, .count = 9, .map = "01234567890", .weights = {2, 4, 8, 5, 10, 9, 7, 3, 6}};
    unsigned year = 1900 + (unsigned)tf_taxid_value(c, 2), month = (unsigned)tf_taxid_value(c + 2, 2);
    if (month > 40) {
        year += 100;
        month -= 40;
    } else if (month > 20) {
        year -= 100;
        month -= 20;
    }
    return tf_taxid_day_exists(year, month, (unsigned)tf_taxid_value(c + 4, 2)) && tf_taxid_sum_holds(&sum, c);
}

/* Bulgaria: nine digits for companies; ten for persons, foreigners and others, which differ in their weights only. */
enum tf_taxid tf_taxid_bg_vat(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum company = {.at = 8,
                                                .count = 8,
                                                .map = "0123456789+",
                                                .map_second = "01234567890",
                                                .weights = {1, 2, 3, 4, 5, 6, 7, 8},
                                                .second = {3, 4, 5, 6, 7, 8, 9, 10}};
    static const struct tf_taxid_sum foreigner = {.at = 9, .count = 9, .map = "0123456789", .weights = {21, 19, 17, 13, 11, 9, 7, 3, 1}};
    static const struct tf_taxid_sum other = {.at = 9, .count = 9, .map = "0-987654321", .weights = {4, 3, 2, 7, 6, 5, 4, 3, 2}};
    if (n->len == 9)
        return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&company, n->c));
    return tf_taxid_checksum_if_not(bg_person(n->c) || tf_taxid_sum_holds(&foreigner, n->c) || tf_taxid_sum_holds(&other, n->c));
}

/* Cyprus: eight digits, the ones in odd places replaced by a table, and a letter for the sum modulo 26; none begins with 12. */
enum tf_taxid tf_taxid_cy_vat(struct tf_taxid_number *n)
{
    static const uint8_t replaced[10] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21};
    if (n->len < 2 || !tf_taxid_digits(n->c, n->len - 1))
        return TF_TAXID_FORMAT;
    if (n->len != 9)
        return TF_TAXID_LENGTH;
    if (n->c[0] == '1' && n->c[1] == '2')
        return TF_TAXID_COMPONENT;
    unsigned sum = 0;
    for (size_t i = 0; i < 8; i++)
        sum += i % 2 ? (unsigned)(n->c[i] - '0') : replaced[n->c[i] - '0'];
    return tf_taxid_checksum_if_not(n->c[8] == 'A' + sum % 26);
}

/*
 * Czech and Slovak birth number: yymmdd, the month with 50 for women and, when a day's numbers run out, with 20; nine digits until 1953, then a tenth
 * that makes it a multiple of 11, or 0 where that would take 10 (rare, and no longer given).
 */
enum tf_taxid tf_taxid_cz_birth_number(const struct tf_taxid_number *n)
{
    unsigned year = 1900 + (unsigned)tf_taxid_value(n->c, 2), month = (unsigned)tf_taxid_value(n->c + 2, 2) % 50 % 20;
    if (n->len == 9) {
        year -= year >= 1980 ? 100 : 0;
        if (year > 1953)
            return TF_TAXID_LENGTH;
    } else if (year < 1954) {
        year += 100;
    }
    if (!tf_taxid_day_exists(year, month, (unsigned)tf_taxid_value(n->c + 4, 2)))
        return TF_TAXID_COMPONENT;
    if (n->len == 9)
        return TF_TAXID_VALID;
    return tf_taxid_checksum_if_not(tf_taxid_value(n->c, 9) % 11 % 10 == (uint64_t)(n->c[9] - '0'));
}

/* Czechia: eight digits for companies, not beginning with 9; nine beginning with 6 for persons without a birth number, else that number. */
enum tf_taxid tf_taxid_cz_vat(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum company = {.at = 7, .count = 7, .map = "10987654321", .weights = {8, 7, 6, 5, 4, 3, 2}};
    static const struct tf_taxid_sum person = {.from = 1, .at = 8, .count = 7, .map = "89012345678", .weights = {8, 7, 6, 5, 4, 3, 2}};
    if (n->len == 8 && n->c[0] == '9')
        return TF_TAXID_COMPONENT;
    if (n->len == 8)
        return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&company, n->c));
    if (n->len == 9 && n->c[0] == '6')
        return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&person, n->c));
    return tf_taxid_cz_birth_number(n);
}

/* Spanish person: a number below 10^8 modulo 23 chooses the letter. */
static bool es_letter_holds(uint64_t value, uint8_t letter) { return letter == (uint8_t) "TRWAGMYFPDXBNJZSQVHLCKE"[value % 23]; }

/* Spanish company: a letter for what it is, seven digits, and a digit or a letter by Luhn; which of both is no longer kept apart. */
static enum tf_taxid es_company(const struct tf_taxid_number *n)
{
    if (!tf_taxid_one_of(n->c[0], "ABCDEFGHJNPQRSUVW"))
        return TF_TAXID_FORMAT;
    unsigned sum = 0;
    for (size_t i = 1; i < 8; i++) {
        unsigned digit = (unsigned)(n->c[i] - '0') * (i % 2 ? 2 : 1);
        sum += digit / 10 + digit % 10;
    }
    unsigned check = (10 - sum % 10) % 10;
    return tf_taxid_checksum_if_not(n->c[8] == '0' + check || n->c[8] == (uint8_t) "JABCDEFGHI"[check]);
}

/* Spain: DNI of citizens, NIE of foreigners (X, Y, Z), K, L and M for persons without either, and companies. */
enum tf_taxid tf_taxid_es_nif(struct tf_taxid_number *n)
{
    if (n->len < 3 || !tf_taxid_digits(n->c + 1, n->len - 2))
        return TF_TAXID_FORMAT;
    if (n->len != 9)
        return TF_TAXID_LENGTH;
    if (tf_taxid_is_digit(n->c[0]))
        return tf_taxid_checksum_if_not(es_letter_holds(tf_taxid_value(n->c, 8), n->c[8]));
    if (n->c[0] >= 'X' && n->c[0] <= 'Z')
        return tf_taxid_checksum_if_not(es_letter_holds((uint64_t)(n->c[0] - 'X') * 10000000 + tf_taxid_value(n->c + 1, 7), n->c[8]));
    if (n->c[0] >= 'K' && n->c[0] <= 'M')
        return tf_taxid_checksum_if_not(es_letter_holds(tf_taxid_value(n->c + 1, 7), n->c[8]));
    return es_company(n);
}

/* Place in the alphabet without I and O; 34 for any other character. */
static unsigned fr_value(uint8_t c)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    const char *at = c ? memchr(alphabet, c, sizeof alphabet - 1) : NULL;
    return at ? (unsigned)(at - alphabet) : 34;
}

/* France: two characters that check the SIREN behind them; the older kind has digits, the newer one or two letters. Monaco's SIREN begin with 000. */
enum tf_taxid tf_taxid_fr_vat(struct tf_taxid_number *n)
{
    if (n->len < 3 || fr_value(n->c[0]) > 33 || fr_value(n->c[1]) > 33 || !tf_taxid_digits(n->c + 2, n->len - 2))
        return TF_TAXID_FORMAT;
    if (n->len != 11)
        return TF_TAXID_LENGTH;
    const uint8_t *siren = n->c + 2;
    if (memcmp(siren, "000", 3) != 0 && !tf_taxid_luhn(siren, 9))
        return TF_TAXID_CHECKSUM;
    unsigned first = fr_value(n->c[0]), second = fr_value(n->c[1]);
    uint64_t value = tf_taxid_value(siren, 9);
    if (first < 10 && second < 10)
        return tf_taxid_checksum_if_not((value * 100 + 12) % 97 == first * 10 + second);
    unsigned check = first < 10 ? first * 24 + second - 10 : first * 34 + second - 100;
    return tf_taxid_checksum_if_not((value + 1 + check / 11) % 11 == check % 11);
}

/* Greece: powers of two as weights; numbers of eight digits are older and have lost their 0. */
enum tf_taxid tf_taxid_gr_vat(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.at = 8, .count = 8, .map = "01234567890", .weights = {256, 128, 64, 32, 16, 8, 4, 2}};
    if (n->len == 8)
        tf_taxid_number_pad(n, 9);
    enum tf_taxid result = tf_taxid_number_match(n, "ddddddddd", TF_TAXID_FORMAT_FIRST);
    return result == TF_TAXID_VALID ? tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c)) : result;
}

/* Ireland: seven digits and one or two letters; the older kind has a letter, + or * in the second place. A second letter counts nine times. */
enum tf_taxid tf_taxid_ie_vat(struct tf_taxid_number *n)
{
    static const char letters[] = "WABCDEFGHIJKLMNOPQRSTUV";
    static const int16_t weights[] = {8, 7, 6, 5, 4, 3, 2};
    if (n->len < 3 || !tf_taxid_is_digit(n->c[0]) || !tf_taxid_digits(n->c + 2, n->len < 7 ? n->len - 2 : 5))
        return TF_TAXID_FORMAT;
    for (size_t i = 7; i < n->len; i++)
        if (!memchr(letters, n->c[i], 23))
            return TF_TAXID_FORMAT;
    if (n->len != 8 && n->len != 9)
        return TF_TAXID_LENGTH;
    uint8_t digits[7] = {'0', n->c[2], n->c[3], n->c[4], n->c[5], n->c[6], n->c[0]};
    int32_t sum = 0;
    if (tf_taxid_is_digit(n->c[1])) {
        const char *second = n->len == 9 ? memchr(letters, n->c[8], 23) : letters;
        sum = tf_taxid_weigh(n->c, weights, 7) + 9 * (int32_t)(second - letters);
    } else {
        if (!tf_taxid_is_letter(n->c[1]) && n->c[1] != '+' && n->c[1] != '*')
            return TF_TAXID_FORMAT;
        sum = tf_taxid_weigh(digits, weights, 7);
    }
    return tf_taxid_checksum_if_not(n->c[7] == (uint8_t)letters[sum % 23]);
}

/* Italy: seven digits of the company, three of the province's office, one by Luhn. */
enum tf_taxid tf_taxid_it_vat(struct tf_taxid_number *n)
{
    if (!tf_taxid_digits(n->c, n->len) || tf_taxid_zeros(n->c, n->len < 7 ? n->len : 7))
        return TF_TAXID_FORMAT;
    if (n->len != 11)
        return TF_TAXID_LENGTH;
    uint64_t office = tf_taxid_value(n->c + 7, 3);
    bool exists = (office >= 1 && office <= 100) || office == 120 || office == 121 || office == 888 || office == 999;
    return exists ? tf_taxid_checksum_if_not(tf_taxid_luhn(n->c, 11)) : TF_TAXID_COMPONENT;
}

/* Lithuania: 9 digits, or 12 for those registered for a time; the last but one is 1; weights 1 to 9 over and over, else 3 to 9 and on. */
enum tf_taxid tf_taxid_lt_vat(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum company = {.at = 8,
                                                .count = 8,
                                                .map = "0123456789+",
                                                .map_second = "01234567890",
                                                .weights = {1, 2, 3, 4, 5, 6, 7, 8},
                                                .second = {3, 4, 5, 6, 7, 8, 9, 1}};
    static const struct tf_taxid_sum temporary = {.at = 11,
                                                  .count = 11,
                                                  .map = "0123456789+",
                                                  .map_second = "01234567890",
                                                  .weights = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2},
                                                  .second = {3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4}};
    if (n->c[n->len - 2] != '1')
        return TF_TAXID_COMPONENT;
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(n->len == 9 ? &company : &temporary, n->c));
}

/* Luxembourg: six digits and what remains of them modulo 89. */
enum tf_taxid tf_taxid_lu_vat(struct tf_taxid_number *n)
{
    return tf_taxid_checksum_if_not(tf_taxid_value(n->c, 6) % 89 == tf_taxid_value(n->c + 6, 2));
}

/* Latvia: companies begin with 4 or more; persons with 32, or with their day of birth, ddmmyy, and a digit for the century. */
enum tf_taxid tf_taxid_lv_vat(struct tf_taxid_number *n)
{
    static const int16_t company[] = {9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1};
    static const struct tf_taxid_sum person = {.at = 10, .count = 10, .map = "12345678900", .weights = {10, 5, 8, 4, 2, 1, 6, 3, 7, 9}};
    if (n->c[0] > '3')
        return tf_taxid_checksum_if_not(tf_taxid_weigh(n->c, company, 11) % 11 == 3);
    if (!tf_taxid_number_starts(n, "32")) {
        unsigned year = 1800 + 100 * (unsigned)(n->c[6] - '0') + (unsigned)tf_taxid_value(n->c + 4, 2);
        if (!tf_taxid_day_exists(year, (unsigned)tf_taxid_value(n->c + 2, 2), (unsigned)tf_taxid_value(n->c, 2)))
            return TF_TAXID_COMPONENT;
    }
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&person, n->c));
}
