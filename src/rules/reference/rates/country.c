#include "taxflow/country.h"

#include "taxflow/clock.h"

enum { LETTERS = 2 };

static const struct member {
    const char *code;
    int32_t from, to; /* years; to: the first one outside, 0 = none */
} members[] = {
#define UNION_MEMBER(code, from, to) {code, from, to},
#include "union_members.def"
#undef UNION_MEMBER
};

static const struct outside {
    const char *code, *postcodes;
} outside[] = {
#define OUTSIDE_UNION(code, postcodes, name) {code, postcodes},
#include "outside_union.def"
#undef OUTSIDE_UNION
};

/* Pairs whose VAT numbers are the same: the second one gives those of the first. */
static const char *const one_vat[][2] = {
    {"GB", "XI"}, {"GB", "IM"}, {"FR", "MC"}, {"FR", "GP"}, {"FR", "MQ"}, {"FR", "RE"}, {"FR", "GF"},
    {"FR", "YT"}, {"FR", "BL"}, {"FR", "MF"}, {"ES", "IC"}, {"ES", "EA"}, {"FI", "AX"}, {"IT", "VA"},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

static char upper(char c) { return (char)(c & ~0x20); }

static uint16_t canonical(const char *letters)
{
    const uint16_t country = TF_COUNTRY(upper(letters[0]), upper(letters[1]));
    if (country == TF_COUNTRY('E', 'L'))
        return TF_COUNTRY('G', 'R');
    return country == TF_COUNTRY('U', 'K') ? TF_COUNTRY('G', 'B') : country;
}

static uint16_t of_row(const char *code) { return TF_COUNTRY(code[0], code[1]); }

uint16_t tf_country_of(struct tf_str code)
{
    code = tf_str_trim(code);
    return code.len == LETTERS && is_letter(code.ptr[0]) && is_letter(code.ptr[1]) ? canonical(code.ptr) : TF_COUNTRY_NONE;
}

uint16_t tf_country_of_vat_id(struct tf_str vat_id)
{
    vat_id = tf_str_trim(vat_id);
    if (vat_id.len <= LETTERS || !is_letter(vat_id.ptr[0]) || !is_letter(vat_id.ptr[1]))
        return TF_COUNTRY_NONE;
    const uint16_t country = canonical(vat_id.ptr);
    return country == TF_COUNTRY('E', 'U') || country == TF_COUNTRY('I', 'M') ? TF_COUNTRY_NONE : country;
}

void tf_country_text(uint16_t country, char out[3])
{
    out[0] = (char)(country >> 8);
    out[1] = (char)(country & 0xff);
    out[2] = '\0';
}

bool tf_country_in_union(uint16_t country, int32_t day)
{
    for (size_t i = 0; i < COUNT(members); i++)
        if (of_row(members[i].code) == country)
            return day >= tf_clock_days_from_civil(members[i].from, 1, 1) &&
                   (members[i].to == 0 || day < tf_clock_days_from_civil(members[i].to, 1, 1));
    return false;
}

/* The first of a pair for its second. */
static uint16_t vat_country(uint16_t country)
{
    for (size_t i = 0; i < COUNT(one_vat); i++)
        if (of_row(one_vat[i][1]) == country)
            return of_row(one_vat[i][0]);
    return country;
}

bool tf_country_same_vat(uint16_t a, uint16_t b)
{
    return a == b || vat_country(a) == vat_country(b);
}

struct tf_str tf_country_postcode(struct tf_str postcode)
{
    postcode = tf_str_trim(postcode);
    size_t letters = 0;
    while (letters < postcode.len && letters < LETTERS && is_letter(postcode.ptr[letters]))
        letters++;
    if (letters > 0 && letters < postcode.len && postcode.ptr[letters] == '-')
        return (struct tf_str){postcode.ptr + letters + 1, postcode.len - letters - 1};
    return postcode;
}

bool tf_country_postcode_among(struct tf_str postcode, const char *beginnings)
{
    postcode = tf_country_postcode(postcode);
    while (*beginnings) {
        const struct tf_str beginning = {beginnings, strcspn(beginnings, " ")};
        if (tf_str_starts(postcode, beginning))
            return true;
        beginnings += beginning.len;
        beginnings += strspn(beginnings, " ");
    }
    return false;
}

enum tf_country_area tf_country_vat_area(uint16_t country, struct tf_str postcode)
{
    for (size_t i = 0; i < COUNT(outside); i++) {
        if (of_row(outside[i].code) != country)
            continue;
        if (tf_str_blank(postcode))
            return TF_COUNTRY_UNSURE;
        return tf_country_postcode_among(postcode, outside[i].postcodes) ? TF_COUNTRY_OUTSIDE : TF_COUNTRY_INSIDE;
    }
    return TF_COUNTRY_INSIDE;
}
