#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_internal.h"

static void problems_follow_rfc_9457(void **state)
{
    struct tf_http_response response;
    (void)state;
    tf_http_response_init(&response);
    assert_int_equal(response.status, 200);
    assert_string_equal(response.content_type, "application/json");
    tf_buf_puts(&response.body, "half an answer");
    tf_http_problem(&response, 422, "id-conflict", TF_STR("Not \"this\""), TF_STR("line\nbreak"), TF_STR("/invoice/BT-1"), 7);
    assert_int_equal(response.status, 422);
    assert_string_equal(response.content_type, "application/problem+json");
    assert_true(tf_str_is(tf_buf_view(&response.body),
                          "{\"type\":\"urn:taxflow:problem:id-conflict\",\"title\":\"Not \\\"this\\\"\",\"status\":422,"
                          "\"detail\":\"line\\nbreak\",\"path\":\"/invoice/BT-1\",\"line\":7}"));
    tf_http_problem(&response, 404, "not-found", TF_STR("Nothing"), TF_STR_NONE, TF_STR_NONE, 0);
    assert_true(tf_str_is(tf_buf_view(&response.body),
                          "{\"type\":\"urn:taxflow:problem:not-found\",\"title\":\"Nothing\",\"status\":404}"));
    tf_buf_finish(&response.body);
}

static void header_values_cannot_break_out(void **state)
{
    struct tf_http_response response;
    char endless[200];
    (void)state;
    memset(endless, 'x', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    tf_http_response_init(&response);
    tf_http_response_header(&response, "X-One", "a\r\nInjected: yes\x7f\t!");
    assert_string_equal(response.headers[0].value, "aInjected: yes!");
    tf_http_response_header(&response, "X-Two", endless);
    assert_int_equal(strlen(response.headers[1].value), 95);
    for (int i = 0; i < 5; i++)
        tf_http_response_header(&response, "X-More", "");
    assert_int_equal(response.headers_count, 4);
    tf_buf_finish(&response.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(problems_follow_rfc_9457), cmocka_unit_test(header_values_cannot_break_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
