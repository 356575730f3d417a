/* The traces' way to a receiver that behaves badly in every way the protocol knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <zlib.h>

#include "integration/http/client.h"
#include "taxflow/log.h"
#include "taxflow/metrics.h"
#include "taxflow/thread.h"
#include "taxflow/trace.h"

enum { ANSWERS_MAX = 8, REQUESTS_MAX = 64 };

/* What to answer, one after the other; the last one again and again. */
struct answer {
    unsigned status;
    const char *retry_after;
    const char *body;
    int delay_ms;
};

static struct {
    struct MHD_Daemon *daemon;
    uint16_t port;
    struct answer answers[ANSWERS_MAX];
    _Atomic size_t answers_count;
    _Atomic size_t requests;          /* answered */
    _Atomic size_t connections;
    int64_t times_ms[REQUESTS_MAX];
    struct tf_buf body;               /* of the request under way, packed */
    char *text;                       /* of the last request, unpacked */
    char headers[4][128];             /* of the last request */
} receiver;

static char *unpack(struct tf_str packed)
{
    const size_t size = 16 << 20;
    char *out = calloc(1, size);
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)packed.ptr, .avail_in = (unsigned)packed.len,
                       .next_out = (unsigned char *)out, .avail_out = (unsigned)size - 1};
    inflateInit2(&stream, 15 + 16);
    const int state = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (state != Z_STREAM_END)
        strcpy(out, "not gzip");
    return out;
}

static void keep_header(struct MHD_Connection *connection, int place, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    snprintf(receiver.headers[place], sizeof receiver.headers[place], "%s", value ? value : "");
}

static enum MHD_Result respond(struct MHD_Connection *connection)
{
    const size_t number = atomic_load(&receiver.requests), last = atomic_load(&receiver.answers_count) - 1;
    const struct answer *answer = &receiver.answers[number < last ? number : last];
    const int64_t until_ms = tf_clock_mono_ms() + answer->delay_ms;
    while (tf_clock_mono_ms() < until_ms)
        poll(NULL, 0, 10);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(answer->body), (void *)(uintptr_t)answer->body, MHD_RESPMEM_PERSISTENT);
    if (answer->retry_after)
        MHD_add_response_header(response, "Retry-After", answer->retry_after);
    const enum MHD_Result queued = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    if (number < REQUESTS_MAX)
        receiver.times_ms[number] = tf_clock_mono_ms();
    atomic_fetch_add(&receiver.requests, 1);
    return queued;
}

static enum MHD_Result receive(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                               const char *data, size_t *data_size, void **begun)
{
    (void)cls;
    (void)version;
    if (!*begun) {
        *begun = &receiver;
        tf_buf_reset(&receiver.body);
        return MHD_YES;
    }
    if (*data_size > 0) {
        tf_buf_put(&receiver.body, data, *data_size);
        *data_size = 0;
        return MHD_YES;
    }
    free(receiver.text);
    receiver.text = unpack(tf_buf_view(&receiver.body));
    keep_header(connection, 0, "Content-Type");
    keep_header(connection, 1, "Content-Encoding");
    keep_header(connection, 2, "User-Agent");
    keep_header(connection, 3, "X-Tenant");
    if (strcmp(url, "/v1/traces") != 0 || strcmp(method, "POST") != 0)
        strcpy(receiver.text, "not the right place");
    return respond(connection);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
    (void)cls;
    (void)connection;
    (void)context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        atomic_fetch_add(&receiver.connections, 1);
}

