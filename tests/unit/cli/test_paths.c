#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "paths.h"

static char folder[64];

static const char *below(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void make(const char *name, const char *text)
{
    FILE *file = fopen(below(name), "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int setup(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/taxflow-paths-XXXXXX");
    if (!mkdtemp(folder) || mkdir(below("sub"), 0700) != 0)
        return -1;
    make("b.xml", "");
    make("a.xml", "");
    make(".hidden", "");
    make("sub/c.xml", "");
    return 0;
}

static int teardown(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void assert_paths(const struct tf_paths *paths, const char *const *names, size_t count)
{
    assert_int_equal(paths->count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(paths->items[i], below(names[i]));
}

static void folders_give_their_files_in_order(void **state)
{
    char *args[] = {folder};
    const struct tf_cli cli = {.args = args, .args_count = 1};
    const char *const names[] = {"a.xml", "b.xml", "sub/c.xml"};
    struct tf_paths paths;
    struct tf_fault fault = {0};
    (void)state;
    assert_int_equal(tf_paths_gather(&cli, &paths, &fault), TF_OK);
    assert_paths(&paths, names, 3);
    tf_paths_finish(&paths);
}

static void a_list_names_files_and_folders(void **state)
{
    char list[256], *args[1], listed[128];
    const char *const names[] = {"b.xml", "a.xml", "sub/c.xml"};
    struct tf_paths paths;
    struct tf_fault fault = {0};
    (void)state;
    snprintf(list, sizeof list, "%s/a.xml\r\n\n%s/sub", folder, folder);
    make("list", list);
    snprintf(listed, sizeof listed, "%s", below("list"));
    args[0] = strdup(below("b.xml"));
    const struct tf_cli cli = {.args = args, .args_count = 1, .files_from = listed};
    assert_int_equal(tf_paths_gather(&cli, &paths, &fault), TF_OK);
    assert_paths(&paths, names, 3);
    tf_paths_finish(&paths);
    free(args[0]);
    unlink(listed);
}

static void nothing_to_read_is_said(void **state)
{
    const struct tf_cli none = {.args_count = 0}, missing = {.files_from = "/nonexistent/list"};
    struct tf_paths paths;
    struct tf_fault fault = {0};
    (void)state;
    assert_int_equal(tf_paths_gather(&none, &paths, &fault), TF_E_USAGE);
    assert_non_null(strstr(fault.text, "--files-from"));
    tf_paths_finish(&paths);
    assert_int_equal(tf_paths_gather(&missing, &paths, &fault), TF_E_NO_INPUT);
    tf_paths_finish(&paths);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_give_their_files_in_order),
        cmocka_unit_test(a_list_names_files_and_folders),
        cmocka_unit_test(nothing_to_read_is_said),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
