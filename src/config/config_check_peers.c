#include "config_address.h"
#include "config_check.h"

/* A peer is somewhere, so its port is not 0. Entries are counted, never quoted: a password may stand in them. */
static const char *peer_problem(struct tf_str text)
{
    struct tf_config_address address;
    const char *problem = tf_config_address_parse(tf_str_trim(text), &address);
    if (!problem && address.port == 0)
        return "has port 0: a port between 1 and 65535 is needed";
    return problem;
}

static void check_brokers(struct tf_config_source *source)
{
    const struct tf_option *option = TF_OPTION(kafka.bootstrap_servers);
    struct tf_str rest = tf_str_of(source->config.kafka.bootstrap_servers), broker;
    for (size_t i = 1; tf_option_next_item(&rest, ',', &broker); i++) {
        const char *problem = peer_problem(broker);
        if (problem)
            tf_config_source_option_error(source, option, "kafka.bootstrap_servers: broker %zu %s", i, problem);
    }
}

static const char *redis_problem(struct tf_str server)
{
    struct tf_str unix_scheme = TF_STR("unix:");
    if (!tf_str_starts(server, unix_scheme))
        return peer_problem(server);
    bool absolute = server.len > unix_scheme.len + 1 && server.ptr[unix_scheme.len] == '/';
    return absolute ? NULL : "has no absolute path: write unix:/path";
}

static void check_redis(struct tf_config_source *source)
{
    const struct tf_option *option = TF_OPTION(redis.servers);
    struct tf_string_list servers = source->config.redis.servers;
    if (servers.count == 0 && !source->config.kafka.embedded)
        tf_config_source_option_error(source, option, "redis.servers is empty: name one, as in servers = [ \"localhost:6379\" ]");
    for (size_t i = 0; i < servers.count; i++) {
        const char *problem = redis_problem(tf_str_of(servers.items[i]));
        if (problem)
            tf_config_source_option_error(source, option, "redis.servers: entry %zu %s", i + 1, problem);
    }
}

/* with_password: what to do about one. */
static const char *url_problem(struct tf_str endpoint, const char *with_password, const char *example)
{
    struct tf_str http = TF_STR("http://"), https = TF_STR("https://");
    size_t scheme = tf_str_starts(endpoint, http) ? http.len : tf_str_starts(endpoint, https) ? https.len : 0;
    if (scheme == 0)
        return "must begin with http:// or https://";
    struct tf_str rest = {endpoint.ptr + scheme, endpoint.len - scheme}, authority;
    tf_option_next_item(&rest, '/', &authority);
    if (memchr(authority.ptr, '@', authority.len))
        return with_password;
    if (authority.len == 0 || memchr(endpoint.ptr, ' ', endpoint.len))
        return example;
    return NULL;
}

void tf_config_check_peers(struct tf_config_source *source)
{
    if (!source->config.kafka.embedded)
        check_brokers(source);
    check_redis(source);
    const char *problem = source->config.otel.enabled ? url_problem(tf_str_of(source->config.otel.endpoint),
                                                                    "must not carry a password: put it into OTEL_EXPORTER_OTLP_HEADERS",
                                                                    "must be a URL such as http://localhost:4318")
                                                      : NULL;
    if (problem)
        tf_config_source_option_error(source, TF_OPTION(otel.endpoint), "otel.endpoint %s", problem);
    problem = source->config.monitor.webhook_url[0] ? url_problem(tf_str_of(source->config.monitor.webhook_url),
                                                                  "must not carry a password: alerts are signed with webhook_secret_file",
                                                                  "must be a URL such as https://alerts.example/taxflow")
                                                    : NULL;
    if (problem)
        tf_config_source_option_error(source, TF_OPTION(monitor.webhook_url), "monitor.webhook_url %s", problem);
}
