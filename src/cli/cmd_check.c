/* taxflow check: the configuration, and with --online what it names. */
#include <curl/curl.h>
#include <stdio.h>
#include <sysexits.h>

#include "cli.h"

enum { PROBE_TIMEOUT_S = 3 };

static size_t discard(char *bytes, size_t size, size_t count, void *self)
{
    (void)bytes;
    (void)self;
    return size * count;
}

static int report_probe(const char *what, const char *where, enum tf_err err, const struct tf_fault *fault)
{
    printf("%-8s %s: %s\n", what, where, err == TF_OK ? "ok" : fault->text[0] ? fault->text : tf_err_text(err));
    return err == TF_OK ? EX_OK : tf_err_exit_status(err);
}

static int probe_kafka(const struct tf_config *config, struct tf_control *ret_control)
{
    struct tf_cluster *cluster = NULL;
    struct tf_fault fault = {0};
    struct tf_topic_report reports[TF_STREAM_COUNT];
    enum tf_err err = tf_cluster_create(config, &cluster, &fault);
    if (err == TF_OK)
        err = tf_topics_ensure(cluster, config, false, reports, &fault);
    if (err == TF_OK)
        err = tf_control_read(cluster, config, ret_control, &fault);
    tf_cluster_destroy(cluster);
    return report_probe("Kafka", config->kafka.bootstrap_servers, err, &fault);
}

static int probe_redis(const struct tf_config *config, const struct tf_control *control)
{
    struct tf_dedup *dedup = NULL;
    struct tf_fault fault = {0};
    enum tf_err err = tf_dedup_create_redis(config, control->generation, &dedup, &fault);
    if (err == TF_OK)
        err = tf_dedup_ping(dedup, &fault);
    tf_dedup_destroy(dedup);
    return report_probe("Redis", config->redis.servers.count ? config->redis.servers.items[0] : "", err, &fault);
}

/* An empty export request is answered 200 by every OTLP receiver. */
static int probe_otlp(const struct tf_config *config)
{
    struct tf_fault fault = {0};
    char url[1024];
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    snprintf(url, sizeof url, "%s/v1/traces", config->otel.endpoint);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "{\"resourceSpans\":[]}");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)PROBE_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    enum tf_err err = code == CURLE_OK && status == 200 ? TF_OK : TF_E_UNAVAILABLE;
    if (err != TF_OK)
        tf_fault_set(&fault, err, "%s (HTTP %ld); start a receiver, or set otel.enabled = false", curl_easy_strerror(code), status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return report_probe("OTLP", url, err, &fault);
}

static int check_online(const struct tf_config *config)
{
    struct tf_control control = {.generation = ""};
    if (config->kafka.embedded)
        return EX_OK;
    int kafka = probe_kafka(config, &control);
    int redis = probe_redis(config, &control);
    int otlp = config->otel.enabled ? probe_otlp(config) : EX_OK;
    return kafka ? kafka : redis ? redis : otlp;
}

int tf_cmd_check(const struct tf_cli *cli)
{
    struct tf_config_source *source = NULL;
    int status = tf_cli_load(cli, NULL, 0, &source);
    if (status != 0)
        return status;
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {0};
    enum tf_err err = tf_fraud_ruleset_load(tf_config_get(source)->fraud.rules, &ruleset, &fault);
    if (err != TF_OK)
        status = tf_cli_fail(err, &fault);
    tf_fraud_ruleset_destroy(ruleset);
    const char *file = tf_config_file(source);
    if (status == 0)
        printf("configuration ok (%s)\n", file ? file : "defaults, no file");
    if (status == 0 && cli->online)
        status = check_online(tf_config_get(source));
    tf_config_destroy(source);
    return status;
}
