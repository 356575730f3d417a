#include <fnmatch.h>

#include "config_check.h"

enum { KEY_BYTES = 128 };

struct refusal {
    const char *pattern; /* fnmatch(3) over the librdkafka key */
    const char *reason;  /* completes "KEY is refused: " */
};

#define EXACTLY_ONCE "exactly-once rests on it"
#define OWN_OPTION(name) "it is set by " name
#define FROM_IDENTITY "it is made from kafka.group_prefix, role, host and instance"
#define SECRET "it is a secret: put it into a file that only the service can read, and name that: KEY=" TF_CONFIG_FROM_FILE "PATH"

static const struct refusal refusals[] = {
    {"acks", EXACTLY_ONCE},
    {"request.required.acks", EXACTLY_ONCE},
    {"enable.*", EXACTLY_ONCE},
    {"isolation.level", EXACTLY_ONCE},
    {"auto.offset.reset", EXACTLY_ONCE},
    {"auto.commit.enable", EXACTLY_ONCE},
    {"transaction.timeout.ms", EXACTLY_ONCE},
    {"message.timeout.ms", EXACTLY_ONCE},
    {"delivery.timeout.ms", EXACTLY_ONCE},
    {"delivery.report.only.error", EXACTLY_ONCE},
    {"partition.assignment.strategy", OWN_OPTION("kafka.assignor")},
    {"partition*", "an event's key decides its partition"},
    {"group.id", FROM_IDENTITY},
    {"client.id", FROM_IDENTITY},
    {"transactional.id", FROM_IDENTITY},
    {"group.instance.id", FROM_IDENTITY},
    {"bootstrap.servers", OWN_OPTION("kafka.bootstrap_servers")},
    {"metadata.broker.list", OWN_OPTION("kafka.bootstrap_servers")},
    {"message.max.bytes", "it is 4 MiB on topics and producers alike"},
    {"allow.auto.create.topics", "topics are made by taxflow topics --create"},
    {"ssl.key.pem", "it is a secret: put it into a file and name that with ssl.key.location"},
    {"*.password", SECRET},
    {"*.secret", SECRET},
    {"sasl.oauthbearer.config", SECRET},
};

static const char *refusal_of(const char *key)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (fnmatch(refusals[i].pattern, key, 0) == 0)
            return refusals[i].reason;
    return NULL;
}

/* Any value may stand in a file of its own; a secret must. Whoever runs no role may be somebody who has no business with it. */
static bool stands_in_a_file(struct tf_config_source *source, const char *entry)
{
    const char *value = strchr(entry, '=') + 1;
    if (strncmp(value, TF_CONFIG_FROM_FILE, strlen(TF_CONFIG_FROM_FILE)) != 0)
        return false;
    if (source->config.role)
        tf_config_check_secret_file(source, TF_OPTION(kafka.properties), value + strlen(TF_CONFIG_FROM_FILE), 1);
    return true;
}

/* An entry without a usable key is counted, not quoted: it may be the value of a secret. */
static bool copy_key(struct tf_str entry, char out[KEY_BYTES])
{
    struct tf_str rest = entry, key;
    tf_option_next_item(&rest, '=', &key);
    key = tf_str_trim(key);
    if (!tf_str_present(rest) || key.len == 0 || key.len >= KEY_BYTES)
        return false;
    memcpy(out, key.ptr, key.len);
    out[key.len] = '\0';
    return true;
}

void tf_config_check_properties(struct tf_config_source *source)
{
    const struct tf_option *option = TF_OPTION(kafka.properties);
    struct tf_string_list properties = source->config.kafka.properties;
    for (size_t i = 0; i < properties.count; i++) {
        char key[KEY_BYTES];
        if (!copy_key(tf_str_of(properties.items[i]), key)) {
            tf_config_source_option_error(source, option, "kafka.properties: entry %zu is not key=value", i + 1);
            continue;
        }
        const char *reason = refusal_of(key);
        bool in_a_file = stands_in_a_file(source, properties.items[i]);
        if (reason && !(in_a_file && strncmp(reason, SECRET, sizeof SECRET) == 0))
            tf_config_source_option_error(source, option, "kafka.properties: %s is refused: %s", key, reason);
    }
}
