#include "dedup_internal.h"

enum tf_err tf_dedup_create_redis(const struct tf_config *config, const char *generation, struct tf_dedup **ret_dedup, struct tf_fault *fault)
{
    return tf_redis_create(config, generation, ret_dedup, fault);
}

enum tf_err tf_dedup_create_table(size_t ids_max, struct tf_dedup **ret_dedup)
{
    return tf_table_create(ids_max, ret_dedup);
}

struct tf_dedup *tf_dedup_destroy(struct tf_dedup *dedup)
{
    if (dedup)
        dedup->ops->destroy(dedup);
    return NULL;
}

enum tf_err tf_dedup_claim(struct tf_dedup *dedup, struct tf_claim *claims, size_t count, struct tf_fault *fault)
{
    return count == 0 ? TF_OK : dedup->ops->claim(dedup, claims, count, fault);
}

enum tf_err tf_dedup_put(struct tf_dedup *dedup, struct tf_str suffix, struct tf_str value, bool expires, struct tf_fault *fault)
{
    const struct tf_dedup_pair pair = {suffix, value};
    return tf_dedup_put_all(dedup, &pair, 1, expires, fault);
}

enum tf_err tf_dedup_put_all(struct tf_dedup *dedup, const struct tf_dedup_pair *pairs, size_t count, bool expires, struct tf_fault *fault)
{
    return count == 0 ? TF_OK : dedup->ops->put_all(dedup, pairs, count, expires, fault);
}

enum tf_err tf_dedup_get(struct tf_dedup *dedup, struct tf_str suffix, struct tf_buf *out, bool *ret_found, struct tf_fault *fault)
{
    return dedup->ops->get(dedup, suffix, out, ret_found, fault);
}

void tf_dedup_run_id(struct tf_dedup *dedup, char out[41])
{
    dedup->ops->run_id(dedup, out);
}

enum tf_err tf_dedup_ping(struct tf_dedup *dedup, struct tf_fault *fault)
{
    return dedup->ops->ping(dedup, fault);
}
