/* taxflow check: the configuration, and with --online what it names. */
#include <curl/curl.h>
#include <stdio.h>
#include <sysexits.h>

#include "check.h"
#include "taxflow/originals.h"

enum { PROBE_TIMEOUT_S = 3 };

static size_t discard(char *bytes, size_t size, size_t count, void *self)
{
    (void)bytes;
    (void)self;
    return size * count;
}

/* An empty export request is answered 200 by every OTLP receiver. */
int tf_check_otlp(const struct tf_config *config)
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
    if (err == TF_OK)
        printf("%-7s %-6s %s\n", "ok", "otlp", url);
    else
        printf("%-7s %-6s %s: %s\n", "error", "otlp", url, fault.text);
    return err == TF_OK ? EX_OK : tf_err_exit_status(err);
}

static int check_online(const struct tf_config *config)
{
    struct tf_check check = {.config = config};
    if (config->kafka.embedded)
        return EX_OK;
    tf_check_kafka(&check);
    tf_check_redis(&check);
    int otlp = config->otel.enabled ? tf_check_otlp(config) : EX_OK;
    return check.status ? check.status : otlp;
}

int tf_check_configuration(const struct tf_cli *cli, struct tf_config_source **ret_source)
{
    int status = tf_cli_load(cli, NULL, 0, ret_source);
    if (status != 0)
        return status;
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {0};
    struct tf_tax_setup setup = {.code_lists = NULL};
    enum tf_err err = tf_fraud_ruleset_load(tf_config_get(*ret_source)->fraud.rules, &ruleset, &fault);
    if (err == TF_OK)
        err = tf_tax_setup_load(tf_config_get(*ret_source), &setup, &fault);
    if (err == TF_OK && tf_config_get(*ret_source)->collector.archive_dir[0])
        err = tf_originals_check(tf_config_get(*ret_source)->collector.archive_dir, &fault);
    if (err != TF_OK)
        status = tf_cli_fail(err, &fault);
    tf_tax_setup_finish(&setup);
    tf_fraud_ruleset_destroy(ruleset);
    const char *file = tf_config_file(*ret_source);
    if (status == 0)
        printf("configuration ok (%s)\n", file ? file : "defaults, no file");
    return status;
}

int tf_cmd_check(const struct tf_cli *cli)
{
    struct tf_config_source *source = NULL;
    int status = tf_check_configuration(cli, &source);
    if (status == 0 && cli->online)
        status = check_online(tf_config_get(source));
    tf_config_destroy(source);
    return status;
}
