/*
 * Every claim of the window, read back from the results of all judging roles: after Redis lost some, nobody can say whose they
 * were. One instance does it, under a lock; the others wait and take the new epoch over. Rows are facts, so they overwrite what was
 * claimed in between; only those judged without Redis give way to what Redis knows.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "restore.h"

enum { LOCK_MS = 5000, LOCK_RENEW_MS = 1000 };

#define LOCK_KEY TF_STR("restore")

/* The roles that judge, and where their results are. Of a partition all are read side by side: they are about the same claims. */
static const struct { const char *role; enum tf_stream stream; } judges[] = {{"tax", TF_STREAM_TAX}, {"fraud", TF_STREAM_FRAUD}};
enum { JUDGES = sizeof judges / sizeof judges[0] };

struct checkpoints {
    struct tf_restore *restore;
    const char *found_epoch;
    int64_t letters_ms; /* dead letters are read from here on: the oldest checkpoint that is trusted, else the window */
};

/* One checkpoint: trusted only under the epoch it was written in, else the whole window is read. */
static void take_checkpoint(void *self, size_t number, struct tf_str value)
{
    struct checkpoints *checkpoints = self;
    struct tf_restore *restore = checkpoints->restore;
    struct tf_checkpoint checkpoint = {.at_ms = 0};
    size_t judge = number % JUDGES, partition = number / JUDGES;
    bool readable = tf_checkpoint_decode(value, &checkpoint);
    bool trusted = readable && checkpoints->found_epoch[0] && checkpoint.result_next >= 0 &&
                   memcmp(checkpoint.nonce, checkpoints->found_epoch + TF_DEDUP_RUN_ID_LEN, TF_EPOCH_NONCE_LEN) == 0;
    tf_restore_add(restore, judges[judge].role, judges[judge].stream, (uint32_t)partition, trusted ? checkpoint.result_next : -1,
                   tf_restore_window_ms(restore));
    int64_t letters_ms = trusted ? checkpoint.at_ms - TF_RESTORE_SKEW_MS : tf_restore_window_ms(restore);
    checkpoints->letters_ms = letters_ms < checkpoints->letters_ms ? letters_ms : checkpoints->letters_ms;
    if (!readable)
        return;
    restore->about[restore->spans_count - 1].highest = checkpoint.highest; /* what was committed stays committed, whatever Redis lost */
    restore->about[restore->spans_count - 1].looked_ms = checkpoint.at_ms;
}

static enum tf_err read_checkpoints(struct tf_restore *restore, const char *found_epoch, struct tf_fault *fault)
{
    uint32_t partitions = restore->ledger->options.partitions;
    size_t count = (size_t)partitions * JUDGES;
    struct checkpoints checkpoints = {restore, found_epoch, INT64_MAX};
    struct tf_restore_keys keys;
    TF_TRY(tf_restore_keys_init(&keys, count, fault));
    for (size_t i = 0; i < count; i++)
        tf_restore_keys_add(&keys, "ck", judges[i % JUDGES].role, (uint32_t)(i / JUDGES));
    enum tf_err err = tf_restore_reserve(restore, count, fault);
    if (err == TF_OK)
        err = tf_dedup_get_all(restore->ledger->dedup, keys.suffixes, keys.count, take_checkpoint, &checkpoints, fault);
    tf_restore_keys_finish(&keys);
    int64_t oldest_ms = tf_restore_window_ms(restore);
    restore->letters_ms = checkpoints.letters_ms > oldest_ms ? checkpoints.letters_ms : oldest_ms;
    return err;
}

static struct tf_dedup_lock lock_of(const struct tf_restore *restore)
{
    return (struct tf_dedup_lock){LOCK_KEY, tf_str_of(restore->token), LOCK_MS};
}

/* The epoch to come is named with the lock: claims that go to another run of Redis will not count. */
static enum tf_err lock(struct tf_restore *restore, bool *ret_taken, struct tf_fault *fault)
{
    const struct tf_dedup_lock wanted = lock_of(restore);
    char run_id[TF_DEDUP_RUN_ID_LEN + 1];
    uint8_t random[TF_HASH16_BYTES];
    tf_hash_random(random, sizeof random);
    tf_hash_hex(random, sizeof random, restore->token); /* a new one each time: an old lock of ours is not ours any more */
    TF_TRY(tf_dedup_lock(restore->ledger->dedup, &wanted, ret_taken, run_id, fault));
    restore->lock_due_ms = tf_clock_mono_ms() + LOCK_RENEW_MS;
    memcpy(restore->epoch, run_id, TF_DEDUP_RUN_ID_LEN);
    memcpy(restore->epoch + TF_DEDUP_RUN_ID_LEN, restore->token, TF_EPOCH_NONCE_LEN);
    restore->epoch[TF_EPOCH_LEN] = '\0';
    return TF_OK;
}

