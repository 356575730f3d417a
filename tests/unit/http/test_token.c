#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <unistd.h>

#include "http_internal.h"

static char path[] = "/tmp/taxflow-token-XXXXXX";
static struct tf_http_tokens tokens;
static struct tf_fault fault;

static enum tf_err load(const char *text)
{
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    fault.text[0] = '\0';
    return tf_http_token_load(path, &tokens, &fault);
}

static int make_file(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void matches_its_tokens_only(void **state)
{
    (void)state;
    assert_int_equal(load("# people\n\n  first-token-0123456789 \r\nsecond-token-0123456789"), TF_OK);
    assert_int_equal(tokens.count, 2);
    assert_true(tf_http_token_match(&tokens, "Bearer first-token-0123456789"));
    assert_true(tf_http_token_match(&tokens, "bearer  second-token-0123456789 "));
    static const char *const wrong[] = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer first-token-012345678",
        "Bearer first-token-01234567899",
        "Bearer First-token-0123456789",
        "Basic first-token-0123456789",
        "first-token-0123456789",
        "Bearerfirst-token-0123456789",
        "Bearer # people",
        "Bearer first-token-0123456789 second-token-0123456789",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (tf_http_token_match(&tokens, wrong[i]))
            fail_msg("matched: %s", wrong[i]);
    assert_false(tf_http_token_match(&tokens, NULL));
}

static void refuses_files_that_protect_nothing(void **state)
{
    char many[TF_HTTP_TOKENS_MAX * 32 + 64] = "";
    (void)state;
    assert_int_equal(load(""), TF_E_CONFIG);
    assert_int_equal(load("\n# only a comment\n"), TF_E_CONFIG);
    assert_int_equal(load("good-token-0123456789\nshort\n"), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, ":2:"));
    assert_null(strstr(fault.text, "short"));
    for (int i = 0; i <= TF_HTTP_TOKENS_MAX; i++)
        sprintf(many + strlen(many), "token-number-%06d\n", i);
    assert_int_equal(load(many), TF_E_CONFIG);
    assert_int_equal(tf_http_token_load("/nonexistent/tokens", &tokens, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "/nonexistent/tokens"));
}

/* The digest of "third-token-0123456789" by sha256sum. */
static void a_digest_stands_for_its_token(void **state)
{
    (void)state;
    assert_int_equal(load("sha256:caeb1ef868e9ef0ea004b9d3d76ac8bc31652f3d8835d0937d1920db8a282fcc\nfirst-token-0123456789\n"), TF_OK);
    assert_int_equal(tokens.count, 2);
    assert_true(tf_http_token_match(&tokens, "Bearer third-token-0123456789"));
    assert_true(tf_http_token_match(&tokens, "Bearer first-token-0123456789"));
    assert_false(tf_http_token_match(&tokens, "Bearer caeb1ef868e9ef0ea004b9d3d76ac8bc31652f3d8835d0937d1920db8a282fcc"));
    assert_false(tf_http_token_match(&tokens, "Bearer sha256:caeb1ef868e9ef0ea004b9d3d76ac8bc31652f3d8835d0937d1920db8a282fcc"));
    assert_int_equal(load("sha256:abc\n"), TF_E_CONFIG);
    assert_int_equal(load("sha256:gaeb1ef868e9ef0ea004b9d3d76ac8bc31652f3d8835d0937d1920db8a282fcc\n"), TF_E_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(matches_its_tokens_only),
        cmocka_unit_test(a_digest_stands_for_its_token), cmocka_unit_test(refuses_files_that_protect_nothing)};
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
