#include "compare_search.h"

#include <stdlib.h>

#include "explain.h"
#include "taxflow/clock.h"

bool tf_search_begin(struct tf_search *search, struct tf_difference *difference)
{
    search->difference = difference;
    search->particulars = search->plains = 0;
    search->bounded = false;
    search->particular = malloc(TF_SEARCH_CANDIDATES_MAX * sizeof *search->particular);
    search->plain = malloc(TF_SEARCH_CANDIDATES_MAX * sizeof *search->plain);
    return search->particular && search->plain;
}

void tf_search_finish(struct tf_search *search)
{
    free(search->particular);
    free(search->plain);
    search->particular = search->plain = NULL;
}

static bool late(const struct tf_declared_line *line, int64_t recorded_ms)
{
    const int64_t end = line->handed_in_ms ? line->handed_in_ms : ((int64_t)line->last + 1) * TF_MS_PER_DAY - 1;
    return recorded_ms > end;
}

/* All that is particular about a document for this line; *ret_effect 0: it has nothing to do with the line. */
static unsigned why_of(const struct tf_declared_line *line, const struct tf_document_row *row, int *ret_effect)
{
    const bool issued = tf_search_inside(line, row->issued), point = tf_search_inside(line, row->point);
    unsigned why = row->why;
    *ret_effect = 0;
    if (!issued && !point)
        return 0;
    *ret_effect = (row->why & TF_SEARCH_NOT_COUNTED) != 0 || !point ? -1 : 1;
    if (issued != point && row->issued != TF_DATE_UNKNOWN)
        why |= point ? TF_WHY_POINT_HERE : TF_WHY_ISSUED_HERE;
    if (late(line, row->recorded_ms))
        why |= TF_WHY_LATE;
    return why;
}

enum tf_err tf_search_row(struct tf_search *search, const struct tf_document_row *row, int sign)
{
    int effect;
    const unsigned why = why_of(search->difference->line, row, &effect);
    struct tf_search_candidate *const list = why ? search->particular : search->plain;
    size_t *const count = why ? &search->particulars : &search->plains;
    struct tf_search_candidate *last = *count > 0 ? &list[*count - 1] : NULL;
    if (effect == 0)
        return TF_OK;
    if (!last || last->document != row->document) {
        if (*count == TF_SEARCH_CANDIDATES_MAX) {
            search->bounded = true;
            return TF_OK;
        }
        last = &list[(*count)++];
        *last = (struct tf_search_candidate){.document = row->document, .place = row->place, .why = why};
    }
    TF_TRY(tf_search_join(&last->net, &row->net, sign * effect));
    return tf_search_join(&last->vat, &row->vat, sign * effect);
}

static const struct tf_search_candidate *candidate_at(const struct tf_search *search, size_t i)
{
    return i < search->particulars ? &search->particular[i] : &search->plain[i - search->particulars];
}

/* VAT is what a return is about; net where nothing else was declared. */
static const struct tf_sum *of_interest(const struct tf_search *search, const struct tf_sum *net, const struct tf_sum *vat)
{
    return search->difference->line->has_vat ? vat : net;
}

static int64_t effect_of(const struct tf_search *search, const struct tf_search_candidate *candidate)
{
    int64_t minor;
    return tf_sum_to_minor(of_interest(search, &candidate->net, &candidate->vat), &minor) ? minor : 0;
}

static bool is_picked(const struct tf_explanation *e, size_t place, unsigned why)
{
    if (e->explained == TF_EXPLAINED_WHY)
        return (why & e->mask) != 0;
    for (size_t i = 0; i < e->count; i++)
        if (e->picks[i] == place)
            return true;
    return false;
}

struct ranked {
    tf_int128 size;
    size_t place;
    bool picked;
};

/* Candidates first, then the largest. */
static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->picked != y->picked)
        return x->picked ? -1 : 1;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* What is particular, and what was picked of the others. */
static size_t rank(const struct tf_search *search, const struct tf_explanation *e, struct ranked *ranked)
{
    size_t count = 0;
    for (size_t i = 0; i < search->particulars + search->plains; i++) {
        const struct tf_search_candidate *candidate = candidate_at(search, i);
        const bool picked = is_picked(e, i, candidate->why);
        const struct tf_sum *sum = of_interest(search, &candidate->net, &candidate->vat);
        if (picked || candidate->why)
            ranked[count++] = (struct ranked){sum->cents < 0 ? -sum->cents : sum->cents, i, picked};
    }
    if (count)
        qsort(ranked, count, sizeof *ranked, by_rank);
    return count;
}

static void list_suspects(struct tf_search *search, const struct ranked *ranked, size_t count)
{
    struct tf_difference *difference = search->difference;
    difference->suspects = search->suspects;
    difference->suspects_total = count;
    difference->suspects_count = count < TF_SUSPECTS_MAX ? count : TF_SUSPECTS_MAX;
    for (size_t i = 0; i < difference->suspects_count; i++) {
        const struct tf_search_candidate *candidate = candidate_at(search, ranked[i].place);
        search->suspects[i] = (struct tf_suspect){
            .place = candidate->place, .why = candidate->why, .candidate = ranked[i].picked, .net = candidate->net, .vat = candidate->vat};
    }
}

static enum tf_err find(const struct tf_search *search, struct tf_explain_item *items, struct tf_explanation *ret_explanation)
{
    const struct tf_difference *difference = search->difference;
    const size_t count = search->particulars + search->plains;
    int64_t sum;
    *ret_explanation = (struct tf_explanation){.explained = TF_EXPLAINED_NOT};
    if (!tf_sum_to_minor(of_interest(search, &difference->net, &difference->vat), &sum))
        return TF_OK;
    for (size_t i = 0; i < count; i++)
        items[i] = (struct tf_explain_item){effect_of(search, candidate_at(search, i)), candidate_at(search, i)->why};
    return tf_explain(items, count, search->particulars, sum, ret_explanation);
}

enum tf_err tf_search_explain(struct tf_search *search)
{
    struct tf_difference *difference = search->difference;
    const size_t count = search->particulars + search->plains;
    struct tf_explain_item *items = calloc(count + 1, sizeof *items);
    struct ranked *ranked = calloc(count + 1, sizeof *ranked);
    struct tf_explanation explanation;
    enum tf_err err = items && ranked ? find(search, items, &explanation) : TF_E_MEMORY;
    if (err == TF_OK) {
        difference->explained = explanation.explained;
        difference->mask = explanation.mask;
        difference->ambiguous = explanation.ambiguous;
        difference->bounded = search->bounded;
        list_suspects(search, ranked, rank(search, &explanation, ranked));
    }
    free(items);
    free(ranked);
    return err;
}
