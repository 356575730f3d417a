#include "taxflow/vat_sums.h"

#include <pthread.h>
#include <stdlib.h>

#include "taxflow/clock.h"
#include "taxflow/supply.h"
#include "vat_amended.h"
#include "vat_groups.h"

enum { MONTHS = 12 };

struct tf_vat_sums {
    pthread_mutex_t lock; /* amended, while files are read */
    struct tf_vat_groups groups;
    struct tf_vat_amended amended;
    struct tf_vat_entry *entries; /* of the last document */
    size_t count, capacity;
    uint64_t document;            /* number of the last, from 1 */
    struct tf_vat_untold untold;  /* of the last */
    struct tf_book replaced;      /* accepted documents that do not count, for a higher revision does */
    struct tf_book untotalled;    /* what breakdowns hold of documents that do not tell the total */
    uint32_t recalled;            /* groups of earlier runs */
    struct tf_vat_past past;      /* find NULL: there were no earlier runs */
    struct tf_book earlier;       /* what rows held of net and VAT before this run */
};

/* What the document in hand is, before its categories. */
struct document {
    const struct tf_invoice *invoice;
    struct tf_vat_key key;
    bool credit, nowhere; /* nowhere: its company has no place */
};

const char *tf_vat_part_name(enum tf_vat_part part)
{
    static const char *const names[] = {
#define X(name, text) [TF_VAT_##name] = text,
        TF_VAT_PART_TABLE(X)
#undef X
    };
    return names[part];
}

int32_t tf_vat_month_of(int32_t day)
{
    char text[11]; /* "2026-03-05" */
    tf_clock_format_date(day, text);
    const int32_t year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
    return year * MONTHS + (text[5] - '0') * 10 + (text[6] - '0') - 1;
}

struct tf_vat_sums *tf_vat_sums_create(void)
{
    struct tf_vat_sums *sums = calloc(1, sizeof *sums);
    if (sums && pthread_mutex_init(&sums->lock, NULL) != 0) {
        free(sums);
        return NULL;
    }
    return sums;
}

struct tf_vat_sums *tf_vat_sums_destroy(struct tf_vat_sums *sums)
{
    if (!sums)
        return NULL;
    tf_vat_groups_finish(&sums->groups);
    tf_vat_amended_finish(&sums->amended);
    tf_book_finish(&sums->replaced);
    tf_book_finish(&sums->untotalled);
    tf_book_finish(&sums->earlier);
    pthread_mutex_destroy(&sums->lock);
    free(sums->entries);
    free(sums);
    return NULL;
}

static bool is_document(const struct tf_event *event) { return event->kind == TF_KIND_INVOICE || event->kind == TF_KIND_CREDIT_NOTE; }

enum tf_err tf_vat_sums_expect(struct tf_vat_sums *sums, const struct tf_event *event, struct tf_hash16 identity)
{
    if (event->revision == 0 || !is_document(event))
        return TF_OK;
    pthread_mutex_lock(&sums->lock);
    const enum tf_err err = tf_vat_amended_expect(&sums->amended, identity);
    pthread_mutex_unlock(&sums->lock);
    return err;
}

/* ---- What a document adds ---- */

/* A code in its place; one that is too long for any code is "other". */
static void put_code(char out[TF_VAT_CODE_BYTES + 1], struct tf_str code, const char *absent)
{
    struct tf_str text = tf_str_trim(code);
    if (text.len == 0)
        text = tf_str_of(absent);
    if (text.len > TF_VAT_CODE_BYTES)
        text = TF_STR("other");
    memcpy(out, text.ptr, text.len);
}

static int32_t month_of(const struct tf_invoice *invoice)
{
    int32_t day;
    switch (tf_supply_tax_point(invoice, &day)) {
    case TF_TAX_POINT_DAY:
        return tf_vat_month_of(day);
    case TF_TAX_POINT_ON_PAYMENT:
        return TF_VAT_ON_PAYMENT;
    case TF_TAX_POINT_UNKNOWN:
        break;
    }
    return TF_VAT_MONTH_UNKNOWN;
}

static enum tf_err read_head(struct tf_vat_sums *sums, const struct tf_event *event, struct document *ret_document)
{
    struct document *document = ret_document;
    memset(document, 0, sizeof *document);
    document->invoice = event->as.invoice;
    document->credit = event->kind == TF_KIND_CREDIT_NOTE;
    document->key.direction = (uint8_t)event->direction;
    document->key.month = month_of(document->invoice);
    tf_book_currency(document->invoice->currency, document->key.currency);
    const enum tf_err err = tf_vat_groups_company(&sums->groups, tf_str_trim(event->company), &document->key.company);
    document->nowhere = err == TF_E_FULL;
    return document->nowhere ? TF_OK : err;
}

