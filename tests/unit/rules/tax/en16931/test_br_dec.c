#include "unit/rules/tax/rule_cases.h"

static const struct rule_case cases[] = {
    {"BR-DEC-01", HOLDS, "allowances[0].amount=12.34", NULL, NULL, NULL},
    {"BR-DEC-01", HOLDS, "allowances[0].amount=-12.", NULL, NULL, NULL},
    {"BR-DEC-01", SILENT, "allowances[0].amount=-; allowances=-", NULL, NULL, NULL},
    {"BR-DEC-01", FIRES, "allowances[0].amount=12.340", "$.invoice.allowances[0].amount", "12.340", "at most 2 decimals"},
    {"BR-DEC-01", FIRES, "allowances[0].amount=.001", "$.invoice.allowances[0].amount", NULL, NULL},
    {"BR-DEC-02", HOLDS, "allowances[0].base=12.34", NULL, NULL, NULL},
    {"BR-DEC-02", HOLDS, "allowances[0].base=-12.", NULL, NULL, NULL},
    {"BR-DEC-02", SILENT, "allowances[0].base=-", NULL, NULL, NULL},
    {"BR-DEC-02", FIRES, "allowances[0].base=12.340", "$.invoice.allowances[0].base", "12.340", "at most 2 decimals"},
    {"BR-DEC-02", FIRES, "allowances[0].base=.001", "$.invoice.allowances[0].base", NULL, NULL},
    {"BR-DEC-05", HOLDS, "charges[0].amount=12.34", NULL, NULL, NULL},
    {"BR-DEC-05", HOLDS, "charges[0].amount=-12.", NULL, NULL, NULL},
    {"BR-DEC-05", SILENT, "charges[0].amount=-; charges=-", NULL, NULL, NULL},
    {"BR-DEC-05", FIRES, "charges[0].amount=12.340", "$.invoice.charges[0].amount", "12.340", "at most 2 decimals"},
    {"BR-DEC-05", FIRES, "charges[0].amount=.001", "$.invoice.charges[0].amount", NULL, NULL},
    {"BR-DEC-06", HOLDS, "charges[0].base=12.34", NULL, NULL, NULL},
    {"BR-DEC-06", HOLDS, "charges[0].base=-12.", NULL, NULL, NULL},
    {"BR-DEC-06", SILENT, "charges[0].base=-", NULL, NULL, NULL},
    {"BR-DEC-06", FIRES, "charges[0].base=12.340", "$.invoice.charges[0].base", "12.340", "at most 2 decimals"},
    {"BR-DEC-06", FIRES, "charges[0].base=.001", "$.invoice.charges[0].base", NULL, NULL},
    {"BR-DEC-09", HOLDS, "totals.line_net=12.34", NULL, NULL, NULL},
    {"BR-DEC-09", HOLDS, "totals.line_net=-12.", NULL, NULL, NULL},
    {"BR-DEC-09", SILENT, "totals.line_net=-", NULL, NULL, NULL},
    {"BR-DEC-09", FIRES, "totals.line_net=12.340", "$.invoice.totals.line_net", "12.340", "at most 2 decimals"},
    {"BR-DEC-09", FIRES, "totals.line_net=.001", "$.invoice.totals.line_net", NULL, NULL},
    {"BR-DEC-10", HOLDS, "totals.allowances=12.34", NULL, NULL, NULL},
    {"BR-DEC-10", HOLDS, "totals.allowances=-12.", NULL, NULL, NULL},
    {"BR-DEC-10", SILENT, "totals.allowances=-", NULL, NULL, NULL},
    {"BR-DEC-10", FIRES, "totals.allowances=12.340", "$.invoice.totals.allowances", "12.340", "at most 2 decimals"},
    {"BR-DEC-10", FIRES, "totals.allowances=.001", "$.invoice.totals.allowances", NULL, NULL},
    {"BR-DEC-11", HOLDS, "totals.charges=12.34", NULL, NULL, NULL},
    {"BR-DEC-11", HOLDS, "totals.charges=-12.", NULL, NULL, NULL},
    {"BR-DEC-11", SILENT, "totals.charges=-", NULL, NULL, NULL},
    {"BR-DEC-11", FIRES, "totals.charges=12.340", "$.invoice.totals.charges", "12.340", "at most 2 decimals"},
    {"BR-DEC-11", FIRES, "totals.charges=.001", "$.invoice.totals.charges", NULL, NULL},
    {"BR-DEC-12", HOLDS, "totals.net=12.34", NULL, NULL, NULL},
    {"BR-DEC-12", HOLDS, "totals.net=-12.", NULL, NULL, NULL},
    {"BR-DEC-12", SILENT, "totals.net=-", NULL, NULL, NULL},
    {"BR-DEC-12", FIRES, "totals.net=12.340", "$.invoice.totals.net", "12.340", "at most 2 decimals"},
    {"BR-DEC-12", FIRES, "totals.net=.001", "$.invoice.totals.net", NULL, NULL},
    {"BR-DEC-14", HOLDS, "totals.gross=12.34", NULL, NULL, NULL},
    {"BR-DEC-14", HOLDS, "totals.gross=-12.", NULL, NULL, NULL},
    {"BR-DEC-14", SILENT, "totals.gross=-", NULL, NULL, NULL},
    {"BR-DEC-14", FIRES, "totals.gross=12.340", "$.invoice.totals.gross", "12.340", "at most 2 decimals"},
    {"BR-DEC-14", FIRES, "totals.gross=.001", "$.invoice.totals.gross", NULL, NULL},
    {"BR-DEC-16", HOLDS, "totals.prepaid=12.34", NULL, NULL, NULL},
    {"BR-DEC-16", HOLDS, "totals.prepaid=-12.", NULL, NULL, NULL},
    {"BR-DEC-16", SILENT, "totals.prepaid=-", NULL, NULL, NULL},
    {"BR-DEC-16", FIRES, "totals.prepaid=12.340", "$.invoice.totals.prepaid", "12.340", "at most 2 decimals"},
    {"BR-DEC-16", FIRES, "totals.prepaid=.001", "$.invoice.totals.prepaid", NULL, NULL},
    {"BR-DEC-17", HOLDS, "totals.rounding=12.34", NULL, NULL, NULL},
    {"BR-DEC-17", HOLDS, "totals.rounding=-12.", NULL, NULL, NULL},
    {"BR-DEC-17", SILENT, "totals.rounding=-", NULL, NULL, NULL},
    {"BR-DEC-17", FIRES, "totals.rounding=12.340", "$.invoice.totals.rounding", "12.340", "at most 2 decimals"},
    {"BR-DEC-17", FIRES, "totals.rounding=.001", "$.invoice.totals.rounding", NULL, NULL},
    {"BR-DEC-18", HOLDS, "totals.due=12.34", NULL, NULL, NULL},
    {"BR-DEC-18", HOLDS, "totals.due=-12.", NULL, NULL, NULL},
    {"BR-DEC-18", SILENT, "totals.due=-", NULL, NULL, NULL},
    {"BR-DEC-18", FIRES, "totals.due=12.340", "$.invoice.totals.due", "12.340", "at most 2 decimals"},
    {"BR-DEC-18", FIRES, "totals.due=.001", "$.invoice.totals.due", NULL, NULL},
    {"BR-DEC-19", HOLDS, "vat_breakdown[0].taxable=12.34", NULL, NULL, NULL},
    {"BR-DEC-19", HOLDS, "vat_breakdown[0].taxable=-12.", NULL, NULL, NULL},
    {"BR-DEC-19", SILENT, "vat_breakdown[0].taxable=-; vat_breakdown=-", NULL, NULL, NULL},
    {"BR-DEC-19", FIRES, "vat_breakdown[0].taxable=12.340", "$.invoice.vat_breakdown[0].taxable", "12.340", "at most 2 decimals"},
    {"BR-DEC-19", FIRES, "vat_breakdown[0].taxable=.001", "$.invoice.vat_breakdown[0].taxable", NULL, NULL},
    {"BR-DEC-20", HOLDS, "vat_breakdown[0].tax=12.34", NULL, NULL, NULL},
    {"BR-DEC-20", HOLDS, "vat_breakdown[0].tax=-12.", NULL, NULL, NULL},
    {"BR-DEC-20", SILENT, "vat_breakdown[0].tax=-; vat_breakdown=-", NULL, NULL, NULL},
    {"BR-DEC-20", FIRES, "vat_breakdown[0].tax=12.340", "$.invoice.vat_breakdown[0].tax", "12.340", "at most 2 decimals"},
    {"BR-DEC-20", FIRES, "vat_breakdown[0].tax=.001", "$.invoice.vat_breakdown[0].tax", NULL, NULL},
    {"BR-DEC-23", HOLDS, "lines[0].net=12.34", NULL, NULL, NULL},
    {"BR-DEC-23", HOLDS, "lines[0].net=-12.", NULL, NULL, NULL},
    {"BR-DEC-23", SILENT, "lines[0].net=-; lines=-", NULL, NULL, NULL},
    {"BR-DEC-23", FIRES, "lines[0].net=12.340", "$.invoice.lines[0].net", "12.340", "at most 2 decimals"},
    {"BR-DEC-23", FIRES, "lines[0].net=.001", "$.invoice.lines[0].net", NULL, NULL},
    {"BR-DEC-24", HOLDS, "lines[0].allowances[0].amount=12.34", NULL, NULL, NULL},
    {"BR-DEC-24", HOLDS, "lines[0].allowances[0].amount=-12.", NULL, NULL, NULL},
    {"BR-DEC-24", SILENT, "lines[0].allowances[0].amount=-", NULL, NULL, NULL},
    {"BR-DEC-24", FIRES, "lines[0].allowances[0].amount=12.340", "$.invoice.lines[0].allowances[0].amount", "12.340", "at most 2 decimals"},
    {"BR-DEC-24", FIRES, "lines[0].allowances[0].amount=.001", "$.invoice.lines[0].allowances[0].amount", NULL, NULL},
    {"BR-DEC-25", HOLDS, "lines[0].allowances[0].base=12.34", NULL, NULL, NULL},
    {"BR-DEC-25", HOLDS, "lines[0].allowances[0].base=-12.", NULL, NULL, NULL},
    {"BR-DEC-25", SILENT, "lines[0].allowances[0].base=-", NULL, NULL, NULL},
    {"BR-DEC-25", FIRES, "lines[0].allowances[0].base=12.340", "$.invoice.lines[0].allowances[0].base", "12.340", "at most 2 decimals"},
    {"BR-DEC-25", FIRES, "lines[0].allowances[0].base=.001", "$.invoice.lines[0].allowances[0].base", NULL, NULL},
    {"BR-DEC-27", HOLDS, "lines[0].charges[0].amount=12.34", NULL, NULL, NULL},
    {"BR-DEC-27", HOLDS, "lines[0].charges[0].amount=-12.", NULL, NULL, NULL},
    {"BR-DEC-27", SILENT, "lines[0].charges[0].amount=-", NULL, NULL, NULL},
    {"BR-DEC-27", FIRES, "lines[0].charges[0].amount=12.340", "$.invoice.lines[0].charges[0].amount", "12.340", "at most 2 decimals"},
    {"BR-DEC-27", FIRES, "lines[0].charges[0].amount=.001", "$.invoice.lines[0].charges[0].amount", NULL, NULL},
    {"BR-DEC-28", HOLDS, "lines[0].charges[0].base=12.34", NULL, NULL, NULL},
    {"BR-DEC-28", HOLDS, "lines[0].charges[0].base=-12.", NULL, NULL, NULL},
    {"BR-DEC-28", SILENT, "lines[0].charges[0].base=-", NULL, NULL, NULL},
    {"BR-DEC-28", FIRES, "lines[0].charges[0].base=12.340", "$.invoice.lines[0].charges[0].base", "12.340", "at most 2 decimals"},
    {"BR-DEC-28", FIRES, "lines[0].charges[0].base=.001", "$.invoice.lines[0].charges[0].base", NULL, NULL},
    {"BR-DEC-12", FIRES, "totals.net=195.00 ", "$.invoice.totals.net", NULL, NULL},
    {"BR-DEC-13", SILENT, "totals.vat=21.550", NULL, NULL, NULL},
    {"BR-DEC-15", SILENT, "vat_currency=SEK; totals.vat_accounting=1.234", NULL, NULL, NULL},
};

