#include "unit/rules/tax/rule_cases.h"

#define HOLD(rule, edits) {rule, HOLDS, edits, NULL, NULL, NULL}
#define QUIET(rule, edits) {rule, SILENT, edits, NULL, NULL, NULL}
#define FIRE(rule, edits) {rule, FIRES, edits, NULL, NULL, NULL}
#define FIRE_AT(rule, edits, path) {rule, FIRES, edits, path, NULL, NULL}
#define R "PEPPOL-EN16931-R"
#define CL "PEPPOL-EN16931-CL"
#define P "PEPPOL-EN16931-P"
#define BILLING "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
#define BIS "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
#define GERMAN "; buyer.address.country=DE"
#define STRAY(kind_, rest) "strays[0].kind=" kind_ "; strays[0]." rest

static const struct rule_case cases[] = {
    HOLD(R "001", "process.business_process=x"),
    QUIET(R "001", "syntax=cii; process=-"),
    FIRE_AT(R "001", "", "$.invoice.process.business_process"),
    FIRE(R "001", "syntax=cii"),
    HOLD(R "002", ""),
    HOLD(R "002", "notes[0].text=a; notes[1].text=b" GERMAN),
    FIRE_AT(R "002", "notes[0].text=a; notes[1].text=b", "$.invoice.notes"),
    FIRE(R "002", "syntax=cii; notes[0].text=a; notes[0].subject_code=AAI"),
    FIRE(R "002", "syntax=cii; notes[0].text=a; notes[1].text=b" GERMAN),
    HOLD(R "003", "buyer_reference="),
    HOLD(R "003", "purchase_order_ref=1"),
    QUIET(R "003", "syntax=cii; seller=-; buyer=-"),
    FIRE_AT(R "003", "", "$.invoice.buyer_reference"),
    FIRE(R "003", "contract_ref=1"),
    HOLD(R "004", "process.specification=" BIS),
    HOLD(R "004", "process.specification=" BIS "::2.1; issue_date=2025-01-01"),
    FIRE_AT(R "004", "", "$.invoice.process.specification"),
    FIRE(R "004", "process.specification=" BIS "::2.1"),
    QUIET(R "005", ""),
    HOLD(R "005", "vat_currency=SEK"),
    FIRE_AT(R "005", "vat_currency=EUR", "$.invoice.vat_currency"),
    FIRE(R "005", "vat_currency= EUR "),
    QUIET(R "006", STRAY("reference", "text=130")),
    HOLD(R "006", "syntax=cii; " STRAY("reference", "text=50")),
    FIRE_AT(R "006", "syntax=cii; " STRAY("reference", "text=130"), "$.invoice.object_id"),
    FIRE(R "006", "syntax=cii; strays[0].kind=empty; strays[1].kind=reference; strays[1].text=130"),
    HOLD(R "007", "process.business_process= " BILLING " "),
    HOLD(R "007", "process.business_process=urn:peppol:france:billing:regulated"),
    HOLD(R "007", "process.business_process=a urn:fdc:peppolXeu:2017:poacc:billing:77:1.0; issue_date=2026-08-16"),
    FIRE_AT(R "007", "process.business_process=urn:fdc:peppol.eu:2017:poacc:billing:02:1.0", "$.invoice.process.business_process"),
    FIRE(R "007", "process.business_process=urn:peppol:france:billing:regulated; issue_date=2026-08-16"),
    FIRE(R "007", "syntax=cii; process.business_process=urn:fdc:peppol.eu:2017:poacc:billing:1:1.0"),
    HOLD(R "008", ""),
    HOLD(R "008", "syntax=cii; " STRAY("empty", "text=ram:Name")),
    FIRE(R "008", STRAY("empty", "text=cbc:Note")),
    FIRE_AT(R "008", STRAY("empty", "text=cbc:Note; strays[0].item=2"), "$.invoice.lines[1]"),
    QUIET(R "010", "buyer=-"),
    QUIET(R "010", "syntax=ubl; buyer={}"),
    FIRE(R "010", "syntax=cii; buyer={}"),
    FIRE(R "010", "syntax=cii; buyer.endpoint.id="),
    HOLD(R "010", "syntax=cii; buyer.endpoint.id=; " STRAY("empty", "text=ram:URIID")),
    FIRE(R "010", "syntax=ubl; buyer={}; " STRAY("empty", "text=cac:Party")),
    HOLD(R "010", "buyer.endpoint.id="),
    FIRE_AT(R "010", "", "$.invoice.buyer.endpoint"),
    FIRE(R "010", "buyer.endpoint.scheme=0088"),
    QUIET(R "020", "seller=-"),
    HOLD(R "020", "seller.endpoint.id=1"),
    FIRE_AT(R "020", "", "$.invoice.seller.endpoint"),
    FIRE(R "020", "seller.endpoint.scheme=0088"),
    QUIET(R "040", ""),
    HOLD(R "040", "allowances[0].base=100; allowances[0].percent=10.02"),
    HOLD(R "040", "charges[0].amount=-; charges[0].base=2; charges[0].percent=1"),
    {R "040", FIRES, "allowances[0].base=100; allowances[0].percent=10.021", "$.invoice.allowances[0].amount", "10.00", "10.02"},
    FIRE_AT(R "040", "lines[1].charges[0].amount=1; lines[1].charges[0].base=1; lines[1].charges[0].percent=1",
            "$.invoice.lines[1].charges[0].amount"),
    HOLD(R "041", "allowances[0].base=1"),
    FIRE_AT(R "041", "allowances[0].percent=1", "$.invoice.allowances[0].base"),
    FIRE_AT(R "041", "lines[0].allowances[0].percent=1", "$.invoice.lines[0].allowances[0].base"),
    FIRE(R "041", STRAY("indicator", "text=no; strays[0].scheme=1 - 2")),
    HOLD(R "042", "charges[0].percent=1"),
    FIRE_AT(R "042", "charges[0].base=1", "$.invoice.charges[0].percent"),
    FIRE(R "042", "lines[0].allowances[0].base=1"),
    FIRE(R "042", STRAY("indicator", "text=; strays[0].scheme=- 1 -")),
    HOLD(R "043", ""),
    HOLD(R "043", STRAY("indicator", "text=1; strays[0].scheme=1 - 2")),
    FIRE(R "040", STRAY("indicator", "text=no; strays[0].scheme=1 50 3")),
    HOLD(R "040", STRAY("indicator", "text=no; strays[0].scheme=- 50 0.04")),
    QUIET(R "040", STRAY("indicator", "text=0; strays[0].scheme=1 50 3")),
    FIRE(R "043", STRAY("indicator", "text=1")),
    FIRE_AT(R "043", STRAY("indicator", "text=; strays[0].scheme=1 50 2; strays[0].item=1"), "$.invoice.lines[0].allowances"),
    FIRE(R "043", "syntax=cii; " STRAY("price_indicator", "text=0; strays[0].item=1")),
    QUIET(R "044", ""),
    HOLD(R "044", STRAY("price_indicator", "text= false ; strays[0].item=1")),
    FIRE(R "044", STRAY("price_indicator", "text=true; strays[0].item=1")),
    FIRE_AT(R "044", STRAY("price_indicator", "text=; strays[0].item=2"), "$.invoice.lines[1].price.discount"),
    QUIET(R "046", ""),
    QUIET(R "046", "syntax=cii; lines[0].price.gross=1"),
    HOLD(R "046", "lines[0].price.gross=110; lines[0].price.discount=10.0"),
    HOLD(R "046", "lines[0].price.gross=100"),
    {R "046", FIRES, "lines[0].price.gross=110; lines[0].price.discount=9", "$.invoice.lines[0].price.net", "100.00", "101.00"},
    FIRE(R "046", "syntax=ubl; lines[0].price.gross=100"),
    HOLD(R "051", STRAY("amount_currency", "text=EUR")),
    QUIET(R "051", "syntax=cii; " STRAY("amount_currency", "text=SEK")),
    FIRE_AT(R "051", STRAY("amount_currency", "text=SEK"), "$.invoice.currency"),
    FIRE(R "051", STRAY("amount_currency", "text=")),
    FIRE(R "051", "vat_totals[0].amount=21.55; vat_totals[0].currency=SEK; vat_totals[0].breakdown[0].tax=21.55"),
    HOLD(R "053", ""),
    HOLD(R "053", "syntax=cii; vat_totals[0].amount=1; vat_totals[0].currency=EUR; vat_totals[1].amount=1; vat_totals[1].currency=SEK"),
    FIRE_AT(R "053", "vat_totals[0].amount=1; vat_totals[0].currency=EUR; vat_breakdown=-", "$.invoice.totals.vat"),
    FIRE(R "053", "vat_totals[0].breakdown[0].tax=1; vat_totals[1].breakdown[0].tax=1"),
    FIRE(R "053", "syntax=cii; vat_totals[0].amount=1; vat_totals[0].currency=SEK"),
    HOLD(R "054", ""),
    HOLD(R "054", "vat_currency=SEK; totals.vat_accounting=250"),
    FIRE_AT(R "054", "totals.vat_accounting=250", "$.invoice.totals.vat_accounting"),
    FIRE(R "054", "vat_currency=SEK"),
    FIRE(R "054", "syntax=cii; vat_totals[0].amount=1; vat_totals[0].currency=SEK"),
    QUIET(R "055", ""),
    HOLD(R "055", "vat_currency=SEK; totals.vat_accounting=0; totals.vat=-1"),
    HOLD(R "055", "syntax=cii; vat_currency=SEK; totals.vat_accounting=0"),
    FIRE_AT(R "055", "vat_currency=SEK; totals.vat_accounting=-1", "$.invoice.totals.vat_accounting"),
    FIRE(R "055", "vat_currency=SEK"),
    FIRE(R "055", "syntax=cii; vat_currency=SEK; totals.vat_accounting=0; totals.vat=-1"),
    QUIET(R "061", "payments[0].means_code=58"),
    HOLD(R "061", "payments[0].means_code=59; payments[0].direct_debit.mandate=1"),
    HOLD(R "061", "syntax=cii; payments[0].means_code=49; payments[1].direct_debit.mandate=1"),
    FIRE_AT(R "061", "payments[0].means_code=59", "$.invoice.payment.direct_debit.mandate"),
    FIRE_AT(R "061", "payments[0].means_code=1; payments[1].means_code= 49", "$.invoice.payment[1].direct_debit.mandate"),
    QUIET(R "080", STRAY("reference", "text=50")),
    HOLD(R "080", "kind=credit_note"),
    FIRE_AT(R "080", "kind=credit_note; " STRAY("reference", "text=50"), "$.invoice.project_ref"),
    FIRE_AT(R "080", "syntax=cii; " STRAY("reference", "text=50"), "$.invoice.tender_ref"),
    HOLD(R "100", ""),
    HOLD(R "100", STRAY("line_reference", "text=130; strays[0].item=1")),
    HOLD(R "100", "syntax=cii; lines[0].object_id.id=1; " STRAY("line_reference", "text=50; strays[0].item=1")),
    FIRE_AT(R "100", "lines[0].object_id.id=1; " STRAY("line_reference", "text=50; strays[0].item=1"), "$.invoice.lines[0].object_id"),
    FIRE(R "100", "syntax=cii; lines[0].object_id.id=1; " STRAY("line_reference", "text=130; strays[0].item=1")),
    HOLD(R "101", ""),
    HOLD(R "101", "lines[0].object_id.id=1; " STRAY("line_reference", "text=50; strays[0].item=1")),
    FIRE_AT(R "101", STRAY("line_reference", "text=50; strays[0].item=2"), "$.invoice.lines[1].object_id"),
    FIRE(R "101", "lines[0].object_id.id=1; " STRAY("line_reference", "text=; strays[0].item=2")),
    QUIET(R "110", "lines[0].period.start=2026-01-01"),
    HOLD(R "110", "period.start=2026-01-01; lines[0].period.start=2026-01-01"),
    FIRE_AT(R "110", "period.start=2026-01-02; lines[0].period.start=2026-01-01", "$.invoice.lines[0].period.start"),
    FIRE(R "110", "syntax=cii; period.start=20260102; lines[3].period.start=20260101"),
    FIRE(R "110", "syntax=cii; period.start=; lines[1].period.start=; strays[0].kind=period_date; strays[0].text=20180131; "
                  "strays[0].scheme=start; strays[0].item=2; strays[1].kind=period_date; strays[1].text=20180201; strays[1].scheme=start"),
    FIRE(R "110", "syntax=cii; period.start=2018-02-01; lines[0].period.start=; "
                  STRAY("period_date", "text=20180131; strays[0].scheme=start; strays[0].item=1")),
    FIRE(R "110", "syntax=ubl; period.start=2018-02-01; lines[0].period.start="),
    FIRE(R "111", "syntax=cii; period.end=; lines[0].period.end=2018-02-01"),
    HOLD(R "111", "syntax=cii; period.end=2018-02-01; lines[0].period.end=; "
                  STRAY("period_date", "text=20180131; strays[0].scheme=end; strays[0].item=1")),
    QUIET(R "111", "period.end=2026-01-01"),
    HOLD(R "111", "period.end=2026-01-01; lines[0].period.end=2025-12-31"),
    FIRE_AT(R "111", "period.end=2026-01-01; lines[0].period.end=2026-01-02", "$.invoice.lines[0].period.end"),
    FIRE(R "111", "period.end=2026-02-28; lines[2].period.end=2026-03-01"),
    HOLD(R "120", ""),
    HOLD(R "120", "lines[0].net=100.02"),
    HOLD(R "120", "lines[0].quantity=3; lines[0].price.net=10; lines[0].price.base_quantity=3; lines[0].net=10.01"),
    HOLD(R "120", "lines[0].price.base_quantity=0"),
    HOLD(R "120", "lines[0].quantity=-; lines[0].net=99.995; lines[0].charges[0].amount=0.005; lines[0].allowances[0].amount=0.01"),
    HOLD(R "120", "lines[0].quantity=99999999999; lines[0].price.net=0.0000000001; lines[0].price.base_quantity=3; lines[0].net=3.33"),
    HOLD(R "120", "syntax=cii; lines[0].price.base_quantity=10; " STRAY("gross_base_alone", "text=10; strays[0].item=1")),
    {R "120", FIRES, "lines[0].net=100.021", "$.invoice.lines[0].net", "100.021", "100.00"},
    /* Three times ten thirds are not ten: the quotient has 18 decimals, and the slack is used up. */
    {R "120", FIRES, "lines[0].quantity=3; lines[0].price.net=10; lines[0].price.base_quantity=3; lines[0].net=10.02", NULL, "10.02", "10.00"},
    FIRE(R "120", "lines[0].net=-"),
    QUIET(R "121", ""),
    HOLD(R "121", "lines[0].price.base_quantity=0.1"),
    FIRE_AT(R "121", "lines[0].price.base_quantity=0", "$.invoice.lines[0].price.base_quantity"),
    FIRE(R "121", "lines[3].price.base_quantity=-1"),
    FIRE(R "121", "syntax=cii; " STRAY("gross_base", "text=0; strays[0].item=1")),
    QUIET(R "130", "lines[0].price.base_unit=KGM; lines[0].quantity=-"),
    HOLD(R "130", "lines[0].price.base_unit=C62"),
    FIRE_AT(R "130", "lines[0].price.base_unit=KGM", "$.invoice.lines[0].price.base_unit"),
    FIRE(R "130", "lines[0].price.base_unit=C62; lines[0].unit=-"),
    FIRE(R "130", "syntax=cii; lines[0].price.base_unit=KGM; lines[0].quantity=-"),
    FIRE(R "130", "syntax=cii; " STRAY("gross_base", "text=1; strays[0].scheme=KGM; strays[0].item=1")),
    QUIET(CL "001", "attachments[0].ref=1"),
    HOLD(CL "001", "attachments[0].file.mime=application/pdf"),
    FIRE_AT(CL "001", "attachments[0].file.mime=application/xml", "$.invoice.attachments[0].file.mime"),
    FIRE(CL "001", "attachments[0].file.mime="),
    QUIET(CL "002", ""),
    HOLD(CL "002", "allowances[0].reason_code= 95"),
    FIRE_AT(CL "002", "allowances[0].reason_code=1", "$.invoice.allowances[0].reason_code"),
    FIRE_AT(CL "002", "lines[0].allowances[0].reason_code=FC", "$.invoice.lines[0].allowances[0].reason_code"),
    HOLD(CL "003", "charges[0].reason_code=FC"),
    FIRE_AT(CL "003", "charges[0].reason_code=95", "$.invoice.charges[0].reason_code"),
    FIRE(CL "003", "lines[1].charges[0].reason_code="),
    HOLD(CL "006", "tax_point_code=35"),
    QUIET(CL "006", "syntax=cii; tax_point_code=5"),
    FIRE_AT(CL "006", "tax_point_code=5", "$.invoice.tax_point_code"),
    FIRE(CL "006", "tax_point_code="),
    HOLD(CL "007", ""),
    HOLD(CL "007", "currency=STN"),
    HOLD(CL "007", "currency=XCG"),
    FIRE_AT(CL "007", "currency=eur", "$.invoice.currency"),
    FIRE(CL "007", "currency=XCG; issue_date=2026-08-16"),
    FIRE(CL "007", "vat_currency=XX; totals.vat_accounting=1"),
    FIRE(CL "007", STRAY("currency", "text=")),
    FIRE(CL "007", "syntax=cii; " STRAY("currency", "text=XX")),
    QUIET(CL "008", "seller.endpoint.id=1"),
    HOLD(CL "008", "seller.endpoint.id=1; seller.endpoint.scheme=0248"),
    HOLD(CL "008", "seller.endpoint.id=1; seller.endpoint.scheme=0037; issue_date=2026-08-16"),
    FIRE_AT(CL "008", "seller.endpoint.id=1; seller.endpoint.scheme=0037", "$.invoice.seller.endpoint.scheme"),
    FIRE_AT(CL "008", "syntax=cii; buyer.endpoint.id=1", "$.invoice.buyer.endpoint.scheme"),
    HOLD("PEPPOL-EN16931-F001", ""),
    HOLD("PEPPOL-EN16931-F001", "preceding[0].issue_date=1999-12-31"),
    FIRE_AT("PEPPOL-EN16931-F001", "due_date= 2026-12-23", "$.invoice.due_date"),
    FIRE_AT("PEPPOL-EN16931-F001", "lines[1].period.end=2026-02-30", "$.invoice.lines[1].period.end"),
    FIRE("PEPPOL-EN16931-F001", "syntax=cii; " STRAY("date", "text=2026; strays[0].scheme=602")),
    HOLD("PEPPOL-EN16931-F001", "syntax=cii; period.end=20261399"),
    FIRE("PEPPOL-EN16931-F001", "syntax=cii; period.end=2026139"),
    FIRE("PEPPOL-EN16931-F001", "syntax=cii; preceding[0].issue_date=1999-12-31"),
    HOLD(P "0100", "process.business_process=" BILLING),
    HOLD(P "0100", "type_code=1"),
    FIRE_AT(P "0100", "type_code=325; process.business_process=" BILLING, "$.invoice.type_code"),
    FIRE(P "0100", "type_code=381; process.business_process=" BILLING),
    QUIET(P "0100", "type_code=325; syntax=cii; process.business_process=" BILLING),
    HOLD(P "0100", "type_code=325; issue_date=2025-01-01; process.business_process=urn:fdc:peppol.eu:2017:poacc:billing:02:1.0"),
    QUIET(P "0101", ""),
    HOLD(P "0101", "kind=credit_note; type_code=381; process.business_process=" BILLING),
    FIRE_AT(P "0101", "kind=credit_note; type_code=380; process.business_process=" BILLING, "$.invoice.type_code"),
    FIRE(P "0101", "kind=credit_note; type_code=261; process.business_process=" BILLING),
    QUIET(P "0112", "kind=credit_note; type_code=384"),
    HOLD(P "0112", "type_code=384" GERMAN),
    FIRE_AT(P "0112", "type_code=384", "$.invoice.type_code"),
    FIRE(P "0112", "type_code= 326"),
    QUIET(P "0104", "syntax=cii; vat_breakdown[3].exemption_code=VATEX-EU-G"),
#define EXEMPTION(rule, code, category, other)                                                                       \
    HOLD(rule, "vat_breakdown[3].exemption_code=" code "; vat_breakdown[3].category= " category),                    \
    FIRE_AT(rule, "vat_breakdown[3].exemption_code=" code "; vat_breakdown[3].category=" other,                      \
            "$.invoice.vat_breakdown[3].category"),                                                                  \
    FIRE(rule, "vat_breakdown[3].exemption_code=" code "; vat_breakdown[3].category=-")
    EXEMPTION(P "0104", "VATEX-EU-G", "G", "E"),
    EXEMPTION(P "0105", "vatex-eu-o", "O", "E"),
    EXEMPTION(P "0106", "VATEX-EU-IC", "K", "E"),
    EXEMPTION(P "0107", "VATEX-EU-AE", "AE", "E"),
    EXEMPTION(P "0108", "VATEX-EU-D", "E", "Z"),
    EXEMPTION(P "0109", "VATEX-EU-F", "E", "Z"),
    EXEMPTION(P "0110", "VATEX-EU-I", "E", "Z"),
    EXEMPTION(P "0111", "VATEX-EU-J", "E", "Z"),
};

