#include "places.h"

enum { SLOTS_MIN = 256, CHUNKS_MIN = 16 };

void tf_places_init(struct tf_places *places)
{
    *places = (struct tf_places){.free_id = TF_PLACES_NONE};
    tf_hash_random(places->seed, sizeof places->seed);
    places->seed[1] |= 1;
}

void tf_places_finish(struct tf_places *places, struct tf_places_kind kind, struct tf_budget *budget)
{
    for (size_t i = 0; i < places->chunks_count; i++)
        tf_budget_give(budget, places->chunks[i], kind.chunk_items * kind.item_bytes);
    tf_budget_give(budget, places->chunks, places->chunks_cap * sizeof *places->chunks);
    tf_budget_give(budget, places->slots, places->slots_count * sizeof *places->slots);
    *places = (struct tf_places){.free_id = TF_PLACES_NONE};
}

static bool slots_reserve(struct tf_places *places, struct tf_budget *budget)
{
    if ((places->count + 1) * 4 <= places->slots_count * 3)
        return true;
    size_t wider = places->slots_count ? places->slots_count * 2 : SLOTS_MIN, mask = wider - 1;
    struct tf_places_slot *slots = tf_budget_take(budget, wider * sizeof *slots);
    if (!slots)
        return false;
    memset(slots, 0, wider * sizeof *slots);
    for (size_t i = 0; i < places->slots_count; i++) {
        if (places->slots[i].id_plus_1 == 0)
            continue;
        size_t to = places->slots[i].hash & mask;
        while (slots[to].id_plus_1 != 0)
            to = (to + 1) & mask;
        slots[to] = places->slots[i];
    }
    tf_budget_give(budget, places->slots, places->slots_count * sizeof *places->slots);
    places->slots = slots;
    places->slots_count = wider;
    return true;
}

static bool chunk_add(struct tf_places *places, struct tf_places_kind kind, struct tf_budget *budget)
{
    if (places->chunks_count == places->chunks_cap) {
        size_t cap = places->chunks_cap ? places->chunks_cap * 2 : CHUNKS_MIN;
        char **chunks = tf_budget_resize(budget, places->chunks, places->chunks_cap * sizeof *chunks, cap * sizeof *chunks);
        if (!chunks)
            return false;
        places->chunks = chunks;
        places->chunks_cap = cap;
    }
    char *chunk = tf_budget_take(budget, kind.chunk_items * kind.item_bytes);
    if (!chunk)
        return false;
    places->chunks[places->chunks_count++] = chunk;
    return true;
}

/* A free item holds the next free id where its hash would stand. */
static uint32_t id_take(struct tf_places *places, struct tf_places_kind kind, struct tf_budget *budget)
{
    uint32_t id = places->free_id;
    if (id != TF_PLACES_NONE) {
        memcpy(&places->free_id, tf_places_at(places, kind, id), sizeof places->free_id);
        return id;
    }
    bool room = places->ids < places->chunks_count * kind.chunk_items;
    if (!room && (places->ids >= TF_PLACES_NONE - kind.chunk_items || !chunk_add(places, kind, budget)))
        return TF_PLACES_NONE;
    return places->ids++;
}

uint32_t tf_places_make(struct tf_places *places, struct tf_places_kind kind, struct tf_budget *budget, struct tf_hash16 hash)
{
    if (!slots_reserve(places, budget))
        return TF_PLACES_NONE;
    uint32_t id = id_take(places, kind, budget);
    if (id == TF_PLACES_NONE)
        return id;
    char *item = tf_places_at(places, kind, id);
    memset(item, 0, kind.item_bytes);
    places->slots[tf_places_slot(places, kind, hash)] = (struct tf_places_slot){tf_places_hash(places, hash), id + 1};
    memcpy(item, hash.bytes, sizeof hash.bytes);
    places->count++;
    return id;
}

/* Whatever stands behind a hole and would not be found past it moves up. */
static void slot_clear(struct tf_places *places, size_t hole)
{
    size_t mask = places->slots_count - 1;
    for (size_t i = (hole + 1) & mask; places->slots[i].id_plus_1 != 0; i = (i + 1) & mask) {
        size_t home = places->slots[i].hash & mask;
        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        places->slots[hole] = places->slots[i];
        hole = i;
    }
    places->slots[hole] = (struct tf_places_slot){0, 0};
}

void tf_places_drop(struct tf_places *places, struct tf_places_kind kind, uint32_t id)
{
    struct tf_hash16 hash;
    char *item = tf_places_at(places, kind, id);
    memcpy(hash.bytes, item, sizeof hash.bytes);
    slot_clear(places, tf_places_slot(places, kind, hash));
    memset(item, 0, kind.item_bytes);
    memcpy(item, &places->free_id, sizeof places->free_id);
    places->free_id = id;
    places->count--;
}
