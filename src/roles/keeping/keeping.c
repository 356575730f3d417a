#include "taxflow/keeping.h"

#include <stdlib.h>
#include <string.h>

#include "memory/state_log.h"
#include "taxflow/clock.h"
#include "taxflow/files_watch.h"
#include "taxflow/ledger.h"
#include "taxflow/store.h"

enum { NOT_GIVEN = 0 };

struct tf_keeping {
    struct tf_keeping_options options;
    struct tf_files *files;     /* borrowed; NULL before the recall */
    struct tf_store *store;
    struct tf_dedup *dedup;     /* borrowed: the pipeline's */
    struct tf_sink under;
    struct tf_fault *fault;     /* of the publish or commit under way */
    struct tf_state_log *log;   /* that is told rows */
    uint32_t *numbers;          /* by file of this run: its number in the store, NOT_GIVEN where none of its records was claimed */
    size_t numbers_count;
    int64_t now_ms;
};

enum tf_err tf_keeping_open(const struct tf_keeping_options *options, struct tf_keeping **ret_keeping, struct tf_fault *fault)
{
    struct tf_keeping *keeping = calloc(1, sizeof *keeping);
    if (!keeping)
        return TF_E_MEMORY;
    keeping->options = *options;
    const enum tf_err err = tf_store_open(&(struct tf_store_options){.folder = options->folder, .read_only = options->dry_run}, &keeping->store, fault);
    if (err != TF_OK) {
        free(keeping);
        return err;
    }
    *ret_keeping = keeping;
    return TF_OK;
}

struct tf_keeping *tf_keeping_close(struct tf_keeping *keeping)
{
    if (!keeping)
        return NULL;
    if (keeping->files)
        tf_files_know_earlier(keeping->files, NULL, NULL);
    tf_store_close(keeping->store);
    free(keeping->numbers);
    free(keeping);
    return NULL;
}

struct tf_store *tf_keeping_store(struct tf_keeping *keeping) { return keeping->store; }

/* ---- Claims ---- */

static enum tf_err find_claim(void *self, struct tf_hash16 id, uint8_t owner[TF_EVENT_OWNER_BYTES], bool *ret_found, struct tf_fault *fault)
{
    const struct tf_keeping *keeping = self;
    struct tf_store_claim claim;
    TF_TRY(tf_store_find_claim(keeping->store, id, &claim, ret_found, fault));
    if (!*ret_found)
        return TF_OK;
    struct tf_owner found = {.partition = TF_FILES_EARLIER + claim.file, .offset = claim.line};
    memcpy(found.body_hash, claim.body, sizeof found.body_hash);
    tf_owner_encode(&found, owner);
    return TF_OK;
}

enum tf_err tf_keeping_dedup(struct tf_keeping *keeping, size_t ids_max, struct tf_dedup **ret_dedup)
{
    TF_TRY(tf_dedup_create_over(ids_max, &(struct tf_dedup_past){keeping, find_claim}, ret_dedup));
    keeping->dedup = *ret_dedup;
    return TF_OK;
}

static bool reach(struct tf_keeping *keeping, uint32_t file)
{
    if (file < keeping->numbers_count)
        return true;
    uint32_t *numbers = realloc(keeping->numbers, ((size_t)file + 1) * sizeof *numbers);
    if (!numbers)
        return false;
    memset(numbers + keeping->numbers_count, NOT_GIVEN, (file + 1 - keeping->numbers_count) * sizeof *numbers);
    keeping->numbers = numbers;
    keeping->numbers_count = (size_t)file + 1;
    return true;
}

static enum tf_err keep_claim(void *self, struct tf_hash16 id, const uint8_t *value)
{
    struct tf_keeping *keeping = self;
    struct tf_owner owner;
    if (!tf_owner_decode(value, &owner) || owner.partition >= TF_FILES_EARLIER)
        return TF_E_BREACH;
    if (!reach(keeping, owner.partition))
        return TF_E_MEMORY;
    uint32_t *number = &keeping->numbers[owner.partition];
    if (*number == NOT_GIVEN)
        TF_TRY(tf_store_add_file(keeping->store, tf_str_of(tf_files_name(keeping->files, owner.partition)), keeping->now_ms, number,
                                 keeping->fault));
    struct tf_store_claim claim = {.id = id, .file = *number, .line = (uint32_t)owner.offset};
    memcpy(claim.body, owner.body_hash, sizeof claim.body);
    return tf_store_add_claim(keeping->store, &claim, keeping->fault);
}

/* ---- Rows of state ---- */

static bool is_state(enum tf_stream stream) { return stream == TF_STREAM_FRAUD_STATE || stream == TF_STREAM_TAX_STATE; }

static enum tf_err keep_row(void *self, const struct tf_row *row)
{
    const struct tf_keeping *keeping = self;
    return is_state(row->stream) ? tf_store_put_row(keeping->store, row->stream, row->key, row->value, keeping->fault) : TF_OK;
}

static enum tf_err publish(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    struct tf_keeping *keeping = self;
    keeping->fault = fault;
    TF_TRY(tf_rows_in_order(batch, keep_row, keeping));
    return keeping->under.publish(keeping->under.self, batch, ret_item, fault);
}

static enum tf_err commit_under(void *self, struct tf_batch *batch, struct tf_fault *fault)
{
    const struct tf_keeping *keeping = self;
    return keeping->under.commit(keeping->under.self, batch, fault);
}

/* A run whose batch was taken back is not kept: there is no way back to before the batch. */
static enum tf_err abort_run(void *self, struct tf_fault *fault)
{
    (void)self;
    return tf_fault_set(fault, TF_E_BREACH, "a batch of files was taken back");
}

