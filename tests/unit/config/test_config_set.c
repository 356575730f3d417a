#include "unit/config/config_fixture.h"

static void broken_assignments_say_what_is_wrong(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"kafka.partitions", "--set …", "--set needs group.key=value"},
        {"", "--set …", "--set needs group.key=value"},
        {"kafka.partitons=3", "--set kafka.partitons", "did you mean kafka.partitions?"},
        {"kafak.partitions=3", "--set kafak.partitions", "did you mean kafka.partitions?"},
        {"kafak.nothing_like_it=3", "--set kafak.nothing_like_it", "did you mean kafka.…?"},
        {"partitions=3", "--set partitions", "did you mean kafka.partitions?"},
        {"kafka=3", "--set kafka", "unknown option kafka"},
        {"kafka.=3", "--set kafka.", "unknown option kafka."},
        {".partitions=3", "--set .partitions", "did you mean kafka.partitions?"},
        {"=3", "--set ", "unknown option"},
        {"kafka.partitions.x=3", "--set kafka.partitions.x", "did you mean kafka.partitions?"},
        {"kafka.partitions=0", "--set kafka.partitions", "not 0"},
        {"role=boss", "--set role", "role must be one of"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct loaded loaded = load_set(rows[i][0]);
        assert_only_error(&loaded, rows[i][1], rows[i][2]);
    }
}

static void a_value_without_a_name_is_not_quoted(void **state)
{
    (void)state;
    struct loaded loaded = load_set("hunter2");
    assert_int_equal(loaded.errors_count, 1);
    assert_null(strstr(loaded.errors[0].where, "hunter2"));
    assert_null(strstr(loaded.errors[0].text, "hunter2"));
}

static void later_ones_win_and_values_keep_equals_signs(void **state)
{
    (void)state;
    const char *const sets[] = {"kafka.partitions=3", "kafka.partitions=4", "kafka.properties=a=b=c", " log.level =debug"};
    const struct tf_config_request request = {.file = NO_SETTINGS, .sets = sets, .sets_count = 4};
    struct loaded loaded = load(&request);
    assert_loads(&loaded);
    assert_int_equal(loaded.config->kafka.partitions, 4);
    assert_string_equal(loaded.config->kafka.properties.items[0], "a=b=c");
    assert_string_equal(loaded.config->log.level, "debug");
    unload(&loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_assignments_say_what_is_wrong),
        cmocka_unit_test(a_value_without_a_name_is_not_quoted),
        cmocka_unit_test(later_ones_win_and_values_keep_equals_signs),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
