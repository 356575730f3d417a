/*
 * RND2, round ratio: of a supplier's amounts more are round than chance, or than the company's own share where that is known, explains. Two
 * tests: multiples of a tenth of the round amount among the amounts from there on, and multiples of the round amount itself.
 */
#include <math.h>

#include "fraud_rules.h"
#include "hit.h"
#include "key.h"

/* What an amount is: each below counts in its own cell. */
enum { SMALL_ODD, SMALL_ROUND, LARGE_ODD, LARGE_TENTH, LARGE_ROUND, CLASSES };
enum { MINIMUM, ROUND, BOOK, TENTHS_PER_10000, ROUNDS_PER_10000 };
enum { SUPPLIER, COMPANY };
static const double Z_LIMIT = 2.576; /* 1 %, two-sided */

struct test {
    int64_t n, round, book_n, book_round;
    double share, expected, z;
};

static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->supplier.ptr && facts->has_amount && facts->currency[0] && facts->has_time;
}

static bool is_multiple(const struct tf_fraud_facts *facts, int64_t of_minor)
{
    return facts->amount_minor % of_minor == 0 && tf_money_cmp(facts->amount, tf_money_of(facts->amount_minor, 2)) == 0;
}

/* -1 for amounts below a tenth of the round one, which no test looks at. */
static int class_of(const struct tf_fraud_facts *facts, int64_t round_minor)
{
    int64_t tenth_minor = round_minor / 10 > 0 ? round_minor / 10 : 1;
    if (facts->returned || facts->amount_minor < tenth_minor)
        return -1;
    bool tenth = is_multiple(facts, tenth_minor);
    if (facts->amount_minor < round_minor)
        return tenth ? SMALL_ROUND : SMALL_ODD;
    return is_multiple(facts, round_minor) ? LARGE_ROUND : tenth ? LARGE_TENTH : LARGE_ODD;
}

static bool is_round(int class_)
{
    return class_ == SMALL_ROUND || class_ == LARGE_TENTH || class_ == LARGE_ROUND;
}

static struct tf_hash16 hash_of(const struct tf_fraud_facts *facts, char about, struct tf_str who, int64_t round_minor)
{
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("RND2"), about, facts);
    tf_key_str(&text, who);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    tf_key_i64(&text, round_minor); /* another one is another question */
    return tf_key_end(&text);
}

size_t tf_rnd2_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    int64_t round_minor = tf_fraud_facts_threshold(facts, setting);
    if (!facts->spends || !complete(facts) || !is_round(class_of(facts, round_minor)))
        return 0;
    keys[0] = (struct tf_fraud_key){.hash = hash_of(facts, 'r', facts->supplier, round_minor), .value = facts->amount_minor};
    return 1;
}

size_t tf_rnd2_tallies(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                       struct tf_fraud_tally *tallies)
{
    (void)rule;
    int64_t round_minor = tf_fraud_facts_threshold(facts, setting);
    int class_ = facts->spends && complete(facts) ? class_of(facts, round_minor) : -1;
    if (class_ < 0)
        return 0;
    uint8_t use = is_round(class_) ? TF_FRAUD_LOOKS_AND_ADDS : TF_FRAUD_ADDS;
    tallies[SUPPLIER] = (struct tf_fraud_tally){.group = hash_of(facts, 's', facts->supplier, round_minor), .cell = (uint16_t)class_, .use = use};
    tallies[COMPANY] = (struct tf_fraud_tally){.group = hash_of(facts, 'c', TF_STR_NONE, round_minor), .cell = (uint16_t)class_, .use = use,
                                               .shared = true};
    return 2;
}

static int64_t rounds(const int64_t cells[CLASSES], bool whole)
{
    return cells[LARGE_ROUND] + (whole ? 0 : cells[LARGE_TENTH] + cells[SMALL_ROUND]);
}

static int64_t amounts(const int64_t cells[CLASSES], bool whole)
{
    int64_t large = cells[LARGE_ODD] + cells[LARGE_TENTH] + cells[LARGE_ROUND];
    return large + (whole ? 0 : cells[SMALL_ODD] + cells[SMALL_ROUND]);
}

/* One-sided, with the correction for counts being whole. The company's share, where it is known, stands for chance if it is higher. */
static struct test test_of(const struct tf_fraud_case *c, const int64_t supplier[CLASSES], const int64_t company[CLASSES], bool whole)
{
    struct test test = {.n = amounts(supplier, whole), .round = rounds(supplier, whole), .book_n = amounts(company, whole),
                        .book_round = rounds(company, whole)};
    test.expected = (double)c->setting->params[whole ? ROUNDS_PER_10000 : TENTHS_PER_10000] / 10000;
    if (test.book_n >= c->setting->params[BOOK] && (double)test.book_round / (double)test.book_n > test.expected)
        test.expected = (double)test.book_round / (double)test.book_n;
    if (test.n < c->setting->params[MINIMUM] || test.round < c->setting->params[ROUND] || test.expected >= 1)
        return test;
    double n = (double)test.n;
    test.share = (double)test.round / n;
    test.z = (test.share - test.expected - 1 / (2 * n)) / sqrt(test.expected * (1 - test.expected) / n);
    return test;
}

static void explain(const struct tf_fraud_case *c, const struct test *test, bool whole, struct tf_fraud_hit *hit)
{
    char text[TF_HIT_AMOUNT_BYTES] TF_NOT_CLEARED;
    int64_t round_minor = tf_fraud_facts_threshold(c->facts, c->setting);
    const char *of = tf_hit_amount(whole ? round_minor : round_minor / 10, c->facts->currency, text);
    hit->amount_at_risk_minor = c->facts->amount_minor;
    tf_hit_relate_last(hit, c->windows[0].entries, 0, c->windows[0].count);
    hit->observed = tf_arena_printf(c->arena, "%lld of %lld amounts of this supplier are multiples of %s, %.1f %%; Z = %.2f", (long long)test->round,
                                    (long long)test->n, of, 100 * test->share, test->z);
    hit->threshold = tf_arena_printf(c->arena, "Z above %.3f against %.2f %%, from %lld amounts and %lld round ones on", Z_LIMIT,
                                     100 * test->expected, (long long)c->setting->params[MINIMUM], (long long)c->setting->params[ROUND]);
}

static void counts_of(const struct tf_fraud_tally_view *view, int own, int64_t cells[CLASSES])
{
    for (unsigned class_ = 0; class_ < CLASSES; class_++)
        cells[class_] = tf_fraud_tally_sum(view, class_, class_ + 1) + ((int)class_ == own);
}

enum tf_fraud_answer tf_rnd2_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    int64_t supplier[CLASSES], company[CLASSES];
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    int own = class_of(c->facts, tf_fraud_facts_threshold(c->facts, c->setting));
    if (!is_round(own) || c->tallies_count == 0)
        return TF_FRAUD_CLEAR;
    counts_of(&c->counts[SUPPLIER], own, supplier);
    counts_of(&c->counts[COMPANY], own, company);
    for (int whole = 0; whole <= (own == LARGE_ROUND); whole++) {
        const struct test test = test_of(c, supplier, company, whole);
        if (test.z <= Z_LIMIT)
            continue;
        explain(c, &test, whole, hit);
        return TF_FRAUD_HIT;
    }
    return TF_FRAUD_CLEAR;
}