/* Keys are compared as bytes, so the room between members is copied as well. */
static struct tf_vat_key key_of(const struct document *document, enum tf_vat_part part)
{
    struct tf_vat_key key;
    memcpy(&key, &document->key, sizeof key);
    key.part = (uint8_t)part;
    return key;
}

/* The group; when there is no room for it, the one of all that have none, in this currency. */
static enum tf_err find_group(struct tf_vat_sums *sums, const struct document *document, const struct tf_vat_key *key, uint32_t *ret_group)
{
    const enum tf_err err = document->nowhere ? TF_E_FULL : tf_vat_groups_find(&sums->groups, key, ret_group);
    if (err != TF_E_FULL)
        return err;
    struct tf_vat_key further;
    memset(&further, 0, sizeof further);
    further.further = 1;
    further.part = key->part;
    memcpy(further.currency, key->currency, sizeof further.currency);
    return tf_vat_groups_find(&sums->groups, &further, ret_group);
}

/* The document's entry of a group: a group has the number of the last document that had one. */
static enum tf_err entry_of(struct tf_vat_sums *sums, uint32_t group, struct tf_vat_entry **ret_entry)
{
    struct tf_vat_mark *mark = &sums->groups.marks[group];
    if (mark->document == sums->document) {
        *ret_entry = &sums->entries[mark->entry];
        return TF_OK;
    }
    if (sums->count == sums->capacity) {
        const size_t capacity = sums->capacity ? sums->capacity * 2 : 16;
        struct tf_vat_entry *entries = realloc(sums->entries, capacity * sizeof *entries);
        if (!entries)
            return TF_E_MEMORY;
        sums->entries = entries;
        sums->capacity = capacity;
    }
    *mark = (struct tf_vat_mark){sums->document, sums->count};
    *ret_entry = &sums->entries[sums->count++];
    **ret_entry = (struct tf_vat_entry){.group = group};
    return TF_OK;
}

static enum tf_err add_amounts(struct tf_vat_sums *sums, const struct document *document, const struct tf_vat_key *key, const struct tf_sum *net,
                               const struct tf_sum *vat)
{
    uint32_t group;
    struct tf_vat_entry *entry;
    TF_TRY(find_group(sums, document, key, &group));
    TF_TRY(entry_of(sums, group, &entry));
    return tf_sum_join(&entry->net, net) && tf_sum_join(&entry->vat, vat) ? TF_OK : TF_E_LIMIT;
}

static bool take(struct tf_sum *sum, const struct tf_amount *amount, bool credit)
{
    return !tf_amount_known(*amount) || tf_sum_add(sum, credit ? tf_money_neg(amount->value) : amount->value);
}

static void set_rate(struct tf_vat_key *key, const struct tf_amount *rate)
{
    key->rated = tf_amount_known(*rate);
    key->rate_units = key->rated ? rate->value.units : 0;
    key->rate_scale = key->rated ? rate->value.scale : 0;
}

static enum tf_err add_breakdown(struct tf_vat_sums *sums, const struct document *document, struct tf_sum *all_net, struct tf_sum *all_vat)
{
    const struct tf_invoice *invoice = document->invoice;
    const bool purchase = document->key.direction == TF_DIRECTION_PURCHASE;
    for (size_t i = 0; i < invoice->vat_breakdown.count; i++) {
        const struct tf_vat_breakdown *row = &invoice->vat_breakdown.items[i];
        struct tf_vat_key key = key_of(document, TF_VAT_BREAKDOWN);
        struct tf_sum net = {.rest = 0}, vat = {.rest = 0};
            key.country = tf_supply_return_country(invoice, purchase, row->category);
        put_code(key.tax, row->scheme, "VAT");
        put_code(key.category, row->category, "");
        set_rate(&key, &row->rate);
        if (!take(&net, &row->taxable, document->credit) || !take(&vat, &row->tax, document->credit) || !tf_sum_join(all_net, &net)
            || !tf_sum_join(all_vat, &vat))
            return TF_E_LIMIT;
        TF_TRY(add_amounts(sums, document, &key, &net, &vat));
    }
    return TF_OK;
}

/* What the total has beyond the breakdown; nothing where no total is told. */
static bool rest_of(const struct tf_amount *total, bool credit, const struct tf_sum *breakdown, struct tf_sum *ret_rest)
{
    *ret_rest = (struct tf_sum){.rest = 0};
    if (!tf_amount_known(*total))
        return true;
    const struct tf_sum less = tf_sum_negated(breakdown);
    return take(ret_rest, total, credit) && tf_sum_join(ret_rest, &less);
}

