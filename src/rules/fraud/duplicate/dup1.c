/* DUP1, exact duplicate: same supplier, norm(number), amount and currency. A sum paid back is no duplicate of one paid out. */
#include "fraud_normalise.h"
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "numbers.h"
#include "taxflow/clock.h"

/* Whether nothing but the numbers may still be missing. */
static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->supplier.ptr && facts->has_amount && facts->currency[0] && facts->has_time;
}

/* The sign stands in the amount, so a reversal never matches what it reverses. */
static bool key_of(const struct tf_fraud_facts *facts, size_t index, struct tf_fraud_key *key)
{
    char room[TF_FRAUD_NORMALISE_BYTES];
    struct tf_str number = tf_fraud_normalise_into(tf_numbers_at(facts->event, index), room);
    struct tf_amount paid = tf_numbers_amount(facts->event, index);
    int64_t minor = facts->amount_minor;
    if (!number.ptr || (tf_amount_present(paid) && !tf_money_to_minor(paid.value, &minor)))
        return false;
    struct tf_key text;
    tf_key_begin(&text, TF_STR("DUP1"), 'n', facts);
    tf_key_str(&text, facts->supplier);
    tf_key_str(&text, number);
    tf_key_i64(&text, minor);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    *key = (struct tf_fraud_key){.hash = tf_key_end(&text), .value = minor};
    return true;
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
        bool made = key_of(facts, i, &key);
        if (made && has_key(keys, count, &key))
            continue;
        if (made && count < TF_FRAUD_KEYS_MAX)
            keys[count++] = key;
        else
            *ret_all = false;
    }
    return count;
}

/* Whether every number was looked for: fewer keys than numbers may also mean a number written twice. */
static bool every_number(const struct tf_fraud_facts *facts)
{
    struct tf_fraud_key keys[TF_FRAUD_KEYS_MAX];
    bool all;
    collect(facts, keys, &all);
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
    return collect(facts, keys, &all);
}

static void explain(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, struct tf_arena *arena,
                    struct tf_fraud_hit *hit)
{
    char amount[TF_HIT_AMOUNT_BYTES];
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(facts);
    hit->observed = tf_arena_printf(arena, "%u%s other %s of this supplier with the same number and amount, this one of %s",
                                    hit->related_count, tf_hit_full(hit) ? " or more" : "", tf_fraud_facts_plural(facts->event->kind),
                                    tf_hit_amount(facts->amount_minor, facts->currency, amount));
    hit->threshold = tf_arena_printf(arena, "1 within %lld days", (long long)(setting->window_ms / TF_MS_PER_DAY));
}

enum tf_fraud_answer tf_dup1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->facts->returned)
        return TF_FRAUD_CLEAR;
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    for (size_t w = 0; w < c->count; w++)
        for (size_t i = 0; i < c->windows[w].count && !tf_hit_full(hit); i++)
            tf_hit_relate(hit, &c->windows[w].entries[i]);
    if (hit->related_count == 0)
        return c->count > 0 && (c->count == tf_numbers_count(c->facts->event) || every_number(c->facts)) ? TF_FRAUD_CLEAR : TF_FRAUD_UNKNOWN;
    explain(c->setting, c->facts, c->arena, hit);
    return TF_FRAUD_HIT;
}
