/* What answers where Kafka, Redis and the receiver of traces are looked for. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include "doctor.h"
#include "taxflow/clock.h"
#include "taxflow/kafka.h"
#include "wire.h"

enum { ADDRESS_BYTES = 300, CLOCK_S_MAX = 60 };

static const char *property(const struct tf_config *config, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < config->kafka.properties.count; i++) {
        const char *item = config->kafka.properties.items[i];
        if (strncmp(item, name, len) == 0 && item[len] == '=')
            return item + len + 1;
    }
    return NULL;
}

static bool wants_tls(const struct tf_config *config)
{
    const char *protocol = property(config, "security.protocol");
    return protocol && (strcasecmp(protocol, "ssl") == 0 || strcasecmp(protocol, "sasl_ssl") == 0);
}

/* What to do about what was found at an address: nobody there, or other than was looked for. */
static const char *remedy_for(enum tf_wire found, const char *nobody, const char *other)
{
    switch (found) {
    case TF_WIRE_NO_HOST:
        return "look for a slip in the name, and ask the resolver: getent hosts NAME";
    case TF_WIRE_SILENT:
        return "ping it, and open the port in packet filters and security groups on the way";
    case TF_WIRE_REFUSED:
        return nobody;
    default:
        return other;
    }
}

/* ---- Kafka ---- */

static bool check_broker(struct tf_doctor *doctor, const char *address, const char *host, const char *port, bool advertised)
{
    const bool tls = wants_tls(doctor->config);
    enum tf_wire found = tf_wire_identify(host, port, tls ? TF_WIRE_TLS : TF_WIRE_KAFKA);
    if (found == (tls ? TF_WIRE_TLS : TF_WIRE_KAFKA)) {
        tf_doctor_say(doctor, TF_DOCTOR_OK, 0, "kafka", NULL, "%s: %s", address, tls ? "answers in TLS" : tf_wire_words(found));
        return true;
    }
    const char *remedy = remedy_for(found, "start the broker, or set kafka.bootstrap_servers to where it listens (Compose publishes it on port 9093)",
                                    "set kafka.bootstrap_servers to the address of a Kafka broker");
    if (advertised)
        remedy = "the cluster names this address to its clients: set advertised.listeners of the broker to one that this machine reaches";
    else if (tls && found == TF_WIRE_KAFKA)
        remedy = "take security.protocol out of kafka.properties, or name the broker's TLS listener";
    else if (!tls && found == TF_WIRE_TLS)
        remedy = "kafka.properties = [ \"security.protocol=ssl\", \"ssl.ca.location=FILE\" ], or name a listener without TLS";
    tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_UNAVAILABLE, "kafka", remedy, "%s: %s%s", address, tf_wire_words(found),
                  tls && found == TF_WIRE_KAFKA ? ", and TLS is configured" : "");
    return false;
}

bool tf_doctor_kafka(struct tf_doctor *doctor)
{
    const char *rest = doctor->config->kafka.bootstrap_servers;
    bool reached = false;
    while (*rest) {
        char address[ADDRESS_BYTES], split[ADDRESS_BYTES];
        const char *host, *port;
        int len = (int)strcspn(rest, ",");
        snprintf(address, sizeof address, "%.*s", len, rest);
        snprintf(split, sizeof split, "%s", address);
        tf_wire_split(split, "9092", &host, &port);
        reached |= check_broker(doctor, address, host, port, false);
        rest += len + (rest[len] == ',');
    }
    return reached;
}

static void check_advertised(void *self, const char *host, int port)
{
    struct tf_doctor *doctor = self;
    char address[ADDRESS_BYTES], number[12];
    snprintf(number, sizeof number, "%d", port);
    snprintf(address, sizeof address, "%s:%d", host, port);
    if (!strstr(doctor->config->kafka.bootstrap_servers, address))
        (void)check_broker(doctor, address, host, number, true);
}

