/*
 * Digests and hashes, each used for one purpose. Thread any: each thread keeps its own libcrypto contexts until it ends.
 * A digest has no failure to report: where libcrypto cannot compute one (no memory, no provider) the process aborts.
 */
#ifndef TAXFLOW_HASH_H
#define TAXFLOW_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "taxflow/str.h"

enum { TF_HASH16_BYTES = 16 };

/* The first 16 bytes of a SHA-256: event ids, body hashes, result ids. */
struct tf_hash16 {
    uint8_t bytes[TF_HASH16_BYTES];
};

/**
 * SHA-256 (FIPS 180-4) of the parts one after the other, cut to 16 bytes.
 * parts[count] may be absent, which is the same as empty: put separators in as parts of their own.
 */
struct tf_hash16 tf_hash_sha256(const struct tf_str *parts, size_t count);
/** The whole SHA-256 of one view, 32 bytes. */
void tf_hash_sha256_full(struct tf_str data, uint8_t out[32]);
/* A SHA-256 of bytes that come in pieces. */
struct tf_hash_stream {
    uint64_t state[16]; /* libcrypto's own */
};
void tf_hash_stream_init(struct tf_hash_stream *stream);
void tf_hash_stream_add(struct tf_hash_stream *stream, struct tf_str data);
/** The digest, 32 bytes; init before it is used again. */
void tf_hash_stream_end(struct tf_hash_stream *stream, uint8_t out[32]);
/** HMAC-SHA-256 (RFC 2104) of the parts, cut to 16 bytes. Key: 1..4096 bytes, anything else aborts. */
struct tf_hash16 tf_hash_hmac(struct tf_str key, const struct tf_str *parts, size_t count);
/** The same, whole: 32 bytes. */
void tf_hash_hmac_full(struct tf_str key, const struct tf_str *parts, size_t count, uint8_t out[32]);
/** Base64 (RFC 4648 section 4) of a digest or secret and a NUL; out holds (len + 2) / 3 * 4 + 1 bytes; len below 2^30. */
void tf_hash_base64(const uint8_t *bytes, size_t len, char *out);
/** Read it back; out holds text.len / 4 * 3 bytes. False for anything else, or nothing. */
bool tf_hash_unbase64(struct tf_str text, uint8_t *out, size_t *ret_len);
/** Kafka's murmur2 (seed 0x9747b28c), as the Java client's default partitioner computes it, before its sign mask. */
uint32_t tf_hash_murmur2(struct tf_str data);
/** Kafka's partition of a key: (murmur2 & 0x7fffffff) mod count; count 1..100000. */
uint32_t tf_hash_partition(struct tf_str key, uint32_t count);
/**
 * Seeded XXH3, 128 bits, for keys of in-process tables: fast, not for identity on the wire.
 * seed  per process, so that nobody can aim at collisions.
 */
struct tf_hash16 tf_hash_table(struct tf_str data, uint64_t seed);
/** First 8 bytes as a number, for table slots. */
static inline uint64_t tf_hash16_u64(struct tf_hash16 hash)
{
    uint64_t value;
    memcpy(&value, hash.bytes, sizeof value);
    return value;
}
static inline bool tf_hash16_eq(struct tf_hash16 a, struct tf_hash16 b) { return memcmp(a.bytes, b.bytes, TF_HASH16_BYTES) == 0; }
/** Lower-case hex and a NUL; out holds 2 * len + 1 bytes. */
void tf_hash_hex(const uint8_t *bytes, size_t len, char *out);
/** Read lower- or upper-case hex of exactly 2 * len characters; on false, out is not to be used. */
bool tf_hash_unhex(struct tf_str hex, uint8_t *out, size_t len);
/** Fill with random bytes from the system's generator (getrandom(2)); aborts the process if it cannot. */
void tf_hash_random(void *out, size_t len);

#endif
