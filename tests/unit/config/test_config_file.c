/* Broken files, each with the place and the words somebody needs to mend it; and files that are right. */
#include "unit/config/config_fixture.h"

struct row {
    const char *text, *where, *needle; /* where: end of the place, ":line" */
};

static const struct row broken[] = {
    /* syntax */
    {"kafka: {\n  partitions = 3;\n\n\n", ":2", "syntax error"},
    {"kafka: {\n  partitions 3;\n};\n", ":2", "syntax error"},
    {"kafka: {\n  partitions = 3;\n  # open", ":3", "syntax error"},
    {"kafka: {\n  partitions = ;\n};\n", ":2", "syntax error"},
    {"kafka: {\n  topic_prefix = taxflow;\n};\n", ":2", "syntax error"},
    {"kafka: {\n  topic_prefix = \"tax;\n};\n", ":2", "never closed"},
    {"kafka: {\n  topic_prefix = 'tax';\n};\n", ":2", "syntax error"},
    {"role = \"tax\";\n}\n", ":2", "syntax error"},
    {"\n\nkafka.partitions = 3;\n", ":3", "names in the file have no dots: write kafka: {"},
    {"log.level = \"info\";\n", ":1", "no dots: write log: {"},
    {"role = \"tax\"\n/* kafka\n", ":2", "never closed with */"},
    {"@include \"site.conf\"\n", ":1", "@include is not supported"},
    {"kafka: { partitions = 3;\n partitions = 4; };\n", ":2", "second time"},
    {"kafka: { partitions = 3; };\nkafka: { replication = 1; };\n", ":2", "second time"},
    {"redis: { servers = [ \"a:1\", 2 ]; };\n", ":1", "must all have one type"},
    {"state: { max_bytes = 99999999999999999999; };\n", ":1", "64 bits"},
    {"[kafka]\npartitions = 3\n", ":1", "syntax error"},
    {"kafka:\n  partitions: 3\n", ":2", "syntax error"},
    {"{ \"kafka\": { \"partitions\": 3 } }\n", ":1", "syntax error"},
    /* unknown names */
    {"kafka: {\n  partitons = 3;\n};\n", ":2", "unknown option kafka.partitons; did you mean kafka.partitions?"},
    {"kafka: {\n  bootstrap_server = \"a:1\";\n};\n", ":2", "did you mean kafka.bootstrap_servers?"},
    {"kafka: {\n\n  Partitions = 3;\n};\n", ":3", "did you mean kafka.partitions?"},
    {"kafka: { servers = [ \"a:1\" ]; };\n", ":1", "did you mean redis.servers?"},
    {"kafka: { compression = \"lz4\"; };\n", ":1", "conf/taxflow.conf lists every option"},
    {"kafak: { partitions = 3; };\n", ":1", "unknown option kafak; did you mean kafka?"},
    {"colector: { };\n", ":1", "did you mean collector?"},
    {"partitions = 3;\n", ":1", "unknown option partitions; did you mean kafka.partitions?"},
    {"endpoint = \"http://x:1\";\n", ":1", "did you mean otel.endpoint?"},
    {"rol = \"tax\";\n", ":1", "did you mean role?"},
    {"company = ( );\n", ":1", "did you mean companies?"},
    {"zookeeper: { };\n", ":1", "unknown option zookeeper; conf/taxflow.conf lists"},
    {"redis: { password = \"hunter2\"; };\n", ":1", "unknown option redis.password"},
    {"http: { token_files = \"x\"; };\n", ":1", "did you mean http.token_file?"},
    {"otel: { sampler-ratio = 0.5; };\n", ":1", "did you mean otel.sampler_ratio?"},
    /* groups */
    {"kafka = 3;\n", ":1", "kafka is a group: write kafka: {"},
    {"\nredis = [ \"localhost:6379\" ];\n", ":2", "redis is a group"},
    {"log = \"info\";\n", ":1", "log is a group"},
    /* types */
    {"kafka: { partitions = \"12\"; };\n", ":1", "kafka.partitions must be a whole number between 1 and 1024: write partitions = 12"},
    {"kafka: { partitions = 12.0; };\n", ":1", "must be a whole number"},
    {"kafka: { partitions = true; };\n", ":1", "must be a whole number"},
    {"kafka: { partitions = [ 12 ]; };\n", ":1", "must be a whole number"},
    {"kafka: { partitions: { n = 12; }; };\n", ":1", "must be a whole number"},
    {"kafka: { topic_prefix = 3; };\n", ":1", "kafka.topic_prefix must be text: write topic_prefix = \"…\""},
    {"kafka: { topic_prefix = [ \"a\" ]; };\n", ":1", "must be text"},
    {"kafka: { embedded = \"true\"; };\n", ":1", "kafka.embedded must be true or false, without quotes"},
    {"kafka: { embedded = 1; };\n", ":1", "must be true or false"},
    {"kafka: { delivery = 1; };\n", ":1", "kafka.delivery must be one of exactly-once, at-least-once"},
    {"redis: { servers = \"localhost:6379\"; };\n", ":1", "redis.servers must be a list of texts: write servers = ["},
    {"redis: { servers = ( \"a:1\", 2 ); };\n", ":1", "must be a list of texts"},
    {"redis: { servers = ( ( \"a:1\" ) ); };\n", ":1", "must be a list of texts"},
    {"redis: { servers: { a = \"b\"; }; };\n", ":1", "must be a list of texts"},
    {"otel: { sampler_ratio = \"0.5\"; };\n", ":1", "otel.sampler_ratio must be a number between 0 and 1"},
    {"otel: { sampler_ratio = false; };\n", ":1", "must be a number"},
    {"role = 3;\n", ":1", "role must be text"},
    {"role = [ \"tax\", \"fraud\" ];\n", ":1", "role must be text"},
    /* ranges and words */
    {"kafka: {\n  partitions = 0;\n};\n", ":2", "must be between 1 and 1024, not 0"},
    {"kafka: { partitions = 4294967308; };\n", ":1", "must be between 1 and 1024, not 4294967308"},
    {"kafka: { partitions = 4294967308L; };\n", ":1", "not 4294967308"},
    {"kafka: { partitions = -1; };\n", ":1", "not -1"},
    {"kafka: { partitions = 0xFFFF; };\n", ":1", "not 65535"},
    {"kafka: { replication = 10; };\n", ":1", "must be between 1 and 9, not 10"},
    {"otel: { sampler_ratio = 1.5; };\n", ":1", "must be between 0 and 1, not 1.5"},
    {"otel: { sampler_ratio = 2; };\n", ":1", "must be between 0 and 1, not 2"},
    {"otel: { sampler_ratio = 1e400; };\n", ":1", "must be between 0 and 1, not inf"},
    {"state: { max_bytes = 1099511627777; };\n", ":1", "not 1099511627777"},
    {"kafka: { delivery = \"exactly_once\"; };\n", ":1", "must be one of exactly-once, at-least-once"},
    {"log: { level = \"warning\"; };\n", ":1", "must be one of error, warn, notice, info, debug"},
    {"log: { level = \"\"; };\n", ":1", "must be one of error"},
    {"tax: { profiles = [ \"en16931\", \" \" ]; };\n", ":1", "tax.profiles entry 2 is empty"},
    {"collector: { watch_dir = \"/tmp/\\x01\"; };\n", ":1", "without control characters"},
    {"collector: { watch_dir = \"/tmp/\\xe4\"; };\n", ":1", "UTF-8"},
    {"kafka: { topic_prefix = \"two\nlines\"; };\n", ":1", "without control characters"},
};

