#include "unit/rules/tax/rule_cases.h"

/* 28 digits, the most a record can carry; with ten decimals beside it a sum passes 128 bits. */
#define HUGE_AMOUNT "9999999999999999999999999999"
#define TINY_AMOUNT "0.0000000001"

static const struct rule_case cases[] = {
    {"BR-CO-10", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-10", HOLDS, "lines[0].net=100.004", NULL, NULL, NULL},
    {"BR-CO-10", HOLDS, "lines[0].net=-; totals.line_net=100.00", NULL, NULL, NULL},
    {"BR-CO-10", SILENT, "totals=-", NULL, NULL, NULL},
    {"BR-CO-10", FIRES, "lines[0].net=-", "$.invoice.totals.line_net", "200.00", "100.00"},
    {"BR-CO-10", FIRES, "totals.line_net=200.01", "$.invoice.totals.line_net", "200.01", "200.00"},
    {"BR-CO-10", FIRES, "lines[0].net=100.005", "$.invoice.totals.line_net", "200.00", "200.01"},
    {"BR-CO-10", FIRES, "totals.line_net=-", "$.invoice.totals.line_net", "", "200.00"},
    {"BR-CO-10", FIRES, "totals.line_net=200.001", NULL, "200.001", "200.00"},
    {"BR-CO-10", HOLDS, "lines=[]; lines[0].net=-0.125; totals.line_net=-0.12", NULL, NULL, NULL},
    {"BR-CO-10", HOLDS, "lines=[]; totals.line_net=0", NULL, NULL, NULL},
    {"BR-CO-10", FIRES, "lines[0].net=" HUGE_AMOUNT "; lines[1].net=" TINY_AMOUNT "; lines[2].net=" HUGE_AMOUNT, NULL, "200.00", ""},
    {"BR-CO-11", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-11", HOLDS, "allowances=-; totals.allowances=-", NULL, NULL, NULL},
    {"BR-CO-11", HOLDS, "allowances=-; totals.allowances=0", NULL, NULL, NULL},
    {"BR-CO-11", SILENT, "totals=-", NULL, NULL, NULL},
    {"BR-CO-11", FIRES, "totals.allowances=-", "$.invoice.totals.allowances", "", "15.00"},
    {"BR-CO-11", FIRES, "allowances=-", "$.invoice.totals.allowances", "15.00", "0.00"},
    {"BR-CO-11", FIRES, "allowances=[]; allowances[0].amount=0; totals.allowances=-", NULL, "", "0.00"},
    {"BR-CO-11", FIRES, "totals.allowances=15.01", NULL, "15.01", "15.00"},
    {"BR-CO-12", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-12", HOLDS, "charges=-; totals.charges=-", NULL, NULL, NULL},
    {"BR-CO-12", FIRES, "totals.charges=-", "$.invoice.totals.charges", "", "10.00"},
    {"BR-CO-12", FIRES, "charges=-", NULL, "10.00", "0.00"},
    {"BR-CO-12", FIRES, "charges[0].amount=5.005", NULL, "10.00", "10.01"},
    {"BR-CO-13", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-13", HOLDS, "totals.allowances=15.004", NULL, NULL, NULL},
    {"BR-CO-13", HOLDS, "totals.allowances=-; totals.charges=-; totals.net=200.00", NULL, NULL, NULL},
    {"BR-CO-13", HOLDS, "totals.allowances=-; totals.net=210.00", NULL, NULL, NULL},
    {"BR-CO-13", HOLDS, "totals.charges=-; totals.net=185.00", NULL, NULL, NULL},
    {"BR-CO-13", HOLDS, "totals.allowances=-; totals.charges=-; totals.line_net=1.005; totals.net=1.005", NULL, NULL, NULL},
    {"BR-CO-13", HOLDS, "totals.allowances=-; totals.charges=10.004; totals.net=210.00", NULL, NULL, NULL},
    {"BR-CO-13", SILENT, "totals=-", NULL, NULL, NULL},
    {"BR-CO-13", FIRES, "totals.net=195.01", "$.invoice.totals.net", "195.01", "195.00"},
    {"BR-CO-13", FIRES, "totals.line_net=-", "$.invoice.totals.net", "195.00", ""},
    {"BR-CO-13", FIRES, "totals.net=-", "$.invoice.totals.net", "", "195.00"},
    {"BR-CO-13", FIRES, "totals.allowances=-; totals.charges=-; totals.line_net=1.005; totals.net=1.01", NULL, "1.01", "1.005"},
    {"BR-CO-14", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-14", HOLDS, "vat_breakdown[0].tax=18.054", NULL, NULL, NULL},
    {"BR-CO-14", SILENT, "vat_breakdown=-", NULL, NULL, NULL},
    {"BR-CO-14", HOLDS, "totals.vat_accounting=99; vat_currency=SEK", NULL, NULL, NULL},
    {"BR-CO-14", FIRES, "totals.vat=21.56", "$.invoice.totals.vat", "21.56", "21.55"},
    {"BR-CO-14", FIRES, "totals.vat=-", "$.invoice.totals.vat", "", "21.55"},
    {"BR-CO-14", FIRES, "vat_breakdown[0].tax=18.055", NULL, "21.55", "21.56"},
    {"BR-CO-14", HOLDS, "vat_totals[0].amount=21.55; vat_totals[0].currency=EUR", NULL, NULL, NULL},
    {"BR-CO-14", FIRES, "vat_totals[0].amount=5.00; vat_totals[0].currency=EUR; vat_totals[0].breakdown[0].tax=4.00",
     "$.invoice.vat_totals[0].amount", "5.00", "4.00"},
    {"BR-CO-14", FIRES, "totals.vat=-; vat_breakdown=-; vat_totals[0].currency=EUR; vat_totals[0].breakdown[0].tax=4.00",
     "$.invoice.vat_totals[0].amount", "", "4.00"},
    {"BR-CO-14", HOLDS, "totals.vat=-; vat_breakdown=-; vat_totals[0].amount=4; vat_totals[0].breakdown[0].tax=4.00", NULL, NULL, NULL},
    {"BR-CO-15", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-15", HOLDS, "vat_currency=SEK; totals.vat_accounting=250.00", NULL, NULL, NULL},
    {"BR-CO-15", HOLDS, "vat_totals[0].amount=21.55; vat_totals[0].currency=EUR", NULL, NULL, NULL},
    {"BR-CO-15", SILENT, "currency=-", NULL, NULL, NULL},
    {"BR-CO-15", FIRES, "totals.gross=216.54", "$.invoice.totals.gross", "216.54", "216.55"},
    {"BR-CO-15", FIRES, "totals.vat=-", "$.invoice.totals.vat", "", ""},
    {"BR-CO-15", FIRES, "totals=-", NULL, NULL, NULL},
    {"BR-CO-15", FIRES, "totals.gross=-", "$.invoice.totals.gross", "", "216.55"},
    {"BR-CO-15", FIRES, "vat_currency=EUR; totals.vat_accounting=21.55", "$.invoice.totals.vat", "", ""},
    {"BR-CO-15", FIRES, "vat_totals[0].amount=21.55; vat_totals[0].currency=eur", NULL, NULL, NULL},
    {"BR-CO-15", FIRES, "vat_totals[0].amount=21.55; vat_totals[0].currency=EUR; vat_totals[1].amount=1; vat_totals[1].currency=EUR",
     NULL, NULL, NULL},
    {"BR-CO-15", FIRES, "totals.vat=1.00; vat_totals[0].amount=21.55; vat_totals[0].currency=EUR", NULL, NULL, NULL},
    {"BR-CO-15", FIRES, "totals.vat=" HUGE_AMOUNT "; totals.net=" TINY_AMOUNT, "$.invoice.totals.gross", "216.55", NULL},
    {"BR-CO-16", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-16", HOLDS, "totals.prepaid=-; totals.due=216.55", NULL, NULL, NULL},
    {"BR-CO-16", HOLDS, "totals.rounding=0.45; totals.due=200.45", NULL, NULL, NULL},
    {"BR-CO-16", HOLDS, "totals.prepaid=-; totals.rounding=0.45; totals.due=217.00", NULL, NULL, NULL},
    {"BR-CO-16", HOLDS, "totals.prepaid=16.554", NULL, NULL, NULL},
    {"BR-CO-16", HOLDS, "totals.prepaid=-; totals.rounding=0.454; totals.due=217.00", NULL, NULL, NULL},
    {"BR-CO-16", SILENT, "totals=-", NULL, NULL, NULL},
    {"BR-CO-16", FIRES, "totals.due=216.55", "$.invoice.totals.due", "216.55", "200.00"},
    {"BR-CO-16", FIRES, "totals.prepaid=-", NULL, "200.00", "216.55"},
    {"BR-CO-16", FIRES, "totals.rounding=0.45", NULL, "200.00", "200.45"},
    {"BR-CO-16", FIRES, "totals.prepaid=-; totals.rounding=0.45; totals.due=216.55", NULL, "216.55", "217.00"},
    {"BR-CO-16", FIRES, "totals.due=-", NULL, "", "200.00"},
    {"BR-CO-16", FIRES, "totals.gross=-", NULL, "200.00", ""},
    {"BR-CO-16", FIRES, "totals.due=200.004", NULL, "200.004", "200.00"},
    {"BR-CO-17", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-17", HOLDS, "vat_breakdown[0].tax=19.04", NULL, NULL, NULL},
    {"BR-CO-17", HOLDS, "vat_breakdown[0].tax=-18.05", NULL, NULL, NULL},
    {"BR-CO-17", HOLDS, "vat_breakdown[0].taxable=-95.00; vat_breakdown[0].tax=-18.05", NULL, NULL, NULL},
    {"BR-CO-17", HOLDS, "vat_breakdown[0].rate=0.4; vat_breakdown[0].tax=0.49", NULL, NULL, NULL},
    {"BR-CO-17", HOLDS, "vat_breakdown[0].rate=-; vat_breakdown[0].tax=-0.5", NULL, NULL, NULL},
    {"BR-CO-17", SILENT, "vat_breakdown=-", NULL, NULL, NULL},
    {"BR-CO-17", FIRES, "vat_breakdown[0].tax=19.05", "$.invoice.vat_breakdown[0].tax", "19.05", "18.05"},
    {"BR-CO-17", FIRES, "vat_breakdown[1].tax=2.50", "$.invoice.vat_breakdown[1].tax", "2.50", "3.50"},
    {"BR-CO-17", FIRES, "vat_breakdown[0].rate=0.4; vat_breakdown[0].tax=0.5", NULL, "0.50", "0.00"},
    {"BR-CO-17", FIRES, "vat_breakdown[0].rate=-", NULL, "18.05", "0.00"},
    {"BR-CO-17", FIRES, "vat_breakdown[0].tax=-", NULL, "", "18.05"},
    {"BR-CO-17", FIRES, "vat_breakdown[0].taxable=-", NULL, "18.05", ""},
    {"BR-CO-17", FIRES, "vat_breakdown[0].taxable=-950.00", NULL, "18.05", "-180.50"},
    {"BR-CO-17", FIRES, "vat_breakdown[0].taxable=" HUGE_AMOUNT "; vat_breakdown[0].rate=" HUGE_AMOUNT, NULL, "18.05", ""},
    {"BR-CO-18", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-18", HOLDS, "vat_breakdown=-; totals.vat=-; vat_totals[0].breakdown[0].tax=0", NULL, NULL, NULL},
    {"BR-CO-18", FIRES, "vat_breakdown=-", "$.invoice.vat_breakdown", "", ""},
    {"BR-CO-18", FIRES, "vat_breakdown=[]; vat_totals[0].amount=0", NULL, NULL, NULL},
};

static const struct rule_case strict_cases[] = {
    {"BR-CO-10", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-10", FIRES, "lines[0].net=100.004", NULL, "200.00", "200.004"},
    {"BR-CO-13", FIRES, "lines[0].net=90.00; totals.line_net=200.00", NULL, "195.00", "185.00"},
    {"BR-CO-15", HOLDS, "totals.vat=-; totals.gross=195.00", NULL, NULL, NULL},
    {"BR-CO-15", FIRES, "totals.vat=-", "$.invoice.totals.gross", "216.55", "195.00"},
    {"BR-CO-15", FIRES, "vat_currency=EUR; totals.vat_accounting=21.55", NULL, NULL, NULL},
    {"BR-CO-16", FIRES, "totals.prepaid=16.554", NULL, "200.00", "199.996"},
    {"BR-CO-17", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-17", FIRES, "vat_breakdown[0].tax=18.06", NULL, "18.06", "18.05"},
    {"BR-CO-17", FIRES, "vat_breakdown[0].tax=-18.05", NULL, "-18.05", "18.05"},
    {"BR-CO-17", HOLDS, "vat_breakdown[0].taxable=0.50; vat_breakdown[0].rate=5; vat_breakdown[0].tax=0.02", NULL, NULL, NULL},
    {"BR-CO-17", HOLDS, "vat_breakdown[0].taxable=0.50; vat_breakdown[0].rate=5; vat_breakdown[0].tax=0.03", NULL, NULL, NULL},
    {"BR-CO-17", FIRES, "vat_breakdown[0].rate=-; vat_breakdown[0].tax=0.01", NULL, "0.01", "0.00"},
};

static void test_as_the_artefact(void **state)
{
    (void)state;
    rule_cases_run(cases, RULE_CASES_COUNT(cases), (struct tf_tax_options){.strict = false});
}

static void test_as_the_standard(void **state)
{
    (void)state;
    rule_cases_run(strict_cases, RULE_CASES_COUNT(strict_cases), (struct tf_tax_options){.strict = true});
}

static void test_every_rule_has_cases(void **state)
{
    (void)state;
    static const char *const ids[] = {"BR-CO-10", "BR-CO-11", "BR-CO-12", "BR-CO-13", "BR-CO-14", "BR-CO-15", "BR-CO-16", "BR-CO-17", "BR-CO-18"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        rule_cases_suffice(cases, RULE_CASES_COUNT(cases), strict_cases, RULE_CASES_COUNT(strict_cases), ids[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_the_artefact),
        cmocka_unit_test(test_as_the_standard),
        cmocka_unit_test(test_every_rule_has_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
