#include "watermarks.h"

#include <stdlib.h>

struct mark {
    int64_t committed_ms, batch_ms; /* INT64_MIN = nothing seen */
};

struct tf_watermarks {
    struct mark *marks; /* by partition */
    size_t count;
};

struct tf_watermarks *tf_watermarks_create(void)
{
    return calloc(1, sizeof(struct tf_watermarks));
}

struct tf_watermarks *tf_watermarks_destroy(struct tf_watermarks *marks)
{
    if (marks)
        free(marks->marks);
    free(marks);
    return NULL;
}

int64_t tf_watermarks_newest(const struct tf_watermarks *marks, uint32_t partition)
{
    return partition < marks->count ? marks->marks[partition].batch_ms : INT64_MIN;
}

static bool reach(struct tf_watermarks *marks, uint32_t partition)
{
    if (partition < marks->count)
        return true;
    struct mark *grown = realloc(marks->marks, ((size_t)partition + 1) * sizeof *grown);
    if (!grown)
        return false;
    for (size_t p = marks->count; p <= partition; p++)
        grown[p] = (struct mark){INT64_MIN, INT64_MIN};
    marks->marks = grown;
    marks->count = (size_t)partition + 1;
    return true;
}

enum tf_err tf_watermarks_see(struct tf_watermarks *marks, uint32_t partition, int64_t time_ms)
{
    if (!reach(marks, partition))
        return TF_E_MEMORY;
    if (time_ms > marks->marks[partition].batch_ms)
        marks->marks[partition].batch_ms = time_ms;
    return TF_OK;
}

void tf_watermarks_commit(struct tf_watermarks *marks)
{
    for (size_t p = 0; p < marks->count; p++)
        marks->marks[p].committed_ms = marks->marks[p].batch_ms;
}

void tf_watermarks_abort(struct tf_watermarks *marks)
{
    for (size_t p = 0; p < marks->count; p++)
        marks->marks[p].batch_ms = marks->marks[p].committed_ms;
}

uint32_t tf_watermarks_count(const struct tf_watermarks *marks)
{
    return (uint32_t)marks->count;
}

bool tf_watermarks_moved(const struct tf_watermarks *marks, uint32_t partition)
{
    return partition < marks->count && marks->marks[partition].batch_ms != marks->marks[partition].committed_ms;
}

enum tf_err tf_watermarks_put(struct tf_watermarks *marks, uint32_t partition, int64_t time_ms)
{
    if (!reach(marks, partition))
        return TF_E_MEMORY;
    struct mark *mark = &marks->marks[partition];
    if (time_ms > mark->committed_ms)
        *mark = (struct mark){time_ms, time_ms};
    return TF_OK;
}

void tf_watermarks_forget(struct tf_watermarks *marks, uint32_t partition)
{
    if (partition < marks->count)
        marks->marks[partition] = (struct mark){INT64_MIN, INT64_MIN};
}

int64_t tf_watermarks_slowest(const struct tf_watermarks *marks)
{
    int64_t slowest = INT64_MIN;
    for (size_t p = 0; p < marks->count; p++) {
        int64_t mark = marks->marks[p].committed_ms;
        if (mark != INT64_MIN && (slowest == INT64_MIN || mark < slowest))
            slowest = mark;
    }
    return slowest;
}
