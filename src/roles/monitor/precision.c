#include "precision.h"

#include <stdlib.h>

#include "roles_internal.h"
#include "taxflow/rulings.h"

struct tf_precision_watch {
    struct tf_rulings *rulings;
    struct tf_rulings_follower *follower;
};

struct tf_precision_watch *tf_precision_watch_create(void)
{
    struct tf_precision_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return NULL;
    watch->rulings = tf_rulings_create();
    return watch->rulings ? watch : tf_precision_watch_destroy(watch);
}

struct tf_precision_watch *tf_precision_watch_destroy(struct tf_precision_watch *watch)
{
    if (!watch)
        return NULL;
    tf_precision_watch_stop(watch);
    tf_rulings_destroy(watch->rulings);
    free(watch);
    return NULL;
}

enum tf_err tf_precision_watch_start(struct tf_precision_watch *watch, struct tf_process *process, struct tf_fault *fault)
{
    return tf_rulings_follow(process, "monitor", watch->rulings, &watch->follower, fault);
}

void tf_precision_watch_stop(struct tf_precision_watch *watch)
{
    watch->follower = tf_rulings_unfollow(watch->follower);
}

void tf_precision_watch_publish(struct tf_precision_watch *watch)
{
    struct tf_precision rules[TF_FRAUD_RULES_MAX];
    size_t count = tf_rulings_precision(watch->rulings, rules, TF_FRAUD_RULES_MAX);
    for (size_t i = 0; i < count; i++) {
        tf_metrics_set(tf_metrics_series(TF_METRIC_rule_verdicts, "monitor", rules[i].rule, "confirmed"), (double)rules[i].confirmed);
        tf_metrics_set(tf_metrics_series(TF_METRIC_rule_verdicts, "monitor", rules[i].rule, "dismissed"), (double)rules[i].dismissed);
    }
}

static void write_share(struct tf_json *json, const char *name, double share)
{
    tf_json_key(json, name);
    tf_json_double(json, share);
}

static void get_precision(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    struct tf_precision_watch *watch = self;
    struct tf_precision rules[TF_FRAUD_RULES_MAX];
    struct tf_json json;
    size_t count = tf_rulings_precision(watch->rulings, rules, TF_FRAUD_RULES_MAX);
    (void)request;
    tf_json_init(&json, &response->body);
    tf_json_object(&json);
    tf_json_key(&json, "rules");
    tf_json_array(&json);
    for (size_t i = 0; i < count; i++) {
        tf_json_object(&json);
        tf_json_ktext(&json, "rule", rules[i].rule);
        tf_json_ku64(&json, "confirmed", rules[i].confirmed);
        tf_json_ku64(&json, "dismissed", rules[i].dismissed);
        write_share(&json, "precision", rules[i].value);
        write_share(&json, "low", rules[i].low);
        write_share(&json, "high", rules[i].high);
        tf_json_object_end(&json);
    }
    tf_json_array_end(&json);
    tf_json_object_end(&json);
}

struct tf_http_route tf_precision_watch_route(struct tf_precision_watch *watch)
{
    return (struct tf_http_route){"GET", "/api/v1/precision", get_precision, watch, false, NULL};
}