static void receiver_start(const struct answer *answers, size_t count)
{
    memcpy(receiver.answers, answers, count * sizeof *answers);
    atomic_store(&receiver.answers_count, count);
    atomic_store(&receiver.requests, 0);
    atomic_store(&receiver.connections, 0);
    tf_buf_init(&receiver.body, 16 << 20);
    receiver.daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, receiver.port, NULL, NULL, receive, NULL,
                                       MHD_OPTION_NOTIFY_CONNECTION, on_connection, NULL, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1,
                                       MHD_OPTION_END);
    assert_non_null(receiver.daemon);
    receiver.port = MHD_get_daemon_info(receiver.daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void receiver_stop(void)
{
    if (receiver.daemon)
        MHD_stop_daemon(receiver.daemon);
    receiver.daemon = NULL;
    tf_buf_finish(&receiver.body);
}

static int finish(void **state)
{
    (void)state;
    receiver_stop();
    free(receiver.text);
    receiver.text = NULL;
    receiver.port = 0;
    return 0;
}

static struct tf_tracer *tracer_to_receiver(const char *delay_ms)
{
    char endpoint[64];
    struct tf_config config = {.otel = {.enabled = true, .sampler_ratio = 1}};
    snprintf(endpoint, sizeof endpoint, "http://127.0.0.1:%u/", receiver.port);
    config.otel.endpoint = endpoint;
    setenv("OTEL_BSP_SCHEDULE_DELAY", delay_ms, 1);
    struct tf_tracer *tracer = tf_tracer_create(&config, "taxflow-tax", "tax-1");
    assert_non_null(tracer);
    return tracer;
}

static void end_spans(struct tf_tracer *tracer, int count)
{
    struct tf_span span;
    for (int i = 0; i < count; i++) {
        tf_span_start(tracer, &span, "process taxflow.audit", TF_SPAN_CONSUMER, NULL);
        tf_span_text(&span, "messaging.system", TF_STR("kafka"));
        tf_span_int(&span, "messaging.kafka.offset", i);
        tf_span_end(tracer, &span);
    }
}

static double counted(const char *result)
{
    return tf_metrics_value(tf_metrics_series(TF_METRIC_spans_total, "tax", result, NULL));
}

struct counts {
    double exported, dropped, rejected;
};
static struct counts counts_now(void)
{
    return (struct counts){counted("exported"), counted("dropped"), counted("rejected")};
}
static void expect_counts(struct counts before, double exported, double dropped, double rejected)
{
    const struct counts now = counts_now();
    assert_true(now.exported - before.exported == exported);
    assert_true(now.dropped - before.dropped == dropped);
    assert_true(now.rejected - before.rejected == rejected);
}

static size_t count_in_text(const char *needle)
{
    size_t count = 0;
    for (const char *at = strstr(receiver.text, needle); at; at = strstr(at + 1, needle))
        count++;
    return count;
}

/* Braces and brackets match outside strings: the JSON writer's own tests say the rest. */
static bool is_balanced(const char *text)
{
    char stack[64];
    size_t depth = 0;
    bool inside = false;
    for (; *text; text++) {
        if (inside && *text == '\\' && text[1])
            text++;
        else if (*text == '"')
            inside = !inside;
        else if (!inside && (*text == '{' || *text == '[') && depth < sizeof stack)
            stack[depth++] = *text == '{' ? '}' : ']';
        else if (!inside && (*text == '}' || *text == ']') && (depth == 0 || stack[--depth] != *text))
            return false;
    }
    return depth == 0 && !inside;
}

static void spans_arrive_as_gzip_and_json(void **state)
{
    const struct answer ok = {200, NULL, "{}", 0};
    receiver_start(&ok, 1);
    setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=finance%20team", 1);
    struct tf_tracer *tracer = tracer_to_receiver("3600000");
    unsetenv("OTEL_EXPORTER_OTLP_HEADERS");
    const struct counts before = counts_now();
    (void)state;
    end_spans(tracer, 3);
    assert_true(tf_tracer_flush(tracer, CLIENT_WAIT_MS));
    expect_counts(before, 3, 0, 0);
    assert_memory_equal(receiver.text, "{\"resourceSpans\":[{", 19);
    assert_true(is_balanced(receiver.text));
    assert_int_equal(count_in_text("\"name\":\"process taxflow.audit\",\"kind\":5,"), 3);
    assert_int_equal(count_in_text("{\"key\":\"messaging.kafka.offset\",\"value\":{\"intValue\":\"2\"}}"), 1);
    assert_int_equal(count_in_text("{\"key\":\"service.name\",\"value\":{\"stringValue\":\"taxflow-tax\"}}"), 1);
    assert_string_equal(receiver.headers[0], "application/json");
    assert_string_equal(receiver.headers[1], "gzip");
    assert_string_equal(receiver.headers[2], "OTel-OTLP-Exporter-C/" TAXFLOW_VERSION " taxflow/" TAXFLOW_VERSION);
    assert_string_equal(receiver.headers[3], "finance team");
    end_spans(tracer, 1);
    assert_true(tf_tracer_flush(tracer, CLIENT_WAIT_MS));
    assert_int_equal(atomic_load(&receiver.requests), 2);
    assert_int_equal(atomic_load(&receiver.connections), 1); /* kept alive */
    tf_tracer_destroy(tracer);
}

static void batches_are_bounded(void **state)
{
    const struct answer ok = {200, NULL, "", 0};
    (void)state;
    receiver_start(&ok, 1);
    struct tf_tracer *tracer = tracer_to_receiver("3600000");
    const struct counts before = counts_now();
    end_spans(tracer, 1300);
    assert_true(tf_tracer_flush(tracer, CLIENT_WAIT_MS));
    expect_counts(before, 1300, 0, 0);
    assert_in_range(atomic_load(&receiver.requests), 3, 4);
    tf_tracer_destroy(tracer);
}

static void the_schedule_sends_without_a_flush(void **state)
{
    const struct answer ok = {200, NULL, "", 0};
    (void)state;
    receiver_start(&ok, 1);
    struct tf_tracer *tracer = tracer_to_receiver("20");
    end_spans(tracer, 1);
    const int64_t deadline_ms = tf_clock_mono_ms() + CLIENT_WAIT_MS;
    while (atomic_load(&receiver.requests) == 0 && tf_clock_mono_ms() < deadline_ms)
        poll(NULL, 0, 5);
    assert_int_equal(atomic_load(&receiver.requests), 1);
    tf_tracer_destroy(tracer);
}

static void stopping_sends_what_is_queued(void **state)
{
    const struct answer ok = {200, NULL, "", 0};
    (void)state;
    receiver_start(&ok, 1);
    struct tf_tracer *tracer = tracer_to_receiver("3600000");
    const struct counts before = counts_now();
    end_spans(tracer, 600);
    tf_tracer_destroy(tracer);
    expect_counts(before, 600, 0, 0);
}

static void partial_success_is_counted_and_not_repeated(void **state)
{
    const struct answer partial = {200, NULL, "{\"partialSuccess\":{\"rejectedSpans\":\"2\",\"errorMessage\":\"too old\"}}", 0};
    (void)state;
    receiver_start(&partial, 1);
    struct tf_tracer *tracer = tracer_to_receiver("3600000");
    const struct counts before = counts_now();
    end_spans(tracer, 5);
    assert_true(tf_tracer_flush(tracer, CLIENT_WAIT_MS));
    expect_counts(before, 3, 0, 2);
    assert_int_equal(atomic_load(&receiver.requests), 1);
    tf_tracer_destroy(tracer);
}

static void retry_after_is_honoured(void **state)
{
    const struct answer answers[] = {{429, "2", "", 0}, {200, NULL, "{}", 0}};
    (void)state;
    receiver_start(answers, 2);
    struct tf_tracer *tracer = tracer_to_receiver("3600000");
    const struct counts before = counts_now();
    end_spans(tracer, 4);
    assert_true(tf_tracer_flush(tracer, CLIENT_WAIT_MS));
    expect_counts(before, 4, 0, 0);
    assert_int_equal(atomic_load(&receiver.requests), 2);
    assert_in_range(receiver.times_ms[1] - receiver.times_ms[0], 1990, 10000);
    tf_tracer_destroy(tracer);
}

static void outages_are_retried(void **state)
{
    const struct answer answers[] = {{503, NULL, "", 0}, {502, NULL, "", 0}, {200, NULL, "", 0}};
    (void)state;
    receiver_start(answers, 3);
    struct tf_tracer *tracer = tracer_to_receiver("3600000");
    const struct counts before = counts_now();
    end_spans(tracer, 4);
    assert_true(tf_tracer_flush(tracer, CLIENT_WAIT_MS));
    expect_counts(before, 4, 0, 0);
    assert_int_equal(atomic_load(&receiver.requests), 3);
    assert_true(receiver.times_ms[2] - receiver.times_ms[1] > receiver.times_ms[1] - receiver.times_ms[0]); /* pauses grow */
    tf_tracer_destroy(tracer);
}

static void what_is_refused_is_not_repeated(void **state)
{
    static const unsigned statuses[] = {400, 401, 404, 413, 500, 301};
    (void)state;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        const struct answer answers[] = {{statuses[i], NULL, "no", 0}, {200, NULL, "", 0}};
        receiver_start(answers, 2);
        struct tf_tracer *tracer = tracer_to_receiver("3600000");
        const struct counts before = counts_now();
        end_spans(tracer, 2);
        assert_false(tf_tracer_flush(tracer, CLIENT_WAIT_MS));
        expect_counts(before, 0, 0, 2);
        end_spans(tracer, 1); /* and the next batch goes on */
        assert_true(tf_tracer_flush(tracer, CLIENT_WAIT_MS));
        expect_counts(before, 1, 0, 2);
        assert_int_equal(atomic_load(&receiver.requests), 2);
        tf_tracer_destroy(tracer);
        finish(NULL);
    }
}

