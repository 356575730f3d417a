#include "breaker.h"

#include <stdlib.h>

enum { LANES_MAX = 100000, VERSION = 1, HEAD_BYTES = 3, RULE_BYTES = 25 };

/* [0] is the half that grows, [1] the one before. */
struct counter {
    uint32_t asked[2], hits[2];
    bool muted;
};

/* By the rules of the ruleset; NULL in tf_breaker.lanes until the lane's first record. */
struct lane {
    struct counter now[TF_FRAUD_RULES_MAX], kept[TF_FRAUD_RULES_MAX]; /* with the batch under way, and without */
    bool touched;                                                     /* by the batch under way */
};

struct tf_breaker {
    const struct tf_fraud_ruleset *ruleset;
    const struct tf_fraud_rule *rules;
    size_t rules_count;
    uint32_t over;                      /* records that count */
    uint64_t names[TF_FRAUD_RULES_MAX]; /* rule and version: to what a counter belongs */
    uint32_t muted[TF_FRAUD_RULES_MAX]; /* lanes */
    struct lane **lanes;
    size_t lanes_count;
};

static void name_rules(struct tf_breaker *breaker, const struct tf_fraud_ruleset *ruleset)
{
    breaker->ruleset = ruleset;
    breaker->rules = tf_fraud_ruleset_rules(ruleset, &breaker->rules_count);
    breaker->over = breaker->rules_count > 0 ? tf_fraud_ruleset_breaker(ruleset, 0).over : 0; /* the same for all */
    for (size_t r = 0; r < breaker->rules_count; r++) {
        const struct tf_str parts[] = {tf_str_of(breaker->rules[r].id), TF_STR("@"), tf_str_of(breaker->rules[r].version)};
        breaker->names[r] = tf_hash16_u64(tf_hash_sha256(parts, 3));
    }
}

struct tf_breaker *tf_breaker_create(const struct tf_fraud_ruleset *ruleset)
{
    struct tf_breaker *breaker = calloc(1, sizeof *breaker);
    if (breaker)
        name_rules(breaker, ruleset);
    return breaker;
}

struct tf_breaker *tf_breaker_destroy(struct tf_breaker *breaker)
{
    if (!breaker)
        return NULL;
    for (size_t l = 0; l < breaker->lanes_count; l++)
        free(breaker->lanes[l]);
    free(breaker->lanes);
    free(breaker);
    return NULL;
}

static size_t rule_named(const uint64_t *names, size_t count, uint64_t name)
{
    size_t r = 0;
    while (r < count && names[r] != name)
        r++;
    return r;
}

static void rearrange(struct counter *counters, const size_t *from, size_t count)
{
    struct counter old[TF_FRAUD_RULES_MAX];
    memcpy(old, counters, sizeof old);
    memset(counters, 0, sizeof old);
    for (size_t r = 0; r < count; r++)
        if (from[r] < TF_FRAUD_RULES_MAX)
            counters[r] = old[from[r]];
}

static void count_muted(struct tf_breaker *breaker)
{
    memset(breaker->muted, 0, sizeof breaker->muted);
    for (size_t l = 0; l < breaker->lanes_count; l++)
        for (size_t r = 0; breaker->lanes[l] && r < breaker->rules_count; r++)
            breaker->muted[r] += breaker->lanes[l]->kept[r].muted;
}

void tf_breaker_bind(struct tf_breaker *breaker, const struct tf_fraud_ruleset *ruleset)
{
    uint64_t names[TF_FRAUD_RULES_MAX];
    size_t count = breaker->rules_count, from[TF_FRAUD_RULES_MAX];
    memcpy(names, breaker->names, sizeof names);
    name_rules(breaker, ruleset);
    for (size_t r = 0; r < breaker->rules_count; r++) {
        from[r] = rule_named(names, count, breaker->names[r]);
        from[r] = from[r] < count ? from[r] : TF_FRAUD_RULES_MAX;
    }
    for (size_t l = 0; l < breaker->lanes_count; l++) {
        if (!breaker->lanes[l])
            continue;
        rearrange(breaker->lanes[l]->now, from, breaker->rules_count);
        rearrange(breaker->lanes[l]->kept, from, breaker->rules_count);
    }
    count_muted(breaker);
}

