#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "taxflow/secret.h"

/* Write text to a file of its own and read it as a password. */
static enum tf_err read_text(const char *text, size_t length, struct tf_secret *password, struct tf_fault *fault)
{
    char path[] = "/tmp/taxflow-password-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), (ssize_t)length);
    close(fd);
    enum tf_err err = tf_secret_read("redis.password_file", path, password, fault);
    unlink(path);
    return err;
}

static void test_first_line(void **state)
{
    (void)state;
    static const struct { const char *text, *password; } cases[] = {
        {"secret", "secret"}, {"secret\n", "secret"}, {"secret\r\n", "secret"}, {" with spaces \nmore\n", " with spaces "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_secret password;
        assert_int_equal(read_text(cases[i].text, strlen(cases[i].text), &password, NULL), TF_OK);
        assert_true(tf_str_is(password.text, cases[i].password));
        tf_secret_wipe(&password);
        assert_int_equal(password.bytes[0], 0);
        assert_false(tf_str_present(password.text));
    }
}

static void test_none(void **state)
{
    (void)state;
    struct tf_secret password;
    assert_int_equal(tf_secret_read("redis.password_file", "", &password, NULL), TF_OK);
    assert_false(tf_str_present(password.text));
    assert_int_equal(tf_secret_read("redis.password_file", NULL, &password, NULL), TF_OK);
    assert_false(tf_str_present(password.text));
}

static void test_no_password_in_the_file(void **state)
{
    (void)state;
    char longest[TF_SECRET_BYTES_MAX + 100];
    struct tf_secret password;
    struct tf_fault fault = {0};
    memset(longest, 'x', sizeof longest);
    assert_int_equal(read_text("", 0, &password, &fault), TF_E_CONFIG);
    assert_int_equal(read_text("\nsecret\n", 8, &password, &fault), TF_E_CONFIG);
    assert_null(strstr(fault.text, "secret"));
    assert_int_equal(read_text(longest, TF_SECRET_BYTES_MAX, &password, NULL), TF_OK);
    assert_int_equal(read_text(longest, TF_SECRET_BYTES_MAX + 1, &password, &fault), TF_E_CONFIG);
    assert_int_equal(read_text(longest, sizeof longest, &password, &fault), TF_E_CONFIG);
    assert_null(strstr(fault.text, "xxx"));
}

static void test_file_that_cannot_be_read(void **state)
{
    (void)state;
    struct tf_secret password;
    struct tf_fault fault = {0};
    assert_int_equal(tf_secret_read("redis.password_file", "/nonexistent/password", &password, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "/nonexistent/password"));
    assert_int_equal(tf_secret_read("redis.password_file", "/tmp", &password, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "directory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_line),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_no_password_in_the_file),
        cmocka_unit_test(test_file_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
