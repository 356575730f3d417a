#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "otlp_internal.h"

static void status_decides(void **state)
{
    static const long taken[] = {200, 202, 204}, retried[] = {0, 429, 502, 503, 504},
                      refused[] = {301, 400, 401, 403, 404, 405, 408, 413, 415, 500, 501, 505};
    (void)state;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        assert_int_equal(tf_otlp_verdict_of(taken[i]), TF_OTLP_TAKEN);
    for (size_t i = 0; i < sizeof retried / sizeof *retried; i++)
        assert_int_equal(tf_otlp_verdict_of(retried[i]), TF_OTLP_RETRY);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_int_equal(tf_otlp_verdict_of(refused[i]), TF_OTLP_REFUSED);
}

static void partial_success_is_counted(void **state)
{
    static const struct {
        const char *body;
        uint64_t rejected;
    } cases[] = {
        {"", 0},
        {"{}", 0},
        {"{\"partialSuccess\":{}}", 0},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"3\",\"errorMessage\":\"too old\"}}", 3},
        {"{\"partialSuccess\": { \"rejectedSpans\" : 17 } }", 17},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"0\"}}", 0},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"-4\"}}", 0},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"101\"}}", 100},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"99999999999999999999999999\"}}", 100},
        {"{\"partialSuccess\":{\"rejectedSpans\"", 0},
        {"{\"partialSuccess\":{\"rejectedSpans\":", 0},
        {"<html>rejectedSpans 5</html>", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (tf_otlp_rejected_spans(tf_str_of(cases[i].body), 100) != cases[i].rejected)
            fail_msg("%s", cases[i].body);
}

static void an_unusable_url_is_an_answer_not_a_crash(void **state)
{
    static char bad[] = "no-such-scheme://x", file[] = "file:///etc/hostname";
    struct tf_otlp_settings settings = {.url = bad, .request_timeout_ms = 1000};
    struct tf_otlp_answer answer;
    const _Atomic int64_t never = INT64_MAX;
    (void)state;
    for (int i = 0; i < 2; i++) {
        settings.url = i ? file : bad;
        struct tf_otlp_post *post = tf_otlp_post_create(&settings);
        assert_non_null(post);
        tf_otlp_post_send(post, TF_STR("x"), &never, &answer);
        assert_int_equal(answer.verdict, TF_OTLP_RETRY);
        assert_int_equal(answer.status, 0);
        assert_true(answer.reason[0] != '\0');
        assert_null(tf_otlp_post_destroy(post));
    }
    assert_null(tf_otlp_post_destroy(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_decides),
        cmocka_unit_test(partial_success_is_counted),
        cmocka_unit_test(an_unusable_url_is_an_answer_not_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
