#include "opinion.h"

#include <stdlib.h>

#include "taxflow/json_data.h"

enum { FIRST_SLOTS = 1 << 12, HIT_BLOCK_BYTES_MAX = 1 << 30 };
static const uint64_t SEED = 0x7265706c6179;

uint16_t tf_opinion_rule(struct tf_rejudge_totals *totals, struct tf_str id, bool shadow)
{
    size_t r = 0;
    while (r < totals->rules_count && (totals->rules[r].shadow != shadow || !tf_str_is(id, totals->rules[r].id)))
        r++;
    if (r == TF_REJUDGE_RULES_MAX || id.len >= TF_REJUDGE_RULE_BYTES)
        return UINT16_MAX;
    if (r == totals->rules_count) {
        struct tf_rejudge_rule *rule = &totals->rules[totals->rules_count++];
        *rule = (struct tf_rejudge_rule){.shadow = shadow};
        memcpy(rule->id, id.ptr, id.len);
    }
    return (uint16_t)r;
}

uint16_t tf_opinion_ruleset(struct tf_rejudge_totals *totals, struct tf_str name)
{
    size_t n = totals->against_count;
    while (n > 0 && !tf_str_is(name, totals->against[n - 1])) /* the newest first: rows come in times of one ruleset each */
        n--;
    if (n > 0)
        return (uint16_t)(n - 1);
    if (totals->against_count == TF_REJUDGE_SETS_MAX || name.len >= TF_REJUDGE_RULESET_BYTES)
        return UINT16_MAX;
    memcpy(totals->against[totals->against_count], name.ptr, name.len);
    return (uint16_t)totals->against_count++;
}

/* Inside of a string a quote has a backslash before it, so this stands only where the member does. */
uint64_t tf_opinion_digest(struct tf_str row)
{
    static const struct tf_str mark = TF_STR_INIT(",\"score\":");
    const char *at = memmem(row.ptr, row.len, mark.ptr, mark.len);
    if (!at)
        return 0;
    return tf_hash16_u64(tf_hash_table((struct tf_str){at, row.len - (size_t)(at - row.ptr)}, SEED));
}

static struct tf_str text_of(const struct tf_json_node *object, const char *name)
{
    const struct tf_json_node *node = tf_json_data_member(object, name);
    return node && node->type == TF_JSON_STRING ? node->as.text : TF_STR_NONE;
}

static int64_t minor_of(const struct tf_json_node *hit)
{
    struct tf_decimal amount;
    int64_t minor = 0;
    struct tf_str text = text_of(hit, "amount_at_risk");
    return tf_str_present(text) && tf_money_parse(text, &amount) == TF_OK && tf_money_to_minor(amount, &minor) ? minor : 0;
}

static bool read_hits(struct tf_rejudge_totals *totals, const struct tf_json_node *list, struct tf_arena *arena, struct tf_opinion *opinion)
{
    if (!list || list->type != TF_JSON_ARRAY || list->count > TF_OPINION_HITS_MAX)
        return false;
    struct tf_opinion_hit *hits = TF_ARENA_ARRAY(arena, struct tf_opinion_hit, list->count + 1u);
    if (!hits)
        return false;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct tf_json_node *hit = &list->as.items[i];
        struct tf_str id = text_of(hit, "rule");
        uint16_t rule = id.len > 0 ? tf_opinion_rule(totals, id, tf_str_is(text_of(hit, "mode"), "shadow")) : UINT16_MAX;
        if (rule != UINT16_MAX)
            hits[opinion->hits_count++] = (struct tf_opinion_hit){minor_of(hit), rule};
    }
    opinion->hits = hits;
    return true;
}

static bool read_decision(struct tf_str word, uint8_t *ret_decision)
{
    static const char *const words[] = {[TF_FRAUD_APPROVE] = "approve", [TF_FRAUD_REVIEW] = "review", [TF_FRAUD_BLOCK] = "block"};
    for (size_t d = 0; d < sizeof words / sizeof words[0]; d++) {
        if (!tf_str_is(word, words[d]))
            continue;
        *ret_decision = (uint8_t)d;
        return true;
    }
    return false;
}

bool tf_opinion_read(struct tf_rejudge_totals *totals, struct tf_str text, struct tf_arena *arena, struct tf_opinion_row *ret_row)
{
    struct tf_fault ignored;
    const struct tf_json_data data = {text, "row", &ignored};
    const struct tf_json_node *root;
    struct tf_opinion_row row = {.opinion = {.digest = tf_opinion_digest(text)}};
    if (tf_json_data_parse(&data, arena, &root) != TF_OK)
        return false;
    row.event_id = text_of(root, "event_id");
    row.position = text_of(root, "position");
    struct tf_str ruleset = text_of(root, "ruleset");
    bool whole = tf_str_present(row.event_id) && tf_str_present(row.position) && ruleset.len > 0 && row.opinion.digest != 0 &&
                 read_decision(text_of(root, "decision"), &row.opinion.decision) &&
                 read_hits(totals, tf_json_data_member(root, "hits"), arena, &row.opinion);
    if (!whole)
        return false;
    row.opinion.ruleset = tf_opinion_ruleset(totals, ruleset);
    *ret_row = row;
    return row.opinion.ruleset != UINT16_MAX;
}

