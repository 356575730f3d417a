/* OTLP/HTTP with JSON (opentelemetry-proto, docs/specification.md): settings, encoding, one request. */
#ifndef TAXFLOW_TELEMETRY_OTLP_INTERNAL_H
#define TAXFLOW_TELEMETRY_OTLP_INTERNAL_H

#include <stdatomic.h>

#include "taxflow/buf.h"
#include "taxflow/config.h"
#include "taxflow/err.h"
#include "taxflow/trace.h"

enum { TF_OTLP_BODY_BYTES_MAX = 4 * 1024 * 1024, TF_OTLP_PAIRS_MAX = 32 };

/* "key=value,key=value" of an environment variable, percent-decoded in place. */
struct tf_otlp_pairs {
    char *text; /* owned; what the pairs point into */
    struct {
        const char *key, *value;
    } items[TF_OTLP_PAIRS_MAX];
    size_t count;
};

struct tf_otlp_settings {
    char *url;                        /* owned */
    char *service, *instance;         /* owned */
    struct tf_otlp_pairs attributes;  /* OTEL_RESOURCE_ATTRIBUTES */
    struct tf_otlp_pairs headers;     /* OTEL_EXPORTER_OTLP_HEADERS */
    int64_t queue_max, batch_max;     /* spans */
    int64_t delay_ms, export_timeout_ms, request_timeout_ms;
};

/**
 * Read a list of pairs. W3C Baggage's list without properties; a malformed one is empty as a whole, as the SDK
 * specification asks (resource/sdk.md, "Specifying resource information via an environment variable").
 * Returns false when text was malformed or memory ran out. text NULL is an empty list.
 */
bool tf_otlp_pairs_read(struct tf_otlp_pairs *pairs, const char *text);
/** Settings from configuration and environment; defaults where the environment is not sensible. False: memory ran out. */
bool tf_otlp_settings_init(struct tf_otlp_settings *settings, const struct tf_config *config, const char *service,
                           const char *instance);
void tf_otlp_settings_finish(struct tf_otlp_settings *settings);

/** Append an ExportTraceServiceRequest with count >= 1 spans. out->failed when it passes its ceiling. */
void tf_otlp_encode(struct tf_buf *out, const struct tf_otlp_settings *settings, const struct tf_span *spans, size_t count);
/** Append plain in gzip format (RFC 1952). False when zlib or memory failed. */
bool tf_otlp_gzip(struct tf_str plain, struct tf_buf *out);

enum tf_otlp_verdict { TF_OTLP_TAKEN, TF_OTLP_RETRY, TF_OTLP_REFUSED };
struct tf_otlp_answer {
    enum tf_otlp_verdict verdict;
    long status;            /* HTTP status; 0 = none came */
    int64_t retry_after_ms; /* -1 = the receiver named none */
    uint64_t rejected;      /* TAKEN with partial success: spans the receiver did not keep */
    char reason[160];       /* for the log: libcurl's or the status' words */
};

struct tf_otlp_post; /* one connection, kept alive */
/** Settings are borrowed. NULL when libcurl or memory failed. */
struct tf_otlp_post *tf_otlp_post_create(const struct tf_otlp_settings *settings);
struct tf_otlp_post *tf_otlp_post_destroy(struct tf_otlp_post *post);
/** Post one gzip body and wait for the answer, at most request_timeout_ms and not past *abandon_ns (monotonic). */
void tf_otlp_post_send(struct tf_otlp_post *post, struct tf_str body, const _Atomic int64_t *abandon_ns,
                       struct tf_otlp_answer *ret_answer);
/** What an answer means: retry on 429, 502, 503, 504 and when none came (status 0); 2xx is taken; the rest is refused. Pure. */
enum tf_otlp_verdict tf_otlp_verdict_of(long status);
/** rejectedSpans of an ExportTraceServiceResponse, 0 when it names none; at most limit. Pure. */
uint64_t tf_otlp_rejected_spans(struct tf_str body, uint64_t limit);

#endif