static void every_broken_file_says_where_and_what(void **state)
{
    (void)state;
    assert_true(sizeof broken / sizeof *broken >= 60);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct loaded loaded = load_text(broken[i].text);
        if (loaded.errors_count != 1 || !has_error(&loaded, broken[i].where, broken[i].needle))
            print_error("row %zu: %s\n", i, broken[i].text);
        assert_true(strstr(loaded.errors[0].where, "/taxflow.conf:"));
        assert_only_error(&loaded, broken[i].where, broken[i].needle);
    }
}

static void values_never_stand_in_errors(void **state)
{
    (void)state;
    static const char *const secrets[] = {
        "redis: { password = \"hunter2\"; };",
        "redis: { servers = [ \"redis://:hunter2@host\" ]; };",
        "kafka: { properties = [ \"sasl.password=hunter2\", \"hunter2\" ]; };",
        "log: { level = \"hunter2\"; };",
        "collector: { listen = \"hunter2\"; };",
        "otel: { endpoint = \"http://me:hunter2@host:4318\"; };",
        "companies = ( { id = \"A\"; vat_ids = \"hunter2\"; } );",
    };
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        struct loaded loaded = load_text(secrets[i]);
        assert_int_equal(loaded.err, TF_E_CONFIG);
        for (size_t j = 0; j < loaded.errors_count; j++)
            assert_null(strstr(loaded.errors[j].text, "hunter2"));
    }
}