/* What the prefix before this one judged counts as judged: its rows come first, so that ours overwrite them. */
static enum tf_err begin_before(struct tf_restore *restore, const char *prefix, struct tf_fault *fault)
{
    const struct tf_ledger_options *options = &restore->ledger->options;
    uint32_t partitions = 0;
    int64_t from_ms = tf_dedup_now_ms(restore->ledger->dedup) - options->config->redis.window_s * 1000;
    TF_TRY(tf_history_partitions(options->cluster, options->config, prefix, TF_STREAM_AUDIT, &partitions, fault));
    TF_TRY(tf_restore_reserve(restore, (size_t)partitions * JUDGES, fault));
    for (uint32_t p = 0; p < partitions; p++)
        for (size_t judge = 0; judge < JUDGES; judge++)
            tf_restore_add(restore, judges[judge].role, judges[judge].stream, p, -1, from_ms > 1 ? from_ms : 1);
    return tf_restore_enter(restore, TF_RESTORE_BEFORE, prefix, fault);
}

/* Dead letters before results: of a line of replays the last letter holds, and a result holds over all letters. */
static enum tf_err begin_letters(struct tf_restore *restore, struct tf_fault *fault)
{
    uint32_t partitions = restore->ledger->options.partitions;
    TF_TRY(read_checkpoints(restore, restore->found_epoch, fault));
    int64_t from_ms = restore->letters_ms;
    TF_TRY(tf_restore_reserve(restore, partitions, fault));
    for (uint32_t p = 0; p < partitions; p++)
        tf_restore_add(restore, NULL, TF_STREAM_DLQ, p, -1, from_ms);
    return tf_restore_enter(restore, TF_RESTORE_LETTERS, NULL, fault);
}

static enum tf_err begin_results(struct tf_restore *restore, struct tf_fault *fault)
{
    TF_TRY(read_checkpoints(restore, restore->found_epoch, fault));
    return tf_restore_enter(restore, TF_RESTORE_CLAIMS, NULL, fault);
}

enum tf_err tf_restore_begin_claims(struct tf_restore *restore, struct tf_fault *fault)
{
    const char *previous = restore->ledger->options.config->kafka.previous_prefix;
    bool taken = false, held = false;
    TF_TRY(lock(restore, &taken, fault));
    if (!taken)
        return TF_E_AGAIN;
    /* Another may have set it anew while the lock was asked for. The lock ends by itself. */
    TF_TRY(tf_epoch_find(restore->ledger, &held, restore->found_epoch, fault));
    if (held)
        return TF_OK;
    restore->found.all = true;
    free(restore->written);
    restore->written = calloc(TF_RESTORE_WRITTEN, sizeof *restore->written);
    if (!restore->written)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for a restore of claims");
    return previous[0] && !restore->found_epoch[0] ? begin_before(restore, previous, fault) : begin_letters(restore, fault);
}

enum tf_err tf_restore_keep_lock(struct tf_restore *restore, struct tf_fault *fault)
{
    const struct tf_dedup_lock held = lock_of(restore);
    bool ours = true;
    if (tf_clock_mono_ms() < restore->lock_due_ms)
        return TF_OK;
    TF_TRY(tf_dedup_relock(restore->ledger->dedup, &held, &ours, fault));
    restore->lock_due_ms = tf_clock_mono_ms() + LOCK_RENEW_MS;
    if (ours)
        return TF_OK;
    tf_restore_leave(restore);
    return TF_E_AGAIN;
}

static void add_entry(struct tf_restore *restore, const char *scope, struct tf_hash16 id, const uint8_t *owner, int64_t ttl_ms, bool absent_only)
{
    size_t at = restore->entries_count++;
    size_t length = strlen(scope);
    restore->raises[at] = false;
    memcpy(restore->suffixes[at], scope, length);
    memcpy(restore->suffixes[at] + length, id.bytes, TF_HASH16_BYTES);
    memcpy(restore->values[at], owner, TF_EVENT_OWNER_BYTES);
    restore->entries[at] = (struct tf_dedup_entry){
        .suffix = {(const char *)restore->suffixes[at], length + TF_HASH16_BYTES},
        .value = {(const char *)restore->values[at], TF_EVENT_OWNER_BYTES},
        .ttl_ms = ttl_ms,
        .absent_only = absent_only,
    };
}

