#include "unit/rules/tax/rule_cases.h"

static const struct rule_case cases[] = {
    {"BR-CO-03", HOLDS, "tax_point_date=2026-11-20", NULL, NULL, NULL},
    {"BR-CO-03", HOLDS, "tax_point_code=35", NULL, NULL, NULL},
    {"BR-CO-03", SILENT, "", NULL, NULL, NULL},
    {"BR-CO-03", FIRES, "tax_point_date=2026-11-20; tax_point_code=35", "$.invoice.tax_point_code", "", ""},
    {"BR-CO-03", FIRES, "tax_point_date=; tax_point_code=", NULL, NULL, NULL},
    {"BR-CO-04", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-04", HOLDS, "lines[0].vat.category=", NULL, NULL, NULL},
    {"BR-CO-04", FIRES, "lines[0].vat.category=-", "$.invoice.lines[0].vat.category", "", ""},
    {"BR-CO-04", FIRES, "lines[1].vat=-", NULL, NULL, NULL},
    {"BR-CO-04", FIRES, "lines[0].vat.scheme=GST", NULL, NULL, NULL},
    {"BR-CO-09", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-09", HOLDS, "seller.vat_id=EL123; buyer.vat_id=XI1; tax_representative.vat_id=1A2", NULL, NULL, NULL},
    {"BR-CO-09", HOLDS, "seller.vat_id=", NULL, NULL, NULL},
    {"BR-CO-09", HOLDS, "seller.vat_id=D", NULL, NULL, NULL},
    {"BR-CO-09", HOLDS, "seller.vat_id= D123", NULL, NULL, NULL},
    {"BR-CO-09", FIRES, "seller.vat_id=de123", "$.invoice.seller.vat_id", "de", NULL},
    {"BR-CO-09", FIRES, "buyer.vat_id=ZZ1", "$.invoice.buyer.vat_id", "ZZ", NULL},
    {"BR-CO-09", FIRES, "tax_representative.vat_id=123", "$.invoice.tax_representative.vat_id", "12", NULL},
    {"BR-CO-09", FIRES, "seller.vat_id=ÖÄ1", "$.invoice.seller.vat_id", "ÖÄ", NULL},
    {"BR-CO-09", FIRES, "strays[0].kind=vat_id; strays[0].text=123", "$.invoice", "12", NULL},
    {"BR-CO-19", HOLDS, "period.start=2026-11-01", NULL, NULL, NULL},
    {"BR-CO-19", HOLDS, "period.end=2026-11-01", NULL, NULL, NULL},
    {"BR-CO-19", HOLDS, "period={}; tax_point_code=35", NULL, NULL, NULL},
    {"BR-CO-19", SILENT, "", NULL, NULL, NULL},
    {"BR-CO-19", FIRES, "period={}", "$.invoice.period", "", ""},
    {"BR-CO-19", FIRES, "period={}; tax_point_date=2026-11-20", NULL, NULL, NULL},
    {"BR-CO-20", HOLDS, "lines[0].period.start=2026-11-01", NULL, NULL, NULL},
    {"BR-CO-20", SILENT, "", NULL, NULL, NULL},
    {"BR-CO-20", FIRES, "lines[0].period={}", "$.invoice.lines[0].period", "", ""},
    {"BR-CO-20", FIRES, "lines[1].period={}; tax_point_code=35", NULL, NULL, NULL},
    {"BR-CO-21", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-21", SILENT, "allowances=-", NULL, NULL, NULL},
    {"BR-CO-21", FIRES, "allowances[0].reason=-", "$.invoice.allowances[0].reason", "", ""},
    {"BR-CO-21", FIRES, "allowances[2].reason=-", NULL, NULL, NULL},
    {"BR-CO-22", HOLDS, "charges[0].reason=-; charges[0].reason_code=FC", NULL, NULL, NULL},
    {"BR-CO-22", FIRES, "charges[0].reason=-", NULL, NULL, NULL},
    {"BR-CO-22", FIRES, "charges[2].reason=-", "$.invoice.charges[2].reason", "", ""},
    {"BR-CO-23", HOLDS, "lines[0].allowances[0].reason=R", NULL, NULL, NULL},
    {"BR-CO-23", FIRES, "lines[0].allowances[0].amount=1", NULL, NULL, NULL},
    {"BR-CO-23", FIRES, "lines[2].allowances[0].amount=1", "$.invoice.lines[2].allowances[0].reason", "", ""},
    {"BR-CO-24", HOLDS, "lines[0].charges[0].reason_code=FC", NULL, NULL, NULL},
    {"BR-CO-24", FIRES, "lines[0].charges[0].amount=1", NULL, NULL, NULL},
    {"BR-CO-24", FIRES, "lines[2].charges[0].amount=1", "$.invoice.lines[2].charges[0].reason", "", ""},
    {"BR-CO-25", SILENT, "due_date=-", NULL, NULL, NULL},
    {"BR-CO-26", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-26", HOLDS, "seller.vat_id=-; seller.legal_id.id=HRB1", NULL, NULL, NULL},
    {"BR-CO-26", HOLDS, "seller.vat_id=-; seller.ids[0].id=1; seller.ids[0].scheme=SEPA; seller.ids[1].id=2", NULL, NULL, NULL},
    {"BR-CO-26", SILENT, "seller=-", NULL, NULL, NULL},
    {"BR-CO-26", FIRES, "seller.vat_id=-; seller.tax_id=201", "$.invoice.seller", "", ""},
    {"BR-CO-26", FIRES, "seller.vat_id=-; seller.ids[0].id=1; seller.ids[0].scheme=SEPA", NULL, NULL, NULL},
};

static const struct rule_case strict_cases[] = {
    {"BR-CO-09", FIRES, "seller.vat_id=D", NULL, NULL, NULL},
    {"BR-CO-09", HOLDS, "seller.vat_id= DE123", NULL, NULL, NULL},
    {"BR-CO-19", FIRES, "period={}; tax_point_code=35", NULL, NULL, NULL},
    {"BR-CO-25", HOLDS, "", NULL, NULL, NULL},
    {"BR-CO-25", HOLDS, "due_date=-; payment_terms=30 days", NULL, NULL, NULL},
    {"BR-CO-25", SILENT, "due_date=-; totals.due=0", NULL, NULL, NULL},
    {"BR-CO-25", FIRES, "due_date=-", "$.invoice.due_date", "", ""},
    {"BR-CO-25", FIRES, "due_date= ; payment_terms= ; totals.due=0.01", NULL, NULL, NULL},
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, .strict = false), RULE_TABLE(strict_cases, .strict = true)},
    .families = {"BR-CO-0", "BR-CO-19", "BR-CO-2"},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
