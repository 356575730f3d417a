/* Tax numbers of the European Union, M to Z by country, and those of the Union itself; personal and register numbers of its states. */
#include "check_digit.h"
#include "kinds.h"

/* Malta: six digits and two that make the weighted sum a multiple of 37. */
enum tf_taxid tf_taxid_mt_vat(struct tf_taxid_number *n)
{
    static const int16_t weights[] = {3, 4, 6, 7, 8, 9, 10, 1};
    return tf_taxid_checksum_if_not(tf_taxid_weigh(n->c, weights, 8) % 37 == 0);
}

static bool nl_eleven_proof(const uint8_t *c)
{
    static const struct tf_taxid_sum sum = {.at = 8, .count = 8, .map = "0123456789-", .weights = {9, 8, 7, 6, 5, 4, 3, 2}};
    return tf_taxid_sum_holds(&sum, c);
}

static bool nl_number(const uint8_t *c, size_t count) { return tf_taxid_digits(c, count) && !tf_taxid_zeros(c, count); }

/* The Dutch citizen's number: the eleven proof; leading zeros may be left away. */
enum tf_taxid tf_taxid_nl_bsn(struct tf_taxid_number *n)
{
    tf_taxid_number_pad(n, 9);
    if (!nl_number(n->c, n->len))
        return TF_TAXID_FORMAT;
    if (n->len != 9)
        return TF_TAXID_LENGTH;
    return tf_taxid_checksum_if_not(nl_eleven_proof(n->c));
}

/* Netherlands: nine digits, B, two digits. Until 2020 the nine pass the eleven proof; since then the whole, NL before it, is 1 by MOD 97-10. */
enum tf_taxid tf_taxid_nl_vat(struct tf_taxid_number *n)
{
    static const uint8_t country[] = {'N', 'L'};
    if (n->len > 3)
        tf_taxid_number_pad(n, 12);
    if (n->len < 11 || !nl_number(n->c, 9) || !nl_number(n->c + 10, n->len - 10))
        return TF_TAXID_FORMAT;
    if (n->len != 12)
        return TF_TAXID_LENGTH;
    if (n->c[9] != 'B')
        return TF_TAXID_FORMAT;
    return tf_taxid_checksum_if_not(nl_eleven_proof(n->c) || tf_taxid_mod_97(tf_taxid_mod_97(0, country, 2), n->c, n->len) == 1);
}

/* Poland's register of economic units: nine digits, or fourteen for a local unit, whose own check digit stands last. */
enum tf_taxid tf_taxid_pl_regon(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum company = {.at = 8, .count = 8, .map = "01234567890", .weights = {8, 9, 2, 3, 4, 5, 6, 7}};
    static const struct tf_taxid_sum unit = {.at = 13, .count = 13, .map = "01234567890", .weights = {2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8}};
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&company, n->c) && (n->len == 9 || tf_taxid_sum_holds(&unit, n->c)));
}

/* Romanian personal number: sex and century, yymmdd, county, serial, check digit. */
static enum tf_taxid ro_person(const struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.at = 12, .count = 12, .map = "01234567891", .weights = {2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9}};
    static const uint16_t centuries[10] = {0, 1900, 1900, 1800, 1800, 2000, 2000, 1900, 1900, 1900};
    if (!tf_taxid_digits(n->c, 13))
        return TF_TAXID_FORMAT;
    if (n->c[0] == '0')
        return TF_TAXID_COMPONENT;
    unsigned year = centuries[n->c[0] - '0'] + (unsigned)tf_taxid_value(n->c + 1, 2), county = (unsigned)tf_taxid_value(n->c + 7, 2);
    if (!tf_taxid_day_exists(year, (unsigned)tf_taxid_value(n->c + 3, 2), (unsigned)tf_taxid_value(n->c + 5, 2)))
        return TF_TAXID_COMPONENT;
    if (county < 1 || county > 52)
        return TF_TAXID_COMPONENT;
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c));
}

/* Romania: two to ten digits of a company, the weights counted from the right; or a personal number. */
enum tf_taxid tf_taxid_ro_vat(struct tf_taxid_number *n)
{
    static const int16_t weights[] = {7, 5, 3, 2, 1, 7, 5, 3, 2};
    if (n->len == 13)
        return ro_person(n);
    if (n->len < 2 || n->len > 10)
        return TF_TAXID_LENGTH;
    if (!tf_taxid_digits(n->c, n->len) || n->c[0] == '0')
        return TF_TAXID_FORMAT;
    tf_taxid_number_pad(n, 10);
    return tf_taxid_checksum_if_not(10 * tf_taxid_weigh(n->c, weights, 9) % 11 % 10 == n->c[9] - '0');
}

/* Sweden: the ten digits of the register by Luhn, then 01. */
enum tf_taxid tf_taxid_se_vat(struct tf_taxid_number *n)
{
    if (n->len < 3 || !tf_taxid_digits(n->c, n->len) || n->c[n->len - 2] != '0' || n->c[n->len - 1] != '1')
        return TF_TAXID_FORMAT;
    if (n->len != 12)
        return TF_TAXID_LENGTH;
    return tf_taxid_checksum_if_not(tf_taxid_luhn(n->c, 10));
}

/* Slovakia: a multiple of 11; a person's is the birth number. */
enum tf_taxid tf_taxid_sk_vat(struct tf_taxid_number *n)
{
    if (n->len == 0 || !tf_taxid_digits(n->c, n->len))
        return TF_TAXID_FORMAT;
    if (n->len != 10)
        return TF_TAXID_LENGTH;
    if (tf_taxid_cz_birth_number(n) == TF_TAXID_VALID)
        return TF_TAXID_VALID;
    if (n->c[0] == '0' || !tf_taxid_one_of(n->c[2], "234789"))
        return TF_TAXID_FORMAT;
    return tf_taxid_checksum_if_not(tf_taxid_mod(n->c, 10, 11) == 0);
}
