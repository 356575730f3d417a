#include "kept_totals.h"

#include <stdlib.h>

#include "about.h"

enum { TEXT_BYTES_MAX = 1024 /* of each text that is kept to find a document by */, DOCUMENT_BYTES_MAX = 64 << 20 };
enum { LENGTH_BYTES = 2 };

void tf_kept_finish(struct tf_kept *kept)
{
    tf_buf_finish(&kept->effect);
    tf_buf_finish(&kept->about);
    free(kept->entries);
}

static enum tf_err not_ours(struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_VALUE, "the sums in --state cannot be read; put a copy in its place, or give another folder and audit the files of before "
                                           "again");
}

/* ---- What is known of a document ---- */

static size_t length_of(struct tf_str text)
{
    size_t len = text.len < TEXT_BYTES_MAX ? text.len : TEXT_BYTES_MAX;
    while (len > 0 && len < text.len && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
        len--;
    return len;
}

static void put_text(struct tf_buf *out, struct tf_str text)
{
    const size_t len = length_of(text);
    tf_buf_putc(out, (char)(len & 0xff));
    tf_buf_putc(out, (char)(len >> 8));
    tf_buf_str(out, (struct tf_str){text.ptr, len});
}

/* Empty past the end. */
static struct tf_str take_text(struct tf_str *left)
{
    if (left->len < LENGTH_BYTES)
        return TF_STR("");
    const size_t len = (size_t)(unsigned char)left->ptr[0] | (size_t)(unsigned char)left->ptr[1] << 8;
    const struct tf_str text = {left->ptr + LENGTH_BYTES, len < left->len - LENGTH_BYTES ? len : left->len - LENGTH_BYTES};
    *left = (struct tf_str){text.ptr + text.len, left->len - LENGTH_BYTES - text.len};
    return text;
}

/* ---- Recall ---- */

static enum tf_err find_earlier(void *self, struct tf_hash16 identity, bool revised, struct tf_vat_earlier *ret_earlier, bool *ret_found)
{
    struct tf_kept *kept = self;
    struct tf_store_document document;
    TF_TRY(tf_store_find_document(kept->store, identity, revised, &document, ret_found, &kept->fault));
    if (!*ret_found)
        return TF_OK;
    *ret_earlier = (struct tf_vat_earlier){.number = document.number, .revision = document.revision};
    const enum tf_err err = tf_document_entries(document.effect, &kept->entries, &kept->entries_capacity, &ret_earlier->count);
    ret_earlier->entries = kept->entries;
    return err == TF_E_VALUE ? not_ours(&kept->fault) : err;
}

static enum tf_err take_group(void *self, uint32_t number, struct tf_str bytes) { return tf_vat_sums_recall(self, number, bytes); }

static enum tf_err take_return(void *self, uint32_t number, struct tf_str bytes)
{
    (void)number;
    return tf_declared_recall(self, bytes);
}

enum tf_err tf_kept_recall(struct tf_kept *kept, struct tf_vat_sums *sums, struct tf_declared *declared, struct tf_fault *fault)
{
    fault->text[0] = '\0';
    tf_buf_init(&kept->effect, DOCUMENT_BYTES_MAX);
    tf_buf_init(&kept->about, DOCUMENT_BYTES_MAX);
    TF_TRY(tf_store_last_document(kept->store, &kept->documents, fault));
    tf_vat_sums_go_on(sums, &(struct tf_vat_past){kept, find_earlier}, kept->documents);
    enum tf_err err = tf_store_read_list(kept->store, TF_STORE_VAT_GROUPS, take_group, sums, fault);
    if (err == TF_OK)
        err = tf_store_read_list(kept->store, TF_STORE_RETURNS, take_return, declared, fault);
    if (err == TF_E_TOO_MANY)
        return tf_fault_set(fault, TF_E_LIMIT, "--state and --declared have more than %d declared sums; give another folder for other companies",
                            TF_DECLARED_LINES_MAX);
    return err == TF_E_VALUE && fault->text[0] == '\0' ? not_ours(fault) : err;
}

struct recalled {
    const struct tf_vat_sums *sums;
    struct tf_documents *documents;
};

static enum tf_err take_document(void *self, const struct tf_store_document *document)
{
    const struct recalled *recalled = self;
    const struct tf_document_earlier earlier = {
        .number = document->number, .place = TF_KEPT_EARLIER | document->number, .counts = document->counts, .bytes = document->effect};
    return tf_documents_recall(recalled->documents, &earlier, recalled->sums);
}

enum tf_err tf_kept_documents(struct tf_kept *kept, const struct tf_vat_sums *sums, struct tf_documents *documents, struct tf_fault *fault)
{
    struct recalled recalled = {sums, documents};
    if (!kept->store)
        return TF_OK;
    fault->text[0] = '\0';
    const enum tf_err err = tf_store_read_documents(kept->store, take_document, &recalled, fault);
    if (err == TF_E_IO && fault->text[0] == '\0')
        return tf_fault_set(fault, TF_E_IO, "documents of earlier runs cannot be kept in a temporary file; set TMPDIR to a folder with room");
    return err == TF_E_VALUE && fault->text[0] == '\0' ? not_ours(fault) : err;
}

enum tf_err tf_kept_record(struct tf_kept *kept, uint64_t place, struct tf_kept_record *ret_record, struct tf_fault *fault)
{
    struct tf_store_document document;
    struct tf_store_claim claim;
    bool found;
    *ret_record = (struct tf_kept_record){.file = ""};
    TF_TRY(tf_store_document(kept->store, place & ~TF_KEPT_EARLIER, &document, &found, fault));
    if (!found)
        return TF_OK;
    struct tf_str left = document.about;
    ret_record->number = take_text(&left);
    ret_record->date = take_text(&left);
    ret_record->counterparty = take_text(&left);
    ret_record->id = take_text(&left);
    TF_TRY(tf_store_find_claim(kept->store, document.claim, &claim, &found, fault));
    if (found) {
        ret_record->file = tf_store_file_name(kept->store, claim.file);
        ret_record->line = claim.line;
    }
    return TF_OK;
}

/* ---- Keep ---- */

enum tf_err tf_kept_add(struct tf_kept *kept, const struct tf_item *item, struct tf_hash16 identity, const struct tf_vat_added *added, unsigned why)
{
    if (!kept->store || kept->read_only || added->number == 0)
        return TF_OK;
    const struct tf_about about = tf_about(&item->event);
    tf_buf_reset(&kept->effect);
    tf_buf_reset(&kept->about);
    tf_document_encode(&item->event, added, why, &kept->effect);
    put_text(&kept->about, about.number);
    put_text(&kept->about, about.date);
    put_text(&kept->about, about.counterparty);
    put_text(&kept->about, item->ce_id);
    if (kept->effect.failed || kept->about.failed)
        return TF_E_MEMORY;
    const struct tf_store_document document = {
        .number = added->number,
        .claim = item->id,
        .identity = identity,
        .revision = item->event.revision,
        .counts = added->counts,
        .effect = tf_buf_view(&kept->effect),
        .about = tf_buf_view(&kept->about),
    };
    if (added->replaces)
        TF_TRY(tf_store_replace_document(kept->store, added->replaces, &kept->fault));
    return tf_store_add_document(kept->store, &document, &kept->fault);
}

struct putting {
    struct tf_store *store;
    enum tf_store_list list;
    struct tf_fault *fault;
};

static enum tf_err put_item(void *self, uint32_t number, struct tf_str bytes)
{
    const struct putting *putting = self;
    return tf_store_put_item(putting->store, putting->list, number, bytes, putting->fault);
}

enum tf_err tf_kept_keep(struct tf_kept *kept, const struct tf_vat_sums *sums, const struct tf_declared *declared, struct tf_fault *fault)
{
    struct putting groups = {kept->store, TF_STORE_VAT_GROUPS, fault}, returns = {kept->store, TF_STORE_RETURNS, fault};
    if (!kept->store || kept->read_only)
        return TF_OK;
    TF_TRY(tf_vat_sums_keep(sums, put_item, &groups));
    return tf_declared_keep(declared, put_item, &returns);
}
