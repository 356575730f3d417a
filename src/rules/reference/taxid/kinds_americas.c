/* Tax numbers of the Americas. */
#include "check_digit.h"
#include "kinds.h"

/* Argentina: the first two digits say what kind of taxpayer. */
enum tf_taxid tf_taxid_ar_cuit(struct tf_taxid_number *n)
{
    static const char types[][3] = {"20", "23", "24", "27", "30", "33", "34", "50", "51", "55"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (tf_taxid_number_starts(n, types[i]))
            return TF_TAXID_VALID;
    return TF_TAXID_COMPONENT;
}

/* Brazil: the check digits of zeros are zeros, and nobody has that number. */
enum tf_taxid tf_taxid_br_number(struct tf_taxid_number *n) { return tf_taxid_zeros(n->c, n->len) ? TF_TAXID_FORMAT : TF_TAXID_VALID; }

/* Canada: nine digits by Luhn; a program account has two letters of the program and four digits behind. */
enum tf_taxid tf_taxid_ca_bn(struct tf_taxid_number *n)
{
    static const char programs[][3] = {"RC", "RM", "RP", "RT"};
    if (n->len != 9 && n->len != 15)
        return TF_TAXID_LENGTH;
    if (!tf_taxid_digits(n->c, 9))
        return TF_TAXID_FORMAT;
    if (!tf_taxid_luhn(n->c, 9))
        return TF_TAXID_CHECKSUM;
    if (n->len == 9)
        return TF_TAXID_VALID;
    bool known = false;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        known = known || memcmp(n->c + 9, programs[i], 2) == 0;
    if (!known)
        return TF_TAXID_COMPONENT;
    return tf_taxid_digits(n->c + 11, 4) ? TF_TAXID_VALID : TF_TAXID_FORMAT;
}

/* Canada's social insurance numbers begin with neither 0 nor 8. */
enum tf_taxid tf_taxid_ca_sin(struct tf_taxid_number *n) { return n->c[0] == '0' || n->c[0] == '8' ? TF_TAXID_COMPONENT : TF_TAXID_VALID; }

/* Chile: seven or eight digits, weights 2 to 7 over and over from the right; 10 is written K. */
enum tf_taxid tf_taxid_cl_rut(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.at = 8, .count = 8, .map = "0K987654321", .weights = {3, 2, 7, 6, 5, 4, 3, 2}};
    uint8_t last = n->c[n->len - 1];
    if (!tf_taxid_digits(n->c, n->len - 1))
        return TF_TAXID_FORMAT;
    if (!tf_taxid_is_digit(last) && last != 'K')
        return TF_TAXID_CHECKSUM;
    tf_taxid_number_pad(n, 9);
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c));
}

/* Colombia: up to fifteen digits before the check digit, primes as weights from the right. */
enum tf_taxid tf_taxid_co_nit(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {
        .at = 15, .count = 15, .map = "01987654321", .weights = {71, 67, 59, 53, 47, 43, 41, 37, 29, 23, 19, 17, 13, 7, 3}};
    if (n->len < 8 || n->len > 16)
        return TF_TAXID_LENGTH;
    if (!tf_taxid_digits(n->c, n->len))
        return TF_TAXID_FORMAT;
    tf_taxid_number_pad(n, 16);
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c));
}

/* Costa Rica: class 2 the state, 3 companies and associations, 4 and 5 institutions; each class has its types. */
enum tf_taxid tf_taxid_cr_cpj(struct tf_taxid_number *n)
{
    uint64_t type = tf_taxid_value(n->c + 1, 3);
    bool exists = false;
    switch (n->c[0]) {
    case '2': exists = type == 100 || type == 200 || type == 300 || type == 400; break;
    case '3': exists = (type >= 2 && type <= 14) || (type >= 101 && type <= 110); break;
    case '4': exists = type == 0; break;
    case '5': exists = type == 1; break;
    default: break;
    }
    return exists ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* Dominican Republic: nine digits, modulo 11. Some were given out with another check digit, or with eight digits, and are in use. */
enum tf_taxid tf_taxid_do_rnc(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.at = 8, .count = 8, .map = "21987654321", .weights = {7, 9, 8, 6, 5, 4, 3, 2}};
    static const uint32_t in_use[] = {10233317,  101581601, 101582245, 101595422, 101595785, 131188691, 401007374, 501341601,
                                      501378067, 501620371, 501651319, 501651823, 501651845, 501651926, 501656006, 501658167,
                                      501670785, 501676936, 501680158, 504654542, 504680029, 504681442, 505038691};
    enum tf_taxid result = tf_taxid_number_match(n, "ddddddddd|10233317", TF_TAXID_FORMAT_FIRST);
    if (result != TF_TAXID_VALID)
        return result;
    for (size_t i = 0; i < sizeof in_use / sizeof in_use[0]; i++)
        if (in_use[i] == tf_taxid_value(n->c, n->len))
            return TF_TAXID_VALID;
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c));
}

