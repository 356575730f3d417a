/* Groups and documents as bytes, for the runs that follow. A store's version says what they look like. */
#include <stdlib.h>

#include "bytes.h"
#include "documents.h"
#include "vat_groups.h"

enum { GROUP_BYTES_MAX = 1 << 23 };
enum { SUM_NOTHING, SUM_CENTS, SUM_ALL };
static const int64_t rest_limit = 1000000000000000000;

void tf_bytes_put_sum(struct tf_buf *out, const struct tf_sum *sum)
{
    const bool small = sum->rest == 0 && sum->cents >= INT64_MIN && sum->cents <= INT64_MAX;
    tf_bytes_put(out, tf_sum_is_zero(sum) ? SUM_NOTHING : small ? SUM_CENTS : SUM_ALL, 1);
    if (tf_sum_is_zero(sum))
        return;
    if (small) {
        tf_bytes_put(out, (uint64_t)sum->cents, 8);
        return;
    }
    tf_bytes_put_int128(out, sum->cents);
    tf_bytes_put(out, (uint64_t)sum->rest, 8);
}

struct tf_sum tf_bytes_sum(struct tf_bytes *from)
{
    struct tf_sum sum = {.rest = 0};
    switch (tf_bytes_get(from, 1)) {
    case SUM_NOTHING:
        return sum;
    case SUM_CENTS:
        sum.cents = (int64_t)tf_bytes_get(from, 8);
        return sum;
    case SUM_ALL:
        sum.cents = tf_bytes_int128(from);
        sum.rest = (int64_t)tf_bytes_get(from, 8);
        from->failed |= sum.rest < 0 || sum.rest >= rest_limit;
        return sum;
    default:
        from->failed = true;
        return sum;
    }
}

/* ---- Groups ---- */

static void put_code(struct tf_buf *out, const char *code) { tf_bytes_put_text(out, tf_str_of(code)); }

static void get_code(struct tf_bytes *from, char *out, size_t bytes)
{
    const struct tf_str code = tf_bytes_text(from);
    from->failed |= code.len >= bytes;
    if (!from->failed)
        memcpy(out, code.ptr, code.len);
}

static void encode_group(const struct tf_vat_groups *groups, uint32_t number, struct tf_buf *out)
{
    const struct tf_vat_key *key = &groups->keys[number];
    const struct tf_vat_group *group = &groups->items[number];
    tf_bytes_put_text(out, tf_str_of(group->company));
    tf_bytes_put(out, (uint32_t)key->month, 4);
    tf_bytes_put(out, key->country, 2);
    tf_bytes_put(out, key->direction, 1);
    tf_bytes_put(out, key->part, 1);
    tf_bytes_put(out, key->rated, 1);
    tf_bytes_put(out, key->rate_scale, 1);
    tf_bytes_put_int128(out, key->rate_units);
    tf_bytes_put(out, key->further, 1);
    put_code(out, key->tax);
    put_code(out, key->category);
    put_code(out, key->currency);
    tf_bytes_put(out, group->documents, 8);
    tf_bytes_put_sum(out, &group->net);
    tf_bytes_put_sum(out, &group->vat);
}

static enum tf_err decode_key(struct tf_vat_groups *groups, struct tf_bytes *from, struct tf_vat_key *key)
{
    memset(key, 0, sizeof *key); /* compared as bytes */
    const struct tf_str company = tf_bytes_text(from);
    key->month = (int32_t)(uint32_t)tf_bytes_get(from, 4);
    key->country = (uint16_t)tf_bytes_get(from, 2);
    key->direction = (uint8_t)tf_bytes_get(from, 1);
    key->part = (uint8_t)tf_bytes_get(from, 1);
    key->rated = (uint8_t)tf_bytes_get(from, 1);
    key->rate_scale = (uint8_t)tf_bytes_get(from, 1);
    key->rate_units = tf_bytes_int128(from);
    key->further = (uint8_t)tf_bytes_get(from, 1);
    get_code(from, key->tax, sizeof key->tax);
    get_code(from, key->category, sizeof key->category);
    get_code(from, key->currency, sizeof key->currency);
    if (from->failed || key->part > TF_VAT_ACCOUNTING || key->rate_scale > TF_DECIMAL_SCALE_MAX)
        return TF_E_VALUE;
    return key->further ? TF_OK : tf_vat_groups_company(groups, company, &key->company);
}

enum tf_err tf_vat_group_decode(struct tf_vat_groups *groups, struct tf_str bytes)
{
    struct tf_bytes from = {bytes, false};
    struct tf_vat_key key;
    uint32_t number;
    TF_TRY(decode_key(groups, &from, &key));
    const uint64_t documents = tf_bytes_get(&from, 8);
    const struct tf_sum net = tf_bytes_sum(&from), vat = tf_bytes_sum(&from);
    if (from.failed || from.left.len > 0)
        return TF_E_VALUE;
    TF_TRY(tf_vat_groups_find(groups, &key, &number));
    struct tf_vat_group *group = &groups->items[number];
    group->documents = group->earlier.documents = documents;
    group->net = group->earlier.net = net;
    group->vat = group->earlier.vat = vat;
    return TF_OK;
}

