/* Tax numbers of Europe outside the Union, and numbers of its states that are no VAT numbers. */
#include "check_digit.h"
#include "kinds.h"

/* Albania: the first letter says in which decade the number was given, or for people the decade of birth. */
enum tf_taxid tf_taxid_al_nipt(struct tf_taxid_number *n) { return n->c[0] <= 'M' ? TF_TAXID_VALID : TF_TAXID_FORMAT; }

/* Austria's tax account: two digits of the office, and by Luhn. */
enum tf_taxid tf_taxid_at_tin(struct tf_taxid_number *n)
{
    static const uint8_t offices[] = {3,  4,  6,  7,  8,  9,  10, 12, 15, 16, 18, 22, 23, 29, 33, 38, 41, 46, 51, 52,
                                      53, 54, 57, 59, 61, 65, 67, 68, 69, 71, 72, 81, 82, 83, 84, 90, 91, 93, 97, 98};
    if (!tf_taxid_luhn(n->c, 9))
        return TF_TAXID_CHECKSUM;
    return memchr(offices, (int)tf_taxid_value(n->c, 2), sizeof offices) ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* Belarus: nine characters; persons have a letter of the region and another. Cyrillic letters count as the Latin ones they look like. */
static uint8_t by_latin(uint8_t c)
{
    static const char looks[32] = {
        [0] = 'A', [2] = 'B', [5] = 'E', [10] = 'K', [12] = 'M', [13] = 'H', [14] = 'O', [16] = 'P', [17] = 'C', [18] = 'T'};
    if (c < TF_TAXID_BYTE_CYRILLIC || c >= TF_TAXID_BYTE_CYRILLIC + 32 || !looks[c - TF_TAXID_BYTE_CYRILLIC])
        return c;
    return (uint8_t)looks[c - TF_TAXID_BYTE_CYRILLIC];
}

static const char by_letters[] = "ABCEHKMOPT";

enum tf_taxid tf_taxid_by_unp(struct tf_taxid_number *n)
{
    static const uint8_t prefix[] = {TF_TAXID_BYTE_CYRILLIC + 19, TF_TAXID_BYTE_CYRILLIC + 13, TF_TAXID_BYTE_CYRILLIC + 15}; /* УНП */
    static const unsigned weights[] = {29, 23, 19, 17, 13, 7, 5, 3};
    if (n->len > 3 && (memcmp(n->c, prefix, 3) == 0 || memcmp(n->c, "UNP", 3) == 0))
        tf_taxid_number_drop(n, 3);
    if (n->len != 9)
        return TF_TAXID_LENGTH;
    for (size_t i = 0; i < 9; i++)
        n->c[i] = by_latin(n->c[i]);
    bool person = tf_taxid_one_of(n->c[0], by_letters) && tf_taxid_one_of(n->c[1], by_letters);
    if (!tf_taxid_digits(n->c + 2, 7) || (!person && !tf_taxid_digits(n->c, 2)))
        return TF_TAXID_FORMAT;
    if (!tf_taxid_one_of(n->c[0], "1234567ABCEHKM"))
        return TF_TAXID_COMPONENT;
    /* The region's letter counts by its place in the whole alphabet, the second by its place among the ten that are used. */
    unsigned sum = weights[0] * (person ? (unsigned)(n->c[0] - 'A') + 10 : (unsigned)(n->c[0] - '0'));
    sum += weights[1] * (person ? (unsigned)(strchr(by_letters, n->c[1]) - by_letters) : (unsigned)(n->c[1] - '0'));
    for (size_t i = 2; i < 8; i++)
        sum += weights[i] * (unsigned)(n->c[i] - '0');
    return tf_taxid_checksum_if_not(sum % 11 == (unsigned)(n->c[8] - '0'));
}

static enum tf_taxid ch_uid(const struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.from = 3, .at = 11, .count = 8, .map = "0-987654321", .weights = {5, 4, 3, 2, 7, 6, 5, 4}};
    if (!tf_taxid_number_starts(n, "CHE"))
        return TF_TAXID_COMPONENT;
    if (!tf_taxid_digits(n->c + 3, 9))
        return TF_TAXID_FORMAT;
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c));
}

