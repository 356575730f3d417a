#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "monitor/webhook.h"
#include "monitor/webhook_post.h"

/* The example that libraries of the specification are tested with. */
static void the_signature_is_standard_webhooks(void **state)
{
    (void)state;
    uint8_t secret[TF_WEBHOOK_SECRET_BYTES_MAX];
    char signature[TF_WEBHOOK_SIGNATURE_BYTES];
    size_t len;
    assert_true(tf_webhook_secret(TF_STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"), secret, &len));
    assert_int_equal(len, 24);
    const struct tf_str key = {(const char *)secret, len};
    tf_webhook_sign(key, TF_STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, TF_STR("{\"test\": 2432232314}"), signature);
    assert_string_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    char other[TF_WEBHOOK_SIGNATURE_BYTES];
    tf_webhook_sign(key, TF_STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265331, TF_STR("{\"test\": 2432232314}"), other);
    assert_string_not_equal(signature, other);
}

static void a_secret_is_text_or_base64(void **state)
{
    (void)state;
    uint8_t secret[TF_WEBHOOK_SECRET_BYTES_MAX];
    char long_text[TF_WEBHOOK_SECRET_BYTES_MAX + 1];
    size_t len;
    assert_true(tf_webhook_secret(TF_STR("sixteen bytes 16\r\n"), secret, &len));
    assert_int_equal(len, 16);
    assert_memory_equal(secret, "sixteen bytes 16", 16);
    assert_false(tf_webhook_secret(TF_STR("fifteen bytes 5"), secret, &len));
    assert_false(tf_webhook_secret(TF_STR(""), secret, &len));
    assert_false(tf_webhook_secret(TF_STR("whsec_no base64 at all!!"), secret, &len));
    assert_false(tf_webhook_secret(TF_STR("whsec_c2hvcnQ="), secret, &len));
    memset(long_text, 'x', sizeof long_text);
    assert_true(tf_webhook_secret((struct tf_str){long_text, TF_WEBHOOK_SECRET_BYTES_MAX}, secret, &len));
    assert_false(tf_webhook_secret((struct tf_str){long_text, TF_WEBHOOK_SECRET_BYTES_MAX + 1}, secret, &len));
}

static void the_decision_asks_for_an_alert(void **state)
{
    (void)state;
    static const struct { const char *row; bool any, block; } cases[] = {
        {"{\"event_id\":\"e\",\"score\":50,\"decision\":\"review\",\"hits\":[]}", true, false},
        {"{\"event_id\":\"e\",\"score\":90,\"decision\":\"block\",\"hits\":[]}", true, true},
        {"{\"event_id\":\"e\",\"score\":0,\"decision\":\"approve\",\"hits\":[]}", false, false},
        {"{\"event_id\":\"\\\"decision\\\":\\\"block\\\"\",\"score\":0,\"decision\":\"approve\"}", false, false},
        {"", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(tf_webhook_wants(tf_str_of(cases[i].row), false), cases[i].any);
        assert_int_equal(tf_webhook_wants(tf_str_of(cases[i].row), true), cases[i].block);
    }
}

static void tries_come_slower_and_slower(void **state)
{
    (void)state;
    static const int64_t waits[] = {500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    for (uint32_t i = 0; i < sizeof waits / sizeof waits[0]; i++)
        assert_int_equal(tf_webhook_wait_ms(i + 1, -1), waits[i]);
    assert_int_equal(tf_webhook_wait_ms(UINT32_MAX, -1), 60000);
    assert_int_equal(tf_webhook_wait_ms(1, 7000), 7000); /* what the receiver asked for, within reason */
    assert_int_equal(tf_webhook_wait_ms(1, 100), 500);
    assert_int_equal(tf_webhook_wait_ms(9, 86400000), 300000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_signature_is_standard_webhooks), cmocka_unit_test(a_secret_is_text_or_base64),
                                       cmocka_unit_test(the_decision_asks_for_an_alert), cmocka_unit_test(tries_come_slower_and_slower)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
