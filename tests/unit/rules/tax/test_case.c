#include "rule_cases.h"

static const struct tf_tax_options artefact = {.strict = false};

struct placed {
    const char *edits, *rule, *path;
};

static void test_paths_name_lists_elements_and_terms(void **state)
{
    (void)state;
    static const struct placed cases[] = {
        {"number=-", "BR-02", "$.invoice.number"},
        {"lines[2].id=-", "BR-21", "$.invoice.lines[2].id"},
        {"lines[3].allowances[0].amount=1; lines[3].allowances[1].reason=R", "BR-41", "$.invoice.lines[3].allowances[1].amount"},
        {"payments[0].card.pan=1", "BR-49", "$.invoice.payment.means_code"},
        {"payments[0].means_code=10; payments[1].means_code=30; payments[1].transfers[0].name=A", "BR-50",
         "$.invoice.payment[1].transfers[0].account"},
        {"strays[0].kind=unit; strays[0].text=?", "BR-CL-23", "$.invoice"},
    };
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tf_arena_rewind(arena);
        const struct tf_tax_finding *finding = rule_first_finding(edited_judge(arena, cases[i].edits, artefact), cases[i].rule);
        assert_non_null(finding);
        if (!tf_str_is(finding->path, cases[i].path))
            fail_msg("%s: %.*s", cases[i].path, TF_STR_ARGS(finding->path));
        assert_int_equal(finding->line, 0); /* a record has no lines */
    }
    tf_arena_destroy(arena);
}

static void test_a_finding_of_a_document_names_the_line(void **state)
{
    (void)state;
    static const struct tf_mark_place root = {.term = NULL}, net = {.list = "lines", .term = "net"}, line = {.list = "lines"};
    static struct tf_mark marks[] = {
        {.place = &root, .line = 2}, {.place = &line, .index = 0, .line = 40}, {.place = &net, .index = 0, .line = 43},
        {.place = &line, .index = 1, .line = 60}};
    static struct tf_stray strays[] = {{.kind = TF_STR_INIT("unit"), .text = TF_STR_INIT("?"), .line = 99}};
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    struct tf_invoice *invoice = edited_make(arena, "number=-; lines[0].net=1.000; lines[1].id=-");
    invoice->marks.items = marks;
    invoice->marks.count = 4;
    invoice->strays.items = strays;
    invoice->strays.count = 1;
    const struct tf_event event = {.kind = TF_KIND_INVOICE, .as.invoice = invoice};
    struct tf_tax_verdict *verdict = NULL;
    assert_int_equal(edited_judge_event(&event, arena, artefact, &verdict), TF_OK);
    assert_int_equal(rule_first_finding(verdict, "BR-02")->line, 2);      /* nothing nearer than the root */
    assert_int_equal(rule_first_finding(verdict, "BR-DEC-23")->line, 43); /* its own element */
    assert_int_equal(rule_first_finding(verdict, "BR-21")->line, 60);     /* the line it is missing from */
    assert_int_equal(rule_first_finding(verdict, "BR-CL-23")->line, 99);
    tf_arena_destroy(arena);
}

static void test_amounts_come_with_their_difference(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_tax_finding *finding = rule_first_finding(edited_judge(arena, "totals.due=200.5", artefact), "BR-CO-16");
    assert_true(tf_str_is(finding->observed, "200.50"));
    assert_true(tf_str_is(finding->expected, "200.00"));
    assert_true(tf_str_is(finding->difference, "0.50"));
    finding = rule_first_finding(edited_judge(arena, "totals.due=-", artefact), "BR-CO-16");
    assert_false(tf_str_present(finding->observed) || tf_str_present(finding->difference));
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_name_lists_elements_and_terms),
        cmocka_unit_test(test_a_finding_of_a_document_names_the_line),
        cmocka_unit_test(test_amounts_come_with_their_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
