/*
 * BNK2, shared account, address or tax id: two suppliers, or a supplier and an employee, have one of them in common. Within a company: that
 * several companies of a group pay one supplier each under a number of its own says nothing.
 *
 * Invoices name a supplier by its tax id, payments and master data by its number in the books: the two are never taken for different suppliers
 * of one account. Employees are compared with both.
 *
 * A shared account is told by the first record that shows it, and by the first record of each party afterwards that finds a party it has not
 * been told of; not by every payment for years.
 */
#include "account.h"
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"
#include "window.h"

/* Of an invoice's accounts, or a party's changes, so many are looked at. */
enum { ACCOUNTS_MAX = 8, CHANGES_MAX = 12 };
/* Of a busy account the newest entries are looked at, and of its parties so many are told apart. */
enum { LOOK_MAX = 4000, PARTIES_MAX = 8 };
/* How a party is named; the value of an entry. */
enum role { BY_INVOICE, BY_BOOKS, EMPLOYEE };

static bool is_word(struct tf_str text, const char *word)
{
    return tf_str_is(tf_str_trim(text), word);
}

static bool role_of(const struct tf_event *event, enum role *ret_role)
{
    if (event->kind != TF_KIND_PARTY) {
        *ret_role = event->kind == TF_KIND_INVOICE ? BY_INVOICE : BY_BOOKS;
        return true;
    }
    const struct tf_str kind = event->as.party_record ? event->as.party_record->kind : TF_STR_NONE;
    *ret_role = is_word(kind, "employee") ? EMPLOYEE : BY_BOOKS;
    return *ret_role == EMPLOYEE || is_word(kind, "supplier");
}

/* What one event shows of its party. */
struct traits {
    const struct tf_fraud_facts *facts;
    enum role role;
    struct tf_fraud_key *keys;
    size_t count;
};

/* about: 'a' account, 'd' address, 't' tax id. Letters and digits alone are compared. */
static void show(struct traits *traits, char about, struct tf_str text)
{
    char room[TF_ACCOUNT_BYTES] TF_NOT_CLEARED;
    const struct tf_str plain = tf_account_into(text, room);
    struct tf_key key TF_NOT_CLEARED;
    if (!plain.ptr || traits->count == TF_FRAUD_KEYS_MAX)
        return;
    tf_key_begin_any(&key, TF_STR("BNK2"), about, traits->facts);
    tf_key_str(&key, plain);
    struct tf_hash16 hash = tf_key_end(&key);
    for (size_t i = 0; i < traits->count; i++)
        if (tf_hash16_eq(traits->keys[i].hash, hash))
            return;
    traits->keys[traits->count++] = (struct tf_fraud_key){
        .hash = hash, .value = traits->role, .tag = tf_key_tag(traits->facts->supplier), .shared = true};
}

static void show_invoice(struct traits *traits, const struct tf_invoice *invoice)
{
    size_t accounts = 0;
    for (size_t p = 0; p < invoice->payments.count; p++)
        for (size_t t = 0; t < invoice->payments.items[p].transfers.count && accounts < ACCOUNTS_MAX; t++, accounts++)
            show(traits, 'a', invoice->payments.items[p].transfers.items[t].account);
    show(traits, 't', invoice->seller.vat_id);
    show(traits, 't', invoice->seller.tax_id);
}

static void show_party(struct traits *traits, const struct tf_party *party)
{
    static const struct { const char *field; char about; } rows[] = {{"account", 'a'}, {"address", 'd'}, {"vat_id", 't'}};
    size_t first = party->changes.count > CHANGES_MAX ? party->changes.count - CHANGES_MAX : 0;
    for (size_t i = first; i < party->changes.count; i++)
        for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
            if (is_word(party->changes.items[i].field, rows[r].field))
                show(traits, rows[r].about, party->changes.items[i].new_value);
}

static bool is_asked(const struct tf_fraud_facts *facts)
{
    return facts->event->kind == TF_KIND_PARTY || facts->spends;
}

