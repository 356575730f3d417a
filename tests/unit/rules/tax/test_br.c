#include "rule_cases.h"

static const struct rule_case cases[] = {
    {"BR-01", HOLDS, "", NULL, NULL, NULL},
    {"BR-01", HOLDS, "process.specification= x ", NULL, NULL, NULL},
    {"BR-01", FIRES, "process.specification=-", "$.invoice.process.specification", "", ""},
    {"BR-01", FIRES, "process=-", "$.invoice.process.specification", "", ""},
    {"BR-01", FIRES, "process.specification= \t", NULL, NULL, NULL},
    {"BR-02", HOLDS, "", NULL, NULL, NULL},
    {"BR-02", HOLDS, "number=0", NULL, NULL, NULL},
    {"BR-02", FIRES, "number=-", "$.invoice.number", "", ""},
    {"BR-02", FIRES, "number=", "$.invoice.number", "", ""},
    {"BR-03", HOLDS, "", NULL, NULL, NULL},
    {"BR-03", HOLDS, "issue_date=1999-01-01", NULL, NULL, NULL},
    {"BR-03", FIRES, "issue_date=-", "$.invoice.issue_date", "", ""},
    {"BR-03", FIRES, "issue_date= ", NULL, NULL, NULL},
    {"BR-04", HOLDS, "", NULL, NULL, NULL},
    {"BR-04", HOLDS, "type_code=381", NULL, NULL, NULL},
    {"BR-04", FIRES, "type_code=-", "$.invoice.type_code", "", ""},
    {"BR-04", FIRES, "type_code=", NULL, NULL, NULL},
    {"BR-05", HOLDS, "", NULL, NULL, NULL},
    {"BR-05", HOLDS, "currency=XXX", NULL, NULL, NULL},
    {"BR-05", FIRES, "currency=-", "$.invoice.currency", "", ""},
    {"BR-05", FIRES, "currency=  ", NULL, NULL, NULL},
    {"BR-06", HOLDS, "", NULL, NULL, NULL},
    {"BR-06", HOLDS, "seller.name=.", NULL, NULL, NULL},
    {"BR-06", FIRES, "seller.name=-", "$.invoice.seller.name", "", ""},
    {"BR-06", FIRES, "seller=-", "$.invoice.seller.name", "", ""},
    {"BR-06", FIRES, "seller={}", NULL, NULL, NULL},
    {"BR-07", HOLDS, "", NULL, NULL, NULL},
    {"BR-07", HOLDS, "buyer.name=\xC3\xA9", NULL, NULL, NULL},
    {"BR-07", FIRES, "buyer.name=\n", "$.invoice.buyer.name", "", ""},
    {"BR-07", FIRES, "buyer=-", NULL, NULL, NULL},
    {"BR-08", HOLDS, "", NULL, NULL, NULL},
    {"BR-08", HOLDS, "seller.address={}", NULL, NULL, NULL},
    {"BR-08", FIRES, "seller.address=-", "$.invoice.seller.address", "", ""},
    {"BR-08", FIRES, "seller=-", "$.invoice.seller.address", "", ""},
    {"BR-09", HOLDS, "", NULL, NULL, NULL},
    {"BR-09", SILENT, "seller.address=-", NULL, NULL, NULL},
    {"BR-09", SILENT, "seller=-", NULL, NULL, NULL},
    {"BR-09", FIRES, "seller.address={}", "$.invoice.seller.address.country", "", ""},
    {"BR-09", FIRES, "seller.address.country= ", NULL, NULL, NULL},
    {"BR-10", HOLDS, "", NULL, NULL, NULL},
    {"BR-10", HOLDS, "buyer.address={}", NULL, NULL, NULL},
    {"BR-10", FIRES, "buyer.address=-", "$.invoice.buyer.address", "", ""},
    {"BR-10", FIRES, "buyer={}", NULL, NULL, NULL},
    {"BR-11", HOLDS, "", NULL, NULL, NULL},
    {"BR-11", SILENT, "buyer.address=-", NULL, NULL, NULL},
    {"BR-11", FIRES, "buyer.address={}", "$.invoice.buyer.address.country", "", ""},
    {"BR-11", FIRES, "buyer.address.country=", NULL, NULL, NULL},
    {"BR-12", HOLDS, "", NULL, NULL, NULL},
    {"BR-12", SILENT, "totals=-", NULL, NULL, NULL},
    {"BR-12", FIRES, "totals.line_net=-", "$.invoice.totals.line_net", "", ""},
    {"BR-12", FIRES, "totals={}", NULL, NULL, NULL},
    {"BR-13", HOLDS, "totals.net=0", NULL, NULL, NULL},
    {"BR-13", SILENT, "totals=-", NULL, NULL, NULL},
    {"BR-13", FIRES, "totals.net=-", "$.invoice.totals.net", "", ""},
    {"BR-13", FIRES, "totals={}", NULL, NULL, NULL},
    {"BR-14", HOLDS, "totals.gross=-1", NULL, NULL, NULL},
    {"BR-14", SILENT, "totals=-", NULL, NULL, NULL},
    {"BR-14", FIRES, "totals.gross=-", "$.invoice.totals.gross", "", ""},
    {"BR-14", FIRES, "totals={}", NULL, NULL, NULL},
    {"BR-15", HOLDS, "", NULL, NULL, NULL},
    {"BR-15", SILENT, "totals=-", NULL, NULL, NULL},
    {"BR-15", FIRES, "totals.due=-", "$.invoice.totals.due", "", ""},
    {"BR-15", FIRES, "totals={}; totals.gross=1", NULL, NULL, NULL},
    {"BR-16", HOLDS, "", NULL, NULL, NULL},
    {"BR-16", HOLDS, "lines=[]; lines[0].id=", NULL, NULL, NULL},
    {"BR-16", FIRES, "lines=-", "$.invoice.lines", "", ""},
    {"BR-16", FIRES, "lines=[]", NULL, NULL, NULL},
    {"BR-21", HOLDS, "", NULL, NULL, NULL},
    {"BR-21", SILENT, "lines=[]", NULL, NULL, NULL},
    {"BR-21", FIRES, "lines[3].id=-", "$.invoice.lines[3].id", "", ""},
    {"BR-21", FIRES, "lines[0].id= ", "$.invoice.lines[0].id", "", ""},
    {"BR-22", HOLDS, "lines[0].quantity=-1", NULL, NULL, NULL},
    {"BR-22", SILENT, "lines=-", NULL, NULL, NULL},
    {"BR-22", FIRES, "lines[1].quantity=-", "$.invoice.lines[1].quantity", "", ""},
    {"BR-22", FIRES, "lines[4].id=5", "$.invoice.lines[4].quantity", "", ""},
    {"BR-23", HOLDS, "", NULL, NULL, NULL},
    {"BR-23", HOLDS, "lines[0].unit=", NULL, NULL, NULL},
    {"BR-23", FIRES, "lines[0].unit=-", "$.invoice.lines[0].unit", "", ""},
    {"BR-23", FIRES, "lines[4].id=5", "$.invoice.lines[4].unit", "", ""},
    {"BR-24", HOLDS, "lines[0].net=0", NULL, NULL, NULL},
    {"BR-24", SILENT, "lines=-", NULL, NULL, NULL},
    {"BR-24", FIRES, "lines[2].net=-", "$.invoice.lines[2].net", "", ""},
    {"BR-24", FIRES, "lines[4].id=5", "$.invoice.lines[4].net", "", ""},
    {"BR-25", HOLDS, "", NULL, NULL, NULL},
    {"BR-25", SILENT, "lines=-", NULL, NULL, NULL},
    {"BR-25", FIRES, "lines[2].item=-", "$.invoice.lines[2].item.name", "", ""},
    {"BR-25", FIRES, "lines[2].item.name=  ", NULL, NULL, NULL},
    {"BR-26", HOLDS, "lines[0].price.net=0", NULL, NULL, NULL},
    {"BR-26", SILENT, "lines=-", NULL, NULL, NULL},
    {"BR-26", FIRES, "lines[2].price=-", "$.invoice.lines[2].price.net", "", ""},
    {"BR-26", FIRES, "lines[2].price={}", NULL, NULL, NULL},
};

