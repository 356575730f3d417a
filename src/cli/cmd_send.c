/* A test event, or a file's records, to Kafka; on an embedded run to the collector, whose answer is printed. */
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli.h"
#include "taxflow/clock.h"
#include "taxflow/log.h"

enum { WINDOW = 1000, TIMEOUT_S = 30 };

struct sending {
    const struct tf_cli *cli;
    struct tf_process process;
    struct tf_intake *intake;
    struct tf_receipt receipts[WINDOW];
    size_t used;
    uint64_t refused;
    char secret[8192];
};

/* A small valid invoice with a number of its own, so that every send is a new event. */
static struct tf_str test_event(char *out, size_t size)
{
    uint8_t random[6];
    char unique[13], today[11];
    tf_hash_random(random, sizeof random);
    tf_hash_hex(random, sizeof random, unique);
    tf_clock_format_date((int32_t)(tf_clock_wall_ms() / TF_MS_PER_DAY), today);
    int len = snprintf(out, size,
                       "{\"kind\":\"invoice\",\"company\":\"TEST\",\"direction\":\"purchase\",\"user\":\"test\",\"approver\":\"tester\",\"invoice\":{"
                       "\"process\":{\"specification\":\"urn:cen.eu:en16931:2017\"},\"number\":\"TEST-%s\",\"issue_date\":\"%s\",\"type_code\":\"380\","
                       "\"currency\":\"EUR\",\"seller\":{\"name\":\"Test Seller\",\"vat_id\":\"DE000000000\",\"address\":{\"country\":\"DE\"}},"
                       "\"buyer\":{\"name\":\"Test Buyer\",\"address\":{\"country\":\"DE\"}},"
                       "\"lines\":[{\"id\":\"1\",\"quantity\":\"1\",\"unit\":\"C62\",\"net\":\"123.45\",\"price\":{\"net\":\"123.45\"},"
                       "\"vat\":{\"category\":\"S\",\"rate\":\"19\"},\"item\":{\"name\":\"Test\"}}],"
                       "\"vat_breakdown\":[{\"taxable\":\"123.45\",\"tax\":\"23.46\",\"category\":\"S\",\"rate\":\"19\"}],"
                       "\"totals\":{\"line_net\":\"123.45\",\"net\":\"123.45\",\"vat\":\"23.46\",\"gross\":\"146.91\",\"due\":\"146.91\"}}}",
                       unique, today);
    return (struct tf_str){out, (size_t)len};
}

static void settle(struct sending *s)
{
    tf_intake_settle(s->intake, s->receipts, s->used, true);
    for (size_t i = 0; i < s->used; i++) {
        const struct tf_receipt *receipt = &s->receipts[i];
        if (receipt->status == 202) {
            printf("%.*s partition %u offset %lld\n", TF_STR_ARGS(receipt->id), receipt->ticket.partition, (long long)receipt->ticket.offset);
        } else if (receipt->status == 200) {
            printf("%.*s was taken before\n", TF_STR_ARGS(receipt->id));
        } else {
            s->refused++;
            fprintf(stderr, "taxflow: %s at %.*s: %.*s\n", tf_err_reason(receipt->err), TF_STR_ARGS(receipt->path), TF_STR_ARGS(receipt->detail));
        }
    }
    s->used = 0;
    tf_intake_reset(s->intake);
}

static void send_one(struct sending *s, struct tf_str text)
{
    tf_intake_take(s->intake, text, NULL, NULL, true, &s->receipts[s->used++]);
    if (s->used == WINDOW)
        settle(s);
}

/* A row of another program's file that is no record: it is told of with those that were refused. */
static void refuse_one(struct sending *s, const struct tf_problem *problem)
{
    s->receipts[s->used++] = (struct tf_receipt){.status = 400, .err = problem->err, .path = problem->path, .detail = problem->detail, .ticket = {.done = true}};
    if (s->used == WINDOW)
        settle(s);
}

static enum tf_err send_file(struct sending *s, const char *path, struct tf_fault *fault)
{
    struct tf_files *files = NULL;
    struct tf_str text;
    uint32_t file;
    uint64_t line;
    const char *one[1] = {path};
    TF_TRY(tf_files_create(atomic_load(&s->process.config), one, 1, 1, NULL, NULL, &files, fault));
    while (tf_files_next(files, &text, &file, &line)) {
        const struct tf_problem *problem = tf_files_problem(files);
        if (problem)
            refuse_one(s, problem);
        else
            send_one(s, text);
    }
    settle(s); /* what is told may lie with the files */
    enum tf_err err = tf_files_check(files, fault);
    tf_files_destroy(files);
    return err;
}

/*
 * The keys of records are made with the topics' secret, so that all copies of one meet in a partition. The test event has no copies and its
 * parties are nobody: any partition will do, and who may produce to Kafka can send it without being trusted with the secret.
 */