/* Whether a shared claim stands in Redis as it is, because this restore has just put it there; if not, that it is about to. */
static bool stands(struct tf_restore *restore, struct tf_hash16 id, const uint8_t *owner, bool absent_only)
{
    uint32_t first;
    if (!restore->written)
        return false;
    memcpy(&first, id.bytes, sizeof first);
    struct tf_restore_written *slot = &restore->written[first & (TF_RESTORE_WRITTEN - 1)];
    if (!absent_only && memcmp(&slot->id, &id, sizeof id) == 0 && memcmp(slot->owner, owner, sizeof slot->owner) == 0)
        return true;
    *slot = (struct tf_restore_written){0}; /* what stands after an attempt with NX nobody knows */
    if (!absent_only) {
        slot->id = id;
        memcpy(slot->owner, owner, sizeof slot->owner);
    }
    return false;
}

static void add_shared(struct tf_restore *restore, struct tf_hash16 id, const uint8_t *owner, int64_t ttl_ms, bool absent_only)
{
    if (!stands(restore, id, owner, absent_only))
        add_entry(restore, "", id, owner, ttl_ms, absent_only);
}

static void add_claims(struct tf_restore *restore, const struct tf_ledger_claimed *claimed, struct tf_str role, int64_t ttl_ms, bool absent_only,
                       bool letter)
{
    char scope[TF_DEDUP_SCOPE_MAX];
    if (claimed->kind == TF_CLAIM_REPLAY) {
        snprintf(scope, sizeof scope, "r:%.*s:", TF_STR_ARGS(role));
        add_entry(restore, scope, claimed->id, claimed->value, ttl_ms, absent_only);
        restore->raises[restore->entries_count - 1] = letter;
    } else {
        add_shared(restore, claimed->id, claimed->value, ttl_ms, absent_only);
    }
    if (claimed->rooted)
        add_shared(restore, claimed->id, claimed->root, ttl_ms, false);
}

void tf_restore_take_claim(void *self, size_t span, const struct tf_position *position, const struct tf_row *row)
{
    struct tf_restore *restore = self;
    struct tf_restore_span *about = &restore->about[span];
    struct tf_ledger_claimed claimed;
    struct tf_str header = tf_restore_header(row, "tf_owner");
    bool letter = row->stream == TF_STREAM_DLQ;
    if (tf_str_present(tf_restore_header(row, "tf_supersedes")))
        return; /* judged again: the claim is that of the first row */
    if (!tf_ledger_header_read(header, &claimed)) {
        restore->found.unreadable += !letter; /* a letter need not have one: nobody could claim what cannot be read */
        return;
    }
    if (!letter && claimed.owner.partition == about->partition && claimed.owner.offset > about->highest)
        about->highest = claimed.owner.offset;
    struct tf_str role = letter ? tf_restore_header(row, "tf_role") : tf_str_of(about->role);
    int64_t window_ms = restore->ledger->options.config->redis.window_s * 1000;
    int64_t ttl_ms = position->timestamp_ms + window_ms - restore->now_ms;
    bool absent_only = tf_str_is(tf_restore_header(row, "tf_dedup"), "local"); /* judged without Redis, it may have come second */
    if (ttl_ms > 0 && role.len < TF_DEDUP_SCOPE_MAX - 4)
        add_claims(restore, &claimed, role, ttl_ms < window_ms ? ttl_ms : window_ms, absent_only, letter);
}

static void take_owner(void *self, size_t number, struct tf_str value)
{
    uint8_t *found = self;
    (void)number;
    memset(found, 0, TF_EVENT_OWNER_BYTES);
    if (value.len >= TF_EVENT_OWNER_BYTES)
        memcpy(found, value.ptr, TF_EVENT_OWNER_BYTES);
}

/*
 * The claim moves on along a line of replays, so a dead one's letter is no lasting fact: it is written only where nothing stands, or
 * an earlier replay. Such letters are rare, so each may ask for itself.
 */
