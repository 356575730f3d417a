#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger_internal.h"
#include "taxflow/clock.h"
#include "taxflow/dedup_shares.h"

enum { ARENA_BYTES_MAX = 512 << 20, WRITTEN_AT_ONCE = 4096 };

/* ALONE: all partitions are ours, and our own store answers. */
enum mode { UNKNOWN, ALONE, SHARED };

struct tf_ledger_shares {
    struct tf_sharing sharing;
    struct tf_arena *arena; /* what was found for the batch's records */
    enum mode mode;
    bool complete;          /* every partition had its mark under this epoch; they stay until all are ours */
    bool owing;             /* what was added while Redis was away is not there */
    bool writing;           /* our own contributions, up to cursor */
    uint64_t cursor;
    int64_t waiting_ms, looked_ms; /* monotonic: since when for others' marks, and when last looked; 0 = not */
    struct tf_share_set **sets;
    uint32_t *items;        /* whose set it is */
    size_t count, capacity;
    struct tf_share_row *rows;
    bool *marked;           /* by partition, as last looked */
    char *suffixes;         /* one for each partition, TF_LEDGER_SUFFIX_BYTES apart */
    struct tf_str *names;
};

enum tf_err tf_ledger_share(struct tf_ledger *ledger, const struct tf_sharing *sharing)
{
    if (!ledger->restore || !tf_dedup_shares(ledger->dedup))
        return TF_OK; /* one process, one store */
    struct tf_ledger_shares *shares = calloc(1, sizeof *shares);
    const uint32_t partitions = ledger->options.partitions;
    if (!shares)
        return TF_E_MEMORY;
    ledger->shares = shares;
    shares->sharing = *sharing;
    shares->arena = tf_arena_create(ARENA_BYTES_MAX);
    shares->rows = malloc(WRITTEN_AT_ONCE * sizeof *shares->rows);
    shares->marked = calloc(partitions, sizeof *shares->marked);
    shares->suffixes = malloc((size_t)partitions * TF_LEDGER_SUFFIX_BYTES);
    shares->names = calloc(partitions, sizeof *shares->names);
    if (!shares->arena || !shares->rows || !shares->marked || !shares->suffixes || !shares->names)
        return TF_E_MEMORY; /* the ledger's end frees what is there */
    for (uint32_t p = 0; p < partitions; p++) {
        char *suffix = shares->suffixes + (size_t)p * TF_LEDGER_SUFFIX_BYTES;
        int len = snprintf(suffix, TF_LEDGER_SUFFIX_BYTES, "shares:%s:%" PRIu32, ledger->role, p);
        shares->names[p] = (struct tf_str){suffix, (size_t)len};
    }
    return TF_OK;
}

struct tf_ledger_shares *tf_shares_destroy(struct tf_ledger_shares *shares)
{
    if (!shares)
        return NULL;
    tf_arena_destroy(shares->arena);
    free(shares->rows);
    free(shares->marked);
    free(shares->suffixes);
    free(shares->names);
    free(shares->sets);
    free(shares->items);
    free(shares);
    return NULL;
}

void tf_shares_forget(struct tf_ledger *ledger)
{
    struct tf_ledger_shares *shares = ledger->shares;
    if (!shares)
        return;
    shares->mode = UNKNOWN;
    shares->complete = shares->writing = false;
    shares->waiting_ms = shares->looked_ms = 0;
}

/* ---- Before a batch ---- */

struct marks { struct tf_ledger *ledger; size_t missing, ours_missing; };

static void take_mark(void *self, size_t number, struct tf_str value)
{
    struct marks *marks = self;
    struct tf_ledger *ledger = marks->ledger;
    const bool holds = tf_str_eq(value, (struct tf_str){ledger->epoch, TF_EPOCH_LEN});
    ledger->shares->marked[number] = holds;
    marks->missing += !holds;
    marks->ours_missing += !holds && ledger->partitions[number].ours;
}

static enum tf_err look_at_marks(struct tf_ledger *ledger, struct marks *marks, struct tf_fault *fault)
{
    *marks = (struct marks){.ledger = ledger};
    ledger->shares->looked_ms = tf_clock_mono_ms();
    return tf_dedup_get_all(ledger->dedup, ledger->shares->names, ledger->options.partitions, take_mark, marks, fault);
}

/* value: of the marks of all partitions that are ours. */
static enum tf_err set_marks(struct tf_ledger *ledger, struct tf_str value, struct tf_fault *fault)
{
    const struct tf_dedup_guard guard = tf_epoch_guard(ledger);
    for (uint32_t p = 0; p < ledger->options.partitions; p++) {
        const struct tf_dedup_pair pair = {ledger->shares->names[p], value};
        if (ledger->partitions[p].ours)
            TF_TRY(tf_dedup_put_under(ledger->dedup, &guard, &pair, 1, fault));
    }
    return TF_OK;
}