/* A new one is written even where it is empty by now: documents name groups by their numbers, without a gap. */
static bool is_changed(const struct tf_vat_group *group, bool recalled)
{
    return !recalled || group->documents != group->earlier.documents || !tf_sum_eq(&group->net, &group->earlier.net)
           || !tf_sum_eq(&group->vat, &group->earlier.vat);
}

enum tf_err tf_vat_groups_keep(const struct tf_vat_groups *groups, uint32_t recalled, enum tf_err (*put)(void *self, uint32_t number, struct tf_str bytes),
                               void *self)
{
    struct tf_buf bytes;
    enum tf_err err = TF_OK;
    tf_buf_init(&bytes, GROUP_BYTES_MAX);
    for (uint32_t i = 0; i < groups->count && err == TF_OK; i++) {
        if (!is_changed(&groups->items[i], i < recalled))
            continue;
        tf_buf_reset(&bytes);
        encode_group(groups, i, &bytes);
        err = bytes.failed ? TF_E_MEMORY : put(self, i, tf_buf_view(&bytes));
    }
    tf_buf_finish(&bytes);
    return err;
}

/* ---- Documents ---- */

void tf_document_encode(const struct tf_event *event, const struct tf_vat_added *added, unsigned why, struct tf_buf *out)
{
    struct tf_document_row head;
    tf_documents_head(event, added, why, &head);
    tf_bytes_put(out, (uint64_t)head.recorded_ms, 8);
    tf_bytes_put(out, (uint32_t)head.point, 4);
    tf_bytes_put(out, (uint32_t)head.issued, 4);
    tf_bytes_put(out, head.why, 2);
    tf_bytes_put(out, head.direction, 1);
    for (size_t i = 0; i < added->count; i++) {
        tf_bytes_put(out, added->entries[i].group, 4);
        tf_bytes_put_sum(out, &added->entries[i].net);
        tf_bytes_put_sum(out, &added->entries[i].vat);
    }
}

static void decode_head(struct tf_bytes *from, struct tf_document_row *head)
{
    memset(head, 0, sizeof *head);
    head->recorded_ms = (int64_t)tf_bytes_get(from, 8);
    head->point = (int32_t)(uint32_t)tf_bytes_get(from, 4);
    head->issued = (int32_t)(uint32_t)tf_bytes_get(from, 4);
    head->why = (uint16_t)tf_bytes_get(from, 2);
    head->direction = (uint8_t)tf_bytes_get(from, 1);
}

static enum tf_err decode_entries(struct tf_bytes *from, struct tf_vat_entry **entries, size_t *capacity, size_t *ret_count)
{
    *ret_count = 0;
    while (!from->failed && from->left.len > 0) {
        if (*ret_count == *capacity) {
            const size_t larger = *capacity ? *capacity * 2 : 16;
            struct tf_vat_entry *grown = realloc(*entries, larger * sizeof *grown);
            if (!grown)
                return TF_E_MEMORY;
            *entries = grown;
            *capacity = larger;
        }
        struct tf_vat_entry *entry = &(*entries)[(*ret_count)++];
        entry->group = (uint32_t)tf_bytes_get(from, 4);
        entry->net = tf_bytes_sum(from);
        entry->vat = tf_bytes_sum(from);
    }
    return from->failed ? TF_E_VALUE : TF_OK;
}

enum tf_err tf_document_entries(struct tf_str bytes, struct tf_vat_entry **entries, size_t *capacity, size_t *ret_count)
{
    struct tf_bytes from = {bytes, false};
    struct tf_document_row head;
    decode_head(&from, &head);
    return decode_entries(&from, entries, capacity, ret_count);
}

static enum tf_err recall(struct tf_documents *documents, const struct tf_document_earlier *earlier, uint32_t groups, struct tf_vat_entry **entries)
{
    struct tf_bytes from = {earlier->bytes, false};
    struct tf_document_row head;
    size_t capacity = 0, count;
    decode_head(&from, &head);
    TF_TRY(decode_entries(&from, entries, &capacity, &count));
    head.document = earlier->number;
    head.place = earlier->place;
    if (!earlier->counts)
        head.why |= TF_WHY_REPLACED;
    for (size_t i = 0; i < count; i++)
        if ((*entries)[i].group >= groups)
            return TF_E_VALUE;
    return tf_documents_put(documents, &head, *entries, count);
}

enum tf_err tf_documents_recall(struct tf_documents *documents, const struct tf_document_earlier *earlier, const struct tf_vat_sums *sums)
{
    struct tf_vat_entry *entries = NULL;
    const enum tf_err err = recall(documents, earlier, tf_vat_sums_groups(sums)->count, &entries);
    free(entries);
    return err;
}
