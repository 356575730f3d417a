/* Checks between options, by --set: role, listen, peers, properties, secrets' files. */
#include "unit/config/config_fixture.h"

enum { SETS_MAX = 6 };

/* What to set, and the error that must be the only one; needle NULL: it loads. "KEY" and the like stand for files made below. */
struct row {
    const char *sets[SETS_MAX];
    const char *where, *needle;
};

static char key_set[300], short_key_set[300], open_key_set[300], absent_key_set[300], folder_key_set[300];
static char tokens_set[300], open_tokens_set[300], open_password_set[300], absent_password_set[300];

#define WEBHOOK "monitor.webhook_url=https://alerts.example/x"
static char webhook_set[300], short_webhook_set[300], open_webhook_set[300];

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct tf_config_request request = {.file = NO_SETTINGS, .sets = rows[i].sets};
        while (request.sets_count < SETS_MAX && rows[i].sets[request.sets_count])
            request.sets_count++;
        struct loaded loaded = load(&request);
        if (rows[i].needle) {
            assert_only_error(&loaded, rows[i].where, rows[i].needle);
        } else {
            if (loaded.err != TF_OK)
                print_error("row %zu: %s\n", i, rows[i].sets[0]);
            assert_loads(&loaded);
            unload(&loaded);
        }
    }
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void credentials(void **state)
{
    (void)state;
    char path[400], out[400];
    snprintf(path, sizeof path, "%s/credential", fixture_folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    setenv("CREDENTIALS_DIRECTORY", fixture_folder, 1);
    assert_string_equal(tf_config_secret_path("credential", out, sizeof out), path);
    assert_string_equal(tf_config_secret_path("none-such", out, sizeof out), "none-such");
    assert_string_equal(tf_config_secret_path("/etc/credential", out, sizeof out), "/etc/credential");
    assert_string_equal(tf_config_secret_path("credential", out, 5), "credential");
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_string_equal(tf_config_secret_path("credential", out, sizeof out), "credential");
    unlink(path);
}

static void roles(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{"role=tax"}, NULL, NULL},
        {{"role=fraud"}, NULL, NULL},
        {{"role=monitor"}, NULL, NULL},
        {{"role=all", "kafka.embedded=true"}, NULL, NULL},
        {{"role=collector", "kafka.embedded=true"}, NULL, NULL},
        {{"role=Tax"}, "--set role", "role must be one of collector, fraud, tax, monitor, all; did you mean tax?"},
        {{"role=monitro"}, "--set role", "did you mean monitor?"},
        {{"role=administrator"}, "--set role", "role must be one of collector, fraud, tax, monitor, all"},
        {{"role="}, "--set role", "role must be one of"},
    };
    CHECK_ROWS(rows);
}

static void prefixes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{"kafka.topic_prefix=a.B-c_9"}, NULL, NULL},
        {{"kafka.previous_prefix=old"}, NULL, NULL},
        {{"kafka.previous_prefix=taxflow"}, "--set kafka.previous_prefix", "is kafka.topic_prefix itself"},
        {{"kafka.previous_prefix=an old one"}, "--set kafka.previous_prefix", "must be 1 to 200 letters"},
        {{"kafka.topic_prefix="}, "--set kafka.topic_prefix", "must be 1 to 200 letters"},
        {{"kafka.topic_prefix=tax flow"}, "--set kafka.topic_prefix", "must be 1 to 200 letters"},
        {{"kafka.group_prefix=tax/flow"}, "--set kafka.group_prefix", "must be 1 to 200 letters"},
    };
    CHECK_ROWS(rows);
}

