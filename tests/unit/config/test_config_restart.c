#include "unit/config/config_fixture.h"

/* A value other than the default. */
static void other_value(const struct tf_option *option, char *out, size_t size)
{
    struct tf_str rest = tf_str_of(option->words), word;
    const char *text = option->text_default ? option->text_default : "";
    switch (option->type) {
    case TF_OPTION_TEXT:
        snprintf(out, size, "%s", strstr(option->name, "listen")      ? "127.0.0.1:7"
                                  : strstr(option->name, "endpoint") || strstr(option->name, "_url") ? "http://x:1"
                                  : strstr(option->name, "servers")  ? "x:1"
                                                                     : "other");
        return;
    case TF_OPTION_WORD:
        while (tf_option_next_item(&rest, '|', &word) && tf_str_is(word, text))
            continue;
        snprintf(out, size, "%.*s", TF_STR_ARGS(word));
        return;
    case TF_OPTION_INT:
        snprintf(out, size, "%lld", (long long)(option->int_default == option->int_max ? option->int_min : option->int_max));
        return;
    case TF_OPTION_REAL:
        snprintf(out, size, "%g", option->real_max);
        return;
    case TF_OPTION_FLAG:
        snprintf(out, size, "%s", option->flag_default ? "false" : "true");
        return;
    case TF_OPTION_LIST:
        snprintf(out, size, "%s", strcmp(option->name, "properties") == 0 ? "linger.ms=5" : "x:1");
        return;
    }
}

static void every_option_by_its_own_word(void **state)
{
    (void)state;
    const struct tf_config_request request = {.file = NO_SETTINGS};
    struct loaded before = load(&request);
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    for (size_t i = 0; i < count; i++) {
        char value[128], assignment[256], names[256], wanted[128];
        other_value(&options[i], value, sizeof value);
        snprintf(assignment, sizeof assignment, "%s.%s=%s", options[i].group, options[i].name, value);
        snprintf(wanted, sizeof wanted, "%s.%s", options[i].group, options[i].name);
        struct loaded after = load_set(assignment);
        assert_loads(&after);
        size_t changed = tf_config_restart_needed(before.config, after.config, names, sizeof names);
        assert_int_equal(changed, options[i].live ? 0 : 1);
        assert_string_equal(names, options[i].live ? "" : wanted);
        unload(&after);
    }
    unload(&before);
}

static void role_companies_and_several(void **state)
{
    (void)state;
    struct loaded before = load_text("role = \"tax\"; companies = ( { id = \"A\"; ibans = [ \"x\" ]; } );");
    struct loaded after = load_text("role = \"fraud\"; companies = ( { id = \"A\"; ibans = [ \"y\" ]; } ); kafka: { partitions = 3; };");
    assert_loads(&before);
    assert_loads(&after);
    char names[64];
    assert_int_equal(tf_config_restart_needed(before.config, before.config, names, sizeof names), 0);
    assert_string_equal(names, "");
    assert_int_equal(tf_config_restart_needed(before.config, after.config, names, sizeof names), 3);
    assert_string_equal(names, "role, companies, kafka.partitions");
    assert_int_equal(tf_config_restart_needed(before.config, after.config, names, 20), 3);
    assert_string_equal(names, "role, companies");
    assert_int_equal(tf_config_restart_needed(before.config, after.config, names, 1), 3);
    assert_string_equal(names, "");
    assert_int_equal(tf_config_restart_needed(before.config, after.config, NULL, 0), 3);
    unload(&before);
    unload(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_by_its_own_word),
        cmocka_unit_test(role_companies_and_several),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
