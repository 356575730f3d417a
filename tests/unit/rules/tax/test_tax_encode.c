#include "rule_cases.h"

#include "taxflow/json.h"

enum { OUT_BYTES_MAX = 8 << 20, LONG_PATH_BYTES = 8000 };

static struct tf_str encode(const struct tf_tax_verdict *verdict, struct tf_buf *out)
{
    struct tf_json json;
    tf_buf_init(out, OUT_BYTES_MAX);
    tf_json_init(&json, out);
    tf_tax_encode(verdict, TF_STR("e1"), TF_STR("taxflow.audit:3:42"), &json);
    assert_false(out->failed);
    return tf_buf_view(out);
}

static void expect_encoded(const struct tf_tax_verdict *verdict, const char *wanted)
{
    struct tf_buf out;
    const struct tf_str text = encode(verdict, &out);
    if (!tf_str_is(text, wanted))
        fail_msg("encoded %.*s", TF_STR_ARGS(text));
    tf_buf_finish(&out);
}

static void test_a_valid_invoice(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    expect_encoded(edited_judge(arena, "", (struct tf_tax_options){.strict = false}),
                   "{\"event_id\":\"e1\",\"position\":\"taxflow.audit:3:42\",\"ruleset\":\"en16931-1.3.16\",\"valid\":true,"
                   "\"applicable\":true,\"profile\":\"en16931\",\"checked\":101,\"not_checked\":[],\"findings_total\":0,\"findings\":[]}");
    tf_arena_destroy(arena);
}

static void test_findings_with_and_without_amounts(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    expect_encoded(edited_judge(arena, "number=-; totals.due=1", (struct tf_tax_options){.strict = false}),
                   "{\"event_id\":\"e1\",\"position\":\"taxflow.audit:3:42\",\"ruleset\":\"en16931-1.3.16\",\"valid\":false,"
                   "\"applicable\":true,\"profile\":\"en16931\",\"checked\":101,\"not_checked\":[],\"findings_total\":2,\"findings\":["
                   "{\"rule\":\"BR-02\",\"class\":\"rule\",\"severity\":\"fatal\",\"path\":\"$.invoice.number\",\"line\":null,"
                   "\"bt\":\"BT-1\",\"message\":\"The invoice has a number.\",\"observed\":null,\"expected\":null,"
                   "\"difference\":null,\"hint\":\"Give the invoice its number.\"},"
                   "{\"rule\":\"BR-CO-16\",\"class\":\"rule\",\"severity\":\"fatal\",\"path\":\"$.invoice.totals.due\","
                   "\"line\":null,\"bt\":\"BT-115\",\"message\":\"The amount due is the gross amount less what is paid, plus the "
                   "rounding amount.\",\"observed\":\"1.00\",\"expected\":\"200.00\",\"difference\":\"-199.00\","
                   "\"hint\":\"Work the amount due out again.\"}]}");
    tf_arena_destroy(arena);
}

static void test_not_applicable_has_no_verdict(void **state)
{
    (void)state;
    const struct tf_tax_verdict verdict = {.applicable = false, .valid = true};
    expect_encoded(&verdict, "{\"event_id\":\"e1\",\"position\":\"taxflow.audit:3:42\",\"ruleset\":\"en16931-1.3.16\","
                             "\"valid\":null,\"applicable\":false,\"findings_total\":0,\"findings\":[]}");
}

static void test_the_list_stays_below_two_mebibytes(void **state)
{
    (void)state;
    char path[LONG_PATH_BYTES];
    memset(path, '\x01', sizeof(path)); /* six bytes each once escaped */
    static struct tf_tax_finding findings[TF_TAX_FINDINGS_MAX];
    for (size_t i = 0; i < TF_TAX_FINDINGS_MAX; i++)
        findings[i] = (struct tf_tax_finding){.rule = tf_tax_rules(NULL), .path = {path, sizeof(path)}};
    findings[TF_TAX_FINDINGS_MAX - 1] = (struct tf_tax_finding){.rule = tf_tax_rules(NULL) + 1, .path = TF_STR("$")};
    const struct tf_tax_verdict verdict = {
        .applicable = true, .findings_total = 777, .findings_count = TF_TAX_FINDINGS_MAX, .findings = findings};
    struct tf_buf out;
    const struct tf_str text = encode(&verdict, &out);
    assert_true(text.len > (2 << 20) - 2 * 6 * LONG_PATH_BYTES && text.len < (2 << 20) + 512);
    assert_non_null(memmem(text.ptr, text.len, "\"findings_total\":777,", strlen("\"findings_total\":777,")));
    assert_null(memmem(text.ptr, text.len, "BR-02", strlen("BR-02"))); /* the list is cut, not picked from */
    assert_memory_equal(text.ptr + text.len - 3, "}]}", 3);
    tf_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_valid_invoice),
        cmocka_unit_test(test_findings_with_and_without_amounts),
        cmocka_unit_test(test_not_applicable_has_no_verdict),
        cmocka_unit_test(test_the_list_stays_below_two_mebibytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
