#include "unit/config/config_fixture.h"

#include "config_environment.h"

static void variables_set_options(void **state)
{
    (void)state;
    struct loaded servers = load_environment("TAXFLOW_KAFKA__BOOTSTRAP_SERVERS=a:1,b:2", "TAXFLOW_REDIS__SERVERS=c:3,d:4");
    assert_loads(&servers);
    assert_string_equal(servers.config->kafka.bootstrap_servers, "a:1,b:2");
    assert_int_equal(servers.config->redis.servers.count, 2);
    assert_string_equal(servers.config->redis.servers.items[1], "d:4");
    unload(&servers);

    struct loaded equals = load_environment("TAXFLOW_KAFKA__PROPERTIES=linger.ms=5,queued.min.messages=9", NULL);
    assert_loads(&equals);
    assert_string_equal(equals.config->kafka.properties.items[1], "queued.min.messages=9");
    unload(&equals);
}

static void role_is_a_variable_and_empty_is_unset(void **state)
{
    (void)state;
    struct loaded role = load_environment("TAXFLOW_ROLE=tax", NULL);
    assert_loads(&role);
    assert_string_equal(role.config->role, "tax");
    unload(&role);
    struct loaded empty = load_environment("TAXFLOW_ROLE=", NULL);
    assert_loads(&empty);
    assert_null(empty.config->role);
    unload(&empty);
    struct loaded wrong = load_environment("TAXFLOW_ROLE=frod", NULL);
    assert_only_error(&wrong, "TAXFLOW_ROLE", "did you mean fraud?");
}

static void unknown_variables_with_two_underscores_are_errors(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"TAXFLOW_KAFKA__PARTITONS=3", "TAXFLOW_KAFKA__PARTITONS", "did you mean TAXFLOW_KAFKA__PARTITIONS?"},
        {"TAXFLOW_kafka__partitions=3", "TAXFLOW_kafka__partitions", "did you mean TAXFLOW_KAFKA__PARTITIONS?"},
        {"TAXFLOW_KAFAK__PARTITIONS=3", "TAXFLOW_KAFAK__PARTITIONS", "did you mean TAXFLOW_KAFKA__PARTITIONS?"},
        {"TAXFLOW_KAFKA__ENDPOINT=3", "TAXFLOW_KAFKA__ENDPOINT", "did you mean TAXFLOW_OTEL__ENDPOINT?"},
        {"TAXFLOW_FOO__COMPLETELY_ELSE=3", "TAXFLOW_FOO__COMPLETELY_ELSE", "variables are TAXFLOW_GROUP__KEY"},
        {"TAXFLOW__ROLE=tax", "TAXFLOW__ROLE", "unknown option"},
        {"TAXFLOW_KAFKA__=3", "TAXFLOW_KAFKA__", "unknown option"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct loaded loaded = load_environment(rows[i][0], NULL);
        assert_only_error(&loaded, rows[i][1], rows[i][2]);
    }
}

static void other_variables_belong_to_others(void **state)
{
    (void)state;
    static const char *const rows[] = {"TAXFLOW_CONFORMANCE=1", "TAXFLOW_FAILPOINT=x", "TAXFLOW_KAFKA_PARTITIONS=0", "MY_TAXFLOW_KAFKA__PARTITIONS=0",
                                       "KAFKA__PARTITIONS=0",   "TAXFLOW_",            "no equals sign",             "=TAXFLOW_A__B"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct loaded loaded = load_environment(rows[i], NULL);
        assert_loads(&loaded);
        assert_int_equal(loaded.config->kafka.partitions, 12);
        unload(&loaded);
    }
}

static void wrong_values_name_the_variable(void **state)
{
    (void)state;
    struct loaded range = load_environment("TAXFLOW_KAFKA__PARTITIONS=0", NULL);
    assert_only_error(&range, "TAXFLOW_KAFKA__PARTITIONS", "kafka.partitions must be between 1 and 1024, not 0");
    struct loaded empty = load_environment("TAXFLOW_KAFKA__PARTITIONS=", NULL);
    assert_only_error(&empty, "TAXFLOW_KAFKA__PARTITIONS", "must be a whole number");
    struct loaded check = load_environment("TAXFLOW_REDIS__SERVERS=nowhere", NULL);
    assert_only_error(&check, "TAXFLOW_REDIS__SERVERS", "entry 1 has no port");
}

static void get_finds_whole_names_only(void **state)
{
    (void)state;
    char one[] = "HOMEPAGE=x", two[] = "HOME=/root", three[] = "EMPTY=";
    char *environment[] = {one, two, three, NULL};
    assert_string_equal(tf_config_environment_get(environment, "HOME"), "/root");
    assert_string_equal(tf_config_environment_get(environment, "EMPTY"), "");
    assert_null(tf_config_environment_get(environment, "HOM"));
    assert_null(tf_config_environment_get(NULL, "HOME"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_set_options),
        cmocka_unit_test(role_is_a_variable_and_empty_is_unset),
        cmocka_unit_test(unknown_variables_with_two_underscores_are_errors),
        cmocka_unit_test(other_variables_belong_to_others),
        cmocka_unit_test(wrong_values_name_the_variable),
        cmocka_unit_test(get_finds_whole_names_only),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
