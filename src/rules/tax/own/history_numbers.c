/* TF-06 and TF-07: a seller's numbers are its own, each once a year, and rise with the dates. */
#include "history.h"
#include "taxflow/arena.h"
#include "taxflow/clock.h"

enum { RELATED_TOLD_MAX = 3, NUMBER_DIGITS_MAX = 15 };

/* "e1, e2, e3 and 4 more" */
static struct tf_str tell_related(const struct tf_fraud_entry *const *entries, size_t count, const char *words, struct tf_arena *arena)
{
    struct tf_str told = tf_arena_printf(arena, "%s", words);
    for (size_t i = 0; i < count && i < RELATED_TOLD_MAX && told.ptr; i++)
        told = tf_arena_printf(arena, "%.*s%s%.*s", TF_STR_ARGS(told), i > 0 ? ", " : " ", TF_STR_ARGS(tf_fraud_entry_id(entries[i])));
    if (count > RELATED_TOLD_MAX && told.ptr)
        told = tf_arena_printf(arena, "%.*s and %zu more", TF_STR_ARGS(told), count - RELATED_TOLD_MAX);
    return told;
}

static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->has_time && !tf_str_blank(facts->event->as.invoice->number);
}

/* The year of an event time; numbers may begin anew with each. */
static void year_of(int64_t time_ms, char out[4])
{
    char date[11];
    const int64_t days = time_ms / TF_MS_PER_DAY - (time_ms % TF_MS_PER_DAY < 0);
    tf_clock_format_date((int32_t)days, date);
    memcpy(out, date, 4);
}

size_t tf_06_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    struct tf_history_key key;
    char year[4];
    if (!complete(facts) || !tf_history_key_begin(&key, "TF-06", facts))
        return 0;
    const char kind = tf_history_is_credit(facts->event) ? 'c' : 'i'; /* credit notes may be numbered apart */
    year_of(facts->time_ms, year);
    tf_history_key_str(&key, (struct tf_str){&kind, 1});
    tf_history_key_str(&key, (struct tf_str){year, sizeof year});
    tf_history_key_str(&key, facts->event->as.invoice->number);
    keys[0] = (struct tf_fraud_key){.hash = tf_history_key_end(&key)};
    return 1;
}

enum tf_fraud_answer tf_06_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    const struct tf_fraud_entry *others[RELATED_TOLD_MAX];
    if (c->count == 0)
        return TF_FRAUD_UNKNOWN;
    if (c->windows[0].count == 0)
        return TF_FRAUD_CLEAR;
    for (size_t i = 0; i < c->windows[0].count && i < RELATED_TOLD_MAX; i++)
        others[i] = &c->windows[0].entries[i];
    hit->observed = tell_related(others, c->windows[0].count, "the number also of event", c->arena);
    hit->threshold = TF_STR("a number of its own within seller and year");
    return TF_FRAUD_HIT;
}

/* ---- TF-07 ---- */

/* The digits a number ends in, and what stands before them: "RE-2024-0017" is 17 of the series "RE-2024-". */
static bool split(struct tf_str number, struct tf_str *ret_series, int64_t *ret_value)
{
    number = tf_str_trim(number);
    size_t digits = 0;
    while (digits < number.len && number.ptr[number.len - 1 - digits] >= '0' && number.ptr[number.len - 1 - digits] <= '9')
        digits++;
    uint64_t value = 0;
    if (digits == 0 || digits > NUMBER_DIGITS_MAX ||
        !tf_str_to_u64((struct tf_str){number.ptr + number.len - digits, digits}, INT64_MAX, &value))
        return false;
    *ret_series = (struct tf_str){number.ptr, number.len - digits};
    *ret_value = (int64_t)value;
    return true;
}

/* Numbers of one length belong together: 999 and 1000 of an invoice book do, 17 and 20240017 do not. */
size_t tf_07_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    (void)setting;
    struct tf_history_key key;
    struct tf_str series;
    int64_t value;
    char year[4];
    if (!complete(facts) || !split(facts->event->as.invoice->number, &series, &value) || !tf_history_key_begin(&key, "TF-07", facts))
        return 0;
    const char kind = tf_history_is_credit(facts->event) ? 'c' : 'i';
    year_of(facts->time_ms, year);
    tf_history_key_str(&key, (struct tf_str){&kind, 1});
    tf_history_key_str(&key, (struct tf_str){year, sizeof year});
    tf_history_key_str(&key, series);
    keys[0] = (struct tf_fraud_key){.hash = tf_history_key_end(&key), .value = value};
    return 1;
}

/* One that has the order of numbers and of days crossed with this one. Those of one day have no order. */
static bool crossed(const struct tf_fraud_window *window, size_t i, int64_t time_ms, int64_t value)
{
    const int64_t day = window->entries[i].time_ms / TF_MS_PER_DAY, own = time_ms / TF_MS_PER_DAY, other = tf_fraud_value_at(window, i);
    return (day < own && other > value) || (day > own && other < value);
}

enum tf_fraud_answer tf_07_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    enum { LOOK_MAX = 1000 };
    const struct tf_fraud_entry *others[RELATED_TOLD_MAX];
    size_t found = 0;
    if (c->count == 0)
        return TF_FRAUD_UNKNOWN;
    const size_t first = c->windows[0].count > LOOK_MAX ? c->windows[0].count - LOOK_MAX : 0;
    for (size_t i = first; i < c->windows[0].count; i++) {
        if (!crossed(&c->windows[0], i, c->facts->time_ms, c->keys[0].value))
            continue;
        if (found < RELATED_TOLD_MAX)
            others[found] = &c->windows[0].entries[i];
        found++;
    }
    if (found == 0)
        return TF_FRAUD_CLEAR;
    hit->observed = tell_related(others, found, "number and date in another order than of event", c->arena);
    hit->threshold = TF_STR("numbers that rise with the dates");
    return TF_FRAUD_HIT;
}
