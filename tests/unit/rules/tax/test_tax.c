#include "rule_cases.h"

enum { MANY_LINES = 700, SMALL_ARENA_BYTES = 4096 };

static const struct tf_tax_options artefact = {.strict = false};

static void test_the_base_invoice_is_valid(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    for (int strict = 0; strict <= 1; strict++) {
        const struct tf_tax_options options = {.strict = strict, .companies_configured = true};
        const struct tf_tax_verdict *verdict = edited_judge(arena, "", options);
        assert_true(verdict->applicable);
        assert_true(verdict->valid);
        assert_true(verdict->decided);
        assert_int_equal(verdict->findings_total, 0);
        assert_int_equal(verdict->findings_count, 0);
        for (size_t word = 0; word < TF_TAX_RULES_MAX / 64; word++)
            assert_int_equal(verdict->hit[word], 0);
    }
    tf_arena_destroy(arena);
}

static void test_every_rule_row_is_complete(void **state)
{
    (void)state;
    size_t count;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    assert_true(count > 0 && count <= TF_TAX_RULES_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(rules[i].terms) > 0 && strlen(rules[i].source) > 0 && strlen(rules[i].formula) > 0);
        assert_int_equal(rules[i].text[strlen(rules[i].text) - 1], '.');
        assert_int_equal(rules[i].hint[strlen(rules[i].hint) - 1], '.');
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(rules[i].id, rules[j].id);
    }
    assert_string_equal(tf_tax_ruleset(), "en16931-1.3.16");
}

static void test_other_kinds_are_not_applicable(void **state)
{
    (void)state;
    static const enum tf_kind kinds[] = {TF_KIND_PAYMENT, TF_KIND_JOURNAL, TF_KIND_PARTY, TF_KIND_RETURN, TF_KIND_ACCOUNT};
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const struct tf_event event = {.kind = kinds[i]};
        struct tf_tax_verdict *verdict = NULL;
        assert_int_equal(edited_judge_event(&event, arena, artefact, &verdict), TF_OK);
        assert_false(verdict->applicable);
        assert_false(verdict->decided);
        assert_int_equal(verdict->findings_total, 0);
        assert_int_equal(verdict->evaluated[0], 0);
    }
    tf_arena_destroy(arena);
}

static void test_what_is_voided_is_not_applicable(void **state)
{
    (void)state;
    static struct tf_invoice empty;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_event event = {.kind = TF_KIND_INVOICE, .voided = true, .as.invoice = &empty};
    struct tf_tax_verdict *verdict = NULL;
    assert_int_equal(edited_judge_event(&event, arena, artefact, &verdict), TF_OK);
    assert_false(verdict->applicable);
    assert_int_equal(verdict->findings_total, 0);
    tf_arena_destroy(arena);
}

static void test_an_empty_invoice_has_findings_and_is_invalid(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    struct tf_invoice invoice = {.number = TF_STR_NONE};
    const struct tf_event event = {.kind = TF_KIND_INVOICE, .as.invoice = &invoice};
    struct tf_tax_verdict *verdict = NULL;
    assert_int_equal(edited_judge_event(&event, arena, artefact, &verdict), TF_OK);
    assert_false(verdict->valid);
    /* BR-01 to -08 and -10, -16, CO-18: what the artefact says to an empty document. */
    assert_int_equal(verdict->findings_total, 11);
    assert_int_equal(verdict->findings_count, 11);
    tf_arena_destroy(arena);
}

static void test_what_the_reader_found_stands_first(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    struct tf_format_finding found[] = {
        {.rule = TF_STR("UBL-CR-561"), .warning = true, .path = TF_STR("/Invoice/cbc:Note[2]"), .message = TF_STR("One note."), .line = 7},
        {.rule = TF_STR("UBL-SR-01"), .path = TF_STR("/Invoice"), .message = TF_STR("One."), .line = 2}};
    struct tf_invoice *invoice = edited_make(arena, "number=-");
    invoice->format_findings.items = found;
    for (size_t count = 1; count <= 2; count++) {
        const struct tf_event event = {.kind = TF_KIND_INVOICE, .as.invoice = invoice};
        struct tf_tax_verdict *verdict = NULL;
        invoice->number = count == 1 ? TF_STR("1") : TF_STR_NONE;
        invoice->format_findings.count = count;
        assert_int_equal(edited_judge_event(&event, arena, artefact, &verdict), TF_OK);
        assert_int_equal(verdict->findings_total, count == 1 ? 1 : 3);
        assert_int_equal(verdict->valid, count == 1); /* a warning */
        assert_null(verdict->findings[0].rule);
        assert_ptr_equal(verdict->findings[0].format, &found[0]);
        assert_int_equal(verdict->findings[0].severity, TF_TAX_WARNING);
        assert_int_equal(verdict->findings[0].line, 7);
        assert_true(tf_str_is(verdict->findings[0].path, "/Invoice/cbc:Note[2]"));
    }
    tf_arena_destroy(arena);
}

