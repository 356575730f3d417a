#include "explain.h"

#include <stdlib.h>

enum { SUBSET_ITEMS_MAX = 28, THREES_MAX = 600, WHYS = 1 << TF_WHY_COUNT };
#define EFFECT_MAX INT64_C(1000000000000000000) /* what 8 of them add up to still fits; a subset's are smaller by far */
#define SUBSET_EFFECT_MAX (EFFECT_MAX / SUBSET_ITEMS_MAX)

static bool usable(const struct tf_explain_item *item) { return item->effect != 0 && item->effect <= EFFECT_MAX && item->effect >= -EFFECT_MAX; }

static void pick(struct tf_explanation *e, enum tf_explained explained, const size_t *picks, size_t count)
{
    e->explained = explained;
    e->count = count;
    memcpy(e->picks, picks, count * sizeof *picks);
}

static bool find_one(const struct tf_explain_item *items, size_t first, size_t end, int64_t sum, struct tf_explanation *e)
{
    for (size_t i = first; i < end; i++) {
        if (!usable(&items[i]) || items[i].effect != sum)
            continue;
        e->ambiguous = e->explained == TF_EXPLAINED_ONE;
        if (e->ambiguous)
            return true;
        pick(e, TF_EXPLAINED_ONE, &i, 1);
    }
    return e->explained == TF_EXPLAINED_ONE;
}

/* All that have one of some particularities; the fewest particularities that do. */
static enum tf_err find_why(const struct tf_explain_item *items, size_t particular, int64_t sum, struct tf_explanation *e)
{
    tf_int128 *sums = calloc(WHYS, sizeof *sums);
    unsigned all = 0;
    int fewest = TF_WHY_COUNT + 1;
    if (!sums)
        return TF_E_MEMORY;
    for (size_t i = 0; i < particular; i++) {
        sums[items[i].why] += items[i].effect;
        all |= items[i].why;
    }
    for (unsigned mask = 1; mask < WHYS; mask++) {
        tf_int128 found = 0;
        const int bits = __builtin_popcount(mask);
        if ((mask & ~all) != 0 || bits > fewest)
            continue;
        for (unsigned why = 1; why < WHYS; why++)
            found += (why & mask) != 0 ? sums[why] : 0;
        if (found != sum)
            continue;
        e->ambiguous = bits == fewest;
        fewest = bits;
        e->explained = TF_EXPLAINED_WHY;
        e->mask = e->ambiguous ? e->mask : mask;
    }
    free(sums);
    return TF_OK;
}

/* ---- A subset: the sums of all subsets of one half, met by those of the other ---- */

struct half_sum {
    int64_t sum;
    uint32_t set;  /* bits */
    uint32_t ways; /* sets of as few members with this sum */
};

static int by_sum(const void *a, const void *b)
{
    const struct half_sum *x = a, *y = b;
    if (x->sum != y->sum)
        return x->sum < y->sum ? -1 : 1;
    const int bits_x = __builtin_popcount(x->set), bits_y = __builtin_popcount(y->set);
    return bits_x != bits_y ? bits_x - bits_y : (x->set > y->set) - (x->set < y->set);
}

/* Sums of all subsets, each sum once, with the smallest set; returns how many. */
static size_t sums_of(const int64_t *effects, size_t count, struct half_sum *sums)
{
    const size_t sets = (size_t)1 << count;
    sums[0] = (struct half_sum){0, 0, 1};
    for (size_t set = 1; set < sets; set++) {
        const unsigned low = (unsigned)__builtin_ctzll(set);
        sums[set] = (struct half_sum){sums[set & (set - 1)].sum + effects[low], (uint32_t)set, 1};
    }
    qsort(sums, sets, sizeof *sums, by_sum);
    size_t kept = 0;
    for (size_t i = 1; i < sets; i++) {
        if (sums[i].sum != sums[kept].sum)
            sums[++kept] = sums[i];
        else if (__builtin_popcount(sums[i].set) == __builtin_popcount(sums[kept].set))
            sums[kept].ways++;
    }
    return kept + 1;
}

struct meeting {
    int members;
    bool ambiguous;
    uint32_t left, right;
};

static void meet(const struct half_sum *left, size_t lefts, const struct half_sum *right, size_t rights, int64_t sum, struct meeting *best)
{
    for (size_t l = 0, r = rights; l < lefts; l++) {
        while (r > 0 && left[l].sum + right[r - 1].sum > sum)
            r--;
        if (r == 0)
            return;
        if (left[l].sum + right[r - 1].sum != sum)
            continue;
        const int members = __builtin_popcount(left[l].set) + __builtin_popcount(right[r - 1].set);
        if (best->members != 0 && members > best->members)
            continue;
        best->ambiguous = members == best->members || left[l].ways > 1 || right[r - 1].ways > 1;
        best->members = members;
        best->left = left[l].set;
        best->right = right[r - 1].set;
    }
}

