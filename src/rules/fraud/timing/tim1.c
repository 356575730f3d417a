/*
 * TIM1, off hours: entered by hand outside Monday to Friday 7 to 20 o'clock, or on a holiday. What counts is when the record was entered;
 * where that is not known, when it happened. A day without hours can be a weekend or a holiday, but it cannot be office hours. Real books are full
 * of weekend dates, so the rule asks for entry by hand and weighs little.
 */
#include <string.h>

#include "calendar.h"
#include "fraud_rules.h"
#include "hit.h"
#include "taxflow/clock.h"

enum { UTC_OFFSET, SUMMER_TIME, FROM_HOUR, TO_HOUR };
enum { MS_PER_MINUTE = 60000, MS_PER_HOUR = 3600000, HOUR_MINUTES = 60, SATURDAY = 5 };

static int64_t local_ms(const struct tf_fraud_setting *setting, int64_t utc_ms)
{
    int64_t minutes = setting->params[UTC_OFFSET];
    if (setting->params[SUMMER_TIME] && tf_calendar_summer(utc_ms))
        minutes += HOUR_MINUTES;
    return utc_ms + minutes * MS_PER_MINUTE;
}

/* What is odd about the day; NULL: nothing. */
static const char *odd_day(const struct tf_fraud_setting *setting, int32_t day)
{
    if (tf_calendar_listed(&setting->words, day))
        return "on a holiday";
    return tf_calendar_weekday(day) >= SATURDAY ? "on a weekend" : NULL;
}

static const char *odd_hour(const struct tf_fraud_setting *setting, int64_t local)
{
    int64_t in_day = local - tf_calendar_day(local) * (int64_t)TF_MS_PER_DAY;
    bool within = in_day >= setting->params[FROM_HOUR] * MS_PER_HOUR && in_day < setting->params[TO_HOUR] * MS_PER_HOUR;
    return within ? NULL : "outside office hours";
}

static void explain(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, int64_t local, bool timed, const char *odd,
                    struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    enum { DATE_LEN = 10, TIME_LEN = 16 };
    static const char *const weekdays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    char text[25];
    tf_clock_format_time(local, text);
    text[timed ? TIME_LEN : DATE_LEN] = '\0';
    text[DATE_LEN] = timed ? ' ' : '\0';
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(facts);
    hit->observed = tf_arena_printf(arena, "entered by hand %s: %s, %s", odd, weekdays[tf_calendar_weekday(tf_calendar_day(local))], text);
    hit->threshold = tf_arena_printf(arena, "Monday to Friday, %02lld:00 to %02lld:00, no holiday", (long long)setting->params[FROM_HOUR],
                                     (long long)setting->params[TO_HOUR]);
}

enum tf_fraud_answer tf_tim1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    const struct tf_event *event = c->facts->event;
    if (!event->manual_present)
        return TF_FRAUD_UNKNOWN;
    if (!event->manual)
        return TF_FRAUD_CLEAR;
    bool timed = event->recorded_at_ms != 0 || (c->facts->has_time && event->event_time_of_day);
    if (!timed && !c->facts->has_time)
        return TF_FRAUD_UNKNOWN;
    int64_t local = timed ? local_ms(c->setting, event->recorded_at_ms != 0 ? event->recorded_at_ms : c->facts->time_ms) : c->facts->time_ms;
    const char *odd = odd_day(c->setting, tf_calendar_day(local));
    if (!odd && timed)
        odd = odd_hour(c->setting, local);
    if (!odd)
        return timed ? TF_FRAUD_CLEAR : TF_FRAUD_UNKNOWN;
    explain(c->setting, c->facts, local, timed, odd, c->arena, hit);
    return TF_FRAUD_HIT;
}

const char *tf_tim1_check_word(struct tf_str word)
{
    enum { YEAR_BYTES = 5, LEAP_YEAR_BYTES = 10 };
    static const char leap_year[] = "2024-";
    char date[LEAP_YEAR_BYTES];
    int32_t day;
    if (word.len == LEAP_YEAR_BYTES && tf_clock_parse_date(word, &day))
        return NULL;
    if (word.len == LEAP_YEAR_BYTES - YEAR_BYTES) {
        memcpy(date, leap_year, YEAR_BYTES);
        memcpy(date + YEAR_BYTES, word.ptr, word.len);
        if (tf_clock_parse_date((struct tf_str){date, sizeof date}, &day))
            return NULL;
    }
    return "a day: 12-25 or 2026-04-06";
}
