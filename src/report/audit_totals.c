#include "taxflow/audit_totals.h"

#include <pthread.h>
#include <stdlib.h>

#include "about.h"
#include "audit_totals.h"
#include "taxflow/fraud_return.h"
#include "taxflow/scratch.h"
#include "taxflow/tax.h"

static void keep(struct tf_audit_totals *totals, enum tf_err err)
{
    if (err == TF_OK)
        return;
    pthread_mutex_lock(&totals->lock);
    if (totals->err == TF_OK)
        totals->err = err;
    pthread_mutex_unlock(&totals->lock);
}

static void read_record(void *self, unsigned worker, const struct tf_files_seen *seen)
{
    struct tf_audit_totals *totals = self;
    const struct tf_book_entry entry = {
        .file = seen->file, .line = seen->line, .event = seen->event, .number = seen->event ? tf_about(seen->event).number : TF_STR_NONE};
    tf_books_read(totals->books, worker, &entry);
    if (seen->event && seen->event->revision > 0)
        keep(totals, tf_vat_sums_expect(totals->vat, seen->event, seen->id));
}

struct tf_audit_totals *tf_audit_totals_create(unsigned workers, bool files_written)
{
    struct tf_audit_totals *totals = calloc(1, sizeof *totals);
    if (!totals || pthread_mutex_init(&totals->lock, NULL) != 0) {
        free(totals);
        return NULL;
    }
    totals->books = tf_books_create(workers);
    totals->vat = tf_vat_sums_create();
    totals->watch = (struct tf_files_watch){.self = totals, .record = read_record, .digests = files_written};
    totals->declared = tf_declared_create();
    return totals->books && totals->vat && totals->declared ? totals : tf_audit_totals_destroy(totals);
}

struct tf_audit_totals *tf_audit_totals_destroy(struct tf_audit_totals *totals)
{
    if (!totals)
        return NULL;
    tf_books_destroy(totals->books);
    tf_vat_sums_destroy(totals->vat);
    tf_declared_destroy(totals->declared);
    tf_documents_destroy(totals->documents);
    tf_buf_finish(&totals->declared_json);
    tf_declared_shown_finish(&totals->shown);
    tf_kept_finish(&totals->kept);
    pthread_mutex_destroy(&totals->lock);
    free(totals);
    return NULL;
}

const struct tf_files_watch *tf_audit_totals_watch(const struct tf_audit_totals *totals) { return &totals->watch; }

const struct tf_books *tf_audit_totals_books(const struct tf_audit_totals *totals) { return totals->books; }

const struct tf_vat_sums *tf_audit_totals_vat(const struct tf_audit_totals *totals) { return totals->vat; }

static enum tf_err told(const struct tf_audit_totals *totals, struct tf_fault *fault)
{
    if (totals->err != TF_OK && totals->kept.fault.text[0] != '\0') {
        *fault = totals->kept.fault;
        return totals->err;
    }
    if (totals->err == TF_E_LIMIT)
        return tf_fault_set(fault, TF_E_LIMIT, "sums pass 128 bits; look for amounts that cannot be, or judge fewer files at a time");
    if (totals->err == TF_E_BREACH)
        return tf_fault_set(fault, TF_E_BREACH, "a record was judged of a file that was never read: please report this with the input");
    if (totals->err == TF_E_TOO_MANY)
        return tf_fault_set(fault, TF_E_LIMIT, "more than %d declared sums and return records; judge fewer companies or periods at a time", TF_DECLARED_LINES_MAX);
    if (totals->err == TF_E_IO)
        return tf_fault_set(fault, TF_E_IO, "documents cannot be kept in a temporary file; set TMPDIR to a folder with room");
    return totals->err;
}

enum tf_err tf_audit_totals_read_done(struct tf_audit_totals *totals, struct tf_fault *fault)
{
    TF_TRY(tf_books_read_done(totals->books, fault));
    return told(totals, fault);
}

enum tf_err tf_audit_totals_declare(struct tf_audit_totals *totals, const char *path, struct tf_fault *fault)
{
    return tf_declared_read(totals->declared, path, fault);
}

/* Place of a rule by its id; the last one where there is none, which no verdict has. */
static size_t tax_rule(const char *id)
{
    size_t count, r = 0;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    while (r < count && strcmp(rules[r].id, id) != 0)
        r++;
    return r < count ? r : TF_TAX_RULES_MAX - 1;
}

static size_t fraud_rule(const struct tf_fraud_ruleset *ruleset, const char *id)
{
    size_t count, r = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &count);
    while (r < count && strcmp(rules[r].id, id) != 0)
        r++;
    return r < count ? r : TF_FRAUD_RULES_MAX - 1;
}

static bool returns_were_read(const struct tf_books *books)
{
    for (size_t i = 0; i < tf_books_files(books); i++)
        if (tf_books_file(books, i)->read.kinds[TF_KIND_RETURN] > 0)
            return true;
    return false;
}

enum tf_err tf_audit_totals_expect(struct tf_audit_totals *totals, const struct tf_files *files, const struct tf_fraud_ruleset *ruleset,
                                   struct tf_fault *fault)
{
    size_t count;
    (void)tf_declared_lines(totals->declared, &count);
    totals->files = files;
    totals->ruleset = ruleset;
    totals->wrong_rate = tax_rule("TF-02");
    totals->wrong_tax = fraud_rule(ruleset, "VAT1");
    totals->same_number = fraud_rule(ruleset, "DUP1");
    totals->altered_number = fraud_rule(ruleset, "DUP2");
    if (count == 0 && !returns_were_read(totals->books))
        return TF_OK;
    FILE *scratch = tf_scratch_stream();
    if (!scratch)
        return tf_fault_set(fault, TF_E_IO, "no temporary file can be made for declared sums; set TMPDIR to a folder with room");
    totals->documents = tf_documents_create(scratch);
    return totals->documents ? tf_kept_documents(&totals->kept, totals->vat, totals->documents, fault) : TF_E_MEMORY;
}

