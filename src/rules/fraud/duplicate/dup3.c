/*
 * DUP3, the same document of two suppliers: one norm(number) and amount, dates that lie close together, another supplier. Who pays an invoice
 * twice often pays it to a second master record of the supplier, and who invents one copies another's. Within a company: that two companies
 * get a document each is their business.
 */
#include "fraud_normalise.h"
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "numbers.h"
#include "taxflow/clock.h"
#include "window.h"

enum { APART_DAYS };
/* So many entries of a number and amount are looked at: "1" over 1,000.00 may be common. */
enum { LOOK_MAX = 200 };

/* Whether nothing but the numbers may still be missing. */
static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->supplier.ptr && facts->has_amount && facts->currency[0] && facts->has_time;
}

static bool key_of(const struct tf_fraud_facts *facts, size_t index, int64_t least_minor, struct tf_fraud_key *key)
{
    char room[TF_FRAUD_NORMALISE_BYTES] TF_NOT_CLEARED;
    const struct tf_str number = tf_fraud_normalise_into(tf_numbers_at(facts->event, index), room);
    const struct tf_amount paid = tf_numbers_amount(facts->event, index);
    int64_t minor = facts->amount_minor;
    if (!number.ptr || (tf_amount_present(paid) && !tf_money_to_minor(paid.value, &minor)) || minor < least_minor)
        return false;
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("DUP3"), 'n', facts);
    tf_key_str(&text, number);
    tf_key_i64(&text, minor);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    *key = (struct tf_fraud_key){.hash = tf_key_end(&text), .value = minor, .tag = tf_key_tag(facts->supplier), .shared = true};
    return true;
}

static bool has_key(const struct tf_fraud_key *keys, size_t count, const struct tf_fraud_key *key)
{
    for (size_t i = 0; i < count; i++)
        if (tf_hash16_eq(keys[i].hash, key->hash))
            return true;
    return false;
}

size_t tf_dup3_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    size_t count = 0, numbers;
    if (!facts->spends || facts->returned || !complete(facts))
        return 0;
    numbers = tf_numbers_count(facts->event);
    for (size_t i = 0; i < numbers && count < TF_FRAUD_KEYS_MAX; i++)
        if (key_of(facts, i, tf_fraud_facts_threshold(facts, setting), &keys[count]) && !has_key(keys, count, &keys[count]))
            count++;
    return count;
}

static void relate(const struct tf_fraud_case *c, size_t w, struct tf_fraud_hit *hit)
{
    const struct tf_fraud_window *window = &c->windows[w];
    int64_t apart_ms = c->setting->params[APART_DAYS] * TF_MS_PER_DAY;
    size_t from = tf_window_from(window, c->facts->time_ms - apart_ms);
    for (size_t i = from; i < window->count && i - from < LOOK_MAX && !tf_hit_full(hit); i++) {
        if (window->entries[i].time_ms > c->facts->time_ms + apart_ms)
            break;
        if (window->entries[i].tag != c->keys[w].tag)
            tf_hit_relate(hit, &window->entries[i]);
    }
}

static void explain(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    const struct tf_fraud_facts *facts = c->facts;
    char amount[TF_HIT_AMOUNT_BYTES], least[TF_HIT_AMOUNT_BYTES];
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(facts);
    hit->observed = tf_arena_printf(c->arena, "%u%s %s of other suppliers with the same number and amount, this one of %s", hit->related_count,
                                    tf_hit_full(hit) ? " or more" : "", tf_fraud_facts_plural(facts->event->kind),
                                    tf_hit_amount(facts->amount_minor, facts->currency, amount));
    hit->threshold = tf_arena_printf(c->arena, "1 from %s on, dated at most %lld days apart",
                                     tf_hit_amount(tf_fraud_facts_threshold(facts, c->setting), facts->currency, least),
                                     (long long)c->setting->params[APART_DAYS]);
}

/* Whether some number gave no key for want of the number itself, and not for its amount. */
static bool lacks_number(const struct tf_event *event)
{
    char room[TF_FRAUD_NORMALISE_BYTES] TF_NOT_CLEARED;
    size_t numbers = tf_numbers_count(event);
    for (size_t i = 0; i < numbers; i++)
        if (!tf_fraud_normalise_into(tf_numbers_at(event, i), room).ptr)
            return true;
    return numbers == 0 || numbers > TF_FRAUD_KEYS_MAX;
}

enum tf_fraud_answer tf_dup3_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->facts->returned)
        return TF_FRAUD_CLEAR;
    if (!c->facts->has_amount || !c->facts->currency[0])
        return TF_FRAUD_UNKNOWN;
    if (c->facts->amount_minor < tf_fraud_facts_threshold(c->facts, c->setting))
        return TF_FRAUD_CLEAR;
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    for (size_t w = 0; w < c->count; w++)
        relate(c, w, hit);
    if (hit->related_count == 0)
        return lacks_number(c->facts->event) ? TF_FRAUD_UNKNOWN : TF_FRAUD_CLEAR;
    explain(c, hit);
    return TF_FRAUD_HIT;
}
