/* Bearer tokens (RFC 6750 section 2.1), kept and compared as SHA-256; a file may hold those in place of the tokens. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "http_internal.h"
#include "taxflow/hash.h"

static bool add_digest(struct tf_http_tokens *tokens, struct tf_str hex)
{
    const bool good = tf_hash_unhex(hex, tokens->digests[tokens->count], sizeof tokens->digests[0]);
    tokens->count += good;
    return good;
}

static enum tf_err add_line(struct tf_http_tokens *tokens, const char *path, size_t number, struct tf_str line, struct tf_fault *fault)
{
    static const char hashed[] = "sha256:";
    const struct tf_str token = tf_str_trim(line);
    if (token.len == 0 || token.ptr[0] == '#')
        return TF_OK;
    if (tokens->count == TF_HTTP_TOKENS_MAX)
        return tf_fault_set(fault, TF_E_CONFIG, "%s:%zu: more than %d tokens", path, number, TF_HTTP_TOKENS_MAX);
    if (tf_str_starts(token, tf_str_of(hashed)))
        return add_digest(tokens, (struct tf_str){token.ptr + sizeof hashed - 1, token.len - (sizeof hashed - 1)}) ? TF_OK
                   : tf_fault_set(fault, TF_E_CONFIG, "%s:%zu: behind sha256: stand 64 hexadecimal digits (printf %%s TOKEN | sha256sum)", path, number);
    if (token.len < TF_HTTP_TOKEN_BYTES_MIN)
        return tf_fault_set(fault, TF_E_CONFIG, "%s:%zu: a token has %d characters at least", path, number, TF_HTTP_TOKEN_BYTES_MIN);
    tf_hash_sha256_full(token, tokens->digests[tokens->count++]);
    return TF_OK;
}

static enum tf_err read_tokens(FILE *file, const char *path, struct tf_http_tokens *tokens, struct tf_fault *fault)
{
    enum tf_err err = TF_OK;
    char *line = NULL;
    size_t size = 0, number = 0;
    for (ssize_t len; err == TF_OK && (len = getline(&line, &size, file)) > 0;)
        err = add_line(tokens, path, ++number, (struct tf_str){line, (size_t)len}, fault);
    if (line)
        explicit_bzero(line, size);
    free(line);
    return err;
}

enum tf_err tf_http_token_load(const char *path, struct tf_http_tokens *ret_tokens, struct tf_fault *fault)
{
    char credential[4096];
    FILE *file = fopen(tf_config_secret_path(path, credential, sizeof credential), "re");
    ret_tokens->count = 0;
    if (!file)
        return tf_fault_set(fault, TF_E_CONFIG, "http.token_file %s: cannot be read: %s", path, strerror(errno));
    const enum tf_err err = read_tokens(file, path, ret_tokens, fault);
    fclose(file);
    if (err == TF_OK && ret_tokens->count == 0)
        return tf_fault_set(fault, TF_E_CONFIG, "http.token_file %s: holds no token", path);
    return err;
}

bool tf_http_token_match(const struct tf_http_tokens *tokens, const char *authorization)
{
    static const char scheme[] = "bearer ";
    uint8_t digest[32];
    bool match = false;
    if (!authorization || strncasecmp(authorization, scheme, sizeof scheme - 1) != 0)
        return false;
    tf_hash_sha256_full(tf_str_trim(tf_str_of(authorization + sizeof scheme - 1)), digest);
    for (size_t i = 0; i < tokens->count; i++) {
        uint8_t differs = 0;
        for (size_t b = 0; b < sizeof digest; b++)
            differs |= (uint8_t)(digest[b] ^ tokens->digests[i][b]);
        match |= differs == 0;
    }
    return match;
}
