#include "unit/config/config_fixture.h"

static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = NULL;
    size_t size = 0;
    assert_true(getdelim(&text, &size, '\0', file) > 0);
    fclose(file);
    return text;
}

static void the_shipped_file_is_the_reference(void **state)
{
    (void)state;
    char *shipped = read_whole(TF_SOURCE_DIR "/conf/taxflow.conf"), *reference = printed(NULL);
    assert_string_equal(shipped, reference);
    free(shipped);
    free(reference);
}

static void the_reference_loads_and_changes_nothing(void **state)
{
    (void)state;
    char *reference = printed(NULL);
    struct loaded loaded = load_text(reference);
    assert_loads(&loaded);
    const struct tf_config_request request = {.file = NO_SETTINGS};
    struct loaded defaults = load(&request);
    char names[256];
    assert_int_equal(tf_config_restart_needed(loaded.config, defaults.config, names, sizeof names), 0);
    unload(&defaults);
    unload(&loaded);
    free(reference);
}

/* Take the "#" away in front of every line that is not prose. */
static void uncomment(char *text)
{
    for (char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        char *hash = line + strspn(line, " ");
        bool brace = strncmp(hash, "#{ ", 3) == 0;
        if (hash[0] == '#' && (hash[1] != ' ' || brace))
            hash[0] = ' ';
    }
}

static void the_reference_without_its_hashes_states_the_defaults(void **state)
{
    (void)state;
    char *reference = printed(NULL);
    uncomment(reference);
    struct loaded loaded = load_text(reference);
    assert_loads(&loaded);
    assert_string_equal(loaded.config->role, "tax");
    assert_int_equal(loaded.config->companies_count, 2);
    char *text = printed(loaded.source);
    assert_null(strstr(text, "# default"));
    const struct tf_config_request request = {.file = NO_SETTINGS};
    struct loaded defaults = load(&request);
    char names[256];
    assert_int_equal(tf_config_restart_needed(defaults.config, loaded.config, names, sizeof names), 2);
    assert_string_equal(names, "role, companies");
    unload(&defaults);
    unload(&loaded);
    free(text);
    free(reference);
}

static void the_reference_names_every_option(void **state)
{
    (void)state;
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    char *reference = printed(NULL);
    for (size_t i = 0; i < count; i++) {
        char line[128];
        snprintf(line, sizeof line, "\n  #%s = ", options[i].name);
        assert_non_null(strstr(reference, line));
        assert_non_null(strstr(reference, options[i].help));
    }
    assert_non_null(strstr(reference, "(1 to 1024; restart)"));
    assert_non_null(strstr(reference, "(error or warn or notice or info or debug; reload)"));
    free(reference);
}

static void what_is_printed_loads_again(void **state)
{
    (void)state;
    struct loaded first = load_text("role = \"tax\";\n"
                                    "companies = ( { id = \"A \\\"B\\\"\"; vat_ids = [ \"DE136695976\", \"X1\" ]; } );\n"
                                    "kafka: { partitions = 3; properties = [ \"a=\\\\b\", \"c=\\\"d\\\"\" ]; };\n"
                                    "collector: { watch_dir = \"/Belege/März\"; };\n"
                                    "state: { max_bytes = 4294967296L; };\n"
                                    "otel: { sampler_ratio = 0.3; enabled = false; };\n"
                                    "tax: { profiles = []; };\n");
    assert_loads(&first);
    char *text = printed(first.source);
    struct loaded second = load_text(text);
    assert_loads(&second);
    char names[256];
    assert_int_equal(tf_config_restart_needed(first.config, second.config, names, sizeof names), 1);
    assert_string_equal(names, "companies"); /* masked */
    assert_string_equal(second.config->companies[0].id, "A \"B\"");
    assert_int_equal(second.config->tax.profiles.count, 0);
    unload(&second);
    unload(&first);
    free(text);
}

static void values_stand_with_their_origin_and_masked(void **state)
{
    (void)state;
    struct loaded loaded = load_text("companies = ( { id = \"A\"; vat_ids = [ \"DE136695976\", \"X1\" ]; ibans = [ \"DE89370400440532013000\" ]; } );\n"
                                     "kafka: {\n  partitions = 3;\n};\n"
                                     "otel: { sampler_ratio = 1; };\n");
    assert_loads(&loaded);
    char *text = printed(loaded.source);
    assert_non_null(strstr(text, "# role is not set\n"));
    assert_non_null(strstr(text, "  partitions = 3; # "));
    assert_non_null(strstr(text, "/taxflow.conf:3\n"));
    assert_non_null(strstr(text, "  replication = 3; # default\n"));
    assert_non_null(strstr(text, "  sampler_ratio = 1.0; # "));
    assert_non_null(strstr(text, "  servers = [ \"localhost:6379\" ]; # default\n"));
    assert_non_null(strstr(text, "vat_ids = [ \"DE*******76\", \"**\" ]"));
    assert_null(strstr(text, "37040044"));
    free(text);
    unload(&loaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_file_is_the_reference),
        cmocka_unit_test(the_reference_loads_and_changes_nothing),
        cmocka_unit_test(the_reference_without_its_hashes_states_the_defaults),
        cmocka_unit_test(the_reference_names_every_option),
        cmocka_unit_test(what_is_printed_loads_again),
        cmocka_unit_test(values_stand_with_their_origin_and_masked),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
