/*
 * REC1, return against ledger: what a company declared for a period is not what the tax of its invoices of the period adds up to. The invoices lie
 * in many partitions, so the sums are kept as counters: an amount in minor units, written in digits of base 64, counts each digit in the cell of
 * its place. Counters can be added up whoever counted them, and give the sum to the last cent.
 */
#include <string.h>

#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"
#include "taxflow/fraud_return.h"
#include "taxflow/return_code.h"
#include "taxflow/supply.h"

enum { PERMILLE };
/* Cells: digits of what is added, digits of what is taken off, documents without tax, documents whose tax or side cannot be told. */
enum { BASE_BITS = 6, BASE_MASK = 63, ADDED = 0, TAKEN_OFF = 16, SEEN = 32, UNCLEAR = 33 };
enum { OUTPUT, INPUT, SIDES };

/* The currency that a company's returns are in: "COMPANY:CUR" of the list, else the entry without a company. "" where there is neither. */
static void currency_of(const struct tf_fraud_setting *setting, struct tf_str company, char out[4])
{
    enum { LETTERS = 3 };
    const char *found = NULL;
    for (size_t i = 0; i < setting->words.count; i++) {
        const char *word = setting->words.items[i], *colon = strrchr(word, ':');
        if (colon && tf_str_ieq(company, (struct tf_str){word, (size_t)(colon - word)})) {
            found = colon + 1;
            break;
        }
        if (!colon)
            found = word;
    }
    memset(out, 0, LETTERS + 1);
    if (found && strlen(found) == LETTERS)
        memcpy(out, found, LETTERS);
}

void tf_fraud_return_currency(const struct tf_fraud_ruleset *ruleset, struct tf_str company, char out[4])
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &count);
    out[0] = '\0';
    for (size_t r = 0; r < count; r++)
        if (strcmp(rules[r].id, "REC1") == 0)
            currency_of(tf_fraud_ruleset_setting(ruleset, r), tf_str_trim(company), out);
}

static struct tf_hash16 group_of(const struct tf_fraud_facts *facts, int side, const char *currency)
{
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin_any(&text, TF_STR("REC1"), side == OUTPUT ? 'o' : 'i', facts);
    tf_key_str(&text, tf_str_of(currency));
    return tf_key_end(&text);
}

/* Tax in the currency: BT-111 or BT-110, of a credit note taken off. */
static bool tax_in(const struct tf_fraud_facts *facts, const char *currency, int64_t *ret_minor)
{
    struct tf_decimal tax;
    if (!currency[0] || !tf_supply_tax_in(facts->event->as.invoice, currency, &tax) || !tf_money_to_minor(tax, ret_minor) || *ret_minor == INT64_MIN)
        return false;
    if (facts->event->kind == TF_KIND_CREDIT_NOTE)
        *ret_minor = -*ret_minor;
    return true;
}

static size_t count_amount(struct tf_hash16 group, int64_t minor, struct tf_fraud_tally *tallies)
{
    uint64_t left = minor < 0 ? (uint64_t)-minor : (uint64_t)minor;
    uint16_t cell = minor < 0 ? TAKEN_OFF : ADDED;
    size_t count = 0;
    for (; left != 0; left >>= BASE_BITS, cell++)
        if ((left & BASE_MASK) != 0)
            tallies[count++] = (struct tf_fraud_tally){.group = group, .cell = cell, .adds = (uint8_t)(left & BASE_MASK), .use = TF_FRAUD_ADDS,
                                                       .shared = true};
    return count;
}

static struct tf_fraud_tally once(struct tf_hash16 group, uint16_t cell, enum tf_fraud_use use)
{
    return (struct tf_fraud_tally){.group = group, .cell = cell, .use = (uint8_t)use, .shared = true};
}

/* A sale counts as output, a purchase as input; of any other direction it is not told which company's tax it is. */
static size_t document_tallies(const struct tf_fraud_facts *facts, const char *currency, struct tf_fraud_tally *tallies)
{
    int64_t minor;
    enum tf_direction direction = facts->event->direction;
    if (direction != TF_DIRECTION_SALE && direction != TF_DIRECTION_PURCHASE) {
        for (int side = 0; side < SIDES; side++)
            tallies[side] = once(group_of(facts, side, currency), UNCLEAR, TF_FRAUD_ADDS);
        return SIDES;
    }
    struct tf_hash16 group = group_of(facts, direction == TF_DIRECTION_SALE ? OUTPUT : INPUT, currency);
    bool known = tax_in(facts, currency, &minor);
    if (known && minor != 0)
        return count_amount(group, minor, tallies);
    tallies[0] = once(group, known ? SEEN : UNCLEAR, TF_FRAUD_ADDS);
    return 1;
}

size_t tf_rec1_tallies(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                       struct tf_fraud_tally *tallies)
{
    (void)rule;
    char currency[4];
    currency_of(setting, facts->company, currency);
    if (facts->event->kind != TF_KIND_RETURN)
        return facts->event->as.invoice ? document_tallies(facts, currency, tallies) : 0;
    for (int side = 0; side < SIDES; side++)
        tallies[side] = once(group_of(facts, side, currency), SEEN, TF_FRAUD_LOOKS);
    return SIDES;
}

/* The sum of one side over some months. */
struct side_sum {
    tf_int128 minor;
    int64_t unclear;
    bool any; /* anything was counted at all, in these months or others */
};

