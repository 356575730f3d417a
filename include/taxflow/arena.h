/* Memory that lives as long as a batch: handed out forward, given back all at once. */
#ifndef TAXFLOW_ARENA_H
#define TAXFLOW_ARENA_H

#include <stddef.h>

#include "taxflow/str.h"

struct tf_arena;

/**
 * Create an arena.
 *
 * bytes_max  ceiling of all it will ever hold, 4 KiB..16 GiB; blocks are taken from the heap as needed and kept. What is left
 *            over at a block's end counts, so the ceiling can be met a little before that many bytes are handed out.
 * Returns    the arena, or NULL when memory ran out.
 * Thread     one thread at a time.
 */
struct tf_arena *tf_arena_create(size_t bytes_max);
/** Frees the arena; NULL is fine. Returns NULL. */
struct tf_arena *tf_arena_destroy(struct tf_arena *arena);
/** Forget everything handed out; blocks are kept for the next batch. O(blocks). */
void tf_arena_rewind(struct tf_arena *arena);
/**
 * Hand out size bytes, aligned to 16, not cleared.
 * Returns NULL when the ceiling would be passed or the heap refuses: the caller reports TF_E_LIMIT.
 */
void *tf_arena_alloc(struct tf_arena *arena, size_t size);
/** As tf_arena_alloc for count elements, cleared; NULL also when count * size overflows. */
void *tf_arena_calloc(struct tf_arena *arena, size_t count, size_t size);
/** Copy of the bytes, followed by a NUL that is not counted; absent when absent or out of room. */
struct tf_str tf_arena_dup(struct tf_arena *arena, struct tf_str s);
/** Formatted text in the arena; absent when out of room. */
struct tf_str tf_arena_printf(struct tf_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Bytes handed out since the last rewind. */
size_t tf_arena_used(const struct tf_arena *arena);

#define TF_ARENA_NEW(arena, type) ((type *)tf_arena_calloc((arena), 1, sizeof(type)))
#define TF_ARENA_ARRAY(arena, type, count) ((type *)tf_arena_calloc((arena), (count), sizeof(type)))

#endif