static void a_receiver_that_comes_back_gets_the_spans(void **state)
{
    const struct answer ok = {200, NULL, "", 0};
    (void)state;
    receiver_start(&ok, 1); /* to learn a free port */
    receiver_stop();
    struct tf_tracer *tracer = tracer_to_receiver("10");
    const struct counts before = counts_now();
    end_spans(tracer, 2);
    assert_false(tf_tracer_flush(tracer, 200)); /* refused by now */
    receiver_start(&ok, 1);
    assert_true(tf_tracer_flush(tracer, CLIENT_WAIT_MS));
    expect_counts(before, 2, 0, 0);
    tf_tracer_destroy(tracer);
}

static void a_slow_receiver_delays_nobody(void **state)
{
    const struct answer slow = {200, NULL, "", 5000};
    (void)state;
    receiver_start(&slow, 1);
    struct tf_tracer *tracer = tracer_to_receiver("1");
    int64_t start_ms = tf_clock_mono_ms();
    end_spans(tracer, 10000);
    assert_true(tf_clock_mono_ms() - start_ms < 2500);
    assert_false(tf_tracer_flush(tracer, 50));
    start_ms = tf_clock_mono_ms();
    tf_tracer_destroy(tracer); /* two seconds, not the answer's five */
    assert_true(tf_clock_mono_ms() - start_ms < 4500);
}

