/* What the monitor says of roles and groups, from heartbeats and offsets at given times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/overview.h"
#include "taxflow/clock.h"
#include "taxflow/log.h"

static int64_t t0;

static struct tf_overview *open_overview(void)
{
    tf_log_to(open("/dev/null", O_WRONLY | O_CLOEXEC));
    t0 = tf_clock_wall_ms();
    struct tf_overview *overview = tf_overview_create("group", "taxflow.audit");
    assert_non_null(overview);
    return overview;
}

static json_t *render(struct tf_overview *overview)
{
    struct tf_buf out;
    json_error_t error;
    tf_buf_init(&out, 16 << 20);
    tf_overview_render(overview, &out);
    assert_false(out.failed);
    json_t *json = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        fail_msg("%s in %.*s", error.text, (int)out.len, out.ptr);
    tf_buf_finish(&out);
    return json;
}

static void beat(struct tf_overview *overview, const char *key, const char *body, int64_t now_ms)
{
    tf_overview_heartbeat(overview, tf_str_of(key), tf_str_of(body), now_ms);
}

static size_t services(struct tf_overview *overview)
{
    json_t *json = render(overview);
    size_t count = json_array_size(json_object_get(json, "services"));
    json_decref(json);
    return count;
}

static void assert_service(struct tf_overview *overview, size_t index, const char *member, const char *expected)
{
    json_t *json = render(overview);
    const json_t *service = json_array_get(json_object_get(json, "services"), index);
    assert_string_equal(json_string_value(json_object_get(service, member)), expected);
    json_decref(json);
}

static int64_t service_number(struct tf_overview *overview, const char *member)
{
    json_t *json = render(overview);
    const json_t *value = json_object_get(json_array_get(json_object_get(json, "services"), 0), member);
    assert_true(json_is_number(value));
    int64_t number = (int64_t)json_number_value(value);
    json_decref(json);
    return number;
}

static const char up_beat[] = "{\"role\":\"tax\",\"instance\":2,\"host\":\"h1\",\"version\":\"0.1.0\",\"ready\":true,\"stopping\":false,"
                              "\"checks\":\"[+]kafka ok\",\"received\":100,\"processed\":90,\"duplicates\":7,\"dead\":3}";

static void test_a_heartbeat(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    beat(overview, "tax/h1/2", up_beat, t0);
    tf_overview_evaluate(overview, t0, true);
    assert_service(overview, 0, "role", "tax");
    assert_service(overview, 0, "host", "h1");
    assert_service(overview, 0, "version", "0.1.0");
    assert_service(overview, 0, "status", "up");
    assert_service(overview, 0, "checks", "[+]kafka ok");
    assert_int_equal(service_number(overview, "instance"), 2);
    assert_int_equal(service_number(overview, "received"), 100);
    assert_int_equal(service_number(overview, "processed"), 90);
    assert_int_equal(service_number(overview, "duplicates"), 7);
    assert_int_equal(service_number(overview, "dead"), 3);
    tf_overview_destroy(overview);
}

static void test_up_degraded_down(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    beat(overview, "k", up_beat, t0);
    tf_overview_evaluate(overview, t0 + 5000, false);
    assert_service(overview, 0, "status", "up");
    tf_overview_evaluate(overview, t0 + 5001, false);
    assert_service(overview, 0, "status", "down");
    beat(overview, "k", "{\"role\":\"tax\",\"ready\":false,\"checks\":\"[-]redis: no answer\"}", t0 + 6000);
    tf_overview_evaluate(overview, t0 + 6000, false);
    assert_service(overview, 0, "status", "degraded");
    beat(overview, "k", up_beat, t0 + 7000);
    tf_overview_evaluate(overview, t0 + 7000, false);
    assert_service(overview, 0, "status", "up");
    beat(overview, "k", "{\"role\":\"tax\",\"ready\":true,\"stopping\":true}", t0 + 8000);
    tf_overview_evaluate(overview, t0 + 8000, false);
    assert_service(overview, 0, "status", "down"); /* it said so itself */
    assert_int_equal(services(overview), 1);
    tf_overview_destroy(overview);
}

static void test_rate_between_heartbeats(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    beat(overview, "k", "{\"role\":\"tax\",\"received\":1000}", t0);
    beat(overview, "k", "{\"role\":\"tax\",\"received\":3000}", t0 + 1000);
    assert_int_equal(service_number(overview, "rate_per_second"), 2000);
    beat(overview, "k", "{\"role\":\"tax\",\"received\":10}", t0 + 2000); /* started anew */
    assert_int_equal(service_number(overview, "received"), 10);
    assert_int_equal(service_number(overview, "rate_per_second"), 2000);
    beat(overview, "k", "{\"role\":\"tax\",\"received\":510}", t0 + 3000);
    assert_int_equal(service_number(overview, "rate_per_second"), 500);
    tf_overview_destroy(overview);
}

