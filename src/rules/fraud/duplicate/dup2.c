/*
 * DUP2, fuzzy number: same supplier, about the same amount, and a number that a slip or a trick makes of the other (alike.h).
 *
 * A key stands for a supplier and a bucket of amounts, an entry for a number: its tag tells whether two numbers are alike, so one entry a
 * number is enough and whatever lies within the tolerance is found in at most two buckets.
 *
 * Rents and subscriptions are numbers of one supplier with one amount: among many of them two are alike by chance. So where the amount
 * is usual, only what chance hardly makes counts: a letter behind the number, or the very number with another amount.
 */
#include "alike.h"
#include "fraud_normalise.h"
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "numbers.h"
#include "taxflow/clock.h"

enum { TOLERANCE, USUAL };
enum {
    LOOK_MAX = 512,   /* of a bucket, the latest entries */
    SLOTS = 2,        /* a payment may pay several numbers of one bucket: each slot is a key of its own */
    FIGURES_BITS = 6, /* leading bits of an amount that name its bucket: it is 1.5 to 3.2 % wide, the tolerance 0.7 % at most */
};

/* What is compared: a number with its amount; what goes back is negative. */
struct part {
    struct tf_str number; /* normalised, in room */
    int64_t minor;
    uint32_t tag;
    char room[TF_FRAUD_NORMALISE_BYTES];
};

static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->supplier.ptr && facts->has_amount && facts->currency[0] && facts->has_time;
}

static int64_t magnitude(int64_t minor)
{
    return minor == INT64_MIN ? INT64_MAX : minor < 0 ? -minor : minor;
}

/* A payment of several numbers that does not say what went to each is compared as one: the numbers in a row, and the sum. */
static bool is_whole(const struct tf_event *event)
{
    size_t numbers = tf_numbers_count(event);
    for (size_t i = 0; i < numbers && numbers > 1; i++)
        if (!tf_amount_present(tf_numbers_amount(event, i)))
            return true;
    return false;
}

static size_t parts_count(const struct tf_event *event)
{
    return is_whole(event) ? 1 : tf_numbers_count(event);
}

static bool whole_number(const struct tf_event *event, struct part *part)
{
    size_t len = 0;
    for (size_t i = 0; i < tf_numbers_count(event); i++) {
        char room[TF_FRAUD_NORMALISE_BYTES] TF_NOT_CLEARED;
        struct tf_str number = tf_fraud_normalise_into(tf_numbers_at(event, i), room);
        if (!number.ptr || number.len > sizeof part->room - len)
            return false;
        memcpy(part->room + len, number.ptr, number.len);
        len += number.len;
    }
    part->number = (struct tf_str){part->room, len};
    return true;
}

/* A credit note stands for the invoice it takes back, under that one's number where it says so (BT-25). */
static struct tf_str written_number(const struct tf_event *event, size_t index)
{
    if (event->kind == TF_KIND_CREDIT_NOTE && event->as.invoice->preceding.count == 1)
        return event->as.invoice->preceding.items[0].number;
    return tf_numbers_at(event, index);
}

static bool part_of(const struct tf_fraud_facts *facts, size_t index, struct part *part)
{
    const struct tf_event *event = facts->event;
    part->minor = facts->amount_minor;
    if (is_whole(event)) {
        if (!whole_number(event, part))
            return false;
    } else {
        struct tf_amount paid = tf_numbers_amount(event, index);
        part->number = tf_fraud_normalise_into(written_number(event, index), part->room);
        if (!part->number.ptr || (tf_amount_present(paid) && !tf_money_to_minor(paid.value, &part->minor)))
            return false;
    }
    if (event->kind == TF_KIND_CREDIT_NOTE)
        part->minor = -magnitude(part->minor);
    part->tag = tf_alike_tag(part->number);
    return true;
}

/* Buckets follow one another without a gap: the leading bits run from half of what they can be, and then begin again. */
static int64_t bucket_of(int64_t amount)
{
    if (amount < 1 << FIGURES_BITS)
        return amount;
    int shift = 64 - __builtin_clzll((uint64_t)amount) - FIGURES_BITS;
    return ((int64_t)shift << (FIGURES_BITS - 1)) + (amount >> shift);
}

/* The least and the largest amount within the tolerance, which is a share of the larger one. */
static int64_t least_near(int64_t amount, int64_t permille)
{
    return (int64_t)((tf_int128)amount - (tf_int128)amount * permille / 1000);
}

static int64_t most_near(int64_t amount, int64_t permille)
{
    tf_int128 most = (tf_int128)amount * 1000 / (1000 - permille);
    return most < INT64_MAX ? (int64_t)most : INT64_MAX;
}

