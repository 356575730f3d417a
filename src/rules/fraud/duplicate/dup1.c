/*
 * DUP1, exact duplicate: same supplier, norm(number), amount and currency.
 *
 * Reversals net out first: each sum that went back under the number takes one that went out away with it, so a document that was
 * reversed and is issued again repeats nothing, and a repetition that nobody reversed stays one. What goes back is a negative amount, or
 * a credit note, which reverses the invoice it shares its number with as well as those it refers to (BT-25).
 */
#include "fraud_normalise.h"
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "numbers.h"
#include "taxflow/clock.h"

enum {
    LOOK_MAX = 256,       /* the latest entries of one number and amount: more of them are no slip */
    REFERENCE = 1 << 16, /* tag of what a credit note adds under the number of another document */
};

/* Whether nothing but the numbers may still be missing. */
static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->supplier.ptr && facts->has_amount && facts->currency[0] && facts->has_time;
}

/* Copies are of one kind and one sign as written. */
static uint32_t tag_of(const struct tf_fraud_facts *facts, int64_t minor)
{
    return (uint32_t)facts->event->kind << 1 | (minor < 0);
}

/* The key has the amount without its sign, so that a sum meets what takes it back; which is which stands in the value. */
static bool key_of(const struct tf_fraud_facts *facts, struct tf_str written, int64_t minor, struct tf_fraud_key *key)
{
    char room[TF_FRAUD_NORMALISE_BYTES] TF_NOT_CLEARED;
    struct tf_str number = tf_fraud_normalise_into(written, room);
    if (!number.ptr || minor == INT64_MIN)
        return false;
    bool credit = facts->event->kind == TF_KIND_CREDIT_NOTE;
    int64_t magnitude = minor < 0 ? -minor : minor;
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin_as(&text, TF_STR("DUP1"), 'n', facts, credit ? TF_KIND_INVOICE : facts->event->kind);
    tf_key_str(&text, facts->supplier);
    tf_key_str(&text, number);
    tf_key_i64(&text, magnitude);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    *key = (struct tf_fraud_key){.hash = tf_key_end(&text), .value = credit ? -magnitude : minor, .tag = tag_of(facts, minor)};
    return true;
}

static bool number_key(const struct tf_fraud_facts *facts, size_t index, struct tf_fraud_key *key)
{
    struct tf_amount paid = tf_numbers_amount(facts->event, index);
    int64_t minor = facts->amount_minor;
    if (tf_amount_present(paid) && !tf_money_to_minor(paid.value, &minor))
        return false;
    return key_of(facts, tf_numbers_at(facts->event, index), minor, key);
}

static bool has_key(const struct tf_fraud_key *keys, size_t count, const struct tf_fraud_key *key)
{
    for (size_t i = 0; i < count; i++)
        if (tf_hash16_eq(keys[i].hash, key->hash))
            return true;
    return false;
}

/* Returns the keys; ret_all is false when some number gave none. */
static size_t collect(const struct tf_fraud_facts *facts, struct tf_fraud_key *keys, bool *ret_all)
{
    size_t numbers = tf_numbers_count(facts->event), count = 0;
    *ret_all = numbers > 0;
    for (size_t i = 0; i < numbers; i++) {
        struct tf_fraud_key key;
        bool made = number_key(facts, i, &key);
        if (made && has_key(keys, count, &key))
            continue;
        if (made && count < TF_FRAUD_KEYS_MAX)
            keys[count++] = key;
        else
            *ret_all = false;
    }
    return count;
}

/* What a credit note credits. One that refers to more than there is room for is the whole reversal of none of them. */
static size_t collect_references(const struct tf_fraud_facts *facts, struct tf_fraud_key *keys, size_t count)
{
    if (facts->event->kind != TF_KIND_CREDIT_NOTE || !facts->event->as.invoice)
        return count;
    for (size_t i = 0; i < facts->event->as.invoice->preceding.count && count < TF_FRAUD_KEYS_MAX; i++) {
        struct tf_fraud_key key;
        if (!key_of(facts, facts->event->as.invoice->preceding.items[i].number, facts->amount_minor, &key) || has_key(keys, count, &key))
            continue;
        key.tag |= (uint32_t)REFERENCE;
        keys[count++] = key;
    }
    return count;
}

/* Whether every number was looked for: fewer keys than numbers may also mean a number written twice, and a credit note has others. */
static bool every_number(const struct tf_fraud_case *c)
{
    struct tf_fraud_key keys[TF_FRAUD_KEYS_MAX] TF_NOT_CLEARED;
    bool all;
    if (c->facts->event->kind != TF_KIND_CREDIT_NOTE && c->count > 0 && c->count == tf_numbers_count(c->facts->event))
        return true;
    collect(c->facts, keys, &all);
    return all;
}

size_t tf_dup1_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    bool all;
    if (!facts->spends || facts->returned || !complete(facts))
        return 0;
    return collect_references(facts, keys, collect(facts, keys, &all));
}

/* What stands under one key beside the event: what says the same, and what says the contrary. */
struct seen { size_t copies, opposites; };

