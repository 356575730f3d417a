/* TF-04 and TF-05: signs, lines and allowances. */
#include "unit/rules/tax/rule_cases.h"

static const struct rule_case cases[] = {
    {"TF-04", HOLDS, "", NULL, NULL, NULL},
    {"TF-04", HOLDS, "vat_breakdown[0].taxable=-95.00; vat_breakdown[0].tax=-18.05", NULL, NULL, NULL},
    {"TF-04", HOLDS, "vat_breakdown[0].tax=0.00", NULL, NULL, NULL},
    {"TF-04", FIRES, "vat_breakdown[0].tax=-18.05", "$.invoice.vat_breakdown[0].tax", "-18.05", "18.05"},
    {"TF-04", FIRES, "vat_breakdown[1].taxable=-50", "$.invoice.vat_breakdown[1].tax", "3.50", "-3.50"},
    {"TF-04", HOLDS, "vat_currency=SEK; totals.vat_accounting=240.00", NULL, NULL, NULL},
    {"TF-04", FIRES, "vat_currency=SEK; totals.vat_accounting=-240.00", "$.invoice.totals.vat_accounting", "-240.00", "240.00"},
    {"TF-05", HOLDS, "", NULL, NULL, NULL},
    {"TF-05", HOLDS, "lines[0].net=100.02", NULL, NULL, NULL},
    {"TF-05", FIRES, "lines[0].net=100.021", "$.invoice.lines[0].net", "100.021", "100.00"},
    {"TF-05", FIRES, "lines[1].quantity=3", "$.invoice.lines[1].net", "50.00", "150.00"},
    {"TF-05", HOLDS, "lines[0].quantity=3; lines[0].price.base_quantity=3", NULL, NULL, NULL},
    {"TF-05", HOLDS, "lines[0].quantity=1; lines[0].price.net=300.03; lines[0].price.base_quantity=3", NULL, NULL, NULL},
    {"TF-05", FIRES, "lines[0].price.base_quantity=3", "$.invoice.lines[0].net", "100.00", "33.33"},
    {"TF-05", FIRES, "lines[0].price.base_quantity=0", "$.invoice.lines[0].price.base_quantity", "0.00", "1.00"},
    {"TF-05", HOLDS, "lines[0].net=-100.00; lines[0].quantity=-1", NULL, NULL, NULL},
    {"TF-05", FIRES, "lines[0].net=-100.00", "$.invoice.lines[0].net", "-100.00", "100.00"},
    {"TF-05", HOLDS, "lines[0].charges[0].amount=5; lines[0].allowances[0].amount=7.50; lines[0].net=97.5", NULL, NULL, NULL},
    {"TF-05", FIRES, "lines[0].charges[0].amount=5", "$.invoice.lines[0].net", "100.00", "105.00"},
    {"TF-05", FIRES, "lines[0].quantity=9999999999999999999999999999; lines[0].price.net=9999999999999999999999999999", "$.invoice.lines[0].net", "100.00", ""},
    {"TF-05", HOLDS, "currency=JPY; lines[0].net=101", NULL, NULL, NULL},
    {"TF-05", FIRES, "currency=HUF; lines[0].net=102", "$.invoice.lines[0].net", "102.00", "100.00"},
    {"TF-05", HOLDS, "allowances[0].base=100; allowances[0].percent=10", NULL, NULL, NULL},
    {"TF-05", FIRES, "allowances[0].base=100; allowances[0].percent=11", "$.invoice.allowances[0].amount", "10.00", "11.00"},
    {"TF-05", FIRES, "charges[2].base=100; charges[2].percent=5", "$.invoice.charges[2].amount", "4.00", "5.00"},
    {"TF-05", FIRES, "lines[1].allowances[0].amount=1; lines[1].allowances[0].base=50; lines[1].allowances[0].percent=3; lines[1].net=49",
     "$.invoice.lines[1].allowances[0].amount", "1.00", "1.50"},
    {"TF-05", HOLDS, "lines[0].price.gross=110; lines[0].price.discount=10", NULL, NULL, NULL},
    {"TF-05", HOLDS, "lines[0].price.gross=100.0049; lines[0].price.discount=0", NULL, NULL, NULL}, /* the net price is rounded */
    {"TF-05", FIRES, "lines[0].price.gross=110; lines[0].price.discount=11", "$.invoice.lines[0].price.net", "100.00", "99.00"},
    {"TF-05", FIRES, "lines[3].price.gross=29.99; lines[3].price.discount=0", "$.invoice.lines[3].price.net", "30.00", "29.99"},
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, 0)},
    .families = {"TF-04", "TF-05"},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
