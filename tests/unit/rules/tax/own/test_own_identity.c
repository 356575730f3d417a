/* TF-01: VAT numbers, their check digits and countries. */
#include "unit/rules/tax/rule_cases.h"

static const struct rule_case cases[] = {
    {"TF-01", HOLDS, "", NULL, NULL, NULL},
    {"TF-01", HOLDS, "seller.vat_id= DE123456788 ", NULL, NULL, NULL},
    {"TF-01", SILENT, "seller.vat_id=-", NULL, NULL, NULL},
    {"TF-01", SILENT, "seller.vat_id=; buyer.vat_id=123456789", NULL, NULL, NULL}, /* BR-CO-09 */
    {"TF-01", SILENT, "seller.vat_id=EU528003646", NULL, NULL, NULL},
    {"TF-01", FIRES, "seller.vat_id=DE123456789", "$.invoice.seller.vat_id", "checksum", "valid"},
    {"TF-01", FIRES, "seller.vat_id=DE12345678", "$.invoice.seller.vat_id", "length", "valid"},
    {"TF-01", FIRES, "seller.vat_id=DE12345678X", "$.invoice.seller.vat_id", "format", "valid"},
    {"TF-01", HOLDS, "buyer.vat_id=FR40303265045", NULL, NULL, NULL},
    {"TF-01", FIRES, "buyer.vat_id=FR41303265045", "$.invoice.buyer.vat_id", "checksum", "valid"},
    {"TF-01", FIRES, "tax_representative.vat_id=ATU13585626", "$.invoice.tax_representative.vat_id", "checksum", "valid"},
    /* Greece and Northern Ireland have letters of their own */
    {"TF-01", HOLDS, "seller.vat_id=EL094259216; seller.address.country=GR", NULL, NULL, NULL},
    {"TF-01", FIRES, "seller.vat_id=EL094259217; seller.address.country=GR", "$.invoice.seller.vat_id", "checksum", "valid"},
    {"TF-01", HOLDS, "seller.vat_id=XI980780684; seller.address.country=GB", NULL, NULL, NULL},
    {"TF-01", HOLDS, "seller.vat_id=GB980780684; seller.address.country=XI", NULL, NULL, NULL},
    {"TF-01", HOLDS, "seller.vat_id=FR40303265045; seller.address.country=MC", NULL, NULL, NULL},
    /* registered abroad: fine where something else is there too */
    {"TF-01", HOLDS, "seller.vat_id=FR40303265045", NULL, NULL, NULL}, /* the buyer */
    {"TF-01", FIRES, "seller.vat_id=ATU13585627", "$.invoice.seller.vat_id", "AT", "DE"},
    {"TF-01", HOLDS, "seller.vat_id=ATU13585627; delivery.address.country=AT", NULL, NULL, NULL},
    {"TF-01", FIRES, "seller.vat_id=FR40303265045; delivery.address.country=BE", "$.invoice.seller.vat_id", "FR", "DE"},
    {"TF-01", HOLDS, "seller.vat_id=ATU13585627; tax_representative.address.country=AT", NULL, NULL, NULL},
    {"TF-01", HOLDS, "seller.vat_id=ATU13585627; seller.address.country=-", NULL, NULL, NULL}, /* BR-09 */
    /* a representative is where it represents */
    {"TF-01", HOLDS, "tax_representative.vat_id=ATU13585627; tax_representative.address.country=AT", NULL, NULL, NULL},
    {"TF-01", FIRES, "tax_representative.vat_id=ATU13585627; tax_representative.address.country=IT", "$.invoice.tax_representative.vat_id", "AT", "IT"},
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, 0)},
    .families = {"TF-01"},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