struct tf_opinion tf_opinion_of(struct tf_rejudge_totals *totals, const struct tf_fraud_verdict *verdict, struct tf_opinion_hit *room)
{
    struct tf_opinion opinion = {.decision = (uint8_t)verdict->decision, .hits = room};
    for (uint32_t i = 0; i < verdict->hits_count; i++) {
        const struct tf_fraud_hit *hit = &verdict->hits[i];
        uint16_t rule = tf_opinion_rule(totals, tf_str_of(hit->rule->id), hit->mode == TF_FRAUD_SHADOW);
        if (rule != UINT16_MAX)
            room[opinion.hits_count++] = (struct tf_opinion_hit){hit->amount_at_risk_minor, rule};
    }
    return opinion;
}

/* ---- The table: open addressing; hits lie in an arena ---- */

struct slot {
    struct tf_hash16 key;
    struct tf_opinion opinion;
    bool used;
};

struct tf_opinions {
    struct slot *slots;
    size_t slots_count, count; /* slots_count: a power of two, at most three quarters used */
    struct tf_arena *hits;
};

struct tf_opinions *tf_opinions_create(void)
{
    struct tf_opinions *opinions = calloc(1, sizeof *opinions);
    if (!opinions)
        return NULL;
    opinions->slots = calloc(FIRST_SLOTS, sizeof *opinions->slots);
    opinions->hits = tf_arena_create(HIT_BLOCK_BYTES_MAX);
    opinions->slots_count = FIRST_SLOTS;
    return opinions->slots && opinions->hits ? opinions : tf_opinions_destroy(opinions);
}

struct tf_opinions *tf_opinions_destroy(struct tf_opinions *opinions)
{
    if (!opinions)
        return NULL;
    tf_arena_destroy(opinions->hits);
    free(opinions->slots);
    free(opinions);
    return NULL;
}

static struct slot *slot_of(struct slot *slots, size_t slots_count, struct tf_hash16 key)
{
    size_t at = tf_hash16_u64(key) & (slots_count - 1);
    while (slots[at].used && !tf_hash16_eq(slots[at].key, key))
        at = (at + 1) & (slots_count - 1);
    return &slots[at];
}

static bool grow(struct tf_opinions *opinions)
{
    size_t wanted = opinions->slots_count * 2;
    struct slot *slots = calloc(wanted, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < opinions->slots_count; i++)
        if (opinions->slots[i].used)
            *slot_of(slots, wanted, opinions->slots[i].key) = opinions->slots[i];
    free(opinions->slots);
    opinions->slots = slots;
    opinions->slots_count = wanted;
    return true;
}

enum tf_err tf_opinions_put(struct tf_opinions *opinions, struct tf_hash16 key, const struct tf_opinion *opinion)
{
    if (opinions->count + opinions->count / 3 >= opinions->slots_count && !grow(opinions))
        return TF_E_MEMORY;
    struct tf_opinion kept = *opinion;
    if (kept.hits_count > 0) {
        struct tf_opinion_hit *hits = tf_arena_alloc(opinions->hits, kept.hits_count * sizeof *hits);
        if (!hits)
            return TF_E_MEMORY;
        memcpy(hits, opinion->hits, kept.hits_count * sizeof *hits);
        kept.hits = hits;
    } else {
        kept.hits = NULL;
    }
    struct slot *slot = slot_of(opinions->slots, opinions->slots_count, key);
    opinions->count += !slot->used;
    *slot = (struct slot){key, kept, true};
    return TF_OK;
}

struct tf_opinion *tf_opinions_find(const struct tf_opinions *opinions, struct tf_hash16 key)
{
    struct slot *slot = slot_of(opinions->slots, opinions->slots_count, key);
    return slot->used ? &slot->opinion : NULL;
}

struct tf_hash16 tf_opinion_place(uint32_t partition, int64_t offset)
{
    const int64_t place[2] = {partition, offset};
    return tf_hash_table((struct tf_str){(const char *)place, sizeof place}, SEED);
}

struct tf_hash16 tf_opinion_nth(struct tf_str event_id, uint32_t n)
{
    return tf_hash_table(event_id, SEED + n);
}