static struct side_sum sum_of(const struct tf_fraud_tally_view *view, int32_t first, int32_t last)
{
    struct side_sum sum = {.any = false};
    for (size_t i = 0; i < view->count; i++) {
        int32_t month = (int32_t)tf_fraud_count_month(view->counts[i]);
        unsigned cell = tf_fraud_count_cell(view->counts[i]);
        int64_t value = tf_fraud_count_value(view->counts[i]);
        sum.any |= value > 0;
        if (month < first || month > last)
            continue;
        if (cell == UNCLEAR)
            sum.unclear += value;
        else if (cell < TAKEN_OFF)
            sum.minor += (tf_int128)value << (BASE_BITS * cell);
        else if (cell < SEEN)
            sum.minor -= (tf_int128)value << (BASE_BITS * (cell - TAKEN_OFF));
    }
    return sum;
}

/* The months of a period; false unless it is of whole ones. */
static bool months_of(struct tf_str period, int32_t *ret_first, int32_t *ret_last)
{
    int32_t first, last;
    if (!tf_period_parse(period, &first, &last))
        return false;
    *ret_first = tf_fraud_month_of(first * (int64_t)TF_MS_PER_DAY);
    *ret_last = tf_fraud_month_of(last * (int64_t)TF_MS_PER_DAY);
    bool begins = tf_fraud_month_of((first - 1) * (int64_t)TF_MS_PER_DAY) != *ret_first;
    bool ends = tf_fraud_month_of((last + 1) * (int64_t)TF_MS_PER_DAY) != *ret_last;
    return *ret_first != TF_FRAUD_MONTH_NONE && *ret_last != TF_FRAUD_MONTH_NONE && begins && ends;
}

/* What the code asks for; false where it cannot be told. */
static bool ledger_sum(const struct tf_fraud_case *c, const struct tf_return_code *code, int32_t first, int32_t last, struct tf_decimal *ret_sum)
{
    tf_int128 minor = 0;
    const int signs[SIDES] = {[OUTPUT] = code->sales, [INPUT] = code->purchases};
    for (int side = 0; side < SIDES; side++) {
        if (signs[side] == 0)
            continue;
        const struct side_sum sum = sum_of(&c->counts[side], first, last);
        if (!sum.any || sum.unclear > 0)
            return false;
        minor += signs[side] * sum.minor;
    }
    *ret_sum = (struct tf_decimal){.units = minor, .scale = 2};
    return true;
}

static void explain(const struct tf_fraud_case *c, const struct tf_return_code *code, struct tf_decimal sum, struct tf_decimal off, struct tf_decimal least,
                    const char *currency, struct tf_fraud_hit *hit)
{
    char text[TF_MONEY_TEXT_BYTES], more[TF_MONEY_TEXT_BYTES];
    const struct tf_return *declared = c->facts->event->as.tax_return;
    const struct tf_str ledger = tf_money_format(sum, 2, text), limit = tf_money_format(least, 2, more);
    if (!tf_money_to_minor(off, &hit->amount_at_risk_minor))
        hit->amount_at_risk_minor = INT64_MAX;
    hit->observed = tf_arena_printf(c->arena, "%s of %.*s declared as %.*s, the invoices add up to %.*s %s", code->name,
                                    TF_STR_ARGS(declared->period), TF_STR_ARGS(declared->declared.text), TF_STR_ARGS(ledger), currency);
    hit->threshold = tf_arena_printf(c->arena, "%.*s %s, or %lld in a thousand", TF_STR_ARGS(limit), currency,
                                     (long long)c->setting->params[PERMILLE]);
}

/* The larger of the threshold of the currency and a share of what was declared. */
static bool limit_of(const struct tf_fraud_case *c, const char *currency, struct tf_decimal declared, struct tf_decimal *ret_least,
                     struct tf_decimal *ret_limit)
{
    enum { PERMILLE_DECIMALS = 3 };
    struct tf_fraud_facts of_currency = *c->facts;
    memcpy(of_currency.currency, currency, sizeof of_currency.currency);
    *ret_least = tf_money_of(tf_fraud_facts_threshold(&of_currency, c->setting), 2);
    if (!tf_money_mul(tf_money_abs(declared), tf_money_of(c->setting->params[PERMILLE], PERMILLE_DECIMALS), ret_limit))
        return false;
    if (tf_money_cmp(*ret_limit, *ret_least) < 0)
        *ret_limit = *ret_least;
    return true;
}

enum tf_fraud_answer tf_rec1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (c->facts->event->kind != TF_KIND_RETURN)
        return TF_FRAUD_NOT_APPLICABLE;
    const struct tf_return *declared = c->facts->event->as.tax_return;
    const struct tf_return_code *code = declared ? tf_return_code_find(declared->code) : NULL;
    struct tf_decimal sum, off, least, limit;
    char currency[4];
    int32_t first, last;
    currency_of(c->setting, c->facts->company, currency);
    if (!code || c->tallies_count != SIDES || !currency[0] || !tf_amount_known(declared->declared) || !months_of(declared->period, &first, &last))
        return TF_FRAUD_UNKNOWN;
    if (!ledger_sum(c, code, first, last, &sum) || !tf_money_sub(sum, declared->declared.value, &off)
        || !limit_of(c, currency, declared->declared.value, &least, &limit))
        return TF_FRAUD_UNKNOWN;
    off = tf_money_abs(off);
    if (tf_money_cmp(off, limit) <= 0)
        return TF_FRAUD_CLEAR;
    explain(c, code, sum, off, least, currency, hit);
    return TF_FRAUD_HIT;
}

const char *tf_rec1_check_word(struct tf_str word)
{
    enum { LETTERS = 3 };
    size_t letters = 0;
    while (letters < word.len && word.ptr[word.len - 1 - letters] >= 'A' && word.ptr[word.len - 1 - letters] <= 'Z')
        letters++;
    bool alone = word.len == LETTERS, behind = word.len > LETTERS + 1 && word.ptr[word.len - 1 - LETTERS] == ':';
    return letters >= LETTERS && (alone || behind) ? NULL : "a currency, or a company and its currency: EUR or ACME-SE:SEK";
}
