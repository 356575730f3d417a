/* Rows in the order of the batch: workers write them side by side, and each has its own in the order of items. */
#include "taxflow/pipeline.h"

/* The items that the rows stem from: a slice of the batch, and often none. */
static struct tf_slice items_of(const struct tf_batch *batch)
{
    struct tf_slice items = {SIZE_MAX, 0};
    for (unsigned w = 0; w < batch->workers; w++) {
        const struct tf_rows *rows = &batch->ready[w];
        if (rows->count == 0 || rows->items[0].item == TF_ROW_OF_BATCH)
            continue;
        if (rows->items[0].item < items.first)
            items.first = rows->items[0].item;
        if (rows->items[rows->count - 1].item >= items.end)
            items.end = rows->items[rows->count - 1].item + 1;
    }
    return items;
}

/* They come when those of all items have been handed over. */
static enum tf_err visit_rows_of_batch(const struct tf_rows *rows, enum tf_err (*visit)(void *self, const struct tf_row *row), void *self)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].item == TF_ROW_OF_BATCH)
            TF_TRY(visit(self, &rows->items[i]));
    return TF_OK;
}

enum tf_err tf_rows_in_order(const struct tf_batch *batch, enum tf_err (*visit)(void *self, const struct tf_row *row), void *self)
{
    size_t next[64] = {0};
    const struct tf_slice items = items_of(batch);
    for (size_t i = items.first; i < items.end; i++) {
        const unsigned worker = batch->items[i].worker;
        const struct tf_rows *rows = &batch->ready[worker];
        for (; next[worker] < rows->count && rows->items[next[worker]].item == i; next[worker]++)
            TF_TRY(visit(self, &rows->items[next[worker]]));
    }
    for (unsigned w = 0; w < batch->workers; w++)
        TF_TRY(visit_rows_of_batch(&batch->ready[w], visit, self));
    return TF_OK;
}
