#include "settlement.h"

#include "taxflow/clock.h"

enum {
    BOOKED_LATE_DAYS = 14,
    BOOKED_EARLY_DAYS = 3,
    RETURNED_DAYS = 60,
};

/* An entry's tag: what its record is, and 30 bits of its account, 0 where it says none. What came back meets nothing more. */
enum half { CLOSED, ORDERED, BOOKED, WHOLE, HALF_MASK = 3, HALF_BITS = 2 };

static enum half half_of(const struct tf_payment *payment)
{
    if (payment->returned)
        return CLOSED;
    if (tf_str_is(payment->status, "ordered"))
        return ORDERED;
    return tf_str_is(payment->status, "booked") ? BOOKED : CLOSED;
}

static bool says_what_it_is(const struct tf_payment *payment)
{
    return tf_str_is(payment->status, "ordered") || tf_str_is(payment->status, "booked");
}

static bool names_one(struct tf_str id)
{
    return id.len > 0 && !tf_str_is(id, "NOTPROVIDED") && !tf_str_is(id, "NOTPROVIDED.") && !tf_str_is(id, "NONREF");
}

static uint32_t account_bits(struct tf_str account)
{
    const uint32_t bits = account.len > 0 ? (uint32_t)tf_hash16_u64(tf_hash_table(account, 0)) >> HALF_BITS : 0;
    return account.len > 0 && bits == 0 ? 1 : bits;
}

bool tf_settlement_key(const struct tf_fraud_facts *facts, struct tf_fraud_key *ret_key)
{
    const struct tf_event *event = facts->event;
    const struct tf_payment *payment = event->kind == TF_KIND_PAYMENT ? event->as.payment : NULL;
    if (!payment || !says_what_it_is(payment) || !names_one(payment->end_to_end_id) || !facts->has_time || !facts->has_amount)
        return false;
    const struct tf_str amount = {(const char *)&facts->amount_minor, sizeof facts->amount_minor}, end = {"", 1};
    const struct tf_str parts[] = {TF_STR("settles"), end, event->company, end, payment->end_to_end_id, end, amount, {facts->currency, sizeof facts->currency}};
    *ret_key = (struct tf_fraud_key){
        .hash = tf_hash_sha256(parts, sizeof parts / sizeof parts[0]),
        .window_ms = (int64_t)RETURNED_DAYS * TF_MS_PER_DAY,
        .use = TF_FRAUD_ADDS,
        .tag = account_bits(payment->account) << HALF_BITS | half_of(payment),
    };
    return true;
}

static bool same_account(uint32_t a, uint32_t b)
{
    return a >> HALF_BITS == 0 || b >> HALF_BITS == 0 || a >> HALF_BITS == b >> HALF_BITS;
}

static bool within_days(int64_t ms, int64_t least, int64_t most) { return ms >= least * TF_MS_PER_DAY && ms <= most * TF_MS_PER_DAY; }

/* Of a return banks name the accounts in either order; what came back is a payment before it, whatever is known of that. */
static bool belongs(const struct tf_fraud_entry *entry, uint32_t tag, int64_t time_ms)
{
    const enum half half = tag & HALF_MASK, other = entry->tag & HALF_MASK;
    const int64_t after_ms = half == ORDERED ? entry->time_ms - time_ms : time_ms - entry->time_ms;
    if (half == CLOSED)
        return other != CLOSED && within_days(after_ms, 0, RETURNED_DAYS);
    return other == (half == BOOKED ? ORDERED : BOOKED) && same_account(entry->tag, tag) && within_days(after_ms, -BOOKED_EARLY_DAYS, BOOKED_LATE_DAYS);
}

static int64_t distance(int64_t a, int64_t b) { return a > b ? a - b : b - a; }

/* The nearest one, of equals the one that came first. */
static const struct tf_fraud_entry *nearest(const struct tf_fraud_window *window, uint32_t tag, int64_t time_ms)
{
    const struct tf_fraud_entry *best = NULL;
    for (size_t i = 0; i < window->count; i++) {
        const struct tf_fraud_entry *entry = &window->entries[i];
        if (belongs(entry, tag, time_ms) && (!best || distance(entry->time_ms, time_ms) < distance(best->time_ms, time_ms)))
            best = entry;
    }
    return best;
}

/* A whole stays one when it is amended. */
static const struct tf_fraud_entry *own(const struct tf_fraud_window *window, const struct tf_record *known)
{
    for (size_t i = 0; i < window->count; i++)
        if (tf_record_of(&window->entries[i]) == known)
            return &window->entries[i];
    return NULL;
}

struct tf_record *tf_settlement_find(const struct tf_state *state, struct tf_state_question *question, struct tf_record *known)
{
    if (!question->settles)
        return known;
    const size_t place = question->keys_count - 1u;
    struct tf_fraud_key *key = &question->keys[place];
    const int64_t time_ms = question->facts.time_ms;
    key->tag = (key->tag & ~(uint32_t)HALF_MASK) | half_of(question->facts.event->as.payment); /* a batch may be judged again */
    if (state->asked->ids[place] == TF_TABLE_NONE)
        return known;
    const struct tf_fraud_window window =
        tf_table_window(&state->stage.table, state->asked->ids[place], time_ms - key->window_ms, time_ms + key->window_ms);
    const struct tf_fraud_entry *entry = known ? own(&window, known) : nearest(&window, key->tag, time_ms);
    if (entry && (key->tag & HALF_MASK) != CLOSED)
        key->tag |= known ? entry->tag & HALF_MASK : WHOLE;
    return entry ? tf_record_of(entry) : known;
}