static enum tf_taxid ec_person(const uint8_t *c)
{
    static const struct tf_taxid_sum sum = {.at = 9, .count = 9, .cross = true, .map = "0987654321", .weights = {2, 1, 2, 1, 2, 1, 2, 1, 2}};
    if (tf_taxid_value(c + 10, 3) == 0)
        return TF_TAXID_COMPONENT;
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, c));
}

/* Ecuador: province, a digit for what it is (to 5 a person, 6 the state or a person, 9 a company or the state), serial, check digit, branch. */
enum tf_taxid tf_taxid_ec_ruc(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum company = {.at = 9, .count = 9, .map = "0-987654321", .weights = {4, 3, 2, 7, 6, 5, 4, 3, 2}};
    static const struct tf_taxid_sum state = {.at = 8, .count = 8, .map = "0-987654321", .weights = {3, 2, 7, 6, 5, 4, 3, 2}};
    uint64_t province = tf_taxid_value(n->c, 2);
    if ((province < 1 || province > 24) && province != 30 && province != 50)
        return TF_TAXID_COMPONENT;
    if ((n->c[2] == '6' || n->c[2] == '9') && tf_taxid_value(n->c + 9, 4) > 0 && tf_taxid_sum_holds(&state, n->c))
        return TF_TAXID_VALID;
    if (n->c[2] <= '6')
        return ec_person(n->c);
    if (n->c[2] != '9' || tf_taxid_value(n->c + 10, 3) == 0)
        return TF_TAXID_COMPONENT;
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&company, n->c));
}

/* Guatemala: up to eleven digits, each times its distance from the right plus one, and a check digit; 10 is written K. */
enum tf_taxid tf_taxid_gt_nit(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.at = 11, .count = 11, .map = "0K987654321", .weights = {12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2}};
    while (n->len > 0 && n->c[0] == '0')
        tf_taxid_number_drop(n, 1);
    if (n->len < 2 || n->len > 12)
        return TF_TAXID_LENGTH;
    uint8_t last = n->c[n->len - 1];
    if (!tf_taxid_digits(n->c, n->len - 1) || (!tf_taxid_is_digit(last) && last != 'K'))
        return TF_TAXID_FORMAT;
    tf_taxid_number_pad(n, 12);
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c));
}

static int mx_value(uint8_t c, const char *alphabet) { return tf_taxid_one_of(c, alphabet) ? (int)(strchr(alphabet, c) - alphabet) : -1; }

static bool mx_day(const uint8_t *c, unsigned century)
{
    return tf_taxid_day_exists(century + (unsigned)tf_taxid_value(c, 2), (unsigned)tf_taxid_value(c + 2, 2), (unsigned)tf_taxid_value(c + 4, 2));
}

static bool mx_word_banned(const uint8_t *c, const char words[][5], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(c, words[i], 4) == 0)
            return true;
    return false;
}

/* Four letters that would make a word one does not say are changed before a CURP or an RFC is given: the published list of each. */
static const char mx_curp_words[][5] = {
    "BACA", "BAKA", "BUEI", "BUEY", "CACA", "CACO", "CAGA", "CAGO", "CAKA", "CAKO", "COGE", "COGI", "COJA", "COJE", "COJI", "COJO", "COLA",
    "CULO", "FALO", "FETO", "GETA", "GUEI", "GUEY", "JETA", "JOTO", "KACA", "KACO", "KAGA", "KAGO", "KAKA", "KAKO", "KOGE", "KOGI", "KOJA",
    "KOJE", "KOJI", "KOJO", "KOLA", "KULO", "LILO", "LOCA", "LOCO", "LOKA", "LOKO", "MAME", "MAMO", "MEAR", "MEAS", "MEON", "MIAR", "MION",
    "MOCO", "MOKO", "MULA", "MULO", "NACA", "NACO", "PEDA", "PEDO", "PENE", "PIPI", "PITO", "POPO", "PUTA", "PUTO", "QULO", "RATA", "ROBA",
    "ROBE", "ROBO", "RUIN", "SENO", "TETA", "VACA", "VAGA", "VAGO", "VAKA", "VUEI", "VUEY", "WUEI", "WUEY",
};