static bool near(int64_t a, int64_t b, int64_t permille)
{
    if ((a < 0) != (b < 0))
        return false;
    int64_t x = magnitude(a), y = magnitude(b);
    int64_t larger = x > y ? x : y, apart = x > y ? x - y : y - x;
    return (tf_int128)apart * 1000 <= (tf_int128)larger * permille;
}

static struct tf_fraud_key key_of(const struct tf_fraud_facts *facts, const struct part *part, int64_t bucket, int64_t slot)
{
    struct tf_key text TF_NOT_CLEARED;
    bool credit = facts->event->kind == TF_KIND_CREDIT_NOTE;
    tf_key_begin_as(&text, TF_STR("DUP2"), 'a', facts, credit ? TF_KIND_INVOICE : facts->event->kind);
    tf_key_str(&text, facts->supplier);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    tf_key_i64(&text, bucket);
    tf_key_i64(&text, slot);
    return (struct tf_fraud_key){.hash = tf_key_end(&text), .value = part->minor, .tag = part->tag, .use = TF_FRAUD_LOOKS};
}

/* How many keys of the event stand for a bucket already: the slot of the next one. */
static int64_t slot_of(const int64_t *buckets, size_t index)
{
    int64_t slot = 0;
    for (size_t i = 0; i < index; i++)
        slot += buckets[i] == buckets[index];
    return slot;
}

/* The keys of one number; 0 when there is no room for them. */
static size_t part_keys(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, const struct part *part, int64_t own_slot,
                        struct tf_fraud_key *keys, size_t room)
{
    int64_t amount = magnitude(part->minor), permille = setting->params[TOLERANCE];
    int64_t slots = facts->event->kind == TF_KIND_PAYMENT ? SLOTS : 1, own = bucket_of(amount);
    size_t count = 0;
    for (int64_t bucket = bucket_of(least_near(amount, permille)); bucket <= bucket_of(most_near(amount, permille)); bucket++)
        for (int64_t slot = 0; slot < slots; slot++) {
            if (count == room)
                return 0;
            keys[count] = key_of(facts, part, bucket, slot);
            if (bucket == own && slot == own_slot)
                keys[count].use = TF_FRAUD_LOOKS_AND_ADDS;
            count++;
        }
    return own_slot < slots ? count : 0;
}

static size_t collect(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, struct tf_fraud_key *keys, bool *ret_all)
{
    size_t numbers = parts_count(facts->event), count = 0;
    int64_t buckets[TF_FRAUD_KEYS_MAX] TF_NOT_CLEARED;
    *ret_all = numbers > 0 && numbers <= TF_FRAUD_KEYS_MAX;
    for (size_t i = 0; i < numbers && i < TF_FRAUD_KEYS_MAX; i++) {
        struct part part TF_NOT_CLEARED;
        bool known = part_of(facts, i, &part);
        buckets[i] = known ? bucket_of(magnitude(part.minor)) : -1;
        if (known && part.minor == 0)
            continue;
        size_t added = known ? part_keys(setting, facts, &part, slot_of(buckets, i), &keys[count], TF_FRAUD_KEYS_MAX - count) : 0;
        *ret_all &= added > 0;
        count += added;
    }
    return count;
}

/* A credit note is not judged. */
static size_t only_adding(struct tf_fraud_key *keys, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (keys[i].use != TF_FRAUD_LOOKS_AND_ADDS)
            continue;
        keys[kept] = keys[i];
        keys[kept++].use = TF_FRAUD_ADDS;
    }
    return kept;
}

size_t tf_dup2_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    bool all;
    if (!facts->spends || facts->returned || !complete(facts))
        return 0;
    size_t count = collect(setting, facts, keys, &all);
    return facts->event->kind == TF_KIND_CREDIT_NOTE ? only_adding(keys, count) : count;
}

/* What is found beside one number of the event. */
struct found {
    bool exact;                 /* DUP1 says it */
    bool any;                   /* some number is alike, whether it counts or not */
    size_t usual;               /* other numbers with just this amount */
    enum tf_alike how;          /* of the first alike one */
    int64_t minor;
};

static bool is_reversed(const struct tf_fraud_window *window, size_t i)
{
    int64_t value = tf_fraud_value_at(window, i);
    for (size_t k = window->count > LOOK_MAX ? window->count - LOOK_MAX : 0; k < window->count; k++)
        if (window->entries[k].tag == window->entries[i].tag && tf_fraud_value_at(window, k) == -value)
            return true;
    return false;
}

