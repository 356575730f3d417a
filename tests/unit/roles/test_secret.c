#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "taxflow/roles.h"

static char folder[64];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/taxflow-secret-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 && chmod(folder, 0755) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return chdir("/") == 0 ? system(command) : -1;
}

static void write_file(const char *path, const char *bytes, size_t len)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

static enum tf_err read_secret(const char *key_file, bool embedded, struct tf_str *ret_secret, struct tf_fault *fault)
{
    static char bytes[8192];
    struct tf_config config = {0};
    config.kafka.embedded = embedded;
    config.collector.key_file = key_file;
    *fault = (struct tf_fault){0};
    *ret_secret = TF_STR_NONE;
    return tf_intake_secret(&config, bytes, sizeof bytes, ret_secret, fault);
}

static void test_sizes(void **state)
{
    (void)state;
    static const struct { size_t len; const char *end; enum tf_err err; size_t read; } cases[] = {
        {0, "", TF_E_CONFIG, 0},      {0, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", TF_E_CONFIG, 0}, {15, "", TF_E_CONFIG, 0}, {15, "\r\n", TF_E_CONFIG, 0},
        {16, "", TF_OK, 16},          {16, "\n", TF_OK, 16},                                   {16, "\r\n", TF_OK, 16},  {4096, "", TF_OK, 4096},
        {4096, "\n", TF_OK, 4096},    {4097, "", TF_E_CONFIG, 0},                              {9000, "", TF_E_CONFIG, 0},
    };
    char bytes[10000];
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct tf_str secret;
        struct tf_fault fault;
        memset(bytes, 's', cases[c].len);
        memcpy(bytes + cases[c].len, cases[c].end, strlen(cases[c].end));
        write_file("key", bytes, cases[c].len + strlen(cases[c].end));
        assert_int_equal(read_secret("key", false, &secret, &fault), cases[c].err);
        if (cases[c].err == TF_OK) {
            assert_int_equal(secret.len, cases[c].read);
            assert_memory_equal(secret.ptr, bytes, secret.len);
        } else {
            assert_non_null(strstr(fault.text, "head -c 32 /dev/urandom"));
            assert_null(strstr(fault.text, "ss"  "ssss")); /* never the secret itself */
        }
    }
}

static void test_bytes_of_any_kind(void **state)
{
    (void)state;
    struct tf_str secret;
    struct tf_fault fault;
    static const char bytes[20] = "\0\xff\n\r=1234567890abcde";
    write_file("key", bytes, 20);
    assert_int_equal(read_secret("key", false, &secret, &fault), TF_OK);
    assert_int_equal(secret.len, 20);
    assert_memory_equal(secret.ptr, bytes, 20);
}

static void test_not_set_and_missing(void **state)
{
    (void)state;
    struct tf_str secret;
    struct tf_fault fault;
    assert_int_equal(read_secret("", false, &secret, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "chmod 600"));
    assert_int_equal(read_secret("/nowhere/key", false, &secret, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "/nowhere/key"));
    assert_int_equal(read_secret(folder, false, &secret, &fault), TF_E_CONFIG); /* a folder holds no bytes */
}

static void test_embedded_runs_need_no_file(void **state)
{
    (void)state;
    struct tf_str first, second;
    struct tf_fault fault;
    char kept[32];
    assert_int_equal(read_secret("", true, &first, &fault), TF_OK);
    assert_int_equal(first.len, 32);
    memcpy(kept, first.ptr, sizeof kept);
    assert_int_equal(read_secret("", true, &second, &fault), TF_OK);
    assert_memory_not_equal(kept, second.ptr, 32);
    write_file("key", "0123456789abcdef", 16);
    assert_int_equal(read_secret("key", true, &first, &fault), TF_OK); /* named, it is used */
    assert_memory_equal(first.ptr, "0123456789abcdef", 16);
}

static void test_credentials_folder_comes_first_for_bare_names(void **state)
{
    (void)state;
    struct tf_str secret;
    struct tf_fault fault;
    char credentials[96], path[128];
    snprintf(credentials, sizeof credentials, "%s/credentials", folder);
    snprintf(path, sizeof path, "%s/key", credentials);
    assert_int_equal(mkdir(credentials, 0700), 0);
    write_file("key", "from-the-working-folder", 23);
    setenv("CREDENTIALS_DIRECTORY", credentials, 1);
    assert_int_equal(read_secret("key", false, &secret, &fault), TF_OK);
    assert_memory_equal(secret.ptr, "from-the-working-folder", 23); /* none there: the name as it stands */
    write_file(path, "from-the-service-manager", 24);
    assert_int_equal(read_secret("key", false, &secret, &fault), TF_OK);
    assert_memory_equal(secret.ptr, "from-the-service-manager", 24);
    assert_int_equal(read_secret("./key", false, &secret, &fault), TF_OK); /* a path is a path */
    assert_memory_equal(secret.ptr, "from-the-working-folder", 23);
    unsetenv("CREDENTIALS_DIRECTORY");
}

static void test_a_file_without_rights(void **state)
{
    (void)state;
    write_file("locked", "0123456789abcdef", 16);
    assert_int_equal(chmod("locked", 0000), 0);
    pid_t child = fork();
    if (child == 0) {
        struct tf_str secret;
        struct tf_fault fault;
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(2);
        _exit(read_secret("locked", false, &secret, &fault) == TF_E_CONFIG && strstr(fault.text, "Permission denied") ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_bytes_of_any_kind),
        cmocka_unit_test(test_not_set_and_missing),
        cmocka_unit_test(test_embedded_runs_need_no_file),
        cmocka_unit_test(test_credentials_folder_comes_first_for_bare_names),
        cmocka_unit_test(test_a_file_without_rights),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
