/*
 * Events as C structs, and a history that shows them to one rule the slow and obvious way, so that rules are tested without the
 * decoder and without the state.
 */
#ifndef TAXFLOW_TESTS_FRAUD_SAMPLE_H
#define TAXFLOW_TESTS_FRAUD_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "taxflow/clock.h"
#include "taxflow/fraud.h"
#include "taxflow/fraud_trail.h"

enum { SAMPLE_NUMBERS_MAX = 20, HISTORY_MAX = 4096 };

struct sample {
    struct tf_event event;
    struct tf_fraud_moment judged;
    struct tf_invoice invoice;
    struct tf_payment payment;
    struct tf_paid_invoice numbers[SAMPLE_NUMBERS_MAX];
    struct tf_journal journal;
    struct tf_journal_line lines[2];
};

static inline struct tf_amount sample_amount(const char *text)
{
    struct tf_amount amount = {.text = tf_str_of(text)};
    if (text)
        assert_int_equal(tf_money_parse(amount.text, &amount.value), TF_OK);
    return amount;
}

/* Days count from 2026-01-01. */
static inline int64_t sample_time(int day)
{
    return ((int64_t)tf_clock_days_from_civil(2026, 1, 1) + day) * TF_MS_PER_DAY;
}

static inline void sample_base(struct sample *sample, enum tf_kind kind, const char *supplier, int day)
{
    memset(sample, 0, sizeof *sample);
    sample->event.kind = kind;
    sample->event.company = TF_STR("ACME-DE");
    sample->event.user = TF_STR("u17");
    sample->event.direction = TF_DIRECTION_PURCHASE;
    sample->event.party = tf_str_of(supplier);
    sample->event.event_time_present = true;
    sample->event.event_time_ms = sample_time(day);
}

static inline void sample_invoice(struct sample *sample, const char *supplier, const char *number, const char *amount,
                                  const char *currency, int day)
{
    sample_base(sample, TF_KIND_INVOICE, supplier, day);
    sample->invoice.number = tf_str_of(number);
    sample->invoice.currency = tf_str_of(currency);
    sample->invoice.totals.present = true;
    sample->invoice.totals.gross = sample_amount(amount);
    sample->event.as.invoice = &sample->invoice;
}

static inline void sample_credit_note(struct sample *sample, const char *supplier, const char *number, const char *amount,
                                      const char *currency, int day)
{
    sample_invoice(sample, supplier, number, amount, currency, day);
    sample->event.kind = TF_KIND_CREDIT_NOTE;
}

static inline void sample_pays(struct sample *sample, const char *number, const char *amount)
{
    assert_true(sample->payment.invoices.count < SAMPLE_NUMBERS_MAX);
    sample->payment.invoices.items = sample->numbers;
    sample->numbers[sample->payment.invoices.count++] = (struct tf_paid_invoice){tf_str_of(number), sample_amount(amount)};
}

/* number NULL: a payment that names none. */
static inline void sample_payment(struct sample *sample, const char *supplier, const char *number, const char *amount,
                                  const char *currency, int day)
{
    sample_base(sample, TF_KIND_PAYMENT, supplier, day);
    sample->payment.account = TF_STR("DE89370400440532013000");
    sample->payment.currency = tf_str_of(currency);
    sample->payment.amount = sample_amount(amount);
    sample->event.as.payment = &sample->payment;
    if (number)
        sample_pays(sample, number, NULL);
}

static inline void sample_journal(struct sample *sample, const char *amount)
{
    sample_base(sample, TF_KIND_JOURNAL, "X", 0);
    sample->lines[0].debit = sample_amount(amount);
    sample->lines[0].currency = TF_STR("EUR");
    sample->lines[1].credit = sample_amount(amount);
    sample->journal.lines.items = sample->lines;
    sample->journal.lines.count = 2;
    sample->event.as.journal = &sample->journal;
}

static inline size_t sample_rule(const char *id)
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    for (size_t r = 0; r < count; r++)
        if (strcmp(rules[r].id, id) == 0)
            return r;
    fail_msg("no rule %s", id);
    return 0;
}

/* All entries of one rule, in time order, each with the key it stands under, and its value in place of a total. */
struct history {
    const struct tf_fraud_rule *rule;
    struct tf_fraud_setting setting;
    struct tf_arena *arena;
    struct tf_hash16 keys[HISTORY_MAX];
    struct tf_fraud_entry entries[HISTORY_MAX];
    size_t count;
    struct tf_fraud_hit hit; /* of the last judgement */
    char ids[HISTORY_MAX][8];
    unsigned events;
    struct { struct tf_hash16 group; struct tf_fraud_count count; } counted[HISTORY_MAX]; /* in no order */
    size_t counted_count;
};

