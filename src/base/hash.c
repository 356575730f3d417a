/* SHA256_Init and its kin allocate nothing; every digest through EVP_MD_CTX allocates once, and takes 25 ns longer. */
#define OPENSSL_API_COMPAT 0x10101000L

#include "taxflow/hash.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <xxhash.h>

enum { SHA256_BYTES = 32, HMAC_KEY_BYTES_MAX = 4096 };

/* libcrypto looks algorithms up by name and allocates contexts: done once a thread instead of once a code. */
struct keyed {
    EVP_MAC_CTX *mac;
    size_t key_len; /* of the key that mac holds: who makes many codes makes them with the same one */
    char key[HMAC_KEY_BYTES_MAX];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t keyed_key;
static EVP_MAC *hmac;

static void require(int ok)
{
    if (ok != 1)
        abort();
}

static void free_keyed(void *value)
{
    struct keyed *own = value;
    EVP_MAC_CTX_free(own->mac);
    explicit_bzero(own->key, own->key_len);
    free(own);
}

static void prepare(void)
{
    hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    require(hmac && pthread_key_create(&keyed_key, free_keyed) == 0);
}

static EVP_MAC_CTX *new_mac(void)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
    EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);
    require(mac && EVP_MAC_CTX_set_params(mac, params) == 1);
    return mac;
}

static struct keyed *own_keyed(void)
{
    pthread_once(&once, prepare);
    struct keyed *own = pthread_getspecific(keyed_key);
    if (own)
        return own;
    own = calloc(1, sizeof *own);
    require(own != NULL);
    own->mac = new_mac();
    require(pthread_setspecific(keyed_key, own) == 0);
    return own;
}

static void sha256_of(const struct tf_str *parts, size_t count, uint8_t out[SHA256_BYTES])
{
    SHA256_CTX digest;
    require(SHA256_Init(&digest));
    for (size_t i = 0; i < count; i++)
        if (parts[i].len > 0)
            require(SHA256_Update(&digest, parts[i].ptr, parts[i].len));
    require(SHA256_Final(out, &digest));
}

static struct tf_hash16 cut(const uint8_t digest[SHA256_BYTES])
{
    struct tf_hash16 hash;
    memcpy(hash.bytes, digest, sizeof hash.bytes);
    return hash;
}

struct tf_hash16 tf_hash_sha256(const struct tf_str *parts, size_t count)
{
    uint8_t digest[SHA256_BYTES];
    sha256_of(parts, count, digest);
    return cut(digest);
}

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct tf_hash_stream), "libcrypto's state grew");

void tf_hash_stream_init(struct tf_hash_stream *stream)
{
    require(SHA256_Init((SHA256_CTX *)stream->state));
}

void tf_hash_stream_add(struct tf_hash_stream *stream, struct tf_str data)
{
    if (data.len > 0)
        require(SHA256_Update((SHA256_CTX *)stream->state, data.ptr, data.len));
}

void tf_hash_stream_end(struct tf_hash_stream *stream, uint8_t out[SHA256_BYTES])
{
    require(SHA256_Final(out, (SHA256_CTX *)stream->state));
}

void tf_hash_sha256_full(struct tf_str data, uint8_t out[32])
{
    sha256_of(&data, 1, out);
}

/* Begin a code; with the key of the last one, two blocks less are hashed. */
static EVP_MAC_CTX *begin_mac(struct tf_str key)
{
    struct keyed *own = own_keyed();
    if (own->key_len == key.len && memcmp(own->key, key.ptr, key.len) == 0) {
        require(EVP_MAC_init(own->mac, NULL, 0, NULL)); /* libcrypto goes on with the last one */
        return own->mac;
    }
    require(EVP_MAC_init(own->mac, (const unsigned char *)key.ptr, key.len, NULL));
    explicit_bzero(own->key, own->key_len);
    memcpy(own->key, key.ptr, key.len);
    own->key_len = key.len;
    return own->mac;
}

void tf_hash_hmac_full(struct tf_str key, const struct tf_str *parts, size_t count, uint8_t out[32])
{
    require(key.ptr && key.len > 0 && key.len <= HMAC_KEY_BYTES_MAX);
    EVP_MAC_CTX *mac = begin_mac(key);
    for (size_t i = 0; i < count; i++)
        if (parts[i].len > 0)
            require(EVP_MAC_update(mac, (const unsigned char *)parts[i].ptr, parts[i].len));
    size_t len;
    require(EVP_MAC_final(mac, out, &len, SHA256_BYTES) == 1 && len == SHA256_BYTES);
}