static void listeners(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{"tax.listen=127.0.0.1:0"}, NULL, NULL},
        {{"tax.listen=[::1]:65535"}, NULL, NULL},
        {{"tax.listen=localhost:9103"}, NULL, NULL},
        {{"tax.listen=9103"}, "--set tax.listen", "tax.listen has no port"},
        {{"tax.listen=127.0.0.1:70000"}, "--set tax.listen", "between 0 and 65535"},
        {{"tax.listen="}, "--set tax.listen", "has no port"},
        {{"tax.listen=::1:9103"}, "--set tax.listen", "brackets"},
        {{"tax.listen=example.net:9103"}, "--set tax.listen", "must name an address of this machine"},
        {{"role=tax", "tax.listen=0.0.0.0:9103"}, "--set tax.listen", "beyond loopback and nobody would be asked for a token: set http.token_file"},
        {{"role=tax", "tax.listen=[::]:9103"}, "--set tax.listen", "listen on 127.0.0.1:9103"},
        {{"role=all", "kafka.embedded=true", "monitor.listen=10.0.0.1:80"}, "--set monitor.listen", "beyond loopback"},
        {{"monitor.listen=10.0.0.1:80"}, "--set monitor.listen", "beyond loopback"}, /* no role: any may run */
        {{"role=tax", "monitor.listen=10.0.0.1:80"}, NULL, NULL},                    /* another role's business */
        {{"role=tax", "tax.listen=0.0.0.0:9103", tokens_set}, NULL, NULL},
        {{"role=all", "kafka.embedded=true", "tax.listen=127.0.0.1:9101"}, "--set tax.listen",
         "tax.listen and collector.listen have the same port 9101"},
        {{"role=all", "kafka.embedded=true", "tax.listen=[::1]:9101"}, "--set tax.listen", "same port"},
        {{"role=all", "kafka.embedded=true", "tax.listen=127.0.0.1:0", "fraud.listen=127.0.0.1:0"}, NULL, NULL},
        {{"role=tax", "tax.listen=127.0.0.1:9101"}, NULL, NULL},
    };
    CHECK_ROWS(rows);
}

static void peers(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{"kafka.bootstrap_servers=a:1, [fe80::1]:2"}, NULL, NULL},
        {{"kafka.bootstrap_servers="}, "--set kafka.bootstrap_servers", "broker 1 has no port"},
        {{"kafka.bootstrap_servers=a:1,b"}, "--set kafka.bootstrap_servers", "broker 2 has no port"},
        {{"kafka.bootstrap_servers=a:1,"}, "--set kafka.bootstrap_servers", "broker 2 has no port"},
        {{"kafka.bootstrap_servers=a:0"}, "--set kafka.bootstrap_servers", "has port 0"},
        {{"kafka.bootstrap_servers=nonsense", "kafka.embedded=true"}, NULL, NULL},
        {{"redis.servers=unix:/run/redis/redis.sock,a:6379,[::1]:6379"}, NULL, NULL},
        {{"redis.servers=a:6379,unix:redis.sock"}, "--set redis.servers", "entry 2 has no absolute path: write unix:/path"},
        {{"redis.servers=unix:/"}, "--set redis.servers", "no absolute path"},
        {{"redis.servers=a"}, "--set redis.servers", "entry 1 has no port"},
        {{"redis.servers=a:0"}, "--set redis.servers", "port 0"},
        {{"redis.servers=a:65536"}, "--set redis.servers", "between 0 and 65535"},
        {{"redis.servers="}, "--set redis.servers", "redis.servers is empty"},
        {{"redis.servers=", "kafka.embedded=true"}, NULL, NULL},
        {{"otel.endpoint=https://jaeger.example/otlp"}, NULL, NULL},
        {{"otel.endpoint=jaeger:4317"}, "--set otel.endpoint", "must begin with http:// or https://"},
        {{"otel.endpoint=http://"}, "--set otel.endpoint", "must be a URL"},
        {{"otel.endpoint=http://a b"}, "--set otel.endpoint", "must be a URL"},
        {{"otel.endpoint=http://me:pass@host:1/"}, "--set otel.endpoint", "must not carry a password"},
        {{"otel.endpoint=http://host:1/path@2"}, NULL, NULL},
        {{"otel.endpoint=nonsense", "otel.enabled=false"}, NULL, NULL},
        {{"monitor.webhook_url=https://alerts.example/x"}, NULL, NULL},
        {{"monitor.webhook_url=alerts.example"}, "--set monitor.webhook_url", "must begin with http:// or https://"},
        {{"monitor.webhook_url=https://me:pass@alerts.example/"}, "--set monitor.webhook_url", "must not carry a password"},
        {{"monitor.webhook_url=https://"}, "--set monitor.webhook_url", "must be a URL"},
        {{"monitor.webhook_min_decision=approve"}, "--set monitor.webhook_min_decision", "review"},
    };
    CHECK_ROWS(rows);
}

