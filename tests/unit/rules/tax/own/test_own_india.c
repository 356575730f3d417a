/* TF-12: invoices of sellers in India. */
#include "unit/rules/tax/rule_cases.h"

static const struct rule_case cases[] = {
    {"TF-12", SILENT, "", NULL, NULL, NULL},
    {"TF-12", HOLDS, "seller.address.country=IN; number=GST/24-25/000017", NULL, NULL, NULL},
    {"TF-12", FIRES, "seller.address.country=IN; number=GST/2024-25/00017", "$.invoice.number", "", ""},
    {"TF-12", FIRES, "seller.address.country=IN; number=0017", "$.invoice.number", NULL, NULL},
    {"TF-12", FIRES, "seller.address.country=IN; number=A 17", "$.invoice.number", NULL, NULL},
    {"TF-12", HOLDS, "seller.address.country=IN; totals.rounding=-99", NULL, NULL, NULL},
    {"TF-12", FIRES, "seller.address.country=IN; totals.rounding=-99.01", "$.invoice.totals.rounding", "-99.01", "99.00"},
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, 0)},
    .families = {"TF-12"},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