/* NULL when memory ran out. */
static struct lane *reach(struct tf_breaker *breaker, uint32_t number)
{
    if (number >= LANES_MAX)
        return NULL;
    if (number >= breaker->lanes_count) {
        struct lane **lanes = realloc(breaker->lanes, ((size_t)number + 1) * sizeof *lanes);
        if (!lanes)
            return NULL;
        for (size_t l = breaker->lanes_count; l <= number; l++)
            lanes[l] = NULL;
        breaker->lanes = lanes;
        breaker->lanes_count = (size_t)number + 1;
    }
    if (!breaker->lanes[number])
        breaker->lanes[number] = calloc(1, sizeof *breaker->lanes[number]);
    return breaker->lanes[number];
}

/* ---- Counting ---- */

static void ask(struct counter *counter, uint32_t over)
{
    if (counter->asked[0] >= over / 2) {
        counter->asked[1] = counter->asked[0];
        counter->hits[1] = counter->hits[0];
        counter->asked[0] = counter->hits[0] = 0;
    }
    counter->asked[0]++;
}

static void ask_all(const struct tf_breaker *breaker, struct lane *lane, const struct tf_fraud_verdict *verdict)
{
    for (size_t w = 0; w < TF_FRAUD_RULES_MAX / 64; w++)
        for (uint64_t left = verdict->evaluated.words[w] | verdict->unknown.words[w]; left; left &= left - 1)
            ask(&lane->now[w * 64 + (size_t)__builtin_ctzll(left)], breaker->over);
}

/* Muted above the share, and until it has fallen to half: a rule at the edge does not come and go with every record. */
static bool is_too_much(const struct counter *counter, struct tf_fraud_breaker limit)
{
    uint64_t asked = (uint64_t)counter->asked[0] + counter->asked[1], hits = (uint64_t)counter->hits[0] + counter->hits[1];
    uint64_t share = counter->muted ? limit.share_permille : 2 * (uint64_t)limit.share_permille;
    return asked >= limit.minimum && hits * 2000 > asked * share;
}

static enum tf_err judge_hit(const struct tf_breaker *breaker, struct lane *lane, struct tf_arena *arena, struct tf_fraud_hit *hit, bool *changed)
{
    size_t rule = (size_t)(hit->rule - breaker->rules);
    const struct tf_fraud_breaker limit = tf_fraud_ruleset_breaker(breaker->ruleset, rule);
    struct counter *counter = &lane->now[rule];
    if (hit->mode != TF_FRAUD_LIVE)
        return TF_OK;
    counter->hits[0]++;
    counter->muted = is_too_much(counter, limit);
    if (!counter->muted)
        return TF_OK;
    *changed = true;
    hit->mode = TF_FRAUD_MUTED;
    hit->note = tf_arena_printf(arena, "muted: the rule hit %u of the last %u records, more than %u in 1000", counter->hits[0] + counter->hits[1],
                                counter->asked[0] + counter->asked[1], limit.share_permille);
    return tf_str_present(hit->note) ? TF_OK : TF_E_LIMIT;
}

enum tf_err tf_breaker_judge(struct tf_breaker *breaker, uint32_t number, struct tf_arena *arena, struct tf_fraud_verdict *verdict, bool *ret_changed)
{
    struct lane *lane = reach(breaker, number);
    *ret_changed = false;
    if (!lane)
        return TF_E_MEMORY;
    lane->touched = true;
    ask_all(breaker, lane, verdict);
    for (uint32_t i = 0; i < verdict->hits_count; i++)
        TF_TRY(judge_hit(breaker, lane, arena, &verdict->hits[i], ret_changed));
    return TF_OK;
}

