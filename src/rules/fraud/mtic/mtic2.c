/*
 * MTIC2, carousel: an invoice closes a circle of two to six invoices from party to party, in the order of time, over amounts that hardly differ.
 * Invoices of all companies are one web of trade: a carousel is only seen by who sees several of its members.
 *
 * Each invoice is an edge, kept under its seller (who sold to whom) and under its buyer (who bought of whom). The search goes from both ends:
 * what the buyer sold on, what the seller had bought, their parties' trade in the same way, and once more on the buyer's side. That is every
 * edge a circle of six can have.
 */
#include "bank/account.h"
#include "cycle.h"
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"
#include "taxflow/fraud_trail.h"

enum { HOPS_MIN, HOPS_MAX, TOLERANCE_PERMILLE, EDGES_MAX };
/* Places of an invoice's keys. */
enum { SELLER_SOLD, BUYER_BOUGHT, BUYER_SOLD, SELLER_BOUGHT, KEYS };
/* An entry's value has the amount in its low bits and above them, with the tag below, the other party: 51 bits of its hash. */
enum { AMOUNT_BITS = 44, PARTY_BITS = 51, TAG_BITS = 32 };
static const int64_t AMOUNT_MASK = (INT64_C(1) << AMOUNT_BITS) - 1;

/* A tax id before all: it names a party the same whether it sells or buys. */
static uint64_t party_of(const struct tf_trader *trader)
{
    const struct { char about; struct tf_str text; } names[] = {
        {'v', trader->vat_id}, {'l', trader->legal_id.id}, {'i', trader->ids.count > 0 ? trader->ids.items[0].id : TF_STR_NONE}, {'n', trader->name},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char room[TF_ACCOUNT_BYTES] TF_NOT_CLEARED;
        struct tf_key key TF_NOT_CLEARED;
        if (!names[i].text.ptr)
            continue;
        const struct tf_str plain = tf_account_into(names[i].text, room);
        if (!plain.ptr)
            continue;
        tf_key_begin_all(&key, TF_STR("MTIC2"), names[i].about);
        tf_key_str(&key, plain);
        return tf_hash16_u64(tf_key_end(&key)) >> (64 - PARTY_BITS);
    }
    return 0;
}

/* Who sold to whom; both 0 where somebody has no name. */
struct trade { uint64_t seller, buyer; };

static struct trade trade_of(const struct tf_fraud_facts *facts)
{
    const struct tf_invoice *invoice = facts->event->as.invoice;
    if (!invoice)
        return (struct trade){0, 0};
    struct trade trade = {party_of(&invoice->seller), party_of(&invoice->buyer)};
    return trade.seller && trade.buyer ? trade : (struct trade){0, 0};
}

/* about: 's' what the party sold, 'b' what it bought. */
static struct tf_hash16 hash_of(const struct tf_fraud_facts *facts, char about, uint64_t party)
{
    struct tf_key key TF_NOT_CLEARED;
    tf_key_begin_all(&key, TF_STR("MTIC2"), about);
    tf_key_i64(&key, (int64_t)party);
    tf_key_str(&key, (struct tf_str){facts->currency, 3});
    return tf_key_end(&key);
}

static struct tf_fraud_key added(const struct tf_fraud_facts *facts, char about, uint64_t party, uint64_t other)
{
    return (struct tf_fraud_key){
        .hash = hash_of(facts, about, party),
        .value = (int64_t)(other >> TAG_BITS << AMOUNT_BITS) | facts->amount_minor,
        .tag = (uint32_t)other,
        .use = TF_FRAUD_ADDS,
        .shared = true,
    };
}

static struct tf_fraud_key looked_at(const struct tf_fraud_facts *facts, char about, uint64_t party)
{
    return (struct tf_fraud_key){.hash = hash_of(facts, about, party), .use = TF_FRAUD_LOOKS, .shared = true, .leads = true};
}

/* Whether nothing is missing but who trades. */
static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->has_amount && facts->currency[0] && facts->has_time && facts->amount_minor <= AMOUNT_MASK;
}

size_t tf_mtic2_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                     struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    if (!complete(facts) || facts->amount_minor <= 0)
        return 0;
    const struct trade trade = trade_of(facts);
    if (trade.seller == trade.buyer)
        return 0;
    keys[SELLER_SOLD] = added(facts, 's', trade.seller, trade.buyer);
    keys[BUYER_BOUGHT] = added(facts, 'b', trade.buyer, trade.seller);
    keys[BUYER_SOLD] = looked_at(facts, 's', trade.buyer);
    keys[SELLER_BOUGHT] = looked_at(facts, 'b', trade.seller);
    return KEYS;
}

struct web {
    const struct tf_fraud_case *c;
    struct tf_cycle_graph graph;
    struct tf_cycle_edge closing;
};

static bool alike(const struct web *web, int64_t minor)
{
    int64_t mine = web->closing.amount_minor, off = minor > mine ? minor - mine : mine - minor;
    return (tf_int128)off * 1000 <= (tf_int128)mine * web->c->setting->params[TOLERANCE_PERMILLE];
}