static enum tf_err begin_alone(struct tf_ledger *ledger, struct tf_fault *fault)
{
    TF_TRY(set_marks(ledger, TF_STR(""), fault));
    ledger->shares->mode = ALONE;
    ledger->shares->owing = false;
    return TF_OK;
}

/* One pipeline of it. */
static enum tf_err write_own(struct tf_ledger *ledger, struct tf_fault *fault)
{
    struct tf_ledger_shares *shares = ledger->shares;
    const struct tf_dedup_guard guard = tf_epoch_guard(ledger);
    uint64_t cursor = shares->cursor;
    size_t count = shares->sharing.all(shares->sharing.self, &cursor, shares->rows, WRITTEN_AT_ONCE);
    TF_TRY(tf_dedup_share_write(ledger->dedup, &guard, shares->rows, count, shares->sharing.slack_ms, fault));
    shares->cursor = cursor;
    if (count > 0)
        return tf_fault_set(fault, TF_E_AGAIN, "what other instances have to know is written down");
    TF_TRY(set_marks(ledger, guard.value, fault));
    shares->writing = shares->owing = false;
    shares->mode = SHARED;
    return tf_fault_set(fault, TF_E_AGAIN, "what other instances have to know is written down");
}

static enum tf_err begin_shared(struct tf_ledger *ledger, struct tf_fault *fault)
{
    struct tf_ledger_shares *shares = ledger->shares;
    const struct tf_dedup_guard guard = tf_epoch_guard(ledger);
    struct marks marks;
    TF_TRY(tf_dedup_check(ledger->dedup, &guard, fault)); /* marks of an epoch that is over would say nothing to others */
    TF_TRY(look_at_marks(ledger, &marks, fault));
    shares->waiting_ms = tf_clock_mono_ms();
    shares->writing = marks.ours_missing > 0 || shares->owing;
    shares->cursor = 0;
    if (shares->writing)
        return tf_fault_set(fault, TF_E_AGAIN, "what other instances have to know is written down");
    shares->mode = SHARED;
    shares->complete = marks.missing == 0;
    return TF_OK;
}

static bool waited_enough(const struct tf_ledger_shares *shares)
{
    return tf_clock_mono_ms() - shares->waiting_ms >= TF_SHARES_WAIT_MS;
}

static int64_t pause_ms(const struct tf_ledger_shares *shares)
{
    if (shares->complete)
        return TF_SHARES_LOOK_IDLE_MS;
    return waited_enough(shares) ? TF_SHARES_LOOK_LATE_MS : TF_SHARES_LOOK_MS;
}

/* Others write theirs. Once all have, it is looked whether Redis still has it: who gets no records would not find out, and others wait for him. */
static enum tf_err wait_for_others(struct tf_ledger *ledger, struct tf_fault *fault)
{
    struct tf_ledger_shares *shares = ledger->shares;
    struct marks marks;
    if (tf_clock_mono_ms() - shares->looked_ms >= pause_ms(shares)) {
        TF_TRY(look_at_marks(ledger, &marks, fault));
        if (shares->complete && marks.missing > 0)
            shares->waiting_ms = shares->looked_ms;
        shares->complete = marks.missing == 0;
        if (marks.ours_missing > 0)
            tf_shares_forget(ledger);
    }
    if (shares->complete || (shares->mode == SHARED && waited_enough(shares)))
        return TF_OK;
    return tf_fault_set(fault, TF_E_AGAIN, "other instances have not written down yet what their partitions share");
}

static enum tf_err await(struct tf_ledger *ledger, struct tf_fault *fault)
{
    struct tf_ledger_shares *shares = ledger->shares;
    if (shares->owing && shares->mode == SHARED && tf_dedup_local_count(ledger->dedup) == 0)
        tf_shares_forget(ledger);
    if (shares->mode == UNKNOWN && ledger->ours == ledger->options.partitions)
        return begin_alone(ledger, fault);
    if (shares->writing)
        return write_own(ledger, fault);
    if (shares->mode == UNKNOWN)
        TF_TRY(begin_shared(ledger, fault));
    return shares->mode == ALONE ? TF_OK : wait_for_others(ledger, fault);
}

/* redis.on_outage = local: our own partitions are judged by what they hold, and all of it is owed. */
static void go_without(struct tf_ledger_shares *shares)
{
    shares->mode = SHARED;
    shares->owing = true;
    shares->complete = shares->writing = false;
    shares->waiting_ms = tf_clock_mono_ms() - TF_SHARES_WAIT_MS;
}

enum tf_err tf_ledger_shares_await(struct tf_ledger *ledger, struct tf_fault *fault)
{
    if (!ledger->shares || ledger->ours == 0 || !ledger->epoch_held)
        return TF_OK;
    enum tf_err err = await(ledger, fault);
    if (err == TF_E_RESTORE)
        tf_epoch_lose(ledger);
    if ((err != TF_E_UNAVAILABLE && err != TF_E_TIMEOUT) || !tf_dedup_wants_whole(ledger->dedup))
        return err;
    go_without(ledger->shares);
    return TF_OK;
}

