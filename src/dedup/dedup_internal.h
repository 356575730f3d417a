/* What the two kinds of claims have in common: a table of verbs, chosen once at creation. */
#ifndef TF_DEDUP_INTERNAL_H
#define TF_DEDUP_INTERNAL_H

#include "taxflow/dedup_shares.h"

enum { TF_RUN_ID_BYTES = 41 }; /* 40 hex digits and a NUL */

/* The verbs of taxflow/dedup.h; the prototypes there say what each promises. */
struct tf_dedup_ops {
    /* guard may be NULL */
    enum tf_err (*claim)(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_claim *claims, size_t count, struct tf_fault *fault);
    enum tf_err (*check)(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, struct tf_fault *fault);
    enum tf_err (*put_all)(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_dedup_pair *pairs, size_t count, bool expires,
                           struct tf_fault *fault);
    enum tf_err (*get_all)(struct tf_dedup *dedup, const struct tf_str *suffixes, size_t count,
                           void (*visit)(void *self, size_t number, struct tf_str value), void *self, struct tf_fault *fault);
    void (*run_id)(struct tf_dedup *dedup, char out[TF_RUN_ID_BYTES]);
    int64_t (*unix_ms)(struct tf_dedup *dedup, int64_t mono_ms); /* NULL: this machine's clock */
    enum tf_err (*ping)(struct tf_dedup *dedup, struct tf_fault *fault);
    void (*destroy)(struct tf_dedup *dedup);
    /* NULL where nothing can be lost */
    const struct tf_dedup_restore_ops *restore;
    /* NULL where one process sees all records */
    const struct tf_dedup_share_ops *shares;
};

struct tf_dedup_share_ops {
    enum tf_err (*share)(struct tf_dedup *dedup, struct tf_share_call *call, struct tf_fault *fault);
    enum tf_err (*rows)(struct tf_dedup *dedup, const struct tf_dedup_guard *guard, const struct tf_share_row *rows, size_t count, int64_t slack_ms,
                        bool removes, struct tf_fault *fault);
};

struct tf_dedup_restore_ops {
    enum tf_err (*store)(struct tf_dedup *dedup, const struct tf_dedup_entry *entries, size_t count, size_t *ret_kept, struct tf_fault *fault);
    enum tf_err (*replace)(struct tf_dedup *dedup, struct tf_dedup_swap *swap, struct tf_fault *fault);
    enum tf_err (*lock)(struct tf_dedup *dedup, const struct tf_dedup_lock *lock, bool *ret_taken, char *run_id, struct tf_fault *fault);
    enum tf_err (*relock)(struct tf_dedup *dedup, const struct tf_dedup_lock *lock, bool *ret_held, struct tf_fault *fault);
    enum tf_err (*seal)(struct tf_dedup *dedup, struct tf_str lock, struct tf_str token, const struct tf_dedup_guard *guard, bool *ret_sealed,
                        struct tf_fault *fault);
    size_t (*local_count)(const struct tf_dedup *dedup); /* NULL: never any */
    void (*reconciled)(struct tf_dedup *dedup);
};

/* First member of struct tf_redis and struct tf_table. */
struct tf_dedup {
    const struct tf_dedup_ops *ops;
};

/** As tf_dedup_create_redis; destroyed through its ops. */
enum tf_err tf_redis_create(const struct tf_config *config, const char *generation, struct tf_dedup **ret_dedup, struct tf_fault *fault)
    TF_MUST_CHECK;
/** As tf_dedup_create_table; destroyed through its ops. */
enum tf_err tf_table_create(size_t ids_max, struct tf_dedup **ret_dedup) TF_MUST_CHECK;

/** As tf_dedup_hand_out, of a table. */
enum tf_err tf_table_hand_out(struct tf_dedup *dedup, enum tf_err (*visit)(void *self, struct tf_hash16 id, const uint8_t *owner), void *self)
    TF_MUST_CHECK;

enum { TF_LOCAL_IDS_MAX = 500000 };
/** As tf_dedup_create_local. */
enum tf_err tf_local_create(struct tf_dedup *redis, struct tf_dedup **ret_dedup) TF_MUST_CHECK;

#endif
