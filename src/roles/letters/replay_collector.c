#include "replay_collector.h"

#include <stdio.h>
#include <stdlib.h>

#include "letters_internal.h"

enum { SECRET_BYTES = 8192, ARENA_BYTES_MAX = 256 * 1024 * 1024 };

struct tf_replay_collector {
    struct tf_process *process;
    struct tf_replay_totals *totals;
    struct tf_intake *intake; /* NULL until the key is known */
    struct tf_reader *reader; /* dry runs */
    struct tf_arena *arena;
    bool looked;              /* for the key */
    bool has_key;
    struct tf_str secret;
    char bytes[SECRET_BYTES];
};

struct tf_replay_collector *tf_replay_collector_create(struct tf_process *process, struct tf_replay_totals *totals)
{
    struct tf_replay_collector *collector = calloc(1, sizeof *collector);
    if (collector) {
        collector->process = process;
        collector->totals = totals;
    }
    return collector;
}

struct tf_replay_collector *tf_replay_collector_destroy(struct tf_replay_collector *collector)
{
    if (!collector)
        return NULL;
    tf_intake_destroy(collector->intake);
    tf_reader_destroy(collector->reader);
    tf_arena_destroy(collector->arena);
    explicit_bzero(collector->bytes, sizeof collector->bytes);
    free(collector);
    return NULL;
}

void tf_replay_collector_reset(struct tf_replay_collector *collector)
{
    if (collector->intake)
        tf_intake_reset(collector->intake);
}

/* Another secret would put the record on another partition than its copies: the fingerprint in taxflow.control decides. */
static enum tf_err read_key(struct tf_replay_collector *collector, bool dry_run, struct tf_fault *fault)
{
    struct tf_process *process = collector->process;
    const struct tf_config *config = atomic_load(&process->config);
    uint8_t digest[32];
    char fingerprint[17];
    TF_TRY(tf_intake_secret(config, collector->bytes, sizeof collector->bytes, &collector->secret, fault));
    tf_hash_sha256_full(collector->secret, digest);
    tf_hash_hex(digest, 8, fingerprint);
    return dry_run ? TF_OK : tf_control_bind_key(process->cluster, config, fingerprint, fault);
}

/* TF_OK without a key is fine: then each letter is refused. */
static enum tf_err prepare(struct tf_replay_collector *collector, bool dry_run)
{
    const struct tf_config *config = atomic_load(&collector->process->config);
    struct tf_fault fault = {0};
    if (collector->looked)
        return TF_OK;
    enum tf_err err = read_key(collector, dry_run, &fault);
    if (tf_err_class(err) == TF_CLASS_RETRY)
        return err;
    collector->looked = true;
    collector->has_key = err == TF_OK;
    if (err != TF_OK) {
        snprintf(collector->totals->key_trouble, sizeof collector->totals->key_trouble, "%s", fault.text);
        return TF_OK;
    }
    collector->reader = tf_reader_create(config->companies, config->companies_count, (size_t)config->collector.max_record_bytes);
    collector->arena = tf_arena_create(ARENA_BYTES_MAX);
    collector->intake = dry_run ? NULL : tf_intake_create(collector->process, collector->secret);
    return collector->reader && collector->arena && (dry_run || collector->intake) ? TF_OK : TF_E_MEMORY;
}

static enum tf_err read_only(struct tf_replay_collector *collector, struct tf_str value)
{
    struct tf_envelope envelope = {0};
    struct tf_event event = {0};
    struct tf_problem problem = {0};
    tf_arena_rewind(collector->arena);
    return tf_reader_read(collector->reader, value, collector->arena, &envelope, &event, &problem);
}

enum tf_err tf_replay_collector_send(struct tf_replay_collector *collector, const struct tf_letter *letter, bool dry_run,
                                     struct tf_receipt *receipt, enum tf_replay_refusal *ret_refusal)
{
    *ret_refusal = tf_replay_row_check(letter);
    if (*ret_refusal == TF_REPLAY_SENT && atomic_load(&collector->process->config)->kafka.drain)
        *ret_refusal = TF_REPLAY_DRAIN;
    if (*ret_refusal != TF_REPLAY_SENT)
        return TF_OK;
    TF_TRY(prepare(collector, dry_run));
    if (!collector->has_key) {
        *ret_refusal = TF_REPLAY_KEY;
        return TF_OK;
    }
    /* Read first: what the reader refuses is the record's fault, what the feed refuses is not. */
    enum tf_err err = read_only(collector, letter->value);
    if (err == TF_OK && !dry_run) {
        const struct tf_offer offer = {.text = letter->value, .original = letter->original};
        tf_intake_take_all(collector->intake, &offer, 1, false, receipt);
        err = receipt->err;
        *ret_refusal = err == TF_E_TOO_BIG ? TF_REPLAY_BROKER : TF_REPLAY_SENT;
    } else if (tf_err_class(err) == TF_CLASS_DROP) {
        *ret_refusal = err == TF_E_TOO_BIG ? TF_REPLAY_TOO_BIG : TF_REPLAY_UNREADABLE;
    }
    return tf_err_class(err) == TF_CLASS_DROP ? TF_OK : err;
}
