/*
 * PEPPOL-COMMON: what an identifier must look like by its scheme (ISO 6523, EAS).
 * UBL asks EndpointID, PartyIdentification/ID and CompanyID; CII every URIID, ID and GlobalID, those of items and places as well.
 */
#include "peppol.h"
#include "stray.h"

enum where { ANYWHERE, ENDPOINT };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Whether s has the characters of a form: d a digit, a letter or sign in capitals itself. */
static bool has_form(struct tf_str s, const char *form)
{
    if (s.len != strlen(form))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (form[i] == 'd' ? !is_digit(s.ptr[i]) : form[i] != s.ptr[i])
            return false;
    return true;
}

static bool has_digits(struct tf_str s)
{
    size_t i = 0;
    while (i < s.len && is_digit(s.ptr[i]))
        i++;
    return s.len > 0 && i == s.len;
}

static unsigned digit(struct tf_str s, size_t i)
{
    return (unsigned)(s.ptr[i] - '0');
}

/* GS1 General Specifications 7.9: weights 3 and 1 from the right. */
static bool is_gln(struct tf_str s)
{
    if (!has_digits(s))
        return false;
    unsigned long sum = 0;
    for (size_t i = 1; i < s.len; i++)
        sum += digit(s, s.len - 1 - i) * (i % 2 == 1 ? 3 : 1);
    return (10 - sum % 10) % 10 == digit(s, s.len - 1);
}

/* Brønnøysund: weights 2 to 7 from the right, modulus 11; 10 is no check digit. */
static bool is_norwegian(struct tf_str s)
{
    if (!has_form(s, "ddddddddd") || has_form(s, "000000000"))
        return false;
    unsigned sum = 0;
    for (size_t i = 1; i < s.len; i++)
        sum += digit(s, s.len - 1 - i) * ((unsigned)(i - 1) % 6 + 2);
    return (11 - sum % 11) % 11 == digit(s, s.len - 1);
}

static bool is_danish(struct tf_str s)
{
    return has_form(s, "dddddddd") || has_form(s, "DKdddddddd");
}

/* Crossroads Bank for Enterprises: the last two digits are 97 less the rest of the first eight by 97. */
static bool is_belgian(struct tf_str s)
{
    if (!has_form(s, "dddddddddd"))
        return false;
    unsigned long first = 0;
    for (size_t i = 0; i < 8; i++)
        first = first * 10 + digit(s, i);
    return 97 - first % 97 == digit(s, 8) * 10 + digit(s, 9);
}

static bool is_ipa(struct tf_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_digit(s.ptr[i]) && !is_letter(s.ptr[i]))
            return false;
    return s.len == 6;
}

/* What XPath casts to xs:integer: digits, a sign before them, white space around them. */
static bool is_integer(struct tf_str s)
{
    s = tf_str_trim(s);
    if (s.len > 0 && (s.ptr[0] == '+' || s.ptr[0] == '-')) {
        s.ptr++;
        s.len--;
    }
    return has_digits(s);
}

static struct tf_str part(struct tf_str s, size_t from, size_t len)
{
    return (struct tf_str){s.ptr + from, len};
}

static bool are_letters(struct tf_str s)
{
    size_t i = 0;
    while (i < s.len && is_letter(s.ptr[i]))
        i++;
    return i == s.len;
}

/* Agenzia delle Entrate, codice fiscale: of a company eleven digits; of a person letters and digits in their places, no check digit asked. */
static bool is_italian_tax_code(struct tf_str s)
{
    if (s.len == 11)
        return is_integer(s);
    return s.len == 16 && are_letters(part(s, 0, 6)) && is_integer(part(s, 6, 2)) && are_letters(part(s, 8, 1)) &&
           is_integer(part(s, 9, 2)) && is_integer(part(s, 14, 1)) && are_letters(part(s, 15, 1));
}

/* Sum of the digits with every second one, from the given side on, doubled digit by digit (ISO/IEC 7812-1, Luhn). */
static unsigned luhn(struct tf_str s, size_t doubled)
{
    unsigned sum = 0;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned twice = 2 * digit(s, i);
        sum += i % 2 == doubled ? twice / 10 + twice % 10 : digit(s, i);
    }
    return sum;
}

/* Other countries' numbers pass; the artefact asks Italian ones alone. */
static bool is_italian_vat_number(struct tf_str s)
{
    if (s.len < 2 || !(tf_str_starts(s, TF_STR("IT")) || tf_str_starts(s, TF_STR("it"))))
        return true;
    const struct tf_str number = part(s, 2, s.len - 2);
    return has_form(number, "ddddddddddd") && luhn(number, 1) % 10 == 0;
}

