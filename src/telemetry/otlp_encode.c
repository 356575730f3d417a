/*
 * ExportTraceServiceRequest as JSON: ids are hex, enums numbers, 64-bit numbers strings (opentelemetry-proto,
 * docs/specification.md, "JSON Protobuf Encoding").
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

#include "otlp_internal.h"
#include "taxflow/hash.h"
#include "taxflow/json.h"

/* The semantic conventions whose names our attributes have. */
#define SCHEMA_URL "https://opentelemetry.io/schemas/1.44.0"

static void put_hex(struct tf_json *json, const char *key, const uint8_t *bytes, size_t len)
{
    char hex[2 * 16 + 1];
    tf_hash_hex(bytes, len, hex);
    tf_json_ktext(json, key, hex);
}

static void put_i64(struct tf_json *json, const char *key, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    tf_json_ktext(json, key, text);
}

static void begin_attribute(struct tf_json *json, const char *key)
{
    tf_json_object(json);
    tf_json_ktext(json, "key", key);
    tf_json_key(json, "value");
    tf_json_object(json);
}

static void end_attribute(struct tf_json *json)
{
    tf_json_object_end(json);
    tf_json_object_end(json);
}

static void put_text_attribute(struct tf_json *json, const char *key, const char *value)
{
    begin_attribute(json, key);
    tf_json_ktext(json, "stringValue", value);
    end_attribute(json);
}

static void put_int_attribute(struct tf_json *json, const char *key, int64_t value)
{
    begin_attribute(json, key);
    put_i64(json, "intValue", value);
    end_attribute(json);
}

/* Names that taxflow itself gives; the environment may say them too, but an attribute may stand only once. */
static bool is_ours(const char *key)
{
    static const char *const names[] = {"service.name", "service.version", "service.instance.id", "host.name", "process.pid",
                                        "telemetry.sdk.name", "telemetry.sdk.language", "telemetry.sdk.version"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(key, names[i]) == 0)
            return true;
    return false;
}

static void put_resource(struct tf_json *json, const struct tf_otlp_settings *settings)
{
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    tf_json_key(json, "resource");
    tf_json_object(json);
    tf_json_key(json, "attributes");
    tf_json_array(json);
    put_text_attribute(json, "service.name", settings->service);
    put_text_attribute(json, "service.version", TAXFLOW_VERSION);
    put_text_attribute(json, "service.instance.id", settings->instance);
    put_text_attribute(json, "host.name", host);
    put_int_attribute(json, "process.pid", getpid());
    put_text_attribute(json, "telemetry.sdk.name", "taxflow");
    put_text_attribute(json, "telemetry.sdk.language", "c");
    put_text_attribute(json, "telemetry.sdk.version", TAXFLOW_VERSION);
    for (size_t i = 0; i < settings->attributes.count; i++)
        if (!is_ours(settings->attributes.items[i].key))
            put_text_attribute(json, settings->attributes.items[i].key, settings->attributes.items[i].value);
    tf_json_array_end(json);
    tf_json_object_end(json);
}

static void put_attributes(struct tf_json *json, const struct tf_span *span)
{
    tf_json_key(json, "attributes");
    tf_json_array(json);
    for (uint32_t i = 0; i < span->attributes_count; i++) {
        const struct tf_span_attribute *attribute = &span->attributes[i];
        if (attribute->is_text)
            put_text_attribute(json, attribute->key, attribute->text);
        else
            put_int_attribute(json, attribute->key, attribute->number);
    }
    tf_json_array_end(json);
    if (span->attributes_dropped)
        tf_json_ku64(json, "droppedAttributesCount", span->attributes_dropped);
}

static void put_links(struct tf_json *json, const struct tf_span *span)
{
    if (span->links_count == 0)
        return;
    tf_json_key(json, "links");
    tf_json_array(json);
    for (uint32_t i = 0; i < span->links_count; i++) {
        tf_json_object(json);
        put_hex(json, "traceId", span->links[i].trace_id, sizeof span->links[i].trace_id);
        put_hex(json, "spanId", span->links[i].span_id, sizeof span->links[i].span_id);
        tf_json_ku64(json, "flags", span->links[i].sampled ? 1 : 0);
        tf_json_object_end(json);
    }
    tf_json_array_end(json);
    if (span->links_dropped)
        tf_json_ku64(json, "droppedLinksCount", span->links_dropped);
}

static void put_span(struct tf_json *json, const struct tf_span *span)
{
    enum { STATUS_ERROR = 2 };
    tf_json_object(json);
    put_hex(json, "traceId", span->context.trace_id, sizeof span->context.trace_id);
    put_hex(json, "spanId", span->context.span_id, sizeof span->context.span_id);
    if (span->has_parent)
        put_hex(json, "parentSpanId", span->parent_span_id, sizeof span->parent_span_id);
    tf_json_ku64(json, "flags", 1); /* W3C trace flags: only sampled spans come here */
    tf_json_ktext(json, "name", span->name);
    tf_json_ki64(json, "kind", (int64_t)span->kind);
    put_i64(json, "startTimeUnixNano", span->start_ns);
    put_i64(json, "endTimeUnixNano", span->end_ns);
    put_attributes(json, span);
    put_links(json, span);
    if (span->error) {
        tf_json_key(json, "status");
        tf_json_object(json);
        tf_json_ki64(json, "code", STATUS_ERROR);
        tf_json_object_end(json);
    }
    tf_json_object_end(json);
}

static void put_scope_spans(struct tf_json *json, const struct tf_span *spans, size_t count)
{
    tf_json_object(json);
    tf_json_key(json, "scope");
    tf_json_object(json);
    tf_json_ktext(json, "name", "taxflow");
    tf_json_ktext(json, "version", TAXFLOW_VERSION);
    tf_json_object_end(json);
    tf_json_key(json, "spans");
    tf_json_array(json);
    for (size_t i = 0; i < count; i++)
        put_span(json, &spans[i]);
    tf_json_array_end(json);
    tf_json_ktext(json, "schemaUrl", SCHEMA_URL);
    tf_json_object_end(json);
}

void tf_otlp_encode(struct tf_buf *out, const struct tf_otlp_settings *settings, const struct tf_span *spans, size_t count)
{
    struct tf_json json;
    tf_json_init(&json, out);
    tf_json_object(&json);
    tf_json_key(&json, "resourceSpans");
    tf_json_array(&json);
    tf_json_object(&json);
    put_resource(&json, settings);
    tf_json_key(&json, "scopeSpans");
    tf_json_array(&json);
    put_scope_spans(&json, spans, count);
    tf_json_array_end(&json);
    tf_json_ktext(&json, "schemaUrl", SCHEMA_URL);
    tf_json_object_end(&json);
    tf_json_array_end(&json);
    tf_json_object_end(&json);
}

bool tf_otlp_gzip(struct tf_str plain, struct tf_buf *out)
{
    enum { GZIP_WINDOW = 15 + 16 };
    unsigned char chunk[4096];
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)plain.ptr, .avail_in = (unsigned)plain.len};
    /* Speed over size: this runs beside the pipeline and the receiver is usually near. */
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = chunk;
        stream.avail_out = sizeof chunk;
        state = deflate(&stream, Z_FINISH);
        tf_buf_put(out, chunk, sizeof chunk - stream.avail_out);
    }
    deflateEnd(&stream);
    return state == Z_STREAM_END && !out->failed;
}
