/* VAT numbers that begin with a country: which kind checks them. */
#include "check_digit.h"
#include "kinds.h"

static const struct vat_country {
    char prefix[3];
    bool member; /* a state of the Union, or Northern Ireland */
    char country[3];
    const char *kind;
    enum { WITH, WITHOUT } reads; /* the prefix */
    const char *other;
} vat_countries[] = {
#define VAT_COUNTRY(prefix, member, country, kind, reads, other) {prefix, member, country, kind, reads, other},
#include "vat_countries.def"
#undef VAT_COUNTRY
};

static const struct vat_country *find(const uint8_t *prefix)
{
    size_t low = 0, high = sizeof vat_countries / sizeof vat_countries[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = memcmp(prefix, vat_countries[middle].prefix, 2);
        if (order == 0)
            return &vat_countries[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static enum tf_taxid check_as(const struct vat_country *country, const char *kind, struct tf_str number)
{
    return tf_taxid_check(tf_str_of(country->country), tf_str_of(kind), number);
}

enum tf_taxid tf_taxid_check_vat(struct tf_str number)
{
    struct tf_taxid_number letters = {0};
    number = tf_str_trim(number);
    if (number.len < 2 || !tf_taxid_number_read(&letters, (struct tf_str){number.ptr, 2}, 0) || letters.len != 2)
        return TF_TAXID_UNKNOWN;
    const struct vat_country *country = find(letters.c);
    if (!country)
        return TF_TAXID_UNKNOWN;
    struct tf_str without = {number.ptr + 2, number.len - 2};
    enum tf_taxid result = check_as(country, country->kind, country->reads == WITH ? number : without);
    if (result == TF_TAXID_VALID || !country->other[0])
        return result;
    bool other = check_as(country, country->other, number) == TF_TAXID_VALID || check_as(country, country->other, without) == TF_TAXID_VALID;
    return other ? TF_TAXID_VALID : result;
}

/* A VAT number of any state of the Union, with its prefix. */
enum tf_taxid tf_taxid_eu_vat(struct tf_taxid_number *n)
{
    const struct vat_country *country = n->len >= 2 ? find(n->c) : NULL;
    if (!country || !country->member)
        return TF_TAXID_COMPONENT;
    struct tf_str text = {(const char *)n->c, n->len};
    return check_as(country, country->kind, text);
}

/* The states' numeric codes in the one stop shop: ISO 3166-1, and 900 for Northern Ireland. */
static const uint16_t state_codes[] = {40,  56,  100, 191, 196, 203, 208, 233, 246, 250, 276, 300, 348, 372,
                                       380, 428, 440, 442, 470, 528, 616, 620, 642, 703, 705, 724, 752, 900};

/* One stop shop: EU (services from outside the Union) and nine digits, or IM (import) and ten; the first three name the state of registration. */
enum tf_taxid tf_taxid_eu_oss(struct tf_taxid_number *n)
{
    bool services = tf_taxid_number_starts(n, "EU"), import = tf_taxid_number_starts(n, "IM");
    if (!services && !import)
        return TF_TAXID_COMPONENT;
    if (n->len != (services ? 11u : 12u))
        return TF_TAXID_LENGTH;
    if (!tf_taxid_digits(n->c + 2, n->len - 2))
        return TF_TAXID_FORMAT;
    uint64_t state = tf_taxid_value(n->c + 2, 3);
    for (size_t i = 0; i < sizeof state_codes / sizeof state_codes[0]; i++)
        if (state_codes[i] == state)
            return TF_TAXID_VALID;
    return TF_TAXID_COMPONENT;
}
