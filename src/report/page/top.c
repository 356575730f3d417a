#include "top.h"

#include <stdlib.h>

static bool better(const struct tf_rank *a, const struct tf_rank *b)
{
    if (a->stopped != b->stopped)
        return a->stopped;
    if (a->at_risk_minor != b->at_risk_minor)
        return a->at_risk_minor > b->at_risk_minor;
    if (a->decision != b->decision)
        return a->decision > b->decision;
    if (a->invalid != b->invalid)
        return a->invalid;
    return a->score != b->score ? a->score > b->score : a->order < b->order;
}

static struct tf_top_list *list_of(const struct tf_top *top, const char currency[4])
{
    for (size_t l = 0; l < top->count; l++)
        if (memcmp(top->lists[l]->currency, currency, sizeof top->lists[l]->currency) == 0)
            return top->lists[l];
    return NULL;
}

const struct tf_top_list *tf_top_of(const struct tf_top *top, const char currency[4]) { return list_of(top, currency); }

bool tf_top_wants(const struct tf_top *top, const char currency[4], const struct tf_rank *rank)
{
    const struct tf_top_list *list = list_of(top, currency);
    if (!list)
        return top->count < TF_AMOUNTS_CURRENCIES_MAX;
    return list->count < TF_TOP_PER_CURRENCY || better(rank, &list->entries[TF_TOP_PER_CURRENCY - 1].rank);
}

static struct tf_top_list *make_list(struct tf_top *top, const char currency[4])
{
    struct tf_top_list *list = list_of(top, currency);
    if (list)
        return list;
    list = calloc(1, sizeof *list);
    if (!list)
        return NULL;
    memcpy(list->currency, currency, sizeof list->currency);
    top->lists[top->count++] = list;
    return list;
}

bool tf_top_put(struct tf_top *top, const char currency[4], const struct tf_rank *rank, struct tf_str json)
{
    if (!tf_top_wants(top, currency, rank))
        return true;
    struct tf_top_list *list = make_list(top, currency);
    char *copy = list ? malloc(json.len + 1) : NULL;
    if (!copy)
        return false;
    memcpy(copy, json.ptr, json.len);
    if (list->count == TF_TOP_PER_CURRENCY)
        free(list->entries[--list->count].json);
    size_t at = list->count++;
    for (; at > 0 && better(rank, &list->entries[at - 1].rank); at--)
        list->entries[at] = list->entries[at - 1];
    list->entries[at] = (struct tf_top_entry){*rank, copy, json.len};
    return true;
}

void tf_top_finish(struct tf_top *top)
{
    for (size_t l = 0; l < top->count; l++) {
        for (size_t e = 0; e < top->lists[l]->count; e++)
            free(top->lists[l]->entries[e].json);
        free(top->lists[l]);
    }
    top->count = 0;
}
