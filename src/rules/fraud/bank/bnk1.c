/*
 * BNK1, bank change then pay: a payment soon after the supplier's account changed. The change is told by master data, or seen: an account that
 * the supplier's documents and payments had not named before, where they had named another. Who has two accounts is asked once for each.
 */
#include "account.h"
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"
#include "window.h"

enum { CHANGE_DAYS, QUICK_DAYS, QUICK_POINTS };
/* Of one invoice or record of master data; of changes so many of the newest are looked at. */
enum { ACCOUNTS_MAX = 4, CHANGES_LOOK_MAX = 64 };
/* Places of a payment's keys. */
enum { CHANGES, THIS_ACCOUNT, ANY_ACCOUNT };

struct change {
    int64_t at_ms;                      /* INT64_MIN: none */
    const struct tf_fraud_entry *entry; /* what told of it: master data, or the last record with another account */
    bool told;
};

static struct tf_fraud_key key_of(const struct tf_fraud_facts *facts, char about, struct tf_str account, enum tf_fraud_use use)
{
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin_any(&text, TF_STR("BNK1"), about, facts);
    tf_key_str(&text, facts->supplier);
    if (account.ptr)
        tf_key_str(&text, account);
    return (struct tf_fraud_key){.hash = tf_key_end(&text), .use = use};
}

/* That the supplier has this account. False when it was noted before. */
static size_t note_account(const struct tf_fraud_facts *facts, struct tf_str account, struct tf_fraud_key *keys, size_t count)
{
    char room[TF_ACCOUNT_BYTES] TF_NOT_CLEARED;
    struct tf_str plain = tf_account_into(account, room);
    if (!plain.ptr || count == ACCOUNTS_MAX)
        return count;
    struct tf_fraud_key key = key_of(facts, 'a', plain, TF_FRAUD_ADDS);
    for (size_t i = 0; i < count; i++)
        if (tf_hash16_eq(keys[i].hash, key.hash))
            return count;
    keys[count] = key;
    return count + 1;
}

static size_t invoice_keys(const struct tf_fraud_facts *facts, struct tf_fraud_key *keys)
{
    const struct tf_invoice *invoice = facts->event->as.invoice;
    size_t count = 0;
    for (size_t p = 0; invoice && p < invoice->payments.count && count < ACCOUNTS_MAX; p++)
        for (size_t t = 0; t < invoice->payments.items[p].transfers.count && count < ACCOUNTS_MAX; t++)
            count = note_account(facts, invoice->payments.items[p].transfers.items[t].account, keys, count);
    if (count > 0)
        keys[count++] = key_of(facts, 'l', TF_STR_NONE, TF_FRAUD_ADDS);
    return count;
}

/* A change has an old account; where one is named for the first time, nothing was changed. */
static size_t party_keys(const struct tf_fraud_facts *facts, struct tf_fraud_key *keys)
{
    const struct tf_party *party = facts->event->as.party_record;
    int64_t changed_ms = 0;
    size_t count = 0;
    for (size_t i = 0; party && i < party->changes.count; i++) {
        const struct tf_party_change *change = &party->changes.items[i];
        if (!tf_str_ieq(tf_str_trim(change->field), TF_STR("account")))
            continue;
        if (!tf_str_blank(change->old_value) && change->at_ms > changed_ms)
            changed_ms = change->at_ms;
        count = note_account(facts, change->old_value, keys, count);
        count = note_account(facts, change->new_value, keys, count);
    }
    if (count > 0)
        keys[count++] = key_of(facts, 'l', TF_STR_NONE, TF_FRAUD_ADDS);
    if (changed_ms > 0) {
        keys[count] = key_of(facts, 'c', TF_STR_NONE, TF_FRAUD_ADDS);
        keys[count++].value = changed_ms;
    }
    return count;
}

static size_t payment_keys(const struct tf_fraud_facts *facts, struct tf_fraud_key *keys)
{
    char room[TF_ACCOUNT_BYTES] TF_NOT_CLEARED;
    struct tf_str account = tf_account_into(facts->account, room);
    if (facts->returned)
        return 0;
    keys[CHANGES] = key_of(facts, 'c', TF_STR_NONE, TF_FRAUD_LOOKS);
    if (!account.ptr)
        return 1;
    keys[THIS_ACCOUNT] = key_of(facts, 'a', account, TF_FRAUD_LOOKS_AND_ADDS);
    keys[ANY_ACCOUNT] = key_of(facts, 'l', TF_STR_NONE, TF_FRAUD_LOOKS_AND_ADDS);
    return 3;
}