static void test_what_is_no_heartbeat_is_ignored(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "", "null", "[]", "{", "{\"role\":5}", "{}", "{\"role\":\"tax\",\"role\":\"fraud\"}", "{\"role\":\"\xff\"}", "\"role\"", "{\"role\":null}",
    };
    struct tf_overview *overview = open_overview();
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        beat(overview, "k", bodies[i], t0);
    tf_overview_heartbeat(overview, TF_STR("k"), TF_STR_NONE, t0);
    char *deep = malloc(200001);
    memset(deep, '[', 200000);
    deep[200000] = '\0';
    beat(overview, "k", deep, t0);
    free(deep);
    assert_int_equal(services(overview), 0);
    tf_overview_destroy(overview);
}

/* Wrong types and absurd values of single members spoil neither the others nor the answer. */
static void test_hostile_members(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    char body[20000], text[8001];
    memset(text, '"', sizeof text - 1);
    for (size_t i = 0; i < 8000; i += 2)
        text[i] = '\\';
    text[8000] = '\0';
    snprintf(body, sizeof body,
             "{\"role\":\"%s\",\"host\":\"\\u001b[31m</script>\",\"version\":[1],\"checks\":{},\"received\":-9223372036854775808,"
             "\"processed\":9223372036854775807,\"ready\":\"yes\",\"instance\":1e99,\"duplicates\":\"many\",\"dead\":null}",
             text);
    beat(overview, "k", body, t0);
    beat(overview, "k2", "{\"role\":\"tax\",\"received\":9223372036854775807}", t0);
    beat(overview, "k2", "{\"role\":\"tax\",\"received\":-1}", t0 + 1000);
    tf_overview_evaluate(overview, t0, true);
    assert_int_equal(services(overview), 2);
    assert_service(overview, 0, "status", "degraded");
    assert_service(overview, 0, "checks", "");
    tf_overview_destroy(overview);
}

static void test_keys_that_cannot_be_kept_are_ignored(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    char key[400];
    memset(key, 'k', sizeof key);
    for (size_t n = 0; n < 300; n++) /* cut to the same bytes, each would take a place of its own */
        tf_overview_heartbeat(overview, (struct tf_str){key, 160 + n % 200}, TF_STR("{\"role\":\"tax\"}"), t0);
    tf_overview_heartbeat(overview, (struct tf_str){"a\0b", 3}, TF_STR("{\"role\":\"tax\"}"), t0);
    tf_overview_heartbeat(overview, TF_STR_NONE, TF_STR("{\"role\":\"tax\"}"), t0);
    assert_int_equal(services(overview), 0);
    tf_overview_heartbeat(overview, (struct tf_str){key, 159}, TF_STR("{\"role\":\"tax\"}"), t0);
    tf_overview_heartbeat(overview, (struct tf_str){key, 159}, TF_STR("{\"role\":\"tax\"}"), t0);
    assert_int_equal(services(overview), 1);
    tf_overview_destroy(overview);
}

static void test_more_instances_than_places(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    char key[32];
    for (int i = 0; i < TF_OVERVIEW_INSTANCES_MAX + 50; i++) {
        snprintf(key, sizeof key, "tax/h%d/1", i);
        beat(overview, key, "{\"role\":\"tax\"}", t0 + i);
    }
    assert_int_equal(services(overview), TF_OVERVIEW_INSTANCES_MAX);
    beat(overview, "tax/late/1", "{\"role\":\"late\"}", t0 + 3600000 + 2); /* those silent for an hour make room */
    assert_int_equal(services(overview), TF_OVERVIEW_INSTANCES_MAX);
    assert_service(overview, 0, "role", "late");
    tf_overview_destroy(overview);
}

static json_t *group(json_t *json, size_t index)
{
    return json_array_get(json_object_get(json, "lag"), index);
}

static void assert_lag(struct tf_overview *overview, size_t index, const char *status, int64_t messages, double seconds)
{
    json_t *json = render(overview);
    assert_string_equal(json_string_value(json_object_get(group(json, index), "status")), status);
    assert_int_equal(json_integer_value(json_object_get(group(json, index), "messages")), messages);
    assert_float_equal(json_number_value(json_object_get(group(json, index), "seconds")), seconds, 0.001);
    json_decref(json);
}

static void assert_status(struct tf_overview *overview, const char *status)
{
    json_t *json = render(overview);
    assert_string_equal(json_string_value(json_object_get(group(json, 0), "status")), status);
    json_decref(json);
}

static void look(struct tf_overview *overview, int64_t second, int64_t end, int64_t committed)
{
    struct tf_lag lag = {.partition = 0, .end = end, .committed = committed};
    tf_overview_lags(overview, "tax", &lag, 1, t0 + second * 1000);
    tf_overview_evaluate(overview, t0 + second * 1000, false);
}