/* What stands under a key of the party; the nearest in time first, as room may end. Returns how many edges are of use. */
static size_t take(struct web *web, const struct tf_fraud_window *window, char about, uint64_t party)
{
    size_t used = 0;
    for (size_t i = window->count; i > 0; i--) {
        const struct tf_fraud_entry *entry = &window->entries[i - 1];
        int64_t value = tf_fraud_value_at(window, i - 1);
        uint64_t other = (uint64_t)value >> AMOUNT_BITS << TAG_BITS | entry->tag;
        struct tf_cycle_edge edge = {about == 's' ? party : other, about == 's' ? other : party, entry->time_ms, value & AMOUNT_MASK, tf_fraud_entry_id(entry)};
        if (!alike(web, edge.amount_minor) || edge.from == edge.to)
            continue;
        if (!tf_cycle_add(&web->graph, &edge))
            break;
        used++;
    }
    return used;
}

static bool went_before(const struct tf_cycle_graph *graph, size_t i, char about)
{
    uint64_t party = about == 's' ? graph->edges[i].to : graph->edges[i].from;
    for (size_t k = 0; k < i; k++)
        if ((about == 's' ? graph->edges[k].to : graph->edges[k].from) == party)
            return true;
    return false;
}

/* One step on from edges first .. end - 1, to what their buyers sold or their sellers bought. */
static void go_on(struct web *web, size_t first, size_t end, char about)
{
    const struct tf_fraud_case *c = web->c;
    for (size_t i = first; i < end && web->graph.count < web->graph.max; i++) {
        uint64_t party = about == 's' ? web->graph.edges[i].to : web->graph.edges[i].from;
        if (party == web->closing.from || party == web->closing.to || went_before(&web->graph, i, about))
            continue;
        const struct tf_fraud_window window = c->trail->look(c->trail->self, hash_of(c->facts, about, party), c->setting->window_ms);
        take(web, &window, about, party);
    }
}

/* All edges that a circle through the closing one can have; false where it is sure that there is none. */
static bool gather(struct web *web)
{
    unsigned hops = (unsigned)web->c->setting->params[HOPS_MAX];
    if (take(web, &web->c->windows[BUYER_SOLD], 's', web->closing.to) == 0)
        return false;
    size_t sold = web->graph.count;
    if (take(web, &web->c->windows[SELLER_BOUGHT], 'b', web->closing.from) == 0)
        return false;
    size_t bought = web->graph.count;
    if (hops >= 4)
        go_on(web, 0, sold, 's');
    size_t on = web->graph.count;
    if (hops >= 5)
        go_on(web, sold, bought, 'b');
    if (hops >= 6)
        go_on(web, bought, on, 's');
    return true;
}

static void explain(const struct web *web, const struct tf_cycle *cycle, struct tf_fraud_hit *hit)
{
    const struct tf_fraud_case *c = web->c;
    char least[TF_HIT_AMOUNT_BYTES], most[TF_HIT_AMOUNT_BYTES];
    int64_t low = web->closing.amount_minor, high = low, first = web->closing.time_ms, last = first;
    for (size_t i = 0; i < cycle->count; i++) {
        const struct tf_cycle_edge *edge = cycle->edges[i];
        const struct tf_fraud_entry entry = {.id = edge->event_id.ptr, .id_bytes = (uint32_t)edge->event_id.len};
        low = edge->amount_minor < low ? edge->amount_minor : low;
        high = edge->amount_minor > high ? edge->amount_minor : high;
        first = edge->time_ms < first ? edge->time_ms : first;
        last = edge->time_ms > last ? edge->time_ms : last;
        tf_hit_relate(hit, &entry);
    }
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = tf_arena_printf(c->arena, "%zu invoices from party to party and back to the first, of %s to %s, in %lld days", cycle->count + 1,
                                    tf_hit_amount(low, c->facts->currency, least), tf_hit_amount(high, c->facts->currency, most),
                                    (long long)((last - first + TF_MS_PER_DAY - 1) / TF_MS_PER_DAY));
    hit->threshold = tf_arena_printf(c->arena, "%lld to %lld invoices in a circle, amounts within %lld.%lld %%, in %lld days",
                                     (long long)c->setting->params[HOPS_MIN], (long long)c->setting->params[HOPS_MAX],
                                     (long long)c->setting->params[TOLERANCE_PERMILLE] / 10, (long long)c->setting->params[TOLERANCE_PERMILLE] % 10,
                                     (long long)(c->setting->window_ms / TF_MS_PER_DAY));
}

static enum tf_fraud_answer follow(const struct tf_fraud_case *c, struct trade trade, struct tf_fraud_hit *hit)
{
    const int64_t *params = c->setting->params;
    struct web web = {.c = c, .closing = {trade.seller, trade.buyer, c->facts->time_ms, c->facts->amount_minor, TF_STR_NONE}};
    const struct tf_cycle_limits limits = {(unsigned)params[HOPS_MIN], (unsigned)params[HOPS_MAX], c->setting->window_ms};
    web.graph.max = (size_t)params[EDGES_MAX];
    if (params[HOPS_MIN] > params[HOPS_MAX] || !gather(&web))
        return TF_FRAUD_CLEAR;
    const struct tf_cycle cycle = tf_cycle_find(&web.graph, &web.closing, &limits);
    if (cycle.count == 0)
        return TF_FRAUD_CLEAR;
    explain(&web, &cycle, hit);
    return TF_FRAUD_HIT;
}

enum tf_fraud_answer tf_mtic2_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    if (c->facts->amount_minor <= 0)
        return TF_FRAUD_CLEAR;
    const struct trade trade = trade_of(c->facts);
    if (!trade.seller)
        return TF_FRAUD_UNKNOWN;
    if (c->count == 0 || c->windows[BUYER_SOLD].count == 0 || c->windows[SELLER_BOUGHT].count == 0)
        return TF_FRAUD_CLEAR;
    return follow(c, trade, hit);
}