static inline struct history *history_create(const char *rule)
{
    size_t count;
    struct history *history = calloc(1, sizeof *history);
    assert_non_null(history);
    history->rule = &tf_fraud_rules(&count)[sample_rule(rule)];
    history->setting = history->rule->defaults;
    history->arena = tf_arena_create(16 << 20);
    assert_non_null(history->arena);
    return history;
}

static inline void history_destroy(struct history *history)
{
    tf_arena_destroy(history->arena);
    free(history);
}

static inline struct tf_fraud_window history_window(struct history *history, const struct tf_fraud_key *key, int64_t time_ms)
{
    int64_t window_ms = key->window_ms > 0 ? key->window_ms : history->setting.window_ms;
    struct tf_fraud_entry *entries = tf_arena_calloc(history->arena, history->count + 1, sizeof *entries);
    size_t count = 0;
    assert_non_null(entries);
    for (size_t i = 0; i < history->count; i++) {
        int64_t off = history->entries[i].time_ms - time_ms;
        if (tf_hash16_eq(history->keys[i], key->hash) && off <= window_ms && -off <= window_ms)
            entries[count++] = history->entries[i];
    }
    const uint64_t before = (uint64_t)time_ms; /* from a beginning of its own */
    int64_t highest = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        int64_t value = (int64_t)entries[i].total;
        highest = value > highest ? value : highest;
        entries[i].total += i > 0 ? entries[i - 1].total : before;
    }
    return (struct tf_fraud_window){.entries = entries, .count = count, .highest = highest, .before = before};
}

static inline int history_by_bits(const void *a, const void *b)
{
    const struct tf_fraud_count *left = a, *right = b;
    return (left->bits > right->bits) - (left->bits < right->bits);
}

static inline struct tf_fraud_tally_view history_counts(struct history *history, const struct tf_fraud_tally *tally, int64_t time_ms)
{
    struct tf_fraud_count *counts = tf_arena_calloc(history->arena, history->counted_count + 1, sizeof *counts);
    int32_t first = tf_fraud_month_of(time_ms - history->setting.window_ms), last = tf_fraud_month_of(time_ms);
    size_t count = 0;
    assert_non_null(counts);
    for (size_t i = 0; i < history->counted_count && tally->use != TF_FRAUD_ADDS; i++) {
        int32_t month = (int32_t)tf_fraud_count_month(history->counted[i].count);
        if (tf_hash16_eq(history->counted[i].group, tally->group) && month >= first && month <= last)
            counts[count++] = history->counted[i].count;
    }
    qsort(counts, count, sizeof counts[0], history_by_bits);
    return (struct tf_fraud_tally_view){counts, count};
}

static inline size_t history_tallies(struct history *history, const struct tf_fraud_facts *facts, struct tf_fraud_tally *tallies)
{
    if (!history->rule->tallies || !facts->has_time || tf_fraud_month_of(facts->time_ms) == TF_FRAUD_MONTH_NONE)
        return 0;
    size_t count = history->rule->tallies(history->rule, &history->setting, facts, tallies);
    assert_true(count <= TF_FRAUD_TALLIES_MAX);
    return count;
}

static inline void history_count(struct history *history, const struct tf_fraud_tally *tally, int64_t time_ms)
{
    const struct tf_fraud_count zero = tf_fraud_count_of((unsigned)tf_fraud_month_of(time_ms), tally->cell);
    size_t at = 0;
    assert_true(tally->cell < TF_FRAUD_CELLS_MAX && tally->adds <= TF_FRAUD_ADDS_MAX);
    while (at < history->counted_count && !(tf_hash16_eq(history->counted[at].group, tally->group)
                                            && history->counted[at].count.bits >> TF_FRAUD_COUNT_BITS == zero.bits >> TF_FRAUD_COUNT_BITS))
        at++;
    if (at == history->counted_count) {
        assert_true(at < HISTORY_MAX);
        history->counted_count++;
        history->counted[at].group = tally->group;
        history->counted[at].count = zero;
    }
    history->counted[at].count.bits += tally->adds ? tally->adds : 1;
}

struct history_trail { struct history *history; int64_t time_ms; };