/* What XRechnung reads differently. */
static const struct rule_case xrechnung_cases[] = {
    QUIET(R "003", ""),
    QUIET(R "100", ""),
    QUIET(CL "002", "allowances[0].reason_code=1"),
    FIRE(R "008", "syntax=cii; " STRAY("empty", "text=ram:Name")),
    HOLD(R "008", "syntax=cii; " STRAY("empty", "text=ram:ApplicableHeaderTradeDelivery")),
    HOLD(R "040", "currency=HUF; allowances[0].base=100; allowances[0].percent=10.5"),
    FIRE(R "040", "currency=HUF; allowances[0].base=100; allowances[0].percent=10.51"),
    QUIET(R "043-1", STRAY("indicator", "text=")),
    FIRE(R "043-1", "syntax=cii; " STRAY("indicator", "text=")),
    FIRE(R "043-1", "syntax=cii; " STRAY("indicator", "text=no; strays[0].scheme=1 50 2; strays[0].item=1")),
    QUIET(R "043-2", STRAY("price_indicator", "text=")),
    HOLD(R "043-2", "syntax=cii; " STRAY("price_indicator", "text=true")),
    FIRE(R "043-2", "syntax=cii; " STRAY("price_indicator", "text=1")),
    FIRE(R "043-2", "syntax=cii; " STRAY("price_indicator", "text=; strays[0].item=1")),
    FIRE(R "044", "syntax=cii; " STRAY("price_indicator", "text=true; strays[0].scheme=amount; strays[0].item=1")),
    QUIET(R "044", "syntax=cii; " STRAY("price_indicator", "text=true; strays[0].item=1")),
    HOLD(R "046", "syntax=cii; lines[0].price.gross=100"),
    FIRE(R "046", "syntax=cii; lines[0].price.gross=101"),
    HOLD(R "053", "syntax=cii; vat_totals[0].amount=1; vat_totals[0].currency=SEK; vat_currency=SEK"),
    QUIET(R "055", "syntax=cii; vat_totals[0].amount=1; vat_totals[0].currency=SEK; vat_currency=SEK"),
    HOLD(R "120", "syntax=cii; lines[0].net=10; lines[0].price.base_quantity=10; " STRAY("gross_base_alone", "text=10; strays[0].item=1")),
    HOLD(R "120", "currency=HUF; lines[0].net=100.5"),
};

