/*
 * TF-08: a credit note against its invoice. An invoice stands under its seller and number with its amount, a credit note under those of the
 * invoices it refers to; both stand under the seller alone, which tells since when the seller is known.
 */
#include "history.h"
#include "taxflow/arena.h"
#include "taxflow/clock.h"

enum { REFERENCES_MAX = 8, CREDIT_BIT = 1, CURRENCY_BITS = 15, BUYER_BITS = 16, BUYER_SHIFT = 1, CURRENCY_SHIFT = BUYER_SHIFT + BUYER_BITS };

static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->has_time && facts->has_amount && facts->currency[0];
}

static uint32_t tag_of(const struct tf_fraud_facts *facts, bool credit)
{
    const uint32_t currency = tf_history_bits((struct tf_str){facts->currency, 3}, CURRENCY_BITS);
    const uint32_t buyer = tf_history_bits(facts->event->as.invoice->buyer.vat_id, BUYER_BITS);
    return currency << CURRENCY_SHIFT | buyer << BUYER_SHIFT | (credit ? CREDIT_BIT : 0);
}

static int64_t magnitude(int64_t minor)
{
    return minor >= 0 ? minor : minor == INT64_MIN ? INT64_MAX : -minor;
}

static bool add_key(const struct tf_fraud_facts *facts, struct tf_str number, bool credit, struct tf_fraud_key *key)
{
    struct tf_history_key text;
    if (!tf_history_key_begin(&text, "TF-08", facts))
        return false;
    if (tf_str_present(number))
        tf_history_key_str(&text, number);
    *key = (struct tf_fraud_key){.hash = tf_history_key_end(&text), .value = magnitude(facts->amount_minor), .tag = tag_of(facts, credit)};
    return true;
}

static bool has(const struct tf_str *numbers, size_t count, struct tf_str number)
{
    for (size_t i = 0; i < count; i++)
        if (tf_str_ieq(numbers[i], number))
            return true;
    return false;
}

/* The references of a credit note, each once, blank ones left out. */
static size_t references(const struct tf_invoice *invoice, struct tf_str *numbers)
{
    size_t count = 0;
    for (size_t i = 0; i < invoice->preceding.count && count < REFERENCES_MAX; i++) {
        const struct tf_str number = tf_str_trim(invoice->preceding.items[i].number);
        if (number.len > 0 && !has(numbers, count, number))
            numbers[count++] = number;
    }
    return count;
}

/* The seller first, then the numbers. */
size_t tf_08_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    struct tf_str numbers[REFERENCES_MAX];
    const struct tf_invoice *invoice = facts->event->as.invoice;
    const bool credit = tf_history_is_credit(facts->event);
    if (!complete(facts) || !add_key(facts, TF_STR_NONE, credit, &keys[0]))
        return 0;
    size_t count = 1, given = credit ? references(invoice, numbers) : !tf_str_blank(invoice->number);
    if (!credit)
        numbers[0] = invoice->number;
    for (size_t i = 0; i < given; i++)
        count += add_key(facts, numbers[i], credit, &keys[count]);
    return count;
}

/* Which entry is the invoice that stands under a number; the last one where there are several. False: none. */
static bool invoice_in(const struct tf_fraud_window *window, size_t *ret_entry)
{
    for (size_t i = window->count; i > 0; i--) {
        *ret_entry = i - 1;
        if (!(window->entries[i - 1].tag & CREDIT_BIT))
            return true;
    }
    return false;
}

/* Of a window that has an invoice. */
static int64_t invoiced_in(const struct tf_fraud_window *window)
{
    size_t invoice;
    return invoice_in(window, &invoice) ? tf_fraud_value_at(window, invoice) : 0;
}

/* Whether an invoice that is not there would be: the seller was known when it was issued, or before this credit note where it has no date. */
static bool is_missed(const struct tf_fraud_facts *facts, const struct tf_fraud_window *seller)
{
    const struct tf_invoice *invoice = facts->event->as.invoice;
    int64_t since_ms = facts->time_ms;
    for (size_t i = 0; i < invoice->preceding.count; i++)
        if (tf_date_known(invoice->preceding.items[i].issue_date) && !tf_str_blank(invoice->preceding.items[i].issue_date.text))
            since_ms = (int64_t)invoice->preceding.items[i].issue_date.days * TF_MS_PER_DAY;
    return seller->count > 0 && seller->entries[0].time_ms <= since_ms;
}