void tf_breaker_commit(struct tf_breaker *breaker, void (*tell)(void *self, uint32_t lane, size_t rule, bool muted), void *self)
{
    for (size_t l = 0; l < breaker->lanes_count; l++) {
        struct lane *lane = breaker->lanes[l];
        if (!lane || !lane->touched)
            continue;
        for (size_t r = 0; r < breaker->rules_count; r++)
            if (lane->now[r].muted != lane->kept[r].muted) {
                breaker->muted[r] += lane->now[r].muted ? 1u : UINT32_MAX;
                tell(self, (uint32_t)l, r, lane->now[r].muted);
            }
        memcpy(lane->kept, lane->now, breaker->rules_count * sizeof lane->kept[0]);
        lane->touched = false;
    }
}

void tf_breaker_abort(struct tf_breaker *breaker)
{
    for (size_t l = 0; l < breaker->lanes_count; l++)
        if (breaker->lanes[l] && breaker->lanes[l]->touched) {
            memcpy(breaker->lanes[l]->now, breaker->lanes[l]->kept, sizeof breaker->lanes[l]->now);
            breaker->lanes[l]->touched = false;
        }
}

uint32_t tf_breaker_muted(const struct tf_breaker *breaker, size_t rule)
{
    return breaker->muted[rule];
}

/* ---- Its row: version, rules, and of each name, asked, hits, muted; little-endian ---- */

bool tf_breaker_has(const struct tf_breaker *breaker, uint32_t lane)
{
    return lane < breaker->lanes_count && breaker->lanes[lane] && breaker->lanes[lane]->touched;
}

static void put(struct tf_buf *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        tf_buf_putc(out, (char)(value >> 8 * i & 0xff));
}

static uint64_t get(struct tf_str *from, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)(unsigned char)from->ptr[i] << 8 * i;
    *from = (struct tf_str){from->ptr + bytes, from->len - bytes};
    return value;
}

static bool is_used(const struct counter *counter)
{
    return counter->asked[0] > 0 || counter->asked[1] > 0;
}

void tf_breaker_write(const struct tf_breaker *breaker, uint32_t number, struct tf_buf *out)
{
    const struct lane *lane = number < breaker->lanes_count ? breaker->lanes[number] : NULL;
    size_t used = 0;
    for (size_t r = 0; lane && r < breaker->rules_count; r++)
        used += is_used(&lane->now[r]);
    put(out, VERSION, 1);
    put(out, used, 2);
    for (size_t r = 0; lane && r < breaker->rules_count; r++) {
        const struct counter *counter = &lane->now[r];
        if (!is_used(counter))
            continue;
        put(out, breaker->names[r], 8);
        for (size_t half = 0; half < 2; half++) {
            put(out, counter->asked[half], 4);
            put(out, counter->hits[half], 4);
        }
        put(out, counter->muted, 1);
    }
}

static bool is_row(struct tf_str value)
{
    struct tf_str head = value;
    if (value.len < HEAD_BYTES || get(&head, 1) != VERSION)
        return false;
    return head.len - 2 == get(&(struct tf_str){head.ptr, 2}, 2) * RULE_BYTES;
}

enum tf_err tf_breaker_read(struct tf_breaker *breaker, uint32_t number, struct tf_str value)
{
    if (!is_row(value))
        return TF_E_VALUE;
    struct lane *lane = reach(breaker, number);
    if (!lane)
        return TF_E_MEMORY;
    memset(lane, 0, sizeof *lane);
    for (struct tf_str rest = {value.ptr + HEAD_BYTES, value.len - HEAD_BYTES}; rest.len > 0;) {
        size_t rule = rule_named(breaker->names, breaker->rules_count, get(&rest, 8));
        struct counter counter;
        for (size_t half = 0; half < 2; half++) {
            counter.asked[half] = (uint32_t)get(&rest, 4);
            counter.hits[half] = (uint32_t)get(&rest, 4);
        }
        counter.muted = get(&rest, 1) != 0;
        if (rule < breaker->rules_count)
            lane->now[rule] = lane->kept[rule] = counter;
    }
    count_muted(breaker);
    return TF_OK;
}

void tf_breaker_forget(struct tf_breaker *breaker, uint32_t number)
{
    if (number >= breaker->lanes_count)
        return;
    free(breaker->lanes[number]);
    breaker->lanes[number] = NULL;
    count_muted(breaker);
}