/* Switzerland and Liechtenstein's businesses (ech-0097): CHE and nine digits; the digits alone will do. */
enum tf_taxid tf_taxid_ch_uid(struct tf_taxid_number *n)
{
    if (n->len == 9 && tf_taxid_digits(n->c, 9))
        tf_taxid_number_prepend(n, "CHE");
    return n->len == 12 ? ch_uid(n) : TF_TAXID_LENGTH;
}

/* The same, entered for VAT: then MWST, TVA, IVA or TPV stands behind it. */
enum tf_taxid tf_taxid_ch_vat(struct tf_taxid_number *n)
{
    if (n->len != 15 && n->len != 16)
        return TF_TAXID_LENGTH;
    enum tf_taxid result = ch_uid(n);
    if (result != TF_TAXID_VALID)
        return result;
    const uint8_t *suffix = n->c + 12;
    bool known = n->len == 16 ? memcmp(suffix, "MWST", 4) == 0
                              : memcmp(suffix, "TVA", 3) == 0 || memcmp(suffix, "IVA", 3) == 0 || memcmp(suffix, "TPV", 3) == 0;
    return known ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* Germany's personal number: among the first ten digits exactly one stands twice or three times, but never thrice in a row. */
enum tf_taxid tf_taxid_de_idnr(struct tf_taxid_number *n)
{
    unsigned counts[10] = {0}, repeated = 0;
    for (size_t i = 0; i < 10; i++)
        counts[n->c[i] - '0']++;
    for (size_t d = 0; d < 10; d++) {
        if (counts[d] > 3)
            return TF_TAXID_FORMAT;
        repeated += counts[d] > 1;
    }
    return repeated == 1 ? TF_TAXID_VALID : TF_TAXID_FORMAT;
}

/*
 * Germany's tax offices: ten or eleven digits as the states print them, or thirteen with the office's federal number before and a 0 in the middle,
 * by which the state is known. How the last digit checks differs by state and office and is not published whole.
 */
enum tf_taxid tf_taxid_de_stnr(struct tf_taxid_number *n)
{
    static const char federal[][3] = {"28", "9", "11", "30", "24", "22", "26", "40", "23", "5", "27", "10", "32", "31", "21", "41"};
    enum tf_taxid result = tf_taxid_number_match(n, "dddddddddd|ddddddddddd|ddddddddddddd", TF_TAXID_FORMAT_FIRST);
    if (result != TF_TAXID_VALID || n->len < 13)
        return result;
    for (size_t i = 0; i < sizeof federal / sizeof federal[0]; i++)
        if (tf_taxid_number_starts(n, federal[i]) && n->c[4] == '0')
            return TF_TAXID_VALID;
    return TF_TAXID_FORMAT;
}

/* France's establishments: the SIREN by Luhn and five digits, together by Luhn too; those of La Poste have a sum that 5 divides. */
enum tf_taxid tf_taxid_fr_siret(struct tf_taxid_number *n)
{
    if (tf_taxid_number_starts(n, "356000000") && memcmp(n->c, "35600000000048", 14) != 0) {
        unsigned sum = 0;
        for (size_t i = 0; i < 14; i++)
            sum += (unsigned)(n->c[i] - '0');
        return tf_taxid_checksum_if_not(sum % 5 == 0);
    }
    return tf_taxid_checksum_if_not(tf_taxid_luhn(n->c, 9) && tf_taxid_luhn(n->c, 14));
}

/* United Kingdom: nine digits, or twelve with a branch: the weighted sum is a multiple of 97, or 55 more; and departments (GD) and health (HA). */
static bool gb_digits_hold(const uint8_t *c)
{
    static const int16_t weights[] = {8, 7, 6, 5, 4, 3, 2, 10, 1};
    int32_t rest = tf_taxid_weigh(c, weights, 9) % 97;
    return rest == 0 || (tf_taxid_value(c, 3) >= 100 && (rest == 42 || rest == 55));
}

static enum tf_taxid gb_office(const struct tf_taxid_number *n)
{
    if (!tf_taxid_digits(n->c + 2, 3))
        return TF_TAXID_FORMAT;
    uint64_t office = tf_taxid_value(n->c + 2, 3);
    bool exists = (tf_taxid_number_starts(n, "GD") && office < 500) || (tf_taxid_number_starts(n, "HA") && office >= 500);
    return exists ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* The long form of an office: 8888 before its three digits, and two digits that are their rest modulo 97. */
static enum tf_taxid gb_office_8888(const struct tf_taxid_number *n)
{
    bool government = tf_taxid_number_starts(n, "GD8888"), health = tf_taxid_number_starts(n, "HA8888");
    size_t digits = 6;
    if (!tf_taxid_digits(n->c + digits, n->len - digits))
        return TF_TAXID_FORMAT;
    uint64_t office = tf_taxid_value(n->c + 6, 3);
    if (!(government && office < 500) && !(health && office >= 500))
        return TF_TAXID_COMPONENT;
    return tf_taxid_checksum_if_not(office % 97 == tf_taxid_value(n->c + 9, 2));
}

enum tf_taxid tf_taxid_gb_vat(struct tf_taxid_number *n)
{
    if (n->len == 5)
        return gb_office(n);
    if (n->len == 11 && (tf_taxid_number_starts(n, "GD8888") || tf_taxid_number_starts(n, "HA8888")))
        return gb_office_8888(n);
    if (n->len != 9 && n->len != 12)
        return TF_TAXID_LENGTH;
    if (!tf_taxid_digits(n->c, n->len))
        return TF_TAXID_FORMAT;
    return tf_taxid_checksum_if_not(gb_digits_hold(n->c));
}

/* Italy's fiscal code: names, year, month, day (40 more for women), place, check letter. Digits become letters where two people would share one. */
static int it_digit(uint8_t c)
{
    static const char letters[] = "LMNPQRSTUV";
    if (tf_taxid_is_digit(c))
        return c - '0';
    return tf_taxid_one_of(c, letters) ? (int)(strchr(letters, c) - letters) : -1;
}

static bool it_letter_holds(const uint8_t *c)
{
    static const uint8_t odd[26] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
    unsigned sum = 0;
    for (size_t i = 0; i < 15; i++) {
        unsigned value = tf_taxid_is_digit(c[i]) ? (unsigned)(c[i] - '0') : (unsigned)(c[i] - 'A');
        sum += i % 2 ? value : odd[value];
    }
    return c[15] == 'A' + sum % 26;
}

enum tf_taxid tf_taxid_it_codicefiscale(struct tf_taxid_number *n)
{
    static const uint8_t digit_places[] = {6, 7, 9, 10, 12, 13, 14};
    static const char months[] = "ABCDEHLMPRST";
    if (n->len == 11)
        return tf_taxid_it_vat(n);
    enum tf_taxid result = tf_taxid_number_match(n, "aaaaaa xx a xx a xxx a", TF_TAXID_LENGTH_FIRST);
    if (result != TF_TAXID_VALID)
        return result;
    int digits[16] = {0};
    for (size_t i = 0; i < sizeof digit_places; i++) {
        digits[digit_places[i]] = it_digit(n->c[digit_places[i]]);
        if (digits[digit_places[i]] < 0)
            return TF_TAXID_FORMAT;
    }
    if (!tf_taxid_one_of(n->c[8], months))
        return TF_TAXID_FORMAT;
    if (!it_letter_holds(n->c))
        return TF_TAXID_CHECKSUM;
    unsigned day = (unsigned)(digits[9] * 10 + digits[10]) % 40, year = 1900 + (unsigned)(digits[6] * 10 + digits[7]);
    return tf_taxid_day_exists(year, (unsigned)(strchr(months, n->c[8]) - months) + 1, day) ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* Liechtenstein: up to twelve digits, without check digits. */
enum tf_taxid tf_taxid_li_peid(struct tf_taxid_number *n)
{
    while (n->len > 0 && n->c[0] == '0')
        tf_taxid_number_drop(n, 1);
    if (n->len < 4 || n->len > 12)
        return TF_TAXID_LENGTH;
    return tf_taxid_digits(n->c, n->len) ? TF_TAXID_VALID : TF_TAXID_FORMAT;
}

/* Norway: the number of the register and MVA. */
enum tf_taxid tf_taxid_no_vat(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.at = 8, .count = 8, .map = "0-987654321", .weights = {3, 2, 7, 6, 5, 4, 3, 2}};
    if (n->len < 4 || memcmp(n->c + n->len - 3, "MVA", 3) != 0 || !tf_taxid_digits(n->c, n->len - 3))
        return TF_TAXID_FORMAT;
    if (n->len != 12)
        return TF_TAXID_LENGTH;
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c));
}

