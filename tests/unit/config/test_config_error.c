#include "unit/config/config_fixture.h"

#include "config_error.h"
#include "config_origin.h"
#include "taxflow/str.h"

static void long_texts_end_in_an_ellipsis(void **state)
{
    (void)state;
    char text[600] = "";
    struct tf_config_error items[2];
    struct tf_config_errors errors = {.items = items, .max = 2};
    while (strlen(text) < 500)
        strcat(text, "ä"); /* two bytes: a cut must not halve it */
    tf_config_error_add(&errors, text, "x%s", text);
    assert_int_equal(strlen(items[0].where) > 150 && strlen(items[0].text) > 240, 1);
    assert_string_equal(items[0].where + strlen(items[0].where) - 3, "…");
    assert_string_equal(items[0].text + strlen(items[0].text) - 3, "…");
    assert_true(tf_str_utf8_valid(tf_str_of(items[0].where)));
    assert_true(tf_str_utf8_valid(tf_str_of(items[0].text)));
}

static void errors_past_the_room_are_counted(void **state)
{
    (void)state;
    struct tf_config_error items[2] = {{"", ""}, {"kept", "kept"}};
    struct tf_config_errors errors = {.items = items, .max = 1};
    tf_config_error_add(&errors, "a", "first");
    tf_config_error_add(&errors, "b", "second");
    assert_int_equal(errors.count, 2);
    assert_string_equal(items[0].text, "first");
    assert_string_equal(items[1].text, "kept");
    struct tf_config_errors none = {.items = NULL, .max = 0};
    tf_config_error_add(&none, "a", "first");
    assert_int_equal(none.count, 1);
}

static void control_characters_are_defused(void **state)
{
    (void)state;
    struct tf_config_error items[1];
    struct tf_config_errors errors = {.items = items, .max = 1};
    tf_config_error_add(&errors, "A\x1b[2J", "%s", "line\nfeed\x7f");
    assert_string_equal(items[0].where, "A?[2J");
    assert_string_equal(items[0].text, "line?feed?");
}

static void origins_have_a_place_and_a_description(void **state)
{
    (void)state;
    static const struct {
        struct tf_config_origin origin;
        const char *where, *described;
    } rows[] = {
        {{TF_ORIGIN_DEFAULT, NULL, 0}, "default", "default"},
        {{TF_ORIGIN_FILE, "conf/taxflow.conf", 12}, "conf/taxflow.conf:12", "conf/taxflow.conf:12"},
        {{TF_ORIGIN_FILE, "conf/taxflow.conf", 0}, "conf/taxflow.conf", "conf/taxflow.conf"},
        {{TF_ORIGIN_ENVIRONMENT, "TAXFLOW_ROLE", 0}, "TAXFLOW_ROLE", "environment TAXFLOW_ROLE"},
        {{TF_ORIGIN_SET, "kafka.partitions", 0}, "--set kafka.partitions", "--set"},
        {{TF_ORIGIN_ROLE, NULL, 0}, "--role", "--role"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        tf_config_origin_where(rows[i].origin, text, sizeof text);
        assert_string_equal(text, rows[i].where);
        tf_config_origin_describe(rows[i].origin, text, sizeof text);
        assert_string_equal(text, rows[i].described);
    }
}

static void a_long_path_keeps_its_end_and_line(void **state)
{
    (void)state;
    char path[400] = "";
    while (strlen(path) < 300)
        strcat(path, "/Prüfung");
    strcat(path, "/taxflow.conf");
    char text[256];
    tf_config_origin_where((struct tf_config_origin){TF_ORIGIN_FILE, path, 4711}, text, sizeof text);
    assert_true(strncmp(text, "…", 3) == 0);
    assert_non_null(strstr(text, "/taxflow.conf:4711"));
    assert_true(strlen(text) < sizeof((struct tf_config_error *)NULL)->where);
    assert_true(tf_str_utf8_valid(tf_str_of(text)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_texts_end_in_an_ellipsis),
        cmocka_unit_test(errors_past_the_room_are_counted),
        cmocka_unit_test(control_characters_are_defused),
        cmocka_unit_test(origins_have_a_place_and_a_description),
        cmocka_unit_test(a_long_path_keeps_its_end_and_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
