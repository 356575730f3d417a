#include "budget.h"

#include <stdlib.h>
#include <string.h>

/* Sanitizers watch over pieces of the heap's. */
#if defined(__SANITIZE_ADDRESS__)
enum { SLABS = 0 };
#else
enum { SLABS = 1 };
#endif

static bool in_slab(size_t size)
{
    return SLABS && tf_slab_takes(size);
}

/* A heap keeps a word with each piece and rounds to 16. */
static size_t cost(size_t size)
{
    return in_slab(size) ? tf_slab_cost(size) : (size + sizeof(size_t) + 15) & ~(size_t)15;
}

static bool fits(const struct tf_budget *budget, size_t more)
{
    return budget->used <= budget->max && more <= budget->max - budget->used;
}

void *tf_budget_take(struct tf_budget *budget, size_t size)
{
    if (!fits(budget, cost(size)))
        return NULL;
    void *piece = in_slab(size) ? tf_slab_take(&budget->slab, size) : malloc(size);
    if (piece)
        budget->used += cost(size);
    return piece;
}

/* Between slab and heap, or from one slab to another. */
static void *move(struct tf_budget *budget, void *piece, size_t old_size, size_t new_size)
{
    void *moved = in_slab(new_size) ? tf_slab_take(&budget->slab, new_size) : malloc(new_size);
    if (!moved)
        return NULL;
    memcpy(moved, piece, old_size < new_size ? old_size : new_size);
    if (in_slab(old_size))
        tf_slab_give(&budget->slab, piece);
    else
        free(piece);
    return moved;
}

void *tf_budget_resize(struct tf_budget *budget, void *piece, size_t old_size, size_t new_size)
{
    if (!piece)
        return tf_budget_take(budget, new_size);
    size_t old_cost = cost(old_size), new_cost = cost(new_size);
    if (new_cost > old_cost && !fits(budget, new_cost - old_cost))
        return NULL;
    if (in_slab(old_size) && in_slab(new_size) && old_cost == new_cost)
        return piece;
    void *moved = in_slab(old_size) || in_slab(new_size) ? move(budget, piece, old_size, new_size) : realloc(piece, new_size);
    if (moved)
        budget->used = budget->used - old_cost + new_cost;
    return moved;
}

void tf_budget_give(struct tf_budget *budget, void *piece, size_t size)
{
    if (!piece)
        return;
    if (in_slab(size))
        tf_slab_give(&budget->slab, piece);
    else
        free(piece);
    budget->used -= cost(size);
}
