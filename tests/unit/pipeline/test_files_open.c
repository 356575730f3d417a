/* A file that is open already: what an upload is, and a file of the drop folder. */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>

#include "taxflow/import.h"

#define TABLE "vendor;payment date;amount;ccy;invoice no\nV1;2026-01-31;1.25;EUR;7\nV2;2026-02-30;2.00;EUR;8\nV1;2026-01-30;1.25;EUR;9\n"
#define RECORDS "{\"kind\":\"payment\",\"company\":\"A\",\"payment\":{\"supplier\":\"S\",\"amount\":\"1.0\",\"currency\":\"EUR\",\"date\":\"2026-01-05\"}}\n"

static enum tf_err open_with(const char *text, const struct tf_files_input *with, struct tf_files **ret_files, struct tf_fault *fault)
{
    struct tf_files_input input = *with;
    input.fd = open(write_text("input", text), O_RDONLY | O_CLOEXEC);
    input.name = "input";
    assert_true(input.fd >= 0);
    return tf_files_create_open(tf_config_get(folder_config), &input, ret_files, fault);
}

static const struct tf_import_format *format_named(const char *name)
{
    size_t count;
    const struct tf_import_format *formats = tf_import_formats(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

static void test_what_it_is_is_looked_for_or_given(void **state)
{
    (void)state;
    const struct tf_files_input inputs[] = {{.format = NULL}, {.format = format_named("csv")}};
    for (size_t i = 0; i < 2; i++) {
        struct tf_files *files = NULL;
        struct tf_str text;
        uint32_t file;
        uint64_t lines[4], line;
        size_t count = 0, unreadable = 0;
        assert_int_equal(open_with(TABLE, &inputs[i], &files, NULL), TF_OK);
        assert_string_equal(tf_files_format(files, 0), "csv");
        assert_string_equal(tf_files_name(files, 0), "input");
        for (; tf_files_next(files, &text, &file, &line); lines[count++] = line) {
            assert_true(count < 4);
            unreadable += tf_files_problem(files) != NULL;
        }
        assert_int_equal(count, 3);
        assert_int_equal(unreadable, 1);
        assert_true(lines[0] == 3 && lines[1] == 4 && lines[2] == 2); /* what cannot be read first, then by time */
        tf_files_destroy(files);
    }
}

static void test_records_of_ours(void **state)
{
    (void)state;
    struct tf_files *files = NULL;
    assert_int_equal(open_with(RECORDS, &(struct tf_files_input){.format = NULL}, &files, NULL), TF_OK);
    assert_null(tf_files_format(files, 0));
    assert_int_equal(tf_files_count(files), 1);
    tf_files_destroy(files);
}

static void test_whose_records_are(void **state)
{
    (void)state;
    struct tf_files *files = NULL;
    struct tf_str text;
    uint32_t file;
    uint64_t line;
    assert_int_equal(open_with(TABLE, &(struct tf_files_input){.company = "OTHER"}, &files, NULL), TF_OK);
    assert_true(tf_files_next(files, &text, &file, &line) && tf_files_next(files, &text, &file, &line));
    assert_non_null(memmem(text.ptr, text.len, "\"company\":\"OTHER\"", 17));
    tf_files_destroy(files);
}

/* It belongs to the index whatever comes of it. */
static void test_a_stop_and_a_refusal_close_it(void **state)
{
    (void)state;
    const atomic_bool stop = true;
    static const char *const texts[] = {TABLE, RECORDS};
    for (size_t i = 0; i < 2; i++) {
        struct tf_files *files = NULL;
        struct tf_fault fault = {0};
        assert_int_equal(open_with(texts[i], &(struct tf_files_input){.stop = &stop}, &files, &fault), TF_E_UNAVAILABLE);
        assert_null(files);
    }
    struct tf_files_input input = {.fd = open(write_text("input", "%PDF-1.7\n"), O_RDONLY | O_CLOEXEC), .name = "input", .format = format_named("xlsx")};
    struct tf_files *files = NULL;
    struct tf_fault fault = {0};
    assert_int_equal(tf_files_create_open(tf_config_get(folder_config), &input, &files, &fault), TF_E_FORMAT);
    assert_non_null(strstr(fault.text, "save the sheet as CSV UTF-8"));
    assert_int_equal(fcntl(input.fd, F_GETFD), -1);
    assert_int_equal(errno, EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_is_is_looked_for_or_given),
        cmocka_unit_test(test_records_of_ours),
        cmocka_unit_test(test_whose_records_are),
        cmocka_unit_test(test_a_stop_and_a_refusal_close_it),
    };
    return cmocka_run_group_tests(tests, folder_open, folder_close);
}
