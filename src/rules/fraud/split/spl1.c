/*
 * SPL1, split below the limit: two or more amounts of one supplier or user, each within the approval limit, above it together
 * in three days. Every span of that length that holds the event counts, so no edge of a day or week hides a split.
 *
 * A split has few parts. Who has more than most_records within the days is busy: their sum passes any limit, and says nothing. Of a
 * company's real payments a fifth hit without that (README "Fraud").
 */
#include "fraud_rules.h"
#include "hit.h"
#include "key.h"
#include "taxflow/clock.h"
#include "window.h"

enum { MOST_RECORDS };

/*
 * Of a very busy key only so many left edges are tried, and, where the limit was lowered, only so many entries before and after the event
 * are added up: so cost stays bounded.
 */
enum { EDGES_MAX = 1000, LOOK_MAX = 10000 };

struct span {
    const struct tf_fraud_entry *entries;
    size_t first, end; /* entries of the best span */
    size_t count;      /* of them within the limit */
    int64_t sum;       /* with the event; 0: no span passes the limit */
};

static bool complete(const struct tf_fraud_facts *facts)
{
    return facts->has_amount && facts->currency[0] && facts->has_time;
}

static bool eligible(const struct tf_fraud_facts *facts, int64_t limit)
{
    return !facts->returned && facts->amount_minor > 0 && facts->amount_minor <= limit;
}

static struct tf_fraud_key key_of(const struct tf_fraud_facts *facts, char about, struct tf_str who)
{
    struct tf_key text TF_NOT_CLEARED;
    tf_key_begin(&text, TF_STR("SPL1"), about, facts);
    tf_key_str(&text, who);
    tf_key_str(&text, (struct tf_str){facts->currency, 3});
    return (struct tf_fraud_key){.hash = tf_key_end(&text), .value = facts->amount_minor};
}

size_t tf_spl1_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    size_t count = 0;
    if (!facts->spends || !complete(facts) || !eligible(facts, tf_fraud_facts_threshold(facts, setting)))
        return 0;
    if (facts->supplier.ptr)
        keys[count++] = key_of(facts, 's', facts->supplier);
    if (facts->user.ptr)
        keys[count++] = key_of(facts, 'u', facts->user);
    return count;
}

/*
 * The span of the largest sum where every entry is within the limit. Of entries of one time the first is the best left edge; once the right
 * edge is at the end, spans only lose entries.
 */
static struct span best_of_totals(const struct tf_fraud_window *window, const struct tf_fraud_facts *facts, int64_t length_ms, int64_t limit)
{
    struct span best = {.entries = window->entries};
    size_t left = 0, right = 0;
    for (int edges = 0; edges < EDGES_MAX && right < window->count; edges++) {
        bool before = left < window->count && window->entries[left].time_ms <= facts->time_ms;
        int64_t start = before ? window->entries[left].time_ms : facts->time_ms;
        right = tf_window_from(window, start + length_ms + 1);
        int64_t sum = facts->amount_minor + tf_window_sum(window, left, right);
        if (right > left && sum > limit && sum > best.sum)
            best = (struct span){window->entries, left, right, right - left, sum};
        if (!before)
            break;
        left = tf_window_from(window, start + 1);
    }
    return best;
}

/* The same where some may not be: a left edge walks over the entries before the event and the event itself, the right edge follows. */
static struct span best_of_entries(const struct tf_fraud_window *window, const struct tf_fraud_facts *facts, int64_t length_ms, int64_t limit)
{
    size_t split = tf_window_from(window, facts->time_ms + 1);
    size_t left = split > LOOK_MAX ? split - LOOK_MAX : 0;
    size_t last = window->count - split > LOOK_MAX ? split + LOOK_MAX : window->count;
    struct span best = {.entries = window->entries};
    int64_t sum = facts->amount_minor;
    size_t right = left, count = 0;
    for (; left <= split; left++) {
        int64_t start = left < split ? window->entries[left].time_ms : facts->time_ms;
        for (; right < last && window->entries[right].time_ms <= start + length_ms; right++) {
            int64_t value = tf_fraud_value_at(window, right);
            bool within = value <= limit; /* it may have been higher when the entry came */
            sum += within ? value : 0;
            count += within;
        }
        if (count > 0 && sum > limit && sum > best.sum)
            best = (struct span){window->entries, left, right, count, sum};
        if (right == last)
            break; /* from here on spans only lose entries */
        if (left < split && tf_fraud_value_at(window, left) <= limit) {
            sum -= tf_fraud_value_at(window, left);
            count--;
        }
    }
    return best;
}

static bool busy(const struct tf_fraud_window *window, const struct tf_fraud_setting *setting)
{
    return (int64_t)window->count >= setting->params[MOST_RECORDS];
}

static void explain(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    const struct span *span, bool of_user, struct tf_arena *arena, struct tf_fraud_hit *hit)
{
    char text[TF_HIT_AMOUNT_BYTES] TF_NOT_CLEARED;
    long long days = (long long)(setting->window_ms / TF_MS_PER_DAY);
    hit->amount_at_risk_minor = span->sum;
    tf_hit_relate_last(hit, span->entries, span->first, span->end);
    hit->observed = tf_arena_printf(arena, "%zu %s of one %s, %s in %lld days", span->count + 1, tf_fraud_facts_plural(facts->event->kind),
                                    of_user ? "user" : "supplier", tf_hit_amount(span->sum, facts->currency, text), days);
    hit->threshold = tf_arena_printf(arena, "2 to %lld, none above %s, together above it in %lld days", (long long)setting->params[MOST_RECORDS],
                                     tf_hit_amount(tf_fraud_facts_threshold(facts, setting), facts->currency, text), days);
}

enum tf_fraud_answer tf_spl1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    if (!c->facts->spends)
        return TF_FRAUD_NOT_APPLICABLE;
    if (!complete(c->facts))
        return TF_FRAUD_UNKNOWN;
    int64_t limit = tf_fraud_facts_threshold(c->facts, c->setting);
    if (!eligible(c->facts, limit))
        return TF_FRAUD_CLEAR;
    struct span best = {.sum = 0};
    bool of_user = false;
    for (size_t w = 0; w < c->count; w++) {
        if (busy(&c->windows[w], c->setting))
            continue;
        struct span span = c->windows[w].highest <= limit ? best_of_totals(&c->windows[w], c->facts, c->setting->window_ms, limit)
                                                       : best_of_entries(&c->windows[w], c->facts, c->setting->window_ms, limit);
        if (span.sum <= best.sum)
            continue;
        best = span;
        of_user = w == 1 || !c->facts->supplier.ptr;
    }
    if (best.sum == 0)
        return c->facts->supplier.ptr && c->facts->user.ptr ? TF_FRAUD_CLEAR : TF_FRAUD_UNKNOWN;
    explain(c->setting, c->facts, &best, of_user, c->arena, hit);
    return TF_FRAUD_HIT;
}
