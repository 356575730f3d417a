#include "unit/rules/tax/rule_cases.h"

static const struct rule_case cases[] = {
    {"BR-IC-11", HOLDS, "vat_breakdown[3].category=K; delivery.date=2026-11-01", NULL, NULL, NULL},
    {"BR-IC-11", HOLDS, "vat_breakdown[3].category=K; period.start=2026-11-01", NULL, NULL, NULL},
    {"BR-IC-11", HOLDS, "vat_breakdown[3].category=K; period={}; tax_point_code=35", NULL, NULL, NULL},
    {"BR-IC-11", SILENT, "", NULL, NULL, NULL},
    {"BR-IC-11", FIRES, "vat_breakdown[3].category=K", "$.invoice.delivery.date", "", ""},
    {"BR-IC-11", FIRES, "vat_breakdown[3].category=K; period={}; delivery.date=", NULL, NULL, NULL},
    {"BR-IC-12", HOLDS, "vat_breakdown[3].category=K; delivery.address.country=FR", NULL, NULL, NULL},
    {"BR-IC-12", SILENT, "", NULL, NULL, NULL},
    {"BR-IC-12", FIRES, "vat_breakdown[3].category=K", "$.invoice.delivery.address.country", "", ""},
    {"BR-IC-12", FIRES, "vat_breakdown[3].category=K; delivery.address.country=F", NULL, NULL, NULL},
    {"BR-O-11", HOLDS, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O", NULL, NULL, NULL},
    {"BR-O-11", SILENT, "", NULL, NULL, NULL},
    {"BR-O-11", FIRES, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; vat_breakdown[1].category=S", "$.invoice.vat_breakdown", "", ""},
    {"BR-O-11", FIRES, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; vat_breakdown[1].rate=0", NULL, NULL, NULL},
    {"BR-O-11", HOLDS, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; vat_breakdown[1].category=S; vat_breakdown[1].scheme=GST", NULL, NULL, NULL},
    {"BR-O-12", HOLDS, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O", NULL, NULL, NULL},
    {"BR-O-12", FIRES, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; lines[2].vat.category=Z", "$.invoice.lines", "", ""},
    {"BR-O-12", FIRES, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; lines[0].vat.category=-", NULL, NULL, NULL},
    {"BR-O-12", HOLDS, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; lines[0].vat=-", NULL, NULL, NULL},
    {"BR-O-13", HOLDS, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=[]; allowances[0].vat_category=O; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O", NULL, NULL, NULL},
    {"BR-O-13", FIRES, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; allowances[0].vat_category=Z", "$.invoice.allowances", "", ""},
    {"BR-O-13", FIRES, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=[]; allowances[0].vat_category=O; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; allowances[1].vat_rate=0", NULL, NULL, NULL},
    {"BR-O-14", HOLDS, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; charges=[]; charges[0].vat_category=O", NULL, NULL, NULL},
    {"BR-O-14", FIRES, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; charges=[]; charges[0].vat_category=Z", "$.invoice.charges", "", ""},
    {"BR-O-14", FIRES, "vat_breakdown=[]; vat_breakdown[0].category=O; allowances=-; charges=-; lines[0].vat.category=O; lines[1].vat.category=O; lines[2].vat.category=O; lines[3].vat.category=O; charges=[]; charges[0].vat_category=O; charges[1].vat_category=S", NULL, NULL, NULL},
    {"BR-B-01", HOLDS, "lines[0].vat.category=B; seller.address.country=IT; buyer.address.country=IT", NULL, NULL, NULL},
    {"BR-B-01", SILENT, "", NULL, NULL, NULL},
    {"BR-B-01", SILENT, "lines[0].vat.category= B", NULL, NULL, NULL},
    {"BR-B-01", FIRES, "lines[0].vat.category=B", "$.invoice.seller.address.country", "", ""},
    {"BR-B-01", FIRES, "vat_breakdown[0].category=B; seller.address.country=IT; buyer.address.country=IT; lines[2].item.origin_country=DE", NULL, NULL, NULL},
    {"BR-B-01", FIRES, "allowances[0].vat_category=B; seller.address.country=IT; buyer.address.country=IT; strays[0].kind=country; strays[0].text=DE", NULL, NULL, NULL},
    {"BR-B-02", HOLDS, "vat_breakdown=[]; vat_breakdown[0].category=B; allowances=-; charges=-; lines[0].vat.category=B; lines[1].vat.category=B; lines[2].vat.category=B; lines[3].vat.category=B", NULL, NULL, NULL},
    {"BR-B-02", SILENT, "", NULL, NULL, NULL},
    {"BR-B-02", FIRES, "lines[0].vat.category=B", "$.invoice.vat_breakdown", "", ""},
    {"BR-B-02", FIRES, "vat_breakdown=[]; vat_breakdown[0].category=B; allowances=-; charges=-; lines[0].vat.category=B; lines[1].vat.category=B; lines[2].vat.category=B; lines[3].vat.category=B; charges=[]; charges[0].vat_category=S; charges[0].vat_scheme=GST", NULL, NULL, NULL},
};

static const struct rule_case strict_cases[] = {
    {"BR-IC-11", FIRES, "vat_breakdown[3].category=K; period={}; tax_point_code=35", NULL, NULL, NULL},
    {"BR-IC-12", HOLDS, "vat_breakdown[3].category=K; delivery.address.country=F", NULL, NULL, NULL},
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, .strict = false), RULE_TABLE(strict_cases, .strict = true)},
    .families = {"BR-IC-11", "BR-IC-12", "BR-O-11", "BR-O-12", "BR-O-13", "BR-O-14", "BR-B-"},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