struct tf_hash16 tf_hash_hmac(struct tf_str key, const struct tf_str *parts, size_t count)
{
    uint8_t digest[SHA256_BYTES];
    tf_hash_hmac_full(key, parts, count, digest);
    return cut(digest);
}

void tf_hash_base64(const uint8_t *bytes, size_t len, char *out)
{
    EVP_EncodeBlock((unsigned char *)out, bytes, (int)len);
}

bool tf_hash_unbase64(struct tf_str text, uint8_t *out, size_t *ret_len)
{
    size_t padding = 0;
    while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    if (text.len == 0 || text.len % 4 != 0 || text.len > INT32_MAX)
        return false;
    for (size_t i = 0; i < text.len - padding; i++) /* the library passes over space, and takes padding anywhere */
        if (memchr("= \t\r\n", text.ptr[i], 5))
            return false;
    int len = EVP_DecodeBlock(out, (const unsigned char *)text.ptr, (int)text.len);
    if (len < 0)
        return false;
    *ret_len = (size_t)len - padding;
    return true;
}

static uint32_t little_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

uint32_t tf_hash_murmur2(struct tf_str data)
{
    const uint32_t m = 0x5bd1e995;
    uint32_t hash = 0x9747b28c ^ (uint32_t)data.len;
    const uint8_t *at = (const uint8_t *)data.ptr;
    size_t left = data.len;
    for (; left >= 4; at += 4, left -= 4) {
        uint32_t k = little_endian(at) * m;
        k = (k ^ k >> 24) * m;
        hash = hash * m ^ k;
    }
    if (left > 0) {
        uint8_t tail[4] = {0};
        memcpy(tail, at, left);
        hash = (hash ^ little_endian(tail)) * m;
    }
    hash = (hash ^ hash >> 13) * m;
    return hash ^ hash >> 15;
}

uint32_t tf_hash_partition(struct tf_str key, uint32_t count)
{
    return (tf_hash_murmur2(key) & 0x7fffffff) % count;
}

struct tf_hash16 tf_hash_table(struct tf_str data, uint64_t seed)
{
    XXH128_hash_t value = XXH3_128bits_withSeed(data.ptr, data.len, seed);
    struct tf_hash16 hash;
    memcpy(hash.bytes, &value.low64, 8);
    memcpy(hash.bytes + 8, &value.high64, 8);
    return hash;
}

/* Both digits of every byte. */
#define DIGIT(high) high "0" high "1" high "2" high "3" high "4" high "5" high "6" high "7" high "8" high "9" high "a" high "b" high "c" high "d" \
                    high "e" high "f"
static const char hex_of[] = DIGIT("0") DIGIT("1") DIGIT("2") DIGIT("3") DIGIT("4") DIGIT("5") DIGIT("6") DIGIT("7") DIGIT("8") DIGIT("9")
    DIGIT("a") DIGIT("b") DIGIT("c") DIGIT("d") DIGIT("e") DIGIT("f");
#undef DIGIT

void tf_hash_hex(const uint8_t *bytes, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++)
        memcpy(out + 2 * i, hex_of + 2 * (size_t)bytes[i], 2);
    out[2 * len] = '\0';
}

/* 16 plus the digit's value; 0 for what is no digit. */
static const uint8_t digits_of[256] = {
    ['0'] = 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, ['A'] = 26, 27, 28, 29, 30, 31, ['a'] = 26, 27, 28, 29, 30, 31,
};

bool tf_hash_unhex(struct tf_str hex, uint8_t *out, size_t len)
{
    if (hex.len % 2 != 0 || hex.len / 2 != len)
        return false;
    uint8_t all = 16;
    for (size_t i = 0; i < len; i++) {
        uint8_t high = digits_of[(uint8_t)hex.ptr[2 * i]], low = digits_of[(uint8_t)hex.ptr[2 * i + 1]];
        all &= high & low;
        out[i] = (uint8_t)(high << 4 | (low & 15));
    }
    return all == 16;
}

void tf_hash_random(void *out, size_t len)
{
    uint8_t *at = out;
    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        require(got > 0);
        at += got;
        len -= (size_t)got;
    }
}