static size_t first_looked_at(const struct tf_fraud_window *window)
{
    return window->count > LOOK_MAX ? window->count - LOOK_MAX : 0;
}

static bool is_copy(const struct tf_fraud_key *key, const struct tf_fraud_window *window, size_t i)
{
    return window->entries[i].tag == key->tag && tf_fraud_value_at(window, i) == key->value;
}

static struct seen look(const struct tf_fraud_key *key, const struct tf_fraud_window *window)
{
    struct seen seen = {0, 0};
    for (size_t i = first_looked_at(window); i < window->count; i++) {
        if (is_copy(key, window, i))
            seen.copies++;
        else if (key->value != 0 && tf_fraud_value_at(window, i) == -key->value)
            seen.opposites++;
    }
    return seen;
}

/* A sum that goes out needs a copy that nothing took back. One that goes back needs a copy that is not for another one that went out. */
static bool repeats(const struct tf_fraud_key *key, const struct seen *seen)
{
    if (key->tag & (uint32_t)REFERENCE)
        return false;
    return key->value < 0 ? seen->copies > 0 && seen->copies >= seen->opposites : seen->copies > seen->opposites;
}

static void relate(const struct tf_fraud_key *key, const struct tf_fraud_window *window, struct tf_fraud_hit *hit)
{
    for (size_t i = first_looked_at(window); i < window->count && !tf_hit_full(hit); i++)
        if (is_copy(key, window, i))
            tf_hit_relate(hit, &window->entries[i]);
}

/* Year and day of a time as the calendar has them; what lies outside it is of no year. */
static void civil(int64_t time_ms, char out[11])
{
    int64_t days = time_ms / TF_MS_PER_DAY - (time_ms % TF_MS_PER_DAY < 0);
    memset(out, 0, 11);
    if (days >= tf_clock_days_from_civil(1, 1, 1) && days <= tf_clock_days_from_civil(9999, 12, 31))
        tf_clock_format_date((int32_t)days, out);
}

/*
 * Whether a copy is not a second document but the same one, submitted again under another id: seller, number, year and amount name an invoice,
 * for its number is given once a year. A payment has no number of its own; there it is the day.
 */
static bool resubmits(const struct tf_fraud_case *c, size_t w)
{
    char own[11], other[11];
    size_t same = c->facts->event->kind == TF_KIND_PAYMENT ? 10 : 4;
    civil(c->facts->time_ms, own);
    for (size_t i = first_looked_at(&c->windows[w]); i < c->windows[w].count; i++) {
        civil(c->windows[w].entries[i].time_ms, other);
        if (is_copy(&c->keys[w], &c->windows[w], i) && own[0] && memcmp(own, other, same) == 0)
            return true;
    }
    return false;
}

/* The record itself: its claim was forgotten, so it was accepted once more. */
static enum tf_fraud_answer came_again(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    char amount[TF_HIT_AMOUNT_BYTES] TF_NOT_CLEARED;
    hit->related[hit->related_count++] = c->again;
    hit->resubmission = true;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = tf_arena_printf(c->arena, "the very record was submitted before, this one of %s",
                                    tf_hit_amount(c->facts->amount_minor, c->facts->currency, amount));
    hit->threshold = tf_arena_printf(c->arena, "1 within %lld days", (long long)(c->setting->window_ms / TF_MS_PER_DAY));
    return TF_FRAUD_HIT;
}

static void explain(const struct tf_fraud_case *c, size_t reversed, struct tf_fraud_hit *hit)
{
    char amount[TF_HIT_AMOUNT_BYTES] TF_NOT_CLEARED;
    const struct tf_fraud_facts *facts = c->facts;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(facts);
    struct tf_str back = reversed > 0 ? tf_arena_printf(c->arena, ", %zu of them reversed", reversed) : TF_STR("");
    hit->observed = tf_arena_printf(c->arena, "%u%s other %s of this supplier with the same number and amount, this one of %s%.*s",
                                    hit->related_count, tf_hit_full(hit) ? " or more" : "", tf_fraud_facts_plural(facts->event->kind),
                                    tf_hit_amount(facts->amount_minor, facts->currency, amount), TF_STR_ARGS(back));
    hit->threshold = tf_arena_printf(c->arena, "1 within %lld days", (long long)(c->setting->window_ms / TF_MS_PER_DAY));
}

enum tf_fraud_answer tf_dup1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    size_t reversed = 0;
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->facts->returned)
        return TF_FRAUD_CLEAR;
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    if (c->again.ptr && c->count > 0)
        return came_again(c, hit);
    for (size_t w = 0; w < c->count; w++) {
        const struct seen seen = look(&c->keys[w], &c->windows[w]);
        if (!repeats(&c->keys[w], &seen))
            continue;
        relate(&c->keys[w], &c->windows[w], hit);
        hit->resubmission |= resubmits(c, w);
        reversed += c->keys[w].value > 0 ? seen.opposites : 0;
    }
    if (hit->related_count == 0)
        return every_number(c) ? TF_FRAUD_CLEAR : TF_FRAUD_UNKNOWN;
    explain(c, reversed, hit);
    return TF_FRAUD_HIT;
}
