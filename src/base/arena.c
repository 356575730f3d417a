#include "taxflow/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGN = 16, BLOCK_MIN = 64 * 1024, BLOCK_MAX = 16 * 1024 * 1024 };

struct block {
    struct block *next;
    size_t size; /* bytes in data */
    alignas(ALIGN) unsigned char data[];
};

/* Blocks before and at `current` are in use; those after it are kept for later. */
struct tf_arena {
    struct block *first;
    struct block *current; /* NULL until the first byte after create or rewind */
    size_t offset;         /* bytes in use of current */
    size_t held;           /* sum of the blocks' sizes, never past max */
    size_t max;
    size_t used;
};

struct tf_arena *tf_arena_create(size_t bytes_max)
{
    struct tf_arena *arena = calloc(1, sizeof *arena);
    if (arena)
        arena->max = bytes_max / ALIGN * ALIGN;
    return arena;
}

static struct block **kept_blocks(struct tf_arena *arena)
{
    return arena->current ? &arena->current->next : &arena->first;
}

static void free_kept(struct tf_arena *arena)
{
    struct block **kept = kept_blocks(arena);
    while (*kept) {
        struct block *block = *kept;
        *kept = block->next;
        arena->held -= block->size;
        free(block);
    }
}

struct tf_arena *tf_arena_destroy(struct tf_arena *arena)
{
    if (arena) {
        tf_arena_rewind(arena);
        free_kept(arena);
        free(arena);
    }
    return NULL;
}

void tf_arena_rewind(struct tf_arena *arena)
{
    arena->current = NULL;
    arena->offset = 0;
    arena->used = 0;
}

/* Takes the first kept block that is large enough out of the list; smaller ones stay for smaller needs. */
static struct block *take_kept(struct tf_arena *arena, size_t size)
{
    for (struct block **link = kept_blocks(arena); *link; link = &(*link)->next) {
        struct block *block = *link;
        if (block->size >= size) {
            *link = block->next;
            return block;
        }
    }
    return NULL;
}

/* Blocks grow with what is held, so that their number stays logarithmic up to BLOCK_MAX. */
static struct block *new_block(struct tf_arena *arena, size_t size)
{
    if (size > arena->max - arena->held)
        free_kept(arena); /* too small each, but together they may stand in the way */
    size_t room = arena->max - arena->held;
    if (size > room)
        return NULL;
    size_t wish = arena->held < BLOCK_MIN ? BLOCK_MIN : arena->held > BLOCK_MAX ? BLOCK_MAX : arena->held;
    wish = wish < size ? size : wish > room ? room : wish;
    struct block *block = malloc(sizeof *block + wish);
    if (!block)
        return NULL;
    block->size = wish;
    arena->held += wish;
    return block;
}

static bool next_block(struct tf_arena *arena, size_t size)
{
    struct block *block = take_kept(arena, size);
    if (!block)
        block = new_block(arena, size);
    if (!block)
        return false;
    struct block **link = kept_blocks(arena);
    block->next = *link;
    *link = block;
    arena->current = block;
    arena->offset = 0;
    return true;
}

void *tf_arena_alloc(struct tf_arena *arena, size_t size)
{
    if (size > arena->max)
        return NULL;
    size = size == 0 ? ALIGN : (size + ALIGN - 1) / ALIGN * ALIGN;
    bool fits = arena->current && size <= arena->current->size - arena->offset;
    if (!fits && !next_block(arena, size))
        return NULL;
    void *bytes = arena->current->data + arena->offset;
    arena->offset += size;
    arena->used += size;
    return bytes;
}

void *tf_arena_calloc(struct tf_arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    void *bytes = tf_arena_alloc(arena, total);
    return bytes ? memset(bytes, 0, total) : NULL;
}

struct tf_str tf_arena_dup(struct tf_arena *arena, struct tf_str s)
{
    char *bytes = s.ptr && s.len < SIZE_MAX ? tf_arena_alloc(arena, s.len + 1) : NULL;
    if (!bytes)
        return TF_STR_NONE;
    memcpy(bytes, s.ptr, s.len);
    bytes[s.len] = '\0';
    return (struct tf_str){bytes, s.len};
}

struct tf_str tf_arena_printf(struct tf_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    char *bytes = len < 0 ? NULL : tf_arena_alloc(arena, (size_t)len + 1);
    if (bytes)
        vsnprintf(bytes, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return bytes ? (struct tf_str){bytes, (size_t)len} : TF_STR_NONE;
}

size_t tf_arena_used(const struct tf_arena *arena)
{
    return arena->used;
}