bool tf_ledger_shares_ready(const struct tf_ledger *ledger)
{
    const struct tf_ledger_shares *shares = ledger->shares;
    return !shares || shares->mode == ALONE || (shares->mode == SHARED && (shares->complete || waited_enough(shares)));
}

/* ---- In a batch ---- */

static enum tf_err reserve(struct tf_ledger_shares *shares, size_t count)
{
    if (count <= shares->capacity)
        return TF_OK;
    struct tf_share_set **sets = reallocarray(shares->sets, count, sizeof(struct tf_share_set *));
    shares->sets = sets ? sets : shares->sets;
    uint32_t *items = reallocarray(shares->items, count, sizeof *items);
    shares->items = items ? items : shares->items;
    if (!sets || !items)
        return TF_E_MEMORY;
    shares->capacity = count;
    return TF_OK;
}

enum tf_err tf_shares_begin(struct tf_ledger *ledger, struct tf_slice slice)
{
    struct tf_ledger_shares *shares = ledger->shares;
    if (!shares || shares->mode == ALONE)
        return TF_OK;
    if (slice.first == 0)
        tf_arena_rewind(shares->arena);
    return reserve(shares, slice.end - slice.first);
}

/* Those that lead on stay in the list for the next round. */
static void keep_those_that_lead_on(struct tf_ledger_shares *shares, struct tf_batch *batch)
{
    size_t kept = 0;
    for (size_t i = 0; i < shares->count; i++) {
        shares->sharing.follow(shares->sharing.self, &batch->items[shares->items[i]], shares->arena);
        if (shares->sets[i]->read == shares->sets[i]->count)
            continue;
        shares->sets[kept] = shares->sets[i];
        shares->items[kept++] = shares->items[i];
    }
    shares->count = kept;
}

static void say_whose(const struct tf_ledger *ledger, struct tf_share_set *set, size_t from)
{
    for (size_t i = from; i < set->count; i++)
        for (size_t e = 0; e < set->items[i].count; e++) {
            const struct tf_ledger_partition *partition = tf_ledger_partition(ledger, set->items[i].entries[e].partition);
            set->items[i].entries[e].ours = partition && partition->ours;
        }
}

static enum tf_err run_round(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_fault *fault)
{
    struct tf_ledger_shares *shares = ledger->shares;
    const struct tf_dedup_guard guard = tf_epoch_guard(ledger);
    struct tf_share_call call = {
        .guard = &guard, .sets = shares->sets, .count = shares->count, .slack_ms = shares->sharing.slack_ms, .arena = shares->arena};
    TF_TRY(tf_dedup_share(ledger->dedup, &call, fault));
    shares->owing |= call.away;
    for (size_t i = 0; i < shares->count; i++) {
        batch->items[shares->items[i]].degraded |= call.away || !shares->complete;
        say_whose(ledger, shares->sets[i], 0);
    }
    if (call.away)
        shares->count = 0;
    return TF_OK;
}

enum tf_err tf_shares_run(struct tf_ledger *ledger, struct tf_batch *batch, struct tf_slice slice, struct tf_fault *fault)
{
    struct tf_ledger_shares *shares = ledger->shares;
    const struct tf_claim *claim = ledger->claims;
    if (!shares || shares->mode != SHARED)
        return TF_OK;
    shares->count = 0;
    for (size_t i = slice.first; i < slice.end; i++) {
        struct tf_item *item = &batch->items[i];
        if (!tf_item_wants_claim(item))
            continue;
        const bool own = !claim->was_owned || tf_owner_same(claim->found, claim->owner);
        claim++;
        struct tf_share_set *set = own ? shares->sharing.ask(shares->sharing.self, item, shares->arena) : NULL;
        if (!set)
            continue;
        shares->sets[shares->count] = set;
        shares->items[shares->count++] = (uint32_t)i;
    }
    for (int round = 0; round < TF_SHARES_ROUNDS_MAX && shares->count > 0; round++) {
        TF_TRY(run_round(ledger, batch, fault));
        if (round + 1 < TF_SHARES_ROUNDS_MAX)
            keep_those_that_lead_on(shares, batch);
    }
    return TF_OK;
}

enum tf_err tf_ledger_unshare(struct tf_ledger *ledger, const struct tf_share_row *rows, size_t count, struct tf_fault *fault)
{
    if (!ledger->shares || !ledger->epoch_held)
        return TF_OK;
    const struct tf_dedup_guard guard = tf_epoch_guard(ledger);
    return tf_dedup_share_remove(ledger->dedup, &guard, rows, count, fault);
}
