#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "otlp_internal.h"
#include "taxflow/hash.h"
#include "taxflow/log.h"

/* Empty is unset (OpenTelemetry specification, configuration/sdk-environment-variables.md). */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

/* The variable for traces wins over the one for all signals. */
static const char *variable_of_traces(const char *traces, const char *all)
{
    const char *value = variable(traces);
    return value ? value : variable(all);
}

static int64_t number(const char *name, const char *text, int64_t min, int64_t max, int64_t default_)
{
    uint64_t value;
    if (!text)
        return default_;
    if (tf_str_to_u64(tf_str_trim(tf_str_of(text)), (uint64_t)max, &value) && (int64_t)value >= min)
        return (int64_t)value;
    const struct tf_log_field fields[] = {TF_FIELD_TEXT("variable", name), TF_FIELD_INT("used", default_)};
    tf_log(TF_LOG_WARN, "otel_variable_ignored", fields, 2, "the variable is no whole number from %" PRId64 " to %" PRId64, min, max);
    return default_;
}

static int64_t number_of(const char *name, int64_t min, int64_t max, int64_t default_)
{
    return number(name, variable(name), min, max, default_);
}

static bool percent_decode(char *text)
{
    char *out = text;
    for (const char *at = text; *at; out++) {
        uint8_t byte;
        if (*at != '%') {
            *out = *at++;
        } else if (strlen(at) >= 3 && tf_hash_unhex((struct tf_str){at + 1, 2}, &byte, 1) && byte != 0) {
            *out = (char)byte;
            at += 3;
        } else {
            return false;
        }
    }
    *out = '\0';
    return true;
}

/* Terminate the text behind its last character that is not white space, return its first. */
static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    text[len] = '\0';
    return text;
}

static bool read_pair(struct tf_otlp_pairs *pairs, char *text)
{
    char *equals = strchr(text, '=');
    if (!equals || pairs->count == TF_OTLP_PAIRS_MAX)
        return false;
    *equals = '\0';
    char *key = trim(text), *value = trim(equals + 1);
    if (!key[0] || !percent_decode(key) || !percent_decode(value) || strpbrk(key, "\r\n") || strpbrk(value, "\r\n"))
        return false;
    pairs->items[pairs->count].key = key;
    pairs->items[pairs->count++].value = value;
    return true;
}

bool tf_otlp_pairs_read(struct tf_otlp_pairs *pairs, const char *text)
{
    *pairs = (struct tf_otlp_pairs){.text = strdup(text ? text : "")};
    bool ok = pairs->text != NULL;
    for (char *at = pairs->text, *next; ok && at && at[0]; at = next) {
        next = strchr(at, ',');
        if (next)
            *next++ = '\0';
        ok = read_pair(pairs, at);
    }
    if (!ok)
        pairs->count = 0;
    return ok;
}

static void read_pairs(struct tf_otlp_pairs *pairs, const char *name, const char *text)
{
    if (!tf_otlp_pairs_read(pairs, text))
        TF_LOG(TF_LOG_WARN, "otel_variable_ignored", "the variable is no list of key=value", TF_FIELD_TEXT("variable", name));
}

/* OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is the whole URL; ours is a base to which the signal's path is added. */
static char *url_of(const char *base)
{
    const char *whole = variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    size_t len = strlen(base);
    char *url = NULL;
    if (whole)
        return strdup(whole);
    while (len > 0 && base[len - 1] == '/')
        len--;
    return asprintf(&url, "%.*s/v1/traces", (int)len, base) < 0 ? NULL : url;
}

/* service.name among the resource attributes counts where OTEL_SERVICE_NAME is absent. */
static const char *service_name(const struct tf_otlp_settings *settings, const char *service)
{
    const char *name = variable("OTEL_SERVICE_NAME");
    for (size_t i = 0; !name && i < settings->attributes.count; i++)
        if (strcmp(settings->attributes.items[i].key, "service.name") == 0)
            name = settings->attributes.items[i].value;
    return name ? name : service;
}

static void read_limits(struct tf_otlp_settings *settings)
{
    const char *timeout = variable_of_traces("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT");
    settings->queue_max = number_of("OTEL_BSP_MAX_QUEUE_SIZE", 1, 65536, 2048);
    settings->batch_max = number_of("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 1, 65536, 512);
    settings->delay_ms = number_of("OTEL_BSP_SCHEDULE_DELAY", 1, 3600000, 5000);
    settings->export_timeout_ms = number_of("OTEL_BSP_EXPORT_TIMEOUT", 1, 3600000, 30000);
    settings->request_timeout_ms = number("OTEL_EXPORTER_OTLP_TIMEOUT", timeout, 1, 3600000, 10000);
    if (settings->batch_max > settings->queue_max)
        settings->batch_max = settings->queue_max;
}

bool tf_otlp_settings_init(struct tf_otlp_settings *settings, const struct tf_config *config, const char *service,
                           const char *instance)
{
    *settings = (struct tf_otlp_settings){.url = url_of(config->otel.endpoint), .instance = strdup(instance)};
    read_pairs(&settings->attributes, "OTEL_RESOURCE_ATTRIBUTES", variable("OTEL_RESOURCE_ATTRIBUTES"));
    read_pairs(&settings->headers, "OTEL_EXPORTER_OTLP_HEADERS",
               variable_of_traces("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"));
    settings->service = strdup(service_name(settings, service));
    read_limits(settings);
    return settings->url && settings->instance && settings->service && settings->attributes.text && settings->headers.text;
}

void tf_otlp_settings_finish(struct tf_otlp_settings *settings)
{
    free(settings->url);
    free(settings->service);
    free(settings->instance);
    free(settings->attributes.text);
    free(settings->headers.text);
    *settings = (struct tf_otlp_settings){0};
}