static enum tf_err add_rest(struct tf_vat_sums *sums, const struct document *document, const struct tf_sum *all_net, const struct tf_sum *all_vat)
{
    const struct tf_invoice *invoice = document->invoice;
    struct tf_sum net, vat;
    if (!rest_of(&invoice->totals.net, document->credit, all_net, &net) || !rest_of(&invoice->totals.vat, document->credit, all_vat, &vat))
        return TF_E_LIMIT;
    if (tf_sum_is_zero(&net) && tf_sum_is_zero(&vat))
        return TF_OK;
    struct tf_vat_key key = key_of(document, TF_VAT_REST);
    key.country = tf_supply_return_country(invoice, key.direction == TF_DIRECTION_PURCHASE, TF_STR_NONE);
    return add_amounts(sums, document, &key, &net, &vat);
}

/* BT-111 is of the document alone: it is not spread over its categories. */
static enum tf_err add_accounting(struct tf_vat_sums *sums, const struct document *document)
{
    const struct tf_invoice *invoice = document->invoice;
    struct tf_vat_key key = key_of(document, TF_VAT_ACCOUNTING);
    struct tf_sum none = {.rest = 0}, vat = {.rest = 0};
    tf_book_currency(invoice->vat_currency, key.currency);
    if (!tf_amount_known(invoice->totals.vat_accounting) || strcmp(key.currency, document->key.currency) == 0)
        return TF_OK;
    key.country = tf_supply_return_country(invoice, key.direction == TF_DIRECTION_PURCHASE, TF_STR_NONE);
    if (!take(&vat, &invoice->totals.vat_accounting, document->credit))
        return TF_E_LIMIT;
    return add_amounts(sums, document, &key, &none, &vat);
}

/* Of a total that is not told the rows of the breakdown stand alone. */
static struct tf_vat_untold untold_of(const struct document *document, const struct tf_sum *net, const struct tf_sum *vat)
{
    const struct tf_invoice *invoice = document->invoice;
    struct tf_vat_untold untold = {.currency = ""};
    memcpy(untold.currency, document->key.currency, sizeof untold.currency);
    if (!tf_amount_known(invoice->totals.net))
        untold.net = *net;
    if (!tf_amount_known(invoice->totals.vat))
        untold.vat = *vat;
    return untold;
}

static enum tf_err work_out(struct tf_vat_sums *sums, const struct tf_event *event)
{
    struct document document;
    struct tf_sum net = {.rest = 0}, vat = {.rest = 0};
    sums->count = 0;
    sums->document++;
    sums->untold = (struct tf_vat_untold){.currency = ""};
    if (event->voided)
        return TF_OK; /* it adds nothing; what an earlier revision of it added is taken out all the same */
    TF_TRY(read_head(sums, event, &document));
    TF_TRY(add_breakdown(sums, &document, &net, &vat));
    TF_TRY(add_rest(sums, &document, &net, &vat));
    TF_TRY(add_accounting(sums, &document));
    sums->untold = untold_of(&document, &net, &vat);
    return TF_OK;
}

/* ---- What counts ---- */

static enum tf_err keep_untold(struct tf_vat_sums *sums, const struct tf_vat_untold *untold, bool taken_out)
{
    if (tf_sum_is_zero(&untold->net) && tf_sum_is_zero(&untold->vat))
        return TF_OK;
    const struct tf_sum net = taken_out ? tf_sum_negated(&untold->net) : untold->net, vat = taken_out ? tf_sum_negated(&untold->vat) : untold->vat;
    TF_TRY(tf_book_put(&sums->untotalled, untold->currency, TF_BOOK_NET, &net));
    return tf_book_put(&sums->untotalled, untold->currency, TF_BOOK_VAT, &vat);
}

static enum tf_err count_entries(struct tf_vat_sums *sums, const struct tf_vat_entry *entries, size_t count, bool taken_out)
{
    for (size_t i = 0; i < count; i++) {
        struct tf_vat_group *group = &sums->groups.items[entries[i].group];
        const struct tf_sum net = taken_out ? tf_sum_negated(&entries[i].net) : entries[i].net;
        const struct tf_sum vat = taken_out ? tf_sum_negated(&entries[i].vat) : entries[i].vat;
        if (!tf_sum_join(&group->net, &net) || !tf_sum_join(&group->vat, &vat))
            return TF_E_LIMIT;
        if (taken_out)
            group->documents--;
        else
            group->documents++;
    }
    return TF_OK;
}

