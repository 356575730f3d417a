/* TF-09: dates that cannot be meant. */
#include "unit/rules/tax/rule_cases.h"

static const struct rule_case cases[] = {
    {"TF-09", HOLDS, "", NULL, NULL, NULL},
    {"TF-09", SILENT, "issue_date=-", NULL, NULL, NULL},
    {"TF-09", HOLDS, "issue_date=1990-01-01; due_date=1990-02-01", NULL, NULL, NULL},
    {"TF-09", FIRES, "issue_date=1989-12-31; due_date=-", "$.invoice.issue_date", "1989-12-31", "from 1990-01-01"},
    {"TF-09", FIRES, "issue_date=2202-11-23; due_date=-", "$.invoice.issue_date", "2202-11-23", "before 2100-01-01"},
    {"TF-09", FIRES, "due_date=2062-12-23", "$.invoice.due_date", "2062-12-23", "within ten years of 2026-11-23"},
    {"TF-09", FIRES, "delivery.date=2006-11-20", "$.invoice.delivery.date", "2006-11-20", NULL},
    {"TF-09", HOLDS, "delivery.date=2027-02-20", NULL, NULL, NULL},
    {"TF-09", HOLDS, "tax_point_date=2026-10-31; period.start=2026-10-01; period.end=2026-10-31", NULL, NULL, NULL},
    {"TF-09", FIRES, "tax_point_date=2026-11-01; period.start=2026-10-01; period.end=2026-10-31", "$.invoice.tax_point_date", "2026-11-01",
     "until 2026-10-31"},
    {"TF-09", FIRES, "tax_point_date=2026-09-30; period.start=2026-10-01", "$.invoice.tax_point_date", "2026-09-30", "from 2026-10-01"},
    {"TF-09", HOLDS, "preceding[0].number=1; preceding[0].issue_date=2026-11-23", NULL, NULL, NULL},
    {"TF-09", FIRES, "preceding[0].number=1; preceding[1].issue_date=2026-11-24", "$.invoice.preceding[1].issue_date", "2026-11-24", "until 2026-11-23"},
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, 0)},
    .families = {"TF-09"},
};

/* There is no clock here: "now" is when the record was made. One day is for the time zones. */
static bool fires_when_recorded(const char *recorded)
{
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    struct tf_event event = {.kind = TF_KIND_INVOICE, .as.invoice = edited_make(arena, "issue_date=2026-11-23")};
    struct tf_tax_verdict *verdict = NULL;
    assert_true(tf_clock_parse_time(tf_str_of(recorded), &event.recorded_at_ms));
    assert_int_equal(edited_judge_event(&event, arena, (struct tf_tax_options){0}, &verdict), TF_OK);
    const bool fires = rule_first_finding(verdict, "TF-09") != NULL;
    tf_arena_destroy(arena);
    return fires;
}

static void test_an_invoice_is_not_of_tomorrow(void **state)
{
    (void)state;
    assert_false(fires_when_recorded("2026-11-23T00:00:00Z"));
    assert_false(fires_when_recorded("2026-11-22T00:00:00Z"));
    assert_true(fires_when_recorded("2026-11-21T23:59:59Z"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
        cmocka_unit_test(test_an_invoice_is_not_of_tomorrow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
