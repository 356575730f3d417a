#include "pipeline_internal.h"

/* A judge that cannot judge a record kills it for its own role alone: the other role's verdict stands. */
static enum tf_err evaluate_item(struct tf_pipeline *p, size_t judge, struct tf_item *item, struct tf_arena *arena)
{
    if (item->outcome != TF_OUTCOME_PROCESS)
        return TF_OK;
    const struct tf_judge *j = &p->options.judges[judge];
    enum tf_err err = j->evaluate(j->self, item, item->prepared[judge], arena, &item->verdict[judge]);
    if (tf_err_class(err) == TF_CLASS_DROP) {
        item->verdict_problem[judge] = (struct tf_problem){.err = err, .detail = tf_str_of(tf_err_text(err))};
        item->verdict[judge] = NULL;
        return TF_OK;
    }
    return err;
}

enum tf_err tf_evaluate_share(struct tf_pipeline *p, struct tf_slice slice, unsigned worker)
{
    for (size_t j = 0; j < p->options.judges_count; j++) {
        if (p->options.judges[j].ordered)
            continue;
        for (size_t i = slice.first; i < slice.end; i++)
            if (p->batch->items[i].worker == worker)
                TF_TRY(evaluate_item(p, j, &p->batch->items[i], p->batch->arenas[worker]));
    }
    return TF_OK;
}

static void expect(const struct tf_pipeline *p, size_t judge, struct tf_slice slice, size_t i, enum tf_soon soon)
{
    const struct tf_judge *j = &p->options.judges[judge];
    if (i < slice.end && p->batch->items[i].outcome == TF_OUTCOME_PROCESS && p->batch->items[i].prepared[judge])
        j->expect(j->self, p->batch->items[i].prepared[judge], soon);
}

/* Memory answers later than a record takes to be judged. */
static void look_forward(const struct tf_pipeline *p, size_t judge, struct tf_slice slice, size_t i)
{
    enum { COMING = 12, FAR = 8, NEAR = 4, NEXT = 2 };
    expect(p, judge, slice, i + COMING, TF_SOON_COMING);
    expect(p, judge, slice, i + FAR, TF_SOON_FAR);
    expect(p, judge, slice, i + NEAR, TF_SOON_NEAR);
    expect(p, judge, slice, i + NEXT, TF_SOON_NEXT);
}

enum tf_err tf_evaluate_ordered(struct tf_pipeline *p, struct tf_slice slice)
{
    for (size_t j = 0; j < p->options.judges_count; j++) {
        if (!p->options.judges[j].ordered)
            continue;
        for (size_t i = slice.first; i < slice.end; i++) {
            if (p->options.judges[j].expect)
                look_forward(p, j, slice, i);
            TF_TRY(evaluate_item(p, j, &p->batch->items[i], tf_batch_own_arena(p->batch)));
        }
    }
    return TF_OK;
}