static enum tf_err take_out(struct tf_vat_sums *sums, struct tf_vat_remembered *old)
{
    TF_TRY(count_entries(sums, old->entries, old->count, true));
    TF_TRY(keep_untold(sums, &old->untold, true));
    return tf_book_join(&sums->replaced, &old->totals);
}

static enum tf_err remember(const struct tf_vat_sums *sums, struct tf_vat_remembered *slot, const struct tf_event *event)
{
    struct tf_vat_entry *entries = realloc(slot->entries, (sums->count ? sums->count : 1) * sizeof *entries);
    if (!entries)
        return TF_E_MEMORY;
    if (sums->count)
        memcpy(entries, sums->entries, sums->count * sizeof *entries);
    slot->entries = entries;
    slot->count = sums->count;
    slot->untold = sums->untold;
    slot->number = sums->document;
    slot->revision = event->revision;
    slot->counted = true;
    tf_book_finish(&slot->totals);
    return tf_book_add(&slot->totals, event);
}

/* The highest revision counts, whichever comes first. */
static enum tf_err make_room(struct tf_vat_sums *sums, const struct tf_event *event, struct tf_vat_remembered *slot, struct tf_vat_added *added)
{
    if (slot->counted && slot->revision > event->revision) {
        added->counts = false;
        return tf_book_add(&sums->replaced, event);
    }
    added->replaces = slot->counted ? slot->number : 0;
    if (slot->counted)
        TF_TRY(take_out(sums, slot));
    return remember(sums, slot, event);
}

/* What a document of an earlier run counted for: its entries. */
static enum tf_err recall_document(const struct tf_vat_sums *sums, struct tf_vat_remembered *slot, const struct tf_vat_earlier *earlier)
{
    struct tf_vat_entry *entries = calloc(earlier->count ? earlier->count : 1, sizeof *entries);
    if (!entries)
        return TF_E_MEMORY;
    free(slot->entries);
    slot->entries = entries;
    slot->count = earlier->count;
    slot->number = earlier->number;
    slot->revision = earlier->revision;
    slot->counted = true;
    for (size_t i = 0; i < earlier->count; i++) {
        entries[i] = earlier->entries[i];
        if (entries[i].group >= sums->groups.count)
            return TF_E_VALUE;
        const struct tf_vat_group *group = &sums->groups.items[entries[i].group];
        if (group->part == TF_VAT_ACCOUNTING)
            continue;
        TF_TRY(tf_book_put(&slot->totals, group->currency, TF_BOOK_NET, &entries[i].net));
        TF_TRY(tf_book_put(&slot->totals, group->currency, TF_BOOK_VAT, &entries[i].vat));
    }
    return TF_OK;
}

/* Where amendments of this run are remembered; one of an earlier run as well, once its identity comes again. */
static enum tf_err find_slot(struct tf_vat_sums *sums, struct tf_hash16 identity, struct tf_vat_remembered **ret_slot)
{
    struct tf_vat_earlier earlier;
    bool found;
    *ret_slot = tf_vat_amended_find(&sums->amended, identity);
    if (!sums->past.find || (*ret_slot && (*ret_slot)->asked))
        return TF_OK;
    TF_TRY(sums->past.find(sums->past.self, identity, *ret_slot == NULL, &earlier, &found));
    if (found && !*ret_slot) {
        TF_TRY(tf_vat_amended_expect(&sums->amended, identity));
        *ret_slot = tf_vat_amended_find(&sums->amended, identity);
    }
    if (*ret_slot)
        (*ret_slot)->asked = true;
    return found ? recall_document(sums, *ret_slot, &earlier) : TF_OK;
}

enum tf_err tf_vat_sums_add(struct tf_vat_sums *sums, const struct tf_event *event, struct tf_hash16 identity, bool counted,
                            struct tf_vat_added *ret_added)
{
    *ret_added = (struct tf_vat_added){.counts = counted};
    if (!is_document(event))
        return TF_OK;
    TF_TRY(work_out(sums, event));
    ret_added->number = sums->document;
    ret_added->entries = sums->entries;
    ret_added->count = sums->count;
    struct tf_vat_remembered *slot = NULL;
    if (counted)
        TF_TRY(find_slot(sums, identity, &slot));
    if (slot)
        TF_TRY(make_room(sums, event, slot, ret_added));
    if (!ret_added->counts)
        return TF_OK;
    TF_TRY(keep_untold(sums, &sums->untold, false));
    return count_entries(sums, sums->entries, sums->count, false);
}

const struct tf_vat_group *tf_vat_sums_group(const struct tf_vat_sums *sums, uint32_t group) { return &sums->groups.items[group]; }

