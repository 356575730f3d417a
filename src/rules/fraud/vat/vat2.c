/*
 * VAT2, treatment: no tax because the other side accounts for it (reverse charge, supply within the Union), without a number of that side that can
 * be one; or tax charged by a seller without a number, or under one that the partner's master data says is not registered.
 */
#include "breakdown.h"
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"
#include "taxflow/taxid.h"
#include "window.h"

enum { VAT_ID_BYTES = 32, CHECKS_LOOK_MAX = 64 };

/* Letters and digits, upper case; absent when there are none, or more than any number has. */
static struct tf_str plain_id(struct tf_str id, char room[VAT_ID_BYTES])
{
    size_t len = 0;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            continue;
        if (len == VAT_ID_BYTES)
            return TF_STR_NONE;
        room[len++] = c;
    }
    return len > 0 ? (struct tf_str){room, len} : TF_STR_NONE;
}

static bool key_of(const struct tf_fraud_facts *facts, struct tf_str id, struct tf_fraud_key *key)
{
    char room[VAT_ID_BYTES] TF_NOT_CLEARED;
    struct tf_key text TF_NOT_CLEARED;
    struct tf_str plain = plain_id(id, room);
    if (!plain.ptr)
        return false;
    tf_key_begin_any(&text, TF_STR("VAT2"), 'v', facts);
    tf_key_str(&text, plain);
    *key = (struct tf_fraud_key){.hash = tf_key_end(&text), .use = TF_FRAUD_LOOKS};
    return true;
}

/* A status as it is compared: ASCII case does not count. */
static uint32_t status_tag(struct tf_str status)
{
    enum { STATUS_BYTES = 64 };
    char room[STATUS_BYTES] TF_NOT_CLEARED;
    status = tf_str_trim(status);
    size_t len = status.len < STATUS_BYTES ? status.len : STATUS_BYTES;
    for (size_t i = 0; i < len; i++)
        room[i] = status.ptr[i] >= 'a' && status.ptr[i] <= 'z' ? (char)(status.ptr[i] - 'a' + 'A') : status.ptr[i];
    return tf_key_tag((struct tf_str){room, len});
}

/* What was found about the party's number: the party itself, and the number that it changed to. */
static size_t party_keys(const struct tf_fraud_facts *facts, struct tf_fraud_key *keys)
{
    const struct tf_party *party = facts->event->as.party_record;
    struct tf_str ids[2] = {facts->supplier, TF_STR_NONE};
    size_t count = 0;
    if (!party || tf_str_blank(party->vat_status))
        return 0;
    for (size_t i = 0; i < party->changes.count; i++)
        if (tf_str_ieq(tf_str_trim(party->changes.items[i].field), TF_STR("vat_id")))
            ids[1] = party->changes.items[i].new_value;
    for (size_t i = 0; i < 2; i++) {
        if (!key_of(facts, ids[i], &keys[count]) || (count == 1 && tf_hash16_eq(keys[0].hash, keys[1].hash)))
            continue;
        keys[count].use = TF_FRAUD_ADDS;
        keys[count].value = party->vat_checked_at_ms != 0 ? party->vat_checked_at_ms : facts->time_ms;
        keys[count++].tag = status_tag(party->vat_status);
    }
    return count;
}

/* Whose number counts: of what we sell the buyer's, else the seller's, or the one of who represents the seller for the tax. */
static struct tf_str counterpart_id(const struct tf_event *event)
{
    const struct tf_invoice *invoice = event->as.invoice;
    if (event->direction == TF_DIRECTION_SALE)
        return tf_str_trim(invoice->buyer.vat_id);
    return tf_str_blank(invoice->seller.vat_id) ? tf_str_trim(invoice->tax_representative.vat_id) : tf_str_trim(invoice->seller.vat_id);
}

size_t tf_vat2_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    if (!facts->has_time)
        return 0;
    if (facts->event->kind == TF_KIND_PARTY)
        return party_keys(facts, keys);
    return facts->event->as.invoice && key_of(facts, counterpart_id(facts->event), &keys[0]) ? 1 : 0;
}

/* How an invoice is taxed: what of it the rule asks about. */
struct treatment {
    bool any;        /* there is a breakdown */
    bool reverse;    /* AE: the buyer accounts for the tax */
    bool community;  /* K: a supply within the Union */
    bool charged;    /* tax is charged */
};