static void every_error_of_a_file_is_collected(void **state)
{
    (void)state;
    struct loaded loaded = load_text("role = \"taxes\";\n"
                                     "kafka: {\n"
                                     "  partitions = 0;\n"
                                     "  replicaton = 1;\n"
                                     "  embedded = 1;\n"
                                     "};\n"
                                     "redis: { servers = [ \"nowhere\" ]; };\n");
    assert_int_equal(loaded.errors_count, 5);
    assert_true(has_error(&loaded, ":1", "did you mean tax?"));
    assert_true(has_error(&loaded, ":3", "not 0"));
    assert_true(has_error(&loaded, ":4", "did you mean kafka.replication?"));
    assert_true(has_error(&loaded, ":5", "must be true or false"));
    assert_true(has_error(&loaded, ":7", "entry 1 has no port"));
}

static void a_right_file_sets_every_type(void **state)
{
    (void)state;
    struct loaded loaded = load_text("# comment\n"
                                     "role = \"monitor\"\n"
                                     "kafka: { bootstrap_servers = \"a:1,b:2\"; partitions = 0x10; embedded = FALSE; }\n"
                                     "redis = { servers = ( \"a:1\", \"unix:/run/redis.sock\" ); window_s = 61L; }\n"
                                     "collector: { inflight_bytes = 4294967296; watch_dir = \"/var/\" \"drop\"; }\n"
                                     "state: { max_bytes = 1099511627776L; }\n"
                                     "otel: { sampler_ratio = 1; }\n"
                                     "tax: { profiles = []; } # no newline");
    assert_loads(&loaded);
    const struct tf_config *config = loaded.config;
    assert_string_equal(config->role, "monitor");
    assert_string_equal(config->kafka.bootstrap_servers, "a:1,b:2");
    assert_int_equal(config->kafka.partitions, 16);
    assert_false(config->kafka.embedded);
    assert_int_equal(config->redis.servers.count, 2);
    assert_string_equal(config->redis.servers.items[1], "unix:/run/redis.sock");
    assert_int_equal(config->redis.window_s, 61);
    assert_int_equal(config->collector.inflight_bytes, 4294967296);
    assert_string_equal(config->collector.watch_dir, "/var/drop");
    assert_int_equal(config->state.max_bytes, 1099511627776);
    assert_true(config->otel.sampler_ratio >= 1.0);
    assert_int_equal(config->tax.profiles.count, 0);
    unload(&loaded);
}

static void files_that_cannot_be_read(void **state)
{
    (void)state;
    struct tf_config_request request = {.file = fixture_path("absent.conf")};
    struct loaded absent = load(&request);
    assert_int_equal(absent.err, TF_E_NO_INPUT);
    assert_true(has_error(&absent, "/absent.conf", "cannot be read: No such file"));
    request.file = fixture_folder;
    struct loaded folder = load(&request);
    assert_int_equal(folder.err, TF_E_NO_INPUT);
    assert_true(has_error(&folder, "", "it is a folder"));

    size_t size = (1 << 20) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '#', size);
    request.file = fixture_write_bytes("big.conf", text, size, 0600);
    struct loaded big = load(&request);
    assert_int_equal(big.err, TF_E_NO_INPUT);
    assert_true(has_error(&big, "/big.conf", "larger than 1 MiB"));
    request.file = fixture_write_bytes("fits.conf", text, size - 1, 0600);
    struct loaded fits = load(&request);
    assert_loads(&fits);
    unload(&fits);
    free(text);

    request.file = fixture_write_bytes("nul.conf", "role = \"tax\";\n\0", 15, 0600);
    struct loaded nul = load(&request);
    assert_only_error(&nul, "/nul.conf:2", "NUL byte");
}

static void a_broken_file_keeps_the_other_checks_from_guessing(void **state)
{
    (void)state;
    const struct tf_config_request request = {.file = fixture_write("taxflow.conf", "collector: { key_file = \"k\" "), .role = "collector"};
    struct loaded loaded = load(&request);
    assert_only_error(&loaded, ":1", "syntax error");
}

static void deep_nesting_is_an_error_and_no_crash(void **state)
{
    (void)state;
    enum { DEPTH = 200000 };
    char *text = malloc(DEPTH + 8);
    assert_non_null(text);
    memcpy(text, "role = ", 7);
    memset(text + 7, '(', DEPTH);
    const struct tf_config_request request = {.file = fixture_write_bytes("deep.conf", text, DEPTH + 7, 0600)};
    struct loaded loaded = load(&request);
    assert_int_equal(loaded.err, TF_E_CONFIG);
    assert_int_equal(loaded.errors_count, 1);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_broken_file_says_where_and_what),
        cmocka_unit_test(values_never_stand_in_errors),
        cmocka_unit_test(every_error_of_a_file_is_collected),
        cmocka_unit_test(a_right_file_sets_every_type),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(a_broken_file_keeps_the_other_checks_from_guessing),
        cmocka_unit_test(deep_nesting_is_an_error_and_no_crash),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
