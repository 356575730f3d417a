#include "taxflow/ids.h"

#include "check_digit.h"
#include "kinds.h"

static const struct iban_country {
    char code[3];
    const char *account;
} iban_countries[] = {
#define IBAN_COUNTRY(code, account) {code, account},
#include "iban_countries.def"
#undef IBAN_COUNTRY
};

static const struct iban_country *find_country(const uint8_t *code)
{
    size_t low = 0, high = sizeof iban_countries / sizeof iban_countries[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(code, iban_countries[middle].code, 2);
        if (order == 0)
            return &iban_countries[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool fits(uint8_t c, char class)
{
    return class == 'n' ? tf_taxid_is_digit(c) : tf_taxid_is_letter(c) || (class == 'c' && tf_taxid_is_digit(c));
}

/* "n4 a2 c12" */
static bool account_fits(const uint8_t *c, size_t len, const char *account)
{
    size_t place = 0;
    for (const char *part = account; *part;) {
        char class = *part++;
        size_t count = 0;
        while (*part >= '0' && *part <= '9')
            count = count * 10 + (size_t)(*part++ - '0');
        for (size_t i = 0; i < count; i++, place++)
            if (place >= len || !fits(c[place], class))
                return false;
        part += *part == ' ';
    }
    return place == len;
}

static bool letters_and_digits(const struct tf_taxid_number *n)
{
    for (size_t i = 0; i < n->len; i++)
        if (!fits(n->c[i], 'c'))
            return false;
    return n->len > 0;
}

/* What stands first is counted last; one is the remainder of a number that is right. */
static bool mod_97_holds_from(const struct tf_taxid_number *n, size_t first)
{
    return tf_taxid_mod_97(tf_taxid_mod_97(0, n->c + first, n->len - first), n->c, first) == 1;
}

/* Spain's account number (CCC): bank and branch, two check digits, account. */
static bool es_account_holds(const uint8_t *c)
{
    static const struct tf_taxid_sum branch = {.at = 8, .count = 8, .map = "01987654321", .weights = {4, 8, 5, 10, 9, 7, 3, 6}};
    static const struct tf_taxid_sum account = {.from = 10, .at = 9, .count = 10, .map = "01987654321", .weights = {1, 2, 4, 8, 5, 10, 9, 7, 3, 6}};
    return tf_taxid_sum_holds(&branch, c) && tf_taxid_sum_holds(&account, c);
}

/* Some countries' accounts have check digits of their own; those that are known here and never left wrong. */
static bool national_digits_hold(const uint8_t *iban)
{
    static const struct tf_taxid_sum norway = {.at = 10, .count = 10, .map = "0-987654321", .weights = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}};
    const uint8_t *account = iban + 4;
    if (memcmp(iban, "BE", 2) == 0) {
        uint32_t rest = tf_taxid_mod(account, 10, 97);
        return tf_taxid_value(account + 10, 2) == (rest ? rest : 97);
    }
    if (memcmp(iban, "ES", 2) == 0)
        return es_account_holds(account);
    if (memcmp(iban, "ME", 2) == 0)
        return tf_taxid_mod(account, 18, 97) == 1;
    return memcmp(iban, "NO", 2) != 0 || tf_taxid_sum_holds(&norway, account);
}

enum tf_taxid tf_taxid_zz_iban(struct tf_taxid_number *n)
{
    if (!letters_and_digits(n))
        return TF_TAXID_FORMAT;
    if (!mod_97_holds_from(n, n->len < 4 ? n->len : 4))
        return TF_TAXID_CHECKSUM;
    const struct iban_country *country = n->len < 4 ? NULL : find_country(n->c);
    if (!country)
        return TF_TAXID_COMPONENT;
    if (!account_fits(n->c + 4, n->len - 4, country->account))
        return TF_TAXID_FORMAT;
    return tf_taxid_checksum_if_not(national_digits_hold(n->c));
}

/* Second letters of the countries of ISO 3166-1 (and XK, Kosovo) by their first. */
static const char *const countries[26] = {
    "DEFGILMOQRSTUWXZ",
    "ABDEFGHIJLMNOQRSTVWYZ",
    "ACDFGHIKLMNORUVWXYZ",
    "EJKMOZ",
    "CEGHRST",
    "IJKMOR",
    "ABDEFGHILMNPQRSTUWY",
    "KMNRTU",
    "DELMNOQRST",
    "EMOP",
    "EGHIMNPRWYZ",
    "ABCIKRSTUVY",
    "ACDEFGHKLMNOPQRSTUVWXYZ",
    "ACEFGILOPRUZ",
    "M",
    "AEFGHKLMNRSTWY",
    "A",
    "EOSUW",
    "ABCDEGHIJKLMNORSTVXYZ",
    "CDFGHJKLMNORTVWZ",
    "AGMSYZ",
    "ACEGINU",
    "FS",
    "K",
    "ET",
    "AMW",
};

enum tf_taxid tf_taxid_zz_bic(struct tf_taxid_number *n)
{
    enum tf_taxid result = tf_taxid_number_match(n, "aaaa aa xx|aaaa aa xx xxx", TF_TAXID_LENGTH_FIRST);
    if (result != TF_TAXID_VALID)
        return result;
    return tf_taxid_one_of(n->c[5], countries[n->c[4] - 'A']) ? TF_TAXID_VALID : TF_TAXID_COMPONENT;
}

enum tf_taxid tf_taxid_zz_lei(struct tf_taxid_number *n)
{
    if (!letters_and_digits(n))
        return TF_TAXID_FORMAT;
    return mod_97_holds_from(n, 0) ? TF_TAXID_VALID : TF_TAXID_CHECKSUM;
}

enum tf_taxid tf_taxid_zz_iso11649(struct tf_taxid_number *n)
{
    if (n->len < 5 || n->len > 25)
        return TF_TAXID_LENGTH;
    if (!tf_taxid_number_starts(n, "RF") || !letters_and_digits(n))
        return TF_TAXID_FORMAT;
    return mod_97_holds_from(n, 4) ? TF_TAXID_VALID : TF_TAXID_CHECKSUM;
}

/* The weights 3 and 1 alternate from the right, beginning at the digit before the check digit. */
static bool gs1_holds(const struct tf_taxid_number *n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n->len; i++)
        sum += (uint32_t)(n->c[n->len - 1 - i] - '0') * (i % 2 ? 3 : 1);
    return sum % 10 == 0;
}

enum tf_taxid tf_taxid_zz_gs1_ean(struct tf_taxid_number *n)
{
    enum tf_taxid fits_form = tf_taxid_number_match(n, "dddd dddd|dddd dddd dddd|d dddd dddd dddd|dd dddd dddd dddd", TF_TAXID_FORMAT_FIRST);
    if (fits_form != TF_TAXID_VALID)
        return fits_form;
    return gs1_holds(n) ? TF_TAXID_VALID : TF_TAXID_CHECKSUM;
}

static enum tf_taxid check(struct tf_str text, enum tf_taxid (*rule)(struct tf_taxid_number *))
{
    struct tf_taxid_number number = {0};
    if (!tf_taxid_number_read(&number, text, TF_TAXID_SPACE | TF_TAXID_DASH))
        return TF_TAXID_LENGTH;
    return rule(&number);
}

static size_t account_len(const char *account)
{
    size_t len = 0, part = 0;
    for (const char *c = account; *c; c++) {
        part = *c >= '0' && *c <= '9' ? part * 10 + (size_t)(*c - '0') : 0;
        len += c[1] >= '0' && c[1] <= '9' ? 0 : part;
    }
    return len;
}

/* A person is told of a wrong length before the check digits, which a wrong length makes wrong as well. */
static enum tf_taxid iban_by_length(struct tf_taxid_number *n)
{
    if (n->len < 4)
        return TF_TAXID_LENGTH;
    if (!letters_and_digits(n))
        return TF_TAXID_FORMAT;
    const struct iban_country *country = find_country(n->c);
    if (!country)
        return TF_TAXID_COMPONENT;
    return n->len == 4 + account_len(country->account) ? tf_taxid_zz_iban(n) : TF_TAXID_LENGTH;
}

static enum tf_taxid lei_of_20(struct tf_taxid_number *n) { return n->len == 20 ? tf_taxid_zz_lei(n) : TF_TAXID_LENGTH; }

static enum tf_taxid gln_of_13(struct tf_taxid_number *n) { return n->len == 13 ? tf_taxid_zz_gs1_ean(n) : TF_TAXID_LENGTH; }

enum tf_taxid tf_ids_iban(struct tf_str iban) { return check(iban, iban_by_length); }
enum tf_taxid tf_ids_bic(struct tf_str bic) { return check(bic, tf_taxid_zz_bic); }
enum tf_taxid tf_ids_lei(struct tf_str lei) { return check(lei, lei_of_20); }
enum tf_taxid tf_ids_gln(struct tf_str gln) { return check(gln, gln_of_13); }
enum tf_taxid tf_ids_gtin(struct tf_str gtin) { return check(gtin, tf_taxid_zz_gs1_ean); }
enum tf_taxid tf_ids_reference(struct tf_str reference) { return check(reference, tf_taxid_zz_iso11649); }
