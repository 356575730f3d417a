/* JE3, rare poster: the user has posted fewer journals in a year than somebody whose work it is. */
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"

enum { JOURNALS, HISTORY_MONTHS, BOOK };
enum { USER, COMPANY };

static struct tf_hash16 hash_of(const struct tf_fraud_facts *facts, char about, struct tf_str who)
{
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("JE3"), about, facts);
    tf_key_str(&text, who);
    return tf_key_end(&text);
}

size_t tf_je3_tallies(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                      struct tf_fraud_tally *tallies)
{
    (void)rule;
    (void)setting;
    if (!facts->has_time || !facts->user.ptr)
        return 0;
    tallies[USER] = (struct tf_fraud_tally){.group = hash_of(facts, 'u', facts->user), .shared = true};
    tallies[COMPANY] = (struct tf_fraud_tally){.group = hash_of(facts, 'c', TF_STR_NONE), .shared = true};
    return 2;
}

/* In a company whose records begin now everybody is rare. */
static bool young(const struct tf_fraud_case *c)
{
    return !tf_fraud_tally_reaches(&c->counts[COMPANY], c->facts->time_ms, c->setting->window_ms, c->setting->params[HISTORY_MONTHS])
           || tf_fraud_tally_sum(&c->counts[COMPANY], 0, 1) < c->setting->params[BOOK];
}

enum tf_fraud_answer tf_je3_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->has_time || !c->facts->user.ptr)
        return TF_FRAUD_UNKNOWN;
    if (c->tallies_count == 0)
        return TF_FRAUD_CLEAR;
    int64_t journals = tf_fraud_tally_sum(&c->counts[USER], 0, 1) + 1;
    if (journals >= c->setting->params[JOURNALS] || young(c))
        return TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = tf_arena_printf(c->arena, "journal %lld of this user in a year", (long long)journals);
    hit->threshold = tf_arena_printf(c->arena, "fewer than %lld, where the company's journals reach back %lld months",
                                     (long long)c->setting->params[JOURNALS], (long long)c->setting->params[HISTORY_MONTHS]);
    return TF_FRAUD_HIT;
}
