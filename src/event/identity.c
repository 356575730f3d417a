#include "taxflow/event.h"

/* Between the parts of an identity: no part can hold it, U+0000 is refused everywhere. */
static const struct tf_str nul = {"", 1};

struct tf_hash16 tf_identity_claim(struct tf_str source, struct tf_str id, uint64_t revision)
{
    char digits[TF_STR_NUMBER_BYTES];
    const struct tf_str parts[] = {source, nul, id, nul, tf_str_of_u64(revision, digits)};
    return tf_hash_sha256(parts, sizeof parts / sizeof parts[0]);
}

struct tf_hash16 tf_identity_record(struct tf_str source, struct tf_str id)
{
    return tf_identity_claim(source, id, 0);
}

struct tf_hash16 tf_identity_result(struct tf_str source, struct tf_str id, uint64_t revision, struct tf_str role, struct tf_str ruleset)
{
    char digits[TF_STR_NUMBER_BYTES];
    const struct tf_str parts[] = {source, nul, id, nul, tf_str_of_u64(revision, digits), nul, role, nul, ruleset};
    return tf_hash_sha256(parts, sizeof parts / sizeof parts[0]);
}

void tf_identity_key(struct tf_str secret, struct tf_str company, struct tf_str party, char out[33])
{
    const struct tf_str parts[] = {company, nul, party};
    struct tf_hash16 mac = tf_hash_hmac(secret, parts, sizeof parts / sizeof parts[0]);
    tf_hash_hex(mac.bytes, sizeof mac.bytes, out);
}