static bool same_currency(uint32_t a, uint32_t b)
{
    return a >> CURRENCY_SHIFT == b >> CURRENCY_SHIFT;
}

/* By their VAT numbers, where both have one. */
static bool same_buyer(uint32_t a, uint32_t b)
{
    const uint32_t mask = (1u << BUYER_BITS) - 1, x = a >> BUYER_SHIFT & mask, y = b >> BUYER_SHIFT & mask;
    return x == 0 || y == 0 || x == y;
}

/* In the same currency: others are told of for that, and add up to nothing. */
static int64_t credited_before(const struct tf_fraud_window *window, uint32_t tag)
{
    int64_t sum = 0;
    for (size_t i = 0; i < window->count; i++) {
        const struct tf_fraud_entry *entry = &window->entries[i];
        if ((entry->tag & CREDIT_BIT) && same_currency(entry->tag, tag) && __builtin_add_overflow(sum, tf_fraud_value_at(window, i), &sum))
            return INT64_MAX;
    }
    return sum;
}

static struct tf_str tell_amount(struct tf_arena *arena, const char *words, int64_t minor, const char *currency)
{
    char number[TF_MONEY_TEXT_BYTES];
    const struct tf_str text = tf_money_format(tf_money_of(minor, 2), 2, number);
    return tf_arena_printf(arena, "%s%.*s %s", words, TF_STR_ARGS(text), currency);
}

static enum tf_fraud_answer hit_with(struct tf_fraud_hit *hit, struct tf_str observed, struct tf_str threshold)
{
    hit->observed = observed;
    hit->threshold = threshold;
    return TF_FRAUD_HIT;
}

/* Several invoices share what is credited; of one, all credit notes together may not exceed it. */
static enum tf_fraud_answer judge_amount(const struct tf_fraud_facts *facts, const struct tf_fraud_window *windows, size_t count,
                                         struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    int64_t invoiced = 0, credited = magnitude(facts->amount_minor);
    for (size_t i = 1; i < count; i++)
        if (__builtin_add_overflow(invoiced, invoiced_in(&windows[i]), &invoiced))
            return TF_FRAUD_UNKNOWN;
    if (count == 2 && __builtin_add_overflow(credited, credited_before(&windows[1], tag_of(facts, true)), &credited))
        return TF_FRAUD_UNKNOWN;
    if (credited <= invoiced)
        return TF_FRAUD_CLEAR;
    return hit_with(hit, tell_amount(arena, "credited in all ", credited, facts->currency),
                    tell_amount(arena, "at most ", invoiced, facts->currency));
}

enum tf_fraud_answer tf_08_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!tf_history_is_credit(c->facts->event))
        return TF_FRAUD_NOT_APPLICABLE;
    if (c->count < 2)
        return TF_FRAUD_UNKNOWN; /* it refers to nothing, which is another rule's business */
    for (size_t i = 1; i < c->count; i++) {
        size_t invoice;
        const bool found = invoice_in(&c->windows[i], &invoice);
        if (!found && !is_missed(c->facts, &c->windows[0]))
            return TF_FRAUD_UNKNOWN;
        if (!found)
            return hit_with(hit, TF_STR("an invoice of this seller that nobody has seen"), TF_STR("a known invoice"));
        const uint32_t tag = c->windows[i].entries[invoice].tag;
        if (!same_currency(tag, c->keys[i].tag))
            return hit_with(hit, TF_STR("another currency than the invoice's"), TF_STR("the invoice's currency"));
        if (!same_buyer(tag, c->keys[i].tag))
            return hit_with(hit, TF_STR("another buyer than the invoice's"), TF_STR("the invoice's buyer"));
    }
    return judge_amount(c->facts, c->windows, c->count, c->arena, hit);
}