static const struct rule_case strict_cases[] = {
    {"BR-DEC-12", HOLDS, "totals.net=195.00 ", NULL, NULL, NULL},
    {"BR-DEC-13", HOLDS, "", NULL, NULL, NULL},
    {"BR-DEC-13", FIRES, "totals.vat=21.550", "$.invoice.totals.vat", "21.550", NULL},
    {"BR-DEC-13", FIRES, "vat_totals[0].amount=1; vat_totals[0].currency=SEK; vat_totals[1].amount=21.551; vat_totals[1].currency= EUR", "$.invoice.vat_totals[1].amount", NULL, NULL},
    {"BR-DEC-13", SILENT, "totals.vat=-", NULL, NULL, NULL},
    {"BR-DEC-15", HOLDS, "vat_currency=SEK; totals.vat_accounting=1.23", NULL, NULL, NULL},
    {"BR-DEC-15", SILENT, "", NULL, NULL, NULL},
    {"BR-DEC-15", FIRES, "vat_currency=SEK; totals.vat_accounting=1.234", "$.invoice.totals.vat_accounting", "1.234", NULL},
    {"BR-DEC-15", FIRES, "vat_currency=SEK; vat_totals[0].amount=1.234; vat_totals[0].currency=SEK", NULL, NULL, NULL},
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
    rule_cases_suffice(cases, RULE_CASES_COUNT(cases), strict_cases, RULE_CASES_COUNT(strict_cases), "BR-DEC-");
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
