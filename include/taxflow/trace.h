/* Spans (OpenTelemetry) and their way to an OTLP/HTTP receiver. Nothing here ever blocks or fails the caller. */
#ifndef TAXFLOW_TRACE_H
#define TAXFLOW_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/config.h"
#include "taxflow/str.h"
#include "taxflow/trace_context.h"

enum { TF_TRACE_PARENT_BYTES = 56 };

/**
 * Read a W3C traceparent (Trace Context level 1, sections 3.2.2 and 4.3): version 00 is 55 characters, a higher one may go on
 * after another "-". An invalid or absent one leaves *ret_context invalid, which starts a new trace. No white space is skipped.
 */
void tf_trace_parse(struct tf_str traceparent, struct tf_trace_context *ret_context);
/** Write "00-<32 hex>-<16 hex>-<2 hex>" and a NUL; the context must be valid. */
void tf_trace_format(const struct tf_trace_context *context, char out[TF_TRACE_PARENT_BYTES]);

enum tf_span_kind { TF_SPAN_INTERNAL = 1, TF_SPAN_SERVER, TF_SPAN_CLIENT, TF_SPAN_PRODUCER, TF_SPAN_CONSUMER };
enum { TF_SPAN_ATTRIBUTES_MAX = 16, TF_SPAN_LINKS_MAX = 32, TF_SPAN_NAME_BYTES = 96 };

struct tf_span_attribute {
    const char *key;      /* static text: names of semantic conventions 1.44 */
    char text[80];        /* used when is_text; longer values are cut */
    int64_t number;
    bool is_text;
};

struct tf_span {
    struct tf_trace_context context; /* its own ids */
    uint8_t parent_span_id[8];
    bool has_parent;
    enum tf_span_kind kind;
    char name[TF_SPAN_NAME_BYTES];
    int64_t start_ns, end_ns;        /* wall clock */
    bool recording;                  /* sampled and wanted: only then is anything below and above kept but the context */
    bool error;
    struct tf_span_attribute attributes[TF_SPAN_ATTRIBUTES_MAX];
    uint32_t attributes_count, attributes_dropped;
    struct tf_trace_context links[TF_SPAN_LINKS_MAX];
    uint32_t links_count, links_dropped;
};

struct tf_tracer;

/**
 * Create the exporter: a thread that posts batches as OTLP/JSON (gzip) to ENDPOINT/v1/traces by libcurl, following the
 * batch span processor's limits (queue 2,048 spans, 512 a batch, 5 s; OTEL_BSP_* honoured) and retrying 429, 502, 503, 504
 * with Retry-After or growing pauses. A full queue drops the newest and counts it.
 *
 * config   otel.*; OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_EXPORTER_OTLP_HEADERS and time-outs come from the environment
 * service  "taxflow-tax" (OTEL_SERVICE_NAME wins);  instance  "tax-1"
 * Returns a tracer even when tracing is off (then nothing is recorded); NULL only when memory ran out.
 */
struct tf_tracer *tf_tracer_create(const struct tf_config *config, const char *service, const char *instance);
/**
 * Post what is queued for at most 2 s, each batch once, then stop. When the receiver does not answer the rest is dropped at
 * once. No span may be ended any more. NULL is fine. Returns NULL.
 */
struct tf_tracer *tf_tracer_destroy(struct tf_tracer *tracer);
/** Post what is queued, waiting at most timeout_ms; true when the receiver took all of it. Thread any. */
bool tf_tracer_flush(struct tf_tracer *tracer, int64_t timeout_ms);

/**
 * Begin a span in the caller's storage. parent NULL or invalid: a new trace, sampled by otel.sampler_ratio; else the parent's
 * decision is followed (parentbased_traceidratio on the trace id's lower 56 bits).
 *
 * tracer  NULL or switched off: the parent's context is passed on unchanged and nothing is recorded; without a parent the
 *         span's context is then invalid.
 * Cost    an unsampled span: two random words, no system call, no clock.
 */
void tf_span_start(struct tf_tracer *tracer, struct tf_span *span, const char *name, enum tf_span_kind kind,
                   const struct tf_trace_context *parent);
/** Add an attribute; key is static text. Past TF_SPAN_ATTRIBUTES_MAX it is counted as dropped; nothing when not recording. */
void tf_span_text(struct tf_span *span, const char *key, struct tf_str value);
void tf_span_int(struct tf_span *span, const char *key, int64_t value);
/** Link another context; past TF_SPAN_LINKS_MAX it is counted as dropped. */
void tf_span_link(struct tf_span *span, const struct tf_trace_context *context);
/** Mark as failed: status ERROR and error.type = type (low cardinality). */
void tf_span_fail(struct tf_span *span, const char *type);
/** End now and queue it when sampled. Thread any. */
void tf_span_end(struct tf_tracer *tracer, struct tf_span *span);

#endif