static const struct tf_tax_options asked = {.profiles = 1U << TF_TAX_PEPPOL};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, .profiles = 1U << TF_TAX_PEPPOL), RULE_TABLE(xrechnung_cases, .profiles = 1U << TF_TAX_XRECHNUNG)},
    .families = {"PEPPOL-EN16931-R0", "PEPPOL-EN16931-R1", "PEPPOL-EN16931-CL", "PEPPOL-EN16931-F", "PEPPOL-EN16931-P"},
};

static const struct tf_tax_verdict *judge(struct tf_arena *arena, const char *edits)
{
    return edited_judge(arena, edits, (struct tf_tax_options){.profiles = 0});
}

static void test_asked_by_bt_24_alone(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    assert_null(rule_first_finding(judge(arena, ""), R "001"));
    assert_non_null(rule_first_finding(judge(arena, "process.specification=" BIS), R "001"));
    tf_arena_destroy(arena);
}

static void test_lines_weigh_less_in_xrechnung(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_tax_options xrechnung = {.profiles = 1U << TF_TAX_XRECHNUNG};
    assert_int_equal(rule_first_finding(edited_judge(arena, "lines[0].net=1", asked), R "120")->severity, TF_TAX_FATAL);
    assert_int_equal(rule_first_finding(edited_judge(arena, "lines[0].net=1", xrechnung), R "120")->severity, TF_TAX_WARNING);
    tf_arena_destroy(arena);
}