static const struct rule_case strict_cases[] = {
    {"BR-12", FIRES, "totals=-", "$.invoice.totals.line_net", "", ""},
    {"BR-15", FIRES, "totals=-", NULL, NULL, NULL},
    {"BR-15", HOLDS, "", NULL, NULL, NULL},
    {"BR-23", FIRES, "lines[0].unit=", NULL, NULL, NULL},
    {"BR-23", HOLDS, "", NULL, NULL, NULL},
    {"BR-08", HOLDS, "seller.address={}", NULL, NULL, NULL},
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
    rule_cases_suffice(cases, RULE_CASES_COUNT(cases), "BR-0");
    rule_cases_suffice(cases, RULE_CASES_COUNT(cases), "BR-1");
    rule_cases_suffice(cases, RULE_CASES_COUNT(cases), "BR-2");
}

static void test_each_bad_line_is_found(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_tax_verdict *verdict =
        edited_judge(arena, "lines[0].id=-; lines[2].id=-; lines[3].id=-", (struct tf_tax_options){.strict = false});
    assert_int_equal(verdict->findings_total, 3);
    assert_true(tf_str_is(verdict->findings[1].path, "$.invoice.lines[2].id"));
    assert_true(tf_str_is(verdict->findings[1].bt, "BT-126"));
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_the_artefact),
        cmocka_unit_test(test_as_the_standard),
        cmocka_unit_test(test_every_rule_has_cases),
        cmocka_unit_test(test_each_bad_line_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
