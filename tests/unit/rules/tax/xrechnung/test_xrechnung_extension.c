#include "unit/rules/tax/rule_cases.h"

#include "xrechnung/xrechnung.h"

#define EXT "process.specification=" TF_XRECHNUNG_EXTENSION "; "
#define HOLD(rule, edits) {rule, HOLDS, EXT edits, NULL, NULL, NULL}
#define QUIET(rule, edits) {rule, SILENT, edits, NULL, NULL, NULL}
#define FIRE(rule, edits) {rule, FIRES, EXT edits, NULL, NULL, NULL}
#define FIRE_AT(rule, edits, path) {rule, FIRES, EXT edits, path, NULL, NULL}
#define STRAY(kind_, rest) "strays[0].kind=" kind_ "; strays[0]." rest
#define PAID(rest) "third_party_payments[0]." rest

static const struct rule_case cases[] = {
    QUIET("BR-DEX-01", "attachments[0].file.mime=x"),
    HOLD("BR-DEX-01", "attachments[0].file.mime=application/xml; attachments[1].file.mime=text/csv; attachments[2].ref=1"),
    FIRE_AT("BR-DEX-01", "attachments[0].file.mime=text/xml", "$.invoice.attachments[0].file.mime"),
    FIRE("BR-DEX-01", "attachments[0].file={}"),
    HOLD("BR-DEX-02", STRAY("sub_lines", "text=10.0; strays[0].scheme=10")),
    {"BR-DEX-02", FIRES, EXT STRAY("sub_lines", "text=10.01; strays[0].scheme=10; strays[0].item=1"), "$.invoice.lines[0].net", "10", "10.01"},
    FIRE("BR-DEX-02", STRAY("sub_lines", "text=10.01; strays[0].scheme=")),
    QUIET("BR-DEX-03", STRAY("sub_line_vat", "text=0")),
    FIRE("BR-DEX-03", STRAY("sub_line_vat", "text=0")),
    FIRE_AT("BR-DEX-03", STRAY("sub_line_vat", "text=2; strays[0].item=1"), "$.invoice.lines[0]"),
    HOLD("BR-DEX-04", "seller.ids[0].id=1; seller.ids[0].scheme=XR01; seller.ids[1].id=1; seller.ids[1].scheme=SEPA"),
    FIRE_AT("BR-DEX-04", "buyer.ids[0].id=1; buyer.ids[0].scheme=SEPA", "$.invoice.buyer.ids[0]"),
    FIRE_AT("BR-DEX-04", "payee.id.id=1; payee.id.scheme=0244", "$.invoice.payee.id"),
    FIRE("BR-DEX-04", "syntax=cii; seller.ids[0].id=1; seller.ids[0].scheme=SEPA"),
    HOLD("BR-DEX-05", "seller.legal_id.id=1; seller.legal_id.scheme= 0002 "),
    FIRE_AT("BR-DEX-05", "buyer.legal_id.id=1; buyer.legal_id.scheme=XR04", "$.invoice.buyer.legal_id"),
    FIRE("BR-DEX-05", "payee.legal_id.id=1; payee.legal_id.scheme=XR"),
    HOLD("BR-DEX-05", "payee.legal_id.id=1; payee.legal_id.scheme= "),
    HOLD("BR-DEX-06", "lines[0].item.standard_id.id=1; lines[0].item.standard_id.scheme=XR02"),
    FIRE_AT("BR-DEX-06", "lines[1].item.standard_id.id=1; lines[1].item.standard_id.scheme=0001", "$.invoice.lines[1].item.standard_id"),
    FIRE("BR-DEX-06", STRAY("item_scheme", "text=0001")),
    HOLD("BR-DEX-07", "seller.endpoint.id=1; seller.endpoint.scheme=XR03; buyer.endpoint.id=1; buyer.endpoint.scheme=EM"),
    FIRE_AT("BR-DEX-07", "seller.endpoint.id=1; seller.endpoint.scheme=9999", "$.invoice.seller.endpoint"),
    FIRE("BR-DEX-07", "buyer.endpoint.id=1; buyer.endpoint.scheme=0242"),
    HOLD("BR-DEX-08", "delivery.location_id.id=1; delivery.location_id.scheme=0088"),
    FIRE_AT("BR-DEX-08", "delivery.location_id.id=1; delivery.location_id.scheme=9", "$.invoice.delivery.location_id"),
    FIRE("BR-DEX-08", "delivery.location_id.id=1; delivery.location_id.scheme=SEPA"),
    HOLD("BR-DEX-09", ""),
    HOLD("BR-DEX-09", "totals.due=205.004; " PAID("amount=5")),
    QUIET("BR-DEX-09", EXT "totals=-"),
    {"BR-DEX-09", FIRES, EXT PAID("amount=5"), "$.invoice.totals.due", "200.00", "205.00"},
    FIRE("BR-DEX-09", "totals.due=-"),
    QUIET("BR-DEX-10", PAID("amount=1")),
    HOLD("BR-DEX-10", PAID("type=1")),
    FIRE_AT("BR-DEX-10", PAID("amount=1"), "$.invoice.third_party_payments[0].type"),
    FIRE("BR-DEX-10", PAID("type= ")),
    HOLD("BR-DEX-11", PAID("amount=1")),
    FIRE_AT("BR-DEX-11", PAID("type=1"), "$.invoice.third_party_payments[0].amount"),
    FIRE("BR-DEX-11", PAID("amount=1; third_party_payments[1].type=1")),
    HOLD("BR-DEX-12", PAID("description=1")),
    FIRE_AT("BR-DEX-12", PAID("type=1"), "$.invoice.third_party_payments[0].description"),
    FIRE("BR-DEX-12", PAID("description= ")),
    HOLD("BR-DEX-13", PAID("amount=1.25")),
    FIRE_AT("BR-DEX-13", PAID("amount=1.250"), "$.invoice.third_party_payments[0].amount"),
    FIRE("BR-DEX-13", PAID("amount=0.001")),
    HOLD("BR-DEX-14", PAID("currency=EUR")),
    FIRE_AT("BR-DEX-14", PAID("currency=SEK"), "$.invoice.third_party_payments[0].amount"),
    FIRE("BR-DEX-14", PAID("amount=1")),
    QUIET("BR-DEX-15", STRAY("parent_line", "item=2")),
    FIRE("BR-DEX-15", STRAY("parent_line", "item=2")),
    FIRE_AT("BR-DEX-15", "syntax=cii; " STRAY("parent_line", "item=2"), "$.invoice.lines[1]"),
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, .profiles = 1U << TF_TAX_XRECHNUNG)},
    .families = {"BR-DEX-"},
};

int main(void)
{
    const struct CMUnitTest tests[] = {RULE_SUITE_TESTS(suite)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
