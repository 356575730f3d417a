#include "done.h"

#include <stdlib.h>

struct tf_done {
    int64_t first, last;
    uint64_t count;
    uint64_t words[];
};

struct tf_done *tf_done_create(int64_t first, int64_t last)
{
    size_t words = last < first ? 0 : (size_t)(last - first) / 64 + 1;
    struct tf_done *done = calloc(1, sizeof *done + words * sizeof done->words[0]);
    if (!done)
        return NULL;
    done->first = first;
    done->last = last;
    return done;
}

struct tf_done *tf_done_destroy(struct tf_done *done)
{
    free(done);
    return NULL;
}

static bool inside(const struct tf_done *done, int64_t offset)
{
    return offset >= done->first && offset <= done->last;
}

void tf_done_add(struct tf_done *done, int64_t offset)
{
    if (!inside(done, offset) || tf_done_has(done, offset))
        return;
    uint64_t at = (uint64_t)(offset - done->first);
    done->words[at / 64] |= UINT64_C(1) << at % 64;
    done->count++;
}

bool tf_done_has(const struct tf_done *done, int64_t offset)
{
    if (!inside(done, offset))
        return false;
    uint64_t at = (uint64_t)(offset - done->first);
    return done->words[at / 64] >> at % 64 & 1;
}

uint64_t tf_done_count(const struct tf_done *done)
{
    return done->count;
}

bool tf_done_passed(const struct tf_done *done, int64_t offset)
{
    return offset > done->last;
}