static bool is_swedish(struct tf_str s)
{
    return has_form(s, "dddddddddd") && luhn(s, 0) % 10 == 0;
}

/* Australian Business Register: one off the first digit, weights 10, 1, 3, 5 …, modulus 89. CII's artefact looks at eleven characters of any kind. */
static bool is_abn(struct tf_str s)
{
    static const int weights[] = {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
    if (s.len < 11)
        return false;
    int sum = -weights[0];
    for (size_t i = 0; i < 11; i++)
        sum += ((unsigned char)s.ptr[i] - '0') * weights[i];
    return sum % 89 == 0;
}

static bool is_australian(struct tf_str s)
{
    return has_form(s, "ddddddddddd") && is_abn(s);
}

static bool is_danish_place(struct tf_str s)
{
    return has_form(s, "dddddddddd");
}

static bool is_danish_vat_number(struct tf_str s)
{
    return has_form(s, "DKdddddddd");
}

static bool is_kvk(struct tf_str s)
{
    return has_form(s, "dddddddd");
}

static bool is_oin(struct tf_str s)
{
    return has_form(s, "dddddddddddddddddddd");
}

static bool is_dutch_vat_number(struct tf_str s)
{
    return has_form(s, "NLdddddddddBdd");
}

static bool is_dutch_branch(struct tf_str s)
{
    return has_form(s, "dddddddddddd");
}

enum asked_in { ALWAYS, UBL_ALONE, CII_ALONE, SINCE_2026 };

static const struct scheme {
    const char *scheme;
    enum tf_rule rule;
    bool (*fits)(struct tf_str id);
    enum where where;
    enum asked_in in;
    bool raw; /* blanks around it count */
} schemes[] = {
    {"0088", TF_RULE_PEPPOL_COMMON_R040, is_gln, ANYWHERE, ALWAYS, false},
    {"0192", TF_RULE_PEPPOL_COMMON_R041, is_norwegian, ANYWHERE, ALWAYS, false},
    {"0184", TF_RULE_PEPPOL_COMMON_R042, is_danish, ANYWHERE, ALWAYS, true},
    {"0208", TF_RULE_PEPPOL_COMMON_R043, is_belgian, ANYWHERE, ALWAYS, false},
    {"0201", TF_RULE_PEPPOL_COMMON_R044, is_ipa, ANYWHERE, ALWAYS, false},
    {"0210", TF_RULE_PEPPOL_COMMON_R045, is_italian_tax_code, ANYWHERE, ALWAYS, false},
    {"9907", TF_RULE_PEPPOL_COMMON_R046, is_italian_tax_code, ENDPOINT, ALWAYS, false},
    {"0211", TF_RULE_PEPPOL_COMMON_R047, is_italian_vat_number, ANYWHERE, ALWAYS, false},
    {"9906", TF_RULE_PEPPOL_COMMON_R048, is_italian_vat_number, ENDPOINT, CII_ALONE, false},
    {"0007", TF_RULE_PEPPOL_COMMON_R049, is_swedish, ANYWHERE, ALWAYS, false},
    {"0151", TF_RULE_PEPPOL_COMMON_R050, is_australian, ANYWHERE, UBL_ALONE, false},
    {"0151", TF_RULE_PEPPOL_COMMON_R050, is_abn, ANYWHERE, CII_ALONE, false},
    {"0096", TF_RULE_PEPPOL_COMMON_R052, is_danish_place, ANYWHERE, SINCE_2026, true},
    {"0198", TF_RULE_PEPPOL_COMMON_R053, is_danish_vat_number, ANYWHERE, SINCE_2026, true},
    {"0106", TF_RULE_PEPPOL_COMMON_R054, is_kvk, ANYWHERE, SINCE_2026, false},
    {"0190", TF_RULE_PEPPOL_COMMON_R055, is_oin, ANYWHERE, SINCE_2026, false},
    {"9944", TF_RULE_PEPPOL_COMMON_R056_1, is_dutch_vat_number, ANYWHERE, SINCE_2026, false},
    {"0217", TF_RULE_PEPPOL_COMMON_R057, is_dutch_branch, ANYWHERE, SINCE_2026, false},
};

static bool is_asked(const struct scheme *row, const struct tf_case *c, enum where where)
{
    const bool cii = tf_peppol_of_cii(c);
    const bool in = row->in == ALWAYS || (row->in == SINCE_2026 ? tf_peppol_is_of_2026(c) : cii == (row->in == CII_ALONE));
    return in && (row->where == ANYWHERE || where == ENDPOINT);
}

static void judge(struct tf_case *c, const struct tf_id *id, enum where where, struct tf_spot spot)
{
    if (!tf_str_present(id->scheme) || !tf_str_present(id->id))
        return;
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        const struct scheme *row = &schemes[i];
        if (!is_asked(row, c, where) || !tf_str_is(id->scheme, row->scheme))
            continue;
        tf_case_saw(c, row->rule);
        if (!row->fits(row->raw ? id->id : tf_str_trim(id->id)))
            tf_case_find_text(c, row->rule, spot, id->id, TF_STR_NONE);
    }
}

