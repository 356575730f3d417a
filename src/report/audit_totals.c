#include "taxflow/audit_totals.h"

#include <pthread.h>
#include <stdlib.h>

#include "about.h"

struct tf_audit_totals {
    struct tf_books *books;
    struct tf_vat_sums *vat;
    struct tf_files_watch watch;
    pthread_mutex_t lock; /* err, while files are read */
    enum tf_err err;      /* the first failure */
};

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
    return totals->books && totals->vat ? totals : tf_audit_totals_destroy(totals);
}

struct tf_audit_totals *tf_audit_totals_destroy(struct tf_audit_totals *totals)
{
    if (!totals)
        return NULL;
    tf_books_destroy(totals->books);
    tf_vat_sums_destroy(totals->vat);
    pthread_mutex_destroy(&totals->lock);
    free(totals);
    return NULL;
}

const struct tf_files_watch *tf_audit_totals_watch(const struct tf_audit_totals *totals) { return &totals->watch; }

const struct tf_books *tf_audit_totals_books(const struct tf_audit_totals *totals) { return totals->books; }

const struct tf_vat_sums *tf_audit_totals_vat(const struct tf_audit_totals *totals) { return totals->vat; }

static enum tf_err told(const struct tf_audit_totals *totals, struct tf_fault *fault)
{
    if (totals->err == TF_E_LIMIT)
        return tf_fault_set(fault, TF_E_LIMIT, "sums pass 128 bits; look for amounts that cannot be, or judge fewer files at a time");
    if (totals->err == TF_E_BREACH)
        return tf_fault_set(fault, TF_E_BREACH, "a record was judged of a file that was never read: please report this with the input");
    return totals->err;
}

enum tf_err tf_audit_totals_read_done(struct tf_audit_totals *totals, struct tf_fault *fault)
{
    TF_TRY(tf_books_read_done(totals->books, fault));
    return told(totals, fault);
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

static enum tf_err count(struct tf_audit_totals *totals, const struct tf_item *item)
{
    struct tf_vat_added added;
    const enum tf_fate fate = item->outcome == TF_OUTCOME_PROCESS     ? TF_FATE_ACCEPTED
                              : item->outcome == TF_OUTCOME_DUPLICATE ? TF_FATE_DUPLICATE
                                                                      : TF_FATE_DEAD;
    const struct tf_event *event = event_of(item);
    TF_TRY(tf_books_judged(totals->books, item->position.partition, fate, event));
    if (fate != TF_FATE_ACCEPTED || (event->kind != TF_KIND_INVOICE && event->kind != TF_KIND_CREDIT_NOTE))
        return TF_OK;
    return tf_vat_sums_add(totals->vat, event, identity_of(item), true, &added);
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
