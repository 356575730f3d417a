#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/finished.h"

static char folder[64];
static struct tf_finished finished;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/taxflow-finished-XXXXXX");
    finished = (struct tf_finished){.folder = "done"};
    return mkdtemp(folder) && chdir(folder) == 0 && mkdir("work", 0755) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[96];
    tf_finished_finish(&finished);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return chdir("/") == 0 ? system(command) : -1;
}

static void make(const char *path)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fclose(out);
}

static void a_second_file_of_a_name_gets_a_number(void **state)
{
    (void)state;
    assert_int_equal(mkdir("done", 0755), 0);
    for (int i = 0; i < 3; i++) {
        make("work/march.ndjson");
        assert_true(tf_finished_move(&finished, "work", "march.ndjson"));
        assert_false(tf_finished_waits(&finished, "march.ndjson"));
    }
    assert_int_equal(access("done/march.ndjson", F_OK), 0);
    assert_int_equal(access("done/march.ndjson.2", F_OK), 0);
    assert_int_equal(access("done/march.ndjson.3", F_OK), 0);
}

static void what_cannot_be_moved_waits_until_it_can(void **state)
{
    (void)state;
    make("work/a");
    make("work/b");
    assert_false(tf_finished_move(&finished, "work", "a"));
    assert_false(tf_finished_move(&finished, "work", "b"));
    assert_true(tf_finished_waits(&finished, "a") && tf_finished_waits(&finished, "b"));
    assert_int_equal(tf_finished_again(&finished, "work"), 2);
    assert_int_equal(mkdir("done", 0755), 0);
    assert_int_equal(tf_finished_again(&finished, "work"), 0);
    assert_false(tf_finished_waits(&finished, "a") || tf_finished_waits(&finished, "b"));
    assert_int_equal(access("done/a", F_OK), 0);
    assert_int_equal(access("done/b", F_OK), 0);
}

static void a_file_that_went_away_waits_no_longer(void **state)
{
    (void)state;
    make("work/a");
    assert_false(tf_finished_move(&finished, "work", "a"));
    assert_int_equal(unlink("work/a"), 0);
    assert_int_equal(tf_finished_again(&finished, "work"), 0);
    assert_false(tf_finished_waits(&finished, "a"));
}

static void past_the_ceiling_nothing_is_remembered(void **state)
{
    (void)state;
    for (int i = 0; i < TF_FINISHED_WAITING_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", i);
        assert_false(tf_finished_move(&finished, "work", name));
    }
    assert_false(tf_finished_move(&finished, "work", "one-more"));
    assert_true(tf_finished_waits(&finished, "f999"));
    assert_false(tf_finished_waits(&finished, "one-more"));
}

static void a_refused_file_has_its_reason_beside_it(void **state)
{
    (void)state;
    static const char *const moved[] = {"refused/a", "refused/a.2"};
    static const char *const beside[] = {"refused/a.reason", "refused/a.2.reason"};
    make("work/a");
    assert_false(tf_finished_refuse("refused", "work", "a", "why")); /* there is no such folder */
    assert_int_equal(access("work/a", F_OK), 0);
    assert_int_equal(mkdir("refused", 0755), 0);
    for (size_t i = 0; i < 2; i++) {
        char text[16] = "";
        make("work/a");
        assert_true(tf_finished_refuse("refused", "work", "a", "why"));
        assert_int_equal(access(moved[i], F_OK), 0);
        FILE *in = fopen(beside[i], "r");
        assert_non_null(in);
        assert_non_null(fgets(text, sizeof text, in));
        fclose(in);
        assert_string_equal(text, "why\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_second_file_of_a_name_gets_a_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_moved_waits_until_it_can, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_went_away_waits_no_longer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(past_the_ceiling_nothing_is_remembered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_file_has_its_reason_beside_it, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
