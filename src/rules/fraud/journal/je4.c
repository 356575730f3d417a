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
    int32_t first, last, since;
};

static bool read_closed(struct tf_str word, struct closed *ret_closed)
{
    const char *at = word.len > 0 ? memchr(word.ptr, '@', word.len) : NULL;
    struct tf_str period = {word.ptr, at ? (size_t)(at - word.ptr) : word.len};
    if (!tf_period_parse(period, &ret_closed->first, &ret_closed->last))
        return false;
    ret_closed->since = ret_closed->last + 1;
    return !at || tf_clock_parse_date(tf_str_trim((struct tf_str){at + 1, word.len - period.len - 1}), &ret_closed->since);
}

/* By its posting date, or by the period it names. */
static bool belongs(const struct tf_journal *journal, const struct closed *closed)
{
    int32_t first, last;
    if (journal->posting_date.days >= closed->first && journal->posting_date.days <= closed->last)
        return true;
    return tf_period_parse(journal->period, &first, &last) && first >= closed->first && last <= closed->last;
}

/* The closed period that a journal was entered into; NULL: none. */
static const char *closed_for(const struct tf_fraud_setting *setting, const struct tf_journal *journal, int32_t recorded)
{
    struct closed closed;
    for (size_t i = 0; i < setting->words.count; i++)
        if (read_closed(tf_str_of(setting->words.items[i]), &closed) && recorded >= closed.since && belongs(journal, &closed))
            return setting->words.items[i];
    return NULL;
}

const char *tf_je4_check_word(struct tf_str word)
{
    struct closed closed;
    return read_closed(word, &closed) ? NULL : "a period, perhaps with the day from which it is closed: 2026-03 or 2026-Q1@2026-04-10";
}

enum tf_fraud_answer tf_je4_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    const struct tf_event *event = c->facts->event;
    if (event->recorded_at_ms == 0 || !event->as.journal || !tf_date_known(event->as.journal->posting_date))
        return TF_FRAUD_UNKNOWN;
    int32_t recorded = (int32_t)(event->recorded_at_ms / TF_MS_PER_DAY), back = recorded - event->as.journal->posting_date.days;
    bool late = back > c->setting->params[BACK_DAYS];
    const char *shut = closed_for(c->setting, event->as.journal, recorded);
    if (!late && !shut)
        return TF_FRAUD_CLEAR;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(c->facts);
    hit->observed = shut ? tf_arena_printf(c->arena, "entered %d days after the posting date, into the closed period %s", back, shut)
                         : tf_arena_printf(c->arena, "entered %d days after the posting date", back);
    hit->threshold = tf_arena_printf(c->arena, "more than %lld days, or a closed period", (long long)c->setting->params[BACK_DAYS]);
    return TF_FRAUD_HIT;
}
