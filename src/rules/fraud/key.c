#include "key.h"

/* Any constant would do; it may not change, or windows kept by an older program would not be found. */
static const uint64_t KEY_SEED = 0x7461786672617564;

enum { PART_BYTES_MAX = 256 };

/* An event's keys have some two hundred parts of a few bytes: a call for each costs more than the bytes. As memcpy. */
static inline void copy(char *to, const char *from, size_t len)
{
    if (len > 16)
        __builtin_memcpy(to, from, len);
    else if (len >= 8) {
        __builtin_memcpy(to, from, 8);
        __builtin_memcpy(to + len - 8, from + len - 8, 8);
    } else if (len >= 4) {
        __builtin_memcpy(to, from, 4);
        __builtin_memcpy(to + len - 4, from + len - 4, 4);
    } else
        for (size_t i = 0; i < len; i++)
            to[i] = from[i];
}

/* The builtins are not measured against the room again: the caller has seen to it that the part fits. */
static inline void put_whole(struct tf_key *key, const char *bytes, uint32_t len)
{
    char *to = key->bytes + key->len;
    __builtin_memcpy(to, &len, sizeof len);
    copy(to + sizeof len, bytes, len);
    key->len += sizeof len + len;
}

static void put_hash(struct tf_key *key, struct tf_str part)
{
    const uint32_t len = (part.len < UINT32_MAX ? (uint32_t)part.len : UINT32_MAX) | 0x80000000u;
    const struct tf_hash16 hash = tf_hash_table(part, KEY_SEED);
    memcpy(key->bytes + key->len, &len, sizeof len);
    memcpy(key->bytes + key->len + sizeof len, hash.bytes, sizeof hash.bytes);
    key->len += sizeof len + sizeof hash.bytes;
}

/* A part is its length and its bytes; one that is too long is a length no short part can have, and its hash. */
static inline void put(struct tf_key *key, struct tf_str part)
{
    if (part.len <= PART_BYTES_MAX && part.len + 8 * (sizeof(uint32_t) + TF_HASH16_BYTES) <= sizeof key->bytes - key->len)
        put_whole(key, part.ptr, (uint32_t)part.len);
    else
        put_hash(key, part);
}

void tf_key_str(struct tf_key *key, struct tf_str part)
{
    put(key, part);
}

void tf_key_i64(struct tf_key *key, int64_t part)
{
    put(key, (struct tf_str){(const char *)&part, sizeof part});
}

static inline void begin(struct tf_key *key, struct tf_str rule, char about, char kind)
{
    char marks[2] = {about, kind};
    key->len = 0;
    put(key, rule);
    put(key, (struct tf_str){marks, sizeof marks});
}

void tf_key_begin(struct tf_key *key, struct tf_str rule, char about, const struct tf_fraud_facts *facts)
{
    begin(key, rule, about, (char)('0' + (int)facts->event->kind));
    put(key, facts->company);
}

void tf_key_begin_as(struct tf_key *key, struct tf_str rule, char about, const struct tf_fraud_facts *facts, enum tf_kind kind)
{
    begin(key, rule, about, (char)('0' + (int)kind));
    put(key, facts->company);
}

void tf_key_begin_any(struct tf_key *key, struct tf_str rule, char about, const struct tf_fraud_facts *facts)
{
    begin(key, rule, about, '*');
    put(key, facts->company);
}

void tf_key_begin_all(struct tf_key *key, struct tf_str rule, char about)
{
    begin(key, rule, about, '+');
}

struct tf_hash16 tf_key_end(const struct tf_key *key)
{
    return tf_hash_table((struct tf_str){key->bytes, key->len}, KEY_SEED);
}

uint32_t tf_key_tag(struct tf_str text)
{
    return (uint32_t)tf_hash16_u64(tf_hash_table(text, KEY_SEED));
}
