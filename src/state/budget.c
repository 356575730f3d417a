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

/* A piece of the heap begins with its place among them, so that all can go at once; the heap's alignment stays. */
struct tf_budget_piece { struct tf_budget_piece *next, *before; };
_Static_assert(sizeof(struct tf_budget_piece) == 16, "what follows is aligned as the heap does");

/* A heap keeps a word with each piece and rounds to 16. */
static size_t cost(size_t size)
{
    return in_slab(size) ? tf_slab_cost(size) : (size + sizeof(struct tf_budget_piece) + sizeof(size_t) + 15) & ~(size_t)15;
}

static void *link_piece(struct tf_budget *budget, struct tf_budget_piece *piece)
{
    if (!piece)
        return NULL;
    piece->before = NULL;
    piece->next = budget->pieces;
    if (piece->next)
        piece->next->before = piece;
    budget->pieces = piece;
    return piece + 1;
}

static struct tf_budget_piece *unlink_piece(struct tf_budget *budget, void *at)
{
    struct tf_budget_piece *piece = (struct tf_budget_piece *)at - 1;
    if (piece->before)
        piece->before->next = piece->next;
    else
        budget->pieces = piece->next;
    if (piece->next)
        piece->next->before = piece->before;
    return piece;
}

static void *take_from_heap(struct tf_budget *budget, size_t size)
{
    return link_piece(budget, malloc(sizeof(struct tf_budget_piece) + size));
}

static void give_to_heap(struct tf_budget *budget, void *at)
{
    free(unlink_piece(budget, at));
}

static void *resize_on_heap(struct tf_budget *budget, void *at, size_t size)
{
    struct tf_budget_piece *piece = unlink_piece(budget, at);
    struct tf_budget_piece *moved = realloc(piece, sizeof *piece + size);
    void *result = link_piece(budget, moved ? moved : piece);
    return moved ? result : NULL;
}

static bool fits(const struct tf_budget *budget, size_t more)
{
    return budget->used <= budget->max && more <= budget->max - budget->used;
}

void *tf_budget_take(struct tf_budget *budget, size_t size)
{
    if (!fits(budget, cost(size)))
        return NULL;
    void *piece = in_slab(size) ? tf_slab_take(&budget->slab, size) : take_from_heap(budget, size);
    if (piece)
        budget->used += cost(size);
    return piece;
}

/* Between slab and heap, or from one slab to another. */
static void *move(struct tf_budget *budget, void *piece, size_t old_size, size_t new_size)
{
    void *moved = in_slab(new_size) ? tf_slab_take(&budget->slab, new_size) : take_from_heap(budget, new_size);
    if (!moved)
        return NULL;
    memcpy(moved, piece, old_size < new_size ? old_size : new_size);
    if (in_slab(old_size))
        tf_slab_give(&budget->slab, piece);
    else
        give_to_heap(budget, piece);
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
    void *moved = in_slab(old_size) || in_slab(new_size) ? move(budget, piece, old_size, new_size) : resize_on_heap(budget, piece, new_size);
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
        give_to_heap(budget, piece);
    budget->used -= cost(size);
}

bool tf_budget_drop(struct tf_budget *budget)
{
    if (!SLABS)
        return false;
    tf_slab_drop(&budget->slab);
    while (budget->pieces) {
        struct tf_budget_piece *piece = budget->pieces;
        budget->pieces = piece->next;
        free(piece);
    }
    budget->used = 0;
    return true;
}