static void a_request_has_its_time(void **state)
{
    const struct answer answers[] = {{200, NULL, "", 1500}, {200, NULL, "", 0}};
    (void)state;
    receiver_start(answers, 2);
    setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "200", 1);
    setenv("OTEL_BSP_EXPORT_TIMEOUT", "300", 1);
    struct tf_tracer *tracer = tracer_to_receiver("3600000");
    unsetenv("OTEL_EXPORTER_OTLP_TIMEOUT");
    unsetenv("OTEL_BSP_EXPORT_TIMEOUT");
    const struct counts before = counts_now();
    end_spans(tracer, 2);
    assert_false(tf_tracer_flush(tracer, CLIENT_WAIT_MS));
    expect_counts(before, 0, 2, 0); /* timed out, and no time left for another try */
    tf_tracer_destroy(tracer);
}

static int quiet(void **state)
{
    (void)state;
    tf_log_to(open("/dev/null", O_WRONLY));
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, NULL, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(spans_arrive_as_gzip_and_json),
        TEST(batches_are_bounded),
        TEST(the_schedule_sends_without_a_flush),
        TEST(stopping_sends_what_is_queued),
        TEST(partial_success_is_counted_and_not_repeated),
        TEST(retry_after_is_honoured),
        TEST(outages_are_retried),
        TEST(what_is_refused_is_not_repeated),
        TEST(a_receiver_that_comes_back_gets_the_spans),
        TEST(a_slow_receiver_delays_nobody),
        TEST(a_request_has_its_time),
    };
    return cmocka_run_group_tests(tests, quiet, NULL);
}