static enum tf_err find_subset(const struct tf_explain_item *items, size_t particular, int64_t sum, struct tf_explanation *e)
{
    int64_t effects[SUBSET_ITEMS_MAX];
    size_t places[SUBSET_ITEMS_MAX], picks[SUBSET_ITEMS_MAX], count = 0, picked = 0;
    for (size_t i = 0; i < particular; i++) {
        if (items[i].effect == 0)
            continue;
        if (count == SUBSET_ITEMS_MAX || items[i].effect > SUBSET_EFFECT_MAX || items[i].effect < -SUBSET_EFFECT_MAX)
            return TF_OK;
        places[count] = i;
        effects[count++] = items[i].effect;
    }
    const size_t half = count / 2, rest = count - half;
    struct half_sum *left = malloc(((size_t)1 << half) * sizeof *left), *right = malloc(((size_t)1 << rest) * sizeof *right);
    struct meeting best = {0};
    if (left && right)
        meet(left, sums_of(effects, half, left), right, sums_of(effects + half, rest, right), sum, &best);
    const bool had_room = left && right;
    free(left);
    free(right);
    for (size_t i = 0; i < count; i++)
        if ((i < half ? best.left >> i : best.right >> (i - half)) & 1)
            picks[picked++] = places[i];
    if (picked > 0) {
        pick(e, TF_EXPLAINED_SOME, picks, picked);
        e->ambiguous = best.ambiguous;
    }
    return had_room ? TF_OK : TF_E_MEMORY;
}

/* ---- Two and three of all ---- */

struct placed {
    int64_t effect;
    size_t place;
};

static int by_effect(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->effect != y->effect)
        return x->effect < y->effect ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* Two behind `first`, with a third or none. */
static void find_two(const struct placed *sorted, size_t first, size_t count, int64_t sum, const size_t *third, struct tf_explanation *e)
{
    for (size_t low = first, high = count; low + 1 < high;) {
        const int64_t found = sorted[low].effect + sorted[high - 1].effect;
        if (found < sum) {
            low++;
        } else if (found > sum) {
            high--;
        } else {
            e->ambiguous |= e->explained != TF_EXPLAINED_NOT;
            if (!e->ambiguous)
                pick(e, third ? TF_EXPLAINED_THREE : TF_EXPLAINED_PAIR, (size_t[]){sorted[low].place, sorted[high - 1].place, third ? *third : 0}, third ? 3 : 2);
            e->ambiguous |= high > low + 2 && sorted[high - 2].effect == sorted[high - 1].effect;
            low++;
        }
    }
}

static enum tf_err find_few(const struct tf_explain_item *items, size_t count, int64_t sum, struct tf_explanation *e)
{
    struct placed *sorted = malloc((count ? count : 1) * sizeof *sorted);
    size_t used = 0;
    if (!sorted)
        return TF_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        if (usable(&items[i]))
            sorted[used++] = (struct placed){items[i].effect, i};
    if (used)
        qsort(sorted, used, sizeof *sorted, by_effect);
    find_two(sorted, 0, used, sum, NULL, e);
    const bool threes = e->explained == TF_EXPLAINED_NOT && used <= THREES_MAX;
    for (size_t i = 0; threes && i + 2 < used && !e->ambiguous; i++)
        find_two(sorted, i + 1, used, sum - sorted[i].effect, &sorted[i].place, e);
    free(sorted);
    return TF_OK;
}

enum tf_err tf_explain(const struct tf_explain_item *items, size_t count, size_t particular, int64_t sum, struct tf_explanation *ret_explanation)
{
    struct tf_explanation *e = ret_explanation;
    *e = (struct tf_explanation){.explained = TF_EXPLAINED_NOT};
    if (sum == 0 || sum > EFFECT_MAX || sum < -EFFECT_MAX || find_one(items, 0, particular, sum, e))
        return TF_OK;
    TF_TRY(find_why(items, particular, sum, e));
    if (e->explained == TF_EXPLAINED_NOT)
        TF_TRY(find_subset(items, particular, sum, e));
    if (e->explained != TF_EXPLAINED_NOT || find_one(items, particular, count, sum, e))
        return TF_OK;
    return find_few(items, count, sum, e);
}