size_t tf_bnk1_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    if (!facts->supplier.ptr || !facts->has_time)
        return 0;
    if (facts->event->kind == TF_KIND_PARTY)
        return party_keys(facts, keys);
    if (!facts->spends)
        return 0;
    return facts->event->kind == TF_KIND_PAYMENT ? payment_keys(facts, keys) : invoice_keys(facts, keys);
}

/* A payment without a time of day may have been made at any of its day. */
static int64_t latest_ms(const struct tf_fraud_facts *facts)
{
    return facts->event->event_time_of_day ? facts->time_ms : facts->time_ms + TF_MS_PER_DAY - 1;
}

static struct change told_change(const struct tf_fraud_window *window, const struct tf_fraud_facts *facts)
{
    struct change change = {.at_ms = INT64_MIN};
    size_t end = tf_window_from(window, latest_ms(facts) + 1), first = end > CHANGES_LOOK_MAX ? end - CHANGES_LOOK_MAX : 0;
    for (size_t i = first; i < end; i++) {
        int64_t at_ms = tf_fraud_value_at(window, i);
        if (at_ms <= latest_ms(facts) && at_ms > change.at_ms)
            change = (struct change){at_ms, &window->entries[i], true};
    }
    return change;
}

/* When the account was first named, if another one was known by then. */
static struct change seen_change(const struct tf_fraud_window *with_it, const struct tf_fraud_window *with_any, const struct tf_fraud_facts *facts)
{
    int64_t first_ms = facts->time_ms;
    if (with_it->count > 0 && with_it->entries[0].time_ms < first_ms)
        first_ms = with_it->entries[0].time_ms;
    size_t before = tf_window_from(with_any, first_ms);
    if (before == 0)
        return (struct change){.at_ms = INT64_MIN};
    return (struct change){first_ms, &with_any->entries[before - 1], false};
}

static void explain(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, const struct change *change, int64_t days,
                    struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    char amount[TF_HIT_AMOUNT_BYTES], text[TF_HIT_AMOUNT_BYTES];
    hit->amount_at_risk_minor = facts->amount_minor;
    hit->observed = tf_arena_printf(arena, "%s paid %lld days after %s", tf_hit_amount(facts->amount_minor, facts->currency, amount),
                                    (long long)days, change->told ? "the supplier's account was changed" : "an account new to the supplier came up");
    hit->threshold = tf_arena_printf(arena, "%s within %lld days; %lld points more within %lld days",
                                     tf_hit_amount(tf_fraud_facts_threshold(facts, setting), facts->currency, text),
                                     (long long)setting->params[CHANGE_DAYS], (long long)setting->params[QUICK_POINTS],
                                     (long long)setting->params[QUICK_DAYS]);
}

enum tf_fraud_answer tf_bnk1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (c->facts->event->kind != TF_KIND_PAYMENT || !c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->facts->returned)
        return TF_FRAUD_CLEAR;
    if (!c->facts->has_amount || !c->facts->currency[0])
        return TF_FRAUD_UNKNOWN;
    if (c->facts->amount_minor < tf_fraud_facts_threshold(c->facts, c->setting))
        return TF_FRAUD_CLEAR;
    if (c->count == 0)
        return TF_FRAUD_UNKNOWN;
    bool with_account = c->count > THIS_ACCOUNT;
    struct change change = told_change(&c->windows[CHANGES], c->facts);
    struct change seen = with_account ? seen_change(&c->windows[THIS_ACCOUNT], &c->windows[ANY_ACCOUNT], c->facts) : (struct change){.at_ms = INT64_MIN};
    if (seen.at_ms > change.at_ms)
        change = seen;
    int64_t since_ms = change.at_ms == INT64_MIN ? INT64_MAX : change.at_ms > c->facts->time_ms ? 0 : c->facts->time_ms - change.at_ms;
    if (since_ms > c->setting->params[CHANGE_DAYS] * TF_MS_PER_DAY)
        return with_account ? TF_FRAUD_CLEAR : TF_FRAUD_UNKNOWN;
    if (since_ms <= c->setting->params[QUICK_DAYS] * TF_MS_PER_DAY)
        hit->weight += (uint32_t)c->setting->params[QUICK_POINTS];
    tf_hit_relate(hit, change.entry);
    explain(c->setting, c->facts, &change, since_ms / TF_MS_PER_DAY, c->arena, hit);
    return TF_FRAUD_HIT;
}
