#include "views.h"

#include <math.h>

#include "key.h"
#include "window.h"

/* So many values of at most VALUE_MAX fit 64 bits together; sums of more are added up from such. */
enum { SUM_STEP = 9000, TABLE_SLOTS = 2 * TF_VIEWS_LOOK_MAX };

struct tf_views_range tf_views_range_of(const struct tf_view *view, const struct tf_fraud_window *window, int64_t time_ms)
{
    struct tf_views_range range = {.end = window->count};
    int64_t from_ms;
    if (window->count > 0 && window->entries[window->count - 1].time_ms > time_ms)
        range.end = tf_window_from(window, time_ms + 1);
    range.end -= window->later_peers;
    if (!__builtin_sub_overflow(time_ms, view->window_ms, &from_ms))
        range.first = tf_window_from(window, from_ms);
    return range;
}

static tf_int128 sum_of(const struct tf_fraud_window *window, struct tf_views_range range)
{
    tf_int128 sum = 0;
    for (size_t first = range.first; first < range.end; first += SUM_STEP) {
        size_t end = range.end - first < SUM_STEP ? range.end : first + SUM_STEP;
        sum += tf_window_sum(window, first, end);
    }
    return sum;
}

static struct tf_value of_minor(tf_int128 minor)
{
    return (struct tf_value){.number = minor * TF_VALUE_PER_MINOR, .known = true};
}

static struct tf_value of_count(size_t count)
{
    return (struct tf_value){.number = (tf_int128)count * TF_VALUE_ONE, .known = true};
}

/* A statistic: a double, rounded to 4 places. Distances from one of the values, so that squares stay within 128 bits. */
static struct tf_value deviation_of(const struct tf_fraud_window *window, struct tf_views_range range)
{
    const int64_t base = tf_fraud_value_at(window, range.first);
    const size_t n = range.end - range.first;
    tf_int128 off = 0, squares = 0;
    for (size_t i = range.first; i < range.end; i++) {
        tf_int128 distance = (tf_int128)tf_fraud_value_at(window, i) - base;
        off += distance;
        squares += distance * distance;
    }
    tf_int128 spread = (tf_int128)n * squares - off * off;
    double deviation = sqrt((double)spread / ((double)n * (double)(n - 1)));
    return (struct tf_value){.number = (tf_int128)llround(deviation * 100) * (TF_VALUE_PER_MINOR / 100), .known = true};
}

static struct tf_value extreme_of(const struct tf_fraud_window *window, struct tf_views_range range, bool largest)
{
    int64_t best = tf_fraud_value_at(window, range.first);
    for (size_t i = range.first + 1; i < range.end; i++) {
        int64_t value = tf_fraud_value_at(window, i);
        if (largest ? value > best : value < best)
            best = value;
    }
    return of_minor(best);
}

/* The values are hashes already; 0 marks a free place of the table. */
static size_t distinct_of(const struct tf_fraud_window *window, struct tf_views_range range)
{
    int64_t table[TABLE_SLOTS] TF_NOT_CLEARED;
    size_t slots = 8, count = 0;
    while (slots < 2 * (range.end - range.first))
        slots *= 2;
    memset(table, 0, slots * sizeof table[0]);
    for (size_t i = range.first; i < range.end; i++) {
        int64_t value = tf_fraud_value_at(window, i);
        value = value ? value : 1;
        size_t at = (uint64_t)value & (slots - 1);
        while (table[at] != 0 && table[at] != value)
            at = (at + 1) & (slots - 1);
        count += table[at] == 0;
        table[at] = value;
    }
    return count;
}

/* What looks at every entry, of which there are 1 to LOOK_MAX. */
static struct tf_value walk(enum tf_view_kind kind, const struct tf_fraud_window *window, struct tf_views_range range)
{
    switch (kind) {
    case TF_VIEW_SD:
        return range.end - range.first > 1 ? deviation_of(window, range) : (struct tf_value){.known = false};
    case TF_VIEW_DISTINCT:
        return of_count(distinct_of(window, range));
    default:
        return extreme_of(window, range, kind == TF_VIEW_MAX);
    }
}

/* Without a single entry. */
static struct tf_value answer_empty(enum tf_view_kind kind)
{
    bool counts = kind == TF_VIEW_COUNT || kind == TF_VIEW_SUM || kind == TF_VIEW_DISTINCT;
    return (struct tf_value){.number = 0, .known = counts};
}

struct tf_value tf_views_answer(const struct tf_view *view, const struct tf_slot *slot, const struct tf_fraud_window *window, int64_t time_ms)
{
    const struct tf_views_range range = tf_views_range_of(view, window, time_ms);
    const size_t n = range.end - range.first;
    const struct tf_value unknown = {.known = false};
    if (n == 0)
        return answer_empty(view->kind);
    if (slot->has_value && !slot->distinct && window->highest > TF_VIEWS_VALUE_MAX)
        return unknown;
    switch (view->kind) {
    case TF_VIEW_COUNT:
        return of_count(n);
    case TF_VIEW_SUM:
        return of_minor(sum_of(window, range));
    case TF_VIEW_AVG:
        return tf_value_divide(sum_of(window, range) * TF_VALUE_PER_MINOR, (tf_int128)n * TF_VALUE_ONE);
    case TF_VIEW_LAST:
        return of_minor(tf_fraud_value_at(window, range.end - 1));
    case TF_VIEW_FIRST_SEEN:
        return (struct tf_value){.number = window->entries[range.first].time_ms, .known = true};
    case TF_VIEW_LAST_SEEN:
        return (struct tf_value){.number = window->entries[range.end - 1].time_ms, .known = true};
    default:
        return n <= TF_VIEWS_LOOK_MAX ? walk(view->kind, window, range) : unknown;
    }
}

static void put(struct tf_key *key, const struct tf_value *value, enum tf_type type)
{
    if (type == TF_TYPE_TEXT)
        tf_key_str(key, value->text);
    else if (type == TF_TYPE_TRUTH)
        tf_key_i64(key, value->truth);
    else
        tf_key_str(key, (struct tf_str){(const char *)&value->number, sizeof value->number});
}

bool tf_views_contribution(const struct tf_slot *slot, const struct tf_fraud_facts *facts, int64_t *ret_value)
{
    const struct tf_field *field = &tf_fields()[slot->value];
    *ret_value = 0;
    if (!slot->has_value)
        return true;
    struct tf_value value;
    field->read(facts, &value);
    if (!value.known)
        return false;
    if (slot->distinct) {
        struct tf_key key = {.len = 0};
        put(&key, &value, field->type);
        *ret_value = (int64_t)tf_hash16_u64(tf_key_end(&key));
        return true;
    }
    tf_int128 minor = value.number / TF_VALUE_PER_MINOR;
    bool small = minor <= TF_VIEWS_VALUE_MAX && minor >= -TF_VIEWS_VALUE_MAX;
    *ret_value = small ? (int64_t)minor : INT64_MAX;
    return true;
}

bool tf_views_key(const struct tf_slot *slot, const struct tf_fraud_facts *facts, struct tf_hash16 *ret_hash)
{
    struct tf_key key TF_NOT_CLEARED;
    tf_key_begin(&key, slot->signature, 'o', facts);
    for (size_t i = 0; i < slot->parts_count; i++) {
        const struct tf_field *field = &tf_fields()[slot->parts[i]];
        struct tf_value value;
        field->read(facts, &value);
        if (!value.known)
            return false;
        put(&key, &value, field->type);
    }
    *ret_hash = tf_key_end(&key);
    return true;
}
