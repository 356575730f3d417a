/* TF-10: minor units, and VAT in the accounting currency. */
#include "unit/rules/tax/rule_cases.h"

static const struct rule_case cases[] = {
    {"TF-10", SILENT, "", NULL, NULL, NULL},
    {"TF-10", SILENT, "currency=HUF", NULL, NULL, NULL},
    {"TF-10", HOLDS, "currency=JPY; vat_breakdown[0].tax=18.00; vat_breakdown[1].tax=4; totals.vat=22; totals.gross=217.00; totals.prepaid=17", NULL, NULL, NULL},
    {"TF-10", FIRES, "currency=JPY; totals.vat=22; totals.gross=217.00; totals.prepaid=17", "$.invoice.vat_breakdown[0].tax", "18.05", "18.00"},
    {"TF-10", FIRES, "currency=KRW; totals.vat=22; totals.prepaid=17", "$.invoice.totals.gross", "216.55", "217.00"},
    {"TF-10", FIRES, "currency=ISK; lines[2].net=20.5; totals.vat=22; totals.gross=217.00; totals.prepaid=17", "$.invoice.lines[2].net", "20.50", "21.00"},
    {"TF-10", HOLDS, "vat_currency=SEK; totals.vat_accounting=240.00", NULL, NULL, NULL},
    {"TF-10", HOLDS, "vat_currency=DKK; totals.vat_accounting=160.80", NULL, NULL, NULL},
    {"TF-10", FIRES, "vat_currency=DKK; totals.vat_accounting=21.55", "$.invoice.totals.vat_accounting", "21.55", "155.09"},
    {"TF-10", FIRES, "vat_currency=SEK; totals.vat_accounting=2400.00", "$.invoice.totals.vat_accounting", "2400.00", "301.84"},
    {"TF-10", FIRES, "currency=SEK; vat_currency=EUR; totals.vat_accounting=21.55", "$.invoice.totals.vat_accounting", "21.55", NULL},
    {"TF-10", HOLDS, "vat_currency=GBP; totals.vat=0.01; totals.vat_accounting=0.01", NULL, NULL, NULL}, /* of a cent there is no rate */
    {"TF-10", SILENT, "vat_currency=XAU; totals.vat_accounting=2400.00", NULL, NULL, NULL},
    {"TF-10", SILENT, "vat_currency=SEK", NULL, NULL, NULL},
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, 0)},
    .families = {"TF-10"},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
