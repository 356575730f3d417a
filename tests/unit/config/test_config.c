/* Layers and their precedence, finding the file, origins. */
#include "unit/config/config_fixture.h"

static void defaults_are_those_of_the_rows(void **state)
{
    (void)state;
    const struct tf_config_request request = {.file = NO_SETTINGS};
    struct loaded loaded = load(&request);
    assert_loads(&loaded);
    const struct tf_config *config = loaded.config;
    assert_null(config->role);
    assert_int_equal(config->companies_count, 0);
    assert_string_equal(config->kafka.bootstrap_servers, "localhost:9093");
    assert_int_equal(config->kafka.partitions, 12);
    assert_string_equal(config->kafka.delivery, "exactly-once");
    assert_int_equal(config->kafka.properties.count, 0);
    assert_int_equal(config->redis.servers.count, 1);
    assert_string_equal(config->redis.servers.items[0], "localhost:6379");
    assert_string_equal(config->tax.listen, "127.0.0.1:9103");
    assert_true(config->otel.enabled);
    assert_string_equal(tf_config_file(loaded.source), NO_SETTINGS);
    unload(&loaded);
}

static void each_layer_is_stronger_than_the_one_before(void **state)
{
    (void)state;
    const char *file = fixture_write("taxflow.conf", "role = \"fraud\";\notel: { endpoint = \"http://file:1\"; };\n");
    char standard[] = "OTEL_EXPORTER_OTLP_ENDPOINT=http://standard:2", own[] = "TAXFLOW_OTEL__ENDPOINT=http://own:3";
    char role[] = "TAXFLOW_ROLE=tax";
    char *environment[4] = {NULL};
    const char *const sets[] = {"otel.endpoint=http://set:4", "role=fraud"};
    struct tf_config_request request = {.file = file, .environment = environment, .sets = sets};
    static const char *const wanted[][3] = {
        {"http://file:1", "fraud", "/taxflow.conf:2\n"},
        {"http://standard:2", "fraud", "# environment OTEL_EXPORTER_OTLP_ENDPOINT\n"},
        {"http://own:3", "tax", "# environment TAXFLOW_OTEL__ENDPOINT\n"},
        {"http://set:4", "fraud", "# --set\n"},
        {"http://set:4", "monitor", "# --role\n"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        environment[0] = i >= 1 ? standard : NULL;
        environment[1] = i >= 2 ? own : NULL;
        environment[2] = i >= 2 ? role : NULL;
        request.sets_count = i >= 3 ? 2 : 0;
        request.role = i >= 4 ? "monitor" : NULL;
        struct loaded loaded = load(&request);
        assert_loads(&loaded);
        assert_string_equal(loaded.config->otel.endpoint, wanted[i][0]);
        assert_string_equal(loaded.config->role, wanted[i][1]);
        char *text = printed(loaded.source);
        assert_non_null(strstr(text, wanted[i][2]));
        free(text);
        unload(&loaded);
    }
}

static void a_wrong_value_in_a_weaker_layer_is_still_an_error(void **state)
{
    (void)state;
    const char *const sets[] = {"kafka.partitions=3"};
    const struct tf_config_request request = {
        .file = fixture_write("taxflow.conf", "kafka: { partitions = 0; };"), .sets = sets, .sets_count = 1};
    struct loaded loaded = load(&request);
    assert_only_error(&loaded, ":1", "not 0");
}

static void errors_past_the_callers_room_are_counted(void **state)
{
    (void)state;
    const struct tf_config_request request = {.file = fixture_write("taxflow.conf", "a = 1; b = 2; c = 3;")};
    struct tf_config_error one;
    struct tf_config_source *source = NULL;
    size_t count = 0;
    assert_int_equal(tf_config_load(&request, &source, &one, 1, &count), TF_E_CONFIG);
    assert_int_equal(count, 3);
    assert_null(source);
    assert_int_equal(tf_config_load(&request, &source, NULL, 0, &count), TF_E_CONFIG);
    assert_int_equal(count, 3);
}

static void make_folder(const char *name)
{
    assert_int_equal(mkdir(fixture_path(name), 0700), 0);
}

static void the_file_is_looked_for_in_order(void **state)
{
    (void)state;
    char named[600], xdg[600], home[600];
    make_folder("xdg");
    make_folder("xdg/taxflow");
    make_folder("home");
    make_folder("home/.config");
    make_folder("home/.config/taxflow");
    fixture_write("xdg/taxflow/taxflow.conf", "kafka: { partitions = 2; };");
    fixture_write("home/.config/taxflow/taxflow.conf", "kafka: { partitions = 3; };");
    snprintf(named, sizeof named, "TAXFLOW_CONFIG=%s", fixture_write("named.conf", "kafka: { partitions = 1; };"));
    snprintf(xdg, sizeof xdg, "XDG_CONFIG_HOME=%s", fixture_path("xdg"));
    snprintf(home, sizeof home, "HOME=%s", fixture_path("home"));
    char *environment[] = {home, xdg, named, NULL};
    const struct tf_config_request request = {.environment = environment};
    /* Weaker places come to light as the stronger ones are taken away from the end. */
    for (int64_t i = 1; i <= 3; i++) {
        struct loaded loaded = load(&request);
        assert_loads(&loaded);
        assert_int_equal(loaded.config->kafka.partitions, i);
        assert_non_null(tf_config_file(loaded.source));
        unload(&loaded);
        environment[3 - i] = NULL;
    }
}

static void a_named_file_must_be_there(void **state)
{
    (void)state;
    char named[] = "TAXFLOW_CONFIG=/nonexistent/taxflow.conf";
    char *environment[] = {named, NULL};
    struct tf_config_request request = {.environment = environment};
    struct loaded missing = load(&request);
    assert_int_equal(missing.err, TF_E_NO_INPUT);
    assert_string_equal(missing.errors[0].where, "/nonexistent/taxflow.conf");
    request.file = NO_SETTINGS;
    struct loaded flag = load(&request);
    assert_loads(&flag);
    unload(&flag);
}

static void destroy_takes_null(void **state)
{
    (void)state;
    assert_null(tf_config_destroy(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_rows),
        cmocka_unit_test(each_layer_is_stronger_than_the_one_before),
        cmocka_unit_test(a_wrong_value_in_a_weaker_layer_is_still_an_error),
        cmocka_unit_test(errors_past_the_callers_room_are_counted),
        cmocka_unit_test(the_file_is_looked_for_in_order),
        cmocka_unit_test(a_named_file_must_be_there),
        cmocka_unit_test(destroy_takes_null),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