static void properties(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{"kafka.properties=queued.min.messages=10000, compression.codec = lz4,sasl.username=me,ssl.key.location=/k"}, NULL, NULL},
        {{"kafka.properties=client.rack=a,debug="}, NULL, NULL},
        {{"kafka.properties=sasl.password=file:/nobody/looks/without/a/role"}, NULL, NULL},
        {{"role=tax", "kafka.properties=sasl.password=file:/nowhere/password"}, "--set kafka.properties", "/nowhere/password"},
        {{"kafka.properties=acks=file:/etc/hostname"}, "--set kafka.properties", "exactly-once"},
        {{"kafka.properties=linger.ms"}, "--set kafka.properties", "entry 1 is not key=value"},
        {{"kafka.properties=linger.ms=1,=2"}, "--set kafka.properties", "entry 2 is not key=value"},
    };
    CHECK_ROWS(rows);
}

static void refused_properties(void **state)
{
    (void)state;
    static const char *const refused[][2] = {
        {"acks", "exactly-once rests on it"},
        {"request.required.acks", "exactly-once"},
        {"enable.idempotence", "exactly-once"},
        {"enable.auto.commit", "exactly-once"},
        {"enable.auto.offset.store", "exactly-once"},
        {"isolation.level", "exactly-once"},
        {"auto.offset.reset", "exactly-once"},
        {"transaction.timeout.ms", "exactly-once"},
        {"message.timeout.ms", "exactly-once"},
        {"delivery.timeout.ms", "exactly-once"},
        {"delivery.report.only.error", "exactly-once"},
        {"group.id", "it is made from kafka.group_prefix"},
        {"client.id", "it is made from"},
        {"transactional.id", "it is made from"},
        {"group.instance.id", "it is made from"},
        {"partitioner", "key decides its partition"},
        {"partition.assignment.strategy", "it is set by kafka.assignor"},
        {"bootstrap.servers", "it is set by kafka.bootstrap_servers"},
        {"metadata.broker.list", "it is set by kafka.bootstrap_servers"},
        {"message.max.bytes", "4 MiB"},
        {"allow.auto.create.topics", "taxflow topics --create"},
        {"sasl.password", "put it into a file"},
        {"ssl.key.password", "put it into a file"},
        {"ssl.keystore.password", "put it into a file"},
        {"sasl.oauthbearer.client.secret", "put it into a file"},
        {"ssl.key.pem", "ssl.key.location"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char assignment[128], needle[128];
        snprintf(assignment, sizeof assignment, "kafka.properties= %s =hunter2", refused[i][0]);
        snprintf(needle, sizeof needle, "kafka.properties: %s is refused: ", refused[i][0]);
        struct loaded loaded = load_set(assignment);
        assert_int_equal(loaded.errors_count, 1);
        assert_non_null(strstr(loaded.errors[0].text, refused[i][1]));
        assert_null(strstr(loaded.errors[0].text, "hunter2"));
        assert_only_error(&loaded, "--set kafka.properties", needle);
    }
    struct loaded both = load_set("kafka.properties=acks=1,linger.ms=5,group.id=x");
    assert_int_equal(both.errors_count, 2);
}

static int make_secrets(void **state)
{
    if (fixture_setup(state) != 0)
        return -1;
    static const char key[] = "0123456789abcdef";
    const char *path = fixture_write_bytes("key", key, 16, 0600);
    snprintf(key_set, sizeof key_set, "collector.key_file=%s", path);
    snprintf(webhook_set, sizeof webhook_set, "monitor.webhook_secret_file=%s", path);
    snprintf(tokens_set, sizeof tokens_set, "http.token_file=%s", path);
    path = fixture_write_bytes("short", key, 15, 0600);
    snprintf(short_key_set, sizeof short_key_set, "collector.key_file=%s", path);
    snprintf(short_webhook_set, sizeof short_webhook_set, "monitor.webhook_secret_file=%s", path);
    path = fixture_write_bytes("open", key, 16, 0644);
    snprintf(open_key_set, sizeof open_key_set, "collector.key_file=%s", path);
    snprintf(open_webhook_set, sizeof open_webhook_set, "monitor.webhook_secret_file=%s", path);
    snprintf(open_tokens_set, sizeof open_tokens_set, "http.token_file=%s", path);
    snprintf(open_password_set, sizeof open_password_set, "redis.password_file=%s", path);
    path = fixture_path("absent");
    snprintf(absent_key_set, sizeof absent_key_set, "collector.key_file=%s", path);
    snprintf(absent_password_set, sizeof absent_password_set, "redis.password_file=%s", path);
    snprintf(folder_key_set, sizeof folder_key_set, "collector.key_file=%s", fixture_folder);
    return 0;
}

static void secrets(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{"role=collector"}, "/dev/null", "collector.key_file must be set: head -c 32 /dev/urandom > FILE && chmod 600 FILE"},
        {{"role=all"}, "/dev/null", "collector.key_file must be set"},
        {{"role=collector", "kafka.embedded=true"}, NULL, NULL},
        {{"role=tax"}, NULL, NULL},
        {{"role=collector", key_set}, NULL, NULL},
        {{"role=collector", short_key_set}, "--set collector.key_file", "has fewer than 16 bytes"},
        {{"role=collector", open_key_set}, "--set collector.key_file", "is open to every user: chmod 600 /"},
        {{"role=collector", absent_key_set}, "--set collector.key_file", "cannot be read (No such file or directory)"},
        {{"role=collector", folder_key_set}, "--set collector.key_file", "is not a file"},
        {{"role=collector", "kafka.embedded=true", open_key_set}, "--set collector.key_file", "chmod 600"},
        {{"role=tax", absent_key_set}, NULL, NULL},
        {{absent_key_set}, NULL, NULL},
        {{"role=monitor", open_tokens_set}, "--set http.token_file", "chmod 600"},
        {{open_tokens_set}, NULL, NULL},
        {{"role=tax", open_password_set}, "--set redis.password_file", "chmod 600"},
        {{"role=fraud", absent_password_set}, "--set redis.password_file", "cannot be read"},
        {{"role=collector", key_set, absent_password_set}, "--set redis.password_file", "cannot be read"},
        {{"role=monitor", absent_password_set}, NULL, NULL},
        {{"role=tax", "kafka.embedded=true", absent_password_set}, NULL, NULL},
        {{"role=monitor", WEBHOOK, webhook_set}, NULL, NULL},
        {{"role=monitor", WEBHOOK}, "/dev/null", "monitor.webhook_secret_file must be set"},
        {{"role=monitor", WEBHOOK, short_webhook_set}, "--set monitor.webhook_secret_file", "has fewer than 16 bytes"},
        {{"role=monitor", WEBHOOK, open_webhook_set}, "--set monitor.webhook_secret_file", "chmod 600"},
        {{"role=fraud", WEBHOOK}, NULL, NULL},
    };
    CHECK_ROWS(rows);
}

static void a_refused_value_is_reported_once(void **state)
{
    (void)state;
    const struct tf_config_request request = {.file = fixture_write("taxflow.conf", "collector: { key_file = 3; };"), .role = "collector"};
    struct loaded loaded = load(&request);
    assert_only_error(&loaded, ":1", "collector.key_file must be text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credentials),
        cmocka_unit_test(roles),
        cmocka_unit_test(prefixes),
        cmocka_unit_test(listeners),
        cmocka_unit_test(peers),
        cmocka_unit_test(properties),
        cmocka_unit_test(refused_properties),
        cmocka_unit_test(secrets),
        cmocka_unit_test(a_refused_value_is_reported_once),
    };
    return cmocka_run_group_tests(tests, make_secrets, fixture_teardown);
}
