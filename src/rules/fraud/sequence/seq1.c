/*
 * SEQ1, gap in the numbers we issued: a number of the series is missing long after the next one was issued.
 *
 * The documents of a series come from many customers and in no order, so nobody can say at once that a number is missing. A gap is told
 * once, by the first document that sees it after the grace: one of its own block or the next, else the one that opens a block 2, 4, 8 …
 * blocks on. So it is told soon where few documents are issued, and at all where thousands are within the grace. A jump over a whole
 * block is no gap: that is a new range of numbers.
 *
 * Partitions of a backlog are read one ahead of the other, and a file of months comes in within seconds: what is missing by the documents'
 * dates may be the next to be read. So a document tells nothing while others wait to be read, nor until some time after the one behind
 * the gap was judged; each entry says when that was, hence which documents could tell. Gaps of a backlog are told by what comes after it.
 */
#include "blocks.h"
#include "fraud_rules.h"
#include "hit.h"
#include "taxflow/clock.h"

enum { GRACE_HOURS, QUIET_MINUTES };
enum { HOUR_MS = 3600000 };
enum {
    OWN, PREVIOUS, FAR, /* the keys in their order: own block, the one before, those 2, 4, 8 … before */
    SPAN = 2 * TF_BLOCK_NUMBERS + TF_BLOCK_OVERLAP,
    LOOK_MAX = 4 * TF_BLOCK_NUMBERS, /* entries of a block: there are more only where numbers are used again and again */
};

/* The numbers from base on: the earliest document of each. */
struct span {
    int64_t base;
    int64_t time_ms[SPAN];
    const struct tf_fraud_entry *entry[SPAN]; /* NULL: the event itself */
    bool taken[SPAN];
};

static void take(struct span *span, int64_t counter, int64_t time_ms, const struct tf_fraud_entry *entry)
{
    int64_t at = counter - span->base;
    if (at < 0 || at >= SPAN || (span->taken[at] && span->time_ms[at] <= time_ms))
        return;
    span->taken[at] = true;
    span->time_ms[at] = time_ms;
    span->entry[at] = entry;
}

static void take_window(struct span *span, const struct tf_fraud_window *window)
{
    for (size_t i = 0; i < window->count && i < LOOK_MAX; i++)
        take(span, tf_fraud_value_at(window, i), window->entries[i].time_ms, &window->entries[i]);
}

size_t tf_seq1_keys(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                    struct tf_fraud_key *keys)
{
    (void)rule;
    struct tf_numbering numbering;
    if (!tf_block_issued(facts) || !tf_numbering_of(facts, &numbering))
        return 0;
    int64_t block = tf_block_of(numbering.counter), inside = numbering.counter % TF_BLOCK_NUMBERS;
    size_t count = 0;
    keys[count++] = tf_block_key(setting, facts, &numbering, block, TF_FRAUD_LOOKS_AND_ADDS);
    if (block == 0)
        return count;
    enum tf_fraud_use use = inside < TF_BLOCK_OVERLAP ? TF_FRAUD_LOOKS_AND_ADDS : TF_FRAUD_LOOKS;
    keys[count++] = tf_block_key(setting, facts, &numbering, block - 1, use);
    for (int64_t back = 2; inside == 0 && back <= block && count < TF_FRAUD_KEYS_MAX; back *= 2)
        keys[count++] = tf_block_key(setting, facts, &numbering, block - back, TF_FRAUD_LOOKS);
    return count;
}

/* Two numbers that follow one another in a span, with others missing between them; and from when on, by date and by clock, it can be told. */
struct gap {
    int64_t low, high, ripe_ms;
    uint32_t ripe_minute;
};

/* Whether a document of this time, judged then, can tell the gap. */
static bool can_tell(int64_t time_ms, struct tf_fraud_moment judged, const struct gap *gap)
{
    return time_ms >= gap->ripe_ms && !judged.behind && (judged.minute == 0 || judged.minute >= gap->ripe_minute);
}

/* Whether the document with this number has the gap in sight: it looks at its own block and the one before. */
static bool sees(int64_t counter, const struct gap *gap)
{
    int64_t block = tf_block_of(counter);
    return gap->low >= (block - 1) * TF_BLOCK_NUMBERS && gap->high < (block + 1) * TF_BLOCK_NUMBERS + TF_BLOCK_OVERLAP;
}

/* Who may have told a gap before: whoever sees it, or only the opener of a block that sees it from afar. */
struct tellers {
    const struct tf_fraud_window *windows;
    size_t count;
    int64_t opener; /* -1: whoever sees it */
};