/* Who asks both is told once. */
static void test_no_finding_twice(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_tax_verdict *verdict =
        edited_judge(arena, "", (struct tf_tax_options){.profiles = 1U << TF_TAX_XRECHNUNG | 1U << TF_TAX_PEPPOL});
    size_t count = 0;
    for (uint32_t i = 0; i < verdict->findings_count; i++)
        count += strcmp(verdict->findings[i].rule->id, R "001") == 0;
    assert_int_equal(count, 1);
    tf_arena_destroy(arena);
}

/* Countries have rules of their own, which are not built: nobody there is told "valid". */
static void test_countries_are_not_checked(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const char *valid = "process.specification=" BIS "; process.business_process=" BILLING "; buyer_reference=1; "
                        "buyer.endpoint.id=1; buyer.endpoint.scheme=9930; seller.endpoint.id=1; seller.endpoint.scheme=9930; ";
    static const struct {
        const char *edits, *rules;
    } countries[] = {
        {"seller.vat_id=AT1; seller.address.country=AT", NULL},
        {"seller.vat_id=DE1; seller.address.country=DE", NULL},
        {"seller.vat_id=DE1; seller.address.country=DE; buyer.address.country=DE", "DE-R of Peppol"},
        {"seller.vat_id=NO1; seller.address.country=AT", "NO-R of Peppol"},
        {"seller.vat_id=-; tax_representative.vat_id=IT1; tax_representative.name=R; tax_representative.address.country=IT; seller.ids[0].id=1; seller.address.country=AT", "IT-R of Peppol"},
        {"seller.vat_id=EL1; seller.address.country=AT", "GR-R of Peppol"},
        {"seller.vat_id=AT1; seller.address.country=DK", "DK-R of Peppol"},
        {"seller.vat_id=AT1; seller.address.country=SE", "SE-R of Peppol"},
        {"seller.vat_id=AT1; seller.address.country=IS", "IS-R of Peppol"},
        {"seller.vat_id=AT1; seller.address.country=NL", "NL-R of Peppol"},
    };
    for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
        tf_arena_rewind(arena);
        const struct tf_str edits = tf_arena_printf(arena, "%s%s", valid, countries[i].edits);
        const struct tf_tax_verdict *verdict = judge(arena, edits.ptr);
        if (!verdict->valid)
            fail_msg("%s: %s", countries[i].edits, verdict->findings[0].rule->id);
        assert_int_equal(verdict->decided, countries[i].rules == NULL);
        assert_int_equal(verdict->not_checked_count, countries[i].rules ? 1 : 0);
        if (countries[i].rules)
            assert_true(tf_str_is(verdict->not_checked[0], countries[i].rules));
    }
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
        cmocka_unit_test(test_asked_by_bt_24_alone),
        cmocka_unit_test(test_lines_weigh_less_in_xrechnung),
        cmocka_unit_test(test_no_finding_twice),
        cmocka_unit_test(test_countries_are_not_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
