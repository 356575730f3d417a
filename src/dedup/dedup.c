#include "dedup_internal.h"

#include "taxflow/clock.h"

enum tf_err tf_dedup_create_redis(const struct tf_config *config, const char *generation, struct tf_dedup **ret_dedup, struct tf_fault *fault)
{
    return tf_redis_create(config, generation, ret_dedup, fault);
}

enum tf_err tf_dedup_create_table(size_t ids_max, struct tf_dedup **ret_dedup)
{
    return tf_table_create(ids_max, ret_dedup);
}

enum tf_err tf_dedup_create_local(struct tf_dedup *redis, struct tf_dedup **ret_dedup)
{
    return tf_local_create(redis, ret_dedup);
}

struct tf_dedup *tf_dedup_destroy(struct tf_dedup *dedup)
{
    if (dedup)
        dedup->ops->destroy(dedup);
    return NULL;
}

enum tf_err tf_dedup_claim(struct tf_dedup *dedup, struct tf_claim *claims, size_t count, struct tf_fault *fault)
{
    return tf_dedup_claim_guarded(dedup, NULL, claims, count, fault);
}

enum tf_err tf_dedup_claim_guarded(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_claim *claims, size_t count,
                                   struct tf_fault *fault)
{
    return count == 0 ? TF_OK : dedup->ops->claim(dedup, guard, claims, count, fault);
}

enum tf_err tf_dedup_check(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_fault *fault)
{
    return dedup->ops->check(dedup, guard, fault);
}

enum tf_err tf_dedup_put(struct tf_dedup *dedup, struct tf_str suffix, struct tf_str value, bool expires, struct tf_fault *fault)
{
    const struct tf_dedup_pair pair = {suffix, value};
    return tf_dedup_put_all(dedup, &pair, 1, expires, fault);
}

enum tf_err tf_dedup_put_all(struct tf_dedup *dedup, const struct tf_dedup_pair *pairs, size_t count, bool expires, struct tf_fault *fault)
{
    return count == 0 ? TF_OK : dedup->ops->put_all(dedup, NULL, pairs, count, expires, fault);
}

enum tf_err tf_dedup_put_under(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_dedup_pair *pairs, size_t count,
                               struct tf_fault *fault)
{
    return count == 0 ? TF_OK : dedup->ops->put_all(dedup, guard, pairs, count, false, fault);
}

struct one_value {
    struct tf_buf *out;
    bool found;
};

static void take_value(void *self, size_t number, struct tf_str value)
{
    struct one_value *one = self;
    (void)number;
    one->found = tf_str_present(value);
    if (one->found)
        tf_buf_put(one->out, value.ptr, value.len);
}

enum tf_err tf_dedup_get(struct tf_dedup *dedup, struct tf_str suffix, struct tf_buf *out, bool *ret_found, struct tf_fault *fault)
{
    struct one_value one = {.out = out};
    TF_TRY(dedup->ops->get_all(dedup, &suffix, 1, take_value, &one, fault));
    *ret_found = one.found;
    return TF_OK;
}

enum tf_err tf_dedup_get_all(struct tf_dedup *dedup, const struct tf_str *suffixes, size_t count,
                             void (*visit)(void *self, size_t number, struct tf_str value), void *self, struct tf_fault *fault)
{
    return count == 0 ? TF_OK : dedup->ops->get_all(dedup, suffixes, count, visit, self, fault);
}

bool tf_dedup_wants_whole(const struct tf_dedup *dedup)
{
    return dedup->ops->restore != NULL && dedup->ops->restore->local_count != NULL;
}

bool tf_dedup_forgets(const struct tf_dedup *dedup)
{
    return dedup->ops->restore != NULL;
}

enum tf_err tf_dedup_store(struct tf_dedup *dedup, const struct tf_dedup_entry *entries, size_t count, size_t *ret_kept, struct tf_fault *fault)
{
    size_t kept = 0;
    enum tf_err err = count == 0 ? TF_OK : dedup->ops->restore->store(dedup, entries, count, &kept, fault);
    if (ret_kept)
        *ret_kept = kept;
    return err;
}

enum tf_err tf_dedup_replace(struct tf_dedup *dedup, struct tf_dedup_swap *swap, struct tf_fault *fault)
{
    return dedup->ops->restore->replace(dedup, swap, fault);
}

enum tf_err tf_dedup_lock(struct tf_dedup *dedup, const struct tf_dedup_lock *lock, bool *ret_taken, char *run_id, struct tf_fault *fault)
{
    return dedup->ops->restore->lock(dedup, lock, ret_taken, run_id, fault);
}

enum tf_err tf_dedup_relock(struct tf_dedup *dedup, const struct tf_dedup_lock *lock, bool *ret_held, struct tf_fault *fault)
{
    return dedup->ops->restore->relock(dedup, lock, ret_held, fault);
}

enum tf_err tf_dedup_seal(struct tf_dedup *dedup, struct tf_str lock, struct tf_str token, const struct tf_dedup_guard *guard, bool *ret_sealed,
                          struct tf_fault *fault)
{
    return dedup->ops->restore->seal(dedup, lock, token, guard, ret_sealed, fault);
}

size_t tf_dedup_local_count(const struct tf_dedup *dedup)
{
    const struct tf_dedup_restore_ops *restore = dedup->ops->restore;
    return restore && restore->local_count ? restore->local_count(dedup) : 0;
}

void tf_dedup_reconciled(struct tf_dedup *dedup)
{
    if (dedup->ops->restore && dedup->ops->restore->reconciled)
        dedup->ops->restore->reconciled(dedup);
}

bool tf_dedup_shares(const struct tf_dedup *dedup)
{
    return dedup->ops->shares != NULL;
}

enum tf_err tf_dedup_share(struct tf_dedup *dedup, struct tf_share_call *call, struct tf_fault *fault)
{
    call->away = false;
    return call->count == 0 ? TF_OK : dedup->ops->shares->share(dedup, call, fault);
}

enum tf_err tf_dedup_share_write(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_share_row *rows, size_t count,
                                 int64_t slack_ms, struct tf_fault *fault)
{
    return count == 0 ? TF_OK : dedup->ops->shares->rows(dedup, guard, rows, count, slack_ms, false, fault);
}

enum tf_err tf_dedup_share_remove(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_share_row *rows, size_t count,
                                  struct tf_fault *fault)
{
    return count == 0 ? TF_OK : dedup->ops->shares->rows(dedup, guard, rows, count, 0, true, fault);
}

int64_t tf_dedup_unix_ms(struct tf_dedup *dedup, int64_t mono_ms)
{
    return dedup->ops->unix_ms ? dedup->ops->unix_ms(dedup, mono_ms) : tf_clock_wall_ms() - tf_clock_mono_ms() + mono_ms;
}

int64_t tf_dedup_now_ms(struct tf_dedup *dedup)
{
    return tf_dedup_unix_ms(dedup, tf_clock_mono_ms());
}

void tf_dedup_run_id(struct tf_dedup *dedup, char out[41])
{
    dedup->ops->run_id(dedup, out);
}

enum tf_err tf_dedup_ping(struct tf_dedup *dedup, struct tf_fault *fault)
{
    return dedup->ops->ping(dedup, fault);
}
