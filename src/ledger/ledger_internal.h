/* What the files of the ledger share. */
#ifndef TF_LEDGER_INTERNAL_H
#define TF_LEDGER_INTERNAL_H

#include "done.h"
#include "taxflow/ledger_shares.h"
#include "taxflow/metrics.h"
#include "taxflow/thread.h"

struct tf_checkpoint_mark; /* checkpoint.c */
struct tf_restore;         /* restore.c */
struct tf_ledger_shares;   /* shares.c */

enum { TF_EPOCH_NONCE_LEN = 16, TF_EPOCH_LEN = TF_DEDUP_RUN_ID_LEN + TF_EPOCH_NONCE_LEN, TF_LEDGER_SUFFIX_BYTES = 96 };

/* What was tried last in a partition and not committed: offsets first .. first + length - 1, for the count-th time. */
struct tf_attempt {
    int64_t first;
    uint32_t length; /* 0 = nothing */
    uint32_t count;
};

/* One partition of taxflow.audit, as this role knows it. */
struct tf_ledger_partition {
    bool ours, looked;        /* assigned; the restore has looked at it since */
    int64_t result_next;      /* results below are known to be claimed; -1 = not known */
    int64_t highest;          /* highest input offset judged; -1 = none known */
    struct tf_done *done;     /* positions judged before, after a rewind; else NULL */
    struct tf_attempt found;  /* when it was assigned; length 0 once it is past */
    struct tf_attempt tried;  /* as last written by us */
};

/* The slice whose claims are under way. The helper's while it runs: nobody else looks at claims, err and fault then. */
struct tf_ledger_claiming {
    struct tf_batch *batch;
    struct tf_slice slice;
    bool shares; /* of the records that are ours */
    size_t count; /* of claims */
    enum tf_err err;
    struct tf_fault fault;
};

struct tf_ledger {
    struct tf_ledger_options options;
    struct tf_dedup *dedup; /* borrowed */
    char *role;
    char replay_scope[TF_DEDUP_SCOPE_MAX]; /* "r:tax:" */
    struct tf_ledger_partition *partitions; /* options.partitions of them; none without cluster */
    size_t ours, unlooked;
    bool epoch_held;
    char epoch[TF_EPOCH_LEN + 1];           /* run_id and nonce; of use while held */
    struct tf_restore *restore;             /* NULL without cluster */
    struct tf_ledger_shares *shares;        /* NULL: nothing is shared */
    /* Kept from batch to batch: nothing is allocated once the largest has been seen. */
    struct tf_claim *claims;
    size_t claims_capacity;
    struct tf_ledger_claiming claiming;
    struct tf_checkpoint_mark *marks;
    struct tf_dedup_pair *pairs; /* as many as marks */
    size_t marks_capacity;
    struct tf_team *helper;                 /* talks to Redis while the ledger's thread goes on */
    struct tf_series *claimed_new, *claimed_own, *duplicate, *conflict;
};

/** The partition a record lies in, where the ledger keeps books about it; NULL for files. */
static inline struct tf_ledger_partition *tf_ledger_partition(const struct tf_ledger *ledger, uint32_t partition)
{
    return partition < ledger->options.partitions && ledger->partitions ? &ledger->partitions[partition] : NULL;
}

static inline enum tf_claim_kind tf_item_claim_kind(const struct tf_item *item)
{
    return tf_str_present(item->tf_role) ? TF_CLAIM_REPLAY : TF_CLAIM_SHARED;
}

/* A tf_owner header, read. */
struct tf_ledger_claimed {
    struct tf_owner owner;
    uint8_t value[TF_EVENT_OWNER_BYTES];
    struct tf_hash16 id;
    enum tf_claim_kind kind;
    bool rooted;             /* of a replay: root says who owns the claim that all roles share */
    uint8_t root[TF_EVENT_OWNER_BYTES];
};
/** False for a header that is shorter than ours, or no owner value. */
bool tf_ledger_header_read(struct tf_str header, struct tf_ledger_claimed *ret_claimed);

/**
 * Owner value of the record that a replay goes back to (tf_root, or tf_origin): without timestamp, which nobody remembers. False when
 * the headers name no position.
 */
bool tf_owner_root(const struct tf_item *item, uint8_t out[TF_EVENT_OWNER_BYTES]);
/** The numbers at the end of "topic:partition:offset". */
bool tf_position_read(struct tf_str text, uint32_t *ret_partition, int64_t *ret_offset);

/** What the epoch looks like as a guard of claims. Valid as long as the ledger. */
struct tf_dedup_guard tf_epoch_guard(const struct tf_ledger *ledger);
/** Take the epoch over where one is in force: *ret_held. Else ret_found holds the one that was, "" when there is none. */
enum tf_err tf_epoch_find(struct tf_ledger *ledger, bool *ret_held, char ret_found[TF_EPOCH_LEN + 1], struct tf_fault *fault) TF_MUST_CHECK;

/** Claims may have been lost: none are made until the restore is over. */
void tf_epoch_lose(struct tf_ledger *ledger);

/** An attempt as it stands in Redis, key try:<role>:<partition>. */
enum { TF_ATTEMPT_BYTES = 17 };
void tf_attempt_encode(const struct tf_attempt *attempt, uint8_t out[TF_ATTEMPT_BYTES]);
/** False when absent or none of ours: then nothing was tried. */
bool tf_attempt_decode(struct tf_str value, struct tf_attempt *ret_attempt);

/** Whether an item of a slice has a claim, while that is asked for. claim.c */
bool tf_item_wants_claim(const struct tf_item *item);
/** Room for a slice's shared keys, before the helper begins; TF_E_MEMORY. */
enum tf_err tf_shares_begin(struct tf_ledger *ledger, struct tf_slice slice) TF_MUST_CHECK;
/** Write and read what the slice's records share, of those whose claims say that they are ours; on the helper. As tf_dedup_share. */
enum tf_err tf_shares_run(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_slice slice, struct tf_fault *fault) TF_MUST_CHECK;
/** Partitions or the epoch changed: what has to be where is found out anew. */
void tf_shares_forget(struct tf_ledger *ledger);
struct tf_ledger_shares *tf_shares_destroy(struct tf_ledger_shares *shares);

struct tf_restore *tf_restore_create(struct tf_ledger *ledger);
struct tf_restore *tf_restore_destroy(struct tf_restore *restore);
/** Forget what is under way: the assignment changed, or claims were lost again. */
void tf_restore_forget(struct tf_restore *restore);

#endif
