#include "gone.h"

#include <string.h>

enum { CAP_MIN = 64, CAP_MAX = 1 << 20 };

void tf_gone_finish(struct tf_gone *gone, struct tf_budget *budget)
{
    tf_budget_give(budget, gone->items, gone->cap * sizeof *gone->items);
    *gone = (struct tf_gone){.items = NULL};
}

static bool reserve(struct tf_gone *gone, struct tf_budget *budget)
{
    if (gone->first + gone->count < gone->cap)
        return true;
    if (gone->first > gone->cap / 2) {
        memmove(gone->items, gone->items + gone->first, gone->count * sizeof *gone->items);
        gone->first = 0;
        return true;
    }
    size_t cap = gone->cap ? gone->cap * 2 : CAP_MIN;
    struct tf_state_forgotten *items =
        cap <= CAP_MAX ? tf_budget_resize(budget, gone->items, gone->cap * sizeof *items, cap * sizeof *items) : NULL;
    if (!items)
        return false;
    gone->items = items;
    gone->cap = cap;
    return true;
}

void tf_gone_add(struct tf_gone *gone, struct tf_budget *budget, struct tf_state_forgotten record)
{
    if (gone->wanted && reserve(gone, budget))
        gone->items[gone->first + gone->count++] = record;
}

size_t tf_gone_show(struct tf_gone *gone, size_t most, const struct tf_state_forgotten **ret_records)
{
    gone->shown = most < gone->count ? most : gone->count;
    *ret_records = gone->items + gone->first;
    return gone->shown;
}

void tf_gone_commit(struct tf_gone *gone)
{
    gone->first += gone->shown;
    gone->count -= gone->shown;
    gone->shown = 0;
}

void tf_gone_abort(struct tf_gone *gone)
{
    gone->shown = 0;
}

void tf_gone_drop(struct tf_gone *gone, const struct tf_state_going *going)
{
    size_t kept = 0;
    for (size_t i = 0; i < gone->count; i++)
        if (!going->goes(going->self, gone->items[gone->first + i].partition))
            gone->items[gone->first + kept++] = gone->items[gone->first + i];
    gone->count = kept;
}
