#include "reading.h"

#include "json_path.h"

static void test_text_shows_names_and_indices(void **state)
{
    struct reading *r = *state;
    struct tf_json_path root = {0}, invoice = {.up = &root, .name = TF_STR("invoice")};
    struct tf_json_path lines = {.up = &invoice, .name = TF_STR("lines")}, third = {.up = &lines, .index = 3};
    struct tf_json_path net = {.up = &third, .name = TF_STR("net")};
    reading_str(tf_json_path_text(&root, r->arena), "$");
    reading_str(tf_json_path_text(&net, r->arena), "$.invoice.lines[3].net");
    third.index = 18446744073709551615U;
    reading_str(tf_json_path_text(&third, r->arena), "$.invoice.lines[18446744073709551615]");
}

static void test_text_never_shows_what_could_be_a_value(void **state)
{
    struct reading *r = *state;
    struct tf_json_path root = {0}, odd = {.up = &root, .name = TF_STR("DE 123456789")};
    reading_str(tf_json_path_text(&odd, r->arena), "$.…");
    odd.name = TF_STR("");
    reading_str(tf_json_path_text(&odd, r->arena), "$.…");
    odd.name = TF_STR("1234");
    reading_str(tf_json_path_text(&odd, r->arena), "$.…");
    odd.name = TF_STR("a_name_that_is_longer_than_any_member_of_the_record_format");
    reading_str(tf_json_path_text(&odd, r->arena), "$.…");
}

static void test_text_has_room_for_the_deepest_path(void **state)
{
    struct reading *r = *state;
    struct tf_json_path frames[TF_EVENT_DEPTH_MAX + 2] = {{0}};
    for (size_t i = 1; i < TF_EVENT_DEPTH_MAX + 2; i++)
        frames[i] = (struct tf_json_path){.up = &frames[i - 1], .name = TF_STR("forty_eight_bytes_is_the_longest_name_that_shows")};
    assert_int_equal(tf_json_path_text(&frames[TF_EVENT_DEPTH_MAX + 1], r->arena).len, 1 + 49 * (TF_EVENT_DEPTH_MAX + 1));
}

static void test_problem_is_filled(void **state)
{
    struct reading *r = *state;
    struct tf_json_path root = {0};
    struct tf_problem problem;
    assert_int_equal(tf_json_path_problem(&problem, r->arena, TF_E_TYPE, &root, TF_STR("kind"), 17, "a sentence"), TF_E_TYPE);
    assert_int_equal(problem.err, TF_E_TYPE);
    assert_int_equal(problem.offset, 17);
    reading_str(problem.path, "$.kind");
    reading_str(problem.detail, "a sentence");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_text_shows_names_and_indices),
        READING_TEST(test_text_never_shows_what_could_be_a_value),
        READING_TEST(test_text_has_room_for_the_deepest_path),
        READING_TEST(test_problem_is_filled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