/* The words are librdkafka's: it tells what a broker refused, and at which step. */
static const char *remedy_of_refusal(const char *words)
{
    if (strstr(words, "SASL") || strstr(words, "uthenti"))
        return "compare sasl.mechanism, sasl.username and the password in kafka.properties with what the broker knows";
    if (strstr(words, "certificate") || strstr(words, "SSL"))
        return "name the authority that signed the broker's certificate: kafka.properties = [ \"ssl.ca.location=FILE\" ]";
    return "the broker's own log says why";
}

bool tf_doctor_brokers(struct tf_doctor *doctor)
{
    struct tf_cluster *cluster = NULL;
    struct tf_fault fault = {0};
    enum tf_err err = tf_cluster_create(doctor->config, &cluster, &fault);
    if (err == TF_OK)
        err = tf_topics_brokers(cluster, doctor->config, check_advertised, doctor, &fault);
    if (err != TF_OK)
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, tf_err_exit_status(err), "kafka", remedy_of_refusal(fault.text), "%s", fault.text);
    tf_cluster_destroy(cluster);
    return err == TF_OK;
}

/* ---- Redis ---- */

static void check_clock(struct tf_doctor *doctor, const char *address, const char *host, const char *port)
{
    int64_t theirs = tf_wire_redis_time(host, port), ours = tf_clock_wall_ms() / 1000;
    if (theirs == 0)
        return;
    if (ours - theirs > CLOCK_S_MAX || theirs - ours > CLOCK_S_MAX)
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_CONFIG, "machine", "timedatectl on both machines says which one is wrong: run chrony or systemd-timesyncd on it",
                      "the clock of this machine and of %s are %lld s apart", address, (long long)(ours > theirs ? ours - theirs : theirs - ours));
    else
        tf_doctor_say(doctor, TF_DOCTOR_OK, 0, "machine", NULL, "the clock agrees with that of %s", address);
}

bool tf_doctor_redis(struct tf_doctor *doctor)
{
    bool reached = false;
    for (size_t i = 0; i < doctor->config->redis.servers.count; i++) {
        const char *address = doctor->config->redis.servers.items[i], *host, *port;
        char split[ADDRESS_BYTES];
        snprintf(split, sizeof split, "%s", address);
        tf_wire_split(split, "6379", &host, &port);
        enum tf_wire found = tf_wire_identify(host, port, TF_WIRE_REDIS);
        if (found == TF_WIRE_REDIS) {
            reached = true;
            tf_doctor_say(doctor, TF_DOCTOR_OK, 0, "redis", NULL, "%s: %s", address, tf_wire_words(found));
            check_clock(doctor, address, host, port);
            continue;
        }
        const char *other = found == TF_WIRE_TLS ? "name a port without TLS, or a tunnel to it: this build speaks none to Redis"
                                                 : "set redis.servers to the address of a Redis 7 of its own";
        tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_UNAVAILABLE, "redis", remedy_for(found, "start Redis, or set redis.servers to where it listens", other), "%s: %s",
                      address, tf_wire_words(found));
    }
    return reached;
}

/* ---- Traces ---- */

bool tf_doctor_otlp(struct tf_doctor *doctor)
{
    const char *endpoint = doctor->config->otel.endpoint, *host, *port, *authority = strstr(endpoint, "://");
    const bool tls = strncmp(endpoint, "https:", 6) == 0;
    char split[ADDRESS_BYTES];
    authority = authority ? authority + 3 : endpoint;
    snprintf(split, sizeof split, "%.*s", (int)strcspn(authority, "/"), authority);
    tf_wire_split(split, tls ? "443" : "80", &host, &port);
    enum tf_wire found = tf_wire_identify(host, port, tls ? TF_WIRE_TLS : TF_WIRE_HTTP);
    if (found == (tls ? TF_WIRE_TLS : TF_WIRE_HTTP))
        return true;
    tf_doctor_say(doctor, TF_DOCTOR_ERROR, EX_UNAVAILABLE, "otlp",
                  remedy_for(found, "start a receiver (Jaeger listens on 4318), set otel.endpoint to where it is, or otel.enabled = false",
                             "set otel.endpoint to a receiver of OTLP over HTTP (port 4318; 4317 is gRPC), http:// or https:// as it speaks"),
                  "%s: %s", endpoint, tf_wire_words(found));
    return false;
}