static struct treatment treatment_of(const struct tf_invoice *invoice)
{
    struct treatment treatment = {.any = false};
    const struct tf_vat_breakdown *breakdown;
    for (size_t i = 0; (breakdown = tf_breakdown_at(invoice, i)); i++) {
        treatment.any = true;
        treatment.reverse |= tf_breakdown_is(breakdown, "AE");
        treatment.community |= tf_breakdown_is(breakdown, "K");
        treatment.charged |= tf_amount_known(breakdown->tax) && tf_money_sign(breakdown->tax.value) > 0;
    }
    return treatment;
}

/* The last check of the number that was known at the end of the event's day; NULL: none. */
static const struct tf_fraud_entry *last_check(const struct tf_fraud_window *window, int64_t time_ms)
{
    size_t end = tf_window_from(window, time_ms + TF_MS_PER_DAY), first = end > CHECKS_LOOK_MAX ? end - CHECKS_LOOK_MAX : 0;
    const struct tf_fraud_entry *last = NULL;
    int64_t at_ms = INT64_MIN;
    for (size_t i = first; i < end; i++) {
        if (tf_fraud_value_at(window, i) < at_ms)
            continue;
        at_ms = tf_fraud_value_at(window, i);
        last = &window->entries[i];
    }
    return last;
}

static bool is_unregistered(const struct tf_fraud_setting *setting, const struct tf_fraud_entry *check)
{
    for (size_t i = 0; check && i < setting->words.count; i++)
        if (status_tag(tf_str_of(setting->words.items[i])) == check->tag)
            return true;
    return false;
}

/* Without any number: what is missing; NULL: nothing. AE may rest on the number of a tax office alone (BR-AE-02), K may not (BR-IC-02). */
static const char *missing(const struct tf_event *event, const struct treatment *treatment)
{
    bool sale = event->direction == TF_DIRECTION_SALE, numbered = !sale && !tf_str_blank(event->as.invoice->seller.tax_id);
    if (treatment->community || (treatment->reverse && !numbered))
        return sale ? "no tax, and no VAT id of the buyer" : "no tax, and no VAT id of the seller";
    return treatment->charged && !sale && !numbered ? "tax charged by a seller without a VAT id" : NULL;
}

/* What is wrong with the number; NULL: nothing that can be told. */
static const char *wrong(const struct tf_fraud_case *c, enum tf_taxid checked, struct tf_fraud_hit *hit)
{
    if (checked != TF_TAXID_VALID && checked != TF_TAXID_UNKNOWN)
        return "a VAT id that cannot be one: ";
    const struct tf_fraud_entry *check = c->count > 0 ? last_check(&c->windows[0], c->facts->time_ms) : NULL;
    if (!is_unregistered(c->setting, check))
        return NULL;
    tf_hit_relate(hit, check);
    return "a VAT id that the last check found not registered";
}

enum tf_fraud_answer tf_vat2_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    const struct tf_event *event = c->facts->event;
    if (event->kind == TF_KIND_PARTY)
        return TF_FRAUD_NOT_APPLICABLE;
    const struct treatment treatment = event->as.invoice ? treatment_of(event->as.invoice) : (struct treatment){.any = false};
    if (!treatment.any)
        return TF_FRAUD_UNKNOWN;
    bool needed = treatment.reverse || treatment.community || (treatment.charged && event->direction != TF_DIRECTION_SALE);
    if (!needed)
        return TF_FRAUD_CLEAR;
    const struct tf_str id = counterpart_id(event);
    if (!c->facts->has_time && id.len > 0)
        return TF_FRAUD_UNKNOWN;
    const enum tf_taxid checked = id.len > 0 ? tf_taxid_check_vat(id) : TF_TAXID_UNKNOWN;
    const char *what = id.len > 0 ? wrong(c, checked, hit) : missing(event, &treatment);
    if (!what)
        return id.len > 0 && checked == TF_TAXID_UNKNOWN ? TF_FRAUD_UNKNOWN : TF_FRAUD_CLEAR;
    bool reason = id.len > 0 && checked != TF_TAXID_VALID && checked != TF_TAXID_UNKNOWN;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = tf_arena_printf(c->arena, "%s%s", what, reason ? tf_taxid_reason(checked) : "");
    hit->threshold = TF_STR("a VAT id with its check digits, and no check that found it not registered");
    return TF_FRAUD_HIT;
}
