#include "population.h"

#include <stdio.h>

#include "digits.h"
#include "key.h"
#include "taxflow/currency.h"

enum { LINES_MAX = TF_FRAUD_TALLIES_MAX };
_Static_assert(TF_POPULATION_DECADES * TF_POPULATION_DIGITS <= TF_FRAUD_CELLS_MAX, "every decade has its cells");

static bool usable(struct tf_decimal amount)
{
    return !amount.unknown && tf_money_sign(amount) != 0;
}

static void copy_currency(struct tf_str text, char out[4])
{
    text = tf_str_trim(text);
    out[0] = '\0';
    if (text.len != 3)
        return;
    for (size_t i = 0; i < 3; i++)
        out[i] = text.ptr[i] >= 'a' && text.ptr[i] <= 'z' ? (char)(text.ptr[i] - 'a' + 'A') : text.ptr[i];
    out[3] = '\0';
}

/* What stands on one line; a line with neither side, or without an account, belongs nowhere. */
static bool read_line(const struct tf_fraud_facts *facts, const struct tf_journal_line *line, struct tf_population_amount *ret_amount)
{
    struct tf_str account = tf_str_trim(line->account);
    bool debit = tf_amount_known(line->debit) && usable(line->debit.value), credit = tf_amount_known(line->credit) && usable(line->credit.value);
    if (account.len == 0 || (!debit && !credit))
        return false;
    char first = account.ptr[0] >= 'a' && account.ptr[0] <= 'z' ? (char)(account.ptr[0] - 'a' + 'A') : account.ptr[0];
    *ret_amount = (struct tf_population_amount){.amount = debit ? line->debit.value : line->credit.value, .account_class = first};
    copy_currency(line->currency, ret_amount->currency);
    if (!ret_amount->currency[0])
        memcpy(ret_amount->currency, facts->currency, sizeof ret_amount->currency);
    return true;
}

/* How many amounts an event may have, and one of them; false: it is none. */
static size_t amounts_of(const struct tf_fraud_facts *facts)
{
    const struct tf_journal *journal = facts->event->kind == TF_KIND_JOURNAL ? facts->event->as.journal : NULL;
    if (facts->event->kind != TF_KIND_JOURNAL)
        return 1;
    return !journal ? 0 : journal->lines.count < LINES_MAX ? journal->lines.count : LINES_MAX;
}

static bool read_amount(const struct tf_fraud_facts *facts, size_t i, struct tf_population_amount *ret_amount)
{
    if (facts->event->kind == TF_KIND_JOURNAL)
        return read_line(facts, &facts->event->as.journal->lines.items[i], ret_amount);
    if (facts->returned || !facts->has_amount || !usable(facts->amount))
        return false;
    *ret_amount = (struct tf_population_amount){.amount = facts->amount};
    memcpy(ret_amount->currency, facts->currency, sizeof ret_amount->currency);
    return true;
}

/* Negative amounts have digits of their own: they are corrections, not business. */
static struct tf_hash16 hash_of(const struct tf_fraud_facts *facts, struct tf_str statistic, const struct tf_population_amount *amount)
{
    char marks[3] = {tf_money_sign(amount->amount) < 0 ? '-' : '+', (char)('0' + (int)facts->event->direction), amount->account_class};
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, statistic, 'p', facts);
    tf_key_str(&text, (struct tf_str){marks, sizeof marks});
    tf_key_str(&text, tf_str_of(amount->currency));
    return tf_key_end(&text);
}

static size_t find(const struct tf_fraud_tally *tallies, size_t count, struct tf_hash16 group, uint16_t cell)
{
    size_t at = 0;
    while (at < count && !(tallies[at].cell == cell && tf_hash16_eq(tallies[at].group, group)))
        at++;
    return at;
}

/* source: the amount that began tally `wanted`. */
static size_t collect(const struct tf_fraud_facts *facts, struct tf_str statistic, tf_population_cell *cell, struct tf_fraud_tally *tallies,
                      size_t wanted, struct tf_population_amount *source)
{
    size_t amounts = amounts_of(facts), count = 0;
    for (size_t i = 0; i < amounts; i++) {
        struct tf_population_amount amount;
        uint16_t place;
        if (!read_amount(facts, i, &amount) || !cell(&amount, &place))
            continue;
        struct tf_hash16 group = hash_of(facts, statistic, &amount);
        size_t at = find(tallies, count, group, place);
        if (at == count) {
            tallies[count] = (struct tf_fraud_tally){.group = group, .cell = place, .use = TF_FRAUD_ADDS, .shared = true};
            if (count++ == wanted)
                *source = amount;
        }
        tallies[at].adds = (uint8_t)(tallies[at].adds + (tallies[at].adds < TF_FRAUD_ADDS_MAX));
    }
    return count;
}

