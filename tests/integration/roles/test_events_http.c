/* POST /v1/events against a collector on the embedded broker: what is answered, and what is then on taxflow.audit. */
#include "roles_fixture.h"

#define JSON_TYPE "Content-Type: application/json\r\n"
#define EVENT_TYPE "Content-Type: application/cloudevents+json\r\n"
#define BATCH_TYPE "Content-Type: application/cloudevents-batch+json; charset=utf-8\r\n"
#define LINES_TYPE "Content-Type: application/x-ndjson\r\n"

static int set_up(void **state)
{
    struct fixture *f = open_fixture(NULL, 0);
    struct tf_role_run *run = start_role(f, "collector");
    AWAIT(is_ready(run));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    close_fixture(*state);
    return 0;
}

static void test_a_bare_record(void **state)
{
    struct fixture *f = *state;
    char *answer = post(f, JSON_TYPE, "{ \"payment\" : {\"supplier\":\"S\",\"amount\":\"1.0\",\"currency\":\"EUR\",\"date\":\"2026-01-05\"},\n"
                                      "  \"kind\":\"payment\", \"company\":\"ACME\" }");
    assert_int_equal(client_status(answer), 202);
    json_t *body = body_of(answer);
    read_rows(&f->audit, 1);
    const struct tf_row *row = &f->audit.rows[0];
    /* Canonical bytes, an id of their own, and a key that tells nothing. */
    assert_str(row->value, "{\"company\":\"ACME\",\"kind\":\"payment\",\"payment\":{\"amount\":\"1.0\",\"currency\":\"EUR\",\"date\":\"2026-01-05\",\"supplier\":\"S\"}}");
    struct tf_hash16 hash = tf_hash_sha256(&row->value, 1);
    char hex[33];
    tf_hash_hex(hash.bytes, sizeof hash.bytes, hex);
    assert_string_equal(text_of(body, "id"), hex);
    assert_str(header_of(row, "ce_id"), hex);
    assert_str(header_of(row, "ce_source"), "urn:taxflow:ACME");
    assert_str(header_of(row, "ce_type"), "taxflow.payment.v1");
    assert_str(header_of(row, "ce_specversion"), "1.0");
    assert_str(header_of(row, "content-type"), "application/json");
    assert_int_equal(header_of(row, "ce_time").len, strlen("2026-01-05T00:00:00.000Z"));
    assert_int_equal(row->key.len, 32);
    json_decref(body);
    free(answer);
}

static void test_binary_mode(void **state)
{
    struct fixture *f = *state;
    static const char headers[] = JSON_TYPE "ce-specversion: 1.0\r\nce-id: b1\r\nce-source: urn:erp\r\nce-type: taxflow.payment.v1\r\n"
                                            "ce-time: 2026-01-05T08:00:00Z\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
                                            "Idempotency-Key: not-this\r\n";
    char *answer = post(f, headers, PAYMENT("S"));
    assert_int_equal(client_status(answer), 202);
    assert_non_null(strstr(answer, "{\"id\":\"b1\"}"));
    free(answer);
    read_rows(&f->audit, 1);
    assert_str(header_of(&f->audit.rows[0], "ce_id"), "b1");
    assert_str(header_of(&f->audit.rows[0], "ce_source"), "urn:erp");
    assert_str(header_of(&f->audit.rows[0], "ce_time"), "2026-01-05T08:00:00Z");
    assert_true(tf_str_starts(header_of(&f->audit.rows[0], "traceparent"), TF_STR("00-0af7651916cd43dd8448eb211c80319c-")));
    assert_int_equal(post_status(f, JSON_TYPE "ce-specversion: 1.0\r\nce-id: b2\r\nce-source: urn:erp\r\nce-type: taxflow.invoice.v1\r\n", PAYMENT("S")), 400);
}

