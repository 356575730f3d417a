/* Tax numbers of Asia and the Pacific. */
#include "check_digit.h"
#include "kinds.h"

/* Australia's businesses: two check digits first, from 11 to 99; one taken from the first digit, the weighted sum is a multiple of 89. */
enum tf_taxid tf_taxid_au_abn(struct tf_taxid_number *n)
{
    static const int16_t weights[] = {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
    return tf_taxid_checksum_if_not(tf_taxid_value(n->c, 2) >= 11 && (tf_taxid_weigh(n->c, weights, 11) - 10) % 89 == 0);
}

/* Australia's taxpayers: eight or nine digits, the weighted sum a multiple of 11. */
enum tf_taxid tf_taxid_au_tfn(struct tf_taxid_number *n)
{
    static const int16_t weights[] = {1, 4, 3, 7, 5, 8, 6, 9, 10};
    return tf_taxid_checksum_if_not(tf_taxid_weigh(n->c, weights, n->len) % 11 == 0);
}

/* Azerbaijan: region, serial, check digit, 1 for companies or 2 for people; a leading zero may be lost. */
enum tf_taxid tf_taxid_az_voen(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.at = 8, .count = 8, .map = "0123456789-", .weights = {4, 1, 8, 6, 2, 7, 5, 3}};
    tf_taxid_number_pad(n, 10);
    if (n->c[9] != '1' && n->c[9] != '2')
        return TF_TAXID_COMPONENT;
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c));
}

/* China (GB 32100-2015): authority, type, region, organisation, and a character modulo 31; I, O, Z, S and V are not used. */
enum tf_taxid tf_taxid_cn_uscc(struct tf_taxid_number *n)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static const uint8_t weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
    unsigned sum = 0, value = 0;
    for (size_t i = 0; i < 18; i++) {
        if (!tf_taxid_one_of(n->c[i], alphabet))
            return TF_TAXID_FORMAT;
        value = (unsigned)(strchr(alphabet, n->c[i]) - alphabet);
        sum += i < 17 ? value * weights[i] : 0;
    }
    return tf_taxid_checksum_if_not(value == (31 - sum % 31) % 31);
}

/* Indonesia's citizens: province, district, day of birth with 40 for women, month, year, serial. */
static enum tf_taxid id_citizen(const uint8_t *c)
{
    static const uint8_t provinces[] = {11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51,
                                        52, 53, 61, 62, 63, 64, 71, 72, 73, 74, 75, 76, 81, 82, 91, 94};
    unsigned day = (unsigned)tf_taxid_value(c + 6, 2) % 40, month = (unsigned)tf_taxid_value(c + 8, 2),
             year = 2000 + (unsigned)tf_taxid_value(c + 10, 2);
    bool exists = memchr(provinces, (int)tf_taxid_value(c, 2), sizeof provinces) && tf_taxid_day_exists(year, month, day);
    return exists ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* Indonesia: sixteen digits, or fifteen of the older kind: type, serial, check digit by Luhn, office, branch; or a citizen's number. */
enum tf_taxid tf_taxid_id_npwp(struct tf_taxid_number *n)
{
    if (n->len == 15)
        tf_taxid_number_pad(n, 16);
    if (n->c[0] != '0')
        return id_citizen(n->c);
    return tf_taxid_checksum_if_not(tf_taxid_luhn(n->c + 1, 9));
}

static bool in_holder(uint8_t c) { return tf_taxid_one_of(c, "ABCFGHJKLPT"); }

/* India's taxpayers: the fourth letter says who, the digits count from 0001. The last letter checks by a rule that is not published. */
enum tf_taxid tf_taxid_in_pan(struct tf_taxid_number *n)
{
    return in_holder(n->c[3]) && tf_taxid_value(n->c + 5, 4) > 0 ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* Luhn modulo 36 over digits and letters. */
static bool in_luhn_36(const uint8_t *c, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t at = c[count - 1 - i];
        unsigned value = (unsigned)(tf_taxid_is_digit(at) ? at - '0' : at - 'A' + 10) * (i % 2 ? 2 : 1);
        sum += value / 36 + value % 36;
    }
    return sum % 36 == 0;
}

/* India's goods and services tax: state, PAN, the how-manieth registration, Z, check character. */
enum tf_taxid tf_taxid_in_gstin(struct tf_taxid_number *n)
{
    uint64_t state = tf_taxid_value(n->c, 2);
    if (state < 1 || state > 37 || n->c[12] == '0' || n->c[13] != 'Z' || !in_holder(n->c[5]) || tf_taxid_value(n->c + 7, 4) == 0)
        return TF_TAXID_COMPONENT;
    return tf_taxid_checksum_if_not(in_luhn_36(n->c, 15));
}

/* Israel's companies begin with 5. */
enum tf_taxid tf_taxid_il_hp(struct tf_taxid_number *n) { return n->c[0] == '5' ? TF_TAXID_VALID : TF_TAXID_COMPONENT; }

/* Korea: tax office from 101, type of business, serial. */
enum tf_taxid tf_taxid_kr_brn(struct tf_taxid_number *n)
{
    bool exists = tf_taxid_value(n->c, 3) >= 101 && tf_taxid_value(n->c + 3, 2) > 0 && tf_taxid_value(n->c + 5, 4) > 0;
    return exists ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* New Zealand: eight or nine digits within the range given out so far; a second set of weights where the first says 10. */
enum tf_taxid tf_taxid_nz_ird(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.at = 8,
                                            .count = 8,
                                            .map = "0+987654321",
                                            .map_second = "0-987654321",
                                            .weights = {3, 2, 7, 6, 5, 4, 3, 2},
                                            .second = {7, 4, 3, 2, 5, 2, 7, 6}};
    if (n->len != 8 && n->len != 9)
        return TF_TAXID_LENGTH;
    if (!tf_taxid_digits(n->c, n->len))
        return TF_TAXID_FORMAT;
    tf_taxid_number_pad(n, 9);
    uint64_t value = tf_taxid_value(n->c, 9);
    if (value <= 10000000 || value >= 150000000)
        return TF_TAXID_COMPONENT;
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c));
}

