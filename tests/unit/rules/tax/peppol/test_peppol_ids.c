#include "unit/rules/tax/rule_cases.h"

#define RULE "PEPPOL-COMMON-R0"
/* Rows of a scheme: an identifier of the seller that passes, and two that do not. */
#define SCHEME(rule, scheme_, right, wrong, worse)                                                                             \
    {rule, HOLDS, "seller.ids[0].id=" right "; seller.ids[0].scheme=" scheme_, NULL, NULL, NULL},                              \
    {rule, FIRES, "seller.ids[0].id=" wrong "; seller.ids[0].scheme=" scheme_, "$.invoice.seller.ids[0]", wrong, NULL},        \
    {rule, FIRES, "buyer.legal_id.id=" worse "; buyer.legal_id.scheme=" scheme_, "$.invoice.buyer.legal_id", worse, NULL}
#define ENDPOINT(rule, outcome, rest) {rule, outcome, "buyer.endpoint.id=" rest, NULL, NULL, NULL}
#define CASE(rule, outcome, edits) {rule, outcome, edits, NULL, NULL, NULL}
#define OLD "; issue_date=2026-08-16"

static const struct rule_case cases[] = {
    SCHEME(RULE "40", "0088", "4006381333931", "4006381333932", "400638133393A"),
    CASE(RULE "40", HOLDS, "seller.endpoint.id= 0 ; seller.endpoint.scheme=0088"),
    CASE(RULE "40", SILENT, "seller.endpoint.id=1; seller.endpoint.scheme= 0088"),
    CASE(RULE "40", FIRES, "payee.id.id=; payee.id.scheme=0088"),
    CASE(RULE "40", FIRES, "payee.legal_id.id=4006381333932; payee.legal_id.scheme=0088"),
    CASE(RULE "40", FIRES, "strays[0].kind=party_id; strays[0].text=12; strays[0].scheme=0088"),
    CASE(RULE "40", SILENT, "lines[0].item.standard_id.id=12; lines[0].item.standard_id.scheme=0088"),
    CASE(RULE "40", FIRES, "syntax=cii; lines[0].item.standard_id.id=12; lines[0].item.standard_id.scheme=0088"),
    CASE(RULE "40", FIRES, "syntax=cii; delivery.location_id.id=12; delivery.location_id.scheme=0088"),
    SCHEME(RULE "41", "0192", "974760673", "974760674", "97476067"),
    CASE(RULE "41", FIRES, "seller.ids[0].id=000000000; seller.ids[0].scheme=0192"),
    SCHEME(RULE "42", "0184", "DK12345678", "DK1234567", "12345678 "),
    CASE(RULE "42", HOLDS, "seller.ids[0].id=12345678; seller.ids[0].scheme=0184"),
    SCHEME(RULE "43", "0208", "0202239951", "0202239952", "202239951"),
    SCHEME(RULE "44", "0201", "aB3456", "aB345", "aB345-"),
    SCHEME(RULE "45", "0210", "RSSMRA85T10A562S", "RSSMRA8XT10A562S", "1234567890"),
    CASE(RULE "45", HOLDS, "seller.ids[0].id=+1234567890; seller.ids[0].scheme=0210"),
    CASE(RULE "45", FIRES, "seller.ids[0].id=1234567890A; seller.ids[0].scheme=0210"),
    ENDPOINT(RULE "46", HOLDS, "12345678901; buyer.endpoint.scheme=9907"),
    ENDPOINT(RULE "46", FIRES, "1234567890; buyer.endpoint.scheme=9907"),
    ENDPOINT(RULE "46", FIRES, "; buyer.endpoint.scheme=9907"),
    CASE(RULE "46", SILENT, "seller.ids[0].id=1; seller.ids[0].scheme=9907"),
    SCHEME(RULE "47", "0211", "IT06363391001", "IT06363391002", "it0636339100"),
    CASE(RULE "47", HOLDS, "seller.ids[0].id=FR1; seller.ids[0].scheme=0211"),
    ENDPOINT(RULE "48", SILENT, "IT1; buyer.endpoint.scheme=9906"),
    ENDPOINT(RULE "48", HOLDS, "IT06363391001; buyer.endpoint.scheme=9906; syntax=cii"),
    ENDPOINT(RULE "48", FIRES, "IT06363391002; buyer.endpoint.scheme=9906; syntax=cii"),
    ENDPOINT(RULE "48", FIRES, "IT; buyer.endpoint.scheme=9906; syntax=cii"),
    SCHEME(RULE "49", "0007", "5560360793", "5560360794", "556036079"),
    SCHEME(RULE "50", "0151", "51824753556", "51824753557", "5182475355"),
    CASE(RULE "50", FIRES, "buyer.legal_id.id=518247535561; buyer.legal_id.scheme=0151"),
    CASE(RULE "50", HOLDS, "buyer.legal_id.id=518247535561; buyer.legal_id.scheme=0151; syntax=cii"),
    CASE(RULE "50", FIRES, "buyer.legal_id.id=1; buyer.legal_id.scheme=0151; syntax=cii"),
    SCHEME(RULE "52", "0096", "1234567890", "123456789", "1234567890 "),
    CASE(RULE "52", SILENT, "seller.ids[0].id=1; seller.ids[0].scheme=0096" OLD),
    SCHEME(RULE "53", "0198", "DK12345678", "12345678", "DK1234567A"),
    CASE(RULE "53", SILENT, "seller.ids[0].id=1; seller.ids[0].scheme=0198; syntax=cii"),
    SCHEME(RULE "54", "0106", " 12345678", "1234567", "1234567A"),
    SCHEME(RULE "55", "0190", "12345678901234567890", "1234567890123456789", "1234567890123456789A"),
    SCHEME(RULE "56-1", "9944", "NL123456789B01", "NL123456789A01", "123456789B01"),
    CASE(RULE "56-2", SILENT, ""),
    CASE(RULE "56-2", HOLDS, "seller.vat_id= NL123456789B01 "),
    CASE(RULE "56-2", FIRES, "seller.vat_id=NL123456789"),
    CASE(RULE "56-2", FIRES, "tax_representative.vat_id=NL"),
    CASE(RULE "56-2", FIRES, "buyer.vat_id=NL123456789B0"),
    CASE(RULE "56-2", SILENT, "seller.vat_id=NL123456789" OLD),
    SCHEME(RULE "57", "0217", "123456789012", "12345678901", "12345678901A"),
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, .profiles = 1U << TF_TAX_PEPPOL)},
    .families = {"PEPPOL-COMMON-"},
};

int main(void)
{
    const struct CMUnitTest tests[] = {RULE_SUITE_TESTS(suite)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
