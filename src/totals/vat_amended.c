#include "vat_amended.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 64 };

void tf_vat_amended_finish(struct tf_vat_amended *amended)
{
    for (size_t i = 0; i < amended->capacity; i++) {
        free(amended->slots[i].entries);
        tf_book_finish(&amended->slots[i].totals);
    }
    free(amended->slots);
}

static struct tf_vat_remembered *place(struct tf_vat_remembered *slots, size_t capacity, struct tf_hash16 identity)
{
    size_t at = tf_hash16_u64(identity) & (capacity - 1); /* digests are spread well enough */
    while (slots[at].used && !tf_hash16_eq(slots[at].identity, identity))
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

static bool grow(struct tf_vat_amended *amended)
{
    const size_t capacity = amended->capacity ? amended->capacity * 2 : FIRST_SLOTS;
    struct tf_vat_remembered *slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < amended->capacity; i++)
        if (amended->slots[i].used)
            *place(slots, capacity, amended->slots[i].identity) = amended->slots[i];
    free(amended->slots);
    amended->slots = slots;
    amended->capacity = capacity;
    return true;
}

enum tf_err tf_vat_amended_expect(struct tf_vat_amended *amended, struct tf_hash16 identity)
{
    if (amended->count * 2 >= amended->capacity && !grow(amended))
        return TF_E_MEMORY;
    struct tf_vat_remembered *slot = place(amended->slots, amended->capacity, identity);
    amended->count += !slot->used;
    slot->used = true;
    slot->identity = identity;
    return TF_OK;
}

struct tf_vat_remembered *tf_vat_amended_find(const struct tf_vat_amended *amended, struct tf_hash16 identity)
{
    if (amended->count == 0)
        return NULL;
    struct tf_vat_remembered *slot = place(amended->slots, amended->capacity, identity);
    return slot->used ? slot : NULL;
}