/* Singapore: businesses, eight digits and a letter; companies, the year first; others, the century's letter, the year, two letters of the type. */
static const char sg_types[][3] = {"CC", "CD", "CH", "CL", "CM", "CP", "CS", "CX", "DP", "FB", "FC", "FM", "FN", "GA", "GB", "GS", "HS", "LL", "LP",
                                   "MB", "MC", "MD", "MH", "MM", "MQ", "NB", "NR", "PA", "PB", "PF", "RF", "RP", "SM", "SS", "TC", "TU", "VH", "XL"};

static enum tf_taxid sg_business(const struct tf_taxid_number *n)
{
    static const int16_t weights[] = {10, 4, 9, 3, 8, 2, 7, 1};
    if (!tf_taxid_digits(n->c, 8) || !tf_taxid_is_letter(n->c[8]))
        return TF_TAXID_FORMAT;
    return tf_taxid_checksum_if_not(n->c[8] == (uint8_t) "XMKECAWLJDB"[tf_taxid_weigh(n->c, weights, 8) % 11]);
}

static enum tf_taxid sg_company(const struct tf_taxid_number *n)
{
    static const int16_t weights[] = {10, 8, 6, 4, 9, 7, 5, 3, 1};
    if (!tf_taxid_digits(n->c, 9))
        return TF_TAXID_FORMAT;
    if (n->year_max && tf_taxid_value(n->c, 4) > n->year_max)
        return TF_TAXID_COMPONENT;
    return tf_taxid_checksum_if_not(n->c[9] == (uint8_t) "ZKCMDNERGWH"[tf_taxid_weigh(n->c, weights, 9) % 11]);
}

static enum tf_taxid sg_other(const struct tf_taxid_number *n)
{
    static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
    static const uint8_t weights[] = {4, 3, 5, 3, 10, 2, 2, 5, 7};
    bool known = false;
    if (!tf_taxid_one_of(n->c[0], "RST"))
        return TF_TAXID_COMPONENT;
    if (!tf_taxid_digits(n->c + 1, 2))
        return TF_TAXID_FORMAT;
    for (size_t i = 0; i < sizeof sg_types / sizeof sg_types[0]; i++)
        known = known || memcmp(n->c + 3, sg_types[i], 2) == 0;
    if (n->c[0] == 'T' && n->year_max && 2000 + tf_taxid_value(n->c + 1, 2) > n->year_max)
        return TF_TAXID_COMPONENT;
    if (!known)
        return TF_TAXID_COMPONENT;
    if (!tf_taxid_digits(n->c + 5, 4))
        return TF_TAXID_FORMAT;
    unsigned sum = 0;
    for (size_t i = 0; i < 9; i++)
        sum += weights[i] * (unsigned)(strchr(alphabet, n->c[i]) - alphabet);
    return tf_taxid_checksum_if_not(n->c[9] == (uint8_t)alphabet[(sum + 6) % 11]);
}

enum tf_taxid tf_taxid_sg_uen(struct tf_taxid_number *n)
{
    if (n->len == 9)
        return sg_business(n);
    if (n->len != 10)
        return TF_TAXID_LENGTH;
    return tf_taxid_is_digit(n->c[0]) ? sg_company(n) : sg_other(n);
}

/* Thailand: people and companies by the same sum; the number is of neither where it does not hold. */
enum tf_taxid tf_taxid_th_tin(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.at = 12, .count = 12, .map = "10987654321", .weights = {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2}};
    return n->c[0] != '9' && tf_taxid_sum_holds(&sum, n->c) ? TF_TAXID_VALID : TF_TAXID_FORMAT;
}

/*
 * Taiwan: the digits of the products summed to a multiple of 10; where the seventh digit is 7, its product may count as 0 or 1. Numbers given since
 * April 2023 may have a multiple of 5; they fail here as they do with the peers.
 */
enum tf_taxid tf_taxid_tw_ubn(struct tf_taxid_number *n)
{
    static const uint8_t weights[] = {1, 2, 1, 2, 1, 2, 4, 1};
    unsigned sum = 0;
    for (size_t i = 0; i < 8; i++) {
        unsigned product = weights[i] * (unsigned)(n->c[i] - '0');
        sum += product / 10 + product % 10;
    }
    return tf_taxid_checksum_if_not(sum % 10 == 0 || (n->c[6] == '7' && (sum + 1) % 10 == 0));
}

/* Vietnam: province, serial from 1, check digit; a branch's own three digits, from 001, behind. */
enum tf_taxid tf_taxid_vn_mst(struct tf_taxid_number *n)
{
    bool exists = tf_taxid_value(n->c + 2, 7) > 0 && (n->len == 10 || tf_taxid_value(n->c + 10, 3) > 0);
    return exists ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}
