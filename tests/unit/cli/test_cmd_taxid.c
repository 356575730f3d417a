/* `taxflow taxid` as a process beside ours: what goes in by a pipe, what comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"

enum { ANSWER_MS = 10000 };

struct child {
    pid_t pid;
    int in, out;
};

static struct child start(const char *file)
{
    int in[2], out[2];
    assert_int_equal(pipe(in) | pipe(out), 0);
    fflush(NULL);
    struct child child = {.pid = fork(), .in = in[1], .out = out[0]};
    if (child.pid == 0) {
        char program[] = "taxflow", command[] = "taxid", name[128];
        char *argv[] = {program, command, file ? name : NULL, NULL};
        snprintf(name, sizeof name, "%s", file ? file : "");
        close(in[1]);
        close(out[0]);
        if (dup2(in[0], STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0)
            _exit(250);
        exit(tf_cli_main(file ? 3 : 2, argv));
    }
    close(in[0]);
    close(out[1]);
    return child;
}

static void tell(const struct child *child, const char *text, size_t len) { assert_int_equal(write(child->in, text, len), len); }

static void hear(const struct child *child, const char *wanted)
{
    char got[4096] = "";
    size_t have = 0, len = strlen(wanted);
    while (have < len) {
        struct pollfd ready = {child->out, POLLIN, 0};
        if (poll(&ready, 1, ANSWER_MS) != 1)
            fail_msg("no answer in time; so far: %s", got);
        ssize_t more = read(child->out, got + have, sizeof got - 1 - have);
        if (more <= 0)
            break;
        have += (size_t)more;
    }
    got[have] = '\0';
    assert_string_equal(got, wanted);
}

static int end(struct child *child)
{
    int status = 0;
    close(child->in);
    hear(child, "");
    close(child->out);
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_answers_in_order(void **state)
{
    (void)state;
    static const char lines[] = "DE\tvat\tDE 136695976\n"
                                "DE\tvat\t136695978\r\n"
                                "\n"
                                "DE vat 136695976\n"
                                "DE\tvta\t136695976\n"
                                " fr \tSIREN\t710 197 088\tand what the sender keeps beside\n"
                                "US\tein\t07-1144442\n"
                                "AT\tvat\t\n"
                                "AT\tvat\tU56098984"; /* without an end of line */
    struct child child = start(NULL);
    tell(&child, lines, sizeof lines - 1);
    close(child.in);
    child.in = -1;
    hear(&child, "valid\ninvalid\tchecksum\ninvalid\ttoo few fields\ninvalid\ttoo few fields\ninvalid\tunknown kind\nvalid\ninvalid\tcomponent\n"
                 "invalid\tformat\nvalid\n");
    assert_int_equal(end(&child), 0);
}

static void test_answers_before_it_waits(void **state)
{
    (void)state;
    struct child child = start("-");
    tell(&child, "DE\tvat\t136695976\nDE\t", 20);
    hear(&child, "valid\n");
    tell(&child, "vat\t136695978\n", 14);
    hear(&child, "invalid\tchecksum\n");
    assert_int_equal(end(&child), 0);
}

static void test_a_line_without_end(void **state)
{
    (void)state;
    struct child child = start(NULL);
    char part[4096];
    memset(part, '1', sizeof part);
    tell(&child, "DE\tvat\t", 7);
    for (size_t i = 0; i < 200; i++)
        tell(&child, part, sizeof part);
    tell(&child, "\nDE\tvat\t136695976\n", 18);
    hear(&child, "invalid\tlength\nvalid\n");
    assert_int_equal(end(&child), 0);
}

static void test_a_file_that_is_not_there(void **state)
{
    (void)state;
    struct child child = start("/nowhere/numbers.tsv");
    assert_int_equal(end(&child), 66);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_in_order),
        cmocka_unit_test(test_answers_before_it_waits),
        cmocka_unit_test(test_a_line_without_end),
        cmocka_unit_test(test_a_file_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