static const char mx_rfc_words[][5] = {
    "BUEI", "BUEY", "CACA", "CACO", "CAGA", "CAGO", "CAKA", "CAKO", "COGE", "COJA", "COJE", "COJI", "COJO", "CULO",
    "FETO", "GUEY", "JOTO", "KACA", "KACO", "KAGA", "KAGO", "KAKA", "KOGE", "KOJO", "KULO", "MAME", "MAMO", "MEAR",
    "MEAS", "MEON", "MION", "MOCO", "MULA", "PEDA", "PEDO", "PENE", "PUTA", "PUTO", "QULO", "RATA", "RUIN",
};

static bool mx_state(const uint8_t *c)
{
    static const char states[] = "AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NE NL NT OC PL QR QT SL SP SR TC TL TS VZ YN ZS";
    for (const char *state = states; *state; state += state[2] ? 3 : 2)
        if (memcmp(c, state, 2) == 0)
            return true;
    return false;
}

/* Mexico's people: letters of the names, yymmdd, sex, state, consonants, a character for the century, a check digit. */
enum tf_taxid tf_taxid_mx_curp(struct tf_taxid_number *n)
{
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ";
    if (mx_word_banned(n->c, mx_curp_words, sizeof mx_curp_words / sizeof mx_curp_words[0]))
        return TF_TAXID_COMPONENT;
    if (!mx_day(n->c + 4, tf_taxid_is_digit(n->c[16]) ? 1900 : 2000))
        return TF_TAXID_COMPONENT;
    if (n->c[10] != 'H' && n->c[10] != 'M')
        return TF_TAXID_COMPONENT;
    if (!mx_state(n->c + 11))
        return TF_TAXID_COMPONENT;
    unsigned sum = 0;
    for (unsigned i = 0; i < 17; i++)
        sum += (18 - i) * (unsigned)mx_value(n->c[i], alphabet);
    return tf_taxid_checksum_if_not(n->c[17] == '0' + (10 - sum % 10) % 10);
}

static bool mx_name(const uint8_t *c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!tf_taxid_is_letter(c[i]) && c[i] != '&' && c[i] != TF_TAXID_BYTE_N_TILDE)
            return false;
    return true;
}

static bool mx_homoclave(const uint8_t *c)
{
    for (size_t i = 0; i < 3; i++)
        if (!tf_taxid_is_digit(c[i]) && !tf_taxid_is_letter(c[i]))
            return false;
    return true;
}

