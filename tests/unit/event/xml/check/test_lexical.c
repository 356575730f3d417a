#include "lexical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct row {
    enum tf_lexical kind;
    const char *text;
    bool fits;
};

static void texts_fit_their_kind_or_not(void **state)
{
    static const struct row rows[] = {
        {TF_LEXICAL_string, "", true},
        {TF_LEXICAL_decimal, "1", true},
        {TF_LEXICAL_decimal, " +0.50\n", true},
        {TF_LEXICAL_decimal, "-.5", true},
        {TF_LEXICAL_decimal, "5.", true},
        {TF_LEXICAL_decimal, "1234567890123456789012345678901234567890.1", true},
        {TF_LEXICAL_decimal, ".", false},
        {TF_LEXICAL_decimal, "", false},
        {TF_LEXICAL_decimal, "1e1", false},
        {TF_LEXICAL_decimal, "1 000", false},
        {TF_LEXICAL_decimal, "--1", false},
        {TF_LEXICAL_decimal, "INF", false},
        {TF_LEXICAL_boolean, " true ", true},
        {TF_LEXICAL_boolean, "0", true},
        {TF_LEXICAL_boolean, "TRUE", false},
        {TF_LEXICAL_boolean, "", false},
        {TF_LEXICAL_date, "2024-02-29", true},
        {TF_LEXICAL_date, "2000-02-29Z", true},
        {TF_LEXICAL_date, "2026-01-01+14:00", true},
        {TF_LEXICAL_date, "-12345-01-01", true},
        {TF_LEXICAL_date, "2025-02-29", false},
        {TF_LEXICAL_date, "1900-02-29", false},
        {TF_LEXICAL_date, "2026-13-01", false},
        {TF_LEXICAL_date, "2026-00-01", false},
        {TF_LEXICAL_date, "2026-1-1", false},
        {TF_LEXICAL_date, "0000-01-01", false},
        {TF_LEXICAL_date, "02026-01-01", false},
        {TF_LEXICAL_date, "2026-01-01+14:01", false},
        {TF_LEXICAL_date, "2026-01-01T00:00:00", false},
        {TF_LEXICAL_date, "20260101", false},
        {TF_LEXICAL_time, "23:59:59.123Z", true},
        {TF_LEXICAL_time, "24:00:00", true},
        {TF_LEXICAL_time, "24:00:01", false},
        {TF_LEXICAL_time, "23:59:60", false},
        {TF_LEXICAL_time, "23:59", false},
        {TF_LEXICAL_time, "23:59:59.", false},
        {TF_LEXICAL_date_time, "2026-01-01T00:00:00", true},
        {TF_LEXICAL_date_time, "2026-01-01T00:00:00.5-05:30", true},
        {TF_LEXICAL_date_time, "2026-01-01 00:00:00", false},
        {TF_LEXICAL_date_time, "2026-01-01", false},
        {TF_LEXICAL_language, "de", true},
        {TF_LEXICAL_language, "zh-Hant-2", true},
        {TF_LEXICAL_language, "d3", false},
        {TF_LEXICAL_language, "de-", false},
        {TF_LEXICAL_language, "deutschsprachig", false},
        {TF_LEXICAL_language, "", false},
        {TF_LEXICAL_uri, "urn:a:b", true},
        {TF_LEXICAL_uri, "", true},
        {TF_LEXICAL_uri, "a|b", true},
        {TF_LEXICAL_uri, "http://[", false},
        {TF_LEXICAL_uri, "%zz", false},
        {TF_LEXICAL_token3, " C62 ", true},
        {TF_LEXICAL_token3, "\xc3\xa9\xc3\xa9\xc3\xa9", true},
        {TF_LEXICAL_token3, "", false},
        {TF_LEXICAL_token3, "ABCD", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (tf_lexical_fits(rows[i].kind, tf_str_of(rows[i].text)) != rows[i].fits)
            fail_msg("\"%s\" as %s", rows[i].text, tf_lexical_words(rows[i].kind));
    }
}

static void base64_is_judged_over_all_pieces(void **state)
{
    static const struct { const char *pieces[3]; bool fits; } rows[] = {
        {{"", "", ""}, true},
        {{"QUJD", "", ""}, true},
        {{"QU", "J", "D"}, true},
        {{"QUJDRE", "U", "="}, true},
        {{" Q U J D ", "\nRA=\t", "= "}, true},
        {{"QUJDR", "", ""}, false},
        {{"QUJDRA=", "", ""}, false},
        {{"QUJDRA==", "Q", "UJD"}, false},
        {{"QUJDRA===", "", ""}, false},
        {{"Q===", "", ""}, false},
        {{"RB==", "", ""}, false}, /* bits that count nothing are set */
        {{"QUI=", "", ""}, true},
        {{"QUJ=", "", ""}, false},
        {{"QU-_", "", ""}, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct tf_lexical_base64 base64 = {0};
        for (size_t j = 0; j < 3; j++)
            tf_lexical_base64_piece(&base64, tf_str_of(rows[i].pieces[j]));
        if (tf_lexical_base64_fits(&base64) != rows[i].fits)
            fail_msg("\"%s\" \"%s\" \"%s\"", rows[i].pieces[0], rows[i].pieces[1], rows[i].pieces[2]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_fit_their_kind_or_not),
        cmocka_unit_test(base64_is_judged_over_all_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