static void test_idempotency_key(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(post_status(f, JSON_TYPE "Idempotency-Key: k-1\r\n", PAYMENT("S")), 202);
    assert_int_equal(post_status(f, JSON_TYPE "Idempotency-Key: k-1\r\n", PAYMENT("S")), 200);
    assert_int_equal(post_status(f, JSON_TYPE "Idempotency-Key: k-1\r\n", PAYMENT("T")), 422);
    assert_int_equal(post_status(f, EVENT_TYPE "Idempotency-Key: k-1\r\n", EVENT("own", "U")), 202); /* the event's own id wins */
    assert_int_equal(post_status(f, LINES_TYPE "Idempotency-Key: k-2\r\n", PAYMENT("S")), 400);
    assert_int_equal(post_status(f, BATCH_TYPE "Idempotency-Key: k-2\r\n", "[]"), 400);
    read_rows(&f->audit, 2);
    assert_str(header_of(&f->audit.rows[0], "ce_id"), "k-1");
    assert_str(header_of(&f->audit.rows[1], "ce_id"), "own");
}

static void test_a_repeated_event(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(post_status(f, EVENT_TYPE, EVENT("e1", "S")), 202);
    char *answer = post(f, EVENT_TYPE, EVENT("e1", "S"));
    assert_int_equal(client_status(answer), 200);
    assert_non_null(strcasestr(answer, "Idempotency-Replayed: true"));
    free(answer);
    answer = post(f, EVENT_TYPE, EVENT("e1", "other"));
    assert_int_equal(client_status(answer), 422);
    json_t *problem = body_of(answer);
    assert_string_equal(text_of(problem, "type"), "urn:taxflow:problem:id-conflict");
    assert_non_null(strstr(answer, "application/problem+json"));
    json_decref(problem);
    free(answer);
    read_rows(&f->audit, 1); /* neither the repeat nor the other body */
    read_rows(&f->dlq, 0);
}

