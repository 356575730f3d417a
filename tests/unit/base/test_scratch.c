#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "taxflow/scratch.h"

static void a_file_without_a_name(void **state)
{
    struct stat info;
    char bytes[8] = "";
    (void)state;
    int fd = tf_scratch_open();
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &info), 0);
    assert_int_equal(info.st_nlink, 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_true(tf_scratch_write(fd, "ab", 2) && tf_scratch_write(fd, "", 0) && tf_scratch_write(fd, "c", 1));
    assert_int_equal(pread(fd, bytes, sizeof bytes, 0), 3);
    assert_string_equal(bytes, "abc");
    close(fd);
}

static void a_stream_is_such_a_file_too(void **state)
{
    struct stat info;
    char line[8] = "";
    (void)state;
    FILE *stream = tf_scratch_stream();
    assert_non_null(stream);
    assert_int_equal(fstat(fileno(stream), &info), 0);
    assert_int_equal(info.st_nlink, 0);
    assert_true(fputs("abc\n", stream) >= 0);
    rewind(stream);
    assert_non_null(fgets(line, sizeof line, stream));
    assert_string_equal(line, "abc\n");
    fclose(stream);
}

static void what_cannot_be_written_is_said(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    assert_false(tf_scratch_write(full, "x", 1));
    assert_int_equal(errno, ENOSPC);
    close(full);
    const char *before = getenv("TMPDIR");
    char *kept = before ? strdup(before) : NULL;
    assert_int_equal(setenv("TMPDIR", "/nonexistent", 1), 0);
    assert_int_equal(tf_scratch_open(), -1);
    assert_null(tf_scratch_stream());
    assert_int_equal(errno, ENOENT);
    assert_int_equal(kept ? setenv("TMPDIR", kept, 1) : unsetenv("TMPDIR"), 0);
    free(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_without_a_name),
        cmocka_unit_test(a_stream_is_such_a_file_too),
        cmocka_unit_test(what_cannot_be_written_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
