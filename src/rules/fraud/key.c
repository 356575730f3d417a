#include "key.h"

/* Any constant would do; it may not change, or windows kept by an older program would not be found. */
static const uint64_t KEY_SEED = 0x7461786672617564;

enum { PART_BYTES_MAX = 256 };

static void put(struct tf_key *key, const void *bytes, size_t len)
{
    memcpy(key->bytes + key->len, bytes, len);
    key->len += len;
}

/* A part is its length and its bytes; one that is too long is a length no short part can have, and its hash. */
void tf_key_str(struct tf_key *key, struct tf_str part)
{
    size_t room = sizeof key->bytes - key->len;
    uint32_t len = part.len < UINT32_MAX ? (uint32_t)part.len : UINT32_MAX;
    bool whole = part.len <= PART_BYTES_MAX && part.len + 8 * (sizeof len + TF_HASH16_BYTES) <= room;
    if (!whole)
        len |= 0x80000000u;
    put(key, &len, sizeof len);
    if (whole && part.len > 0)
        put(key, part.ptr, part.len);
    if (whole)
        return;
    struct tf_hash16 hash = tf_hash_table(part, KEY_SEED);
    put(key, hash.bytes, sizeof hash.bytes);
}

void tf_key_i64(struct tf_key *key, int64_t part)
{
    tf_key_str(key, (struct tf_str){(const char *)&part, sizeof part});
}

static void begin(struct tf_key *key, struct tf_str rule, char about, char kind)
{
    char marks[2] = {about, kind};
    key->len = 0;
    tf_key_str(key, rule);
    tf_key_str(key, (struct tf_str){marks, sizeof marks});
}

void tf_key_begin(struct tf_key *key, struct tf_str rule, char about, const struct tf_fraud_facts *facts)
{
    begin(key, rule, about, (char)('0' + (int)facts->event->kind));
    tf_key_str(key, facts->company);
}

void tf_key_begin_as(struct tf_key *key, struct tf_str rule, char about, const struct tf_fraud_facts *facts, enum tf_kind kind)
{
    begin(key, rule, about, (char)('0' + (int)kind));
    tf_key_str(key, facts->company);
}

void tf_key_begin_any(struct tf_key *key, struct tf_str rule, char about, const struct tf_fraud_facts *facts)
{
    begin(key, rule, about, '*');
    tf_key_str(key, facts->company);
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