static inline struct tf_fraud_window history_look(void *self, struct tf_hash16 hash, int64_t window_ms)
{
    const struct history_trail *trail = self;
    const struct tf_fraud_key key = {.hash = hash, .window_ms = window_ms};
    return history_window(trail->history, &key, trail->time_ms);
}

static inline struct tf_fraud_facts history_facts(const struct sample *sample)
{
    struct tf_fraud_facts facts = tf_fraud_facts_of(&sample->event);
    facts.judged = sample->judged;
    return facts;
}

static inline enum tf_fraud_answer history_judge(struct history *history, const struct sample *sample)
{
    struct tf_fraud_key keys[TF_FRAUD_KEYS_MAX];
    struct tf_fraud_window windows[TF_FRAUD_KEYS_MAX];
    memset(&history->hit, 0, sizeof history->hit);
    tf_arena_rewind(history->arena);
    if (!(history->rule->kinds >> sample->event.kind & 1))
        return TF_FRAUD_NOT_APPLICABLE;
    const struct tf_fraud_facts facts = history_facts(sample);
    size_t count = history->rule->keys ? history->rule->keys(history->rule, &history->setting, &facts, keys) : 0;
    assert_true(count <= TF_FRAUD_KEYS_MAX);
    for (size_t k = 0; k < count; k++)
        windows[k] = keys[k].use == TF_FRAUD_ADDS ? (struct tf_fraud_window){.count = 0} : history_window(history, &keys[k], sample->event.event_time_ms);
    struct tf_fraud_tally tallies[TF_FRAUD_TALLIES_MAX];
    struct tf_fraud_tally_view counts[TF_FRAUD_TALLIES_MAX];
    size_t tallies_count = history_tallies(history, &facts, tallies);
    for (size_t t = 0; t < tallies_count; t++)
        counts[t] = history_counts(history, &tallies[t], facts.time_ms);
    struct history_trail from = {history, sample->event.event_time_ms};
    const struct tf_fraud_trail trail = {history_look, &from};
    const struct tf_fraud_case c = {
        .rule = history->rule, .setting = &history->setting, .facts = &facts, .keys = keys, .windows = windows, .count = count,
        .arena = history->arena, .tallies = tallies, .counts = counts, .tallies_count = tallies_count, .trail = &trail,
    };
    return history->rule->judge(&c, &history->hit);
}

static inline void history_add(struct history *history, const struct sample *sample)
{
    struct tf_fraud_key keys[TF_FRAUD_KEYS_MAX];
    const struct tf_fraud_facts facts = history_facts(sample);
    struct tf_fraud_tally tallies[TF_FRAUD_TALLIES_MAX];
    size_t tallies_count = history_tallies(history, &facts, tallies);
    for (size_t t = 0; t < tallies_count; t++)
        if (tallies[t].use != TF_FRAUD_LOOKS)
            history_count(history, &tallies[t], facts.time_ms);
    size_t count = history->rule->keys ? history->rule->keys(history->rule, &history->setting, &facts, keys) : 0;
    unsigned event = history->events;
    if (count == 0)
        return;
    history->events++;
    snprintf(history->ids[event], sizeof history->ids[event], "e%u", event);
    for (size_t k = 0; k < count; k++) {
        if (keys[k].use == TF_FRAUD_LOOKS)
            continue;
        assert_true(history->count < HISTORY_MAX);
        size_t at = history->count++;
        for (; at > 0 && history->entries[at - 1].time_ms > sample->event.event_time_ms; at--) {
            history->entries[at] = history->entries[at - 1];
            history->keys[at] = history->keys[at - 1];
        }
        history->keys[at] = keys[k].hash;
        history->entries[at] = (struct tf_fraud_entry){.time_ms = sample->event.event_time_ms, .total = (uint64_t)keys[k].value,
                                                       .tag = keys[k].tag, .id = history->ids[event],
                                                       .id_bytes = (uint32_t)strlen(history->ids[event])};
    }
}

/* Judge, then add: one event after the other, as the state does it. */
static inline enum tf_fraud_answer history_pass(struct history *history, const struct sample *sample)
{
    enum tf_fraud_answer answer = history_judge(history, sample);
    if ((history->rule->keys || history->rule->tallies) && (history->rule->kinds >> sample->event.kind & 1))
        history_add(history, sample);
    return answer;
}

static inline void assert_text(struct tf_str actual, const char *expected)
{
    if (!tf_str_is(actual, expected))
        fail_msg("\"%.*s\" is not \"%s\"", TF_STR_ARGS(actual), expected);
}

#endif
