/* What is said of a finding about a group. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "taxflow/report_words.h"

struct lines { char text[8][400]; unsigned depth[8]; size_t count; };

static void keep(void *self, unsigned depth, const char *label, struct tf_str text)
{
    struct lines *lines = self;
    assert_null(label);
    assert_true(lines->count < 8 && text.len < sizeof lines->text[0]);
    memcpy(lines->text[lines->count], text.ptr, text.len);
    lines->text[lines->count][text.len] = '\0';
    lines->depth[lines->count++] = depth;
}

#define ROW(mode, months)                                                                                                               \
    "{\"id\":\"f1\",\"rule\":\"BEN1\",\"version\":\"1.0.0\",\"weight\":15,\"mode\":\"" mode "\",\"company\":\"A\",\"population\":"         \
    "\"payments, purchase, EUR\",\"group\":\"abcd\",\"period\":\"2025-03\",\"months\":" months ",\"n\":1200,\"statistic\":\"MAD\","        \
    "\"value\":0.0215,\"limit\":0.015,\"class\":\"nonconformity\",\"cells\":[{\"digits\":\"9\",\"observed\":300,\"expected\":54.9,\"z\":33.8}]," \
    "\"ruleset\":\"f\"}"

static void say(const char *row, struct lines *lines)
{
    const struct tf_words words = {.self = lines, .line = keep};
    json_t *parsed = json_loads(row, 0, NULL);
    *lines = (struct lines){.count = 0};
    tf_words_group(&words, parsed);
    json_decref(parsed);
}

static void a_group_in_words(void **state)
{
    (void)state;
    struct lines lines;
    say(ROW("live", "12"), &lines);
    assert_int_equal(lines.count, 4);
    assert_string_equal(lines.text[0], "group abcd (f): payments, purchase, EUR, 2025-03 of A");
    assert_string_equal(lines.text[1], "BEN1 1.0.0 (live): of a population: first digits that do not follow Benford's law");
    assert_string_equal(lines.text[2], "nonconformity: MAD 0.02150 where 0.01500 is the limit, of 1200 records in 12 months up to 2025-03");
    assert_string_equal(lines.text[3], "digits 9: 300 records where 54.9 are expected (z 33.8)");
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(lines.depth[i], i < 2 ? i : 2);
    say(ROW("shadow", "1"), &lines);
    assert_non_null(strstr(lines.text[1], "(shadow: told, but it is no alert)"));
    assert_non_null(strstr(lines.text[2], "in 1 month up to"));
}

/* A row of another program: nothing is made up, and nothing breaks. */
static void a_row_without_members(void **state)
{
    (void)state;
    struct lines lines;
    say("{\"cells\":[7,{}]}", &lines);
    assert_int_equal(lines.count, 5);
    assert_string_equal(lines.text[1], " " " (live)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_group_in_words), cmocka_unit_test(a_row_without_members)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