/* Mexico: three letters of a company or four of a person, yymmdd, three characters that tell namesakes apart; many in use have a wrong last one. */
enum tf_taxid tf_taxid_mx_rfc(struct tf_taxid_number *n)
{
    if (n->len != 10 && n->len != 12 && n->len != 13)
        return TF_TAXID_LENGTH;
    size_t letters = n->len == 12 ? 3 : 4;
    if (!mx_name(n->c, letters) || !tf_taxid_digits(n->c + letters, 6) || (n->len > 10 && !mx_homoclave(n->c + letters + 6)))
        return TF_TAXID_FORMAT;
    if (letters == 4 && mx_word_banned(n->c, mx_rfc_words, sizeof mx_rfc_words / sizeof mx_rfc_words[0]))
        return TF_TAXID_COMPONENT;
    return mx_day(n->c + letters, 2000) ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* Peru: 10 people, 15 those without papers, 17 foreigners, 20 companies. */
enum tf_taxid tf_taxid_pe_ruc(struct tf_taxid_number *n)
{
    uint64_t type = tf_taxid_value(n->c, 2);
    return type == 10 || type == 15 || type == 17 || type == 20 ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* Paraguay: five to nine digits, weights from 2 up, from the right. */
enum tf_taxid tf_taxid_py_ruc(struct tf_taxid_number *n)
{
    static const struct tf_taxid_sum sum = {.at = 8, .count = 8, .map = "00987654321", .weights = {9, 8, 7, 6, 5, 4, 3, 2}};
    if (n->len > 9)
        return TF_TAXID_LENGTH;
    if (n->len == 0 || !tf_taxid_digits(n->c, n->len))
        return TF_TAXID_FORMAT;
    tf_taxid_number_pad(n, 9);
    return tf_taxid_checksum_if_not(tf_taxid_sum_holds(&sum, n->c));
}

/* What the digits and dashes of a number look like: 'd' and '-'. */
static bool us_looks(const struct tf_taxid_number *n, const char *pattern)
{
    return tf_taxid_number_match(n, pattern, TF_TAXID_WHOLE) == TF_TAXID_VALID;
}

/* The nine digits without their dashes, or NULL where the dashes stand elsewhere. */
static const uint8_t *us_digits(const struct tf_taxid_number *n, const char *pattern, uint8_t out[9])
{
    size_t count = 0;
    if (!us_looks(n, pattern))
        return NULL;
    for (size_t i = 0; i < n->len; i++)
        if (n->c[i] != '-')
            out[count++] = n->c[i];
    return out;
}

static const char us_person[] = "ddd dd dddd|ddd-dd dddd|ddd dd-dddd|ddd-dd-dddd", us_company[] = "dd ddddddd|dd-ddddddd";

/* The first two digits of an employer's number are those of a campus of the IRS, or of the Internet. */
enum tf_taxid tf_taxid_us_ein(struct tf_taxid_number *n)
{
    static const uint8_t unused[] = {0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97};
    uint8_t digits[9];
    if (!us_digits(n, us_company, digits))
        return TF_TAXID_FORMAT;
    return memchr(unused, (int)tf_taxid_value(digits, 2), sizeof unused) ? TF_TAXID_COMPONENT : TF_TAXID_VALID;
}

enum tf_taxid tf_taxid_us_itin(struct tf_taxid_number *n)
{
    uint8_t digits[9];
    if (!us_digits(n, us_person, digits))
        return TF_TAXID_FORMAT;
    uint64_t group = tf_taxid_value(digits + 3, 2);
    return digits[0] == '9' && group >= 70 && group != 89 && group != 93 ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* Neither area, group nor serial is all zeros; areas 666 and 900 on are not given; three numbers were printed in advertisements. */
enum tf_taxid tf_taxid_us_ssn(struct tf_taxid_number *n)
{
    uint8_t digits[9];
    if (!us_digits(n, us_person, digits))
        return TF_TAXID_FORMAT;
    uint64_t number = tf_taxid_value(digits, 9), area = number / 1000000;
    bool given = area != 0 && area != 666 && area < 900 && number / 10000 % 100 != 0 && number % 10000 != 0;
    bool printed = number == 78051120 || number == 457555462 || number == 219099999;
    return given && !printed ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* P and eight digits, with dashes anywhere. */
static bool us_preparer(const struct tf_taxid_number *n)
{
    size_t digits = 0;
    for (size_t i = 1; i < n->len; i++) {
        if (n->c[i] != '-' && !tf_taxid_is_digit(n->c[i]))
            return false;
        digits += n->c[i] != '-';
    }
    return n->len > 0 && n->c[0] == 'P' && digits == 8;
}

/* Any of the numbers of taxpayers: people's, employers', and tax preparers' (P and eight digits). */
enum tf_taxid tf_taxid_us_tin(struct tf_taxid_number *n)
{
    if (us_looks(n, us_person) || us_preparer(n))
        return TF_TAXID_VALID;
    return tf_taxid_us_ein(n) == TF_TAXID_VALID ? TF_TAXID_VALID : TF_TAXID_FORMAT;
}

/* Uruguay: registry 01 to 22, a serial, 001. */
enum tf_taxid tf_taxid_uy_rut(struct tf_taxid_number *n)
{
    uint64_t registry = tf_taxid_value(n->c, 2);
    bool exists = registry >= 1 && registry <= 22 && tf_taxid_value(n->c + 2, 6) > 0 && tf_taxid_value(n->c + 8, 3) == 1;
    return exists ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

/* Venezuela: a letter that counts: V citizens, E foreigners, J companies, P passports, G the state. */
enum tf_taxid tf_taxid_ve_rif(struct tf_taxid_number *n)
{
    static const char types[] = "VEJPG";
    static const int16_t weights[] = {3, 2, 7, 6, 5, 4, 3, 2};
    if (n->len != 10)
        return TF_TAXID_LENGTH;
    if (!tf_taxid_one_of(n->c[0], types))
        return TF_TAXID_COMPONENT;
    if (!tf_taxid_digits(n->c + 1, 9))
        return TF_TAXID_FORMAT;
    int32_t sum = 4 * (int32_t)(strchr(types, n->c[0]) - types + 1) + tf_taxid_weigh(n->c + 1, weights, 8);
    return tf_taxid_checksum_if_not(n->c[9] == (uint8_t) "00987654321"[sum % 11]);
}
