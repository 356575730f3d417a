/*
 * JE4, back-dated: entered long after the day it is posted to, or entered after its period was closed. A closed period is written as a return's
 * ("2026-03", "2026-Q1", "2026"), and counts as closed since its end, or since a day given behind it: "2026-03@2026-04-10".
 */
#include <string.h>

#include "fraud_rules.h"
#include "hit.h"
#include "taxflow/clock.h"

enum { BACK_DAYS };

struct closed {
    const char *word;
    int32_t first, last, since;
};

static bool read_closed(const char *word, struct closed *ret_closed)
{
    const char *at = strchr(word, '@');
    struct tf_str period = {word, at ? (size_t)(at - word) : strlen(word)};
    ret_closed->word = word;
    if (!tf_period_parse(period, &ret_closed->first, &ret_closed->last))
        return false;
    ret_closed->since = ret_closed->last + 1;
    return !at || tf_clock_parse_date(tf_str_trim(tf_str_of(at + 1)), &ret_closed->since);
}

/* By its posting date, or by the period it names. */
static bool belongs(const struct tf_journal *journal, const struct closed *closed)
{
    int32_t first, last;
    if (journal->posting_date.days >= closed->first && journal->posting_date.days <= closed->last)
        return true;
    return tf_period_parse(journal->period, &first, &last) && first >= closed->first && last <= closed->last;
}

static bool posted_to_closed(const struct tf_fraud_setting *setting, const struct tf_journal *journal, int32_t recorded, struct closed *ret_closed)
{
    for (size_t i = 0; i < setting->words.count; i++)
        if (read_closed(setting->words.items[i], ret_closed) && recorded >= ret_closed->since && belongs(journal, ret_closed))
            return true;
    return false;
}

enum tf_fraud_answer tf_je4_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    const struct tf_event *event = c->facts->event;
    struct closed closed;
    if (event->recorded_at_ms == 0 || !event->as.journal || !tf_date_known(event->as.journal->posting_date))
        return TF_FRAUD_UNKNOWN;
    int32_t recorded = (int32_t)(event->recorded_at_ms / TF_MS_PER_DAY), back = recorded - event->as.journal->posting_date.days;
    bool late = back > c->setting->params[BACK_DAYS];
    bool shut = posted_to_closed(c->setting, event->as.journal, recorded, &closed);
    if (!late && !shut)
        return TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = shut ? tf_arena_printf(c->arena, "entered %d days after the posting date, into the closed period %s", back, closed.word)
                         : tf_arena_printf(c->arena, "entered %d days after the posting date", back);
    hit->threshold = tf_arena_printf(c->arena, "more than %lld days, or a closed period", (long long)c->setting->params[BACK_DAYS]);
    return TF_FRAUD_HIT;
}