/* The places of a party, for a finding's path. */
struct party_places {
    const char *ids;
    struct tf_spot legal_id, endpoint, vat_id;
    const char *ids_bt;
};

static void judge_dutch(struct tf_case *c, struct tf_str vat_id, struct tf_spot spot)
{
    const struct tf_str number = tf_str_trim(vat_id);
    if (!tf_peppol_is_of_2026(c) || !tf_str_starts(number, TF_STR("NL")))
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_COMMON_R056_2);
    if (!is_dutch_vat_number(number))
        tf_case_find_text(c, TF_RULE_PEPPOL_COMMON_R056_2, spot, vat_id, TF_STR_NONE);
}

static void judge_trader(struct tf_case *c, const struct tf_trader *trader, const struct party_places *places)
{
    for (size_t i = 0; i < trader->ids.count; i++)
        judge(c, &trader->ids.items[i], ANYWHERE, (struct tf_spot){.list = places->ids, .index = i, .bt = places->ids_bt});
    judge(c, &trader->legal_id, ANYWHERE, places->legal_id);
    judge(c, &trader->endpoint, ENDPOINT, places->endpoint);
    judge_dutch(c, trader->vat_id, places->vat_id);
}

/* CII asks identifiers of items and places of delivery as well. */
static void judge_further(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    judge(c, &invoice->delivery.location_id, ANYWHERE, (struct tf_spot){.term = "delivery.location_id", .bt = "BT-71"});
    for (size_t i = 0; i < invoice->lines.count; i++)
        judge(c, &invoice->lines.items[i].item.standard_id, ANYWHERE,
              (struct tf_spot){.list = "lines", .index = i, .term = "item.standard_id", .bt = "BT-157"});
}

static void judge_strays(struct tf_case *c)
{
    for (size_t i = 0; i < c->invoice->strays.count; i++) {
        const struct tf_stray *stray = &c->invoice->strays.items[i];
        const enum tf_stray_kind kind = tf_stray_kind_of(stray);
        const struct tf_spot spot = {.line = stray->line};
        if (kind == TF_STRAY_PARTY_ID)
            judge(c, &(struct tf_id){stray->text, stray->scheme}, ANYWHERE, spot);
        else if (kind == TF_STRAY_VAT_ID)
            judge_dutch(c, stray->text, spot);
    }
}

void tf_peppol_judge_ids(struct tf_case *c)
{
    static const struct party_places seller = {.ids = "seller.ids",
                                               .legal_id = {.term = "seller.legal_id", .bt = "BT-30"},
                                               .endpoint = {.term = "seller.endpoint", .bt = "BT-34"},
                                               .vat_id = {.term = "seller.vat_id", .bt = "BT-31"},
                                               .ids_bt = "BT-29"};
    static const struct party_places buyer = {.ids = "buyer.ids",
                                              .legal_id = {.term = "buyer.legal_id", .bt = "BT-47"},
                                              .endpoint = {.term = "buyer.endpoint", .bt = "BT-49"},
                                              .vat_id = {.term = "buyer.vat_id", .bt = "BT-48"},
                                              .ids_bt = "BT-46"};
    const struct tf_invoice *invoice = c->invoice;
    judge_trader(c, &invoice->seller, &seller);
    judge_trader(c, &invoice->buyer, &buyer);
    judge(c, &invoice->payee.id, ANYWHERE, (struct tf_spot){.term = "payee.id", .bt = "BT-60"});
    judge(c, &invoice->payee.legal_id, ANYWHERE, (struct tf_spot){.term = "payee.legal_id", .bt = "BT-61"});
    judge_dutch(c, invoice->tax_representative.vat_id, (struct tf_spot){.term = "tax_representative.vat_id", .bt = "BT-63"});
    judge_strays(c);
    if (tf_peppol_of_cii(c))
        judge_further(c);
}
