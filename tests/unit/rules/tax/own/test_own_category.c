/* TF-03: categories against countries and exemption codes. */
#include "unit/rules/tax/rule_cases.h"

static const struct rule_case cases[] = {
    {"TF-03", SILENT, "", NULL, NULL, NULL},
    /* K: from one member state to another */
    {"TF-03", HOLDS, "vat_breakdown[3].category=K; buyer.vat_id=FR40303265045; delivery.address.country=FR", NULL, NULL, NULL},
    {"TF-03", HOLDS, "vat_breakdown[3].category=K; buyer.vat_id=FR40303265045", NULL, NULL, NULL},
    {"TF-03", HOLDS, "vat_breakdown[3].category=K; buyer.vat_id=FR40303265045; delivery.address.country=BE", NULL, NULL, NULL}, /* triangle */
    {"TF-03", FIRES, "vat_breakdown[3].category=K; buyer.vat_id=DE136695976; delivery.address.country=FR", "$.invoice.buyer.vat_id", "DE", NULL},
    {"TF-03", FIRES, "vat_breakdown[3].category=K; buyer.vat_id=CHE107787577MWST", "$.invoice.buyer.vat_id", "CH", "a VAT id of a member state"},
    {"TF-03", FIRES, "vat_breakdown[3].category=K; seller.vat_id=NO995525828MVA; buyer.vat_id=FR40303265045", "$.invoice.seller.vat_id", "NO", NULL},
    {"TF-03", FIRES, "vat_breakdown[3].category=K; buyer.vat_id=FR40303265045; delivery.address.country=NO",
     "$.invoice.delivery.address.country", "NO", "a member state"},
    {"TF-03", FIRES, "vat_breakdown[3].category=K; buyer.vat_id=FR40303265045; delivery.address.country=DE",
     "$.invoice.delivery.address.country", "DE", "another member state than the seller's"},
    {"TF-03", FIRES, "vat_breakdown[3].category=K; buyer.vat_id=ESB58378431; delivery.address.country=ES; delivery.address.postcode=35001",
     "$.invoice.delivery.address.country", "ES", "a member state"},
    /* the United Kingdom before and after, and Northern Ireland */
    {"TF-03", HOLDS, "vat_breakdown[3].category=K; buyer.vat_id=GB980780684; delivery.address.country=GB; issue_date=2020-12-31", NULL, NULL, NULL},
    {"TF-03", FIRES, "vat_breakdown[3].category=K; buyer.vat_id=GB980780684; delivery.address.country=GB; issue_date=2021-01-01",
     "$.invoice.buyer.vat_id", "GB", NULL},
    {"TF-03", HOLDS, "vat_breakdown[3].category=K; buyer.vat_id=XI980780684; delivery.address.country=GB; delivery.address.postcode=BT1 1AA",
     NULL, NULL, NULL},
    {"TF-03", HOLDS, "vat_breakdown[3].category=K; buyer.vat_id=XI980780684; delivery.address.country=XI", NULL, NULL, NULL},
    /* G: out of the Union */
    {"TF-03", HOLDS, "vat_breakdown[3].category=G; delivery.address.country=US", NULL, NULL, NULL},
    {"TF-03", HOLDS, "vat_breakdown[3].category=G; buyer.address.country=CH", NULL, NULL, NULL},
    {"TF-03", HOLDS, "vat_breakdown[3].category=G; delivery.address.country=ES; delivery.address.postcode=38001", NULL, NULL, NULL},
    {"TF-03", HOLDS, "vat_breakdown[3].category=G; delivery.address.country=GB", NULL, NULL, NULL},
    {"TF-03", FIRES, "vat_breakdown[3].category=G; delivery.address.country=PL", "$.invoice.delivery.address.country", "PL",
     "a country outside the European Union"},
    {"TF-03", FIRES, "vat_breakdown[3].category=G; buyer.address.country=PL", "$.invoice.buyer.address.country", "PL", NULL},
    {"TF-03", FIRES, "vat_breakdown[3].category=G; seller.vat_id=NO995525828MVA; seller.address.country=NO; delivery.address.country=NO",
     "$.invoice.delivery.address.country", "NO", "another country than the seller's"},
    {"TF-03", HOLDS, "vat_breakdown[3].category=G; seller.vat_id=NO995525828MVA; seller.address.country=NO; delivery.address.country=DE", NULL, NULL, NULL},
    /* L and M */
    {"TF-03", HOLDS, "vat_breakdown[0].category=L; seller.address.country=ES; seller.address.postcode=35001", NULL, NULL, NULL},
    {"TF-03", HOLDS, "vat_breakdown[0].category=L; delivery.address.country=ES", NULL, NULL, NULL},
    {"TF-03", FIRES, "vat_breakdown[0].category=L", "$.invoice.vat_breakdown[0].category", "", "a place in the Canary Islands"},
    {"TF-03", FIRES, "vat_breakdown[0].category=L; seller.address.country=ES; seller.address.postcode=28001", "$.invoice.vat_breakdown[0].category", "", NULL},
    {"TF-03", HOLDS, "vat_breakdown[0].category=M; buyer.address.country=ES; buyer.address.postcode=52001", NULL, NULL, NULL},
    {"TF-03", FIRES, "vat_breakdown[0].category=M; buyer.address.country=ES; buyer.address.postcode=35001", "$.invoice.vat_breakdown[0].category", "",
     "a place in Ceuta or Melilla"},
    /* exemption codes */
    {"TF-03", HOLDS, "vat_breakdown[3].exemption_code=vatex-eu-i", NULL, NULL, NULL},
    {"TF-03", SILENT, "vat_breakdown[3].exemption_code=VATEX-EU-132-1A", NULL, NULL, NULL},
    {"TF-03", FIRES, "vat_breakdown[3].exemption_code=VATEX-EU-AE", "$.invoice.vat_breakdown[3].exemption_code", "E", "AE"},
    {"TF-03", FIRES, "vat_breakdown[3].category=AE; vat_breakdown[3].exemption_code=VATEX-EU-IC", "$.invoice.vat_breakdown[3].exemption_code", "AE", "K"},
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, 0)},
    .families = {"TF-03"},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