static int64_t no_offset(void *self, uint32_t partition)
{
    (void)self;
    (void)partition;
    return -1;
}

static bool keeps(void *self, enum tf_stream stream)
{
    const struct tf_keeping *keeping = self;
    return is_state(stream) ? !keeping->options.dry_run : keeping->under.keeps(keeping->under.self, stream);
}

struct tf_sink tf_keeping_sink(struct tf_keeping *keeping, struct tf_sink under)
{
    keeping->under = under;
    if (keeping->options.dry_run)
        return under;
    return (struct tf_sink){.self = keeping, .publish = publish, .commit = commit_under, .abort = abort_run, .result_offset = no_offset, .keeps = keeps,
                            .bare = under.bare};
}

/* ---- From run to run ---- */

static void add_list(struct tf_hash_stream *hash, const struct tf_string_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        tf_hash_stream_add(hash, (struct tf_str){list->items[i], strlen(list->items[i]) + 1});
    tf_hash_stream_add(hash, (struct tf_str){"", 1});
}

/* As a hash: what it is of need not stand there twice. */
static enum tf_err hold_to(const struct tf_keeping *keeping, const char *what, struct tf_hash_stream *hash, const char *remedy, struct tf_fault *fault)
{
    uint8_t digest[32];
    tf_hash_stream_end(hash, digest);
    return tf_store_hold_to(keeping->store, what, (struct tf_str){(const char *)digest, sizeof digest}, remedy, fault);
}

/* Who "we" are decides directions and keys. */
static enum tf_err hold_to_companies(const struct tf_keeping *keeping, struct tf_fault *fault)
{
    const struct tf_config *config = keeping->options.config;
    struct tf_hash_stream hash;
    tf_hash_stream_init(&hash);
    for (size_t i = 0; i < config->companies_count; i++) {
        const struct tf_company *company = &config->companies[i];
        tf_hash_stream_add(&hash, (struct tf_str){company->id, strlen(company->id) + 1});
        add_list(&hash, &company->vat_ids);
        add_list(&hash, &company->ibans);
        add_list(&hash, &company->registers);
    }
    return hold_to(keeping, "companies", &hash, "give the configuration of before, or another folder, and audit the files of before again", fault);
}

/* What is remembered is what these rules asked for. */
static enum tf_err hold_to_rules(const struct tf_keeping *keeping, const struct tf_fraud_judge *fraud, struct tf_fault *fault)
{
    static const char remedy[] = "give the rules of before, or another folder, and audit the files of before again";
    struct tf_hash_stream hash;
    tf_hash_stream_init(&hash);
    tf_hash_stream_add(&hash, tf_str_of(tf_fraud_ruleset_name(tf_fraud_judge_ruleset(fraud))));
    TF_TRY(hold_to(keeping, "fraud rules", &hash, remedy, fault));
    tf_hash_stream_init(&hash);
    tf_hash_stream_add(&hash, tf_str_of(tf_tax_ruleset()));
    add_list(&hash, &keeping->options.config->tax.history);
    return hold_to(keeping, "tax.history rules", &hash, remedy, fault);
}

static enum tf_err tell_row(void *self, struct tf_str key, struct tf_str value)
{
    struct tf_keeping *keeping = self;
    const enum tf_err err = tf_state_log_take(keeping->log, key, value);
    if (err == TF_E_FULL)
        return tf_fault_set(keeping->fault, TF_E_LIMIT, "what earlier runs know needs more than state.max_bytes = %lld; raise it with --set state.max_bytes=N",
                            (long long)keeping->options.config->state.max_bytes);
    return err;
}

static enum tf_err recall(struct tf_keeping *keeping, struct tf_state_log *log, enum tf_stream stream, struct tf_fault *fault)
{
    if (!log)
        return TF_OK;
    keeping->log = log;
    keeping->fault = fault;
    TF_TRY(tf_state_log_alone(log));
    TF_TRY(tf_store_read_rows(keeping->store, stream, tell_row, keeping, fault));
    if (tf_state_log_taken(log) == TF_OK)
        return TF_OK;
    return tf_fault_set(fault, TF_E_VALUE, "%s holds rows that this version of taxflow cannot read; put a copy in its place, or give another folder and audit "
                                           "the files of before again", keeping->options.folder);
}

static const char *earlier_name(void *self, uint32_t number)
{
    const struct tf_keeping *keeping = self;
    return tf_store_file_name(keeping->store, number);
}

enum tf_err tf_keeping_recall(struct tf_keeping *keeping, struct tf_files *files, struct tf_tax_judge *tax, struct tf_fraud_judge *fraud,
                              struct tf_fault *fault)
{
    keeping->files = files;
    tf_files_know_earlier(files, earlier_name, keeping);
    TF_TRY(hold_to_companies(keeping, fault));
    TF_TRY(hold_to_rules(keeping, fraud, fault));
    TF_TRY(recall(keeping, tf_fraud_judge_log(fraud), TF_STREAM_FRAUD_STATE, fault));
    return recall(keeping, tf_tax_judge_log(tax), TF_STREAM_TAX_STATE, fault);
}

enum tf_err tf_keeping_commit(struct tf_keeping *keeping, int64_t now_ms, struct tf_fault *fault)
{
    if (keeping->options.dry_run)
        return TF_OK;
    keeping->now_ms = now_ms;
    keeping->fault = fault;
    TF_TRY(tf_store_forget_claims(keeping->store, now_ms - keeping->options.config->state.claims_days * TF_MS_PER_DAY, fault));
    TF_TRY(tf_dedup_hand_out(keeping->dedup, keep_claim, keeping));
    return tf_store_commit(keeping->store, fault);
}
