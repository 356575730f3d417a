#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "restart.h"

static int file_of(const char *text)
{
    char path[] = "/tmp/taxflow-restart-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    return fd;
}

/* Runs that end at once: each begins as soon as it may. */
static void test_what_ends_at_once_waits_ever_longer(void **state)
{
    static const int64_t waits_ms[] = {0, 0, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000};
    (void)state;
    int fd = file_of("");
    int64_t now_ms = 5000000;
    for (size_t i = 0; i < sizeof waits_ms / sizeof *waits_ms; i++) {
        struct tf_restart run = tf_restart_read(fd);
        int64_t wait_ms = tf_restart_wait_ms(&run, now_ms);
        assert_int_equal(wait_ms, waits_ms[i]);
        assert_int_equal(run.failures, i);
        now_ms += wait_ms;
        run.begun_ms = now_ms;
        tf_restart_write(fd, &run);
    }
    close(fd);
}

/* The time that a run lasted counts; what lasted a minute, or was left alone for one, begins anew. */
static void test_time_that_passed_counts(void **state)
{
    (void)state;
    struct tf_restart run = {.failures = 3, .begun_ms = 1000000};
    assert_int_equal(tf_restart_wait_ms(&run, 1001500), 2500);
    run = (struct tf_restart){.failures = 3, .begun_ms = 1000000};
    assert_int_equal(tf_restart_wait_ms(&run, 1004000), 0);
    assert_int_equal(run.failures, 4);
    run = (struct tf_restart){.failures = 9, .begun_ms = 1000000};
    assert_int_equal(tf_restart_wait_ms(&run, 1059999), 0);
    assert_int_equal(run.failures, 10);
    run = (struct tf_restart){.failures = 9, .begun_ms = 1000000};
    assert_int_equal(tf_restart_wait_ms(&run, 1060000), 0);
    assert_int_equal(run.failures, 0);
}

/* Of another life of the machine, or of nobody. */
static void test_what_cannot_be_is_no_run(void **state)
{
    (void)state;
    struct tf_restart run = {.failures = 9, .begun_ms = 2000000};
    assert_int_equal(tf_restart_wait_ms(&run, 1000000), 0);
    assert_int_equal(run.failures, 0);
    static const char *const texts[] = {"", "x", "failures", "failures 3", "failures -1 begun_ms 5", "failures 3 begun_ms -5", "failures 1001 begun_ms 5",
                                        "failures 99999999999999999999 begun_ms 5", "begun_ms 5 failures 3"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int fd = file_of(texts[i]);
        run = tf_restart_read(fd);
        if (run.failures != 0 || run.begun_ms != 0)
            fail_msg("%s", texts[i]);
        close(fd);
    }
    int fd = file_of("failures 3 begun_ms 5 and a longer text than what is written over it, so that a rest would be left\n");
    tf_restart_write(fd, &(struct tf_restart){1, 2});
    run = tf_restart_read(fd);
    assert_int_equal(run.failures, 1);
    assert_int_equal(run.begun_ms, 2);
    assert_int_equal(lseek(fd, 0, SEEK_END), (long)strlen("failures 1 begun_ms 2\n"));
    close(fd);
    assert_int_equal(tf_restart_read(-1).begun_ms, 0);
}

/* The unit's RestartPreventExitStatus= and the program say the same. */
static void test_what_is_started_again_is_what_the_unit_says(void **state)
{
    (void)state;
    char line[512], *prevented = NULL;
    FILE *unit = fopen(TF_SOURCE_DIR "/systemd/taxflow@.service", "re");
    assert_non_null(unit);
    while (!prevented && fgets(line, sizeof line, unit))
        if (strncmp(line, "RestartPreventExitStatus=", 25) == 0)
            prevented = line + 25;
    fclose(unit);
    assert_non_null(prevented);
    bool listed[256] = {true}; /* Restart=on-failure: status 0 is none */
    for (char *word = prevented, *end = NULL; *word && *word != '\n'; word = end)
        listed[strtol(word, &end, 10) & 255] = true;
    for (int status = 0; status < 256; status++)
        if (tf_restart_follows(status) == listed[status])
            fail_msg("status %d", status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_ends_at_once_waits_ever_longer),
        cmocka_unit_test(test_time_that_passed_counts),
        cmocka_unit_test(test_what_cannot_be_is_no_run),
        cmocka_unit_test(test_what_is_started_again_is_what_the_unit_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
