#include "budget.h"

#include <stdlib.h>

/* A heap keeps a word with each piece and rounds to 16. */
static size_t cost(size_t size)
{
    return (size + sizeof(size_t) + 15) & ~(size_t)15;
}

static bool fits(const struct tf_budget *budget, size_t more)
{
    return budget->used <= budget->max && more <= budget->max - budget->used;
}

void *tf_budget_take(struct tf_budget *budget, size_t size)
{
    if (!fits(budget, cost(size)))
        return NULL;
    void *piece = malloc(size);
    if (piece)
        budget->used += cost(size);
    return piece;
}

void *tf_budget_resize(struct tf_budget *budget, void *piece, size_t old_size, size_t new_size)
{
    size_t old_cost = piece ? cost(old_size) : 0;
    if (new_size > old_size && !fits(budget, cost(new_size) - old_cost))
        return NULL;
    void *moved = realloc(piece, new_size);
    if (moved)
        budget->used += cost(new_size) - old_cost;
    return moved;
}

void tf_budget_give(struct tf_budget *budget, void *piece, size_t size)
{
    if (!piece)
        return;
    free(piece);
    budget->used -= cost(size);
}