/* ---- What they come to ---- */

static enum tf_err add_rows(const struct tf_vat_sums *sums, struct tf_book *rows)
{
    for (uint32_t i = 0; i < sums->groups.count; i++) {
        const struct tf_vat_group *group = &sums->groups.items[i];
        if (group->part == TF_VAT_ACCOUNTING)
            continue;
        TF_TRY(tf_book_put(rows, group->currency, TF_BOOK_NET, &group->net));
        TF_TRY(tf_book_put(rows, group->currency, TF_BOOK_VAT, &group->vat));
    }
    return TF_OK;
}

/* Rows and what amendments replaced, less what earlier runs left, what was accepted and what is told of in breakdowns alone: nothing is left. */
static enum tf_err compare(const struct tf_vat_sums *sums, const struct tf_book *accepted, const struct tf_book *rows, const char *currency,
                           enum tf_book_amount amount, struct tf_fault *fault)
{
    struct tf_sum off = tf_book_sum(rows, currency, amount);
    const struct tf_sum replaced = tf_book_sum(&sums->replaced, currency, amount);
    const struct tf_sum all = tf_book_sum(accepted, currency, amount), untold = tf_book_sum(&sums->untotalled, currency, amount);
    const struct tf_sum earlier = tf_book_sum(&sums->earlier, currency, amount);
    const struct tf_sum less_all = tf_sum_negated(&all), less_untold = tf_sum_negated(&untold), less_earlier = tf_sum_negated(&earlier);
    char text[TF_SUM_TEXT_BYTES];
    if (!tf_sum_join(&off, &replaced) || !tf_sum_join(&off, &less_all) || !tf_sum_join(&off, &less_untold) || !tf_sum_join(&off, &less_earlier))
        return TF_E_LIMIT;
    if (tf_sum_is_zero(&off))
        return TF_OK;
    return tf_fault_set(fault, TF_E_BREACH, "the VAT totals do not add up: %s in %s is %s more than the accepted documents have: please report this with the input",
                        tf_book_amount_name(amount), currency[0] ? currency : "no currency", tf_sum_format(&off, text).ptr);
}

static enum tf_err compare_all(const struct tf_vat_sums *sums, const struct tf_book *accepted, const struct tf_book *rows, struct tf_fault *fault)
{
    const struct tf_book *const both[] = {rows, accepted};
    for (size_t b = 0; b < 2; b++)
        for (uint32_t i = 0; i < both[b]->count; i++) {
            TF_TRY(compare(sums, accepted, rows, both[b]->currencies[i].currency, TF_BOOK_NET, fault));
            TF_TRY(compare(sums, accepted, rows, both[b]->currencies[i].currency, TF_BOOK_VAT, fault));
        }
    return TF_OK;
}

enum tf_err tf_vat_sums_check(const struct tf_vat_sums *sums, const struct tf_book *accepted, struct tf_fault *fault)
{
    struct tf_book rows = {.count = 0};
    enum tf_err err = add_rows(sums, &rows);
    if (err == TF_OK)
        err = compare_all(sums, accepted, &rows, fault);
    tf_book_finish(&rows);
    return err;
}

const struct tf_vat_groups *tf_vat_sums_groups(const struct tf_vat_sums *sums) { return &sums->groups; }

/* ---- From run to run ---- */

void tf_vat_sums_go_on(struct tf_vat_sums *sums, const struct tf_vat_past *past, uint64_t last)
{
    sums->past = *past;
    sums->document = last;
}

bool tf_vat_sums_goes_on(const struct tf_vat_sums *sums) { return sums->past.find != NULL; }

enum tf_err tf_vat_sums_recall(struct tf_vat_sums *sums, uint32_t number, struct tf_str bytes)
{
    if (number != sums->groups.count)
        return TF_E_VALUE;
    TF_TRY(tf_vat_group_decode(&sums->groups, bytes));
    if (number + 1 != sums->groups.count) /* it is there already */
        return TF_E_VALUE;
    sums->recalled = sums->groups.count;
    const struct tf_vat_group *group = &sums->groups.items[number];
    if (group->part == TF_VAT_ACCOUNTING)
        return TF_OK;
    TF_TRY(tf_book_put(&sums->earlier, group->currency, TF_BOOK_NET, &group->net));
    return tf_book_put(&sums->earlier, group->currency, TF_BOOK_VAT, &group->vat);
}

enum tf_err tf_vat_sums_keep(const struct tf_vat_sums *sums, enum tf_err (*put)(void *self, uint32_t number, struct tf_str bytes), void *self)
{
    return tf_vat_groups_keep(&sums->groups, sums->recalled, put, self);
}