/* Russia: ten digits for companies, twelve with two check digits for persons. */
enum tf_taxid tf_taxid_ru_inn(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum company = {.at = 9, .count = 9, .map = "01234567890", .weights = {2, 4, 10, 3, 5, 9, 4, 6, 8}};
    static const struct tf_taxid_sum first = {.at = 10, .count = 10, .map = "01234567890", .weights = {7, 2, 4, 10, 3, 5, 9, 4, 6, 8}};
    static const struct tf_taxid_sum second = {.at = 11, .count = 11, .map = "01234567890", .weights = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}};
    if (n->len == 10)
        return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&company, n->c));
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&first, n->c) && tf_taxid_sum_holds(&second, n->c));
}

/* Turkish citizens: the tenth digit from odd and even places, the eleventh from the sum of ten. */
enum tf_taxid tf_taxid_tr_tckimlik(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum tenth = {.at = 9, .count = 9, .map = "0123456789", .weights = {7, -1, 7, -1, 7, -1, 7, -1, 7}};
    static const struct tf_taxid_sum eleventh = {.at = 10, .count = 10, .map = "0123456789", .weights = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}};
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&tenth, n->c) && tf_taxid_sum_holds(&eleventh, n->c));
}

/* Turkish taxpayers: each digit plus its distance from the check digit, modulo 10, times that power of two, modulo 9; 9 where the rest is 0. */
enum tf_taxid tf_taxid_tr_vkn(struct tf_taxid_number *n)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < 9; i++) {
        unsigned digit = ((unsigned)(n->c[i] - '0') + 9 - i) % 10, power = digit * (1u << (9 - i)) % 9;
        sum += digit && !power ? 9 : power;
    }
    return tf_taxid_checksum_if_not(n->c[9] == '0' + (10 - sum % 10) % 10);
}

/* Ukraine: eight digits; the weights depend on the range the number lies in, and are two more each where the rest is 10. */
enum tf_taxid tf_taxid_ua_edrpou(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum outside = {
        .at = 7, .count = 7, .map = "0123456789+", .map_second = "01234567890", .weights = {1, 2, 3, 4, 5, 6, 7}, .second = {3, 4, 5, 6, 7, 8, 9}};
    static const struct tf_taxid_sum inside = {
        .at = 7, .count = 7, .map = "0123456789+", .map_second = "01234567890", .weights = {7, 1, 2, 3, 4, 5, 6}, .second = {9, 3, 4, 5, 6, 7, 8}};
    bool within = n->c[0] >= '3' && n->c[0] <= '5';
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(within ? &inside : &outside, n->c));
}