static enum tf_err raise_claim(struct tf_restore *restore, const struct tf_dedup_entry *entry, size_t *kept, struct tf_fault *fault)
{
    struct tf_dedup *dedup = restore->ledger->dedup;
    struct tf_owner own, other;
    struct tf_dedup_swap swap = {.entry = *entry};
    uint8_t expected[TF_EVENT_OWNER_BYTES];
    struct tf_dedup_entry first = *entry;
    first.absent_only = true;
    TF_TRY(tf_dedup_store(dedup, &first, 1, kept, fault));
    if (*kept == 0)
        return TF_OK;
    TF_TRY(tf_dedup_get_all(dedup, &entry->suffix, 1, take_owner, swap.found, fault));
    while (tf_owner_decode((const uint8_t *)entry->value.ptr, &own) && tf_owner_decode(swap.found, &other) && other.offset < own.offset) {
        memcpy(expected, swap.found, sizeof expected);
        swap.expected = (struct tf_str){(const char *)expected, sizeof expected};
        TF_TRY(tf_dedup_replace(dedup, &swap, fault));
        if (swap.swapped)
            return TF_OK;
    }
    return TF_OK;
}

/* Entries that raise stand between runs of those that do not; the order is that of the rows. */
enum tf_err tf_restore_flush(struct tf_restore *restore, struct tf_fault *fault)
{
    size_t kept_all = 0;
    for (size_t i = 0; i < restore->entries_count;) {
        size_t run = 0, kept = 0;
        while (i + run < restore->entries_count && !restore->raises[i + run])
            run++;
        TF_TRY(tf_dedup_store(restore->ledger->dedup, &restore->entries[i], run, &kept, fault));
        kept_all += kept;
        i += run;
        if (i < restore->entries_count)
            TF_TRY(raise_claim(restore, &restore->entries[i++], &kept, fault));
    }
    restore->found.claims += restore->entries_count;
    restore->found.kept += kept_all;
    restore->entries_count = 0;
    return TF_OK;
}

/*
 * Where each partition stands now, under the epoch to come: a restore that follows soon reads from here. Rows of the other topics
 * were not counted towards the highest, so the time stays what it was.
 */
static enum tf_err write_checkpoint(struct tf_restore *restore, size_t span, const struct tf_dedup_guard *guard, struct tf_fault *fault)
{
    const struct tf_restore_span *about = &restore->about[span];
    struct tf_checkpoint checkpoint = {.result_next = restore->spans[span].end, .highest = about->highest, .at_ms = about->looked_ms};
    char suffix[TF_LEDGER_SUFFIX_BYTES];
    uint8_t value[TF_CHECKPOINT_BYTES];
    int length = snprintf(suffix, sizeof suffix, "ck:%s:%" PRIu32, about->role, about->partition);
    memcpy(checkpoint.nonce, restore->epoch + TF_DEDUP_RUN_ID_LEN, TF_EPOCH_NONCE_LEN);
    tf_checkpoint_encode(&checkpoint, value);
    const struct tf_dedup_pair pair = {{suffix, (size_t)length}, {(const char *)value, sizeof value}};
    return tf_dedup_put_under(restore->ledger->dedup, guard, &pair, 1, fault);
}

static enum tf_err checkpoint_all(struct tf_restore *restore, const struct tf_dedup_guard *guard, struct tf_fault *fault)
{
    for (size_t i = 0; i < restore->spans_count; i++)
        TF_TRY(write_checkpoint(restore, i, guard, fault));
    return TF_OK;
}

enum tf_err tf_restore_end_claims(struct tf_restore *restore, struct tf_fault *fault)
{
    if (restore->phase == TF_RESTORE_BEFORE)
        return begin_letters(restore, fault);
    if (restore->phase == TF_RESTORE_LETTERS)
        return begin_results(restore, fault);
    struct tf_ledger *ledger = restore->ledger;
    const struct tf_dedup_guard guard = {tf_epoch_guard(ledger).suffix, {restore->epoch, TF_EPOCH_LEN}};
    bool sealed = false;
    TF_TRY(checkpoint_all(restore, &guard, fault));
    TF_TRY(tf_dedup_seal(ledger->dedup, LOCK_KEY, tf_str_of(restore->token), &guard, &sealed, fault));
    if (sealed) {
        memcpy(ledger->epoch, restore->epoch, sizeof ledger->epoch);
        ledger->epoch_held = true;
    }
    tf_restore_leave(restore);
    return TF_OK; /* not sealed: the next step begins anew */
}