static struct tf_invoice *make_many_bad_lines(struct tf_arena *arena, size_t count)
{
    struct tf_invoice *invoice = edited_make(arena, "");
    invoice->lines.items = TF_ARENA_ARRAY(arena, struct tf_line, count);
    invoice->lines.count = count;
    assert_non_null(invoice->lines.items);
    return invoice;
}

static void test_findings_past_the_limit_are_counted_only(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(16 * EDITED_ARENA_BYTES);
    const struct tf_event event = {.kind = TF_KIND_INVOICE, .as.invoice = make_many_bad_lines(arena, MANY_LINES)};
    struct tf_tax_verdict *verdict = NULL;
    assert_int_equal(edited_judge_event(&event, arena, artefact, &verdict), TF_OK);
    assert_int_equal(verdict->findings_count, TF_TAX_FINDINGS_MAX);
    assert_true(verdict->findings_total >= MANY_LINES * 6);
    assert_true(rule_bit(verdict->hit, rule_place("BR-CO-10"))); /* judged after the list was full */
    tf_arena_destroy(arena);
}

static void test_a_full_arena_is_an_error(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(16 * EDITED_ARENA_BYTES), *small = tf_arena_create(SMALL_ARENA_BYTES);
    const struct tf_event event = {.kind = TF_KIND_INVOICE, .as.invoice = make_many_bad_lines(arena, MANY_LINES)};
    struct tf_tax_verdict *verdict = NULL;
    assert_int_equal(edited_judge_event(&event, small, artefact, &verdict), TF_E_LIMIT);
    tf_arena_destroy(small);
    tf_arena_destroy(arena);
}

/* Ten breakdowns, one more than lie in the sums themselves, in falling order of their rates. */
static void test_many_rates_are_summed_apart(void **state)
{
    (void)state;
    static const struct rule_case cases[] = {
        {"BR-S-08", HOLDS,
         "lines[2].vat.category=S; lines[2].vat.rate=6; lines[3].vat.category=S; lines[3].vat.rate=5.50; "
         "vat_breakdown[2].category=S; vat_breakdown[2].rate=6.0; vat_breakdown[2].taxable=20; "
         "vat_breakdown[3].category=S; vat_breakdown[3].rate=5.5; vat_breakdown[3].taxable=30; "
         "lines[4].net=1; lines[4].vat.category=S; lines[4].vat.rate=5; vat_breakdown[4].category=S; vat_breakdown[4].rate=5; "
         "vat_breakdown[4].taxable=1; lines[5].net=2; lines[5].vat.category=S; lines[5].vat.rate=4; "
         "vat_breakdown[5].category=S; vat_breakdown[5].rate=4; vat_breakdown[5].taxable=2; "
         "lines[6].net=3; lines[6].vat.category=S; lines[6].vat.rate=3; vat_breakdown[6].category=S; vat_breakdown[6].rate=3; "
         "vat_breakdown[6].taxable=3; lines[7].net=4; lines[7].vat.category=S; lines[7].vat.rate=2; "
         "vat_breakdown[7].category=S; vat_breakdown[7].rate=2; vat_breakdown[7].taxable=4; "
         "lines[8].net=5; lines[8].vat.category=S; lines[8].vat.rate=1; vat_breakdown[8].category=S; vat_breakdown[8].rate=1; "
         "vat_breakdown[8].taxable=5; vat_breakdown[9].category=S; vat_breakdown[9].rate=19.00; vat_breakdown[9].taxable=95",
         NULL, NULL, NULL},
        {"BR-S-08", FIRES, "vat_breakdown[2].category=S; vat_breakdown[2].rate=19.0; vat_breakdown[2].taxable=9",
         "$.invoice.vat_breakdown[2].taxable", "9.00", "95.00"},
    };
    rule_cases_run(cases, RULE_CASES_COUNT(cases), artefact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_base_invoice_is_valid),
        cmocka_unit_test(test_every_rule_row_is_complete),
        cmocka_unit_test(test_what_the_reader_found_stands_first),
        cmocka_unit_test(test_other_kinds_are_not_applicable),
        cmocka_unit_test(test_what_is_voided_is_not_applicable),
        cmocka_unit_test(test_an_empty_invoice_has_findings_and_is_invalid),
        cmocka_unit_test(test_findings_past_the_limit_are_counted_only),
        cmocka_unit_test(test_a_full_arena_is_an_error),
        cmocka_unit_test(test_many_rates_are_summed_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