/* Looks through a window, and relates what counts; a second look, with usual known, leaves out what chance makes. */
static void look(const struct tf_fraud_case *c, const struct tf_alike_number *number, size_t w, struct found *found, struct tf_fraud_hit *hit)
{
    const struct tf_fraud_window *window = &c->windows[w];
    int64_t own = c->keys[w].value;
    size_t end = window->count, first = end > LOOK_MAX ? end - LOOK_MAX : 0;
    for (size_t i = first; i < end; i++) {
        int64_t value = tf_fraud_value_at(window, i);
        if (!near(own, value, c->setting->params[TOLERANCE]))
            continue;
        enum tf_alike how = tf_alike_compare(number, window->entries[i].tag);
        if (!hit)
            found->usual += how == TF_ALIKE_NOT && value == own;
        found->any |= how != TF_ALIKE_NOT;
        found->exact |= how == TF_ALIKE_SAME && value == own;
        bool telling = how == TF_ALIKE_SAME || how == TF_ALIKE_LETTER || found->usual <= (size_t)c->setting->params[USUAL];
        if (!hit || how == TF_ALIKE_NOT || !telling || tf_hit_full(hit) || is_reversed(window, i))
            continue;
        if (hit->related_count == 0) {
            found->how = how;
            found->minor = value;
        }
        tf_hit_relate(hit, &window->entries[i]);
    }
}

static bool any_near(const struct tf_fraud_case *c, uint32_t tag)
{
    for (size_t w = 0; w < c->count; w++)
        if (c->keys[w].tag == tag && c->windows[w].count > 0)
            return true;
    return false;
}

static void look_at_part(const struct tf_fraud_case *c, const struct part *part, struct found *found, struct tf_fraud_hit *hit)
{
    struct tf_alike_number number TF_NOT_CLEARED;
    struct found here = {.how = TF_ALIKE_NOT};
    if (!any_near(c, part->tag))
        return;
    tf_alike_prepare(&number, part->number);
    for (size_t w = 0; w < c->count; w++)
        if (c->keys[w].tag == part->tag)
            look(c, &number, w, &here, NULL);
    for (size_t w = 0; w < c->count && here.any && !here.exact; w++)
        if (c->keys[w].tag == part->tag)
            look(c, &number, w, &here, hit);
    if (found->how == TF_ALIKE_NOT)
        *found = here;
}

static void explain(const struct tf_fraud_case *c, const struct found *found, struct tf_fraud_hit *hit)
{
    char own[TF_HIT_AMOUNT_BYTES], other[TF_HIT_AMOUNT_BYTES];
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = tf_arena_printf(c->arena, "%u%s other %s of this supplier with %s, this one of %s, the other of %s", hit->related_count,
                                    tf_hit_full(hit) ? " or more" : "", tf_fraud_facts_plural(c->facts->event->kind),
                                    tf_alike_words(found->how), tf_hit_amount(c->facts->amount_minor, c->facts->currency, own),
                                    tf_hit_amount(found->minor, c->facts->currency, other));
    hit->threshold = tf_arena_printf(c->arena, "1 within %lld days and %lld per mille of the amount",
                                     (long long)(c->setting->window_ms / TF_MS_PER_DAY), (long long)c->setting->params[TOLERANCE]);
}

/* Whether every number was looked for. Mostly each has its key; one without an amount needs none. */
static bool every_number(const struct tf_fraud_case *c)
{
    struct tf_fraud_key keys[TF_FRAUD_KEYS_MAX] TF_NOT_CLEARED;
    size_t adding = 0;
    bool all;
    for (size_t i = 0; i < c->count; i++)
        adding += c->keys[i].use == TF_FRAUD_LOOKS_AND_ADDS;
    if (adding > 0 && adding == parts_count(c->facts->event))
        return true;
    collect(c->setting, c->facts, keys, &all);
    return all;
}

enum tf_fraud_answer tf_dup2_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    struct found found = {.how = TF_ALIKE_NOT};
    if (!c->facts->spends || c->facts->event->kind == TF_KIND_CREDIT_NOTE)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->facts->returned)
        return TF_FRAUD_CLEAR;
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    for (size_t i = 0; i < parts_count(c->facts->event) && i < TF_FRAUD_KEYS_MAX; i++) {
        struct part part TF_NOT_CLEARED;
        if (part_of(c->facts, i, &part))
            look_at_part(c, &part, &found, hit);
    }
    if (hit->related_count == 0)
        return every_number(c) ? TF_FRAUD_CLEAR : TF_FRAUD_UNKNOWN;
    explain(c, &found, hit);
    return TF_FRAUD_HIT;
}
