#include "entities.h"

#include <stdlib.h>

enum { NAME_BYTES = 256 };

enum tf_err tf_saft_entities_init(struct tf_saft_entities *entities)
{
    *entities = (struct tf_saft_entities){.words = tf_arena_create(TF_SAFT_WORDS_BYTES_MAX)};
    tf_hash_random(&entities->seed, sizeof entities->seed);
    return entities->words ? TF_OK : TF_E_MEMORY;
}

void tf_saft_entities_finish(struct tf_saft_entities *entities)
{
    tf_saft_table_finish(&entities->table);
    tf_arena_destroy(entities->words);
    free(entities->items);
    *entities = (struct tf_saft_entities){.items = NULL};
}

/* Lengths stand before what is hashed: no two names run together. */
static struct tf_hash16 key_of(const struct tf_saft_entities *entities, enum tf_saft_kind kind, struct tf_str id, struct tf_str more)
{
    char name[NAME_BYTES];
    uint32_t head[2] = {(uint32_t)kind, (uint32_t)id.len};
    if (sizeof head + id.len + more.len > sizeof name) {
        struct tf_str parts[3] = {{(const char *)head, sizeof head}, id, more};
        return tf_hash_sha256(parts, 3);
    }
    memcpy(name, head, sizeof head);
    if (id.len > 0)
        memcpy(name + sizeof head, id.ptr, id.len);
    if (more.len > 0)
        memcpy(name + sizeof head + id.len, more.ptr, more.len);
    return tf_hash_table((struct tf_str){name, sizeof head + id.len + more.len}, entities->seed);
}

struct tf_saft_entity *tf_saft_entities_find(const struct tf_saft_entities *entities, enum tf_saft_kind kind, struct tf_str id, struct tf_str more)
{
    uint32_t at = tf_saft_table_find(&entities->table, key_of(entities, kind, id, more));
    return at == TF_SAFT_NOWHERE ? NULL : &entities->items[at];
}

static bool grow(struct tf_saft_entities *entities)
{
    size_t capacity = entities->capacity ? entities->capacity * 2 : 256;
    struct tf_saft_entity *items = realloc(entities->items, capacity * sizeof *items);
    if (!items)
        return false;
    entities->items = items;
    entities->capacity = capacity;
    return true;
}

enum tf_err tf_saft_entities_add(struct tf_saft_entities *entities, enum tf_saft_kind kind, struct tf_str id, struct tf_str more, uint64_t line,
                                 struct tf_saft_entity **ret_entity)
{
    struct tf_hash16 key = key_of(entities, kind, id, more);
    *ret_entity = NULL;
    if (tf_saft_table_find(&entities->table, key) != TF_SAFT_NOWHERE)
        return TF_OK;
    entities->counts[kind]++;
    if (entities->count == TF_SAFT_ENTITIES_MAX) {
        entities->full = true;
        return TF_OK;
    }
    if (entities->count == entities->capacity && !grow(entities))
        return TF_E_MEMORY;
    struct tf_saft_entity *entity = &entities->items[entities->count];
    *entity = (struct tf_saft_entity){
        .kind = (uint8_t)kind, .line = line < UINT32_MAX ? (uint32_t)line : UINT32_MAX, .id = tf_saft_entities_keep(entities, id)};
    if (!tf_saft_table_put(&entities->table, key, (uint32_t)entities->count))
        return TF_E_MEMORY;
    entities->count++;
    *ret_entity = entity;
    return TF_OK;
}

struct tf_str tf_saft_entities_keep(struct tf_saft_entities *entities, struct tf_str text)
{
    return text.len > 0 ? tf_arena_dup(entities->words, text) : TF_STR_NONE;
}
