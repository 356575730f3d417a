#include "taxflow/signer.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "taxflow/hash.h"

enum { SIGNATURE_BYTES_MAX = 1024, KEY_BITS_MIN = 1024 };

struct tf_signer {
    EVP_PKEY *key;
    EVP_MD_CTX *context;
};

static EVP_PKEY *read_key(FILE *file)
{
    EVP_PKEY *key = PEM_read_PUBKEY(file, NULL, NULL, NULL);
    if (key)
        return key;
    rewind(file);
    X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
    key = certificate ? X509_get_pubkey(certificate) : NULL;
    X509_free(certificate);
    ERR_clear_error();
    return key;
}

enum tf_err tf_signer_open(const char *path, struct tf_signer **ret_signer, struct tf_fault *fault)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return tf_fault_set(fault, TF_E_CONFIG, "%s: the public key cannot be read: %s", path, strerror(errno));
    struct tf_signer *signer = calloc(1, sizeof *signer);
    if (signer) {
        signer->key = read_key(file);
        signer->context = EVP_MD_CTX_new();
    }
    fclose(file);
    if (!signer || !signer->context) {
        tf_signer_close(signer);
        return tf_fault_set(fault, TF_E_MEMORY, "%s: memory ran out", path);
    }
    if (!signer->key || EVP_PKEY_get_base_id(signer->key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(signer->key) < KEY_BITS_MIN) {
        tf_signer_close(signer);
        return tf_fault_set(fault, TF_E_CONFIG, "%s: this is no public RSA key of 1,024 bits or more in PEM (\"-----BEGIN PUBLIC KEY-----\")", path);
    }
    *ret_signer = signer;
    return TF_OK;
}

struct tf_signer *tf_signer_close(struct tf_signer *signer)
{
    if (!signer)
        return NULL;
    EVP_MD_CTX_free(signer->context);
    EVP_PKEY_free(signer->key);
    free(signer);
    return NULL;
}

bool tf_signer_verify_sha1(struct tf_signer *signer, struct tf_str text, struct tf_str signature)
{
    uint8_t bytes[SIGNATURE_BYTES_MAX];
    size_t len;
    if (signature.len / 4 * 3 > sizeof bytes || !tf_hash_unbase64(signature, bytes, &len))
        return false;
    EVP_MD_CTX_reset(signer->context);
    bool good = EVP_DigestVerifyInit(signer->context, NULL, EVP_sha1(), NULL, signer->key) == 1 &&
                EVP_DigestVerify(signer->context, bytes, len, (const unsigned char *)text.ptr, text.len) == 1;
    ERR_clear_error();
    return good;
}