static bool told(const struct tellers *tellers, const struct gap *gap)
{
    for (size_t w = 0; w < tellers->count; w++) {
        const struct tf_fraud_window *window = &tellers->windows[w];
        for (size_t i = window->count; i > 0 && window->entries[i - 1].time_ms >= gap->ripe_ms; i--) {
            const struct tf_fraud_entry *entry = &window->entries[i - 1];
            int64_t counter = tf_fraud_value_at(window, i - 1);
            if (!can_tell(entry->time_ms, tf_block_judged(entry->tag), gap))
                continue;
            if (tellers->opener < 0 ? sees(counter, gap) : counter == tellers->opener)
                return true;
        }
    }
    return false;
}

/* What was found missing. */
struct gaps {
    int64_t missing, first_after, late_ms; /* how many numbers; the one before the first; how long the one behind it has been there */
};

static void relate(struct tf_fraud_hit *hit, const struct tf_fraud_entry *entry)
{
    if (entry)
        tf_hit_relate(hit, entry);
}

/* The gap between two numbers of a span. */
static struct gap gap_of(const struct tf_fraud_case *c, const struct span *span, int64_t low, int64_t high)
{
    const struct tf_fraud_entry *entry = span->entry[high];
    const uint32_t judged = entry ? tf_block_judged(entry->tag).minute : c->facts->judged.minute;
    return (struct gap){span->base + low, span->base + high, span->time_ms[high] + c->setting->params[GRACE_HOURS] * HOUR_MS,
                        judged + (uint32_t)c->setting->params[QUIET_MINUTES]};
}

/* Gaps of a span that are past the grace and that nobody told. */
static void find(const struct tf_fraud_case *c, const struct span *span, const struct tellers *tellers, struct gaps *gaps,
                 struct tf_fraud_hit *hit)
{
    int64_t last = -1;
    for (int64_t at = 0; at < SPAN; at++) {
        if (!span->taken[at])
            continue;
        const struct gap gap = gap_of(c, span, last, at);
        if (last >= 0 && at - last > 1 && can_tell(c->facts->time_ms, c->facts->judged, &gap) && !told(tellers, &gap)) {
            if (gaps->missing == 0) {
                gaps->first_after = gap.low;
                gaps->late_ms = c->facts->time_ms - span->time_ms[at];
            }
            gaps->missing += at - last - 1;
            relate(hit, span->entry[last]);
            relate(hit, span->entry[at]);
        }
        last = at;
    }
}

static void look_near(const struct tf_fraud_case *c, int64_t counter, struct gaps *gaps, struct tf_fraud_hit *hit)
{
    struct span span = {.base = (tf_block_of(counter) - (c->count > PREVIOUS)) * TF_BLOCK_NUMBERS};
    size_t near = c->count > PREVIOUS ? 2 : 1;
    for (size_t w = 0; w < near; w++)
        take_window(&span, &c->windows[w]);
    take(&span, counter, c->facts->time_ms, NULL);
    find(c, &span, &(struct tellers){c->windows, near, -1}, gaps, hit);
}

/* From each distance the one before it is asked who told; before the first of them, that is the block whose documents see all of it. */
static void look_far(const struct tf_fraud_case *c, int64_t counter, struct gaps *gaps, struct tf_fraud_hit *hit)
{
    int64_t block = tf_block_of(counter);
    for (size_t w = FAR; w < c->count; w++) {
        int64_t back = (int64_t)1 << (w - FAR + 1);
        struct span span = {.base = (block - back) * TF_BLOCK_NUMBERS};
        take_window(&span, &c->windows[w]);
        find(c, &span, &(struct tellers){&c->windows[w - 1], 1, w == FAR ? -1 : (block - back / 2) * TF_BLOCK_NUMBERS}, gaps, hit);
    }
}

enum tf_fraud_answer tf_seq1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    struct tf_numbering numbering;
    struct gaps gaps = {0, 0, 0};
    if (!tf_block_issued(c->facts))
        return TF_FRAUD_NOT_APPLICABLE;
    if (!tf_numbering_of(c->facts, &numbering))
        return TF_FRAUD_UNKNOWN;
    look_near(c, numbering.counter, &gaps, hit);
    look_far(c, numbering.counter, &gaps, hit);
    if (gaps.missing == 0)
        return TF_FRAUD_CLEAR;
    hit->observed = tf_arena_printf(c->arena, "%lld numbers of the series are missing, the first behind %lld, %lld hours after the next one",
                                    (long long)gaps.missing, (long long)gaps.first_after, (long long)(gaps.late_ms / HOUR_MS));
    hit->threshold = tf_arena_printf(c->arena, "1 number, %lld hours after the next one", (long long)c->setting->params[GRACE_HOURS]);
    return TF_FRAUD_HIT;
}