size_t tf_population_tallies(const struct tf_fraud_facts *facts, struct tf_str statistic, tf_population_cell *cell, struct tf_fraud_tally *tallies)
{
    struct tf_population_amount source;
    return collect(facts, statistic, cell, tallies, LINES_MAX, &source);
}

static const char *kind_words(const struct tf_event *event)
{
    static const char *const words[TF_KIND_COUNT] = {[TF_KIND_INVOICE] = "invoices", [TF_KIND_CREDIT_NOTE] = "credit notes",
                                                     [TF_KIND_PAYMENT] = "payments"};
    return words[event->kind] ? words[event->kind] : "records";
}

void tf_population_name(const struct tf_fraud_facts *facts, size_t tally, tf_population_cell *cell, char out[TF_FRAUD_GROUP_NAME_BYTES])
{
    struct tf_fraud_tally tallies[TF_FRAUD_TALLIES_MAX];
    struct tf_population_amount source, *amount = &source;
    char what[40];
    if (tally >= collect(facts, TF_STR(""), cell, tallies, tally, &source)) {
        out[0] = '\0';
        return;
    }
    const char *direction = facts->event->direction == TF_DIRECTION_UNKNOWN ? "" : tf_event_direction_name(facts->event->direction);
    if (amount->account_class)
        snprintf(what, sizeof what, "account class %c", amount->account_class > ' ' && amount->account_class < 0x7f ? amount->account_class : '?');
    else
        snprintf(what, sizeof what, "%s%s%s", kind_words(facts->event), direction[0] ? ", " : "", direction);
    snprintf(out, TF_FRAUD_GROUP_NAME_BYTES, "%s%s%.3s%s", what, amount->currency[0] ? ", " : "", amount->currency,
             tf_money_sign(amount->amount) < 0 ? ", negative" : "");
}

enum tf_fraud_answer tf_population_answer(const struct tf_fraud_case *c)
{
    const struct tf_fraud_facts *facts = c->facts;
    struct tf_population_amount amount;
    bool known = facts->event->kind != TF_KIND_JOURNAL && facts->has_amount;
    for (size_t i = 0; facts->event->kind == TF_KIND_JOURNAL && !known && i < amounts_of(facts); i++)
        known = read_amount(facts, i, &amount);
    return known && facts->has_time ? TF_FRAUD_NOT_APPLICABLE : TF_FRAUD_UNKNOWN;
}

bool tf_population_first_digits(const struct tf_population_amount *amount, uint16_t *ret_cell)
{
    struct tf_digits digits;
    if (!tf_digits_first(amount->amount, &digits))
        return false;
    int decade = digits.decade - TF_POPULATION_DECADE_FIRST;
    decade = decade < 0 ? 0 : decade >= TF_POPULATION_DECADES ? TF_POPULATION_DECADES - 1 : decade;
    *ret_cell = (uint16_t)((unsigned)decade * TF_POPULATION_DIGITS + digits.first_two - 10);
    return true;
}

unsigned tf_population_spread(const struct tf_fraud_tally_view *counts, int64_t cells[TF_FRAUD_CELLS_MAX])
{
    int lowest = -1, highest = -1;
    tf_fraud_tally_spread(counts, cells);
    for (int decade = 0; decade < TF_POPULATION_DECADES; decade++)
        for (int digits = 0; digits < TF_POPULATION_DIGITS; digits++)
            if (cells[decade * TF_POPULATION_DIGITS + digits] > 0) {
                lowest = lowest < 0 ? decade : lowest;
                highest = decade;
            }
    return lowest < 0 ? 0 : (unsigned)(highest - lowest) + 1;
}

bool tf_population_last_digits(const struct tf_population_amount *amount, uint16_t *ret_cell)
{
    const struct tf_currency *currency = tf_currency_find(tf_str_of(amount->currency));
    unsigned digits;
    if (tf_money_cmp(tf_money_abs(amount->amount), tf_money_of(10, 0)) < 0
        || !tf_digits_last_two(amount->amount, currency ? currency->decimals : 2, &digits))
        return false;
    *ret_cell = (uint16_t)digits;
    return true;
}
