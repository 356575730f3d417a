#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <unistd.h>
#include <zlib.h>

#include "otlp_internal.h"

static struct tf_span full_span(void)
{
    struct tf_span span = {.context = {.valid = true, .sampled = true},
                           .has_parent = true,
                           .kind = TF_SPAN_CONSUMER,
                           .name = "process \"T\"",
                           .start_ns = 1700000000000000001,
                           .end_ns = INT64_MAX,
                           .error = true,
                           .attributes_count = 3,
                           .attributes_dropped = 2,
                           .links_count = 1,
                           .links_dropped = 4};
    memset(span.context.trace_id, 0xab, 16);
    memset(span.context.span_id, 0xcd, 8);
    memset(span.parent_span_id, 0xef, 8);
    span.attributes[0] = (struct tf_span_attribute){.key = "messaging.system", .text = "kafka", .is_text = true};
    span.attributes[1] = (struct tf_span_attribute){.key = "messaging.kafka.offset", .number = INT64_MIN};
    span.attributes[2] = (struct tf_span_attribute){.key = "error.type", .text = "a\"b\n\xff", .is_text = true};
    span.links[0].valid = true;
    memset(span.links[0].trace_id, 0x11, 16);
    memset(span.links[0].span_id, 0x22, 8);
    return span;
}

static char *encoded(const struct tf_span *spans, size_t count)
{
    static char service[] = "taxflow-tax", instance[] = "tax-1";
    struct tf_otlp_settings settings = {.service = service, .instance = instance};
    struct tf_buf out;
    settings.attributes.items[0].key = "team";
    settings.attributes.items[0].value = "audit";
    settings.attributes.items[1].key = "service.name"; /* stands once, as ours */
    settings.attributes.items[1].value = "twice";
    settings.attributes.count = 2;
    tf_buf_init(&out, 1 << 20);
    tf_otlp_encode(&out, &settings, spans, count);
    tf_buf_putc(&out, '\0');
    assert_false(out.failed);
    return out.ptr;
}

static void a_whole_request(void **state)
{
    char host[256] = "", expected[4096];
    const struct tf_span span = full_span();
    char *text = encoded(&span, 1);
    (void)state;
    gethostname(host, sizeof host - 1);
    snprintf(expected, sizeof expected,
             "{\"resourceSpans\":[{\"resource\":{\"attributes\":["
             "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"taxflow-tax\"}},"
             "{\"key\":\"service.version\",\"value\":{\"stringValue\":\"" TAXFLOW_VERSION "\"}},"
             "{\"key\":\"service.instance.id\",\"value\":{\"stringValue\":\"tax-1\"}},"
             "{\"key\":\"host.name\",\"value\":{\"stringValue\":\"%s\"}},"
             "{\"key\":\"process.pid\",\"value\":{\"intValue\":\"%d\"}},"
             "{\"key\":\"telemetry.sdk.name\",\"value\":{\"stringValue\":\"taxflow\"}},"
             "{\"key\":\"telemetry.sdk.language\",\"value\":{\"stringValue\":\"c\"}},"
             "{\"key\":\"telemetry.sdk.version\",\"value\":{\"stringValue\":\"" TAXFLOW_VERSION "\"}},"
             "{\"key\":\"team\",\"value\":{\"stringValue\":\"audit\"}}]},"
             "\"scopeSpans\":[{\"scope\":{\"name\":\"taxflow\",\"version\":\"" TAXFLOW_VERSION "\"},\"spans\":[{"
             "\"traceId\":\"abababababababababababababababab\",\"spanId\":\"cdcdcdcdcdcdcdcd\",\"parentSpanId\":\"efefefefefefefef\","
             "\"flags\":1,\"name\":\"process \\\"T\\\"\",\"kind\":5,"
             "\"startTimeUnixNano\":\"1700000000000000001\",\"endTimeUnixNano\":\"9223372036854775807\","
             "\"attributes\":[{\"key\":\"messaging.system\",\"value\":{\"stringValue\":\"kafka\"}},"
             "{\"key\":\"messaging.kafka.offset\",\"value\":{\"intValue\":\"-9223372036854775808\"}},"
             "{\"key\":\"error.type\",\"value\":{\"stringValue\":\"a\\\"b\\n\xef\xbf\xbd\"}}],\"droppedAttributesCount\":2,"
             "\"links\":[{\"traceId\":\"11111111111111111111111111111111\",\"spanId\":\"2222222222222222\",\"flags\":0}],"
             "\"droppedLinksCount\":4,\"status\":{\"code\":2}}],"
             "\"schemaUrl\":\"https://opentelemetry.io/schemas/1.44.0\"}],"
             "\"schemaUrl\":\"https://opentelemetry.io/schemas/1.44.0\"}]}",
             host, (int)getpid());
    assert_string_equal(text, expected);
    free(text);
}

static void a_bare_span_has_no_empty_members(void **state)
{
    struct tf_span spans[2] = {{.kind = TF_SPAN_INTERNAL, .name = "a"}, {.kind = TF_SPAN_SERVER, .name = "b"}};
    char *text = encoded(spans, 2);
    (void)state;
    assert_null(strstr(text, "parentSpanId"));
    assert_null(strstr(text, "links"));
    assert_null(strstr(text, "dropped"));
    assert_null(strstr(text, "status"));
    assert_non_null(strstr(text, "\"attributes\":[]},{\"traceId\""));
    free(text);
}

static void gzip_reads_back(void **state)
{
    struct tf_buf plain TF_CLEANUP(tf_buf_finish), packed TF_CLEANUP(tf_buf_finish);
    char *back = malloc(1 << 20);
    z_stream stream = {0};
    (void)state;
    tf_buf_init(&plain, 1 << 20);
    tf_buf_init(&packed, 1 << 20);
    for (int i = 0; i < 20000; i++)
        tf_buf_printf(&plain, "%d,", i * 7919);
    assert_true(tf_otlp_gzip(tf_buf_view(&plain), &packed));
    assert_true(packed.len < plain.len);
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = (unsigned char *)packed.ptr;
    stream.avail_in = (unsigned)packed.len;
    stream.next_out = (unsigned char *)back;
    stream.avail_out = 1 << 20;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.total_out, plain.len);
    assert_memory_equal(back, plain.ptr, plain.len);
    inflateEnd(&stream);
    free(back);
}

static void gzip_reports_a_full_buffer(void **state)
{
    struct tf_buf packed TF_CLEANUP(tf_buf_finish);
    (void)state;
    tf_buf_init(&packed, 4);
    assert_false(tf_otlp_gzip(TF_STR("does not fit"), &packed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_request),
        cmocka_unit_test(a_bare_span_has_no_empty_members),
        cmocka_unit_test(gzip_reads_back),
        cmocka_unit_test(gzip_reports_a_full_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
