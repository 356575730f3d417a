#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "taxflow/hash.h"
#include "taxflow/signer.h"

static char path[] = "/tmp/taxflow-signer-XXXXXX";

static int setup(void **state)
{
    (void)state;
    close(mkstemp(path));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static void write_key(EVP_PKEY *key)
{
    FILE *file = fopen(path, "we");
    assert_int_equal(PEM_write_PUBKEY(file, key), 1);
    fclose(file);
}

static void test_a_signature_and_what_is_none(void **state)
{
    unsigned char bytes[256];
    char base64[512];
    size_t len = sizeof bytes;
    struct tf_signer *signer = NULL;
    struct tf_fault fault;
    (void)state;
    EVP_PKEY *key = EVP_RSA_gen(1024);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha1(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, bytes, &len, (const unsigned char *)"abc", 3), 1);
    tf_hash_base64(bytes, len, base64);
    write_key(key);
    assert_int_equal(tf_signer_open(path, &signer, &fault), TF_OK);
    assert_true(tf_signer_verify_sha1(signer, TF_STR("abc"), tf_str_of(base64)));
    assert_true(tf_signer_verify_sha1(signer, TF_STR("abc"), tf_str_of(base64))); /* a signer can be used again */
    assert_false(tf_signer_verify_sha1(signer, TF_STR("abd"), tf_str_of(base64)));
    assert_false(tf_signer_verify_sha1(signer, TF_STR("abc"), TF_STR("AAAA")));
    assert_false(tf_signer_verify_sha1(signer, TF_STR("abc"), TF_STR("no base64")));
    assert_false(tf_signer_verify_sha1(signer, TF_STR("abc"), TF_STR_NONE));
    tf_signer_close(signer);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

static void test_what_is_no_key(void **state)
{
    struct tf_signer *signer = NULL;
    struct tf_fault fault;
    (void)state;
    assert_int_equal(tf_signer_open("/nonexistent/key.pem", &signer, &fault), TF_E_CONFIG);
    FILE *file = fopen(path, "we");
    fputs("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", file);
    fclose(file);
    assert_int_equal(tf_signer_open(path, &signer, &fault), TF_E_CONFIG);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    write_key(key);
    EVP_PKEY_free(key);
    assert_int_equal(tf_signer_open(path, &signer, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "no public RSA key"));
    assert_null(tf_signer_close(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_signature_and_what_is_none, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_key, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
