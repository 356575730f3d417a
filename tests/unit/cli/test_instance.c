#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instance.h"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char paths[4][160];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/taxflow-instance-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    unsetenv("XDG_RUNTIME_DIR");
    unsetenv("TMPDIR");
    return setenv("RUNTIME_DIRECTORY", folder, 1);
}

static int tear_down(void **state)
{
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static int lock(const char *role, int64_t wanted, int64_t expected)
{
    struct tf_fault fault = {0};
    int64_t number = 0;
    int fd = -1;
    if (tf_instance_lock(role, wanted, &number, &fd, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    assert_int_equal(number, expected);
    assert_true(fd >= 0);
    return fd;
}

static enum tf_err refused(const char *role, int64_t wanted, const char *words)
{
    struct tf_fault fault = {0};
    int64_t number = -5;
    int fd = -5;
    enum tf_err err = tf_instance_lock(role, wanted, &number, &fd, &fault);
    assert_int_equal(fd, -5);
    if (!strstr(fault.text, words))
        fail_msg("%s does not say %s", fault.text, words);
    return err;
}

static void test_the_lowest_free_number(void **state)
{
    (void)state;
    int first = lock("tax", 0, 1), second = lock("tax", 0, 2), third = lock("tax", 0, 3), other = lock("fraud", 0, 1);
    close(second);
    second = lock("tax", 0, 2); /* given back, it is free again */
    assert_int_equal(access(in_folder("tax-3.lock"), F_OK), 0);
    close(first);
    close(second);
    close(third);
    close(other);
}

static void test_a_wanted_number(void **state)
{
    (void)state;
    int seventh = lock("tax", 7, 7);
    assert_int_equal(refused("tax", 7, "tax-7 runs already"), TF_E_FENCED);
    int first = lock("tax", 0, 1);
    assert_int_equal(refused("tax", 1, "instance.number"), TF_E_FENCED);
    close(seventh);
    seventh = lock("tax", 7, 7);
    close(seventh);
    close(first);
}

static void test_another_process_holds_it(void **state)
{
    (void)state;
    int ready[2], done[2];
    char byte = 0;
    assert_int_equal(pipe(ready) | pipe(done), 0);
    pid_t child = fork();
    if (child == 0) {
        int64_t number;
        int fd;
        bool ok = tf_instance_lock("tax", 0, &number, &fd, NULL) == TF_OK && number == 1;
        close(done[1]);
        _exit(write(ready[1], "x", 1) == 1 && read(done[0], &byte, 1) == 0 && ok ? 0 : 1);
    }
    close(done[0]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    int second = lock("tax", 0, 2);
    close(done[1]);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    int first = lock("tax", 0, 1); /* it died: the number is free without anybody's help */
    close(first);
    close(second);
    close(ready[0]);
    close(ready[1]);
}

static void test_the_folder(void **state)
{
    (void)state;
    unsetenv("RUNTIME_DIRECTORY");
    setenv("XDG_RUNTIME_DIR", folder, 1);
    setenv("TMPDIR", folder, 1);
    int fd = lock("tax", 0, 1);
    assert_int_equal(access(in_folder("taxflow/tax-1.lock"), F_OK), 0);
    close(fd);
    unsetenv("XDG_RUNTIME_DIR");
    char name[64];
    fd = lock("tax", 0, 1);
    snprintf(name, sizeof name, "taxflow-%u/tax-1.lock", (unsigned)geteuid());
    assert_int_equal(access(in_folder(name), F_OK), 0);
    close(fd);
    setenv("RUNTIME_DIRECTORY", "/nowhere/at/all:/tmp", 1); /* systemd made it, or it is a mistake to be told */
    assert_int_equal(refused("tax", 0, "/nowhere/at/all/tax-1.lock"), TF_E_CONFIG);
}

static void test_folders_others_could_write_to(void **state)
{
    (void)state;
    char name[64];
    struct stat info;
    snprintf(name, sizeof name, "taxflow-%u", (unsigned)geteuid());
    unsetenv("RUNTIME_DIRECTORY");
    setenv("XDG_RUNTIME_DIR", folder, 1);
    setenv("TMPDIR", folder, 1);
    static const mode_t modes[] = {0770, 0707, 0777};
    for (size_t m = 0; m < 3; m++) {
        assert_int_equal(mkdir(in_folder("taxflow"), 0700), 0);
        assert_int_equal(chmod(in_folder("taxflow"), modes[m]), 0);
        int fd = lock("tax", 0, 1); /* the private one in TMPDIR instead */
        assert_int_not_equal(access(in_folder("taxflow/tax-1.lock"), F_OK), 0);
        close(fd);
        assert_int_equal(rmdir(in_folder("taxflow")), 0);
    }
    assert_int_equal(chmod(in_folder(name), 0720), 0);
    assert_int_equal(mkdir(in_folder("taxflow"), 0770), 0);
    assert_int_equal(chmod(in_folder("taxflow"), 0770), 0);
    assert_int_equal(refused("tax", 0, "RUNTIME_DIRECTORY"), TF_E_CONFIG);
    assert_int_equal(chmod(in_folder(name), 0700), 0);
    if (geteuid() == 0) {
        assert_int_equal(chown(in_folder(name), 65534, 65534), 0);
        assert_int_equal(refused("tax", 0, "RUNTIME_DIRECTORY"), TF_E_CONFIG);
        assert_int_equal(chown(in_folder(name), 0, 0), 0);
    }
    /* A link to a folder of ours could be turned elsewhere. */
    char away[160];
    snprintf(away, sizeof away, "%s/away", folder);
    assert_int_equal(rename(in_folder(name), away), 0);
    assert_int_equal(symlink(away, in_folder(name)), 0);
    assert_int_equal(lstat(in_folder(name), &info), 0);
    assert_int_equal(refused("tax", 0, "RUNTIME_DIRECTORY"), TF_E_CONFIG);
}

static void test_a_folder_that_may_not_be_written_to(void **state)
{
    (void)state;
    setenv("RUNTIME_DIRECTORY", "/proc/self", 1); /* nobody may, root neither */
    enum tf_err err = refused("tax", 0, "a private folder that this user may write to");
    assert_true(err == TF_E_PERMISSION || err == TF_E_CONFIG);
    if (geteuid() == 0)
        return; /* for root every folder is its own */
    setenv("RUNTIME_DIRECTORY", "/", 1);
    assert_int_equal(refused("tax", 0, "a private folder that this user may write to"), TF_E_PERMISSION);
}

static void test_a_link_in_place_of_the_lock(void **state)
{
    (void)state;
    assert_int_equal(symlink("/etc/hostname", in_folder("tax-1.lock")), 0);
    assert_int_equal(refused("tax", 0, "tax-1.lock cannot be made"), TF_E_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_lowest_free_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_wanted_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_another_process_holds_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folders_others_could_write_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_folder_that_may_not_be_written_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_link_in_place_of_the_lock, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