static void test_what_is_refused(void **state)
{
    struct fixture *f = *state;
    static const struct { const char *headers, *body; int status; const char *reason; } cases[] = {
        {JSON_TYPE, "{", 400, "malformed-json"},
        {JSON_TYPE, "", 400, "wrong-type"},
        {JSON_TYPE, "[]", 400, "wrong-type"},
        {JSON_TYPE, "{\"kind\":\"letter\",\"company\":\"A\"}", 400, "unknown-kind"},
        {JSON_TYPE, "{\"kind\":\"payment\",\"kind\":\"payment\"}", 400, "duplicate-key"},
        {JSON_TYPE, "{\"kind\":\"account\",\"company\":\"\xff\"}", 400, "invalid-utf8"},
        {EVENT_TYPE, "{\"specversion\":\"1.0\",\"id\":\"x\",\"source\":\"s\"}", 400, "bad-cloudevent"},
        {EVENT_TYPE, "{\"specversion\":\"0.3\",\"id\":\"x\",\"source\":\"s\",\"type\":\"t\",\"data\":{}}", 400, "bad-cloudevent"},
        {BATCH_TYPE, "{}", 400, "wrong-type"},
        {BATCH_TYPE, "[{]", 400, "malformed-json"},
        {"Content-Type: application/jsonx\r\n", "{}", 415, "media-type"},
        {"", "{}", 415, "media-type"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        char expected[64], *answer = post(f, cases[c].headers, cases[c].body);
        if (client_status(answer) != cases[c].status)
            fail_msg("case %zu: %s", c, answer);
        json_t *problem = body_of(answer);
        snprintf(expected, sizeof expected, "urn:taxflow:problem:%s", cases[c].reason);
        assert_string_equal(text_of(problem, "type"), expected);
        assert_int_equal(json_integer_value(json_object_get(problem, "status")), cases[c].status);
        assert_true(strlen(text_of(problem, "detail")) > 0);
        json_decref(problem);
        free(answer);
    }
    read_rows(&f->audit, 0);
    read_rows(&f->dlq, 0); /* HTTP tells its sender, and never writes dead letters */
}

static void test_too_big(void **state)
{
    struct fixture *f = *state;
    static const char start[] = "{\"kind\":\"account\",\"company\":\"", end[] = "\",\"account\":{\"number\":\"1\"}}";
    size_t len = 5 * 1000 * 1000;
    char *body = malloc(len);
    memset(body, 'x', len);
    memcpy(body, start, sizeof start - 1);
    memcpy(body + len - (sizeof end - 1), end, sizeof end - 1);
    char *answer = post_bytes(f, JSON_TYPE, body, len);
    assert_int_equal(client_status(answer), 413);
    free(answer);
    free(body);
    len = 300 * 1000;
    body = malloc(len);
    for (size_t i = 0; i < len; i++)
        body[i] = i % 2 ? '\n' : 'x';
    answer = post_bytes(f, LINES_TYPE, body, len); /* 150,000 lines */
    assert_int_equal(client_status(answer), 413);
    assert_non_null(strstr(answer, "too-many"));
    free(answer);
    free(body);
    read_rows(&f->audit, 0);
}

static void test_lines(void **state)
{
    struct fixture *f = *state;
    char *answer = post(f, LINES_TYPE, EVENT("l1", "S") "\n\n" PAYMENT("T") "\r\n" EVENT("l3", "U"));
    assert_int_equal(client_status(answer), 202);
    json_t *body = body_of(answer);
    const json_t *results = json_object_get(body, "results");
    assert_int_equal(json_array_size(results), 3);
    static const json_int_t lines[] = {1, 3, 4};
    for (size_t i = 0; i < 3; i++) {
        const json_t *result = json_array_get(results, i);
        assert_int_equal(json_integer_value(json_object_get(result, "line")), lines[i]);
        assert_int_equal(json_integer_value(json_object_get(result, "status")), 202);
        assert_true(strlen(text_of(result, "id")) > 0);
    }
    json_decref(body);
    free(answer);
    read_rows(&f->audit, 3);
}

static void test_one_bad_line_does_not_take_the_others_with_it(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(post_status(f, EVENT_TYPE, EVENT("l1", "S")), 202);
    char *answer = post(f, LINES_TYPE, EVENT("l1", "S") "\ntorn\n" EVENT("l2", "S") "\n" EVENT("l1", "other") "\n");
    assert_int_equal(client_status(answer), 207);
    json_t *body = body_of(answer);
    const json_t *results = json_object_get(body, "results");
    static const json_int_t statuses[] = {200, 400, 202, 422};
    assert_int_equal(json_array_size(results), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(json_integer_value(json_object_get(json_array_get(results, i), "status")), statuses[i]);
    const json_t *problem = json_object_get(json_array_get(results, 1), "problem");
    assert_string_equal(text_of(problem, "reason"), "malformed-json");
    json_decref(body);
    free(answer);
    read_rows(&f->audit, 2);
}

static void assert_statuses(const char *answer, const json_int_t *expected, size_t count)
{
    json_t *body = body_of(answer);
    const json_t *results = json_object_get(body, "results");
    assert_int_equal(json_array_size(results), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(json_integer_value(json_object_get(json_array_get(results, i), "status")), expected[i]);
    json_decref(body);
}

static void test_repeats_within_a_request(void **state)
{
    struct fixture *f = *state;
    static const json_int_t first[] = {202, 200, 422, 202, 200}, again[] = {200, 422, 202};
    char *answer = post(f, LINES_TYPE, EVENT("r1", "S") "\n" EVENT("r1", "S") "\n" EVENT("r1", "other") "\n" PAYMENT("T") "\n" PAYMENT("T"));
    assert_int_equal(client_status(answer), 207);
    assert_statuses(answer, first, 5);
    assert_non_null(strstr(answer, "id-conflict"));
    free(answer);
    answer = post(f, LINES_TYPE, EVENT("r1", "S") "\n" EVENT("r1", "other") "\n" EVENT("r2", "other"));
    assert_statuses(answer, again, 3);
    free(answer);
    read_rows(&f->audit, 3);
}

/* A line of LARGE bytes and a few: an event whose record is filled up with a character. */
enum { LARGE = 600 * 1000, LARGE_LINE_MAX = LARGE + 300 };
static char *write_large(char *out, const char *id, char fill)
{
    int len = sprintf(out, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"urn:shop\",\"type\":\"taxflow.account.v1\",\"data\":"
                           "{\"kind\":\"account\",\"company\":\"A\",\"account\":{\"number\":\"1\",\"name\":\"", id);
    memset(out + len, fill, LARGE);
    return stpcpy(out + len + LARGE, "\"}}}\n");
}

/* A repeat of what the broker does not get is no repeat: it is refused for the same reason. */
static void test_a_repeat_of_what_was_refused(void **state)
{
    (void)state;
    static const char *const sets[] = {"collector.inflight_bytes=1048576"}; /* one of the large ones */
    static const json_int_t statuses[] = {202, 429, 429, 429};
    struct fixture *f = open_fixture(sets, 1);
    struct tf_role_run *run = start_role(f, "collector");
    AWAIT(is_ready(run));
    char *body = malloc(4 * LARGE_LINE_MAX), *end = body;
    end = write_large(end, "first", 'x');
    end = write_large(end, "r3", 'x');
    end = write_large(end, "r3", 'x');
    end = write_large(end, "r3", 'y');
    char *answer = post_bytes(f, LINES_TYPE, body, (size_t)(end - body));
    assert_int_equal(client_status(answer), 207);
    assert_non_null(strcasestr(answer, "Retry-After: "));
    assert_statuses(answer, statuses, 4);
    free(answer);
    end = write_large(body, "r3", 'x');
    assert_int_equal(post_status(f, EVENT_TYPE, body), 202);
    free(body);
    read_rows(&f->audit, 2);
    close_fixture(f);
}

/* More than are looked up and sent at a time, and a repeat far behind. */
static void test_many_lines(void **state)
{
    struct fixture *f = *state;
    enum { LINES = 1500, LINE_BYTES = 256 };
    char *body = malloc((LINES + 1) * LINE_BYTES);
    size_t len = 0;
    for (int i = 0; i <= LINES; i++)
        len += (size_t)snprintf(body + len, LINE_BYTES, "{\"kind\":\"account\",\"company\":\"A\",\"account\":{\"number\":\"%d\"}}\n", i % LINES);
    char *answer = post_bytes(f, LINES_TYPE, body, len);
    assert_int_equal(client_status(answer), 202);
    json_t *json = body_of(answer);
    const json_t *results = json_object_get(json, "results");
    assert_int_equal(json_array_size(results), LINES + 1);
    for (size_t i = 0; i <= LINES; i++)
        assert_int_equal(json_integer_value(json_object_get(json_array_get(results, i), "status")), i < LINES ? 202 : 200);
    json_decref(json);
    free(answer);
    free(body);
    read_rows(&f->audit, LINES);
}

static void test_a_batch(void **state)
{
    struct fixture *f = *state;
    char *answer = post(f, BATCH_TYPE, "[" EVENT("a", "S") "," EVENT("b", "S") "]");
    assert_int_equal(client_status(answer), 202);
    json_t *body = body_of(answer);
    assert_int_equal(json_array_size(json_object_get(body, "results")), 2);
    assert_string_equal(text_of(json_array_get(json_object_get(body, "results"), 1), "id"), "b");
    json_decref(body);
    free(answer);
    answer = post(f, BATCH_TYPE, "[" EVENT("c", "S") ",{\"specversion\":\"1.0\"},5]");
    assert_int_equal(client_status(answer), 207);
    free(answer);
    read_rows(&f->audit, 3);
    assert_int_equal(post_status(f, BATCH_TYPE, "[]"), 202);
}

static void test_all_of_one_counterparty_share_a_key(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(post_status(f, LINES_TYPE, EVENT("1", "S") "\n" EVENT("2", " s ") "\n" EVENT("3", "T") "\n"), 202);
    read_rows(&f->audit, 3);
    assert_true(tf_str_eq(f->audit.rows[0].key, f->audit.rows[1].key));
    assert_false(tf_str_eq(f->audit.rows[0].key, f->audit.rows[2].key));
}

static void test_before_and_after(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(NULL, 0);
    struct tf_role_run *run = start_role(f, "collector");
    AWAIT(is_ready(run));
    atomic_store(&f->process.stop, true);
    char *answer = post(f, JSON_TYPE, PAYMENT("S"));
    assert_int_equal(client_status(answer), 503);
    assert_non_null(strcasestr(answer, "Retry-After: "));
    free(answer);
    close_fixture(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_bare_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_binary_mode, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_idempotency_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_repeated_event, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_big, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_bad_line_does_not_take_the_others_with_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_repeats_within_a_request, set_up, tear_down),
        cmocka_unit_test(test_a_repeat_of_what_was_refused),
        cmocka_unit_test_setup_teardown(test_many_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_batch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_all_of_one_counterparty_share_a_key, set_up, tear_down),
        cmocka_unit_test(test_before_and_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
