#include "unit/config/config_fixture.h"

#include <ctype.h>

static void every_row_has_name_help_and_a_default_in_range(void **state)
{
    (void)state;
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    assert_true(count > 40);
    for (size_t i = 0; i < count; i++) {
        const struct tf_option *option = &options[i];
        assert_true(tf_option_group_known(tf_str_of(option->group)));
        assert_true(strlen(option->help) > 5);
        assert_int_equal(tf_option_index(option), i);
        assert_ptr_equal(tf_option_find(tf_str_of(option->group), tf_str_of(option->name)), option);
        assert_ptr_equal(tf_option_at(option->offset), option);
        if (option->type == TF_OPTION_INT)
            assert_true(option->int_min <= option->int_default && option->int_default <= option->int_max);
        if (option->type == TF_OPTION_REAL)
            assert_true(option->real_min <= option->real_default && option->real_default <= option->real_max);
        for (const char *c = option->name; *c; c++)
            assert_true(islower((unsigned char)*c) || *c == '_' || isdigit((unsigned char)*c));
        /* "__" parts group and key of an environment variable. */
        assert_null(strstr(option->name, "__"));
        assert_null(strstr(option->group, "_"));
    }
}

static void find_knows_no_other_names(void **state)
{
    (void)state;
    assert_null(tf_option_find(TF_STR("kafka"), TF_STR("servers")));
    assert_null(tf_option_find(TF_STR("KAFKA"), TF_STR("partitions")));
    assert_null(tf_option_find(TF_STR_NONE, TF_STR("partitions")));
    assert_null(tf_option_at(sizeof(struct tf_config)));
    assert_false(tf_option_group_known(TF_STR("kafk")));
}

struct near {
    const char *group, *name, *wanted_group, *wanted_name;
};

static void nearest_is_what_somebody_meant(void **state)
{
    (void)state;
    static const struct near rows[] = {
        {"kafka", "partitons", "kafka", "partitions"},
        {"kafak", "partitions", "kafka", "partitions"},
        {"kafka", "bootstrap_server", "kafka", "bootstrap_servers"},
        {"log", "lvl", "log", "level"},
        {"tax", "rules", "fraud", "rules"}, /* the key alone tells the group, though tax.rates is nearer */
        {"redis", "max_record_bytes", "collector", "max_record_bytes"},
        {NULL, "endpoint", "otel", "endpoint"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct tf_option *nearest = tf_option_nearest(tf_str_of(rows[i].group), tf_str_of(rows[i].name));
        assert_non_null(nearest);
        assert_string_equal(nearest->group, rows[i].wanted_group);
        assert_string_equal(nearest->name, rows[i].wanted_name);
    }
    assert_null(tf_option_nearest(TF_STR("kafka"), TF_STR("compression")));
    assert_null(tf_option_nearest(TF_STR_NONE, TF_STR("listen"))); /* four groups have one */
}

static void nearest_top_covers_groups_and_both_loners(void **state)
{
    (void)state;
    assert_string_equal(tf_option_nearest_top(TF_STR("kafak")), "kafka");
    assert_string_equal(tf_option_nearest_top(TF_STR("rolle")), "role");
    assert_string_equal(tf_option_nearest_top(TF_STR("company")), "companies");
    assert_null(tf_option_nearest_top(TF_STR("observability")));
}

static void items_are_split_and_end(void **state)
{
    (void)state;
    struct tf_str rest = TF_STR("a,,b"), item;
    assert_true(tf_option_next_item(&rest, ',', &item) && tf_str_is(item, "a"));
    assert_true(tf_option_next_item(&rest, ',', &item) && item.len == 0);
    assert_true(tf_option_next_item(&rest, ',', &item) && tf_str_is(item, "b"));
    assert_false(tf_option_next_item(&rest, ',', &item));
    rest = TF_STR_NONE;
    assert_false(tf_option_next_item(&rest, ',', &item));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_has_name_help_and_a_default_in_range),
        cmocka_unit_test(find_knows_no_other_names),
        cmocka_unit_test(nearest_is_what_somebody_meant),
        cmocka_unit_test(nearest_top_covers_groups_and_both_loners),
        cmocka_unit_test(items_are_split_and_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