static bool needs_secret(const struct sending *s, const struct tf_config *config)
{
    return s->cli->args_count == 1 || config->collector.key_file[0] != '\0';
}

static enum tf_err read_secret(struct sending *s, const struct tf_config *config, struct tf_str *ret_secret, struct tf_fault *fault)
{
    if (needs_secret(s, config))
        return tf_intake_secret(config, s->secret, sizeof s->secret, ret_secret, fault);
    *ret_secret = (struct tf_str){s->secret, 32};
    tf_hash_random(s->secret, ret_secret->len);
    return TF_OK;
}

static enum tf_err bind_secret(struct sending *s, const struct tf_config *config, struct tf_str secret, struct tf_fault *fault)
{
    char fingerprint[17];
    uint8_t digest[32];
    if (!needs_secret(s, config))
        return TF_OK;
    tf_hash_sha256_full(secret, digest);
    tf_hash_hex(digest, 8, fingerprint);
    return tf_control_bind_key(s->process.cluster, config, fingerprint, fault);
}

static enum tf_err send_to_kafka(struct sending *s, const struct tf_config *config, struct tf_fault *fault)
{
    struct tf_str secret;
    char event[4096];
    TF_TRY(read_secret(s, config, &secret, fault));
    if (config->kafka.drain)
        return tf_fault_set(fault, TF_E_CONFIG, "kafka.drain is set: a prefix that is being drained takes nothing in; send to the new one");
    TF_TRY(tf_process_open(&s->process, config, fault));
    TF_TRY(tf_control_read(s->process.cluster, config, &s->process.control, fault));
    TF_TRY(bind_secret(s, config, secret, fault));
    TF_TRY(tf_dedup_create_redis(config, s->process.control.generation, &s->process.dedup, fault));
    TF_TRY(tf_cli_await_topics(&s->process, fault));
    s->intake = tf_intake_create(&s->process, secret);
    if (!s->intake)
        return TF_E_MEMORY;
    if (s->cli->args_count == 1)
        TF_TRY(send_file(s, s->cli->args[0], fault));
    else
        send_one(s, test_event(event, sizeof event));
    settle(s);
    return TF_OK;
}

static size_t print_answer(char *bytes, size_t size, size_t count, void *self)
{
    (void)self;
    return fwrite(bytes, size, count, stdout);
}

static enum tf_err read_whole(const char *path, struct tf_buf *out, struct tf_fault *fault)
{
    FILE *in = path[0] == '-' && path[1] == '\0' ? stdin : fopen(path, "re");
    if (!in)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    char bytes[65536];
    size_t got;
    while ((got = fread(bytes, 1, sizeof bytes, in)) > 0)
        tf_buf_put(out, bytes, got);
    if (in != stdin)
        fclose(in);
    return out->failed ? tf_fault_set(fault, TF_E_TOO_BIG, "%s: larger than one request may be; split it", path) : TF_OK;
}

/* The embedded broker lives inside another process: only its collector can be reached. */
static enum tf_err send_to_collector(const struct tf_cli *cli, const struct tf_config *config, struct tf_fault *fault)
{
    char event[4096], url[512];
    struct tf_buf body;
    tf_buf_init(&body, (size_t)config->http.max_body_bytes);
    if (cli->args_count == 1)
        TF_TRY(read_whole(cli->args[0], &body, fault));
    else
        tf_buf_str(&body, test_event(event, sizeof event));
    snprintf(url, sizeof url, "http://%s/v1/events", config->collector.listen);
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/x-ndjson");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.ptr);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, print_answer);
    CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    tf_buf_finish(&body);
    if (code != CURLE_OK)
        return tf_fault_set(fault, TF_E_UNAVAILABLE, "the collector does not answer at %s: %s", url, curl_easy_strerror(code));
    return status == 202 ? TF_OK : tf_fault_set(fault, TF_E_VALUE, "the collector answered %ld", status);
}

int tf_cmd_send(const struct tf_cli *cli)
{
    struct tf_config_source *source = NULL;
    struct tf_fault fault = {0};
    int status = tf_cli_load(cli, NULL, 0, &source);
    struct sending *s = status == 0 ? calloc(1, sizeof *s) : NULL;
    if (!s)
        return status ? status : EX_SOFTWARE;
    const struct tf_config *config = tf_config_get(source);
    tf_log_setup("error", "text", "send", 1);
    s->cli = cli;
    enum tf_err err = config->kafka.embedded ? send_to_collector(cli, config, &fault) : send_to_kafka(s, config, &fault);
    uint64_t refused = s->refused;
    tf_intake_destroy(s->intake);
    if (s->process.cluster)
        tf_process_close(&s->process);
    free(s);
    tf_config_destroy(source);
    return err != TF_OK ? tf_cli_fail(err, &fault) : refused ? EX_DATAERR : EX_OK;
}