static void test_lag_of_several_partitions(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    struct tf_lag lags[] = {{0, 100, 90}, {1, 50, -1}, {2, 10, 10}, {3, 5, 9}};
    tf_overview_lags(overview, "fraud", lags, 4, t0);
    tf_overview_evaluate(overview, t0, true);
    json_t *json = render(overview);
    assert_string_equal(json_string_value(json_object_get(group(json, 0), "status")), "unknown"); /* tax was never looked at */
    assert_string_equal(json_string_value(json_object_get(group(json, 1), "group")), "group.fraud");
    assert_string_equal(json_string_value(json_object_get(group(json, 1), "topic")), "taxflow.audit");
    assert_int_equal(json_integer_value(json_object_get(group(json, 1), "messages")), 10 + 50);
    assert_int_equal(json_array_size(json_object_get(group(json, 1), "partitions")), 4);
    json_decref(json);
    tf_overview_lags(overview, "fraud", NULL, 0, t0 + 1000);
    tf_overview_evaluate(overview, t0 + 1000, false);
    json = render(overview);
    assert_string_equal(json_string_value(json_object_get(group(json, 1), "status")), "unknown");
    json_decref(json);
    tf_overview_destroy(overview);
}

static void test_stalled(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    look(overview, 0, 100, 100);
    assert_lag(overview, 0, "ok", 0, 0);
    for (int64_t s = 1; s <= 20; s++) /* idle for long is no stall */
        look(overview, s, 100, 100);
    assert_lag(overview, 0, "ok", 0, 0);
    look(overview, 21, 110, 100);
    for (int64_t s = 22; s <= 29; s++)
        look(overview, s, 110, 100);
    assert_lag(overview, 0, "ok", 10, 8);
    look(overview, 30, 110, 100); /* offsets last stood where they belong at 20 */
    assert_lag(overview, 0, "stalled", 10, 9);
    look(overview, 31, 110, 105);
    assert_lag(overview, 0, "ok", 5, 10);
    look(overview, 32, 110, 110);
    assert_lag(overview, 0, "ok", 0, 0);
    tf_overview_destroy(overview);
}

static void test_rising(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    for (int64_t s = 0; s < 9; s++) {
        look(overview, s, 100 + s * 20, 50 + s * 10);
        assert_status(overview, "ok");
    }
    look(overview, 9, 280, 140);
    assert_lag(overview, 0, "rising", 140, 6); /* 140 were first passed at 3 */
    look(overview, 10, 300, 160); /* no more than before: not rising */
    assert_status(overview, "ok");
    tf_overview_destroy(overview);
}

/* An hour's stall under load is told as an hour, in bounded memory. */
static void test_seconds_of_a_long_stall(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    look(overview, 0, 100, 100);
    for (int64_t s = 1; s <= 7200; s++)
        look(overview, s, 100 + s * 5, 100);
    assert_lag(overview, 0, "stalled", 36000, 7199);
    look(overview, 7201, 36100, 30000); /* committed up to what came at about 5980 */
    json_t *json = render(overview);
    double seconds = json_number_value(json_object_get(group(json, 0), "seconds"));
    json_decref(json);
    assert_true(seconds >= 7201 - 5980 - 130 && seconds <= 7201 - 5980 + 2);
    tf_overview_destroy(overview);
}

static void test_more_partitions_than_places(void **state)
{
    (void)state;
    struct tf_overview *overview = open_overview();
    enum { MANY = TF_OVERVIEW_PARTITIONS_MAX + 10 };
    static struct tf_lag lags[MANY];
    for (uint32_t p = 0; p < MANY; p++)
        lags[p] = (struct tf_lag){p, 2, 1};
    tf_overview_lags(overview, "tax", lags, MANY, t0);
    tf_overview_lags(overview, "collector", lags, MANY, t0); /* no such group */
    tf_overview_evaluate(overview, t0, false);
    assert_lag(overview, 0, "ok", TF_OVERVIEW_PARTITIONS_MAX, 0);
    tf_overview_destroy(overview);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_heartbeat),
        cmocka_unit_test(test_up_degraded_down),
        cmocka_unit_test(test_rate_between_heartbeats),
        cmocka_unit_test(test_what_is_no_heartbeat_is_ignored),
        cmocka_unit_test(test_hostile_members),
        cmocka_unit_test(test_keys_that_cannot_be_kept_are_ignored),
        cmocka_unit_test(test_more_instances_than_places),
        cmocka_unit_test(test_lag_of_several_partitions),
        cmocka_unit_test(test_stalled),
        cmocka_unit_test(test_rising),
        cmocka_unit_test(test_seconds_of_a_long_stall),
        cmocka_unit_test(test_more_partitions_than_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
