#include "documents.h"

#include <stdlib.h>

#include "taxflow/supply.h"

enum { FIRST_REPLACED = 64 };

struct tf_documents {
    FILE *file;
    uint64_t rows, read;
    uint64_t *replaced; /* numbers of documents, sorted before a reading */
    size_t replaced_count, replaced_capacity;
    bool sorted;
};

struct tf_documents *tf_documents_create(FILE *scratch)
{
    struct tf_documents *documents = calloc(1, sizeof *documents);
    if (documents)
        documents->file = scratch;
    else
        fclose(scratch);
    return documents;
}

struct tf_documents *tf_documents_destroy(struct tf_documents *documents)
{
    if (!documents)
        return NULL;
    fclose(documents->file);
    free(documents->replaced);
    free(documents);
    return NULL;
}

static enum tf_err note_replaced(struct tf_documents *documents, uint64_t number)
{
    if (documents->replaced_count == documents->replaced_capacity) {
        const size_t capacity = documents->replaced_capacity ? documents->replaced_capacity * 2 : FIRST_REPLACED;
        uint64_t *replaced = realloc(documents->replaced, capacity * sizeof *replaced);
        if (!replaced)
            return TF_E_MEMORY;
        documents->replaced = replaced;
        documents->replaced_capacity = capacity;
    }
    documents->replaced[documents->replaced_count++] = number;
    documents->sorted = false;
    return TF_OK;
}

static void read_days(const struct tf_invoice *invoice, struct tf_document_row *row)
{
    row->issued = tf_date_known(invoice->issue_date) && !tf_str_blank(invoice->issue_date.text) ? invoice->issue_date.days : TF_DATE_UNKNOWN;
    if (tf_supply_tax_point(invoice, &row->point) != TF_TAX_POINT_DAY)
        row->point = TF_DATE_UNKNOWN;
}

void tf_documents_head(const struct tf_event *event, const struct tf_vat_added *added, unsigned why, struct tf_document_row *ret_row)
{
    memset(ret_row, 0, sizeof *ret_row);
    if (!added->counts && (why & (TF_WHY_COPY | TF_WHY_CONFLICT)) == 0)
        why |= TF_WHY_REPLACED;
    if (added->replaces)
        why |= TF_WHY_AMENDS;
    ret_row->document = added->number;
    ret_row->recorded_ms = event->recorded_at_ms;
    ret_row->direction = (uint8_t)event->direction;
    ret_row->why = (uint16_t)why;
    read_days(event->as.invoice, ret_row);
}

enum tf_err tf_documents_put(struct tf_documents *documents, struct tf_document_row *head, const struct tf_vat_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        head->group = entries[i].group;
        head->net = entries[i].net;
        head->vat = entries[i].vat;
        if (fwrite(head, sizeof *head, 1, documents->file) != 1)
            return TF_E_IO;
        documents->rows++;
    }
    return TF_OK;
}

enum tf_err tf_documents_add(struct tf_documents *documents, const struct tf_event *event, const struct tf_vat_added *added, uint64_t place, unsigned why)
{
    struct tf_document_row row;
    if (added->count == 0 && !added->replaces) /* a voided revision adds nothing and takes the place of one that did */
        return TF_OK;
    tf_documents_head(event, added, why, &row);
    row.place = place;
    TF_TRY(tf_documents_put(documents, &row, added->entries, added->count));
    return added->replaces ? note_replaced(documents, added->replaces) : TF_OK;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

bool tf_documents_is_replaced(const struct tf_documents *documents, uint64_t number)
{
    return documents->replaced_count > 0
           && bsearch(&number, documents->replaced, documents->replaced_count, sizeof *documents->replaced, by_number) != NULL;
}

enum tf_err tf_documents_rewind(struct tf_documents *documents)
{
    if (!documents->sorted && documents->replaced_count)
        qsort(documents->replaced, documents->replaced_count, sizeof *documents->replaced, by_number);
    documents->sorted = true;
    documents->read = 0;
    return fflush(documents->file) == 0 && fseeko(documents->file, 0, SEEK_SET) == 0 ? TF_OK : TF_E_IO;
}

enum tf_err tf_documents_next(struct tf_documents *documents, struct tf_document_row *ret_row, bool *ret_more)
{
    *ret_more = documents->read < documents->rows;
    if (!*ret_more)
        return TF_OK;
    documents->read++;
    if (fread(ret_row, sizeof *ret_row, 1, documents->file) != 1)
        return TF_E_IO;
    if (tf_documents_is_replaced(documents, ret_row->document))
        ret_row->why |= TF_WHY_REPLACED;
    return TF_OK;
}