enum tf_err tf_audit_totals_recall(struct tf_audit_totals *totals, struct tf_store *store, bool read_only, struct tf_fault *fault)
{
    totals->kept = (struct tf_kept){.store = store, .read_only = read_only};
    return tf_kept_recall(&totals->kept, totals->vat, totals->declared, fault);
}

enum tf_err tf_audit_totals_keep(struct tf_audit_totals *totals, struct tf_fault *fault)
{
    return tf_kept_keep(&totals->kept, totals->vat, totals->declared, fault);
}

/* Only what could be decoded has an identity. */
static const struct tf_event *event_of(const struct tf_item *item)
{
    static const struct tf_hash16 none;
    return tf_hash16_eq(item->id, none) ? NULL : &item->event;
}

static struct tf_hash16 identity_of(const struct tf_item *item)
{
    return item->event.revision == 0 ? item->id : tf_identity_record(item->ce_source, item->ce_id);
}

static enum tf_fate fate_of(const struct tf_item *item)
{
    return item->outcome == TF_OUTCOME_PROCESS ? TF_FATE_ACCEPTED : item->outcome == TF_OUTCOME_DUPLICATE ? TF_FATE_DUPLICATE : TF_FATE_DEAD;
}

/* What the verdicts say that may explain a difference. */
static unsigned why_of(const struct tf_audit_totals *totals, const struct tf_item *item)
{
    const struct tf_tax_verdict *tax = item->verdict[0];
    const struct tf_fraud_verdict *fraud = item->verdict[1];
    unsigned why = 0;
    if (item->outcome != TF_OUTCOME_PROCESS)
        return item->outcome == TF_OUTCOME_DUPLICATE ? TF_WHY_COPY : TF_WHY_CONFLICT;
    if (tax && (tax->hit[totals->wrong_rate / 64] >> (totals->wrong_rate % 64) & 1))
        why |= TF_WHY_WRONG_RATE;
    if (fraud && tf_fraud_bit(&fraud->hit, totals->wrong_tax))
        why |= TF_WHY_WRONG_RATE;
    if (fraud && (tf_fraud_bit(&fraud->hit, totals->same_number) || tf_fraud_bit(&fraud->hit, totals->altered_number)))
        why |= TF_WHY_TWICE;
    return why;
}

static enum tf_err count_document(struct tf_audit_totals *totals, const struct tf_item *item, enum tf_fate fate)
{
    struct tf_vat_added added;
    if (fate != TF_FATE_ACCEPTED && !totals->documents)
        return TF_OK;
    const unsigned why = why_of(totals, item);
    TF_TRY(tf_vat_sums_add(totals->vat, &item->event, identity_of(item), fate == TF_FATE_ACCEPTED, &added));
    if (fate == TF_FATE_ACCEPTED)
        TF_TRY(tf_kept_add(&totals->kept, item, identity_of(item), &added, why));
    if (!totals->documents)
        return TF_OK;
    return tf_documents_add(totals->documents, &item->event, &added, tf_files_rank(totals->files, item), why);
}

static enum tf_err take_return(struct tf_audit_totals *totals, const struct tf_item *item)
{
    char source[SOURCE_BYTES], currency[4];
    if (!totals->ruleset)
        return TF_OK;
    snprintf(source, sizeof source, "%.*s:%lld", TF_STR_ARGS(item->position.topic), (long long)item->position.offset);
    tf_fraud_return_currency(totals->ruleset, item->event.company, currency);
    return tf_declared_add_return(totals->declared, &item->event, identity_of(item), tf_str_of(source), currency);
}

static enum tf_err count(struct tf_audit_totals *totals, const struct tf_item *item)
{
    const enum tf_fate fate = fate_of(item);
    const struct tf_event *event = event_of(item);
    TF_TRY(tf_books_judged(totals->books, item->position.partition, fate, event));
    if (event && (event->kind == TF_KIND_INVOICE || event->kind == TF_KIND_CREDIT_NOTE))
        return count_document(totals, item, fate);
    return event && event->kind == TF_KIND_RETURN && fate == TF_FATE_ACCEPTED && !event->voided ? take_return(totals, item) : TF_OK;
}

void tf_audit_totals_judged(struct tf_audit_totals *totals, const struct tf_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        keep(totals, count(totals, &batch->items[i]));
}

static const char *name_of(void *self, uint32_t file) { return tf_files_name(self, file); }

/* All accepted records of all files together. */
static enum tf_err check_vat(const struct tf_audit_totals *totals, struct tf_fault *fault)
{
    struct tf_book accepted = {.count = 0};
    enum tf_err err = TF_OK;
    for (size_t i = 0; i < tf_books_files(totals->books) && err == TF_OK; i++)
        err = tf_book_join(&accepted, &tf_books_file(totals->books, i)->judged[TF_FATE_ACCEPTED]);
    if (err == TF_OK)
        err = tf_vat_sums_check(totals->vat, &accepted, fault);
    tf_book_finish(&accepted);
    return err;
}

enum tf_err tf_audit_totals_close(struct tf_audit_totals *totals, const struct tf_files *files, struct tf_fault *fault)
{
    TF_TRY(told(totals, fault));
    tf_books_close(totals->books);
    void *const names = (void *)(uintptr_t)files;
    TF_TRY(tf_books_check(totals->books, name_of, names, fault));
    return check_vat(totals, fault);
}
