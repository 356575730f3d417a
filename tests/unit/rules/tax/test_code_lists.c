#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "taxflow/clock.h"
#include "taxflow/code_lists.h"

enum { FILE_BYTES_MAX = 1 << 20 };

static int32_t day(const char *text)
{
    int32_t days = 0;
    assert_true(tf_clock_parse_date(tf_str_of(text), &days));
    return days;
}

static struct tf_code_lists *parse(struct tf_str text)
{
    struct tf_code_lists *lists = NULL;
    struct tf_fault fault = {0};
    if (tf_code_lists_parse(text, "lists.txt", &lists, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    return lists;
}

/* The text of the built-in lists with something in front. */
static char *with_before(const char *before)
{
    const struct tf_str builtin = tf_code_lists_builtin_text();
    char *text = calloc(1, strlen(before) + builtin.len + 1);
    memcpy(text, before, strlen(before));
    memcpy(text + strlen(before), builtin.ptr, builtin.len);
    return text;
}

static void test_the_build_carries_the_file(void **state)
{
    (void)state;
    FILE *file = fopen(TF_SOURCE_DIR "/conf/tax/code_lists.txt", "r");
    assert_non_null(file);
    char *text = malloc(FILE_BYTES_MAX);
    const size_t len = fread(text, 1, FILE_BYTES_MAX, file);
    fclose(file);
    assert_true(tf_str_eq((struct tf_str){text, len}, tf_code_lists_builtin_text()));
    free(text);
}

struct asked {
    enum tf_code_list list;
    const char *code;
    bool there;
};

static void test_codes_are_found_as_they_are_written(void **state)
{
    (void)state;
    static const struct asked cases[] = {
        {TF_CODES_CURRENCY, "EUR", true},    {TF_CODES_CURRENCY, "eur", false},    {TF_CODES_CURRENCY, "EU", false},
        {TF_CODES_CURRENCY, "EURO", false},  {TF_CODES_CURRENCY, "", false},       {TF_CODES_CURRENCY, "EUR USD", false},
        {TF_CODES_COUNTRY, "1A", true},      {TF_CODES_COUNTRY, "XI", true},       {TF_CODES_COUNTRY, "EL", false},
        {TF_CODES_COUNTRY, "SS", true},      {TF_CODES_COUNTRY_CII, "SS", false},  {TF_CODES_VAT_PREFIX, "EL", true},
        {TF_CODES_INVOICE_TYPE, "380", true}, {TF_CODES_INVOICE_TYPE, "381", false}, {TF_CODES_CREDIT_NOTE_TYPE, "381", true},
        {TF_CODES_TAX_POINT, "35", true},    {TF_CODES_TAX_POINT, "5", false},     {TF_CODES_TAX_POINT_CII, "5", true},
        {TF_CODES_UNIT, "C62", true},        {TF_CODES_UNIT, "XPP", true},         {TF_CODES_UNIT, "c62", false},
        {TF_CODES_VATEX, "VATEX-EU-132", true}, {TF_CODES_VATEX, "VATEX-EU-132-1A", true}, {TF_CODES_VATEX, "VATEX-EU-132-1Z", false},
        {TF_CODES_MIME, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", true},
        {TF_CODES_MIME, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheets", false},
        {TF_CODES_ICD, "0088", true},        {TF_CODES_ICD, "SEPA", false},        {TF_CODES_EAS, "EM", true},
    };
    struct tf_code_lists *lists = parse(tf_code_lists_builtin_text());
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (tf_code_lists_has(lists, cases[i].list, 0, tf_str_of(cases[i].code)) != cases[i].there)
            fail_msg("%s \"%s\"", tf_code_list_title(cases[i].list).ptr, cases[i].code);
    tf_code_lists_destroy(lists);
}

/* Every code of every list, as the joined text has it, is found. */
static void test_all_codes_are_found(void **state)
{
    (void)state;
    static const size_t counts[TF_CODE_LIST_COUNT] = {
        [TF_CODES_ALLOWANCE_REASON] = 19, [TF_CODES_CHARGE_REASON] = 178,  [TF_CODES_COUNTRY] = 251,      [TF_CODES_COUNTRY_CII] = 251,
        [TF_CODES_CREDIT_NOTE_TYPE] = 13, [TF_CODES_CURRENCY] = 178,       [TF_CODES_EAS] = 104,          [TF_CODES_ICD] = 243,
        [TF_CODES_INVOICE_TYPE] = 50,     [TF_CODES_ITEM_CLASS] = 185,     [TF_CODES_MIME] = 6,           [TF_CODES_NOTE_SUBJECT] = 383,
        [TF_CODES_NOTE_SUBJECT_CII] = 401, [TF_CODES_OBJECT_SCHEME] = 818, [TF_CODES_PAYMENT_MEANS] = 84, [TF_CODES_TAX_POINT] = 3,
        [TF_CODES_TAX_POINT_CII] = 3,     [TF_CODES_UNIT] = 2162,          [TF_CODES_VAT_CATEGORY] = 10,  [TF_CODES_VAT_PREFIX] = 252,
        [TF_CODES_VAT_PREFIX_CII] = 252,  [TF_CODES_VATEX] = 88,           [TF_CODES_PEPPOL_CREDIT_NOTE_TYPE] = 5,
        [TF_CODES_PEPPOL_CURRENCY] = 178, [TF_CODES_PEPPOL_EAS] = 92,      [TF_CODES_PEPPOL_INVOICE_TYPE] = 26,
        [TF_CODES_XRECHNUNG_EAS] = 103,   [TF_CODES_XRECHNUNG_ICD] = 241,
    };
    struct tf_code_lists *lists = parse(tf_code_lists_builtin_text());
    for (int l = 0; l < TF_CODE_LIST_COUNT; l++) {
        const enum tf_code_list list = (enum tf_code_list)l;
        struct tf_str rest = tf_code_lists_joined(lists, list, 0);
        size_t count = 0;
        for (const char *end; rest.len > 1 && (end = memchr(rest.ptr + 1, ' ', rest.len - 1)) != NULL; count++) {
            const struct tf_str code = {rest.ptr + 1, (size_t)(end - rest.ptr) - 1};
            assert_true(tf_code_lists_has(lists, list, 0, code));
            rest.len -= (size_t)(end - rest.ptr);
            rest.ptr = end;
        }
        assert_int_equal(count, counts[list]);
    }
    tf_code_lists_destroy(lists);
}

static void test_the_issue_date_picks_the_version(void **state)
{
    (void)state;
    char *text = with_before("currency 2025-01-01\n EUR\tBGN \ncurrency 2026-01-01\n EUR\n"), *both = calloc(1, strlen(text) + 64);
    strcpy(both, "# two old versions\n");
    strcat(both, text);
    struct tf_code_lists *lists = parse(tf_str_of(both));
    assert_true(tf_code_lists_has(lists, TF_CODES_CURRENCY, day("2025-12-31"), TF_STR("BGN")));
    assert_true(tf_code_lists_has(lists, TF_CODES_CURRENCY, day("1999-01-01"), TF_STR("BGN"))); /* before all: the first */
    assert_false(tf_code_lists_has(lists, TF_CODES_CURRENCY, day("2026-01-01"), TF_STR("BGN")));
    assert_false(tf_code_lists_has(lists, TF_CODES_CURRENCY, day("2026-04-09"), TF_STR("USD")));
    assert_true(tf_code_lists_has(lists, TF_CODES_CURRENCY, day("2026-04-10"), TF_STR("USD"))); /* the last */
    assert_true(tf_str_is(tf_code_lists_joined(lists, TF_CODES_CURRENCY, day("2025-06-01")), " EUR BGN "));
    tf_code_lists_destroy(lists);
    free(both);
    free(text);
}

struct refused {
    const char *text, *words;
};

static void test_what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct refused cases[] = {
        {"currncy 2026-01-01\n EUR\n", "lists.txt:1: unknown code list \"currncy\"; did you mean \"currency\"?"},
        {"# x\n\nelephants 2026-01-01\n", "lists.txt:3: unknown code list \"elephants\""},
        {"currency\n EUR\n", "lists.txt:1: after a list's name stands the day"},
        {"currency 2026-02-30\n EUR\n", "lists.txt:1: after a list's name stands the day"},
        {"currency 2026-01-01 EUR\n", "lists.txt:1: after a list's name stands the day"},
        {" EUR\n", "lists.txt:1: codes before any list"},
        {"currency 2026-01-01\ncountry 2026-01-01\n DE\n", "lists.txt:2: the list above has no codes"},
        {"currency 2026-01-01\n EUR \xc3\xa4\n", "lists.txt:2: a code is at most"},
        {"currency 2026-01-01\n EUR\ncurrency 2026-01-01\n EUR\n", "lists.txt:3: this version is not later"},
        {"currency 2026-01-01\n EUR\n", "is missing; take it over"},
        {"", "is missing; take it over"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_code_lists *lists = NULL;
        struct tf_fault fault = {0};
        assert_int_equal(tf_code_lists_parse(tf_str_of(cases[i].text), "lists.txt", &lists, &fault), TF_E_CONFIG);
        assert_null(lists);
        if (!strstr(fault.text, cases[i].words))
            fail_msg("\"%s\" says \"%s\"", cases[i].words, fault.text);
    }
}

static void test_too_much_is_refused(void **state)
{
    (void)state;
    struct tf_code_lists *lists = NULL;
    struct tf_fault fault = {0};
    char *text = malloc(TF_CODE_LISTS_BYTES_MAX + 1);
    memset(text, '#', TF_CODE_LISTS_BYTES_MAX + 1);
    assert_int_equal(tf_code_lists_parse((struct tf_str){text, TF_CODE_LISTS_BYTES_MAX + 1}, "lists.txt", &lists, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "tax.code_lists"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_build_carries_the_file),
        cmocka_unit_test(test_codes_are_found_as_they_are_written),
        cmocka_unit_test(test_all_codes_are_found),
        cmocka_unit_test(test_the_issue_date_picks_the_version),
        cmocka_unit_test(test_what_is_wrong_is_said_with_its_line),
        cmocka_unit_test(test_too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
