/* JE1, period-end manual journal: entered by hand around the end of a period, with hardly a word why. No text at all is no word. */
#include "fraud_rules.h"
#include "hit.h"
#include "taxflow/clock.h"

enum { BEFORE_DAYS, AFTER_DAYS, TEXT_CHARACTERS, PERIOD_MONTHS, YEAR_END_MONTH };
enum { MONTHS = 12, YEAR_DIGITS = 4, MONTH_DIGITS = 2, DATE_BYTES = 11 };

/* Characters without the white space around them. */
static size_t characters(struct tf_str text)
{
    size_t count = 0;
    text = tf_str_trim(text);
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80; /* no continuation of UTF-8 */
    return count;
}

/* The longest text counts: some write the reason in the head, some in a line. Stops as soon as it is long enough. */
static size_t longest(const struct tf_journal *journal, size_t enough)
{
    size_t found = characters(journal->text);
    for (size_t i = 0; i < journal->lines.count && found < enough; i++) {
        size_t count = characters(journal->lines.items[i].text);
        found = count > found ? count : found;
    }
    return found;
}

static bool ends_a_period(const struct tf_fraud_setting *setting, int64_t month)
{
    return (month + MONTHS - setting->params[YEAR_END_MONTH]) % setting->params[PERIOD_MONTHS] == 0;
}

/* The last day of the month number `month` of a year; 0 is the December before. */
static int32_t month_end(int32_t year, int64_t month)
{
    bool december = month == MONTHS;
    return tf_clock_days_from_civil(year + december, december ? 1 : (unsigned)month + 1, 1) - 1;
}

/* Days from the period's end to the day, which lies within the limits; false where none does. */
static bool near_period_end(const struct tf_fraud_setting *setting, int32_t day, int32_t *ret_after)
{
    char date[DATE_BYTES];
    uint64_t year = 0, month = 0;
    tf_clock_format_date(day, date);
    if (!tf_str_to_u64((struct tf_str){date, YEAR_DIGITS}, INT32_MAX, &year)
        || !tf_str_to_u64((struct tf_str){date + YEAR_DIGITS + 1, MONTH_DIGITS}, MONTHS, &month))
        return false;
    for (int64_t m = (int64_t)month - 1; m <= (int64_t)month; m++) {
        int32_t after = day - month_end((int32_t)year, m);
        if (!ends_a_period(setting, m) || after < -setting->params[BEFORE_DAYS] || after > setting->params[AFTER_DAYS])
            continue;
        *ret_after = after;
        return true;
    }
    return false;
}

static void explain(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, int32_t after, size_t text,
                    struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    int32_t days = after < 0 ? -after : after;
    hit->amount_at_risk_minor = tf_fraud_facts_at_risk(facts);
    hit->observed = tf_arena_printf(arena, "entered by hand, posted %d day%s %s the end of a period, with a text of %zu characters", days,
                                    days == 1 ? "" : "s", after < 0 ? "before" : "after", text);
    hit->threshold = tf_arena_printf(arena, "%lld days before to %lld after, a text shorter than %lld", (long long)setting->params[BEFORE_DAYS],
                                     (long long)setting->params[AFTER_DAYS], (long long)setting->params[TEXT_CHARACTERS]);
}

enum tf_fraud_answer tf_je1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    const struct tf_event *event = c->facts->event;
    const size_t enough = (size_t)c->setting->params[TEXT_CHARACTERS];
    int32_t after;
    if (!event->manual_present || !event->as.journal)
        return TF_FRAUD_UNKNOWN;
    if (!event->manual)
        return TF_FRAUD_CLEAR;
    if (!tf_date_known(event->as.journal->posting_date))
        return TF_FRAUD_UNKNOWN;
    if (!near_period_end(c->setting, event->as.journal->posting_date.days, &after))
        return TF_FRAUD_CLEAR;
    size_t text = longest(event->as.journal, enough);
    if (text >= enough)
        return TF_FRAUD_CLEAR;
    explain(c->setting, c->facts, after, text, c->arena, hit);
    return TF_FRAUD_HIT;
}
