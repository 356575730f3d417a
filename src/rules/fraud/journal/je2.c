/*
 * JE2, seldom used: a journal on an account with hardly any use in a year, or on a pair of debit and credit accounts that is rare among all
 * pairs: -log2 P(debit, credit) >= 12 bits, in whole numbers: 2^12 times its count is not above the count of all.
 */
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"

enum { USES, HISTORY_MONTHS, BOOK, BITS, PAIRS };
/* Of a journal with many accounts the first ones are looked at: 1 company + 1 all pairs + accounts + pairs fit TF_FRAUD_TALLIES_MAX. */
enum { ACCOUNTS_MAX = 16, PAIRS_MAX = 32, LINES_MAX = 256 };
enum { COMPANY, ALL_PAIRS, FIRST_ACCOUNT };
_Static_assert(FIRST_ACCOUNT + ACCOUNTS_MAX + PAIRS_MAX <= TF_FRAUD_TALLIES_MAX, "all fit");

struct account { struct tf_str number; bool debited, credited; };
struct book {
    struct account accounts[ACCOUNTS_MAX];
    size_t count;
};

static void note(struct book *book, const struct tf_journal_line *line)
{
    struct tf_str number = tf_str_trim(line->account);
    size_t at = 0;
    if (number.len == 0)
        return;
    while (at < book->count && !tf_str_eq(book->accounts[at].number, number))
        at++;
    if (at == ACCOUNTS_MAX)
        return;
    if (at == book->count)
        book->accounts[book->count++] = (struct account){.number = number};
    book->accounts[at].debited |= tf_amount_present(line->debit) && tf_money_sign(line->debit.value) != 0;
    book->accounts[at].credited |= tf_amount_present(line->credit) && tf_money_sign(line->credit.value) != 0;
}

static void read_book(const struct tf_event *event, struct book *book)
{
    const struct tf_journal *journal = event->as.journal;
    book->count = 0;
    for (size_t i = 0; journal && i < journal->lines.count && i < LINES_MAX; i++)
        note(book, &journal->lines.items[i]);
}

static struct tf_hash16 hash_of(const struct tf_fraud_facts *facts, char about, struct tf_str debit, struct tf_str credit)
{
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("JE2"), about, facts);
    tf_key_str(&text, debit);
    tf_key_str(&text, credit);
    return tf_key_end(&text);
}

static void count_pairs(const struct tf_fraud_facts *facts, const struct book *book, struct tf_fraud_tally *tallies, size_t *count)
{
    size_t pairs = 0;
    for (size_t d = 0; d < book->count; d++)
        for (size_t k = 0; k < book->count && book->accounts[d].debited && pairs < PAIRS_MAX; k++)
            if (k != d && book->accounts[k].credited) {
                tallies[(*count)++] = (struct tf_fraud_tally){
                    .group = hash_of(facts, 'p', book->accounts[d].number, book->accounts[k].number), .shared = true};
                pairs++;
            }
    tallies[ALL_PAIRS] = (struct tf_fraud_tally){.group = hash_of(facts, 'n', TF_STR_NONE, TF_STR_NONE), .adds = (uint8_t)pairs,
                                                 .use = pairs > 0 ? TF_FRAUD_LOOKS_AND_ADDS : TF_FRAUD_LOOKS, .shared = true};
}

/* An account counts once a journal, a pair as well. */
size_t tf_je2_tallies(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                      struct tf_fraud_tally *tallies)
{
    (void)rule;
    (void)setting;
    struct book book;
    size_t count = FIRST_ACCOUNT;
    read_book(facts->event, &book);
    if (!facts->has_time || book.count == 0)
        return 0;
    tallies[COMPANY] = (struct tf_fraud_tally){.group = hash_of(facts, 'c', TF_STR_NONE, TF_STR_NONE), .shared = true};
    for (size_t a = 0; a < book.count; a++)
        tallies[count++] = (struct tf_fraud_tally){.group = hash_of(facts, 'a', book.accounts[a].number, TF_STR_NONE), .shared = true};
    count_pairs(facts, &book, tallies, &count);
    return count;
}

static int64_t count_of(const struct tf_fraud_case *c, size_t tally)
{
    return tf_fraud_tally_sum(&c->counts[tally], 0, 1);
}

/* In books that begin now every account is rare. Six months: an account that is used monthly has its five uses by then. */
static bool young(const struct tf_fraud_case *c)
{
    return !tf_fraud_tally_reaches(&c->counts[COMPANY], c->facts->time_ms, c->setting->window_ms, c->setting->params[HISTORY_MONTHS])
           || count_of(c, COMPANY) < c->setting->params[BOOK];
}

/* The first account of fewer uses than it takes, this one counted. */
static bool rare_account(const struct tf_fraud_case *c, const struct book *book, struct tf_fraud_hit *hit)
{
    for (size_t a = 0; a < book->count; a++) {
        int64_t uses = count_of(c, FIRST_ACCOUNT + a) + 1;
        if (uses >= c->setting->params[USES])
            continue;
        hit->observed = tf_arena_printf(c->arena, "use %lld of account %.*s in a year", (long long)uses, TF_STR_ARGS(book->accounts[a].number));
        hit->threshold = tf_arena_printf(c->arena, "fewer than %lld", (long long)c->setting->params[USES]);
        return true;
    }
    return false;
}

static bool rare_pair(const struct tf_fraud_case *c, const struct book *book, struct tf_fraud_hit *hit)
{
    size_t first = FIRST_ACCOUNT + book->count, pairs = c->tallies_count - first;
    int64_t all = count_of(c, ALL_PAIRS) + (int64_t)pairs;
    for (size_t p = first; p < c->tallies_count && all >= c->setting->params[PAIRS]; p++) {
        int64_t own = count_of(c, p) + 1;
        if (own > all >> c->setting->params[BITS])
            continue;
        hit->observed = tf_arena_printf(c->arena, "a pair of debit and credit account that was booked %lld times among %lld pairs in a year",
                                        (long long)own, (long long)all);
        hit->threshold = tf_arena_printf(c->arena, "rarer than 1 in %lld, from %lld pairs on", 1LL << c->setting->params[BITS],
                                         (long long)c->setting->params[PAIRS]);
        return true;
    }
    return false;
}

enum tf_fraud_answer tf_je2_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    struct book book;
    read_book(c->facts->event, &book);
    if (!c->facts->has_time || book.count == 0)
        return TF_FRAUD_UNKNOWN;
    if (c->tallies_count == 0 || young(c))
        return TF_FRAUD_CLEAR;
    if (!rare_account(c, &book, hit) && !rare_pair(c, &book, hit))
        return TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    return TF_FRAUD_HIT;
}