size_t tf_bnk2_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    struct traits traits = {.facts = facts, .keys = keys};
    (void)rule;
    (void)setting;
    if (!is_asked(facts) || facts->returned || !facts->supplier.ptr || !facts->has_time || !role_of(facts->event, &traits.role))
        return 0;
    if (facts->event->kind == TF_KIND_INVOICE && facts->event->as.invoice)
        show_invoice(&traits, facts->event->as.invoice);
    else if (facts->event->kind == TF_KIND_PAYMENT)
        show(&traits, 'a', facts->account);
    else if (facts->event->kind == TF_KIND_PARTY)
        show_party(&traits, facts->event->as.party_record);
    return traits.count;
}

/* Two employees of one household share an account as they may. */
static bool compared(enum role a, enum role b)
{
    return a == EMPLOYEE ? b != EMPLOYEE : b == a || b == EMPLOYEE;
}

/* The other parties of one key, each with the first entry that shows it. */
struct others {
    uint32_t tags[PARTIES_MAX];
    const struct tf_fraud_entry *first[PARTIES_MAX];
    size_t count;
    bool employee;
    int64_t told_ms; /* of the own party's last record up to the event; INT64_MIN: there is none */
};

static void note(struct others *others, const struct tf_fraud_entry *entry, enum role role)
{
    for (size_t i = 0; i < others->count; i++)
        if (others->tags[i] == entry->tag)
            return;
    if (others->count == PARTIES_MAX)
        return;
    others->tags[others->count] = entry->tag;
    others->first[others->count++] = entry;
    others->employee |= role == EMPLOYEE;
}

static struct others look(const struct tf_fraud_window *window, const struct tf_fraud_key *key, int64_t time_ms)
{
    struct others others = {.told_ms = INT64_MIN};
    size_t i = window->count > LOOK_MAX ? window->count - LOOK_MAX : 0;
    for (; i < window->count; i++) {
        const struct tf_fraud_entry *entry = &window->entries[i];
        enum role role = (enum role)tf_fraud_value_at(window, i);
        if (entry->tag == key->tag && entry->time_ms <= time_ms)
            others.told_ms = entry->time_ms;
        else if (entry->tag != key->tag && compared((enum role)key->value, role))
            note(&others, entry, role);
    }
    return others;
}

/* Whether there is anybody that the party was not told of. */
static bool is_news(const struct others *others)
{
    for (size_t i = 0; i < others->count; i++)
        if (others->told_ms == INT64_MIN || others->first[i]->time_ms > others->told_ms)
            return true;
    return false;
}

static void explain(const struct tf_fraud_case *c, size_t parties, bool employee, struct tf_fraud_hit *hit)
{
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = tf_arena_printf(c->arena, "an account, address or tax id of this party is also that of %zu other%s%s", parties,
                                    parties == 1 ? "" : "s", employee ? "; an employee is among them" : "");
    hit->threshold = tf_arena_printf(c->arena, "1 other supplier, or a supplier and an employee, within %lld days",
                                     (long long)(c->setting->window_ms / TF_MS_PER_DAY));
}

/* What is missing where there is nothing to look under. */
static enum tf_fraud_answer nothing_shown(const struct tf_fraud_facts *facts)
{
    enum role role;
    if (facts->event->kind != TF_KIND_PARTY)
        return TF_FRAUD_UNKNOWN;
    const struct tf_party *party = facts->event->as.party_record;
    if (!party || tf_str_blank(party->kind) || !facts->supplier.ptr || !facts->has_time)
        return TF_FRAUD_UNKNOWN;
    return role_of(facts->event, &role) ? TF_FRAUD_CLEAR : TF_FRAUD_NOT_APPLICABLE; /* nothing changed that could be shared; a customer */
}

enum tf_fraud_answer tf_bnk2_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    size_t parties = 0;
    bool employee = false;
    if (!is_asked(c->facts))
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->facts->returned)
        return TF_FRAUD_CLEAR;
    if (c->count == 0)
        return nothing_shown(c->facts);
    for (size_t w = 0; w < c->count; w++) {
        const struct others others = look(&c->windows[w], &c->keys[w], c->facts->time_ms);
        if (!is_news(&others))
            continue;
        parties = others.count > parties ? others.count : parties;
        employee |= others.employee || c->keys[w].value == EMPLOYEE;
        for (size_t i = 0; i < others.count; i++)
            tf_hit_relate(hit, others.first[i]);
    }
    if (parties == 0)
        return TF_FRAUD_CLEAR;
    explain(c, parties, employee, hit);
    return TF_FRAUD_HIT;
}
